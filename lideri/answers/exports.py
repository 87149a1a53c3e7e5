"""Results of a cohort as files: CSV that opens in Excel with a double click, and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lideri.course.exams import EXAMS
from lideri.course.latvian import RIGA
from lideri.course.loading import Course
from lideri.measurement.levels import level
from lideri.reports.evidence import PersonEvidence, counting, has_passed, released_items, scored_items
from lideri.reports.supporting import supporting_items
from lideri.reports.trainer import cut_scores
from lideri.settings import FINAL_TEST, START_TEST, CourseSettings
from lideri.store.help_log import is_trained
from lideri.store.learning import Attempt
from lideri.store.people import Person
from lideri.store.results import AttemptResult, counting_attempt

_KINDS = {"vpvkac": "VPVKAC", "library": "bibliotēka", None: ""}
_FORMULA_STARTS = (*"=+-@\t\r", *"＝＋－＠")  # the wide ones are the same to some editions of Excel
_WHO = ("Vārds, uzvārds", "E-pasts", "Iestāde", "Darbavieta", "Pašvaldība")
DEMO_NOTE = "Demonstrācijas dati: cilvēki un skaitļi ir izdomāti."

Cell = str | float | int | datetime | None


@dataclass(frozen=True)
class PersonResults:
    """A person of the cohort with what the store knows; `open_attempt` is one that was begun and not submitted."""

    person: Person
    results: Sequence[AttemptResult]
    pages_done: int
    open_attempt: Attempt | None = None


@dataclass(frozen=True)
class Table:
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_demo: bool = False


def results_table(
    people: Sequence[PersonResults],
    *,
    title: str,
    module: str,
    pages: int,
    settings: CourseSettings,
    municipality_names: dict[str, str],
) -> Table:
    """One row for each person, by the order given: the attempt that counts, and how many there were."""
    rows = []
    for one in people:
        results = [result for result in one.results if result.module == module]
        counts = counting_attempt(results, settings.rules_of(module))
        person = one.person
        rows.append(
            (
                *_who(person, municipality_names),
                f"{one.pages_done} no {pages}",
                _state(one, results, counts, settings),
                len(results),
                counts.number if counts else None,
                counts.submitted_at.astimezone(RIGA) if counts else None,
                counts.points if counts else None,
                counts.max_points if counts else None,
                round(100 * counts.points / counts.max_points, 1) if counts and counts.max_points else None,
                counts.waiting if counts else None,
            )
        )
    return Table(
        title=title,
        headings=(
            *_WHO,
            "Izietas nodaļas",
            EXAMS.get(module) or f"{module}. moduļa darbs",
            "Iesniegti mēģinājumi",
            "Vērā ņemtais mēģinājums",
            "Iesniegts",
            "Punkti",
            "Punkti kopā",
            "Procenti",
            "Atbildes, kas gaida vērtējumu",
        ),
        rows=tuple(rows),
        is_demo=any(one.person.is_demo for one in people),
    )


def summary_table(
    people: Sequence[tuple[Person, PersonEvidence]],
    *,
    course: Course,
    settings: CourseSettings,
    municipality_names: dict[str, str],
) -> Table:
    """One row for each person over the whole course: what is done, whom they helped, what is earned."""
    items, cuts = released_items(course.forms), cut_scores(settings)
    levels = [one.name for one in settings.levels.value]
    modules = [module.id for module in course.syllabus.modules if course.forms_of(module.id)]
    rule = settings.help_log.value.resident_counts_when
    rows = []
    for person, known in people:
        final = counting(known.submissions, FINAL_TEST, settings.attempt_that_counts.value)
        helps = level(supporting_items(scored_items(known, items), course.supporting), cuts).index
        earned = known.certificate
        rows.append(
            (
                *_who(person, municipality_names),
                "izpildīts" if any(one.module == START_TEST for one in known.submissions) else "",
                sum(has_passed(known, module, settings) is not None for module in modules),
                len(modules),
                round(100 * final.points / final.max_points, 1) if final and final.max_points else None,
                len(known.people_confirmed or ()),
                sum(one.who == "resident" for one in known.helped),
                sum(is_trained(one, rule) for one in known.helped),
                sum(one.who == "colleague" and one.before == "first" for one in known.helped),
                levels[helps] if helps is not None else "",
                earned.at.astimezone(RIGA) if earned and earned.valid else None,
            )
        )
    return Table(
        title="Kopsavilkums",
        headings=(
            *_WHO,
            "Sākuma tests",
            "Ieskaitīti moduļi",
            "Moduļi kopā",
            "Noslēguma tests, procenti",
            "Palīdzēts cilvēkiem",
            "Palīdzības reizes",
            "Apmācīti iedzīvotāji",
            "Kolēģi",
            "Līmenis: palīdzēt citiem",
            "Apliecība izsniegta",
        ),
        rows=tuple(rows),
        is_demo=any(person.is_demo for person, _ in people),
    )


def _who(person: Person, municipality_names: dict[str, str]) -> tuple[Cell, ...]:
    """The first cells of a person's row, under `_WHO`."""
    place = municipality_names.get(person.municipality or "", "")
    return (person.name, person.email or "", person.institution, _KINDS[person.kind], place)


def as_csv(table: Table) -> bytes:
    """The table as CSV for Excel.

    Semicolons and decimal commas, because Excel with Latvian settings takes the comma for a decimal sign and would put
    a whole line into one cell; a BOM, because without it Excel reads UTF-8 as the Baltic code page.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.headings)
    writer.writerows([_written(cell) for cell in row] for row in table.rows)
    if table.is_demo:
        writer.writerow([DEMO_NOTE])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """An Excel workbook with a sheet for each table: numbers and dates stay what they are, text is never a formula."""
    book = Workbook()
    while book.worksheets:
        book.remove(book.worksheets[0])
    for table in tables:
        _fill(book.create_sheet(_sheet_name(table.title)), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(" " if sign in r"[]:*?/\'" else sign for sign in title)[:31].strip() or "Rezultāti"


def _fill(sheet: Worksheet, table: Table) -> None:
    for column, heading in enumerate(table.headings, start=1):
        head = sheet.cell(row=1, column=column, value=heading)
        head.font = Font(bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="top")
    for row_number, row in enumerate(table.rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(row=row_number, column=column)
            if isinstance(value, datetime):
                cell.value = value.replace(tzinfo=None, microsecond=0)  # Excel knows no time zones
                cell.number_format = "dd.mm.yyyy hh:mm"
            elif isinstance(value, str):
                cell.value = harmless(_printable(value))
                cell.data_type = "s"  # whatever it begins with, it is a text
            else:
                cell.value = value
    if table.is_demo:
        sheet.cell(row=len(table.rows) + 2, column=1, value=DEMO_NOTE)
    for column in range(1, len(table.headings) + 1):
        longest = max((len(str(row[column - 1] or "")) for row in table.rows), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(40, max(12, longest + 2))
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.headings))}{len(table.rows) + 1}"


def harmless(text: str) -> str:
    """`text` that a spreadsheet shows and does not compute (OWASP «CSV injection»): an apostrophe goes in front."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.strftime("%d.%m.%Y %H:%M")
        case bool() | int() | float():
            return f"{cell:.10g}".replace(".", ",")
        case _:
            return harmless(_printable(cell))


def _printable(text: str) -> str:
    # Control signs are not allowed in the XML of a workbook, and a line break starts a new line for many CSV readers.
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _state(
    one: PersonResults, results: Sequence[AttemptResult], counts: AttemptResult | None, settings: CourseSettings
) -> str:
    if counts is not None:
        passed = counts.passed(settings.pass_share_of(counts.module))
        return {True: "ieskaitīts", False: "nav ieskaitīts", None: "gaida vērtējumu"}[passed]
    if any(result.state == "failed" for result in results):
        return "nevarējām novērtēt"
    if results:
        return "iesniegts"
    if one.open_attempt is not None:
        return "iesākts"
    return "nav sākts"
