from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lideri.errors import GradingError
from lideri.nbgrader_bridge.assignment import texts_in
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import project
from lideri.nbgrader_bridge.release import release
from tests.grading.items import form, one_of_each, rubric, single
from tests.nbgrader_bridge.people import NOON, work

RUBRICS = {"saruna": rubric()}


def test_no_key_reaches_the_release_folder(course: NbgraderCourse) -> None:
    secrets = texts_in(one_of_each())
    source = (course.source / form().id / f"{form().id}.ipynb").read_text(encoding="utf-8")

    released = "".join(path.read_text(encoding="utf-8") for path in course.release.rglob("*") if path.is_file())

    assert len(secrets) > 20
    assert all(secret in source for secret in secrets)  # the search would find them
    assert not [secret for secret in secrets if secret in released]
    assert "accept" not in released
    assert '"key"' not in released
    assert "lideri.grading" not in released
    for level in rubric().criteria[0].levels:
        assert level.description not in released


def test_the_released_notebook_has_an_empty_place_for_answers_and_for_text(course: NbgraderCourse) -> None:
    released = json.loads((course.release / form().id / f"{form().id}.ipynb").read_text(encoding="utf-8"))

    sources = {cell["id"]: "".join(cell["source"]) for cell in released["cells"]}
    assert sources["atbildes"] == "ATBILDES = {}"
    assert sources["t-viens"] == "# t-viens, versija 1"
    assert sources["t-brivs"] == "_Atbildes nav._"


def test_releasing_again_changes_nothing(course: NbgraderCourse) -> None:
    before = {path: path.stat().st_mtime_ns for path in course.root.rglob("*.ipynb")}

    release(course, form(), one_of_each(), RUBRICS)

    assert {path: path.stat().st_mtime_ns for path in course.root.rglob("*.ipynb")} == before


def test_a_mended_key_is_released_even_after_people_have_used_the_form(course: NbgraderCourse) -> None:
    project(course, work("visu-zina"), one_of_each(), submitted_at=NOON)
    mended = [single(key="b"), *one_of_each()[1:]]

    release(course, form(), mended, RUBRICS)
    scores = project(course, work("visu-zina"), mended, submitted_at=NOON)

    assert scores["t-viens"].points == 0.0


def test_a_used_form_keeps_its_items_and_points(course: NbgraderCourse) -> None:
    project(course, work("visu-zina"), one_of_each(), submitted_at=NOON)
    other_points = [single(points=3), *one_of_each()[1:]]
    before = {path: path.read_bytes() for path in course.root.rglob("*.ipynb")}

    with pytest.raises(GradingError, match="variantu «t02-a» cilvēki jau ir pildījuši"):
        release(course, form(), other_points, RUBRICS)

    assert {path: path.read_bytes() for path in course.root.rglob("*.ipynb")} == before


def test_nothing_depends_on_the_working_folder(
    course: NbgraderCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "citur"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    scores = project(course, work("visu-zina"), one_of_each(), submitted_at=NOON)

    assert scores["t-viens"].points == 2.0
    assert list(elsewhere.iterdir()) == []


def test_a_folder_with_odd_characters_in_its_name_works(prepared: Path, tmp_path: Path) -> None:
    odd = NbgraderCourse.in_data(Path(shutil.copytree(prepared, tmp_path / "dati (2) + ā.b")))

    assert project(odd, work("dala"), one_of_each(), submitted_at=NOON)["t-pari"].points == 0.67
