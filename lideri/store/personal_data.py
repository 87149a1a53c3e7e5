"""What is kept of one person: given out whole when they ask for it, and erased when they ask for that.

Erasing takes away who it was and everything they wrote or answered. What the programme has to be able to count stays
without a name: a certificate (its code opens nothing any more) and help that a trainer confirmed, without its words.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lideri.errors import NotFound, RefusedError
from lideri.store.database import Database
from lideri.store.tables import (
    AnswerLogRow,
    AttemptAnswerRow,
    AttemptRow,
    Base,
    CertificateRow,
    CohortRow,
    EventRow,
    ExerciseAnswerRow,
    HelpEntryRow,
    HelpLogRow,
    ItemResultRow,
    LoginLinkRow,
    MarkRow,
    MembershipRow,
    PersonRow,
    ProblemReportRow,
    QuestionMessageRow,
    QuestionThreadRow,
    SecondMarkRow,
    SubmissionRow,
)

ERASED_NAME = "Dzēsts cilvēks"
_GUARDED = ("answer_log", "events", "submissions", "help_log", "second_marks")  # tables whose triggers refuse a change
_OWN_OF_TRAINER = ("key", "person_id", "decided_by", "author_id")  # columns that say who else, or nothing at all


class PersonalData:
    """All that the store holds of a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def export(self, person_id: str) -> dict[str, Any]:
        """Everything about the person as JSON data, without keys of tasks, password, and names of others."""
        return self._database.read(lambda session: _export(session, _person(session, person_id)))

    def require_erasable(self, person_id: str) -> None:
        """Raises `RefusedError` for people who teach or lead, and `NotFound`."""
        self._database.read(lambda session: _require_trainee(_person(session, person_id)))

    def erase(self, person_id: str) -> None:
        """Erase a trainee. Raises `RefusedError` for people who teach or lead.

        Nothing is half erased: it is one transaction. Files of nbgrader and the hub's own records are not touched here.
        """
        self._database.write_once(lambda session: _erase(session, _person(session, person_id)))


def _person(session: Session, person_id: str) -> PersonRow:
    person = session.get(PersonRow, person_id)
    if person is None:
        raise NotFound("Tāda cilvēka nav.")
    return person


# ── given out ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _export(session: Session, person: PersonRow) -> dict[str, Any]:
    def rows(row: type[Base], *conditions: sa.ColumnElement[bool], without: Sequence[str] = ()) -> list[dict[str, Any]]:
        names = [column.key for column in sa.inspect(row).columns if column.key not in without]
        return [
            {name: getattr(one, name) for name in names} for one in session.scalars(sa.select(row).where(*conditions))
        ]

    own_attempts = sa.select(AttemptRow.id).where(AttemptRow.person_id == person.id)
    own_work = sa.select(SubmissionRow.id).where(SubmissionRow.person_id == person.id)
    own_threads = sa.select(QuestionThreadRow.id).where(QuestionThreadRow.person_id == person.id)
    own_entries = sa.select(HelpEntryRow.id).where(HelpEntryRow.person_id == person.id)
    cohorts = sa.select(MembershipRow.cohort_id).where(MembershipRow.person_id == person.id)
    found = {
        "konts": rows(PersonRow, PersonRow.id == person.id, without=("password_hash",))[0],
        "grupas": rows(CohortRow, CohortRow.id.in_(cohorts)),
        "vingrinājumi": rows(ExerciseAnswerRow, ExerciseAnswerRow.person_id == person.id, without=("person_id",)),
        "mēģinājumi": rows(AttemptRow, AttemptRow.person_id == person.id, without=("person_id", "seed")),
        "atbildes": rows(AttemptAnswerRow, AttemptAnswerRow.attempt_id.in_(own_attempts)),
        "atbilžu vēsture": rows(
            AnswerLogRow, AnswerLogRow.person_id == person.id, without=("person_id", "response_sha256")
        ),
        "iesniegtie darbi": rows(
            SubmissionRow,
            SubmissionRow.person_id == person.id,
            without=("person_id", "worker", "lease_until", "not_before", "tries", "failure"),
        ),
        # `detail` holds the key and the explanations, which not every result may show.
        "rezultāti": rows(ItemResultRow, ItemResultRow.submission_id.in_(own_work), without=("detail",)),
        "pasniedzēju vērtējumi": rows(
            MarkRow,
            MarkRow.submission_id.in_(own_work),
            MarkRow.state != "pending",
            without=("marked_by", "source", "state", "stored_at"),
        ),
        "jautājumi": rows(QuestionThreadRow, QuestionThreadRow.person_id == person.id, without=_OWN_OF_TRAINER),
        "jautājumu teksti": [
            {
                "jautājums": message.thread_id,
                "raksta": "tu" if message.author_id == person.id else "pasniedzējs",
                "text": message.text,
                "written_at": message.written_at,
            }
            for message in session.scalars(
                sa.select(QuestionMessageRow)
                .where(QuestionMessageRow.thread_id.in_(own_threads))
                .order_by(QuestionMessageRow.id)
            )
        ],
        "kļūdu ziņojumi": rows(ProblemReportRow, ProblemReportRow.person_id == person.id, without=_OWN_OF_TRAINER),
        "palīdzības ieraksti": rows(HelpEntryRow, HelpEntryRow.person_id == person.id, without=_OWN_OF_TRAINER),
        "palīdzības ierakstu vēsture": rows(HelpLogRow, HelpLogRow.entry_id.in_(own_entries), without=_OWN_OF_TRAINER),
        "apliecības": rows(
            CertificateRow, CertificateRow.person_id == person.id, without=("person_id", "issued_by", "revoked_by")
        ),
        "notikumi": rows(EventRow, EventRow.person_id == person.id, without=("person_id", "detail")),
    }
    plain: dict[str, Any] = json.loads(json.dumps(found, ensure_ascii=False, default=_moment))
    return plain


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot be written as JSON: {value!r}")


# ── erased ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _require_trainee(person: PersonRow) -> None:
    if person.role != "trainee":
        raise RefusedError(
            "Dzēst var tikai dalībnieku: pasniedzēju vērtējumi un vadības lēmumi vajadzīgi citiem. "
            "Šādu kontu slēdz lapā «Cilvēki»."
        )


def _erase(session: Session, person: PersonRow) -> None:
    _require_trainee(person)
    attempts = sa.select(AttemptRow.id).where(AttemptRow.person_id == person.id)
    work = sa.select(SubmissionRow.id).where(SubmissionRow.person_id == person.id)
    threads = sa.select(QuestionThreadRow.id).where(QuestionThreadRow.person_id == person.id)
    entries = sa.select(HelpEntryRow.id).where(HelpEntryRow.person_id == person.id)
    with _unguarded(session):
        for row, condition in (
            (SecondMarkRow, SecondMarkRow.submission_id.in_(work)),
            (MarkRow, MarkRow.submission_id.in_(work)),
            (ItemResultRow, ItemResultRow.submission_id.in_(work)),
            (SubmissionRow, SubmissionRow.person_id == person.id),
            (AttemptAnswerRow, AttemptAnswerRow.attempt_id.in_(attempts)),
            (AttemptRow, AttemptRow.person_id == person.id),
            (AnswerLogRow, AnswerLogRow.person_id == person.id),
            (ExerciseAnswerRow, ExerciseAnswerRow.person_id == person.id),
            (QuestionMessageRow, QuestionMessageRow.thread_id.in_(threads)),
            (QuestionThreadRow, QuestionThreadRow.person_id == person.id),
            (ProblemReportRow, ProblemReportRow.person_id == person.id),
            (HelpLogRow, HelpLogRow.entry_id.in_(entries)),
            (HelpEntryRow, (HelpEntryRow.person_id == person.id) & (HelpEntryRow.state != "confirmed")),
            (LoginLinkRow, LoginLinkRow.person_id == person.id),
            (MembershipRow, MembershipRow.person_id == person.id),
            (EventRow, EventRow.person_id == person.id),
        ):
            session.execute(sa.delete(row).where(condition).execution_options(synchronize_session=False))
    session.execute(
        sa.update(HelpEntryRow)
        .where(HelpEntryRow.person_id == person.id)
        .values(note="", question="", answer="", no_name=False)
        .execution_options(synchronize_session=False)
    )
    for certificate in session.scalars(sa.select(CertificateRow).where(CertificateRow.person_id == person.id)):
        certificate.code = f"dzests-{uuid.uuid4().hex[:16]}"
        certificate.content = {**certificate.content, "name": ERASED_NAME}
        certificate.reason = certificate.revoke_reason = ""
    person.name, person.username = ERASED_NAME, f"dzests-{uuid.uuid4().hex[:12]}"
    person.email, person.password_hash, person.institution, person.active = None, None, "", False


@contextmanager
def _unguarded(session: Session) -> Iterator[None]:
    """Without the triggers that refuse a change, in this transaction only."""
    restore: Callable[[], None]
    if session.get_bind().dialect.name == "postgresql":
        for table in _GUARDED:
            session.execute(sa.text(f"alter table {table} disable trigger user"))

        def restore() -> None:
            for table in _GUARDED:
                session.execute(sa.text(f"alter table {table} enable trigger user"))
    else:
        triggers = session.execute(sa.text("select name, sql from sqlite_master where type = 'trigger'")).all()
        for name, _ in triggers:
            session.execute(sa.text(f'drop trigger "{name}"'))

        def restore() -> None:
            for _, made_by in triggers:
                session.execute(sa.text(made_by))

    yield
    session.flush()
    restore()
