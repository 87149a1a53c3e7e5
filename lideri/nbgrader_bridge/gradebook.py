"""A person's submission and a trainer's marks in nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbformat import NotebookNode
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
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from lideri.course.items import Item, Rubric, SubmissionData
from lideri.errors import GradingError, StoreBusy
from lideri.grading import Score
from lideri.nbgrader_bridge.assignment import grade_id
from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse
from lideri.nbgrader_bridge.files import standing, write_work
from lideri.nbgrader_bridge.in_memory import AutogradedWork, StoredComment, StoredGrade, autograde
from lideri.nbgrader_bridge.kit import FormKit, read_kit
from lideri.nbgrader_bridge.running import passing_trouble

__all__ = [
    "CourseGradebook",
    "ManualMark",
    "MarkInGradebook",
    "ScoredWork",
    "manual_marks",
    "project",
    "put_mark",
    "standing",
]


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


@dataclass(frozen=True, slots=True)
class ScoredWork:
    """A scored submission on its way into the gradebook. ``marks`` (by item) are the manual marks of this very one."""

    submission: str
    person: str
    form: str
    submitted: str
    autograded: str
    grades: Mapping[str, StoredGrade]
    comments: Mapping[str, StoredComment]
    submitted_at: datetime
    name: str = ""
    marks: Mapping[str, ManualMark] = field(default_factory=dict)


class CourseGradebook:
    """nbgrader's gradebook, kept open: many submissions are one short transaction. Not for several threads at once."""

    def __init__(self, course: NbgraderCourse) -> None:
        self._course = course
        self._opened: BatchGradebook | None = None
        self._watch: MarksWatch | None = None

    def close(self) -> None:
        self._watch = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def __enter__(self) -> CourseGradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def kit(self, form: str, items: Sequence[Item], rubrics: Mapping[str, Rubric]) -> FormKit:
        """What scoring the form needs, as it is released now; `GradingError` when it is not."""
        with self._session() as gradebook:
            return read_kit(self._course, gradebook, form, items, rubrics)

    def write(self, works: Sequence[ScoredWork]) -> None:
        """Make these the works that stand for their people and forms: files first, then one transaction.

        Each pair of person and form may be there once. What stood there for another submission is removed with its
        marks, so read those first (`marks`). Doing it twice, or after being killed in the middle, ends the same.

        Raises `GradingError` when the gradebook would hold anything but the computed scores, `StoreBusy` when disk or
        database could not take it now; the gradebook has none of these works then.
        """
        others = [
            work for work in works if standing(self._course, work.person, work.form) not in (None, work.submission)
        ]
        if others:
            self._remove(others)
        for work in works:
            try:
                write_work(
                    self._course,
                    work.person,
                    work.form,
                    submitted=work.submitted,
                    autograded=work.autograded,
                    submitted_at=work.submitted_at,
                )
            except OSError as error:
                raise StoreBusy(passing_trouble(error) or str(error)) from error
        with self._session() as gradebook:
            late = gradebook.put(works)
        for work in late:
            self._penalise(work)

    def put_mark(self, person: str, form: str, item_id: str, mark: ManualMark) -> None:
        """Write a person's mark as formgrader does; `GradingError` when no work stands there."""
        with self._session() as gradebook:
            try:
                grade = gradebook.find_grade(grade_id(item_id), form, form, person)
            except MissingEntry as error:
                raise GradingError(f"vērtējumu nav kur ierakstīt: {error}") from error
            comments = [] if mark.comment is None else gradebook.comments_at(grade)
            _mark(grade, comments, mark)
            gradebook.commit_all()

    def marks(
        self, *, people: Collection[str] | None = None, forms: Collection[str] | None = None
    ) -> list[MarkInGradebook]:
        """Every manual mark, made here or in formgrader; of these people and forms, or of all.

        Points include formgrader's «extra credit».
        """
        wanted = _all_marks()
        if people is not None:
            wanted = wanted.where(Student.id.in_(people))
        if forms is not None:
            wanted = wanted.where(Assignment.name.in_(forms))
        with self._session() as gradebook:
            return [_found(row) for row in gradebook.db.execute(wanted)]

    def changed_marks(self) -> list[MarkInGradebook]:
        """Manual marks that are new or different since `marks_settled`; all of them at first.

        Costs next to nothing while nobody writes into the gradebook.
        """
        with self._session() as gradebook:
            if self._watch is None:
                self._watch = MarksWatch()
            return self._watch.changed(gradebook)

    def marks_settled(self) -> None:
        """What `changed_marks` gave has been dealt with."""
        if self._watch is not None:
            self._watch.settled()

    def _remove(self, works: Sequence[ScoredWork]) -> None:
        """Take the former works out. New rows get new ids: a formgrader page still open on one cannot mark the new."""
        with self._session() as gradebook:
            for work in works:
                try:
                    gradebook.remove_submission(work.form, work.person)
                except MissingEntry:
                    continue
            gradebook.commit_all()

    def _penalise(self, work: ScoredWork) -> None:
        """A due date was set in formgrader: nbgrader's own preprocessor says what being late costs."""
        about = {
            "student": work.person,
            "assignment": work.form,
            "notebook": work.form,
            "db_url": self._course.gradebook_url,
        }
        with _translated():
            AssignLatePenalties().preprocess(NotebookNode(cells=[]), {"nbgrader": about})  # type: ignore[no-untyped-call]

    @contextmanager
    def _session(self) -> Iterator[BatchGradebook]:
        with _translated():
            if self._opened is None:
                self._opened = BatchGradebook(self._course.gradebook_url)
            try:
                yield self._opened
            finally:
                self._opened.forget()


class OneTransaction(Session):
    """nbgrader commits after every call; here the whole batch is committed, or nothing of it."""

    def commit(self) -> None:
        """Later: `commit_all`."""

    def commit_all(self) -> None:
        super().commit()


class BatchGradebook(Gradebook):  # type: ignore[misc]  # nbgrader ships no types
    """nbgrader's gradebook with one engine for the life of the process, and people and works of a batch looked up once.

    Its own methods make the rows (`update_or_create_student`, `add_submission`, `remove_submission`).
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, COURSE_ID)
        self.db: scoped_session[OneTransaction]
        self.db.remove()
        self.db = scoped_session(sessionmaker(class_=OneTransaction, autoflush=False, bind=self.engine))
        self._students: dict[str, Student | None] = {}
        self._submissions: dict[tuple[str, str], SubmittedAssignment | None] = {}
        self._assignments: dict[str, Assignment] = {}

    def commit_all(self) -> None:
        self.db().commit_all()

    def others_commits(self) -> object:
        """Changes when anybody else has written into the gradebook; None where the database does not tell."""
        connection = self.db.connection()
        if connection.dialect.name != "sqlite":
            return None
        number = connection.exec_driver_sql("pragma data_version").scalar()
        # The number belongs to the connection, and the pool may have made another one.
        return id(connection.connection.dbapi_connection), number

    def forget(self) -> None:
        """End of one transaction, whatever became of it."""
        self.db.remove()
        self._students, self._submissions, self._assignments = {}, {}, {}

    def find_assignment(self, name: str) -> Assignment:
        if name not in self._assignments:
            self._assignments[name] = super().find_assignment(name)
        return self._assignments[name]

    def find_student(self, student_id: str) -> Student:
        if student_id not in self._students:
            return super().find_student(student_id)
        student = self._students[student_id]
        if student is None:
            raise MissingEntry(f"No such student: {student_id}")
        return student

    def add_student(self, student_id: str, **about: Any) -> Student:
        self._students[student_id] = super().add_student(student_id, **about)
        return self._students[student_id]

    def find_submission(self, assignment: str, student: str) -> SubmittedAssignment:
        if (assignment, student) not in self._submissions:
            return super().find_submission(assignment, student)
        submission = self._submissions[assignment, student]
        if submission is None:
            raise MissingEntry(f"No such submission: {assignment} for {student}")
        return submission

    def put(self, works: Sequence[ScoredWork]) -> list[ScoredWork]:
        """Commit the rows of these works; returns those that came after a due date."""
        self._look_up(works)
        late, expected = [], {}
        for work in works:
            student = self.update_or_create_student(work.person)
            if work.name:
                first, _, student.last_name = work.name.strip().rpartition(" ")
                student.first_name = first or None
            submission = self.update_or_create_submission(work.form, work.person, timestamp=work.submitted_at)
            (notebook,) = submission.notebooks
            notebook.late_submission_penalty = None
            self._fill(notebook, work)
            expected[work.submission] = notebook
            if submission.total_seconds_late > 0:
                late.append(work)
        self.db.flush()
        self._compare(works, expected)
        self.commit_all()
        return late

    def comments_at(self, grade: Grade) -> list[Comment]:
        """The comments beside a grade. A manually graded answer is a grade cell and a solution cell with one name."""
        wanted = select(Comment).join(BaseCell, BaseCell.id == Comment.cell_id)
        found = self.db.scalars(
            wanted.where(Comment.notebook_id == grade.notebook_id, BaseCell.name == grade.cell.name)
        )
        return list(found)

    def _look_up(self, works: Sequence[ScoredWork]) -> None:
        people = sorted({work.person for work in works})
        self._students = dict.fromkeys(people)
        for student in self.db.scalars(select(Student).where(Student.id.in_(people))):
            self._students[student.id] = student
        for form in sorted({work.form for work in works}):
            assignment = self.find_assignment(form)
            theirs = [work.person for work in works if work.form == form]
            self._submissions |= {(form, person): None for person in theirs}
            for submission in self.db.scalars(
                select(SubmittedAssignment).where(
                    SubmittedAssignment.assignment_id == assignment.id, SubmittedAssignment.student_id.in_(theirs)
                )
            ):
                self._submissions[form, submission.student_id] = submission

    def _fill(self, notebook: SubmittedNotebook, work: ScoredWork) -> None:
        names = {cell.id: cell.name for cell in notebook.notebook._base_cells}
        marks = {grade_id(item): mark for item, mark in work.marks.items()}
        grades = {names[grade.cell_id]: grade for grade in notebook.grades}
        comments: dict[str, list[Comment]] = {}
        for comment in notebook.comments:
            comments.setdefault(names[comment.cell_id], []).append(comment)
        if grades.keys() != work.grades.keys():
            odd = ", ".join(sorted(grades.keys() ^ work.grades.keys()))
            raise GradingError(f"{work.form}: žurnālā ir lieki uzdevumi: {odd}")
        for name, said in work.grades.items():
            grade = grades[name]
            grade.auto_score, grade.needs_manual_grade = said.auto_score, said.needs_manual_grade
            grade.manual_score = grade.extra_credit = None
        for name, noted in work.comments.items():
            for comment in comments.get(name, ()):
                comment.auto_comment = noted.auto_comment
        for name, mark in marks.items():
            if name not in grades:
                raise GradingError(f"vērtējumu nav kur ierakstīt: {name}")
            _mark(grades[name], comments.get(name, ()), mark)

    def _compare(self, works: Sequence[ScoredWork], notebooks: Mapping[str, SubmittedNotebook]) -> None:
        """What the database holds now, before the commit, is what was computed."""
        table = Grade.__table__.c
        rows = self.db.execute(
            select(table.notebook_id, BaseCell.name, table.auto_score)
            .join(BaseCell, BaseCell.id == table.cell_id)
            .where(table.notebook_id.in_([notebook.id for notebook in notebooks.values()]))
        )
        stored: dict[str, dict[str, float | None]] = {}
        for notebook, name, score in rows:
            stored.setdefault(notebook, {})[name] = score
        for work in works:
            computed = {name: grade.auto_score for name, grade in work.grades.items()}
            if (found := stored.get(notebooks[work.submission].id)) != computed:
                raise GradingError(f"{work.form}: žurnālā ir {found}, bet aprēķināti {computed}; jāskatās cilvēkam")


class MarksWatch:
    """Finds the few marks that changed among the many that did not."""

    def __init__(self) -> None:
        self._version: object = None
        self._known: tuple[frozenset[Any], frozenset[Any]] = (frozenset(), frozenset())
        self._found: tuple[object, tuple[frozenset[Any], frozenset[Any]]] = (None, self._known)

    def changed(self, gradebook: BatchGradebook) -> list[MarkInGradebook]:
        version = gradebook.others_commits()
        if version is not None and version == self._version:
            return []
        grades, comments = Grade.__table__.c, Comment.__table__.c
        marked = select(grades.id, grades.manual_score, grades.extra_credit).where(grades.manual_score.is_not(None))
        commented = select(comments.id, comments.manual_comment).where(comments.manual_comment.is_not(None))
        now = (
            frozenset(map(tuple, gradebook.db.execute(marked))),
            frozenset(map(tuple, gradebook.db.execute(commented))),
        )
        self._found = (version, now)
        found: dict[tuple[str, str, str], MarkInGradebook] = {}
        different = ((Grade.id, now[0] - self._known[0]), (Comment.id, now[1] ^ self._known[1]))
        for column, rows in different:
            ids = sorted({row[0] for row in rows})
            for start in range(0, len(ids), 500):
                for row in gradebook.db.execute(_all_marks().where(column.in_(ids[start : start + 500]))):
                    mark = _found(row)
                    found[mark.person, mark.form, mark.cell] = mark
        return list(found.values())

    def settled(self) -> None:
        self._version, self._known = self._found


# ── one at a time ────────────────────────────────────────────────────────────────────────────────────────────────────


def project(
    course: NbgraderCourse,
    submission: SubmissionData,
    items: Sequence[Item],
    *,
    submitted_at: datetime,
    name: str = "",
    marks: Mapping[str, ManualMark] | None = None,
) -> dict[str, Score]:
    """Score one submission here and now, and make it the one that stands (`CourseGradebook.write`).

    Returns the score of every item of the form. Raises what `CourseGradebook.write` raises.
    """
    with CourseGradebook(course) as gradebook:
        work = autograde(gradebook.kit(submission.form, items, {}), submission)
        gradebook.write([scored_work(work, submitted_at=submitted_at, name=name, marks=marks or {})])
    return dict(work.scores)


def scored_work(
    work: AutogradedWork, *, submitted_at: datetime, name: str, marks: Mapping[str, ManualMark]
) -> ScoredWork:
    return ScoredWork(
        submission=work.submission,
        person=work.person,
        form=work.form,
        submitted=work.submitted,
        autograded=work.autograded,
        grades=work.grades,
        comments=work.comments,
        submitted_at=submitted_at,
        name=name,
        marks=marks,
    )


def put_mark(course: NbgraderCourse, person: str, form: str, item_id: str, mark: ManualMark) -> None:
    """See `CourseGradebook.put_mark`."""
    with CourseGradebook(course) as gradebook:
        gradebook.put_mark(person, form, item_id, mark)


def manual_marks(
    course: NbgraderCourse, *, person: str | None = None, form: str | None = None
) -> list[MarkInGradebook]:
    """See `CourseGradebook.marks`; of one person and form, or of all."""
    with CourseGradebook(course) as gradebook:
        return gradebook.marks(people=None if person is None else [person], forms=None if form is None else [form])


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────

OTHER = BaseCell.__table__.alias("other_cell").c


def _all_marks() -> Select[Any]:
    return (
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


def _found(row: Any) -> MarkInGradebook:
    student, assignment, cell, score, extra, comment_id, comment = row
    mark = ManualMark(score + (extra or 0.0), None if comment_id is None else comment or "")
    return MarkInGradebook(student, assignment, cell, mark)


def _mark(grade: Grade, comments: Collection[Comment], mark: ManualMark) -> None:
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade = mark.points, None, False
    if mark.comment is not None:  # beside a test cell nbgrader keeps no comment: it stays in the results
        for comment in comments:
            comment.manual_comment = mark.comment or None


@contextmanager
def _translated() -> Iterator[None]:
    """What disk or database cannot take now becomes `StoreBusy`."""
    try:
        yield
    except (GradingError, StoreBusy):
        raise
    except Exception as error:
        if (trouble := passing_trouble(error)) is not None:
            raise StoreBusy(trouble) from error
        raise
