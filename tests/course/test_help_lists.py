"""What one can choose in the log of help."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import course_data
from lideri.course.help_log import load_help_lists, read_help_lists
from lideri.errors import ContentError

LISTS, CATALOGUE = "help_log.yml", "portal/catalogue.yml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what the lists are made of."""
    (tmp_path / "portal").mkdir()
    for name in (LISTS, CATALOGUE):
        shutil.copy(str(course_data.path(name)), tmp_path / name)
    return tmp_path


def change(file: Path, old: str, new: str) -> int:
    """The line on which the change stands."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(folder: Path) -> list[str]:
    lists, found = read_help_lists(folder)
    assert (lists is None) == bool(found)
    return [str(each) for each in found]


def test_only_services_that_exist_can_be_chosen() -> None:
    lists = load_help_lists()

    assert len(lists.services) >= 15
    assert not any("Ezerkrast" in one.title or "Priežkaln" in one.institution for one in lists.services)


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("situations:", "situation:", "situation", "tāda lauka šeit nav"),
        ("- {id: e-adrese,", "- {id: ienaksana,", "situations", "divreiz tas pats id: ienaksana; katram vajag savu"),
        ("- {id: atnaks, name: Nāks vēlreiz}", "- {id: atnaks}", "next[1].name", "trūkst lauka"),
        ("- {step: 2,", "- {step: 1,", "alone", "divreiz tas pats id: 1"),
        ("- {step: 2,", "- {step: 7,", "alone[1].step", "ne lielāka par 4"),
        ("minutes: [5,", "minutes: [piecas,", "minutes[0]", "šeit jābūt veselam skaitlim"),
        ("- {id: zvani,", "- {id: epasts,", "survey.areas[1].activities", "divreiz tas pats id: epasts"),
        ("- id: sazina", "- id: informacija", "survey.areas", "divreiz tas pats id: informacija"),
        ("{id: cits, name: Cits vai", "{id: pmlp-mani-dati, name: Cits vai", "other_service", "id: pmlp-mani-dati"),
    ],
)
def test_each_mistake_is_named_with_its_line(folder: Path, old: str, new: str, path: str, message: str) -> None:
    changed = change(folder / LISTS, old, new)

    found = problems(folder)

    (one,) = [each for each in found if message in each]
    file, line, rest = one.split(":", maxsplit=2)
    assert file == "course_data/help_log.yml"
    assert rest.startswith(f" {path}: ")
    # What stands twice is named where its list begins.
    assert int(line) == changed if "divreiz" not in message else int(line) <= changed


def test_four_steps_say_how_much_was_done_alone(folder: Path) -> None:
    text = (folder / LISTS).read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("- {step: 4")]
    (folder / LISTS).write_text("\n".join(kept), encoding="utf-8")

    assert any("alone: par maz elementu; vajag vismaz 4" in each for each in problems(folder))


def test_a_mistake_in_the_catalogue_is_named_there(folder: Path) -> None:
    line = change(folder / CATALOGUE, "  title: Dzīvesvietas deklarēšana vai norādīšana\n", "")

    assert problems(folder) == [f"course_data/{CATALOGUE}:{line - 1}: services[0].title: trūkst lauka; pieraksti to"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "datne ir tukša"), ("- viens\n", "šeit jābūt laukiem ar vērtībām"), ("a: [1\n", "YAML nav salasāms")],
)
def test_a_file_that_cannot_be_read_is_named(folder: Path, text: str, message: str) -> None:
    for name in (LISTS, CATALOGUE):
        (folder / name).write_text(text, encoding="utf-8")

    found = problems(folder)

    assert [each.split(":")[0] for each in found] == [f"course_data/{LISTS}", f"course_data/{CATALOGUE}"]
    assert all(message in each for each in found)


def test_a_catalogue_without_services_is_named(folder: Path) -> None:
    (folder / CATALOGUE).write_text("services: nav\n", encoding="utf-8")

    assert problems(folder) == [f"course_data/{CATALOGUE}:1: services: šeit jābūt sarakstam"]


def test_a_file_that_is_gone_is_named(folder: Path) -> None:
    (folder / LISTS).unlink()

    assert problems(folder) == ["course_data/help_log.yml:1: datnes nav; atjauno to no programmas mapes"]


def test_the_server_says_the_same_and_does_not_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = change(folder / LISTS, "situations:", "situation:")
    monkeypatch.setattr(course_data, "path", lambda name="": folder / name)
    load_help_lists.cache_clear()

    with pytest.raises(ContentError, match=f"course_data/help_log.yml:{line}: situation: tāda lauka"):
        load_help_lists()


def test_words_of_something_no_longer_in_the_lists_are_its_id() -> None:
    lists = load_help_lists()

    assert lists.situation("izmests") == lists.service("izmests") == lists.next_words("izmests") == "izmests"
