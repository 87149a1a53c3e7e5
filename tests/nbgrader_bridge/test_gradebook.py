from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from lideri.course.items import Item
from lideri.errors import GradingError, StoreBusy
from lideri.nbgrader_bridge.comparison import gradebook_rows
from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse
from lideri.nbgrader_bridge.gradebook import (
    CourseGradebook,
    ManualMark,
    manual_marks,
    project,
    put_mark,
    scored_work,
    standing,
)
from lideri.nbgrader_bridge.in_memory import autograde
from lideri.nbgrader_bridge.running import prepare_gradebook
from tests.grading.items import RIGHT, form, one_of_each, single
from tests.nbgrader_bridge.people import HOSTILE, NOON, work

FORM = form().id
ITEMS: list[Item] = one_of_each()


def grade_of(course: NbgraderCourse, person: str, cell: str) -> dict[str, object]:
    return gradebook_rows(course)["grade", person, FORM, cell]


def autograded(course: NbgraderCourse, person: str) -> dict[str, str]:
    notebook = json.loads((course.autograded / person / FORM / f"{FORM}.ipynb").read_text(encoding="utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def test_nbgrader_stores_the_computed_points(course: NbgraderCourse) -> None:
    scores = project(course, work("dala"), ITEMS, submitted_at=NOON)

    assert scores["t-pari"].points == grade_of(course, "dala", "t-pari")["auto_score"] == 0.67
    assert standing(course, "dala", FORM) == "darbs-dala-1"


def test_free_text_waits_for_a_person_and_an_empty_one_does_not(course: NbgraderCourse) -> None:
    project(course, work("dala"), ITEMS, submitted_at=NOON)
    project(course, work("tuksi"), ITEMS, submitted_at=NOON)

    assert grade_of(course, "dala", "t-brivs")["auto_score"] is None
    assert grade_of(course, "dala", "t-brivs")["needs_manual_grade"] is True
    assert grade_of(course, "tuksi", "t-brivs")["auto_score"] == 0
    assert grade_of(course, "tuksi", "t-brivs")["needs_manual_grade"] is False


def test_what_could_not_be_told_is_flagged_for_a_person(course: NbgraderCourse) -> None:
    project(course, work("nezinams"), ITEMS, submitted_at=NOON)

    assert grade_of(course, "nezinams", "t-vards") == {
        "auto_score": 0.0,
        "max_score": 2.0,
        "needs_manual_grade": True,
        "manual_score": None,
        "extra_credit": None,
    }


def test_hostile_text_lies_inert_in_the_notebook(course: NbgraderCourse) -> None:
    project(course, work("nezinams"), ITEMS, submitted_at=NOON)

    source = autograded(course, "nezinams")["t-brivs"]

    assert source.startswith("<pre>&#60;img src&#61;x onerror")
    assert "\n" not in source
    assert HOSTILE[:5] not in source


def test_a_mark_and_its_comment_go_through_nbgraders_api_and_come_back(course: NbgraderCourse) -> None:
    project(course, work("dala"), ITEMS, submitted_at=NOON)
    project(course, work("neko"), ITEMS, submitted_at=NOON)

    put_mark(course, "dala", FORM, "t-brivs", ManualMark(3, "Labi."))
    put_mark(course, "dala", FORM, "t-vards", ManualMark(2, "Der."))

    found = {mark.cell: mark.mark for mark in manual_marks(course)}
    assert found == {"t-brivs": ManualMark(3.0, "Labi."), "t-vards": ManualMark(2.0, None)}
    assert grade_of(course, "dala", "t-brivs")["needs_manual_grade"] is False
    assert manual_marks(course, person="neko") == []


def test_a_mark_for_work_that_is_not_there_is_an_error(course: NbgraderCourse) -> None:
    with pytest.raises(GradingError, match="vērtējumu nav kur ierakstīt"):
        put_mark(course, "nav", FORM, "t-brivs", ManualMark(3, ""))


def test_other_work_never_keeps_the_mark_and_an_open_formgrader_page_cannot_mark_it(course: NbgraderCourse) -> None:
    project(course, work("dala"), ITEMS, submitted_at=NOON)
    put_mark(course, "dala", FORM, "t-brivs", ManualMark(3, "Pirmajam."))
    with Gradebook(course.db_url, COURSE_ID) as formgrader:
        opened = formgrader.find_grade("t-brivs", FORM, FORM, "dala").id

    project(course, work("dala", RIGHT, number=2), ITEMS, submitted_at=NOON)

    assert manual_marks(course) == []
    assert gradebook_rows(course)["comment", "dala", FORM, "t-brivs"]["manual_comment"] is None
    with Gradebook(course.db_url, COURSE_ID) as formgrader:
        assert formgrader.find_grade("t-brivs", FORM, FORM, "dala").id != opened


def test_projecting_again_gives_the_same_rows_and_the_marks_given(course: NbgraderCourse) -> None:
    marks = {"t-brivs": ManualMark(2.5, "Tā.")}
    project(course, work("dala"), ITEMS, submitted_at=NOON, marks=marks)
    before = gradebook_rows(course)

    project(course, work("dala"), ITEMS, submitted_at=NOON, marks=marks)

    assert gradebook_rows(course) == before
    assert grade_of(course, "dala", "t-brivs")["manual_score"] == 2.5


def test_points_that_differ_from_the_computed_ones_are_not_let_through(course: NbgraderCourse) -> None:
    other_key = [single(key="b"), *ITEMS[1:]]

    with pytest.raises(GradingError, match=r"t-viens: žurnālā ir 2\.0, bet aprēķināti 0\.0 punkti"):
        project(course, work("visu-zina"), other_key, submitted_at=NOON)


def test_an_answer_to_another_version_is_not_scored(course: NbgraderCourse) -> None:
    scores = project(course, work("visu-zina", version=2), ITEMS, submitted_at=NOON)

    assert {score.outcome for item, score in scores.items()} == {"unsure"}
    assert sum(score.points for score in scores.values()) == 0


def test_a_persons_id_cannot_leave_the_folder(course: NbgraderCourse) -> None:
    with pytest.raises(GradingError, match="nevar būt mapes vārds"):
        project(course, work("../../x", {}), ITEMS, submitted_at=NOON)


def test_a_form_that_was_never_released_is_an_error(course: NbgraderCourse) -> None:
    other = work("neko").model_copy(update={"form": "t02-z"})

    with pytest.raises(GradingError, match="variants «t02-z» nav izlaists"):
        project(course, other, ITEMS, submitted_at=NOON)


def test_trainers_find_people_by_name_in_formgrader(course: NbgraderCourse) -> None:
    project(course, work("dala"), ITEMS, submitted_at=NOON, name="Anna Marija Liepa")

    row = gradebook_rows(course)["student", "dala"]
    assert (row["first_name"], row["last_name"]) == ("Anna Marija", "Liepa")


def test_a_locked_gradebook_is_said_to_be_busy_and_works_afterwards(
    course: NbgraderCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = NbgraderCourse(course.root, f"{course.db_url}?timeout=0.1")
    with sqlite3.connect(course.root.parent / "gradebook.sqlite", isolation_level=None) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreBusy, match="datubāze: database is locked"):
            project(impatient, work("dala"), ITEMS, submitted_at=NOON)
        other.execute("rollback")

    assert project(impatient, work("dala"), ITEMS, submitted_at=NOON)["t-pari"].points == 0.67


def test_a_full_disk_is_said_and_leaves_no_half_file(course: NbgraderCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path, target: Path) -> None:
        raise OSError(28, os.strerror(28), str(target))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(StoreBusy, match="disks: No space left on device"):
            project(course, work("dala"), ITEMS, submitted_at=NOON)
    assert list((course.submitted / "dala" / FORM).iterdir()) == []

    assert project(course, work("dala"), ITEMS, submitted_at=NOON)["t-pari"].points == 0.67


def test_a_trainer_can_save_in_formgrader_while_hundreds_are_graded(course: NbgraderCourse) -> None:
    project(course, work("visu-zina"), ITEMS, submitted_at=NOON)
    done = threading.Event()
    saved: list[float] = []
    failures: list[Exception] = []

    def formgrader() -> None:
        """As formgrader does it, with one session that stays open and a commit for each mark, but less patient."""
        gradebook = Gradebook(f"{course.db_url}?timeout=2", COURSE_ID)
        grade = gradebook.find_grade("t-brivs", FORM, FORM, "visu-zina")
        while not done.is_set():
            try:
                grade.manual_score = float(len(saved) % 4)
                gradebook.db.commit()
                saved.append(grade.manual_score)
            except Exception as error:  # noqa: BLE001  # any failure makes the test fail
                failures.append(error)
                gradebook.db.rollback()
            time.sleep(0.01)
        gradebook.close()

    trainer = threading.Thread(target=formgrader)
    trainer.start()
    with CourseGradebook(course) as gradebook:
        kit = gradebook.kit(FORM, ITEMS, {})
        for batch in range(16):
            scored = [autograde(kit, work(f"p{batch}-{number}", RIGHT)) for number in range(25)]
            gradebook.write([scored_work(one, submitted_at=NOON, name="", marks={}) for one in scored])
    done.set()
    trainer.join()

    assert failures == []
    assert len(saved) > 10
    assert len([row for row in gradebook_rows(course) if row[0] == "submission"]) == 401
    assert {mark.person for mark in manual_marks(course)} == {"visu-zina"}


def test_many_at_once_leave_the_rows_that_one_at_a_time_leaves(course: NbgraderCourse, prepared: Path) -> None:
    names = ["visu-zina", "neko", "tuksi", "dala", "nezinams", "skaitli"]
    for name in names:
        project(course, work(name), ITEMS, submitted_at=NOON, name=f"Vārds {name}")
    one_by_one = gradebook_rows(course)
    for name in names:
        put_mark(course, name, FORM, "t-vards", ManualMark(1, "Citam darbam."))

    with CourseGradebook(course) as gradebook:
        kit = gradebook.kit(FORM, ITEMS, {})
        again = [autograde(kit, work(name, number=2)) for name in names]
        gradebook.write([scored_work(one, submitted_at=NOON, name=f"Vārds {one.person}", marks={}) for one in again])

    assert gradebook_rows(course) == one_by_one
    assert {standing(course, name, FORM) for name in names} == {f"darbs-{name}-2" for name in names}


def test_when_one_of_a_batch_does_not_fit_none_of_it_is_in_the_gradebook(course: NbgraderCourse) -> None:
    with CourseGradebook(course) as gradebook:
        kit = gradebook.kit(FORM, ITEMS, {})
        good, bad = (
            scored_work(autograde(kit, work(name)), submitted_at=NOON, name="", marks={}) for name in ("dala", "neko")
        )
        fewer = {name: grade for name, grade in bad.grades.items() if name != "t-pari"}

        with pytest.raises(GradingError, match="t02-a: žurnālā ir lieki uzdevumi: t-pari"):
            gradebook.write([good, replace(bad, grades=fewer)])
        assert not [row for row in gradebook_rows(course) if row[0] == "student"]

        gradebook.write([good])
    assert grade_of(course, "dala", "t-pari")["auto_score"] == 0.67


def test_what_the_database_holds_is_looked_at_before_it_is_committed(
    course: NbgraderCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(course.root.parent / "gradebook.sqlite") as database:
        database.execute("create trigger cits after insert on grade begin update grade set auto_score = 1; end")

    with pytest.raises(GradingError, match=r"žurnālā ir .*, bet aprēķināti"):
        project(course, work("dala"), ITEMS, submitted_at=NOON)

    assert not [row for row in gradebook_rows(course) if row[0] == "grade"]


def test_only_marks_that_changed_are_looked_at(course: NbgraderCourse) -> None:
    with CourseGradebook(course) as gradebook:
        kit = gradebook.kit(FORM, ITEMS, {})
        gradebook.write(
            [scored_work(autograde(kit, work(name)), submitted_at=NOON, name="", marks={}) for name in ("dala", "neko")]
        )
        put_mark(course, "dala", FORM, "t-brivs", ManualMark(3, "Labi."))
        assert [mark.person for mark in gradebook.changed_marks()] == ["dala"]
        assert [mark.person for mark in gradebook.changed_marks()] == ["dala"]  # nobody said that it was dealt with
        gradebook.marks_settled()
        assert gradebook.changed_marks() == []

        put_mark(course, "neko", FORM, "t-brivs", ManualMark(1, None))
        assert [(mark.person, mark.mark.points) for mark in gradebook.changed_marks()] == [("neko", 1.0)]
        gradebook.marks_settled()
        put_mark(course, "dala", FORM, "t-brivs", ManualMark(3, "Ļoti labi."))
        assert [mark.mark for mark in gradebook.changed_marks()] == [ManualMark(3.0, "Ļoti labi.")]


def test_preparing_a_gradebook_leaves_the_path_as_it_was(tmp_path: Path) -> None:
    before = os.environ["PATH"]

    prepare_gradebook(NbgraderCourse.in_data(tmp_path))

    assert os.environ["PATH"] == before
