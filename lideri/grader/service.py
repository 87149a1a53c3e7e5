"""The grader: takes submissions, has nbgrader score them, publishes results, carries people's marks both ways."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from lideri.course.items import Form, Item
from lideri.errors import GradingError, NotFound, StoreBusy
from lideri.grader.content import Assessments
from lideri.grader.results import graded_items
from lideri.nbgrader_bridge import grade_id
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import ManualMark, MarkInGradebook, manual_marks, project, put_mark, standing
from lideri.nbgrader_bridge.release import release
from lideri.settings import AttemptRules
from lideri.store import Store
from lideri.store.queue import Mark, Submission
from lideri.store.results import counting_attempt

log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. A submission must be seen at once; marks may take a moment."""

    poll: float = 0.15
    marks: float = 0.5
    formgrader: float = 3.0
    lease: float = 10.0  # after a kill, its submission is taken up again so much later
    busy: float = 1.0  # before asking a busy disk or database again; grows to ten times that


class Grader:
    """Works alone on its gradebook (`lideri.grader.app` sees to that); every step may be cut off and done again."""

    def __init__(
        self,
        store: Store,
        course: NbgraderCourse,
        assessments: Assessments,
        rules: AttemptRules,
        *,
        worker: str = "grader",
        pace: Pace = Pace(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._course = course
        self._assessments = assessments
        self._rules = rules
        self._worker = worker
        self._pace = pace
        self._now = now
        self._stopping = threading.Event()
        self._seen: frozenset[MarkInGradebook] = frozenset()  # formgrader's marks that the store knows already
        self._refused: set[str] = set()  # marks whose failure is in the log

    def stop(self) -> None:
        """Finish what is being graded, then let `run` return."""
        self._stopping.set()

    def prepare(self) -> None:
        """Release every form into nbgrader's course. One that cannot be is logged; the others go on."""
        for form in self._assessments.forms.values():
            try:
                self._patiently(lambda form=form: self._release(form))  # type: ignore[misc]  # bound in the loop
            except GradingError as error:
                log.error("variants %s: %s", form.id, error)
            except StoreBusy:  # told to stop while waiting
                return

    def run(self) -> None:
        """Serve until `stop`."""
        since_marks = since_formgrader = float("inf")
        while not self._stopping.is_set():
            busy = self._step("iesniegumi", self.grade_next)
            if since_marks >= self._pace.marks:
                self._step("vērtējumi", self.store_marks)
                since_marks = 0.0
            if since_formgrader >= self._pace.formgrader:
                self._step("formgrader", self.read_marks)
                since_formgrader = 0.0
            if not busy:
                self._stopping.wait(self._pace.poll)
            since_marks += self._pace.poll
            since_formgrader += self._pace.poll

    def run_until_idle(self, step: Callable[[], None] = lambda: None) -> int:
        """Grade everything that waits and store every mark; how many submissions were graded. ``step`` after each."""
        graded = 0
        while self.grade_next():
            graded += 1
            step()
        self.store_marks()
        return graded

    # ── submissions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def grade_next(self) -> bool:
        """Grade the oldest waiting submission; False when there is none.

        One that cannot be graded is put aside with the reason, for a person, and does not stop the others. When disk or
        database cannot take the work now, it is kept and tried again: that is nobody's failed try.
        """
        try:
            claimed = self._store.queue.claim(self._worker, now=self._now(), lease=timedelta(seconds=self._pace.lease))
        except GradingError as error:
            log.error("%s", error)
            return True
        if claimed is None:
            return False
        try:
            self._patiently(lambda: self._grade(claimed), holding=claimed)
        except GradingError as error:
            log.error("iesniegums %s (%s): %s", claimed.id, claimed.form, error)
            self._give_back(claimed, str(error), retry_after=None)
        except StoreBusy as error:  # told to stop while waiting; the lease runs out and the next start takes it up
            log.warning("iesniegums %s paliek rindā: %s", claimed.id, error)
        except Exception as error:  # the outer edge: a mistake of ours must not stop the others' work
            log.exception("iesniegums %s (%s): programmas kļūda", claimed.id, claimed.form)
            self._give_back(claimed, f"{type(error).__name__}: {error}", retry_after=timedelta(seconds=30))
        return True

    def _grade(self, claimed: Submission) -> None:
        form, items = self._form(claimed.form)
        self._keep_standing_marks(claimed.person_id, claimed.form)
        scores = project(
            self._course,
            claimed.data,
            items,
            submitted_at=claimed.submitted_at,
            name=self._name_of(claimed.person_id),
            marks=self._marks_of(claimed.id, items),
        )
        results = graded_items(claimed.data.answers, self._assessments.items, scores, self._assessments.rubrics)
        taken = self._store.queue.finish(claimed.id, self._worker, results, now=self._now())
        log.info(
            "iesniegums %s (%s): %s",
            claimed.id,
            form.id,
            f"{sum(score.points for score in scores.values()):g} punkti" if taken else "jau novērtēts",
        )
        self._let_counting_one_stand(claimed)

    def _give_back(self, claimed: Submission, reason: str, *, retry_after: timedelta | None) -> None:
        try:
            self._store.queue.fail(claimed.id, self._worker, reason, now=self._now(), retry_after=retry_after)
        except StoreBusy as error:
            log.warning("iesniegums %s paliek rindā: %s", claimed.id, error)

    def _let_counting_one_stand(self, latest: Submission) -> None:
        """When an earlier attempt at the same form counts, let it stand in the gradebook, with its marks."""
        results = [
            result
            for result in self._store.results.of_person(latest.person_id, module=latest.module)
            if result.form == latest.form
        ]
        counting = counting_attempt(results, self._rules)
        if counting is None or counting.submission_id == standing(self._course, latest.person_id, latest.form):
            return
        _, items = self._form(latest.form)
        self._keep_standing_marks(latest.person_id, latest.form)
        earlier = self._store.queue.submission(counting.submission_id)
        project(
            self._course,
            earlier.data,
            items,
            submitted_at=earlier.submitted_at,
            marks=self._marks_of(earlier.id, items),
        )
        log.info("žurnālā stāv iesniegums %s, jo ieskaitīts tas", earlier.id)

    # ── marks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def store_marks(self) -> int:
        """Write pending marks into the gradebook; how many. One that cannot be written does not stop the others."""
        stored = 0
        for mark in self._store.queue.pending_marks():
            try:
                stored += self._store_mark(mark)
            except (GradingError, NotFound) as error:
                if mark.id not in self._refused:
                    log.error("vērtējums %s (%s): %s", mark.id, mark.item, error)
                self._refused.add(mark.id)
        return stored

    def _store_mark(self, mark: Mark) -> bool:
        submission = self._store.queue.submission(mark.submission_id)
        if standing(self._course, submission.person_id, submission.form) == submission.id:
            manual = ManualMark(mark.total, mark.comment)
            put_mark(self._course, submission.person_id, submission.form, mark.item, manual)
        # Work that does not stand there keeps its mark in the store; it goes along if the work comes to stand.
        stored = self._store.queue.mark_stored(mark.id, now=self._now())
        self._let_counting_one_stand(submission)
        return stored

    def read_marks(self) -> int:
        """Take over marks that were made or changed in formgrader; how many."""
        taken = 0
        found = frozenset(manual_marks(self._course))
        settled = set(found & self._seen)
        for mark in found - settled:
            outcome = self._take(mark)
            taken += outcome is True
            if outcome is not None:
                settled.add(mark)
        self._seen = frozenset(settled)
        return taken

    def _keep_standing_marks(self, person: str, form: str) -> None:
        """Before other work takes its place: what people gave the work that stands there is kept with that work."""
        for found in manual_marks(self._course, person=person, form=form):
            self._take(found)

    def _take(self, found: MarkInGradebook) -> bool | None:
        """Whether the store learned something; None when it has no results yet that the mark could belong to."""
        submission = standing(self._course, found.person, found.form)
        form = self._assessments.forms.get(found.form)
        item = next((name for name in form.items if grade_id(name) == found.cell), None) if form else None
        if submission is None or item is None or item not in self._assessments.items:
            return None
        known = self._store.queue.marks(submission).get(item)
        comment = found.mark.comment
        if comment is None:  # nbgrader keeps no comment beside a test cell: the one we know stays
            comment = known.comment if known else ""
        points = min(max(found.mark.points, 0.0), self._assessments.items[item].points)
        if known is not None and (known.total, known.comment) == (points, comment):
            return False
        try:
            mark = self._store.queue.take_formgrader_mark(submission, item, points, comment=comment, now=self._now())
        except NotFound:
            return None
        if mark is None:
            return None
        log.info("vērtējums no formgrader: %s, %s, %g", submission, item, points)
        self._let_counting_one_stand(self._store.queue.submission(submission))
        return True

    def _marks_of(self, submission: str, items: list[Item]) -> dict[str, ManualMark]:
        ours = {item.id for item in items}
        return {
            item: ManualMark(mark.total, mark.comment)
            for item, mark in self._store.queue.marks(submission).items()
            if item in ours
        }

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _release(self, form: Form) -> None:
        missing = [name for name in form.items if name not in self._assessments.items]
        if missing:
            raise GradingError(f"uzdevumu bankā nav {', '.join(missing)}; palaid «lideri check»")
        release(self._course, form, self._assessments.items_of(form), self._assessments.rubrics)

    def _form(self, form_id: str) -> tuple[Form, list[Item]]:
        form = self._assessments.forms.get(form_id)
        if form is None or any(name not in self._assessments.items for name in form.items):
            raise GradingError(f"varianta «{form_id}» vai tā uzdevumu bankā nav; atjauno tos un sāc vērtēšanu vēlreiz")
        return form, self._assessments.items_of(form)

    def _name_of(self, person: str) -> str:
        try:
            return self._store.people.get(person).name
        except NotFound:
            return ""

    def _patiently(self, work: Callable[[], Result], *, holding: Submission | None = None) -> Result:
        """Do it as soon as disk and database can; raises `StoreBusy` only when told to stop meanwhile."""
        pause = self._pace.busy
        while True:
            try:
                return work()
            except StoreBusy as error:
                log.warning("nevar ierakstīt (%s); mēģināšu pēc %g s", error, pause)
                if self._stopping.wait(pause):
                    raise
                pause = min(pause * 2, self._pace.busy * 10)
            if holding is not None:
                self._renew(holding)

    def _renew(self, holding: Submission) -> None:
        try:
            lease = timedelta(seconds=self._pace.lease)
            self._store.queue.renew(holding.id, self._worker, now=self._now(), lease=lease)
        except StoreBusy:
            log.debug("%s: the lease could not be renewed", holding.id)

    def _step(self, what: str, step: Callable[[], object]) -> bool:
        """One round of a step; trouble is logged and the round is over. True when there may be more to do at once."""
        try:
            return bool(step())
        except StoreBusy as error:
            log.warning("%s: datubāze vai disks aizņemts (%s); mēģināšu pēc brīža", what, error)
            self._stopping.wait(self._pace.busy)
        except Exception:  # the outer edge: the service outlives any one round
            log.exception("%s: programmas kļūda; mēģināšu pēc brīža", what)
            self._stopping.wait(self._pace.busy)
        return False
