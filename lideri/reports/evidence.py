"""What the store knows about people's work, as plain records: the only place where reports meet the store."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from lideri.course.items import ReleasedForm, ReleasedItem
from lideri.measurement.levels import ScoredItem
from lideri.settings import START_TEST, CourseSettings
from lideri.store.help_log import Help, help_of, is_person
from lideri.store.tables import (
    AttemptRow,
    CertificateRow,
    EventRow,
    ExerciseAnswerRow,
    HelpEntryRow,
    ItemResultRow,
    LoginLinkRow,
    PersonRow,
    QuestionThreadRow,
    SubmissionRow,
)


@dataclass(frozen=True, slots=True)
class Result:
    item: str
    outcome: str
    points: float | None
    max_points: float
    answer: str  # what was answered, in words


@dataclass(frozen=True, slots=True)
class Submission:
    id: str
    module: str
    form: str
    number: int
    submitted_at: datetime
    state: str
    results: tuple[Result, ...]

    @property
    def points(self) -> float:
        """Points that are sure; what a person still has to judge is not in them."""
        return sum(result.points or 0.0 for result in self.results)

    @property
    def waiting(self) -> float:
        """Points that a person still has to give or refuse."""
        return sum(result.max_points for result in self.results if result.points is None)

    @property
    def max_points(self) -> float:
        return sum(result.max_points for result in self.results)


@dataclass(frozen=True, slots=True)
class ExerciseState:
    page: str
    exercise: str
    checked: bool
    checks: int
    outcome: str | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """The certificate that a person has, or had last."""

    at: datetime
    valid: bool


@dataclass(frozen=True, slots=True)
class PersonEvidence:
    id: str
    name: str
    kind: str | None
    municipality: str | None
    is_demo: bool
    last_seen: datetime | None
    invited_at: datetime | None
    has_password: bool
    exercises: tuple[ExerciseState, ...]
    open_attempts: tuple[str, ...]  # modules
    submissions: tuple[Submission, ...]  # oldest first
    people_confirmed: tuple[datetime, ...] | None = None  # when each resident was confirmed; None: no log here
    certificate: Issued | None = None
    helped: tuple[Help, ...] = ()  # what trainers confirmed
    entries_new: int = 0  # entries of the log of help that wait for a trainer
    questions_waiting: int = 0  # that a trainer has to answer
    active: bool = True  # False: the account was closed; what was done and earned stays

    @property
    def started(self) -> bool:
        return bool(self.exercises or self.submissions or self.open_attempts)

    def started_module(self, module: str) -> bool:
        return (
            module in self.open_attempts
            or any(one.module == module for one in self.submissions)
            or any(module_of(one.page) == module for one in self.exercises)
        )

    def worked_on(self, module: str) -> datetime | None:
        """When the person last saved or handed in something of the module."""
        return _latest(
            *(one.saved_at for one in self.exercises if module_of(one.page) == module),
            *(one.submitted_at for one in self.submissions if one.module == module),
        )


@lru_cache(maxsize=4096)  # a dashboard asks it of thousands of answers on a few dozen pages
def module_of(page: str) -> str:
    """The module of a page or a submodule: «2.1» and «2/parbaude» belong to «2»."""
    return page.partition("/")[0].partition(".")[0]


def counting(submissions: Sequence[Submission], module: str, rule: str) -> Submission | None:
    """The submission of ``module`` that counts: the ``"best"`` (ties: the later) or the ``"last"``."""
    graded = [one for one in submissions if one.module == module and one.state == "graded"]
    if not graded:
        return None
    if rule == "last":
        return max(graded, key=lambda one: one.number)
    return max(graded, key=lambda one: (one.points, one.number))


def has_passed(person: PersonEvidence, module: str, settings: CourseSettings) -> datetime | None:
    """When the person's counting submission of ``module`` was handed in, if it is surely passed; else None."""
    best = counting(person.submissions, module, settings.attempt_that_counts.value)
    if best is None or best.max_points <= 0:
        return None
    return best.submitted_at if best.points + 1e-9 >= settings.pass_share_of(module) * best.max_points else None


def pages_done(person: PersonEvidence, exercises_of: Mapping[str, Sequence[str]]) -> int:
    """How many of the pages the person has done: every exercise of the page was checked once."""
    checked = {(one.page, one.exercise) for one in person.exercises if one.checked}
    return sum(bool(names) and all((page, name) in checked for name in names) for page, names in exercises_of.items())


def scored_items(person: PersonEvidence, items: Mapping[str, ReleasedItem]) -> list[ScoredItem]:
    """Every judged or waiting item of all attempts, in the order of attempts.

    The start test is left out: it says what a person could do before learning anything here, not what they can now.
    """
    return [
        one
        for submission in person.submissions
        if submission.module != START_TEST
        for one in scored_results(submission, items)
    ]


def scored_results(submission: Submission, items: Mapping[str, ReleasedItem]) -> list[ScoredItem]:
    """Every judged or waiting item of one attempt."""
    scored = []
    for result in submission.results:
        item = items.get(result.item)
        if item is not None:
            scored.append(
                ScoredItem(
                    item=result.item,
                    submodule=item.submodule,
                    competences=item.competences,
                    points=result.points,
                    max_points=result.max_points,
                    outcome=result.outcome,
                )
            )
    return scored


def released_items(forms: Mapping[str, ReleasedForm]) -> dict[str, ReleasedItem]:
    return {item.id: item for form in forms.values() for item in form.items}


def gather(session: Session, people: Sequence[PersonRow]) -> list[PersonEvidence]:
    """Evidence of ``people`` in their order, with a fixed number of queries whatever their number."""
    ids = [person.id for person in people]
    results: dict[str, list[tuple[int, Result]]] = {}
    # Columns instead of whole rows: a cohort has thousands of results, and answers of exercises are long.
    for row in session.execute(
        sa.select(
            ItemResultRow.submission_id,
            ItemResultRow.position,
            ItemResultRow.item,
            ItemResultRow.outcome,
            ItemResultRow.points,
            ItemResultRow.max_points,
            ItemResultRow.detail,
        )
        .join(SubmissionRow)
        .where(SubmissionRow.person_id.in_(ids))
    ):
        answer = row.detail.get("your_answer") or []
        line = Result(row.item, row.outcome, row.points, row.max_points, "; ".join(map(str, answer)))
        results.setdefault(row.submission_id, []).append((row.position, line))
    submissions: dict[str, list[Submission]] = {}
    for one in session.execute(
        sa.select(
            SubmissionRow.id,
            SubmissionRow.person_id,
            SubmissionRow.module,
            SubmissionRow.form,
            SubmissionRow.number,
            SubmissionRow.submitted_at,
            SubmissionRow.state,
        )
        .where(SubmissionRow.person_id.in_(ids))
        .order_by(SubmissionRow.submitted_at)
    ):
        lines = tuple(line for _, line in sorted(results.get(one.id, []), key=lambda pair: pair[0]))
        submissions.setdefault(one.person_id, []).append(
            Submission(one.id, one.module, one.form, one.number, one.submitted_at, one.state, lines)
        )
    exercises: dict[str, list[ExerciseState]] = {}
    for answer_row in session.execute(
        sa.select(
            ExerciseAnswerRow.person_id,
            ExerciseAnswerRow.page,
            ExerciseAnswerRow.exercise,
            ExerciseAnswerRow.checked,
            ExerciseAnswerRow.checks,
            ExerciseAnswerRow.outcome,
            ExerciseAnswerRow.saved_at,
        ).where(ExerciseAnswerRow.person_id.in_(ids))
    ):
        exercises.setdefault(answer_row.person_id, []).append(
            ExerciseState(
                answer_row.page,
                answer_row.exercise,
                answer_row.checked,
                answer_row.checks,
                answer_row.outcome,
                answer_row.saved_at,
            )
        )
    open_attempts: dict[str, list[str]] = {}
    for person_id, module in session.execute(
        sa.select(AttemptRow.person_id, AttemptRow.module).where(
            AttemptRow.person_id.in_(ids), AttemptRow.state == "open"
        )
    ):
        open_attempts.setdefault(person_id, []).append(module)
    seen: dict[str, datetime] = {
        person_id: at
        for person_id, at in session.execute(
            sa.select(EventRow.person_id, sa.func.max(EventRow.at))
            .where(EventRow.person_id.in_(ids), EventRow.kind.in_(("page-opened", "login")))
            .group_by(EventRow.person_id)
        )
        if person_id is not None
    }
    invited: dict[str, datetime] = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(LoginLinkRow.person_id, sa.func.max(LoginLinkRow.created_at))
            .where(LoginLinkRow.person_id.in_(ids))
            .group_by(LoginLinkRow.person_id)
        )
    }
    confirmed: dict[str, list[datetime]] = {}  # different residents, as `HelpCounts.people` counts them
    helped: dict[str, list[Help]] = {}
    for entry in session.scalars(
        sa.select(HelpEntryRow).where(HelpEntryRow.person_id.in_(ids), HelpEntryRow.state == "confirmed")
    ):
        given = help_of(entry)
        helped.setdefault(entry.person_id, []).append(given)
        if is_person(given):
            confirmed.setdefault(entry.person_id, []).append(entry.decided_at or entry.changed_at)
    entries_new = _counted(session, HelpEntryRow.person_id, ids, HelpEntryRow.state == "new")
    questions = _counted(session, QuestionThreadRow.person_id, ids, QuestionThreadRow.state == "waiting")
    # The valid one last, so that it stays; else the newest.
    certificates = {
        one.person_id: Issued(one.issued_at, one.revoked_at is None)
        for one in session.scalars(
            sa.select(CertificateRow)
            .where(CertificateRow.person_id.in_(ids))
            .order_by(CertificateRow.revoked_at.is_(None), CertificateRow.issued_at)
        )
    }
    return [
        PersonEvidence(
            id=person.id,
            name=person.name,
            kind=person.kind,
            municipality=person.municipality,
            is_demo=person.is_demo,
            last_seen=_latest(
                seen.get(person.id),
                *(state.saved_at for state in exercises.get(person.id, [])),
                *(one.submitted_at for one in submissions.get(person.id, [])),
            ),
            invited_at=invited.get(person.id),
            has_password=person.password_hash is not None,
            exercises=tuple(exercises.get(person.id, [])),
            open_attempts=tuple(open_attempts.get(person.id, [])),
            submissions=tuple(submissions.get(person.id, [])),
            people_confirmed=tuple(sorted(confirmed.get(person.id, []))),
            helped=tuple(helped.get(person.id, [])),
            certificate=certificates.get(person.id),
            entries_new=entries_new.get(person.id, 0),
            questions_waiting=questions.get(person.id, 0),
            active=person.active,
        )
        for person in people
    ]


def gather_by_id(session: Session, ids: Sequence[str]) -> list[PersonEvidence]:
    """The same of people by their ids; unknown ones are left out."""
    return gather(session, [row for id_ in ids if (row := session.get(PersonRow, id_)) is not None])


def _counted(
    session: Session, person: InstrumentedAttribute[str], ids: Sequence[str], condition: sa.ColumnElement[bool]
) -> dict[str, int]:
    """Person → how many rows meet the condition."""
    rows = session.execute(sa.select(person, sa.func.count()).where(person.in_(ids), condition).group_by(person))
    return {row[0]: row[1] for row in rows}


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def as_json(report: object) -> str:
    """A frozen report as JSON; moments as ISO 8601."""
    from dataclasses import asdict

    return json.dumps(asdict(report), ensure_ascii=False, default=_moment)  # type: ignore[call-overload]  # dataclass


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot be written as JSON: {value!r}")
