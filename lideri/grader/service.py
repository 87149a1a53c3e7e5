"""The grader: takes submissions, has nbgrader score them, publishes results, carries people's marks both ways."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from lideri.errors import GradingError, NotFound, StoreBusy
from lideri.grader.content import Assessments, KeptForms, WholeForm, forms_in_force, require_same
from lideri.grader.pool import HereAndNow, Scorer, Work
from lideri.grader.scoring import Scored, ScoringMistake, WorkerLost, read_scored
from lideri.nbgrader_bridge import grade_id
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.files import is_whole, require_file_names, standing
from lideri.nbgrader_bridge.gradebook import CourseGradebook, ManualMark, MarkInGradebook
from lideri.nbgrader_bridge.kit import FormKit
from lideri.nbgrader_bridge.release import release
from lideri.settings import AttemptRules
from lideri.store import Store
from lideri.store.queue import Damaged, Mark, Submission
from lideri.store.results import counting_attempt

log = logging.getLogger(__name__)
Result = TypeVar("Result")
LARGEST_BATCH = 25  # submissions in one transaction, so that nobody waits long for the gradebook's lock
FILES_MAY_BE_LOST = timedelta(minutes=10)  # what a power cut can take; the system writes to disk much sooner
A_FEW = 20
RETRY_AFTER_MISTAKE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. A submission must be seen at once; marks may take a moment."""

    poll: float = 0.15
    marks: float = 0.5
    formgrader: float = 3.0
    lease: float = 10.0  # after a kill, its submission is taken up again so much later
    busy: float = 1.0  # before asking a busy disk or database again; grows to ten times that
    scored: float = 0.1  # at most so long it waits for a worker before it looks after other things


@dataclass(frozen=True, slots=True)
class Failure:
    """A submission that could not be graded. ``again``: it is tried again by itself; else a person has to look."""

    submission: str
    person: str
    form: str
    reason: str
    again: bool


@dataclass(slots=True)
class InHand:
    """A submission that is being scored."""

    claimed: Submission
    future: Future[bytes]


class Grader:
    """Works alone on its gradebook (`lideri.grader.app` sees to that); every step may be cut off and done again.

    Not for several threads at once. ``failures`` are those of its whole life.
    """

    def __init__(
        self,
        store: Store,
        course: NbgraderCourse,
        assessments: Assessments,
        rules: AttemptRules,
        *,
        worker: str = "grader",
        pace: Pace = Pace(),
        scorer: Scorer | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._course = course
        self._assessments = assessments
        self._forms = {whole.form.id: whole for whole in assessments.whole()}
        self._agreed: set[str] = set()  # forms that are known to be what people have begun
        self._rules = rules
        self._worker = worker
        self._pace = pace
        self._scorer = scorer or HereAndNow()
        self._now = now
        self._stopping = threading.Event()
        self._gradebook = CourseGradebook(course)
        self._kits: dict[str, tuple[int, FormKit]] = {}
        self._in_hand: dict[str, InHand] = {}
        self._renewed = time.monotonic()
        self._unsettled: set[tuple[str, str]] = set()  # people and forms with marks that the store could not take yet
        self._refused: set[str] = set()  # marks whose failure is in the log
        self.failures: list[Failure] = []

    def stop(self) -> None:
        """Finish what is being graded, then let `run` return."""
        self._stopping.set()

    def prepare(self) -> None:
        """Release every form into nbgrader's course. One that cannot be is logged; the others go on."""
        try:
            used = self._patiently(self._store.learning.used_forms)
            self._forms = forms_in_force(self._assessments, used, KeptForms(self._course.kept))
            for whole in self._forms.values():
                try:
                    self._patiently(lambda whole=whole: self._release(whole))  # type: ignore[misc]  # bound in the loop
                except GradingError as error:
                    log.error("variants %s: %s", whole.form.id, error)
        except StoreBusy:  # told to stop while waiting
            return
        self._step("datnes", self.mend_files)

    def close(self) -> None:
        """Let go of the gradebook. The scorer is its maker's to close."""
        self._gradebook.close()

    def run(self) -> None:
        """Serve until `stop`; what is being scored then is finished."""
        since_marks = since_formgrader = float("-inf")
        while not self._stopping.is_set():
            busy = self._step("iesniegumi", self.grade_some)
            if time.monotonic() - since_marks >= self._pace.marks:
                self._step("vērtējumi", self.store_marks)
                since_marks = time.monotonic()
            if time.monotonic() - since_formgrader >= self._pace.formgrader:
                self._step("formgrader", self.read_marks)
                since_formgrader = time.monotonic()
            if not busy:
                self._stopping.wait(self._pace.poll)
        self._step("iesniegumi", self._finish_what_is_in_hand)

    def run_until_idle(self, step: Callable[[], None] = lambda: None) -> int:
        """Grade everything that waits and store every mark; how many submissions were graded. ``step`` after each

        that is graded or put aside (`failures`).
        """
        graded = 0
        while True:
            before = len(self.failures)
            done = self.grade_some()
            if done is None:
                break
            graded += done
            for _ in range(done + len(self.failures) - before):
                step()
        self.store_marks()
        return graded

    # ── submissions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def grade_some(self) -> int | None:
        """One turn: take what waits, have it scored, deliver what is scored. How many were graded; None: nothing to do.

        Whatever is there is a batch: nobody waits until one is full. A submission that cannot be graded is put aside
        with the reason, for a person, and does not stop the others. When disk or database cannot take the work now, it
        is kept and tried again: that is nobody's failed try.
        """
        took = self._take_more()
        if not self._in_hand:
            return 0 if took else None
        scored = [one.future for one in self._in_hand.values()]
        wait(scored, timeout=self._pace.scored, return_when=FIRST_COMPLETED)
        graded = self._deliver(self._scored_ones())
        self._renew()
        return graded

    def _take_more(self) -> bool:
        """Hand new submissions to the scorer while it has room; whether there were any."""
        room = self._scorer.capacity - len(self._in_hand)
        if room * 2 < self._scorer.capacity:
            return False
        lease = timedelta(seconds=self._pace.lease)
        claimed = self._store.queue.claim_batch(self._worker, limit=room, now=self._now(), lease=lease)
        for damaged in claimed.damaged:
            self._note_damaged(damaged)
        works: list[tuple[Submission, Work]] = []
        for submission in claimed.submissions:
            if submission.id in self._in_hand:  # its lease ran out while it was being scored here
                continue
            try:
                require_file_names(submission.person_id, submission.form)
                works.append((submission, self._work(submission)))
            except GradingError as error:
                self._put_aside(submission, error)
            except StoreBusy as error:
                log.warning("iesniegums %s paliek rindā: %s", submission.id, error)
            except Exception as error:  # noqa: BLE001  # the outer edge: what one form lacks must not stop the others
                self._failed_by_mistake(submission, error)
        for (submission, _), future in zip(works, self._scorer.score([work for _, work in works]), strict=True):
            self._in_hand[submission.id] = InHand(submission, future)
        return bool(claimed.submissions or claimed.damaged)

    def _work(self, submission: Submission) -> Work:
        return Work(self._kit(submission.form), submission.data.model_dump_json().encode())

    def _scored_ones(self) -> list[tuple[Submission, Scored]]:
        """What is scored by now, one for each person and form, the oldest first; those who failed are dealt with."""
        found: list[tuple[Submission, Scored]] = []
        places: set[tuple[str, str]] = set()
        for one in list(self._in_hand.values()):
            place = (one.claimed.person_id, one.claimed.form)
            # A later attempt waits for the earlier one, which it is to replace.
            if place in places or len(found) >= LARGEST_BATCH:
                continue
            places.add(place)
            if not one.future.done():
                continue
            try:
                scored = read_scored(one.future.result())
                if scored.submission != one.claimed.id:
                    raise ScoringMistake(f"atnākusi cita darba atbilde: {scored.submission}")
                found.append((one.claimed, scored))
            except GradingError as error:
                self._put_aside(one.claimed, error)
            except (ScoringMistake, WorkerLost) as error:
                self._failed_by_mistake(one.claimed, error)
            except StoreBusy as error:  # nothing can be scored now
                log.warning("iesniegums %s jāvērtē vēlreiz: %s", one.claimed.id, error)
                self._stopping.wait(self._pace.busy)
                (one.future,) = self._scorer.score([self._work(one.claimed)])
        return found

    def _deliver(self, batch: list[tuple[Submission, Scored]]) -> int:
        """Gradebook and store; how many were graded. One that spoils the batch is found by taking each by itself."""
        if not batch:
            return 0
        try:
            self._patiently(lambda: self._write(batch))
        except StoreBusy as error:  # told to stop while waiting; the lease runs out and the next start takes it up
            for submission, _ in batch:
                log.warning("iesniegums %s paliek rindā: %s", submission.id, error)
                del self._in_hand[submission.id]
            return 0
        except Exception as error:  # noqa: BLE001  # the outer edge: a mistake of ours must not stop the others' work
            if len(batch) > 1:
                log.warning("%d darbi kopā nav ierakstāmi (%s); mēģinu pa vienam", len(batch), error)
                return sum(self._deliver([one]) for one in batch)
            if isinstance(error, GradingError):
                self._put_aside(batch[0][0], error)
            else:
                self._failed_by_mistake(batch[0][0], error)
            return 0
        for submission, _ in batch:
            self._in_hand.pop(submission.id, None)
        return len(batch)

    def _write(self, batch: Sequence[tuple[Submission, Scored]]) -> None:
        places = [(submission.person_id, submission.form) for submission, _ in batch]
        self._keep_standing_marks(places)
        marks = self._store.queue.marks_of([submission.id for submission, _ in batch])
        names = self._store.people.names([submission.person_id for submission, _ in batch])
        self._gradebook.write(
            [
                scored.for_gradebook(
                    submission.person_id,
                    submission.form,
                    submitted_at=submission.submitted_at,
                    name=names.get(submission.person_id, ""),
                    marks=self._manual(marks.get(submission.id, {}).values(), submission.form),
                )
                for submission, scored in batch
            ]
        )
        results = {submission.id: scored.results for submission, scored in batch}
        taken = self._store.queue.finish_batch(results, self._worker, now=self._now())
        for submission, scored in batch:
            said = f"{scored.points:g} punkti" if submission.id in taken else "jau novērtēts"
            log.info("iesniegums %s (%s): %s", submission.id, submission.form, said)
        attempts = self._store.queue.graded_attempts([submission.person_id for submission, _ in batch])
        for submission, _ in batch:
            if attempts.get((submission.person_id, submission.form), 0) > 1:
                self._let_counting_one_stand(submission)

    def _put_aside(self, claimed: Submission, error: GradingError) -> None:
        log.error("iesniegums %s (%s): %s", claimed.id, claimed.form, error)
        self._give_back(claimed, str(error), retry_after=None)

    def _failed_by_mistake(self, claimed: Submission, error: Exception) -> None:
        """Of the program, or of the machine: it is tried again later, until a person has to look."""
        if isinstance(error, ScoringMistake):
            log.error("iesniegums %s (%s): programmas kļūda: %s\n%s", claimed.id, claimed.form, error, _listed(error))
        elif isinstance(error, WorkerLost):
            log.error("iesniegums %s (%s): %s", claimed.id, claimed.form, error)
        else:
            log.error("iesniegums %s (%s): programmas kļūda", claimed.id, claimed.form, exc_info=error)
        reason = str(error) if isinstance(error, ScoringMistake | WorkerLost) else f"{type(error).__name__}: {error}"
        self._give_back(claimed, reason, retry_after=RETRY_AFTER_MISTAKE)

    def _give_back(self, claimed: Submission, reason: str, *, retry_after: timedelta | None) -> None:
        self._in_hand.pop(claimed.id, None)
        try:
            state = self._store.queue.fail(claimed.id, self._worker, reason, now=self._now(), retry_after=retry_after)
        except StoreBusy as error:
            log.warning("iesniegums %s paliek rindā: %s", claimed.id, error)
            state = "queued"
        if state != "graded":
            self.failures.append(Failure(claimed.id, claimed.person_id, claimed.form, reason, state == "queued"))

    def _note_damaged(self, damaged: Damaged) -> None:
        log.error("iesniegums %s (%s): %s", damaged.id, damaged.form, damaged.reason)
        self.failures.append(Failure(damaged.id, damaged.person_id, damaged.form, damaged.reason, again=False))

    def _renew(self) -> None:
        """Keep what is in hand ours, well before its lease runs out."""
        if not self._in_hand or time.monotonic() - self._renewed < self._pace.lease / 3:
            return
        self._renewed = time.monotonic()
        lease = timedelta(seconds=self._pace.lease)
        try:
            self._store.queue.renew_batch(list(self._in_hand), self._worker, now=self._now(), lease=lease)
        except StoreBusy:
            log.debug("leases could not be renewed")

    def _finish_what_is_in_hand(self) -> None:
        end = time.monotonic() + self._pace.lease
        while self._in_hand and time.monotonic() < end:
            wait([one.future for one in self._in_hand.values()], timeout=0.5, return_when=FIRST_COMPLETED)
            self._deliver(self._scored_ones())

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
        self._keep_standing_marks([(latest.person_id, latest.form)])
        self._let_stand(self._store.queue.submission(counting.submission_id))
        log.info("žurnālā stāv iesniegums %s, jo ieskaitīts tas", counting.submission_id)

    def _let_stand(self, submission: Submission) -> None:
        """Put a submission whose results the store has into the gradebook again."""
        require_file_names(submission.person_id, submission.form)
        (future,) = self._scorer.score([self._work(submission)])
        scored = read_scored(future.result())
        self._gradebook.write(
            [
                scored.for_gradebook(
                    submission.person_id,
                    submission.form,
                    submitted_at=submission.submitted_at,
                    name=self._store.people.names([submission.person_id]).get(submission.person_id, ""),
                    marks=self._manual(self._store.queue.marks(submission.id).values(), submission.form),
                )
            ]
        )

    def mend_files(self) -> int:
        """Write again what a power cut took from nbgrader's folders; how many works. The store had it all on disk."""
        mended = 0
        for person, form in self._store.queue.graded_lately(within=FILES_MAY_BE_LOST):
            if is_whole(self._course, person, form):
                continue
            results = [result for result in self._store.results.of_person(person) if result.form == form]
            counting = counting_attempt(results, self._rules)
            if counting is not None:
                try:
                    self._let_stand(self._store.queue.submission(counting.submission_id))
                    mended += 1
                    log.warning("iesnieguma %s datnes bija pazudušas; atjaunotas", counting.submission_id)
                except (GradingError, ScoringMistake, WorkerLost) as error:
                    log.error("iesnieguma %s datnes atjaunot neizdevās: %s", counting.submission_id, error)
        return mended

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
            self._gradebook.put_mark(submission.person_id, submission.form, mark.item, manual)
        # Work that does not stand there keeps its mark in the store; it goes along if the work comes to stand.
        stored = self._store.queue.mark_stored(mark.id, now=self._now())
        self._let_counting_one_stand(submission)
        return stored

    def read_marks(self) -> int:
        """Take over marks that were made or changed in formgrader; how many."""
        found = self._gradebook.changed_marks()
        if self._unsettled:
            people, forms = zip(*self._unsettled, strict=True)
            found += self._gradebook.marks(people=people, forms=forms)
        known = self._known_marks(found) if len(found) > A_FEW else set()
        outcomes = [(mark, self._take(mark)) for mark in dict.fromkeys(found) if mark not in known]
        self._gradebook.marks_settled()
        self._unsettled = {(mark.person, mark.form) for mark, outcome in outcomes if outcome is None}
        return sum(outcome is True for _, outcome in outcomes)

    def _known_marks(self, found: Collection[MarkInGradebook]) -> set[MarkInGradebook]:
        """Those that the store has, when it is beyond doubt whose they are: of people with one attempt at the form.

        After a start every mark of the gradebook is looked at, and asking for each by itself would take minutes.
        """
        marks = {
            (person, form, grade_id(item)): said
            for (person, form, item), said in self._store.queue.marks_of_single_attempts().items()
        }
        known = set()
        for mark in found:
            total, comment = marks.get((mark.person, mark.form, mark.cell), (None, ""))
            if total == mark.mark.points and mark.mark.comment in (None, comment):
                known.add(mark)
        return known

    def _keep_standing_marks(self, places: Collection[tuple[str, str]]) -> None:
        """Before other work takes its place: what people gave the work that stands there is kept with that work."""
        people, forms = zip(*places, strict=True)
        for found in self._gradebook.marks(people=set(people), forms=set(forms)):
            if (found.person, found.form) in places:
                self._take(found)

    def _take(self, found: MarkInGradebook) -> bool | None:
        """Whether the store learned something; None when it has no results yet that the mark could belong to."""
        submission = self._own_standing_work(found.person, found.form)
        whole = self._forms.get(found.form)
        item = next((name for name in whole.form.items if grade_id(name) == found.cell), None) if whole else None
        if submission is None or whole is None or item is None:
            return None
        known = self._store.queue.marks(submission).get(item)
        comment = found.mark.comment
        if comment is None:  # nbgrader keeps no comment beside a test cell: the one we know stays
            comment = known.comment if known else ""
        points = min(max(found.mark.points, 0.0), whole.items[item].points)
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

    def _own_standing_work(self, person: str, form: str) -> str | None:
        """The submission that stands there, if it is theirs: a notebook altered by hand may name somebody else's."""
        named = standing(self._course, person, form)
        try:
            work = self._store.queue.submission(named) if named is not None else None
        except (NotFound, GradingError):
            return None
        return work.id if work is not None and (work.person_id, work.form) == (person, form) else None

    def _manual(self, marks: Iterable[Mark], form: str) -> dict[str, ManualMark]:
        ours = self._form(form).items
        return {mark.item: ManualMark(mark.total, mark.comment) for mark in marks if mark.item in ours}

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _release(self, whole: WholeForm) -> None:
        release(self._course, whole.form, whole.in_order, whole.rubrics)

    def _form(self, form_id: str) -> WholeForm:
        whole = self._forms.get(form_id)
        if whole is None:
            raise GradingError(f"varianta «{form_id}» vai tā uzdevumu bankā nav; atjauno tos un sāc vērtēšanu vēlreiz")
        return whole

    def _kit(self, form_id: str) -> FormKit:
        """Read once, and again when the form was released anew; `GradingError` when it is not released, or when it is

        not the form that people have begun.
        """
        whole = self._form(form_id)
        if form_id not in self._agreed:
            learning = self._store.learning
            used = learning.used_forms().get(form_id)
            differs = whole.fingerprint and used is not None and used != whole.fingerprint
            require_same(whole, used, learning.frozen_forms().get(form_id) if differs else None)
            if used is not None:
                self._agreed.add(form_id)
        try:
            released = (self._course.release / form_id / f"{form_id}.ipynb").stat().st_mtime_ns
        except OSError:
            released = 0
        known = self._kits.get(form_id)
        if known is None or known[0] != released:
            known = (released, self._gradebook.kit(form_id, whole.in_order, whole.rubrics))
            self._kits[form_id] = known
        return known[1]

    def _patiently(self, work: Callable[[], Result]) -> Result:
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
            self._renew()

    def _step(self, what: str, step: Callable[[], object]) -> bool:
        """One round of a step; trouble is logged and the round is over. True when there may be more to do at once."""
        try:
            return step() is not None
        except StoreBusy as error:
            log.warning("%s: datubāze vai disks aizņemts (%s); mēģināšu pēc brīža", what, error)
            self._stopping.wait(self._pace.busy)
        except Exception:  # the outer edge: the service outlives any one round
            log.exception("%s: programmas kļūda; mēģināšu pēc brīža", what)
            self._stopping.wait(self._pace.busy)
        return False


def _listed(error: ScoringMistake) -> str:
    return "\n".join(f"  {place}" for place in error.where)
