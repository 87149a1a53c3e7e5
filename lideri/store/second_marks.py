"""Second, blind marks: a colleague marks the same answer by the same rubric without seeing the first mark.

A second mark is given once and stays as it is, beside the mark that stood then: only so do the two say how far the
markers agree. It never changes the trainee's result; the first marker may, in the usual way (`GradingQueue.put_mark`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lideri.errors import InvalidAnswer, MarkedMeanwhile, NotAllowed, NotFound
from lideri.store.database import Database
from lideri.store.people import Person, of_members
from lideri.store.queue import MAX_COMMENT, Mark, WaitingAnswer, latest_mark, mark_of
from lideri.store.tables import (
    CohortTrainerRow,
    ItemResultRow,
    MarkRow,
    MembershipRow,
    PersonRow,
    SecondMarkRow,
    SubmissionRow,
)

_STEPS = 2**64


@dataclass(frozen=True)
class SecondMark:
    id: str
    submission_id: str
    item: str
    points: Mapping[str, float]
    total: float
    comment: str
    marked_by: str
    marked_at: datetime


@dataclass(frozen=True)
class MarkedTwice:
    """An answer with two marks. ``first`` is the mark that stood when ``second`` was made; ``now`` the one that counts.

    ``detail`` holds the task and the rubric, as in `GradedItem`.
    """

    submission_id: str
    item: str
    module: str
    is_demo: bool
    max_points: float
    detail: Mapping[str, Any]
    first: Mark
    second: SecondMark
    now: Mark

    @property
    def apart(self) -> float:
        """By how many points the two differed."""
        return abs(self.first.total - self.second.total)

    @property
    def is_settled(self) -> bool:
        """The answer was marked once more since: after a talk, or for any other reason."""
        return self.now.id != self.first.id


class SecondMarks:
    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    def open_to(self, marker: Person, answers: Sequence[WaitingAnswer], *, share: float) -> list[WaitingAnswer]:
        """Those of ``answers`` that wait for a second mark which ``marker`` may give, in their order.

        ``answers`` are of cohorts that the marker may see. Whoever marked an answer is not its second marker; a trainer
        is one only where another trainer of a cohort they share marked. Until the second mark is given, the marker must
        not see the first.
        """
        chosen = [answer for answer in answers if _is_comparable(answer) and is_sampled(answer, share)]
        if not chosen:
            return []

        def work(session: Session) -> list[WaitingAnswer]:
            submissions = {answer.submission_id for answer in chosen}
            done = _keys(session.execute(_keyed(SecondMarkRow.submission_id, SecondMarkRow.item, submissions)))
            mine = _keys(
                session.execute(
                    _keyed(MarkRow.submission_id, MarkRow.item, submissions).where(MarkRow.marked_by == marker.id)
                )
            )
            colleagues = _colleagues(session, marker) if marker.role == "trainer" else None
            return [
                answer
                for answer in chosen
                if (key := (answer.submission_id, answer.result.item)) not in done
                and key not in mine
                and answer.mark is not None
                and (colleagues is None or (answer.person_id, answer.mark.marked_by) in colleagues)
            ]

        return self._database.read(work)

    def put(
        self,
        submission_id: str,
        item: str,
        points: Mapping[str, float],
        *,
        comment: str,
        marked_by: str,
        now: datetime,
    ) -> SecondMark:
        """Record a second mark. It cannot be changed.

        `NotFound` when the answer has no first mark by a rubric, `NotAllowed` when `marked_by` gave one,
        `MarkedMeanwhile` when it has a second mark already, `InvalidAnswer` for points that are no levels of the
        rubric. Whether `marked_by` may see the answer is the caller's question (`open_to`).
        """

        def work(session: Session) -> SecondMark:
            submission = session.get(SubmissionRow, submission_id, with_for_update=True)
            result = session.get(ItemResultRow, (submission_id, item))
            first = latest_mark(session, submission_id, item)
            if submission is None or result is None or first is None or first.marked_by is None:
                raise NotFound("Šādas atbildes, kam vajadzīgs otrais vērtējums, nav.")
            levels = levels_of(result.detail)
            if not levels or first.points.keys() != levels.keys():
                raise NotFound("Šādas atbildes, kam vajadzīgs otrais vērtējums, nav.")
            own = select(MarkRow.id).where(
                MarkRow.submission_id == submission_id, MarkRow.item == item, MarkRow.marked_by == marked_by
            )
            if session.scalar(own.limit(1)) is not None:
                raise NotAllowed("Šo atbildi tu jau vērtēji. Otro vērtējumu dod kāds cits.")
            if points.keys() != levels.keys() or any(value not in levels[name] for name, value in points.items()):
                raise InvalidAnswer("Vērtējums vēl nav pilns. Izvēlies punktus katrā kritērijā.")
            if len(comment) > MAX_COMMENT:
                raise InvalidAnswer(f"Piezīme ir par garu. Atļautas līdz {MAX_COMMENT} zīmēm.")
            if session.scalar(_one(submission_id, item)) is not None:
                raise MarkedMeanwhile(
                    "Šo atbildi tikmēr otrreiz novērtēja kāds cits. Tavs vērtējums vairs nav vajadzīgs."
                )
            row = SecondMarkRow(
                id=self._new_id(),
                submission_id=submission_id,
                item=item,
                first_id=first.id,
                points=dict(points),
                total=float(sum(points.values())),
                comment=comment,
                marked_by=marked_by,
                marked_at=now,
            )
            session.add(row)
            session.flush()
            return _second(row)

        return self._database.write(work)

    def pairs(self, *, cohort_ids: Sequence[str] | None = None) -> list[MarkedTwice]:
        """Answers with two marks, the latest second mark first: of these cohorts, or (None) of all."""

        def work(session: Session) -> list[MarkedTwice]:
            wanted = (
                select(SecondMarkRow, MarkRow, ItemResultRow, SubmissionRow.module, PersonRow.is_demo)
                .join(MarkRow, MarkRow.id == SecondMarkRow.first_id)
                .join(SubmissionRow, SubmissionRow.id == SecondMarkRow.submission_id)
                .join(PersonRow, PersonRow.id == SubmissionRow.person_id)
                .join(
                    ItemResultRow,
                    (ItemResultRow.submission_id == SecondMarkRow.submission_id)
                    & (ItemResultRow.item == SecondMarkRow.item),
                )
                .order_by(SecondMarkRow.marked_at.desc(), SecondMarkRow.id)
            )
            if cohort_ids is not None:
                wanted = wanted.where(of_members(SubmissionRow.person_id, cohort_ids))
            standing = (
                select(MarkRow)
                .join(
                    SecondMarkRow,
                    (SecondMarkRow.submission_id == MarkRow.submission_id) & (SecondMarkRow.item == MarkRow.item),
                )
                .where(MarkRow.state != "superseded")
            )
            now = {(row.submission_id, row.item): mark_of(row) for row in session.scalars(standing)}
            return [
                MarkedTwice(
                    submission_id=second.submission_id,
                    item=second.item,
                    module=module,
                    is_demo=is_demo,
                    max_points=result.max_points,
                    detail=result.detail,
                    first=mark_of(first),
                    second=_second(second),
                    now=now[second.submission_id, second.item],
                )
                for second, first, result, module, is_demo in session.execute(wanted)
            ]

        return self._database.read(work)


def is_sampled(answer: WaitingAnswer, share: float) -> bool:
    """Whether the answer is among those marked twice: by its own name, so that nobody chooses and all see the same."""
    name = f"{answer.submission_id}:{answer.result.item}".encode()
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "big") < share * _STEPS


def levels_of(detail: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    """The points that each criterion of the rubric may get, the fewest first; empty when there is no rubric."""
    rubric = detail.get("rubric")
    if not isinstance(rubric, Mapping):
        return {}
    return {
        str(criterion["id"]): tuple(sorted(float(level["points"]) for level in criterion["levels"]))
        for criterion in rubric.get("criteria") or ()
    }


# ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_comparable(answer: WaitingAnswer) -> bool:
    """Marked by a person we know, by the rubric's criteria (formgrader knows only a sum)."""
    if answer.mark is None or answer.mark.marked_by is None:
        return False
    levels = levels_of(answer.result.detail)
    return bool(levels) and answer.mark.points.keys() == levels.keys()


def _keyed(submission: Any, item: Any, submissions: Iterable[str]) -> Any:
    return select(submission, item).where(submission.in_(submissions))


def _keys(rows: Iterable[Any]) -> set[tuple[str, str]]:
    return {(submission, item) for submission, item in rows}


def _colleagues(session: Session, trainer: Person) -> set[tuple[str, str | None]]:
    """(trainee, other trainer) of the cohorts that the trainer teaches together with others."""
    own = select(CohortTrainerRow.cohort_id).where(CohortTrainerRow.person_id == trainer.id)
    wanted = (
        select(MembershipRow.person_id, CohortTrainerRow.person_id)
        .join(CohortTrainerRow, CohortTrainerRow.cohort_id == MembershipRow.cohort_id)
        .where(MembershipRow.cohort_id.in_(own), CohortTrainerRow.person_id != trainer.id)
    )
    return {(trainee, other) for trainee, other in session.execute(wanted)}


def _one(submission_id: str, item: str) -> Any:
    return select(SecondMarkRow.id).where(SecondMarkRow.submission_id == submission_id, SecondMarkRow.item == item)


def _second(row: SecondMarkRow) -> SecondMark:
    return SecondMark(
        id=row.id,
        submission_id=row.submission_id,
        item=row.item,
        points=row.points,
        total=row.total,
        comment=row.comment,
        marked_by=row.marked_by,
        marked_at=row.marked_at,
    )
