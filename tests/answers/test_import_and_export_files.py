"""Results as files: they open in Excel, and nothing in them is computed."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from service import NOW

import course_data
from lideri.answers.exports import PersonResults, Table, as_csv, as_xlsx, harmless, results_table
from lideri.settings import read_course_settings
from lideri.store.people import Person
from lideri.store.queue import GradedItem
from lideri.store.results import AttemptResult

SETTINGS = read_course_settings(Path(str(course_data.path("settings.yml"))))


def a_person(name: str, *, is_demo: bool = False) -> Person:
    return Person(
        id=name,
        username=name,
        name=name,
        role="trainee",
        email="a@x.example",
        institution="Balvu bibliotēka",
        kind="library",
        municipality="LV-015",
        is_demo=is_demo,
        active=True,
        has_password=True,
        created_at=NOW,
    )


def a_result(number: int, points: float | None, most: float = 10.0) -> AttemptResult:
    return AttemptResult(
        attempt_id=f"a{number}",
        submission_id=f"s{number}",
        person_id="p",
        module="2",
        form="m02-a",
        number=number,
        submitted_at=NOW + timedelta(days=number),
        state="graded",
        items=(GradedItem("i", 1, "waiting" if points is None else "partly", points, most),),
        marks={},
    )


def the_table(*people: PersonResults) -> Table:
    return results_table(
        people,
        title="Rudens grupa: [2026/27]",
        module="2",
        pages=6,
        settings=SETTINGS,
        municipality_names={"LV-015": "Balvu novads"},
    )


def test_csv_opens_in_excel_of_latvia() -> None:
    table = the_table(PersonResults(a_person("Līga Šķēle"), [a_result(1, 7.25)], pages_done=4))

    content = as_csv(table)

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    line = dict(zip(*rows, strict=True))
    assert line["Vārds, uzvārds"] == "Līga Šķēle"
    assert (line["Punkti"], line["Punkti kopā"], line["Procenti"]) == ("7,25", "10", "72,5")
    assert line["Iesniegts"] == "22.11.2026 12:00"  # Latvian time
    assert (line["2. moduļa darbs"], line["Izietas nodaļas"]) == ("ieskaitīts", "4 no 6")
    assert (line["Darbavieta"], line["Pašvaldība"]) == ("bibliotēka", "Balvu novads")


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ([], "nav sākts"),
        ([a_result(1, 2)], "nav ieskaitīts"),
        ([a_result(1, None)], "gaida vērtējumu"),
        ([a_result(1, 2), a_result(2, 6)], "ieskaitīts"),
    ],
)
def test_the_state_is_said_in_words(results: list[AttemptResult], state: str) -> None:
    assert the_table(PersonResults(a_person("A"), results, pages_done=0)).rows[0][6] == state


@pytest.mark.parametrize("evil", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_no_text_becomes_a_formula(evil: str) -> None:
    table = Table("t", ("Vārds",), ((evil,),))

    text = as_csv(table).decode("utf-8-sig").splitlines()[1]
    sheet = load_workbook(io.BytesIO(as_xlsx([table]))).active
    assert sheet is not None
    cell = sheet["A2"]

    assert text.strip('"').startswith("'") or not text.strip('" ').startswith(("=", "+", "-", "@"))
    assert cell.data_type == "s"
    assert harmless(evil).startswith("'")


def test_xlsx_holds_numbers_as_numbers_and_no_control_signs() -> None:
    table = the_table(PersonResults(a_person("Anna\x0b \x00Liepa"), [a_result(1, 7.25)], pages_done=4))

    sheet = load_workbook(io.BytesIO(as_xlsx([table]))).active

    assert sheet is not None
    values = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    assert (values["Punkti"], values["Vārds, uzvārds"]) == (7.25, "Anna   Liepa")
    assert str(values["Iesniegts"]) == "2026-11-22 12:00:00"
    assert sheet.title == "Rudens grupa   2026 27"


def test_invented_people_are_said_to_be_invented() -> None:
    table = the_table(PersonResults(a_person("A", is_demo=True), [], pages_done=0))

    assert "Demonstrācijas dati" in as_csv(table).decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(as_xlsx([table]))).active
    assert sheet is not None
    assert "Demonstrācijas dati" in str(sheet["A3"].value)
