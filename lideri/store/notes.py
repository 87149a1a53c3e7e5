"""What people write to each other about the course: questions to trainers, and reports of mistakes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from lideri.errors import InvalidAnswer, NotAllowed, NotFound, TooManyMessages
from lideri.store.database import Database
from lideri.store.people import Person, visible_to
from lideri.store.tables import (
    EventRow,
    PersonRow,
    ProblemKind,
    ProblemReportRow,
    ProblemState,
    QuestionMessageRow,
    QuestionThreadRow,
    ThreadState,
)

LONGEST_NOTE = 4000  # characters
_DECIDES = frozenset({"lead_trainer", "admin"})  # the author's list: whoever keeps the course in order
# How much one person may write: a trainee asks in haste, a trainer answers a whole cohort at once.
_LIMITS = ((timedelta(minutes=10), 10, 60), (timedelta(days=1), 60, 600))
_NO_THREAD = "Šāda jautājuma nav vai tas nav tavs."


@dataclass(frozen=True)
class Message:
    author: str  # name
    from_asker: bool
    text: str
    written_at: datetime


@dataclass(frozen=True)
class Thread:
    """A question with everything written about it, oldest first; ``unread``: the asker has not seen the newest."""

    id: str
    person_id: str
    person_name: str
    is_demo: bool
    page: str
    exercise: str
    state: ThreadState
    unread: bool
    created_at: datetime
    changed_at: datetime
    messages: tuple[Message, ...]
    last_message: int  # number of the newest message, for `Notes.seen`


@dataclass(frozen=True)
class Problem:
    """A reported mistake. ``unread``: the reporter has not seen the decision."""

    id: str
    person_id: str
    person_name: str
    is_demo: bool
    kind: ProblemKind
    page: str
    exercise: str
    width: int | None
    text: str
    reported_at: datetime
    state: ProblemState
    reason: str
    decided_at: datetime | None
    unread: bool


@dataclass(frozen=True)
class News:
    """What the navigation counts: questions (answered, or waiting for an answer) and reports (decided, or new)."""

    questions: int = 0
    problems: int = 0


class Notes:
    """Questions are for the asker and those who teach the asker; reports for the reporter and lead trainers."""

    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    # ── questions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, asker: Person, text: str, *, page: str, exercise: str, key: str, now: datetime) -> str:
        """Begin a thread; gives its id once it is on disk. The same text with the same `key` again is the first one.

        `InvalidAnswer` for a text that is empty or too long, `TooManyMessages` when it is too many too soon.
        """
        words = tidy(text)
        thread_id = self._new_id()

        def work(session: Session) -> str:
            before = _with_key(session, key)
            if before is not None and _is_same(before, asker, words):
                return before.thread_id
            _require_room(session, asker, now)
            session.add(
                QuestionThreadRow(
                    id=thread_id,
                    person_id=asker.id,
                    page=page,
                    exercise=exercise,
                    state="waiting",
                    unread=False,
                    created_at=now,
                    changed_at=now,
                )
            )
            session.flush()
            self._add_message(session, thread_id, asker, words, key if before is None else self._new_id(), now)
            return thread_id

        return self._database.write_once(work)

    def write(self, writer: Person, thread_id: str, text: str, *, key: str, now: datetime) -> None:
        """Add to a thread: the asker's makes it wait again, a trainer's answers it. Errors as `ask`, and `NotFound`."""
        words = tidy(text)

        def work(session: Session) -> None:
            row = _thread_row(session, writer, thread_id)
            before = _with_key(session, key)
            if before is not None and _is_same(before, writer, words) and before.thread_id == thread_id:
                return
            _require_room(session, writer, now)
            self._add_message(session, thread_id, writer, words, key if before is None else self._new_id(), now)
            from_asker = row.person_id == writer.id
            row.state = "waiting" if from_asker else "answered"
            row.unread = not from_asker
            row.changed_at = now

        self._database.write_once(work)

    def mark_done(self, trainer: Person, thread_id: str, *, now: datetime) -> None:
        """Nothing more is to be answered. Only whoever teaches the asker; a new message opens the thread again."""

        def work(session: Session) -> None:
            row = _thread_row(session, trainer, thread_id)
            if row.person_id == trainer.id:
                raise NotAllowed("Jautājumu par atrisinātu atzīmē pasniedzējs.")
            if row.state != "done":
                row.unread = row.unread or row.state == "waiting"
                row.state = "done"
                row.changed_at = now
                session.add(EventRow(at=now, person_id=trainer.id, kind="question-done", subject=thread_id, detail={}))

        self._database.write(work)

    def seen(self, asker: Person, thread: Thread) -> None:
        """The asker has read the thread as far as it is in `thread`; what came later stays new."""

        def work(session: Session) -> None:
            row = session.get(QuestionThreadRow, thread.id)
            if row is not None and row.person_id == asker.id and _last_message(session, row.id) == thread.last_message:
                row.unread = False

        self._database.write(work)

    def thread(self, reader: Person, thread_id: str) -> Thread:
        """`NotFound` for «not there» and «neither yours nor your cohort's» alike."""
        return self._database.read(lambda session: _threads(session, [_thread_row(session, reader, thread_id)])[0])

    def threads_of(self, asker: Person) -> list[Thread]:
        """What the person asked, the newest change first."""
        return self._threads(QuestionThreadRow.person_id == asker.id)

    def threads_for(self, trainer: Person) -> list[Thread]:
        """What people in the trainer's cohorts asked, the newest change first; lead trainers and admins: everybody."""
        visible = visible_to(trainer, QuestionThreadRow.person_id)
        return [] if visible is None else self._threads(visible)

    def _threads(self, condition: ColumnElement[bool]) -> list[Thread]:
        wanted = (
            select(QuestionThreadRow)
            .where(condition)
            .order_by(QuestionThreadRow.changed_at.desc(), QuestionThreadRow.id)
            .limit(1000)
        )
        return self._database.read(lambda session: _threads(session, session.scalars(wanted).all()))

    def _add_message(
        self, session: Session, thread_id: str, author: Person, text: str, key: str, now: datetime
    ) -> None:
        session.add(QuestionMessageRow(thread_id=thread_id, author_id=author.id, key=key, text=text, written_at=now))
        session.add(EventRow(at=now, person_id=author.id, kind="question-written", subject=thread_id, detail={}))
        session.flush()

    # ── reports of mistakes ─────────────────────────────────────────────────────────────────────────────────────────

    def report(
        self,
        reporter: Person,
        text: str,
        *,
        kind: ProblemKind,
        page: str,
        exercise: str,
        width: int | None,
        key: str,
        now: datetime,
    ) -> str:
        """Report a mistake; gives the report's id once it is on disk. Errors and `key` as in `ask`."""
        words = tidy(text)
        report_id = self._new_id()

        def work(session: Session) -> str:
            same = session.scalar(select(ProblemReportRow).where(ProblemReportRow.key == key))
            if same is not None and same.person_id == reporter.id and same.text == words:
                return same.id
            _require_room(session, reporter, now)
            session.add(
                ProblemReportRow(
                    id=report_id,
                    person_id=reporter.id,
                    key=key if same is None else report_id,
                    kind=kind,
                    page=page,
                    exercise=exercise,
                    width=width if width is not None and 0 < width < 100_000 else None,
                    text=words,
                    reported_at=now,
                    state="new",
                    reason="",
                    unread=False,
                )
            )
            session.add(EventRow(at=now, person_id=reporter.id, kind="problem-reported", subject=report_id, detail={}))
            return report_id

        return self._database.write_once(work)

    def decide(self, decider: Person, report_id: str, state: ProblemState, reason: str, *, now: datetime) -> None:
        """What came of a report; the reporter sees it. «declined» needs a reason (`InvalidAnswer`)."""
        if decider.role not in _DECIDES:
            raise NotAllowed("Par ziņojumiem izlemj vadošais pasniedzējs.")
        words = tidy(reason, may_be_empty=state != "declined", empty="Uzraksti, kāpēc nelabosim: to redzēs ziņotājs.")

        def work(session: Session) -> None:
            row = session.get(ProblemReportRow, report_id)
            if row is None:
                raise NotFound("Šāda ziņojuma nav.")
            row.unread = row.person_id != decider.id and state != "new"
            row.state = state
            row.reason = words
            row.decided_by = None if state == "new" else decider.id
            row.decided_at = None if state == "new" else now
            session.add(
                EventRow(at=now, person_id=decider.id, kind="problem-decided", subject=report_id, detail={"to": state})
            )

        self._database.write(work)

    def problems(self, reader: Person) -> list[Problem]:
        """Every report, new ones first; only for those who decide (`NotAllowed`)."""
        if reader.role not in _DECIDES:
            raise NotAllowed("Visus ziņojumus redz vadošais pasniedzējs.")
        found = self._problems()
        return [each for each in found if each.state == "new"] + [each for each in found if each.state != "new"]

    def problems_of(self, reporter: Person) -> list[Problem]:
        """What the person reported, the newest first."""
        return self._problems(ProblemReportRow.person_id == reporter.id)

    def decisions_seen(self, reporter: Person, problems: Sequence[Problem]) -> None:
        """The reporter has seen these decisions."""
        shown = [each.id for each in problems if each.unread]
        if shown:
            self._database.write(
                lambda session: session.execute(
                    update(ProblemReportRow)
                    .where(ProblemReportRow.id.in_(shown), ProblemReportRow.person_id == reporter.id)
                    .values(unread=False)
                )
            )

    def _problems(self, *conditions: ColumnElement[bool]) -> list[Problem]:
        wanted = (
            select(ProblemReportRow, PersonRow.name, PersonRow.is_demo)
            .join(PersonRow, PersonRow.id == ProblemReportRow.person_id)
            .where(*conditions)
            .order_by(ProblemReportRow.reported_at.desc(), ProblemReportRow.id)
            .limit(1000)
        )
        return self._database.read(
            lambda session: [_problem(row, name, is_demo) for row, name, is_demo in session.execute(wanted)]
        )

    # ── the navigation ──────────────────────────────────────────────────────────────────────────────────────────────

    def news(self, reader: Person) -> News:
        """What is new for this person: a trainee's answers and decisions, a trainer's waiting questions."""

        def count(session: Session, row: type[Any], *conditions: ColumnElement[bool]) -> int:
            return session.scalar(select(func.count()).select_from(row).where(*conditions)) or 0

        def work(session: Session) -> News:
            visible = visible_to(reader, QuestionThreadRow.person_id)
            if visible is None:
                return News(
                    questions=count(
                        session,
                        QuestionThreadRow,
                        QuestionThreadRow.person_id == reader.id,
                        QuestionThreadRow.unread.is_(True),
                    ),
                    problems=count(
                        session,
                        ProblemReportRow,
                        ProblemReportRow.person_id == reader.id,
                        ProblemReportRow.unread.is_(True),
                    ),
                )
            waiting = count(session, QuestionThreadRow, QuestionThreadRow.state == "waiting", visible)
            decides = reader.role in _DECIDES
            return News(waiting, count(session, ProblemReportRow, ProblemReportRow.state == "new") if decides else 0)

        return self._database.read(work)


def tidy(
    text: str,
    *,
    may_be_empty: bool = False,
    empty: str = "Uzraksti vismaz vienu teikumu.",
) -> str:
    """A typed text as it is kept: one kind of line end, nothing that no keyboard makes. Raises `InvalidAnswer`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs")).strip()
    if not may_be_empty and not any(character.isalnum() for character in kept):
        raise InvalidAnswer(empty)
    if len(kept) > LONGEST_NOTE:
        raise InvalidAnswer(f"Teksts ir par garu: {len(kept)} zīmes, atļauts līdz {LONGEST_NOTE}. Saīsini to.")
    return kept


def _with_key(session: Session, key: str) -> QuestionMessageRow | None:
    return session.scalar(select(QuestionMessageRow).where(QuestionMessageRow.key == key))


def _is_same(row: QuestionMessageRow, author: Person, text: str) -> bool:
    """Whether this is the very message that is being sent again. Another text is never dropped for its key."""
    return row.author_id == author.id and row.text == text


def _require_room(session: Session, author: Person, now: datetime) -> None:
    teaches = author.role != "trainee"
    for within, of_trainee, of_others in _LIMITS:
        messages = session.scalar(
            select(func.count())
            .select_from(QuestionMessageRow)
            .where(QuestionMessageRow.author_id == author.id, QuestionMessageRow.written_at > now - within)
        )
        reports = session.scalar(
            select(func.count())
            .select_from(ProblemReportRow)
            .where(ProblemReportRow.person_id == author.id, ProblemReportRow.reported_at > now - within)
        )
        if (messages or 0) + (reports or 0) >= (of_others if teaches else of_trainee):
            pause = "desmit minūtes" if within < timedelta(hours=1) else "līdz rītdienai"
            raise TooManyMessages(f"Īsā laikā ir nosūtīts daudz ziņu. Pagaidi {pause} un sūti vēlreiz.")


def _thread_row(session: Session, reader: Person, thread_id: str) -> QuestionThreadRow:
    allowed: ColumnElement[bool] = QuestionThreadRow.person_id == reader.id
    visible = visible_to(reader, QuestionThreadRow.person_id)
    if visible is not None:
        allowed = allowed | visible
    row = session.scalar(select(QuestionThreadRow).where(QuestionThreadRow.id == thread_id, allowed))
    if row is None:
        raise NotFound(_NO_THREAD)
    return row


def _last_message(session: Session, thread_id: str) -> int:
    newest = select(func.max(QuestionMessageRow.id)).where(QuestionMessageRow.thread_id == thread_id)
    return session.scalar(newest) or 0


def _threads(session: Session, rows: Sequence[QuestionThreadRow]) -> list[Thread]:
    ids = [row.id for row in rows]
    askers = {
        person.id: person
        for person in session.scalars(select(PersonRow).where(PersonRow.id.in_({row.person_id for row in rows})))
    }
    messages: dict[str, list[tuple[QuestionMessageRow, str]]] = {}
    for message, name in session.execute(
        select(QuestionMessageRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == QuestionMessageRow.author_id)
        .where(QuestionMessageRow.thread_id.in_(ids))
        .order_by(QuestionMessageRow.id)
    ):
        messages.setdefault(message.thread_id, []).append((message, name))
    return [
        Thread(
            id=row.id,
            person_id=row.person_id,
            person_name=askers[row.person_id].name,
            is_demo=askers[row.person_id].is_demo,
            page=row.page,
            exercise=row.exercise,
            state=row.state,  # type: ignore[arg-type]  # the table's check allows only states
            unread=row.unread,
            created_at=row.created_at,
            changed_at=row.changed_at,
            messages=tuple(
                Message(name, message.author_id == row.person_id, message.text, message.written_at)
                for message, name in messages.get(row.id, ())
            ),
            last_message=max((message.id for message, _ in messages.get(row.id, ())), default=0),
        )
        for row in rows
    ]


def _problem(row: ProblemReportRow, name: str, is_demo: bool) -> Problem:
    return Problem(
        id=row.id,
        person_id=row.person_id,
        person_name=name,
        is_demo=is_demo,
        kind=row.kind,  # type: ignore[arg-type]  # the table's check allows only kinds
        page=row.page,
        exercise=row.exercise,
        width=row.width,
        text=row.text,
        reported_at=row.reported_at,
        state=row.state,  # type: ignore[arg-type]  # the table's check allows only states
        reason=row.reason,
        decided_at=row.decided_at,
        unread=row.unread,
    )
