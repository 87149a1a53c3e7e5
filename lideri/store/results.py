"""What came of attempts: for the person, the trainer and the programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lideri.errors import NotFound
from lideri.settings import AttemptRules
from lideri.store.database import Database
from lideri.store.people import of_members
from lideri.store.queue import GradedItem, Mark, _latest_marks, graded_item
from lideri.store.tables import ItemResultRow, MarkRow, PersonRow, SubmissionRow, SubmissionState


@dataclass(frozen=True)
class AttemptResult:
    """One submitted attempt. `items` is empty until it is graded; `marks` holds marks that are shown already."""

    attempt_id: str
    submission_id: str
    person_id: str
    module: str
    form: str
    number: int
    submitted_at: datetime
    state: SubmissionState  # failed: the program could not grade it, a person looks
    items: tuple[GradedItem, ...]
    marks: dict[str, Mark]

    @property
    def points(self) -> float:
        """Points known so far; what waits for a person counts as nothing yet."""
        return sum(item.points or 0.0 for item in self.items)

    @property
    def max_points(self) -> float:
        return sum(item.max_points for item in self.items)

    @property
    def waiting(self) -> int:
        """How many answers wait for a person."""
        return sum(item.points is None for item in self.items)

    @property
    def share(self) -> float | None:
        """0…1, of all points; None until graded and while anything waits for a person."""
        return self.points / self.max_points if self.items and not self.waiting and self.max_points else None

    def passed(self, pass_share: float) -> bool | None:
        """Whether the attempt is passed; None while that depends on what a person has yet to judge."""
        if not self.items or not self.max_points:
            return None
        # A tolerance for sums of fractions: 13,999… of 14 points is 14.
        needed = pass_share * self.max_points - 1e-9
        if self.points >= needed:
            return True
        could_still_come = sum(item.max_points for item in self.items if item.points is None)
        return None if self.points + could_still_come >= needed else False


@dataclass(frozen=True)
class StuckWork:
    """A submission that the program could not grade. `reason` is the grader's own sentence."""

    submission_id: str
    module: str
    number: int
    submitted_at: datetime
    reason: str
    is_demo: bool


def counting_attempt(results: Sequence[AttemptResult], rules: AttemptRules) -> AttemptResult | None:
    """The one of a person's attempts at a module that counts: the best or the last graded one. Equal: the later one."""
    graded = sorted((result for result in results if result.items), key=lambda result: result.number)
    if not graded:
        return None
    if rules.counts == "last":
        return graded[-1]
    return max(graded, key=lambda result: (result.points / (result.max_points or 1.0), result.number))


class Results:
    def __init__(self, database: Database) -> None:
        self._database = database

    def stuck(self, *, cohort_ids: Sequence[str] | None = None) -> list[StuckWork]:
        """Work that could not be graded, the longest waiting first: of these cohorts, or (None) of all."""

        def work(session: Session) -> list[StuckWork]:
            wanted = (
                select(SubmissionRow, PersonRow.is_demo)
                .join(PersonRow, PersonRow.id == SubmissionRow.person_id)
                .where(SubmissionRow.state == "failed")
                .order_by(SubmissionRow.submitted_at, SubmissionRow.id)
            )
            if cohort_ids is not None:
                wanted = wanted.where(of_members(SubmissionRow.person_id, cohort_ids))
            return [
                StuckWork(row.id, row.module, row.number, row.submitted_at, row.failure or "", is_demo)
                for row, is_demo in session.execute(wanted)
            ]

        return self._database.read(work)

    def of_attempt(self, attempt_id: str, *, person_id: str) -> AttemptResult:
        """A person's own submitted attempt; `NotFound` for anybody else's and for one that is not submitted."""
        found = self._find(SubmissionRow.attempt_id == attempt_id, SubmissionRow.person_id == person_id)
        if not found:
            raise NotFound("Šāda darba nav, tas nav tavs vai vēl nav iesniegts.")
        return found[0]

    def of_submission(self, submission_id: str) -> AttemptResult:
        """Whether the asker may see it is the caller's question (`require_may_see`)."""
        found = self._find(SubmissionRow.id == submission_id)
        if not found:
            raise NotFound("Šāda iesnieguma nav.")
        return found[0]

    def of_person(self, person_id: str, *, module: str | None = None) -> list[AttemptResult]:
        """The person's submitted attempts, oldest first."""
        return self.of_people([person_id], module=module).get(person_id, [])

    def of_people(
        self, person_ids: Sequence[str] | None = None, *, module: str | None = None
    ) -> dict[str, list[AttemptResult]]:
        """Submitted attempts by person, oldest first: of these people or (None) of everybody."""
        conditions: list[object] = []
        if person_ids is not None:
            conditions.append(SubmissionRow.person_id.in_(person_ids))
        if module is not None:
            conditions.append(SubmissionRow.module == module)
        found: dict[str, list[AttemptResult]] = {}
        for result in self._find(*conditions):
            found.setdefault(result.person_id, []).append(result)
        return found

    def last_change(self) -> datetime | None:
        """When any result changed last, so that read models are made again only when needed."""
        return self._database.read(lambda session: session.scalar(select(func.max(ItemResultRow.updated_at))))

    def _find(self, *conditions: object) -> list[AttemptResult]:
        def work(session: Session) -> list[AttemptResult]:
            submissions = session.scalars(
                select(SubmissionRow)
                .where(*conditions)  # type: ignore[arg-type]  # conditions on columns
                .order_by(SubmissionRow.submitted_at, SubmissionRow.id)
            ).all()
            items: dict[str, list[GradedItem]] = {}
            for row in session.scalars(
                select(ItemResultRow)
                .join(SubmissionRow, SubmissionRow.id == ItemResultRow.submission_id)
                .where(*conditions)  # type: ignore[arg-type]  # conditions on columns
                .order_by(ItemResultRow.submission_id, ItemResultRow.position)
            ):
                items.setdefault(row.submission_id, []).append(graded_item(row))
            marks: dict[str, dict[str, Mark]] = {}
            theirs = MarkRow.submission_id.in_(select(SubmissionRow.id).where(*conditions))  # type: ignore[arg-type]
            for (submission, item), mark in _latest_marks(session, *([theirs] if conditions else [])).items():
                if mark.state == "stored":
                    marks.setdefault(submission, {})[item] = mark
            return [
                AttemptResult(
                    attempt_id=row.attempt_id,
                    submission_id=row.id,
                    person_id=row.person_id,
                    module=row.module,
                    form=row.form,
                    number=row.number,
                    submitted_at=row.submitted_at,
                    state=row.state,  # type: ignore[arg-type]  # the table's check allows only states
                    items=tuple(items.get(row.id, ())),
                    marks=marks.get(row.id, {}),
                )
                for row in submissions
            ]

        return self._database.read(work)
