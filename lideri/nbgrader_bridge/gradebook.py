"""A person's submission and a trainer's marks in nbgrader's gradebook."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from sqlalchemy import select

from lideri.course.items import FreeText, FreeTextResponse, Item, SubmissionData
from lideri.errors import GradingError, StoreBusy
from lideri.grading import Score, grade_answer
from lideri.nbgrader_bridge.assignment import grade_id
from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse
from lideri.nbgrader_bridge.running import passing_trouble, run_converter
from lideri.nbgrader_bridge.scoring import ScoreAnswers
from lideri.nbgrader_bridge.submission import standing, write_submission

__all__ = ["ManualMark", "MarkInGradebook", "manual_marks", "project", "put_mark", "standing"]
log = logging.getLogger(__name__)
# nbgrader's own list with `ScoreAnswers` in place of `Execute`, less what has nothing to do here: our outputs are two
# short lines, and the metadata were checked a moment ago, when the notebook was sanitised.
PREPROCESSORS = [ScoreAnswers, SaveAutoGrades, AssignLatePenalties]


@dataclass(frozen=True, slots=True)
class ManualMark:
    """A person's points for one item. ``comment`` is None where nbgrader keeps none: beside a test cell."""

    points: float
    comment: str | None


@dataclass(frozen=True, slots=True)
class MarkInGradebook:
    """A manual mark as it stands in the gradebook; ``cell`` is the item's `grade_id`."""

    person: str
    form: str
    cell: str
    mark: ManualMark


def project(
    course: NbgraderCourse,
    submission: SubmissionData,
    items: Sequence[Item],
    *,
    submitted_at: datetime,
    name: str = "",
    marks: Mapping[str, ManualMark] | None = None,
) -> dict[str, Score]:
    """Make ``submission`` the one that stands in the gradebook for its person and form, scored by nbgrader.

    ``marks`` (by item) are the manual marks of this very submission; what stood there for another one is removed with
    its marks, so read those first (`manual_marks`). Doing it twice, or after being killed in the middle, ends the same.

    Returns the score of every item of the form. Raises `GradingError` when the gradebook would hold anything but the
    computed scores, `StoreBusy` when disk or database could not take it now.
    """
    released = course.release / submission.form / f"{submission.form}.ipynb"
    if not released.is_file():
        raise GradingError(f"variants «{submission.form}» nav izlaists; palaid «lideri build» un restartē vērtētāju")
    if standing(course, submission.person, submission.form) not in (None, submission.submission):
        _remove(course, submission.form, submission.person)
    try:
        write_submission(course, submission, released.read_text(encoding="utf-8"), submitted_at)
    except OSError as error:
        raise StoreBusy(passing_trouble(error) or str(error)) from error
    run_converter(
        Autograde,
        course,
        assignment=submission.form,
        student=submission.person,
        autograde_preprocessors=PREPROCESSORS,
    )
    scores = _scores(submission, items)
    _check_and_complete(course, submission, items, scores, marks or {}, name=name)
    return scores


def put_mark(course: NbgraderCourse, person: str, form: str, item_id: str, mark: ManualMark) -> None:
    """Write a person's mark through nbgrader's API, as formgrader does; `GradingError` when no work stands there."""
    with _session(course) as gradebook:
        _write_mark(gradebook, person, form, grade_id(item_id), mark)
        gradebook.db.commit()


def manual_marks(
    course: NbgraderCourse, *, person: str | None = None, form: str | None = None
) -> list[MarkInGradebook]:
    """Every manual mark in the gradebook, made here or in formgrader; of one person and form, or of all.

    Points include formgrader's «extra credit».
    """
    wanted = (
        select(
            Student.id,
            Assignment.name,
            BaseCell.name,
            Grade.manual_score,
            Grade.extra_credit,
            Comment.id,
            Comment.manual_comment,
        )
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Student, Student.id == SubmittedAssignment.student_id)
        .outerjoin(
            # A manually graded answer is a grade cell and a solution cell with one name.
            Comment,
            (Comment.notebook_id == Grade.notebook_id)
            & Comment.cell_id.in_(select(OTHER.id).where(OTHER.name == BaseCell.name).correlate(BaseCell)),
        )
        .where(Grade.manual_score.is_not(None))
    )
    if person is not None:
        wanted = wanted.where(Student.id == person)
    if form is not None:
        wanted = wanted.where(Assignment.name == form)
    with _session(course) as gradebook:
        rows = gradebook.db.execute(wanted).all()
    return [
        MarkInGradebook(
            student, assignment, cell, ManualMark(score + (extra or 0.0), None if comment_id is None else comment or "")
        )
        for student, assignment, cell, score, extra, comment_id, comment in rows
    ]


OTHER = BaseCell.__table__.alias("other_cell").c


def _scores(submission: SubmissionData, items: Iterable[Item]) -> dict[str, Score]:
    answered = {answer.item: answer for answer in submission.answers}
    return {item.id: grade_answer(item, answered.get(item.id)) for item in items}


def _check_and_complete(
    course: NbgraderCourse,
    submission: SubmissionData,
    items: Iterable[Item],
    scores: Mapping[str, Score],
    marks: Mapping[str, ManualMark],
    *,
    name: str,
) -> None:
    """Compare what nbgrader stored with what was computed; flag what could not be told; write this work's marks."""
    texts = {answer.item for answer in submission.answers if _is_text(answer.response)}
    with _session(course) as gradebook:
        stored = _grades(gradebook, submission.person, submission.form)
        for item in items:
            grade = stored.pop(grade_id(item.id), None)
            expected = None if isinstance(item, FreeText) and item.id in texts else scores[item.id].points
            if grade is None or grade.auto_score != expected:
                found = "nekā" if grade is None else grade.auto_score
                raise GradingError(
                    f"{item.id}: žurnālā ir {found}, bet aprēķināti {expected} punkti; jāskatās cilvēkam"
                )
            grade.needs_manual_grade = scores[item.id].needs_person and item.id not in marks
            if item.id not in marks:
                grade.manual_score = grade.extra_credit = None
        if stored:
            raise GradingError(f"{submission.form}: žurnālā ir lieki uzdevumi: {', '.join(sorted(stored))}")
        for item_id, mark in marks.items():
            _write_mark(gradebook, submission.person, submission.form, grade_id(item_id), mark)
        if name:
            student = gradebook.find_student(submission.person)
            first, _, student.last_name = name.strip().rpartition(" ")
            student.first_name = first or None
        gradebook.db.commit()


def _is_text(response: object) -> bool:
    return isinstance(response, FreeTextResponse) and bool(response.text.strip())


def _grades(gradebook: Gradebook, person: str, form: str) -> dict[str, Grade]:
    notebook = gradebook.find_submission_notebook(form, form, person)
    wanted = select(BaseCell.name, Grade).join(BaseCell, BaseCell.id == Grade.cell_id)
    return dict(gradebook.db.execute(wanted.where(Grade.notebook_id == notebook.id)).all())


def _write_mark(gradebook: Gradebook, person: str, form: str, cell: str, mark: ManualMark) -> None:
    try:
        grade = gradebook.find_grade(cell, form, form, person)
    except MissingEntry as error:
        raise GradingError(f"vērtējumu nav kur ierakstīt: {error}") from error
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade = mark.points, None, False
    if mark.comment is not None:
        try:
            gradebook.find_comment(cell, form, form, person).manual_comment = mark.comment or None
        except MissingEntry:
            log.debug("%s: pie šīs šūnas nbgrader komentāru neglabā; tas paliek rezultātos", cell)


def _remove(course: NbgraderCourse, form: str, person: str) -> None:
    """Take the former work out. New rows get new ids: a formgrader page still open on it cannot mark the new work."""
    with _session(course) as gradebook:
        try:
            gradebook.remove_submission(form, person)
        except MissingEntry:
            log.debug("%s, %s: žurnālā vēl nekā nav", form, person)


@contextmanager
def _session(course: NbgraderCourse) -> Iterator[Gradebook]:
    """One short session; what disk or database cannot take now becomes `StoreBusy`."""
    try:
        with Gradebook(course.gradebook_url, COURSE_ID) as gradebook:
            yield gradebook
    except GradingError:
        raise
    except Exception as error:
        if (trouble := passing_trouble(error)) is not None:
            raise StoreBusy(trouble) from error
        raise
