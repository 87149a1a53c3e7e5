from __future__ import annotations

import stat
from pathlib import Path

import pytest

from lideri.errors import GradingError
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.files import is_whole, standing, write_work
from tests.nbgrader_bridge.people import NOON

FORM = "t02-a"
WORK = '{"metadata": {"lideri": {"submission": "%s"}}}'


@pytest.fixture
def course(tmp_path: Path) -> NbgraderCourse:
    return NbgraderCourse.in_data(tmp_path)


def write(course: NbgraderCourse, number: int = 1) -> None:
    text = WORK % f"darbs-{number}"
    write_work(course, "anna", FORM, submitted=text, autograded=text, submitted_at=NOON)


def test_both_notebooks_and_the_time_lie_where_nbgrader_looks(course: NbgraderCourse) -> None:
    write(course)

    found = sorted(path.relative_to(course.root).as_posix() for path in course.root.rglob("*") if path.is_file())
    assert found == [
        f"{step}/anna/{FORM}/{name}"
        for step in ("autograded", "submitted")
        for name in (f"{FORM}.ipynb", "timestamp.txt")
    ]
    assert (course.submitted / "anna" / FORM / "timestamp.txt").read_text() == "2026-11-21 12:00:00.000000 UTC"
    assert stat.S_IMODE((course.autograded / "anna" / FORM / f"{FORM}.ipynb").stat().st_mode) == 0o444


def test_a_later_work_takes_the_place_of_the_former(course: NbgraderCourse) -> None:
    write(course)
    write(course, 2)

    assert standing(course, "anna", FORM) == "darbs-2"
    assert is_whole(course, "anna", FORM)


def test_half_a_file_is_seen(course: NbgraderCourse) -> None:
    write(course)
    notebook = course.autograded / "anna" / FORM / f"{FORM}.ipynb"
    notebook.chmod(0o644)
    notebook.write_text("")

    assert not is_whole(course, "anna", FORM)
    assert not is_whole(course, "berta", FORM)


def test_links_and_what_others_put_there_are_not_followed_and_do_not_stay(
    course: NbgraderCourse, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "cits"
    elsewhere.mkdir()
    (elsewhere / "vertigs.txt").write_text("paliek")
    course.submitted.mkdir(parents=True)
    (course.submitted / "anna").symlink_to(elsewhere)
    place = course.autograded / "anna" / FORM
    place.mkdir(parents=True)
    (place / f"{FORM}.ipynb").symlink_to(elsewhere / "vertigs.txt")
    (place / f".{FORM}.ipynb.new").symlink_to(elsewhere / "vertigs.txt")
    (place / "cits.ipynb").write_text("{}")
    (place / "mape").mkdir()

    write(course)

    assert (elsewhere / "vertigs.txt").read_text() == "paliek"
    assert sorted(path.name for path in elsewhere.iterdir()) == ["vertigs.txt"]
    assert sorted(path.name for path in place.iterdir()) == [f"{FORM}.ipynb", "timestamp.txt"]
    assert not (course.submitted / "anna").is_symlink()


@pytest.mark.parametrize("person", ["../anna", "", ".anna", "a/b", "a" * 129, "anna\n", "ā"])
def test_an_id_that_is_no_file_name_is_refused(course: NbgraderCourse, person: str) -> None:
    with pytest.raises(GradingError, match="nevar būt mapes vārds"):
        write_work(course, person, FORM, submitted="", autograded="", submitted_at=NOON)

    assert not course.root.exists()
