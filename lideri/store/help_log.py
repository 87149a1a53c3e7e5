"""The log of help: what a trainee did for whom, without saying who; a trainer confirms it or asks back.

An entry belongs to the trainee who wrote it. It is `new` until a trainer of the trainee's cohort confirms it or asks
about it (`asked`); an answer or a change makes it `new` again; the trainee may withdraw it. Everything that happens is
added to `help_log`, which nothing may change. Texts that hold private data are refused here too, whatever a browser let
pass, and are written nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lideri.errors import InvalidAnswer, MaybeName, NotAllowed, NotFound, PrivateData, TooManyMessages
from lideri.private_data import examine
from lideri.settings import TrainedWhen
from lideri.store.database import Database
from lideri.store.notes import tidy
from lideri.store.people import Person, of_members, visible_to
from lideri.store.tables import (
    EventRow,
    HelpedBefore,
    HelpedHow,
    HelpedWho,
    HelpEntryRow,
    HelpLogRow,
    HelpState,
    PersonRow,
)

LONGEST_NOTE = 280  # characters
MOST_MINUTES = 600
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# A queue of a day without connection arrives at once; more than that is no person.
_LIMITS = ((timedelta(minutes=10), 60), (timedelta(days=1), 200))
_NOT_THERE = "Šāda ieraksta nav vai tas nav tavs."


@dataclass(frozen=True, slots=True)
class Help:
    """What an entry says. ``before``: is the same person in this log already, and did it alone then?"""

    helped_on: date
    situation: str
    service: str
    minutes: int
    alone: int
    before: HelpedBefore
    next: str
    who: HelpedWho
    how: HelpedHow
    note: str = ""
    no_name: bool = False


@dataclass(frozen=True, slots=True)
class HelpEntry:
    id: str
    person_id: str
    person_name: str
    is_demo: bool
    key: str
    help: Help
    state: HelpState
    question: str
    answer: str
    version: int
    written_at: datetime
    changed_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class HelpEvent:
    """One line of an entry's history. ``what``: written, changed, asked, answered, confirmed, withdrawn."""

    at: datetime
    person_name: str
    what: str
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class HelpCounts:
    """Three numbers that are never added up, of confirmed entries only; and what waits.

    ``times``: times a resident was helped. ``people``: different residents among them (the practical task's ten).
    ``trained``: residents who count as trained by the programme's rule. ``colleagues``: different colleagues helped.
    ``waiting``: entries that a trainer still has to look at; ``asked``: those that wait for the trainee's answer.
    """

    times: int = 0
    people: int = 0
    trained: int = 0
    colleagues: int = 0
    waiting: int = 0
    asked: int = 0
    people_waiting: int = 0


class HelpLog:
    """Own entries for whoever wrote them; those of the own cohorts for trainers; all for lead trainers."""

    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    # ── the trainee ─────────────────────────────────────────────────────────────────────────────────────────────────

    def save(self, helper: Person, given: Help, *, key: str, days_back: int, now: datetime, today: date) -> HelpEntry:
        """Write an entry, or change the one with this `key`; returns it as it is on disk.

        The same again changes nothing. A confirmed or withdrawn entry stays as it is. Raises `NotAllowed` for anybody
        but trainees, `InvalidAnswer` for what no page sends, `PrivateData` and `MaybeName` for the note,
        `TooManyMessages` when it is more than one person can have done.
        """
        if helper.role != "trainee":
            raise NotAllowed("Dienasgrāmatu raksta kursa dalībnieki.")
        if not _KEY.fullmatch(key):
            raise InvalidAnswer("Ierakstu neizdevās nolasīt. Ielādē lapu no jauna un mēģini vēlreiz.")
        wanted = _checked(given, days_back=days_back, today=today)
        entry_id = self._new_id()

        def work(session: Session) -> str:
            same = session.scalar(
                select(HelpEntryRow).where(HelpEntryRow.person_id == helper.id, HelpEntryRow.key == key)
            )
            if same is not None:
                if same.state in ("new", "asked") and help_of(same) != wanted:
                    _put(same, wanted)
                    same.state = "new"
                    same.version += 1
                    same.changed_at = now
                    _log(session, same, helper, "changed", _content(wanted), now)
                return same.id
            _require_room(session, helper, now)
            row = HelpEntryRow(
                id=entry_id,
                person_id=helper.id,
                key=key,
                state="new",
                question="",
                answer="",
                version=1,
                written_at=now,
                changed_at=now,
            )
            _put(row, wanted)
            session.add(row)
            session.flush()
            _log(session, row, helper, "written", _content(wanted), now)
            return entry_id

        return self.entry(helper, self._database.write_once(work))

    def withdraw(self, helper: Person, entry_id: str, *, now: datetime) -> None:
        """The entry counts no longer; it stays in the history. Twice is once."""

        def work(session: Session) -> None:
            row = _own(session, helper, entry_id)
            if row.state == "withdrawn":
                return
            row.state = "withdrawn"
            row.version += 1
            row.changed_at = now
            _log(session, row, helper, "withdrawn", {}, now)

        self._database.write(work)

    def answer(self, helper: Person, entry_id: str, text: str, *, no_name: bool = False, now: datetime) -> None:
        """Answer a trainer's question: the entry is new again. `NotAllowed` when nothing was asked."""
        words = _note(text, empty="Uzraksti atbildi pasniedzējam.", no_name=no_name)

        def work(session: Session) -> None:
            row = _own(session, helper, entry_id)
            if row.state == "new" and row.answer == words:
                return  # sent twice
            if row.state != "asked":
                raise NotAllowed("Par šo ierakstu pasniedzējs neko nav jautājis. Ielādē lapu no jauna.")
            row.answer = words
            row.state = "new"
            row.version += 1
            row.changed_at = now
            _log(session, row, helper, "answered", {"text": words}, now)

        self._database.write(work)

    def entries_of(self, helper: Person) -> list[HelpEntry]:
        """Everything the person wrote, withdrawn entries too; the newest day first."""
        return self._entries(HelpEntryRow.person_id == helper.id)

    # ── the trainer ─────────────────────────────────────────────────────────────────────────────────────────────────

    def entries_for(self, trainer: Person, *, cohort_id: str | None = None) -> list[HelpEntry]:
        """What people whom the trainer teaches wrote (all people for a lead trainer), in one cohort or in all."""
        visible = visible_to(trainer, HelpEntryRow.person_id)
        if visible is None:
            return []
        if cohort_id is not None:
            visible = visible & of_members(HelpEntryRow.person_id, [cohort_id])
        return self._entries(visible)

    def confirm(self, trainer: Person, entries: Mapping[str, int], *, now: datetime) -> list[str]:
        """Confirm entries as they were seen (id → version); returns the ids of those that were confirmed.

        Left as they are: entries that changed meanwhile, and those that are no longer new. `NotFound` for an entry of
        somebody whom the trainer does not teach; then nothing is confirmed.
        """

        def work(session: Session) -> list[str]:
            done = []
            for entry_id, version in sorted(entries.items()):
                row = _taught(session, trainer, entry_id)
                if row.state != "new" or row.version != version:
                    continue
                row.state = "confirmed"
                row.version += 1
                row.decided_by, row.decided_at = trainer.id, now
                _log(session, row, trainer, "confirmed", {}, now)
                done.append(entry_id)
            return done

        return self._database.write(work)

    def ask(self, trainer: Person, entry_id: str, text: str, *, no_name: bool = False, now: datetime) -> None:
        """Ask about an entry, a confirmed one too: it counts no longer until it is confirmed again."""
        words = _note(text, empty="Uzraksti, ko gribi precizēt.", no_name=no_name)

        def work(session: Session) -> None:
            row = _taught(session, trainer, entry_id)
            if row.state == "withdrawn":
                raise NotAllowed("Dalībnieks šo ierakstu ir atsaucis.")
            if row.state == "asked" and row.question == words:
                return  # sent twice
            row.question, row.answer = words, ""
            row.state = "asked"
            row.version += 1
            row.decided_by, row.decided_at = trainer.id, now
            _log(session, row, trainer, "asked", {"text": words}, now)

        self._database.write(work)

    # ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def entry(self, reader: Person, entry_id: str) -> HelpEntry:
        """`NotFound` for «not there» and «neither yours nor your cohort's» alike."""
        return self._database.read(lambda session: _entries(session, [_readable(session, reader, entry_id)])[0])

    def history(self, reader: Person, entry_id: str) -> list[HelpEvent]:
        """Everything that happened to an entry, oldest first."""

        def work(session: Session) -> list[HelpEvent]:
            row = _readable(session, reader, entry_id)
            lines = session.execute(
                select(HelpLogRow, PersonRow.name)
                .join(PersonRow, PersonRow.id == HelpLogRow.person_id)
                .where(HelpLogRow.entry_id == row.id)
                .order_by(HelpLogRow.id)
            )
            return [HelpEvent(line.at, name, line.what, line.content) for line, name in lines]

        return self._database.read(work)

    def news(self, reader: Person) -> int:
        """For the navigation: a trainee's entries that a trainer asks about; a trainer's entries to look at."""

        def work(session: Session) -> int:
            visible = visible_to(reader, HelpEntryRow.person_id)
            wanted = (
                (HelpEntryRow.person_id == reader.id) & (HelpEntryRow.state == "asked")
                if visible is None
                else visible & (HelpEntryRow.state == "new")
            )
            return session.scalar(select(func.count()).select_from(HelpEntryRow).where(wanted)) or 0

        return self._database.read(work)

    def _entries(self, condition: ColumnElement[bool]) -> list[HelpEntry]:
        wanted = (
            select(HelpEntryRow)
            .where(condition)
            .order_by(HelpEntryRow.helped_on.desc(), HelpEntryRow.written_at.desc(), HelpEntryRow.id)
            .limit(5000)
        )
        return self._database.read(lambda session: _entries(session, session.scalars(wanted).all()))


# ── counting ────────────────────────────────────────────────────────────────────────────────────────────────────────


def counts(entries: Iterable[HelpEntry], rule: TrainedWhen) -> HelpCounts:
    """The three counters. Only confirmed entries count; withdrawn ones not at all."""
    found = HelpCounts()
    for entry in entries:
        one = entry.help
        if entry.state == "new":
            found = replace(found, waiting=found.waiting + 1, people_waiting=found.people_waiting + is_person(one))
        elif entry.state == "asked":
            found = replace(found, asked=found.asked + 1, people_waiting=found.people_waiting + is_person(one))
        elif entry.state == "confirmed":
            found = replace(
                found,
                times=found.times + (one.who == "resident"),
                people=found.people + is_person(one),
                trained=found.trained + is_trained(one, rule),
                colleagues=found.colleagues + (one.who == "colleague" and one.before == "first"),
            )
    return found


def is_person(help_given: Help) -> bool:
    """Whether the entry is about a resident whom this log did not have before."""
    return help_given.who == "resident" and help_given.before == "first"


def is_trained(help_given: Help, rule: TrainedWhen) -> bool:
    """Whether the entry, when confirmed, is one more resident trained; nobody is counted twice."""
    return (
        help_given.who == "resident"
        and help_given.before != "alone"
        and help_given.alone >= rule.alone_at_least
        and help_given.minutes >= rule.minutes_at_least
    )


# ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _checked(given: Help, *, days_back: int, today: date) -> Help:
    if given.helped_on > today:
        raise InvalidAnswer("Datums ir nākotnē. Izvēlies šodienu vai agrāku dienu.")
    if given.helped_on < today - timedelta(days=days_back):
        raise InvalidAnswer(f"Datums ir pārāk sens. Ierakstīt var palīdzību līdz {days_back} dienām atpakaļ.")
    if not (1 <= given.alone <= 4 and 1 <= given.minutes <= MOST_MINUTES):
        raise InvalidAnswer("Izvēlies, cik minūšu tas bija un cik daudz cilvēks darīja pats.")
    fits = (
        given.who in ("resident", "colleague")
        and given.how in ("spot", "lesson")
        and given.before in ("first", "helped", "alone")
        and all(_NAME.fullmatch(each) for each in (given.situation, given.service, given.next))
    )
    if not fits:
        raise InvalidAnswer("Ierakstu neizdevās nolasīt. Ielādē lapu no jauna un mēģini vēlreiz.")
    note = _note(given.note, empty="", no_name=given.no_name, may_be_empty=True)
    return replace(given, note=note, no_name=given.no_name and bool(examine(note).asked))


def _note(text: str, *, empty: str, no_name: bool, may_be_empty: bool = False) -> str:
    """A text as it is kept. Raises `InvalidAnswer`, `PrivateData`, and `MaybeName` unless `no_name` was said."""
    words = tidy(text, may_be_empty=may_be_empty, empty=empty)
    if len(words) > LONGEST_NOTE:
        raise InvalidAnswer(f"Piezīme ir par garu: {len(words)} zīmes, atļauts līdz {LONGEST_NOTE}. Saīsini to.")
    found = examine(words)
    if found.refused:
        raise PrivateData(" ".join(found.words()))
    if found.asked and not no_name:
        raise MaybeName(" ".join(found.words()))
    return words


def _put(row: HelpEntryRow, given: Help) -> None:
    for name, value in _content(given).items():
        setattr(row, name, value)


def _content(given: Help) -> dict[str, object]:
    return asdict(given) | {"helped_on": given.helped_on.isoformat()}


def help_of(row: HelpEntryRow) -> Help:
    """What a row says."""
    return Help(
        helped_on=date.fromisoformat(row.helped_on),
        situation=row.situation,
        service=row.service,
        minutes=row.minutes,
        alone=row.alone,
        before=row.before,  # type: ignore[arg-type]  # the table's checks allow only these
        next=row.next,
        who=row.who,  # type: ignore[arg-type]
        how=row.how,  # type: ignore[arg-type]
        note=row.note,
        no_name=row.no_name,
    )


def _log(
    session: Session, row: HelpEntryRow, person: Person, what: str, content: dict[str, object], now: datetime
) -> None:
    session.add(HelpLogRow(entry_id=row.id, at=now, person_id=person.id, what=what, content=content))
    session.add(EventRow(at=now, person_id=person.id, kind=f"help-{what}", subject=row.id, detail={}))


def _require_room(session: Session, helper: Person, now: datetime) -> None:
    for within, most in _LIMITS:
        written = session.scalar(
            select(func.count())
            .select_from(HelpEntryRow)
            .where(HelpEntryRow.person_id == helper.id, HelpEntryRow.written_at > now - within)
        )
        if (written or 0) >= most:
            pause = "desmit minūtes" if within < timedelta(hours=1) else "līdz rītdienai"
            raise TooManyMessages(f"Īsā laikā ir daudz ierakstu. Pagaidi {pause}; ieraksti paliek šajā ierīcē.")


def _row(session: Session, entry_id: str, allowed: ColumnElement[bool] | None) -> HelpEntryRow:
    row = None if allowed is None else session.scalar(select(HelpEntryRow).where(HelpEntryRow.id == entry_id, allowed))
    if row is None:
        raise NotFound(_NOT_THERE)
    return row


def _own(session: Session, helper: Person, entry_id: str) -> HelpEntryRow:
    return _row(session, entry_id, HelpEntryRow.person_id == helper.id)


def _taught(session: Session, trainer: Person, entry_id: str) -> HelpEntryRow:
    return _row(session, entry_id, visible_to(trainer, HelpEntryRow.person_id))


def _readable(session: Session, reader: Person, entry_id: str) -> HelpEntryRow:
    visible = visible_to(reader, HelpEntryRow.person_id)
    own = HelpEntryRow.person_id == reader.id
    return _row(session, entry_id, own if visible is None else own | visible)


def _entries(session: Session, rows: Sequence[HelpEntryRow]) -> list[HelpEntry]:
    people = {
        person.id: person
        for person in session.scalars(select(PersonRow).where(PersonRow.id.in_({row.person_id for row in rows})))
    }
    return [
        HelpEntry(
            id=row.id,
            person_id=row.person_id,
            person_name=people[row.person_id].name,
            is_demo=people[row.person_id].is_demo,
            key=row.key,
            help=help_of(row),
            state=row.state,  # type: ignore[arg-type]  # the table's check allows only states
            question=row.question,
            answer=row.answer,
            version=row.version,
            written_at=row.written_at,
            changed_at=row.changed_at,
            decided_at=row.decided_at,
        )
        for row in rows
    ]
