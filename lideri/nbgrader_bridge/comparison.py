"""Whether stock `nbgrader autograde`, with a kernel, gives the same gradebook as we do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment

from lideri.errors import GradingError
from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse
from lideri.nbgrader_bridge.running import prepare_gradebook, run_converter

Row = tuple[Any, ...]
HUMAN = ("needs_manual_grade", "manual_score", "extra_credit", "manual_comment")


@dataclass(frozen=True, slots=True)
class Comparison:
    """``differences`` is empty when the gradebooks are equal; ``rows`` is how many were compared."""

    rows: int
    differences: tuple[str, ...]
    stock_groups: tuple[tuple[int, float], ...]  # for each run of stock nbgrader: submissions, seconds

    @property
    def stock_seconds(self) -> float:
        return sum(seconds for _, seconds in self.stock_groups)

    @property
    def stock_submissions(self) -> int:
        return sum(number for number, _ in self.stock_groups)

    @property
    def stock_runs(self) -> int:
        return len(self.stock_groups)

    @property
    def equal(self) -> bool:
        return self.rows > 0 and not self.differences


def compare_with_stock(
    course: NbgraderCourse,
    folder: Path,
    *,
    forms: Iterable[str],
    unsure: Collection[tuple[str, str, str]] = (),
    groups: Sequence[Sequence[str]] | None = None,
) -> Comparison:
    """Grade what lies in ``course/submitted`` again with stock nbgrader in the empty ``folder``; compare gradebooks.

    Everything is compared but ids, timestamps, what people entered (their marks and comments), and
    ``needs_manual_grade`` of the ``(person, form, cell)`` in ``unsure``: it is set in ours, and not in stock's.
    Takes about two seconds for each submission. With ``groups`` (of people) only theirs, a run of nbgrader for each.
    """
    stock = NbgraderCourse.in_data(folder)
    forms = sorted(forms)
    people = None if groups is None else {person for group in groups for person in group}
    runs = grade_with_stock(course, stock, forms, groups)
    ours, theirs = gradebook_rows(course, people, forms), gradebook_rows(stock, people, forms)
    return Comparison(len(ours), tuple(differences(ours, theirs, unsure=unsure)), runs)


def grade_with_stock(
    course: NbgraderCourse, stock: NbgraderCourse, forms: Sequence[str], groups: Sequence[Sequence[str]] | None = None
) -> tuple[tuple[int, float], ...]:
    """Run stock `nbgrader autograde` for the submissions of ``course``: how many, and seconds, of each run."""
    prepare_gradebook(stock)
    shutil.copytree(course.root / "source", stock.root / "source")
    for form in forms:
        run_converter(GenerateAssignment, stock, assignment=form)
    _copy_students(course, stock, None if groups is None else {person for group in groups for person in group})
    runs = []
    for group in [None] if groups is None else groups:
        # nbgrader grades what lies in submitted/: one group at a time, as a course that grows.
        shutil.rmtree(stock.root / "submitted", ignore_errors=True)
        for person in [found.name for found in course.submitted.iterdir()] if group is None else group:
            shutil.copytree(course.submitted / person, stock.root / "submitted" / person)
        number = sum(1 for _ in stock.submitted.glob("*/*"))
        started = time.perf_counter()
        for form in forms:
            _run_stock(stock, form)
        runs.append((number, time.perf_counter() - started))
    return tuple(runs)


def gradebook_rows(
    course: NbgraderCourse, people: Collection[str] | None = None, forms: Collection[str] | None = None
) -> dict[Row, dict[str, Any]]:
    """The gradebook without ids and times: what a row is about → what it says. Of these people and forms, or of all."""
    rows: dict[Row, dict[str, Any]] = {}
    with Gradebook(course.gradebook_url, COURSE_ID) as gradebook:
        for student in gradebook.students:
            if people is not None and student.id not in people:
                continue
            rows["student", student.id] = {
                "first_name": student.first_name,
                "last_name": student.last_name,
                "email": student.email,
            }
        for assignment in gradebook.assignments:
            if forms is not None and assignment.name not in forms:
                continue
            rows["assignment", assignment.name] = {"duedate": assignment.duedate, "course": assignment.course_id}
            for notebook in assignment.notebooks:
                about = (assignment.name, notebook.name)
                rows["notebook", *about] = {"kernelspec": notebook.kernelspec}
                for cell in [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]:
                    rows["cell", *about, cell.name, cell.type] = {"max_score": getattr(cell, "max_score", None)}
                for cell in notebook.source_cells:
                    rows["source", *about, cell.name] = {
                        "cell_type": cell.cell_type,
                        "locked": cell.locked,
                        "source": cell.source,
                        "checksum": cell.checksum,
                    }
            for submission in assignment.submissions:
                if people is None or submission.student_id in people:
                    rows |= _rows_of(submission)
    return rows


def differences(
    ours: dict[Row, dict[str, Any]],
    stock: dict[Row, dict[str, Any]],
    *,
    unsure: Collection[tuple[str, str, str]] = (),
) -> list[str]:
    """Every difference in words; empty when the gradebooks are equal as `compare_with_stock` says."""
    found = [f"only in ours: {row}" for row in sorted(ours.keys() - stock.keys())]
    found += [f"only in stock: {row}" for row in sorted(stock.keys() - ours.keys())]
    for row in sorted(ours.keys() & stock.keys()):
        left, right = dict(ours[row]), dict(stock[row])
        if row[0] == "grade" and row[1:] in unsure:
            if left["manual_score"] is None and (left["needs_manual_grade"], right["needs_manual_grade"]) != (
                True,
                False,
            ):
                found.append(f"{row}: could not be told, but needs_manual_grade is not ours to say")
            right["needs_manual_grade"] = left["needs_manual_grade"]
        if left.get("manual_score") is not None or left.get("manual_comment"):
            right |= {field: left[field] for field in HUMAN if field in left}
        found += [
            f"{row}: {field}: {left[field]!r}, stock {right[field]!r}" for field in left if left[field] != right[field]
        ]
    return found


def _rows_of(submission: Any) -> dict[Row, dict[str, Any]]:
    who = (submission.student.id, submission.assignment.name)
    rows: dict[Row, dict[str, Any]] = {("submission", *who): {"extension": submission.extension}}
    for notebook in submission.notebooks:
        rows["submitted", *who, notebook.name] = {
            "flagged": notebook.flagged,
            "late_submission_penalty": notebook.late_submission_penalty,
        }
        for grade in notebook.grades:
            rows["grade", *who, grade.name] = {
                "auto_score": grade.auto_score,
                "max_score": grade.max_score,
                "needs_manual_grade": grade.needs_manual_grade,
                "manual_score": grade.manual_score,
                "extra_credit": grade.extra_credit,
            }
        for comment in notebook.comments:
            rows["comment", *who, comment.name] = {
                "auto_comment": comment.auto_comment,
                "manual_comment": comment.manual_comment,
            }
    return rows


def _copy_students(course: NbgraderCourse, stock: NbgraderCourse, people: Collection[str] | None) -> None:
    """People's names are put in before grading, not by it."""
    with Gradebook(course.gradebook_url, COURSE_ID) as ours, Gradebook(stock.gradebook_url, COURSE_ID) as theirs:
        for student in ours.students:
            if people is not None and student.id not in people:
                continue
            theirs.add_student(
                student.id, first_name=student.first_name, last_name=student.last_name, email=student.email
            )


def _run_stock(stock: NbgraderCourse, form: str) -> None:
    config = stock.root / "nbgrader_config.py"
    settings = stock.config()
    lines = [
        f"c.{section}.{name} = {value!r}\n"
        for section in ("CourseDirectory", "ClearSolutions")
        for name, value in sorted(settings[section].items())
    ]
    config.write_text("c = get_config()\n" + "".join(lines), encoding="utf-8")
    done = subprocess.run(  # noqa: S603  # our own interpreter, no shell
        [sys.executable, "-m", "nbgrader", "autograde", form, "--force"],
        cwd=stock.root,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(stock.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise GradingError(f"nbgrader autograde {form}: {done.stderr[-2000:]}")
