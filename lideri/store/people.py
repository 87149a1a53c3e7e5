"""People, cohorts, one-time links and passwords; who may see whom."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from lideri.errors import LinkUsedOrExpired, NotAllowed, NotFound, RefusedError
from lideri.store import tokens
from lideri.store.database import Database
from lideri.store.tables import (
    CohortDeadlineRow,
    CohortRow,
    CohortTrainerRow,
    EventRow,
    Kind,
    LoginLinkRow,
    MembershipRow,
    PersonRow,
    Role,
)

Owner = InstrumentedAttribute[str]

_FAILURES_ALLOWED = 10  # wrong passwords for one name
_FAILURES_WITHIN = timedelta(minutes=15)
_SEES_EVERYBODY: frozenset[str] = frozenset({"lead_trainer", "admin"})


@dataclass(frozen=True)
class NewPerson:
    """An account to be made. Without `username` one is made from the e-mail or the name."""

    name: str
    role: Role = "trainee"
    email: str | None = None
    institution: str = ""
    kind: Kind | None = None
    municipality: str | None = None
    username: str | None = None
    is_demo: bool = False


@dataclass(frozen=True)
class Person:
    id: str
    username: str
    name: str
    role: Role
    email: str | None
    institution: str
    kind: Kind | None
    municipality: str | None
    is_demo: bool
    active: bool
    has_password: bool
    created_at: datetime

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.username


@dataclass(frozen=True)
class Cohort:
    id: str
    name: str
    municipality: str | None
    is_demo: bool
    trainers: tuple[str, ...]  # ids of people
    deadlines: Mapping[str, datetime]  # by module
    size: int  # active members
    created_at: datetime


class People:
    """Accounts and cohorts. A trainer sees own cohorts; lead trainers and administrators see all."""

    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    # ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, new: NewPerson, *, now: datetime, password: str | None = None) -> Person:
        """Make an account. `RefusedError` when the user name or e-mail is taken. `password` is not judged here."""
        password_hash = tokens.hash_password(password) if password else None

        def work(session: Session) -> Person:
            return _person(_add_person(session, new, self._new_id(), now, password_hash))

        try:
            return self._database.write(work)
        except IntegrityError:
            raise RefusedError(f"Cilvēks ar e-pastu {new.email} vai lietotājvārdu {new.username} jau ir.") from None

    def get(self, person_id: str) -> Person:
        """`NotFound` when there is nobody with this id."""
        return self._one(PersonRow.id == person_id)

    def names(self, person_ids: Collection[str]) -> dict[str, str]:
        """The names of these people, as far as they exist."""
        wanted = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(person_ids))
        found = self._database.read(lambda session: session.execute(wanted).all())
        return {row.id: row.name for row in found}

    def by_username(self, username: str) -> Person | None:
        rows = self._many(PersonRow.username == username.strip().lower())
        return rows[0] if rows else None

    def by_email(self, email: str) -> Person | None:
        rows = self._many(PersonRow.email == email.strip().lower())
        return rows[0] if rows else None

    def everybody(self, *, role: Role | None = None, with_demo: bool = True, only_active: bool = True) -> list[Person]:
        """People by name."""
        conditions: list[Any] = []
        if role is not None:
            conditions.append(PersonRow.role == role)
        if not with_demo:
            conditions.append(PersonRow.is_demo.is_(False))
        if only_active:
            conditions.append(PersonRow.active.is_(True))
        return self._many(*conditions)

    def taken_emails(self, emails: Iterable[str]) -> set[str]:
        """Which of `emails` (small letters) belong to somebody already."""
        wanted = list(emails)
        rows = self._database.read(
            lambda session: session.scalars(select(PersonRow.email).where(PersonRow.email.in_(wanted))).all()
        )
        return {email for email in rows if email is not None}

    def deactivate(self, person_id: str, *, now: datetime, made_by: str | None = None) -> None:
        """Close an account: no log-in, no links. What the person did stays."""

        def work(session: Session) -> None:
            row = _row(session, person_id)
            row.active = False
            row.password_hash = None
            _withdraw_links(session, person_id, now)
            _log(session, now, person_id, "account-closed", detail={"by": made_by} if made_by else None)

        self._database.write(work)

    def reopen(self, person_id: str, *, now: datetime, made_by: str) -> None:
        """Open a closed account again. It has no password: the person needs a new link."""

        def work(session: Session) -> None:
            row = _row(session, person_id)
            if not row.active:
                row.active = True
                _log(session, now, person_id, "account-opened", detail={"by": made_by})

        self._database.write(work)

    # ── passwords ───────────────────────────────────────────────────────────────────────────────────────────────────

    def authenticate(self, username: str, password: str, *, now: datetime) -> Person | None:
        """The person, or None: unknown name, wrong password, closed account, or too many wrong tries lately."""
        wanted = username.strip().lower()

        def find(session: Session) -> tuple[PersonRow | None, int]:
            row = session.scalar(
                select(PersonRow).where(or_(PersonRow.username == wanted, PersonRow.email == wanted)).limit(1)
            )
            if row is None:
                return None, 0
            since = now - _FAILURES_WITHIN
            failures = session.scalar(
                select(func.count())
                .select_from(EventRow)
                .where(EventRow.person_id == row.id, EventRow.kind == "login-refused", EventRow.at > since)
            )
            return row, failures or 0

        row, failures = self._database.read(find)
        right = tokens.password_matches(password, row.password_hash if row else None)
        if row is None:
            return None
        allowed = right and row.active and failures < _FAILURES_ALLOWED
        self._database.write(lambda session: _log(session, now, row.id, "login" if allowed else "login-refused"))
        return _person(row) if allowed else None

    def set_password(self, person_id: str, password: str, *, now: datetime) -> None:
        """Give a person a new password; `WeakPassword` says in Latvian why one will not do. Old links stop working."""
        person = self.get(person_id)
        tokens.require_strong_password(password, personal=_personal(person))
        password_hash = tokens.hash_password(password)

        def work(session: Session) -> None:
            _row(session, person_id).password_hash = password_hash
            _withdraw_links(session, person_id, now)
            _log(session, now, person_id, "password-set")

        self._database.write(work)

    def set_demo_password(self, person_id: str, password: str) -> None:
        """A password for a demonstration account, not judged; refuses real people."""
        password_hash = tokens.hash_password(password)

        def work(session: Session) -> None:
            row = _row(session, person_id)
            if not row.is_demo:
                raise NotAllowed("Šādi paroli var iestatīt tikai demonstrācijas kontam.")
            row.password_hash = password_hash

        self._database.write(work)

    # ── one-time links ──────────────────────────────────────────────────────────────────────────────────────────────

    def make_login_link(
        self, person_id: str, *, now: datetime, valid_for: timedelta, made_by: str | None = None
    ) -> str:
        """The token of a new one-time link (address `ievads/<token>`). Links made earlier stop working.

        Whether `made_by` may do it for this person is checked: a trainer for trainees of own cohorts, a lead trainer or
        administrator for anybody; None is the program itself.
        """
        token = tokens.new_link_token()

        def work(session: Session) -> None:
            person = _row(session, person_id)
            if not person.active:
                raise NotAllowed("Konts ir slēgts, tāpēc saiti tam izveidot nevar.")
            if made_by is not None:
                _require_may_help(session, _row(session, made_by), person)
            _withdraw_links(session, person_id, now)
            _add_link(session, token, person_id, now, valid_for, made_by)
            _log(session, now, made_by, "login-link-made", person_id)

        self._database.write(work)
        return token

    def look_at_login_link(self, token: str, *, now: datetime) -> Person:
        """Whose link it is, leaving it unused; `LinkUsedOrExpired` when it no longer works."""
        return self._database.read(lambda session: _person(_link_owner(session, token, now)[1]))

    def use_login_link(self, token: str, password: str, *, now: datetime) -> Person:
        """Set the person's password and use the link up, both or neither.

        A weak password (`WeakPassword`) leaves the link usable. Two uses at once: one wins, the other gets
        `LinkUsedOrExpired`.
        """
        owner = self.look_at_login_link(token, now=now)
        tokens.require_strong_password(password, personal=_personal(owner))
        password_hash = tokens.hash_password(password)

        def work(session: Session) -> Person:
            link, person = _link_owner(session, token, now)
            used = session.execute(
                update(LoginLinkRow)
                .where(
                    LoginLinkRow.token_sha256 == link.token_sha256,
                    LoginLinkRow.used_at.is_(None),
                    LoginLinkRow.withdrawn_at.is_(None),
                )
                .values(used_at=now)
            )
            if used.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result counts rows
                raise LinkUsedOrExpired(_LINK_GONE)
            person.password_hash = password_hash
            _log(session, now, person.id, "login-link-used")
            session.flush()
            return _person(person)

        return self._database.write(work)

    # ── cohorts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def add_cohort(
        self,
        name: str,
        *,
        now: datetime,
        trainers: Iterable[str] = (),
        municipality: str | None = None,
        is_demo: bool = False,
    ) -> Cohort:
        cohort_id = self._new_id()

        def work(session: Session) -> Cohort:
            session.add(
                CohortRow(id=cohort_id, name=name.strip(), municipality=municipality, is_demo=is_demo, created_at=now)
            )
            session.flush()
            for trainer in dict.fromkeys(trainers):
                session.add(CohortTrainerRow(cohort_id=cohort_id, person_id=trainer))
            session.flush()
            return _cohorts(session, [cohort_id])[0]

        return self._database.write(work)

    def add_member(self, cohort_id: str, person_id: str, *, now: datetime) -> None:
        """Put a person in a cohort; once in, again changes nothing."""

        def work(session: Session) -> None:
            if session.get(MembershipRow, (cohort_id, person_id)) is None:
                session.add(MembershipRow(cohort_id=cohort_id, person_id=person_id, joined_at=now))

        self._database.write(work)

    def remove_member(self, cohort_id: str, person_id: str, *, now: datetime, made_by: str) -> None:
        """Take a person out of a cohort; `NotFound` when they are not in it. What the person did stays."""

        def work(session: Session) -> None:
            row = session.get(MembershipRow, (cohort_id, person_id))
            if row is None:
                raise NotFound("Šī cilvēka grupā nav.")
            session.delete(row)
            _log(session, now, made_by, _REMOVED, cohort_id, {"person": person_id})

        self._database.write(work)

    def return_member(self, cohort_id: str, person_id: str, *, now: datetime, made_by: str) -> None:
        """Undo `remove_member`; `NotFound` for somebody who was never taken out of this cohort."""

        def work(session: Session) -> None:
            if person_id not in _removed(session, cohort_id):
                raise NotFound("Šis cilvēks no grupas nav izņemts.")
            if session.get(MembershipRow, (cohort_id, person_id)) is None:
                session.add(MembershipRow(cohort_id=cohort_id, person_id=person_id, joined_at=now))
                _log(session, now, made_by, "member-returned", cohort_id, {"person": person_id})

        self._database.write(work)

    def removed_members(self, cohort_id: str) -> list[Person]:
        """People who were taken out of the cohort and have not come back, by name; closed accounts are left out."""
        removed = self._database.read(lambda session: _removed(session, cohort_id))
        if not removed:
            return []
        members = select(MembershipRow.person_id).where(MembershipRow.cohort_id == cohort_id)
        return self._many(PersonRow.id.in_(removed), PersonRow.id.not_in(members), PersonRow.active.is_(True))

    def set_trainers(self, cohort_id: str, trainers: Iterable[str], *, now: datetime, made_by: str | None) -> None:
        """Exactly these people teach the cohort from now on; `RefusedError` unless all are active trainers."""
        wanted = list(dict.fromkeys(trainers))

        def work(session: Session) -> None:
            for person_id in wanted:
                person = session.get(PersonRow, person_id)
                if person is None or not person.active or person.role != "trainer":
                    raise RefusedError(
                        "Par grupas pasniedzēju var izvēlēties tikai pasniedzēja kontu. Izvēlies vēlreiz."
                    )
            session.execute(delete(CohortTrainerRow).where(CohortTrainerRow.cohort_id == cohort_id))
            for person_id in wanted:
                session.add(CohortTrainerRow(cohort_id=cohort_id, person_id=person_id))
            _log(session, now, made_by, "cohort-trainers-set", cohort_id, {"trainers": wanted})

        self._database.write(work)

    def add_cohort_members(
        self,
        cohort_id: str,
        newcomers: Sequence[NewPerson],
        *,
        now: datetime,
        link_valid_for: timedelta,
        made_by: str | None,
    ) -> list[tuple[Person, str]]:
        """Make accounts, put them in the cohort and make their one-time links: all of it, or (on any error) nothing.

        Gives each person with the link's token, in the order given. `RefusedError` when an e-mail was taken meanwhile.
        """

        def work(session: Session) -> list[tuple[Person, str]]:
            made: list[tuple[Person, str]] = []
            for new in newcomers:
                row = _add_person(session, new, self._new_id(), now, None)
                session.add(MembershipRow(cohort_id=cohort_id, person_id=row.id, joined_at=now))
                token = tokens.new_link_token()
                _add_link(session, token, row.id, now, link_valid_for, made_by)
                session.flush()
                made.append((_person(row), token))
            _log(session, now, made_by, "cohort-imported", cohort_id, {"people": len(made)})
            return made

        try:
            return self._database.write(work)
        except IntegrityError:
            raise RefusedError(
                "Kāds no šiem cilvēkiem tikko jau ir pievienots. Neviens netika pievienots otrreiz; "
                "atver importu no jauna."
            ) from None

    def set_deadline(self, cohort_id: str, module: str, deadline: datetime | None, *, now: datetime) -> None:
        """Until when the cohort may submit the module's assessment; None takes the deadline away."""

        def work(session: Session) -> None:
            session.execute(
                delete(CohortDeadlineRow).where(
                    CohortDeadlineRow.cohort_id == cohort_id, CohortDeadlineRow.module == module
                )
            )
            if deadline is not None:
                session.add(CohortDeadlineRow(cohort_id=cohort_id, module=module, deadline=deadline))
            _log(session, now, None, "deadline-set", cohort_id, {"module": module, "deadline": str(deadline)})

        self._database.write(work)

    def cohort(self, cohort_id: str) -> Cohort:
        found = self._database.read(lambda session: _cohorts(session, [cohort_id]))
        if not found:
            raise NotFound("Šādas grupas nav.")
        return found[0]

    def cohorts(self, *, seen_by: Person | None = None, with_demo: bool = True) -> list[Cohort]:
        """Cohorts by name: all, or those that `seen_by` may see."""

        def work(session: Session) -> list[Cohort]:
            wanted = select(CohortRow.id)
            if not with_demo:
                wanted = wanted.where(CohortRow.is_demo.is_(False))
            if seen_by is not None and seen_by.role not in _SEES_EVERYBODY:
                own = select(CohortTrainerRow.cohort_id).where(CohortTrainerRow.person_id == seen_by.id)
                wanted = wanted.where(CohortRow.id.in_(own if seen_by.role == "trainer" else []))
            return _cohorts(session, session.scalars(wanted).all())

        return self._database.read(work)

    def cohorts_of_member(self, person_id: str) -> list[Cohort]:
        """The cohorts a person learns in."""
        return self._database.read(
            lambda session: _cohorts(
                session,
                session.scalars(select(MembershipRow.cohort_id).where(MembershipRow.person_id == person_id)).all(),
            )
        )

    def members(self, cohort_id: str) -> list[Person]:
        """Active members by name."""
        members = select(MembershipRow.person_id).where(MembershipRow.cohort_id == cohort_id)
        return self._many(PersonRow.id.in_(members), PersonRow.active.is_(True))

    # ── who may see whom ────────────────────────────────────────────────────────────────────────────────────────────

    def require_cohort(self, asker: Person, cohort_id: str) -> Cohort:
        """The cohort, if `asker` may see its people; `NotFound` for «not there» and «not yours» alike."""
        for cohort in self.cohorts(seen_by=asker):
            if cohort.id == cohort_id:
                return cohort
        raise NotFound("Šādas grupas nav vai tā nav tava grupa.")

    def require_may_see(self, asker: Person, person_id: str) -> Person:
        """The person, if it is `asker` or somebody in a cohort that `asker` teaches; else `NotFound`."""
        if asker.id == person_id and asker.active:
            return self.get(person_id)

        def work(session: Session) -> PersonRow | None:
            row = session.get(PersonRow, person_id)
            if row is None or not asker.active:
                return None
            if asker.role in _SEES_EVERYBODY or (asker.role == "trainer" and _teaches(session, asker.id, person_id)):
                return row
            return None

        row = self._database.read(work)
        if row is None:
            raise NotFound("Šāda cilvēka nav vai tas nav tavā grupā.")
        return _person(row)

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def log(
        self,
        kind: str,
        *,
        now: datetime,
        person_id: str | None = None,
        subject: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Add to the log of events, e.g. `page-opened`, `access-refused`. Never put an answer's text in `detail`."""
        self._database.write(lambda session: _log(session, now, person_id, kind, subject, detail))

    def events(
        self, *, kind: str | None = None, person_id: str | None = None, since: datetime | None = None, limit: int = 1000
    ) -> list[Event]:
        """Newest first."""

        def work(session: Session) -> list[Event]:
            wanted = select(EventRow).order_by(EventRow.id.desc()).limit(limit)
            if kind is not None:
                wanted = wanted.where(EventRow.kind == kind)
            if person_id is not None:
                wanted = wanted.where(EventRow.person_id == person_id)
            if since is not None:
                wanted = wanted.where(EventRow.at >= since)
            return [
                Event(at=row.at, person_id=row.person_id, kind=row.kind, subject=row.subject, detail=row.detail)
                for row in session.scalars(wanted)
            ]

        return self._database.read(work)

    def last_seen(self, person_ids: Sequence[str]) -> dict[str, datetime]:
        """When each person last opened a page or logged in; people never seen are left out."""
        return self._database.read(
            lambda session: {
                person: at
                for person, at in session.execute(
                    select(EventRow.person_id, func.max(EventRow.at))
                    .where(EventRow.person_id.in_(person_ids), EventRow.kind.in_(("page-opened", "login")))
                    .group_by(EventRow.person_id)
                )
                if person is not None
            }
        )

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _many(self, *conditions: Any) -> list[Person]:
        return self._database.read(
            lambda session: [
                _person(row)
                for row in session.scalars(select(PersonRow).where(*conditions).order_by(PersonRow.name, PersonRow.id))
            ]
        )

    def _one(self, condition: Any) -> Person:
        rows = self._many(condition)
        if not rows:
            raise NotFound("Šāda cilvēka nav.")
        return rows[0]


@dataclass(frozen=True)
class Event:
    at: datetime
    person_id: str | None
    kind: str
    subject: str
    detail: Mapping[str, Any]


_REMOVED = "member-removed"
_LINK_GONE = "Šī saite jau ir izmantota vai tai beidzies termiņš. Palūdz savam pasniedzējam jaunu saiti."


def visible_to(reader: Person, owner: Owner) -> ColumnElement[bool] | None:
    """Of records that belong to ``owner`` (a column of people's ids): those of people whom the reader teaches, for lead
    trainers and admins of everybody else; None for somebody who teaches nobody."""
    others = owner != reader.id
    if reader.role in _SEES_EVERYBODY:
        return others
    if reader.role != "trainer":
        return None
    taught = (
        select(MembershipRow.person_id)
        .join(CohortTrainerRow, CohortTrainerRow.cohort_id == MembershipRow.cohort_id)
        .where(CohortTrainerRow.person_id == reader.id)
    )
    return owner.in_(taught) & others


def of_members(owner: Owner, cohort_ids: Collection[str]) -> ColumnElement[bool]:
    """Of records that belong to ``owner``: those of people in these cohorts."""
    return owner.in_(select(MembershipRow.person_id).where(MembershipRow.cohort_id.in_(cohort_ids)))


def username_from(text: str) -> str:
    """A user name for JupyterHub, made of an e-mail's first part or of a name: small Latin letters, digits, dots."""
    plain = unicodedata.normalize("NFKD", text.partition("@")[0]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:40] or "lietotajs"


def _add_person(
    session: Session, new: NewPerson, person_id: str, now: datetime, password_hash: str | None
) -> PersonRow:
    row = PersonRow(
        id=person_id,
        username=new.username.strip().lower() if new.username else _free_username(session, new.email or new.name),
        name=" ".join(new.name.split()),
        email=new.email.strip().lower() if new.email else None,
        institution=new.institution.strip(),
        kind=new.kind,
        municipality=new.municipality,
        role=new.role,
        password_hash=password_hash,
        is_demo=new.is_demo,
        active=True,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _free_username(session: Session, wish: str) -> str:
    base = username_from(wish)
    taken = set(session.scalars(select(PersonRow.username).where(PersonRow.username.startswith(base, autoescape=True))))
    number = 1
    name = base
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


def _add_link(
    session: Session, token: str, person_id: str, now: datetime, valid_for: timedelta, made_by: str | None
) -> None:
    session.add(
        LoginLinkRow(
            token_sha256=tokens.link_hash(token),
            person_id=person_id,
            created_at=now,
            created_by=made_by,
            expires_at=now + valid_for,
        )
    )


def _withdraw_links(session: Session, person_id: str, now: datetime) -> None:
    session.execute(
        update(LoginLinkRow)
        .where(LoginLinkRow.person_id == person_id, LoginLinkRow.used_at.is_(None), LoginLinkRow.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


def _link_owner(session: Session, token: str, now: datetime) -> tuple[LoginLinkRow, PersonRow]:
    link = session.get(LoginLinkRow, tokens.link_hash(token))
    person = session.get(PersonRow, link.person_id) if link else None
    if (
        link is None
        or person is None
        or not person.active
        or link.used_at is not None
        or link.withdrawn_at is not None
        or link.expires_at <= now
    ):
        raise LinkUsedOrExpired(_LINK_GONE)
    return link, person


def _teaches(session: Session, trainer_id: str, person_id: str) -> bool:
    return (
        session.scalar(
            select(MembershipRow.cohort_id)
            .join(CohortTrainerRow, CohortTrainerRow.cohort_id == MembershipRow.cohort_id)
            .where(CohortTrainerRow.person_id == trainer_id, MembershipRow.person_id == person_id)
            .limit(1)
        )
        is not None
    )


def _require_may_help(session: Session, helper: PersonRow, person: PersonRow) -> None:
    if helper.active and helper.role == "admin":
        return
    # Whoever can make a link can log in as that person: nobody reaches a role above their own this way.
    if helper.active and person.role == "trainee":
        if helper.role == "lead_trainer":
            return
        if helper.role == "trainer" and _teaches(session, helper.id, person.id):
            return
    if helper.active and helper.role == "lead_trainer" and person.role == "trainer":
        return
    raise NotFound("Šāda cilvēka nav vai tas nav tavā grupā.")


def _removed(session: Session, cohort_id: str) -> set[str]:
    """Who was ever taken out of the cohort."""
    events = session.scalars(
        select(EventRow.detail).where(EventRow.kind == _REMOVED, EventRow.subject == cohort_id)
    ).all()
    return {str(detail["person"]) for detail in events}


def _cohorts(session: Session, ids: Sequence[str]) -> list[Cohort]:
    rows = session.scalars(select(CohortRow).where(CohortRow.id.in_(ids)).order_by(CohortRow.name, CohortRow.id)).all()
    trainers: dict[str, list[str]] = {}
    for cohort_id, person_id in session.execute(
        select(CohortTrainerRow.cohort_id, CohortTrainerRow.person_id)
        .where(CohortTrainerRow.cohort_id.in_(ids))
        .order_by(CohortTrainerRow.person_id)
    ):
        trainers.setdefault(cohort_id, []).append(person_id)
    deadlines: dict[str, dict[str, datetime]] = {}
    for deadline in session.scalars(select(CohortDeadlineRow).where(CohortDeadlineRow.cohort_id.in_(ids))):
        deadlines.setdefault(deadline.cohort_id, {})[deadline.module] = deadline.deadline
    counted = session.execute(
        select(MembershipRow.cohort_id, func.count())
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(MembershipRow.cohort_id.in_(ids), PersonRow.active.is_(True))
        .group_by(MembershipRow.cohort_id)
    )
    sizes: dict[str, int] = dict(counted.all())
    return [
        Cohort(
            id=row.id,
            name=row.name,
            municipality=row.municipality,
            is_demo=row.is_demo,
            trainers=tuple(trainers.get(row.id, ())),
            deadlines=deadlines.get(row.id, {}),
            size=sizes.get(row.id, 0),
            created_at=row.created_at,
        )
        for row in rows
    ]


def _row(session: Session, person_id: str) -> PersonRow:
    row = session.get(PersonRow, person_id)
    if row is None:
        raise NotFound("Šāda cilvēka nav.")
    return row


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        username=row.username,
        name=row.name,
        role=row.role,  # type: ignore[arg-type]  # the table's check allows only roles
        email=row.email,
        institution=row.institution,
        kind=row.kind,  # type: ignore[arg-type]  # the table's check allows only kinds
        municipality=row.municipality,
        is_demo=row.is_demo,
        active=row.active,
        has_password=row.password_hash is not None,
        created_at=row.created_at,
    )


def _personal(person: Person) -> list[str]:
    return [person.name, person.username, person.email or "", person.institution]


def _log(
    session: Session,
    now: datetime,
    person_id: str | None,
    kind: str,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    session.add(EventRow(at=now, person_id=person_id, kind=kind, subject=subject[:200], detail=dict(detail or {})))
