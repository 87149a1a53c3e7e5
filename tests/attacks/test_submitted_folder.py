"""Hostile files where nbgrader looks for submissions, altered records, warnings: nothing of it makes a score."""

from __future__ import annotations

import json
import sqlite3
import sys
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
import pytest

from lideri.course.items import FreeText
from lideri.course.loading import project_root, read_course
from lideri.grading import explain, grade_raw, rules
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import ManualMark, put_mark
from lideri.store import Store
from tests.attacks.bystanders import standing_of_others
from tests.grader.queue_of_work import FORM, MAX, grader, settings, submit
from tests.grading.items import RIGHT, one_of_each

MOST_BY_PROGRAM = MAX - sum(item.points for item in one_of_each() if isinstance(item, FreeText))
WRONG: dict[str, Any] = {"t-viens": {"kind": "single_choice", "choice": "b"}}


def course_of(data: Path) -> NbgraderCourse:
    return NbgraderCourse.of(settings(data))


def folder_of(data: Path, person: str) -> Path:
    return course_of(data).submitted / person / FORM


def id_of(store: Store, username: str) -> str:
    person = store.people.by_username(username)
    assert person is not None
    return person.id


def points_of(store: Store, submission: str) -> float:
    return sum(row.points or 0.0 for row in results(store, submission).values())


def results(store: Store, submission: str) -> dict[str, Any]:
    whose = store.queue.submission(submission)
    (found,) = [each for each in store.results.of_person(whose.person_id) if each.submission_id == submission]
    return {item.item: item for item in found.items}


def hostile_notebook(proof: Path, **metadata: Any) -> str:
    """Code that leaves a proof, a graded cell of its own, and points it gives itself."""
    cells = [
        nbformat.v4.new_code_cell(f"open({str(proof)!r}, 'w').close()"),
        nbformat.v4.new_code_cell("100", metadata={"nbgrader": graded_cell("t-viens", 100)}),
        nbformat.v4.new_code_cell("-1", metadata={"nbgrader": graded_cell("t-vairaki", 100)}),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return nbformat.writes(notebook)


def graded_cell(name: str, points: float) -> dict[str, Any]:
    cell = {"grade": True, "grade_id": name, "points": points, "schema_version": 3}
    return cell | {"locked": False, "solution": True, "task": False}


def gradebook_rows(data: Path) -> list[tuple[str, str, float | None, float | None]]:
    with closing(sqlite3.connect(data / "gradebook.sqlite")) as database:
        return database.execute(
            "select submitted_assignment.student_id, base_cell.name, grade.auto_score, grade.manual_score from grade "
            "join base_cell on base_cell.id = grade.cell_id "
            "join submitted_notebook on submitted_notebook.id = grade.notebook_id "
            "join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id order by 1, 2"
        ).fetchall()


# ── files lying in submitted/ ────────────────────────────────────────────────────────────────────────────────────────


def test_a_notebook_lying_in_submitted_is_neither_run_nor_graded(store: Store, data: Path, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    submission = submit(store, "zane", WRONG)
    for person in (id_of(store, "zane"), "svesinieks"):
        folder_of(data, person).mkdir(parents=True)
        (folder_of(data, person) / f"{FORM}.ipynb").write_text(hostile_notebook(proof))

    grader(store, data).run_until_idle()

    assert not proof.exists()
    assert points_of(store, submission) == 0.0
    assert {row[0] for row in gradebook_rows(data)} == {id_of(store, "zane")}
    text = (folder_of(data, id_of(store, "zane")) / f"{FORM}.ipynb").read_text()
    assert "open(" not in text


def test_more_notebooks_and_programs_beside_the_own_one_count_for_nothing(
    store: Store, data: Path, tmp_path: Path
) -> None:
    proof = tmp_path / "ran"
    submission = submit(store, "zane", WRONG)
    folder = folder_of(data, id_of(store, "zane"))
    folder.mkdir(parents=True)
    for name in ("cits.ipynb", "conftest.ipynb"):
        (folder / name).write_text(hostile_notebook(proof))
    for name in ("sitecustomize.py", "nbgrader_config.py", "lideri.py", "json.py"):
        (folder / name).write_text(f"open({str(proof)!r}, 'w').close()")

    grader(store, data).run_until_idle()

    assert not proof.exists()
    assert points_of(store, submission) == 0.0
    assert {name for _, name, _, _ in gradebook_rows(data)} == {item.id for item in one_of_each()}


def test_forged_points_in_a_notebooks_metadata_count_for_nothing(store: Store, data: Path, tmp_path: Path) -> None:
    first, service = submit(store, "zane", WRONG), grader(store, data)
    service.run_until_idle()
    folder = folder_of(data, id_of(store, "zane"))
    notebook = json.loads((folder / f"{FORM}.ipynb").read_text())
    for cell in notebook["cells"]:
        if "points" in cell["metadata"].get("nbgrader", {}):
            cell["metadata"]["nbgrader"]["points"] = 100
            cell["outputs" if cell["cell_type"] == "code" else "attachments"] = []
    notebook["metadata"]["lideri"]["submission"] = "cits"
    (folder / f"{FORM}.ipynb").write_text(json.dumps(notebook))

    second = submit(store, "zane", WRONG)
    service.run_until_idle()

    assert (points_of(store, first), points_of(store, second)) == (0.0, 0.0)
    assert [row[2] for row in gradebook_rows(data) if row[1] != "t-brivs"] == [0.0] * 7


@pytest.mark.parametrize("link", ["notebook", "timestamp", "draft"])
def test_a_link_in_place_of_a_file_is_replaced_and_not_followed(
    store: Store, data: Path, tmp_path: Path, link: str
) -> None:
    target = tmp_path / "noslēpums.txt"
    target.write_text("neaiztikts")
    submission = submit(store, "zane", RIGHT)
    folder = folder_of(data, id_of(store, "zane"))
    folder.mkdir(parents=True)
    names = {"notebook": f"{FORM}.ipynb", "timestamp": "timestamp.txt", "draft": f".{FORM}.ipynb.new"}
    (folder / names[link]).symlink_to(target)

    grader(store, data).run_until_idle()

    assert target.read_text() == "neaiztikts"
    assert points_of(store, submission) == MOST_BY_PROGRAM


@pytest.mark.parametrize("level", ["person", "form"])
@pytest.mark.parametrize("stage", ["submitted", "autograded"])
def test_a_link_in_place_of_a_folder_leads_nobodys_work_elsewhere(
    store: Store, data: Path, tmp_path: Path, level: str, stage: str
) -> None:
    berta, service = submit(store, "berta", RIGHT), grader(store, data)
    service.run_until_idle()
    zane = submit(store, "zane", WRONG)
    root = course_of(data).submitted if stage == "submitted" else course_of(data).autograded
    theirs, own = root / id_of(store, "berta"), root / id_of(store, "zane")
    before = {path: path.read_bytes() for path in theirs.rglob("*") if path.is_file()}
    others = standing_of_others(data, id_of(store, "zane"))
    rows = [row for row in gradebook_rows(data) if row[0] == id_of(store, "berta")]
    if level == "person":
        own.symlink_to(theirs)
    else:
        own.mkdir()
        (own / FORM).symlink_to(theirs / FORM)

    service.run_until_idle()

    assert {path: path.read_bytes() for path in theirs.rglob("*") if path.is_file()} == before
    assert standing_of_others(data, id_of(store, "zane")) == others
    assert [row for row in gradebook_rows(data) if row[0] == id_of(store, "berta")] == rows
    assert points_of(store, berta) == MOST_BY_PROGRAM
    assert store.queue.submission(zane).state in ("graded", "failed")


def test_a_mark_in_formgrader_goes_to_no_submission_that_a_forged_notebook_names(store: Store, data: Path) -> None:
    victim, own = submit(store, "berta", RIGHT), submit(store, "zane", RIGHT)
    service = grader(store, data)
    service.run_until_idle()
    zane, others = id_of(store, "zane"), standing_of_others(data, id_of(store, "zane"))
    file = folder_of(data, zane) / f"{FORM}.ipynb"
    file.write_text(file.read_text().replace(own, victim))

    put_mark(course_of(data), zane, FORM, "t-brivs", ManualMark(0.0, "slikti"))
    service.read_marks()
    service.store_marks()

    assert standing_of_others(data, zane) == others


# ── altered records ──────────────────────────────────────────────────────────────────────────────────────────────────


def alter(data: Path, sql: str, *values: Any) -> None:
    """Change the database as somebody would who can write its file: the guarding triggers are taken away first."""
    with closing(sqlite3.connect(data / "lideri.sqlite")) as database:
        triggers = [name for (name,) in database.execute("select name from sqlite_master where type = 'trigger'")]
        for name in triggers:
            database.execute(f"drop trigger {name}")
        assert database.execute(sql, values).rowcount == 1
        database.commit()


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        (
            'update submissions set content = replace(content, \'"choice":"b"\', \'"choice":"a"\') where id = ?',
            "failed",
        ),
        ("update submissions set content = '{' where id = ?", "failed"),
        ("update submissions set sha256 = '' where id = ?", "failed"),
    ],
)
def test_an_altered_submission_is_not_graded_and_the_others_are(
    store: Store, data: Path, sql: str, wanted: str
) -> None:
    altered, honest = submit(store, "zane", WRONG), submit(store, "berta", RIGHT)
    alter(data, sql, altered)

    grader(store, data).run_until_idle()

    counts = store.queue.counts()
    assert counts == {wanted: 1, "graded": 1}
    assert points_of(store, honest) == MOST_BY_PROGRAM


def test_a_submission_given_to_somebody_else_is_not_graded_as_theirs(store: Store, data: Path) -> None:
    good, bad = submit(store, "berta", RIGHT), submit(store, "zane", WRONG)
    zane = id_of(store, "zane")
    others = standing_of_others(data, zane)
    alter(data, "update submissions set person_id = ? where id = ?", zane, good)
    alter(data, "update submissions set form = 't02-b' where id = ?", bad)

    grader(store, data).run_until_idle()

    assert others["submissions"]
    assert store.queue.counts() == {"failed": 2}
    assert not store.results.of_person(zane) or all(
        result.points in (None, 0.0) for result in store.results.of_person(zane)
    )


def test_answers_changed_after_submitting_change_no_points(store: Store, data: Path) -> None:
    submission = submit(store, "zane", WRONG)
    alter(
        data,
        "update attempt_answers set response = ? where item = 't-viens'",
        json.dumps({"kind": "single_choice", "choice": "a"}),
    )

    grader(store, data).run_until_idle()

    assert points_of(store, submission) == 0.0


# ── warnings, negative numbers, texts that nbgrader would take for points ────────────────────────────────────────────


def test_a_right_answer_keeps_its_points_whatever_scoring_says_on_stderr(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loud = []

    def with_noise(module: Any) -> Any:
        quiet = module.grade

        def noisy(item: Any, response: Any) -> Any:
            loud.append(item.id)
            warnings.warn(f"{item.id} novecojis", DeprecationWarning, stacklevel=1)
            sys.stderr.write("Traceback (most recent call last):\n")
            return quiet(item, response)

        return noisy

    for module in (rules.single_choice, rules.number, rules.short_text, rules.mark_spots, rules.order, rules.match):
        monkeypatch.setattr(module, "grade", with_noise(module))
    submission = submit(store, "zane", RIGHT)

    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        grader(store, data).run_until_idle()

    assert points_of(store, submission) == MOST_BY_PROGRAM
    assert all(row[2] for row in gradebook_rows(data) if row[1] != "t-brivs")
    assert loud


STRANGE = [
    "-1",
    "-0",
    "1e999",
    "NaN",
    "inf",
    "-inf",
    "٣",
    "½",
    "9" * 300,
    "0x1b",
    "1_0",
    "",
    " ",
    "\x00",
    "\ud800",
    "1" * 8000,
]
STRANGE += ["__import__('os').system('true')", "{{7*7}}", "%s%s%n", "'; drop table people; --", "\u202e282,8", "True"]


def test_no_strange_answer_to_any_item_earns_marks_it_should_not_or_breaks_scoring() -> None:
    course, _ = read_course(project_root())
    kinds = ("single_choice", "multiple_choice", "order", "match", "number", "short_text", "mark_spots", "free_text")
    fields = ("choice", "choices", "order", "pairs", "text", "marked")
    values: list[Any] = [*STRANGE, None, True, -1, 10**400, [], {}, ["a", "a"], [[]], {"a": {"b": {}}}, [None], 1.5]
    scored = 0

    for item in course.items.values():
        for kind in {item.kind, *kinds[:2], "nav"}:
            for field in fields:
                for value in values:
                    score = grade_raw(item, {"version": item.version, "response": {"kind": kind, field: value}})
                    assert score.outcome != "right", (item.id, kind, field, value)
                    assert 0.0 <= score.points < item.points, (item.id, kind, field, value)
                    scored += 1
        for answer in (*values, {"version": -1}, {"version": item.version, "response": [], "points": 99}):
            score = grade_raw(item, answer)
            assert score.points == 0.0
            explain(item, None, score)

    assert scored > 10_000
