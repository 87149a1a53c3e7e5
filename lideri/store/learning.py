"""What a person types: answers on pages, attempts at an assessment, submissions.

Each save is one transaction that is on disk before the function returns. Every version is kept in `answer_log`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lideri.course.items import AnsweredItem, ReleasedForm, SubmissionData
from lideri.errors import AttemptClosed, DeadlinePassed, InvalidAnswer, NoAttemptLeft, NotAllowed, NotFound
from lideri.settings import AttemptRules
from lideri.store.database import Database
from lideri.store.tables import (
    AnswerLogRow,
    AttemptAnswerRow,
    AttemptRow,
    AttemptState,
    CohortDeadlineRow,
    ExerciseAnswerRow,
    MembershipRow,
    Outcome,
    PersonRow,
    SubmissionRow,
    UsedFormRow,
)

MAX_SEQ = 2**53  # a browser counts no further


@dataclass(frozen=True)
class Saved:
    """What is on disk now. `applied` is false when something newer was there already, and stays there."""

    seq: int
    saved_at: datetime
    applied: bool


@dataclass(frozen=True)
class ExerciseAnswer:
    page: str
    exercise: str
    response: Mapping[str, Any]
    seq: int
    saved_at: datetime
    checked: bool  # feedback was asked for at least once: the exercise is done
    checks: int
    outcome: Outcome | None

    @property
    def done(self) -> bool:
        return self.checked


@dataclass(frozen=True)
class ItemAnswer:
    item: str
    version: int
    response: Mapping[str, Any]
    seq: int
    saved_at: datetime


@dataclass(frozen=True)
class Attempt:
    """A person's attempt at a module's assessment. `seed` orders the options; `deadline` None: there is none."""

    id: str
    person_id: str
    module: str
    form: str
    number: int
    state: AttemptState
    seed: int
    started_at: datetime
    submitted_at: datetime | None
    submission_id: str | None
    deadline: datetime | None
    answers: Mapping[str, ItemAnswer]


@dataclass(frozen=True)
class AttemptOutline:
    """Where a person stands with an assessment. `number`: the open attempt or the next one; None: none is left."""

    number: int | None
    of: int
    open: str | None  # id of the open attempt
    deadline: datetime | None
    last: Attempt | None  # the last submitted attempt


@dataclass(frozen=True)
class LoggedAnswer:
    place: str
    name: str
    response: Mapping[str, Any]
    seq: int
    saved_at: datetime
    checked: bool
    applied: bool


class Learning:
    """Answers of people. Every function takes the person asking; nobody's work is found by its id alone."""

    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    # ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def save_answer(
        self,
        person_id: str,
        page: str,
        exercise: str,
        response: Mapping[str, Any],
        *,
        seq: int,
        checked: bool,
        now: datetime,
        outcome: Outcome | None = None,
    ) -> Saved:
        """Save what stands in an exercise; `response` is already known to be well-formed.

        A `seq` that is not newer than the stored one changes nothing (the text goes to the log all the same), except
        that asking for feedback on the very same response marks it checked.
        """
        _require_seq(seq)

        def work(session: Session) -> Saved:
            _lock_person(session, person_id)
            row = session.get(ExerciseAnswerRow, (person_id, page, exercise))
            same = row is not None and row.seq == seq and dict(row.response) == dict(response)
            applied = row is None or seq > row.seq or (same and checked and not row.checked)
            if row is None:
                row = ExerciseAnswerRow(person_id=person_id, page=page, exercise=exercise, checks=0)
                session.add(row)
            if applied:
                row.response, row.seq, row.saved_at = dict(response), seq, now
                row.outcome = outcome
                row.checked = bool(row.checked) or checked
                if checked:
                    row.first_checked_at = row.first_checked_at or now
                    row.checks += 1
            _keep_version(
                session,
                person_id,
                f"page:{page}",
                exercise,
                response,
                seq=seq,
                now=now,
                checked=checked,
                applied=applied,
            )
            return Saved(seq=row.seq, saved_at=row.saved_at, applied=applied or same)

        return self._database.write(work)

    def page_answers(self, person_id: str, page: str) -> dict[str, ExerciseAnswer]:
        """What the person has on the page, by exercise."""
        return {
            answer.exercise: answer
            for answer in self._exercise_answers(
                ExerciseAnswerRow.person_id == person_id, ExerciseAnswerRow.page == page
            ).get(person_id, [])
        }

    def done_exercises(self, person_id: str) -> dict[str, set[str]]:
        """Exercises that were checked at least once, by page."""
        return self.done_exercises_of([person_id]).get(person_id, {})

    def done_exercises_of(self, person_ids: Sequence[str]) -> dict[str, dict[str, set[str]]]:
        """person → page → exercises checked at least once; people with none are left out."""

        def work(session: Session) -> dict[str, dict[str, set[str]]]:
            found: dict[str, dict[str, set[str]]] = {}
            for person, page, exercise in session.execute(
                select(ExerciseAnswerRow.person_id, ExerciseAnswerRow.page, ExerciseAnswerRow.exercise).where(
                    ExerciseAnswerRow.person_id.in_(person_ids), ExerciseAnswerRow.checked.is_(True)
                )
            ):
                found.setdefault(person, {}).setdefault(page, set()).add(exercise)
            return found

        return self._database.read(work)

    def exercise_answers_of(self, person_ids: Sequence[str]) -> dict[str, list[ExerciseAnswer]]:
        """Everything people have on pages, for a trainer's dashboard."""
        return self._exercise_answers(ExerciseAnswerRow.person_id.in_(person_ids))

    def _exercise_answers(self, *conditions: Any) -> dict[str, list[ExerciseAnswer]]:
        def work(session: Session) -> dict[str, list[ExerciseAnswer]]:
            found: dict[str, list[ExerciseAnswer]] = {}
            for row in session.scalars(
                select(ExerciseAnswerRow)
                .where(*conditions)
                .order_by(ExerciseAnswerRow.page, ExerciseAnswerRow.exercise)
            ):
                found.setdefault(row.person_id, []).append(
                    ExerciseAnswer(
                        page=row.page,
                        exercise=row.exercise,
                        response=row.response,
                        seq=row.seq,
                        saved_at=row.saved_at,
                        checked=row.checked,
                        checks=row.checks,
                        outcome=row.outcome,  # type: ignore[arg-type]  # written only by save_answer
                    )
                )
            return found

        return self._database.read(work)

    # ── attempts ────────────────────────────────────────────────────────────────────────────────────────────────────

    def outline(self, person_id: str, module: str, *, forms: Sequence[str], rules: AttemptRules) -> AttemptOutline:
        """Where the person stands; starts nothing."""

        def work(session: Session) -> AttemptOutline:
            rows = _attempt_rows(session, person_id, module)
            deadline = _deadline(session, person_id, module, rules)
            open_row = next((row for row in rows if row.state == "open"), None)
            submitted = [row for row in rows if row.state != "open"]
            of = min(rules.allowed, len(forms))
            following = len(rows) + 1
            return AttemptOutline(
                number=open_row.number if open_row else (following if following <= of else None),
                of=of,
                open=open_row.id if open_row else None,
                deadline=deadline,
                last=_attempt(session, submitted[-1], deadline) if submitted else None,
            )

        return self._database.read(work)

    def start_attempt(
        self,
        person_id: str,
        module: str,
        *,
        forms: Sequence[str],
        rules: AttemptRules,
        now: datetime,
        released: Sequence[ReleasedForm] = (),
    ) -> Attempt:
        """The person's open attempt, or the next one: first attempt first form, second attempt second form.

        `released` is how the forms are now; its first use freezes a form as it is there.
        Raises `NoAttemptLeft` and `DeadlinePassed`. An open attempt is returned even after the deadline, to be read.
        """

        def work(session: Session) -> Attempt:
            _lock_person(session, person_id)
            rows = _attempt_rows(session, person_id, module)
            deadline = _deadline(session, person_id, module, rules)
            if rows and rows[-1].state == "open":
                return _attempt(session, rows[-1], deadline)
            number = len(rows) + 1
            # A third attempt would show a form that was already explained, so forms bound the attempts too.
            if number > min(rules.allowed, len(forms)):
                raise NoAttemptLeft(
                    "Visi šī pārbaudes darba mēģinājumi ir izmantoti. Rezultātus redzi sadaļā «Rezultāti»."
                )
            _require_in_time(deadline, now)
            row = AttemptRow(
                id=self._new_id(),
                person_id=person_id,
                module=module,
                form=forms[number - 1],
                number=number,
                state="open",
                seed=_seed(person_id, module, number),
                started_at=now,
            )
            session.add(row)
            session.flush()
            for form in released:
                if form.id == row.form:
                    _note_use(session, form, now)
            return _attempt(session, row, deadline)

        return self._database.write(work)

    def used_forms(self) -> dict[str, str]:
        """Forms that people have begun to answer, with their fingerprints at first use."""
        return self._database.read(
            lambda session: {row.form: row.fingerprint for row in session.scalars(select(UsedFormRow))}
        )

    def frozen_forms(self) -> dict[str, ReleasedForm]:
        """Used forms as people began them; one that was noted without its content is left out."""
        kept = self._database.read(
            lambda session: session.scalars(select(UsedFormRow.content).where(UsedFormRow.content.is_not(None))).all()
        )
        forms = [ReleasedForm.model_validate_json(content) for content in kept if content]
        return {form.id: form for form in forms}

    def keep_used(self, forms: Collection[ReleasedForm]) -> None:
        """Complete what was noted without its content, where one of `forms` is still what was used."""

        def work(session: Session) -> None:
            for form in forms:
                row = session.get(UsedFormRow, form.id)
                if row is not None and row.content is None and row.fingerprint == form.fingerprint:
                    row.content = form.model_dump_json()

        known = {form.id: form.fingerprint for form in forms}
        bare = self._database.read(
            lambda session: session.scalars(select(UsedFormRow).where(UsedFormRow.content.is_(None))).all()
        )
        if any(known.get(row.form) == row.fingerprint for row in bare):
            self._database.write(work)

    def attempt(self, attempt_id: str, *, person_id: str, rules: AttemptRules) -> Attempt:
        """The person's own attempt; `NotFound` for anybody else's."""

        def work(session: Session) -> Attempt:
            row = _own_attempt(session, attempt_id, person_id)
            return _attempt(session, row, _deadline(session, person_id, row.module, rules))

        return self._database.read(work)

    def attempts(self, person_id: str, *, rules: AttemptRules, module: str | None = None) -> list[Attempt]:
        """The person's attempts by module and number."""

        def work(session: Session) -> list[Attempt]:
            return [
                _attempt(session, row, _deadline(session, person_id, row.module, rules))
                for row in _attempt_rows(session, person_id, module)
            ]

        return self._database.read(work)

    def save_attempt_answer(
        self,
        attempt_id: str,
        item: str,
        version: int,
        response: Mapping[str, Any],
        *,
        person_id: str,
        seq: int,
        rules: AttemptRules,
        now: datetime,
    ) -> Saved:
        """Save an answer to an item of an open attempt; `response` is already known to be well-formed for the item.

        Raises `NotFound`, `AttemptClosed` once submitted, `DeadlinePassed`; nothing changes then. An older `seq`
        changes nothing and is kept in the log.
        """
        _require_seq(seq)

        def work(session: Session) -> Saved:
            _lock_person(session, person_id)
            attempt = _own_attempt(session, attempt_id, person_id)
            if attempt.state != "open":
                raise AttemptClosed("Darbs jau ir iesniegts, tāpēc atbildes vairs nevar mainīt.")
            _require_in_time(_deadline(session, person_id, attempt.module, rules), now)
            row = session.get(AttemptAnswerRow, (attempt_id, item))
            same = row is not None and row.seq == seq and dict(row.response) == dict(response)
            applied = row is None or seq > row.seq
            if row is None:
                row = AttemptAnswerRow(attempt_id=attempt_id, item=item)
                session.add(row)
            if applied:
                row.version, row.response, row.seq, row.saved_at = version, dict(response), seq, now
            _keep_version(
                session,
                person_id,
                f"attempt:{attempt_id}",
                item,
                response,
                seq=seq,
                now=now,
                checked=False,
                applied=applied,
            )
            return Saved(seq=row.seq, saved_at=row.saved_at, applied=applied or same)

        return self._database.write(work)

    def submit(
        self,
        attempt_id: str,
        form: ReleasedForm,
        *,
        person_id: str,
        answered: int,
        rules: AttemptRules,
        now: datetime,
    ) -> Attempt:
        """Submit the attempt for grading; `form` is the form the attempt was started with.

        Submitted already: the first submission stands and is returned. When the screen counts more answers than are
        saved, some are still on their way: `InvalidAnswer`, nothing is submitted. Raises `NotFound`, `DeadlinePassed`.
        """

        def work(session: Session) -> Attempt:
            _lock_person(session, person_id)
            row = _own_attempt(session, attempt_id, person_id)
            deadline = _deadline(session, person_id, row.module, rules)
            if row.state != "open":
                return _attempt(session, row, deadline)
            _require_in_time(deadline, now)
            if row.form != form.id:
                raise ValueError(f"attempt {attempt_id} was started with form {row.form}, not {form.id}")
            answers = _answers_of(session, [attempt_id]).get(attempt_id, {})
            missing = answered - len(answers)
            if missing > 0:
                raise InvalidAnswer(
                    "Darbs vēl nav iesniegts, jo daļa atbilžu nav saglabāta. "
                    "Pagaidi, līdz pie atbildēm ir «Saglabāts», un iesniedz vēlreiz."
                )
            submission = _make_submission(self._new_id(), row, form, answers)
            content = _canonical(submission.model_dump(mode="json"))
            session.add(
                SubmissionRow(
                    id=submission.submission,
                    attempt_id=row.id,
                    person_id=person_id,
                    module=row.module,
                    form=row.form,
                    number=row.number,
                    submitted_at=now,
                    content=content,
                    sha256=hashlib.sha256(content.encode()).hexdigest(),
                    answered=answered,
                    state="queued",
                    tries=0,
                )
            )
            row.state, row.submitted_at = "submitted", now
            _note_use(session, form, now)
            session.flush()
            return _attempt(session, row, deadline)

        return self._database.write(work)

    # ── the log ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def versions(self, person_id: str, *, place: str | None = None, name: str | None = None) -> list[LoggedAnswer]:
        """Every version the person ever saved, oldest first; `place` is `page:<page>` or `attempt:<id>`."""

        def work(session: Session) -> list[LoggedAnswer]:
            wanted = select(AnswerLogRow).where(AnswerLogRow.person_id == person_id).order_by(AnswerLogRow.id)
            if place is not None:
                wanted = wanted.where(AnswerLogRow.place == place)
            if name is not None:
                wanted = wanted.where(AnswerLogRow.name == name)
            return [
                LoggedAnswer(
                    place=row.place,
                    name=row.name,
                    response=row.response,
                    seq=row.seq,
                    saved_at=row.saved_at,
                    checked=row.checked,
                    applied=row.applied,
                )
                for row in session.scalars(wanted)
            ]

        return self._database.read(work)


# ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lock_person(session: Session, person_id: str) -> None:
    """One person's writes take turns (on SQLite all writes do), and a closed account writes nothing."""
    row = session.scalar(select(PersonRow).where(PersonRow.id == person_id).with_for_update(key_share=True))
    if row is None or not row.active:
        raise NotAllowed("Konts ir slēgts. Ja tā nav jābūt, raksti savam pasniedzējam.")


def _require_seq(seq: int) -> None:
    if not 0 <= seq <= MAX_SEQ:
        raise InvalidAnswer("Atbildes kārtas numurs neder. Ielādē lapu no jauna; saglabātais paliek.")


def _require_in_time(deadline: datetime | None, now: datetime) -> None:
    if deadline is not None and now > deadline:
        raise DeadlinePassed(
            "Darba termiņš ir beidzies. Līdz tam saglabātās atbildes paliek. "
            "Ja vajag vairāk laika, raksti savam pasniedzējam."
        )


def _deadline(session: Session, person_id: str, module: str, rules: AttemptRules) -> datetime | None:
    """The kindest of the deadlines of the person's cohorts; a cohort without one has the programme's."""
    deadlines = session.scalars(
        select(CohortDeadlineRow.deadline)
        .select_from(MembershipRow)
        .outerjoin(
            CohortDeadlineRow,
            (CohortDeadlineRow.cohort_id == MembershipRow.cohort_id) & (CohortDeadlineRow.module == module),
        )
        .where(MembershipRow.person_id == person_id)
    ).all()
    latest: datetime | None = None
    for own in deadlines or (None,):
        deadline = own or rules.deadline
        if deadline is None:
            return None
        latest = deadline if latest is None or deadline > latest else latest
    return latest


def _attempt_rows(session: Session, person_id: str, module: str | None) -> list[AttemptRow]:
    wanted = select(AttemptRow).where(AttemptRow.person_id == person_id)
    if module is not None:
        wanted = wanted.where(AttemptRow.module == module)
    return list(session.scalars(wanted.order_by(AttemptRow.module, AttemptRow.number)))


def _own_attempt(session: Session, attempt_id: str, person_id: str) -> AttemptRow:
    row = session.get(AttemptRow, attempt_id)
    if row is None or row.person_id != person_id:
        raise NotFound("Šāda darba nav vai tas nav tavs darbs.")
    return row


def _attempt(session: Session, row: AttemptRow, deadline: datetime | None) -> Attempt:
    submission_id = session.scalar(select(SubmissionRow.id).where(SubmissionRow.attempt_id == row.id))
    return Attempt(
        id=row.id,
        person_id=row.person_id,
        module=row.module,
        form=row.form,
        number=row.number,
        state=row.state,  # type: ignore[arg-type]  # the table's check allows only states
        seed=row.seed,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        submission_id=submission_id,
        deadline=deadline,
        answers=_answers_of(session, [row.id]).get(row.id, {}),
    )


def _answers_of(session: Session, attempt_ids: Sequence[str]) -> dict[str, dict[str, ItemAnswer]]:
    found: dict[str, dict[str, ItemAnswer]] = {}
    for row in session.scalars(select(AttemptAnswerRow).where(AttemptAnswerRow.attempt_id.in_(attempt_ids))):
        found.setdefault(row.attempt_id, {})[row.item] = ItemAnswer(
            item=row.item, version=row.version, response=row.response, seq=row.seq, saved_at=row.saved_at
        )
    return found


def _make_submission(
    submission_id: str, attempt: AttemptRow, form: ReleasedForm, answers: Mapping[str, ItemAnswer]
) -> SubmissionData:
    lines = []
    for item in form.items:
        answer = answers.get(item.id)
        lines.append(
            AnsweredItem.model_validate(
                {
                    "item": item.id,
                    "version": answer.version if answer else item.version,
                    "response": answer.response if answer else None,
                }
            )
        )
    return SubmissionData(submission=submission_id, person=attempt.person_id, form=form.id, answers=tuple(lines))


def _note_use(session: Session, form: ReleasedForm, now: datetime) -> None:
    if session.get(UsedFormRow, form.id) is None:
        row = UsedFormRow(form=form.id, fingerprint=form.fingerprint, first_used_at=now, content=form.model_dump_json())
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            return  # somebody else began the same form at the same moment


def _keep_version(
    session: Session,
    person_id: str,
    place: str,
    name: str,
    response: Mapping[str, Any],
    *,
    seq: int,
    now: datetime,
    checked: bool,
    applied: bool,
) -> None:
    digest = hashlib.sha256(_canonical(response).encode()).hexdigest()
    # A screen that asks again and again with an old number adds one line, not thousands.
    if not applied and session.scalar(
        select(func.count())
        .select_from(AnswerLogRow)
        .where(
            AnswerLogRow.person_id == person_id,
            AnswerLogRow.place == place,
            AnswerLogRow.name == name,
            AnswerLogRow.response_sha256 == digest,
        )
    ):
        return
    session.add(
        AnswerLogRow(
            person_id=person_id,
            place=place,
            name=name,
            response=dict(response),
            response_sha256=digest,
            seq=seq,
            saved_at=now,
            checked=checked,
            applied=applied,
        )
    )


def _canonical(data: Any) -> str:
    """One text for equal data: sorted keys, no spaces, ASCII only (so that no encoding can change it)."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _seed(person_id: str, module: str, number: int) -> int:
    """The same person sees the same order on every screen; neighbours see different ones."""
    return int.from_bytes(hashlib.sha256(f"{person_id}:{module}:{number}".encode()).digest()[:4], "big")
