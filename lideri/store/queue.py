"""Submissions on their way through grading, and what people's judgement adds.

The grader takes a submission by compare-and-set with a lease, so that work of a killed grader is taken up again; it
delivers all results of a submission in one transaction, and delivering twice changes nothing.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from lideri.course.items import SubmissionData
from lideri.errors import GradingError, InvalidAnswer, MarkedMeanwhile, NotFound
from lideri.store.database import Database
from lideri.store.people import of_members
from lideri.store.tables import (
    AttemptRow,
    ItemResultRow,
    MarkRow,
    MarkState,
    Outcome,
    PersonRow,
    SubmissionRow,
    SubmissionState,
)

MAX_TRIES = 5  # then a person has to look
MAX_COMMENT = 4_000
JUDGED_BY_PEOPLE: tuple[Outcome, ...] = ("waiting", "unsure")


@dataclass(frozen=True)
class Submission:
    """A submission as the queue knows it; `data` is what was answered, checked against its sha256 when read."""

    id: str
    attempt_id: str
    person_id: str
    module: str
    form: str
    number: int
    submitted_at: datetime
    state: SubmissionState
    tries: int
    failure: str | None
    graded_at: datetime | None
    sha256: str
    data: SubmissionData


@dataclass(frozen=True)
class Damaged:
    """A submission that was put aside instead of being given to a grader, and why."""

    id: str
    person_id: str
    form: str
    reason: str
    worn_out: bool  # its record is whole, but graders keep dying on it


@dataclass(frozen=True)
class Claimed:
    """What a grader was given."""

    submissions: tuple[Submission, ...] = ()
    damaged: tuple[Damaged, ...] = ()


@dataclass(frozen=True)
class GradedItem:
    """One item's result. `points` None: nobody knows yet (`waiting` for a person, `unsure`: could not tell).

    `detail` is the explanation page's data: `{"your_answer": [str], "right_answer": [str], "why": [str]}`, and for work
    judged by a person also what that person needs (`{"task": str, "rubric": …}`).
    """

    item: str
    version: int
    outcome: Outcome
    points: float | None
    max_points: float
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mark:
    """A person's judgement of one item; `state` pending until the grader has written it into the gradebook."""

    id: str
    submission_id: str
    item: str
    version: int
    points: Mapping[str, float]
    total: float
    comment: str
    marked_by: str | None
    source: str
    marked_at: datetime
    state: MarkState


@dataclass(frozen=True)
class WaitingAnswer:
    """An answer that a person has to judge, or has judged (`mark`)."""

    submission_id: str
    attempt_id: str
    person_id: str
    person_name: str
    is_demo: bool
    module: str
    form: str
    number: int
    submitted_at: datetime
    result: GradedItem
    mark: Mark | None


class GradingQueue:
    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    # ── the grader's side ───────────────────────────────────────────────────────────────────────────────────────────

    def claim(self, worker: str, *, now: datetime, lease: timedelta) -> Submission | None:
        """Take the oldest submission that waits or whose grader's lease ran out; None when there is nothing to do.

        Raises `GradingError` when the record is damaged; it is put aside. See `claim_batch`.
        """
        while True:
            claimed = self.claim_batch(worker, limit=1, now=now, lease=lease)
            if claimed.submissions or not claimed.damaged:
                return claimed.submissions[0] if claimed.submissions else None
            for one in claimed.damaged:
                if not one.worn_out:
                    raise GradingError(one.reason)

    def claim_batch(self, worker: str, *, limit: int, now: datetime, lease: timedelta) -> Claimed:
        """Take up to ``limit`` submissions that wait or whose grader's lease ran out, the oldest first.

        A submission that graders keep dying on is put aside (`failed`) after `MAX_TRIES`, and one whose record is
        damaged at once, so that the queue goes on; both are named in the result. Nothing is written when nothing waits.
        """

        def due(session: Session, *, lock: bool) -> list[SubmissionRow]:
            found: list[SubmissionRow] = []
            for condition in (
                and_(
                    SubmissionRow.state == "queued",
                    or_(SubmissionRow.not_before.is_(None), SubmissionRow.not_before <= now),
                ),
                and_(SubmissionRow.state == "grading", SubmissionRow.lease_until <= now),
            ):
                wanted = select(SubmissionRow).where(condition)
                wanted = wanted.order_by(SubmissionRow.submitted_at, SubmissionRow.id).limit(limit if lock else 1)
                found += session.scalars(wanted.with_for_update(skip_locked=True) if lock else wanted)
            return sorted(found, key=lambda row: (row.submitted_at, row.id))[:limit]

        def work(session: Session) -> tuple[list[SubmissionRow], list[SubmissionRow]]:
            taken, left = [], []
            for row in due(session, lock=True):
                if row.tries >= MAX_TRIES:
                    row.state, row.worker, row.lease_until = "failed", None, None
                    row.failure = row.failure or "vērtētājs pie šī darba vairākkārt apstājās"
                    left.append(row)
                else:
                    row.state, row.worker, row.lease_until = "grading", worker, now + lease
                    row.tries += 1
                    taken.append(row)
            return taken, left

        if not self._database.read(lambda session: due(session, lock=False)):
            return Claimed()
        taken, left = self._database.write(work)
        submissions = []
        damaged = [Damaged(row.id, row.person_id, row.form, str(row.failure), True) for row in left]
        for row in taken:
            try:
                submissions.append(_submission(row))
            except GradingError as error:
                self.fail(row.id, worker, str(error), now=now, retry_after=None)
                damaged.append(Damaged(row.id, row.person_id, row.form, str(error), False))
        return Claimed(tuple(submissions), tuple(damaged))

    def renew(self, submission_id: str, worker: str, *, now: datetime, lease: timedelta) -> bool:
        """Keep a claimed submission longer; False when it is no longer this worker's."""
        return self.renew_batch([submission_id], worker, now=now, lease=lease) == 1

    def renew_batch(self, submission_ids: Sequence[str], worker: str, *, now: datetime, lease: timedelta) -> int:
        """Keep claimed submissions longer; how many are still this worker's."""

        def work(session: Session) -> int:
            done = session.execute(
                update(SubmissionRow)
                .where(
                    SubmissionRow.id.in_(submission_ids),
                    SubmissionRow.state == "grading",
                    SubmissionRow.worker == worker,
                )
                .values(lease_until=now + lease)
            )
            return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts rows

        return self._database.write(work)

    def finish(self, submission_id: str, worker: str, results: Sequence[GradedItem], *, now: datetime) -> bool:
        """Deliver all results of a submission, in the form's order. True when they were taken.

        False, and nothing changes, when it is graded already or another worker has it. Raises `GradingError` when the
        results do not fit the submission's items (one for each, nothing else) or when points are out of range.
        """
        return submission_id in self.finish_batch({submission_id: results}, worker, now=now)

    def finish_batch(self, results: Mapping[str, Sequence[GradedItem]], worker: str, *, now: datetime) -> set[str]:
        """Deliver the results of several submissions in one short transaction; which were taken. See `finish`.

        When one does not fit, none is delivered.
        """
        known = self._database.read(
            lambda session: list(session.scalars(select(SubmissionRow).where(SubmissionRow.id.in_(results))))
        )
        if missing := results.keys() - {row.id for row in known}:
            raise NotFound(f"Šāda iesnieguma nav: {', '.join(sorted(missing))}.")
        for row in known:
            if row.state == "grading" and row.worker == worker:
                _require_fitting(_submission(row), results[row.id])
        items = {
            submission: [
                {
                    "submission_id": submission,
                    "item": result.item,
                    "position": position,
                    "version": result.version,
                    "outcome": result.outcome,
                    "points": result.points,
                    "max_points": result.max_points,
                    "detail": dict(result.detail),
                    "updated_at": now,
                }
                for position, result in enumerate(given)
            ]
            for submission, given in results.items()
        }

        def work(session: Session) -> set[str]:
            mine = dict(
                session.execute(
                    select(SubmissionRow.id, SubmissionRow.attempt_id)
                    .where(
                        SubmissionRow.id.in_(results), SubmissionRow.state == "grading", SubmissionRow.worker == worker
                    )
                    .with_for_update()
                ).all()
            )
            if not mine:
                return set()
            session.execute(insert(ItemResultRow), [row for submission in mine for row in items[submission]])
            session.execute(
                update(SubmissionRow)
                .where(SubmissionRow.id.in_(mine))
                .values(state="graded", graded_at=now, worker=None, lease_until=None, failure=None)
            )
            session.execute(update(AttemptRow).where(AttemptRow.id.in_(mine.values())).values(state="graded"))
            return set(mine)

        return self._database.write(work)

    def fail(
        self, submission_id: str, worker: str, reason: str, *, now: datetime, retry_after: timedelta | None
    ) -> SubmissionState:
        """Give a submission back: to be tried again later, or (None, or too many tries) put aside for a person."""

        def work(session: Session) -> SubmissionState:
            row = _submission_row(session, submission_id, lock=True)
            if row.state == "grading" and row.worker == worker:
                again = retry_after is not None and row.tries < MAX_TRIES
                row.state = "queued" if again else "failed"
                row.not_before = now + retry_after if again and retry_after is not None else None
                row.failure, row.worker, row.lease_until = reason[:4000], None, None
            return row.state  # type: ignore[return-value]  # the table's check allows only states

        return self._database.write(work)

    def try_again(self, submission_id: str) -> None:
        """Put a failed submission back into the queue, with all its tries."""

        def work(session: Session) -> None:
            row = _submission_row(session, submission_id, lock=True)
            if row.state == "failed":
                row.state, row.tries, row.not_before = "queued", 0, None

        self._database.write(work)

    def counts(self) -> dict[SubmissionState, int]:
        """How many submissions are in each state; states with none are left out."""
        counted = self._database.read(
            lambda session: session.execute(
                select(SubmissionRow.state, func.count()).group_by(SubmissionRow.state)
            ).all()
        )
        return dict(counted)  # type: ignore[return-value]  # the table's check allows only states

    def graded_attempts(self, person_ids: Collection[str]) -> dict[tuple[str, str], int]:
        """How many graded submissions these people have, by person and form."""
        # Which of them are graded is seen here: by its index of states the database would look through everybody's.
        theirs = select(SubmissionRow.person_id, SubmissionRow.form, SubmissionRow.state)
        rows = self._database.read(
            lambda session: session.execute(theirs.where(SubmissionRow.person_id.in_(person_ids))).all()
        )
        return dict(Counter((row.person_id, row.form) for row in rows if row.state == "graded"))

    def graded_lately(self, *, within: timedelta) -> list[tuple[str, str]]:
        """People and forms of what was graded in the time before the very last one that was graded."""

        def work(session: Session) -> list[tuple[str, str]]:
            last = session.scalar(select(func.max(SubmissionRow.graded_at)))
            if last is None:
                return []
            wanted = select(SubmissionRow.person_id, SubmissionRow.form).distinct()
            return [
                (person, form)
                for person, form in session.execute(
                    wanted.where(SubmissionRow.state == "graded", SubmissionRow.graded_at >= last - within)
                )
            ]

        return self._database.read(work)

    def submission(self, submission_id: str) -> Submission:
        """`NotFound` when there is none. Whether the asker may see it is the caller's question (`require_may_see`)."""
        return self._database.read(lambda session: _submission(_submission_row(session, submission_id)))

    def submissions(
        self,
        *,
        person_ids: Sequence[str] | None = None,
        module: str | None = None,
        state: SubmissionState | None = None,
    ) -> list[Submission]:
        """Submissions, oldest first: of everybody or of these people."""

        def work(session: Session) -> list[Submission]:
            wanted = select(SubmissionRow).order_by(SubmissionRow.submitted_at, SubmissionRow.id)
            if person_ids is not None:
                wanted = wanted.where(SubmissionRow.person_id.in_(person_ids))
            if module is not None:
                wanted = wanted.where(SubmissionRow.module == module)
            if state is not None:
                wanted = wanted.where(SubmissionRow.state == state)
            return [_submission(row) for row in session.scalars(wanted)]

        return self._database.read(work)

    # ── people's judgement ──────────────────────────────────────────────────────────────────────────────────────────

    def waiting(self, *, cohort_ids: Sequence[str] | None = None, marked_too: bool = False) -> list[WaitingAnswer]:
        """Answers a person has to judge, the longest waiting first: of these cohorts, or (None) of all.

        With `marked_too` also the ones that have a mark already. A pending mark counts as judged.
        """

        def work(session: Session) -> list[WaitingAnswer]:
            latest = _latest_marks(session)
            wanted = (
                select(SubmissionRow, ItemResultRow, PersonRow)
                .join(ItemResultRow, ItemResultRow.submission_id == SubmissionRow.id)
                .join(PersonRow, PersonRow.id == SubmissionRow.person_id)
                .order_by(SubmissionRow.submitted_at, SubmissionRow.id, ItemResultRow.position)
            )
            judged = select(MarkRow.id).where(
                MarkRow.submission_id == ItemResultRow.submission_id, MarkRow.item == ItemResultRow.item
            )
            by_people = ItemResultRow.outcome.in_(JUDGED_BY_PEOPLE)
            wanted = wanted.where(or_(by_people, judged.exists()) if marked_too else and_(by_people, ~judged.exists()))
            if cohort_ids is not None:
                wanted = wanted.where(of_members(SubmissionRow.person_id, cohort_ids))
            return [
                WaitingAnswer(
                    submission_id=submission.id,
                    attempt_id=submission.attempt_id,
                    person_id=person.id,
                    person_name=person.name,
                    is_demo=person.is_demo,
                    module=submission.module,
                    form=submission.form,
                    number=submission.number,
                    submitted_at=submission.submitted_at,
                    result=graded_item(result),
                    mark=latest.get((submission.id, result.item)),
                )
                for submission, result, person in session.execute(wanted)
            ]

        return self._database.read(work)

    def put_mark(
        self,
        submission_id: str,
        item: str,
        points: Mapping[str, float],
        *,
        comment: str,
        marked_by: str,
        now: datetime,
        seen_version: int = 0,
    ) -> Mark:
        """Record a person's judgement; the grader writes it into the gradebook. Earlier versions are kept.

        `seen_version` is the version of the mark the marker was looking at (0: none); `MarkedMeanwhile` when there is a
        newer one. `InvalidAnswer` when points are negative or their sum is above the item's maximum, `NotFound` when
        the item is not one that a person judges. Whether `marked_by` may, is the caller's question (`require_may_see`).
        """

        def work(session: Session) -> Mark:
            row = _submission_row(session, submission_id, lock=True)
            result = session.get(ItemResultRow, (row.id, item))
            last = latest_mark(session, submission_id, item)
            if result is None or (result.outcome not in JUDGED_BY_PEOPLE and last is None):
                raise NotFound("Šādas atbildes, kas jāvērtē cilvēkam, nav.")
            total = _total(points, result.max_points)
            if len(comment) > MAX_COMMENT:
                raise InvalidAnswer(f"Komentārs ir par garu. Atļautas līdz {MAX_COMMENT} zīmēm.")
            version = last.version if last else 0
            if version != seen_version:
                raise MarkedMeanwhile(
                    "Šo atbildi tikmēr novērtēja vēl kāds. Atver to no jauna un izlem, vai vērtējums jāmaina."
                )
            if last is not None:
                last.state = "superseded"
            mark = MarkRow(
                id=self._new_id(),
                submission_id=submission_id,
                item=item,
                version=version + 1,
                points=dict(points),
                total=total,
                comment=comment,
                marked_by=marked_by,
                source="vertesana",
                marked_at=now,
                state="pending",
            )
            session.add(mark)
            session.flush()
            return mark_of(mark)

        return self._database.write(work)

    def pending_marks(self, *, limit: int = 100) -> list[Mark]:
        """Marks that are not yet in the gradebook, oldest first."""
        return self._database.read(
            lambda session: [
                mark_of(row)
                for row in session.scalars(
                    select(MarkRow)
                    .where(MarkRow.state == "pending")
                    .order_by(MarkRow.marked_at, MarkRow.id)
                    .limit(limit)
                )
            ]
        )

    def mark_stored(self, mark_id: str, *, now: datetime) -> bool:
        """The mark is in the gradebook: the result shows it from now on. False when a newer mark took its place."""

        def work(session: Session) -> bool:
            mark = session.get(MarkRow, mark_id)
            if mark is None:
                raise NotFound("Šāda vērtējuma nav.")
            _submission_row(session, mark.submission_id, lock=True)
            session.refresh(mark)
            if mark.state != "pending":
                return False
            mark.state, mark.stored_at = "stored", now
            _show_mark(session, mark, now)
            return True

        return self._database.write(work)

    def take_formgrader_mark(
        self, submission_id: str, item: str, total: float, *, comment: str, now: datetime
    ) -> Mark | None:
        """Take over a mark made in formgrader. None when the latest mark says the same, or is pending.

        A pending mark is newer than what formgrader shows, so it is not overridden.
        """

        def work(session: Session) -> Mark | None:
            _submission_row(session, submission_id, lock=True)
            result = session.get(ItemResultRow, (submission_id, item))
            if result is None:
                raise NotFound("Šādas atbildes nav.")
            last = latest_mark(session, submission_id, item)
            if last is not None and (last.state == "pending" or (last.total == total and last.comment == comment)):
                return None
            _total({"punkti": total}, result.max_points)
            if last is not None:
                last.state = "superseded"
            mark = MarkRow(
                id=self._new_id(),
                submission_id=submission_id,
                item=item,
                version=(last.version if last else 0) + 1,
                points={"punkti": total},
                total=total,
                comment=comment,
                marked_by=None,
                source="formgrader",
                marked_at=now,
                state="stored",
                stored_at=now,
            )
            session.add(mark)
            session.flush()
            _show_mark(session, mark, now)
            return mark_of(mark)

        return self._database.write(work)

    def marks(self, submission_id: str) -> dict[str, Mark]:
        """The latest mark of each item that has one."""
        return self._database.read(
            lambda session: {
                item: mark for (_, item), mark in _latest_marks(session, MarkRow.submission_id == submission_id).items()
            }
        )

    def marks_of(self, submission_ids: Collection[str]) -> dict[str, dict[str, Mark]]:
        """The latest marks of several submissions, by submission and item; those without any are left out."""
        found: dict[str, dict[str, Mark]] = {}
        marks = self._database.read(lambda session: _latest_marks(session, MarkRow.submission_id.in_(submission_ids)))
        for (submission, item), mark in marks.items():
            found.setdefault(submission, {})[item] = mark
        return found

    def marks_of_single_attempts(self) -> dict[tuple[str, str, str], tuple[float, str]]:
        """Points and comment of every mark that is in the gradebook, by person, form and item, of those people who

        submitted the form once.
        """
        once = (
            select(SubmissionRow.person_id, SubmissionRow.form)
            .group_by(SubmissionRow.person_id, SubmissionRow.form)
            .having(func.count() == 1)
            .subquery()
        )
        wanted = (
            select(SubmissionRow.person_id, SubmissionRow.form, MarkRow.item, MarkRow.total, MarkRow.comment)
            .join(SubmissionRow, SubmissionRow.id == MarkRow.submission_id)
            .join(once, (once.c.person_id == SubmissionRow.person_id) & (once.c.form == SubmissionRow.form))
            .where(MarkRow.state == "stored")
        )
        rows = self._database.read(lambda session: session.execute(wanted).all())
        return {(person, form, item): (total, comment) for person, form, item, total, comment in rows}

    def mark_versions(self, submission_id: str, item: str) -> list[Mark]:
        """Every mark the answer ever got, oldest first."""
        return self._database.read(
            lambda session: [
                mark_of(row)
                for row in session.scalars(
                    select(MarkRow)
                    .where(MarkRow.submission_id == submission_id, MarkRow.item == item)
                    .order_by(MarkRow.version)
                )
            ]
        )


# ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def graded_item(row: ItemResultRow) -> GradedItem:
    return GradedItem(
        item=row.item,
        version=row.version,
        outcome=row.outcome,  # type: ignore[arg-type]  # the table's check allows only outcomes
        points=row.points,
        max_points=row.max_points,
        detail=row.detail,
    )


def _submission_row(session: Session, submission_id: str, *, lock: bool = False) -> SubmissionRow:
    row = session.get(SubmissionRow, submission_id, with_for_update=lock or None)
    if row is None:
        raise NotFound("Šāda iesnieguma nav.")
    return row


def _submission(row: SubmissionRow) -> Submission:
    if hashlib.sha256(row.content.encode()).hexdigest() != row.sha256:
        raise GradingError(f"Iesnieguma {row.id} saturs neatbilst tā kontrolsummai; tas jāapskata administratoram.")
    try:
        data = SubmissionData.model_validate_json(row.content)
    except ValidationError as error:
        raise GradingError(
            f"Iesnieguma {row.id} saturu nevar nolasīt (kļūdas: {error.error_count()}); tas jāapskata administratoram."
        ) from error
    if (data.submission, data.person, data.form) != (row.id, row.person_id, row.form):
        raise GradingError(
            f"Iesniegums {row.id} ir pierakstīts citam cilvēkam vai variantam; tas jāapskata administratoram."
        )
    return Submission(
        id=row.id,
        attempt_id=row.attempt_id,
        person_id=row.person_id,
        module=row.module,
        form=row.form,
        number=row.number,
        submitted_at=row.submitted_at,
        state=row.state,  # type: ignore[arg-type]  # the table's check allows only states
        tries=row.tries,
        failure=row.failure,
        graded_at=row.graded_at,
        sha256=row.sha256,
        data=data,
    )


def _require_fitting(submission: Submission, results: Sequence[GradedItem]) -> None:
    wanted = sorted((answer.item, answer.version) for answer in submission.data.answers)
    given = sorted((result.item, result.version) for result in results)
    if wanted != given:
        odd = sorted({item for item, _ in set(wanted) ^ set(given)})
        raise GradingError(f"Iesniegumam {submission.id} rezultāti neatbilst uzdevumiem: {', '.join(odd)}.")
    for result in results:
        unknown = result.outcome in JUDGED_BY_PEOPLE
        # Could not tell is never full marks: it has no points until a person has looked.
        if unknown != (result.points is None) or (
            result.points is not None and not 0 <= result.points <= result.max_points
        ):
            raise GradingError(
                f"Iesnieguma {submission.id} uzdevumam {result.item} punkti {result.points} neder "
                f"(iznākums {result.outcome}, augstākais {result.max_points})."
            )


def _total(points: Mapping[str, float], max_points: float) -> float:
    if not points:
        raise InvalidAnswer("Vērtējums vēl nav pilns. Izvēlies punktus katrā kritērijā.")
    if any(not math.isfinite(value) or value < 0 for value in points.values()):
        raise InvalidAnswer("Punkti nevar būt mazāki par nulli.")
    total = float(sum(points.values()))
    if total > max_points:
        raise InvalidAnswer(f"Punktu ir par daudz: {total:g}. Par šo uzdevumu var dot līdz {max_points:g}.")
    return total


def _show_mark(session: Session, mark: MarkRow, now: datetime) -> None:
    result = session.get(ItemResultRow, (mark.submission_id, mark.item))
    if result is None:
        raise NotFound("Šādas atbildes nav.")
    result.points = mark.total
    result.outcome = "right" if mark.total >= result.max_points else "partly" if mark.total > 0 else "wrong"
    result.updated_at = now


def latest_mark(session: Session, submission_id: str, item: str) -> MarkRow | None:
    return session.scalar(
        select(MarkRow)
        .where(MarkRow.submission_id == submission_id, MarkRow.item == item)
        .order_by(MarkRow.version.desc())
        .limit(1)
    )


def _latest_marks(session: Session, *conditions: ColumnElement[bool]) -> dict[tuple[str, str], Mark]:
    wanted = select(MarkRow).where(MarkRow.state != "superseded", *conditions)
    return {(row.submission_id, row.item): mark_of(row) for row in session.scalars(wanted)}


def mark_of(row: MarkRow) -> Mark:
    return Mark(
        id=row.id,
        submission_id=row.submission_id,
        item=row.item,
        version=row.version,
        points=row.points,
        total=row.total,
        comment=row.comment,
        marked_by=row.marked_by,
        source=row.source,
        marked_at=row.marked_at,
        state=row.state,  # type: ignore[arg-type]  # the table's check allows only states
    )
