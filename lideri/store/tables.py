"""The tables of the store.

Everything here is plain SQL that SQLite and PostgreSQL share. Times are UTC; ids are texts made by the program, so
that a record can be named before it is written. Records that prove something (`answer_log`, `submissions`, `events`)
are only ever added to; triggers made by the first migration refuse a change even to a careless program.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Role = Literal["trainee", "trainer", "lead_trainer", "programme_lead", "admin"]
Kind = Literal["vpvkac", "library"]
AttemptState = Literal["open", "submitted", "graded"]
SubmissionState = Literal["queued", "grading", "graded", "failed"]
Outcome = Literal["right", "partly", "wrong", "unsure", "waiting"]
MarkState = Literal["pending", "stored", "superseded"]
ThreadState = Literal["waiting", "answered", "done"]
ProblemKind = Literal["content", "language", "broken"]
ProblemState = Literal["new", "fixed", "declined"]

HelpState = Literal["new", "asked", "confirmed", "withdrawn"]
HelpedWho = Literal["resident", "colleague"]
HelpedHow = Literal["spot", "lesson"]
HelpedBefore = Literal["first", "helped", "alone"]

ROLES: tuple[Role, ...] = ("trainee", "trainer", "lead_trainer", "programme_lead", "admin")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Only aware datetimes go in; UTC comes out, also from SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite counts up only in a column that is exactly INTEGER PRIMARY KEY.
RunningNumber = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it as a class attribute
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class PersonRow(Base):
    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # small letters
    institution: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[str | None] = mapped_column(String(16))  # None: neither (trainers, the ministry)
    municipality: Mapped[str | None] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_demo: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("role in ('trainee','trainer','lead_trainer','programme_lead','admin')", name="role"),
        CheckConstraint("kind is null or kind in ('vpvkac','library')", name="kind"),
    )


class CohortRow(Base):
    __tablename__ = "cohorts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    municipality: Mapped[str | None] = mapped_column(String(16))
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class CohortTrainerRow(Base):
    __tablename__ = "cohort_trainers"

    cohort_id: Mapped[str] = mapped_column(ForeignKey("cohorts.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class CohortDeadlineRow(Base):
    """Until when a cohort may submit a module's assessment; no row: no deadline."""

    __tablename__ = "cohort_deadlines"

    cohort_id: Mapped[str] = mapped_column(ForeignKey("cohorts.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(8), primary_key=True)
    deadline: Mapped[datetime]


class MembershipRow(Base):
    __tablename__ = "memberships"

    cohort_id: Mapped[str] = mapped_column(ForeignKey("cohorts.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    joined_at: Mapped[datetime]


class LoginLinkRow(Base):
    """A link for one log-in. Only the hash of its token is kept, so that a stolen database opens no door."""

    __tablename__ = "login_links"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]  # a newer link was made, or the account was closed


# ── learning ────────────────────────────────────────────────────────────────────────────────────────────────────────


class ExerciseAnswerRow(Base):
    """What stands in an exercise of a page now; earlier versions are in `answer_log`."""

    __tablename__ = "exercise_answers"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    page: Mapped[str] = mapped_column(String(64), primary_key=True)
    exercise: Mapped[str] = mapped_column(String(64), primary_key=True)
    response: Mapped[dict[str, Any]]
    seq: Mapped[int] = mapped_column(BigInteger)
    saved_at: Mapped[datetime]
    checked: Mapped[bool] = mapped_column(default=False)  # stays true once feedback was asked for: the exercise is done
    first_checked_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)  # how many times feedback was asked for
    outcome: Mapped[str | None] = mapped_column(String(16))  # judged by the server, never sent by a browser


class AttemptRow(Base):
    __tablename__ = "attempts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    module: Mapped[str] = mapped_column(String(8))
    form: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="open")
    seed: Mapped[int] = mapped_column(BigInteger)  # the order in which options are shown
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "module", "number"),
        CheckConstraint("state in ('open','submitted','graded')", name="state"),
        # Two tabs that start at once still share one attempt.
        Index(
            "uq_attempts_one_open",
            "person_id",
            "module",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class AttemptAnswerRow(Base):
    __tablename__ = "attempt_answers"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    response: Mapped[dict[str, Any]]
    seq: Mapped[int] = mapped_column(BigInteger)
    saved_at: Mapped[datetime]


class AnswerLogRow(Base):
    """Every version anybody ever saved, the ones that came too late (`applied` false) included. Append-only."""

    __tablename__ = "answer_log"

    id: Mapped[int] = mapped_column(RunningNumber, primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    place: Mapped[str] = mapped_column(String(80))  # "page:2.1" or "attempt:<id>"
    name: Mapped[str] = mapped_column(String(64))  # exercise or item
    response: Mapped[dict[str, Any]]
    response_sha256: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int] = mapped_column(BigInteger)
    saved_at: Mapped[datetime]
    checked: Mapped[bool] = mapped_column(default=False)
    applied: Mapped[bool]

    __table_args__ = (Index("ix_answer_log_where", "person_id", "place", "name"),)


# ── submissions and grading ─────────────────────────────────────────────────────────────────────────────────────────


class SubmissionRow(Base):
    """A submission. `content` and everything above `state` never change; the rest is the queue's."""

    __tablename__ = "submissions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    module: Mapped[str] = mapped_column(String(8))
    form: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[int]  # of the attempt
    submitted_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(Text)  # canonical JSON of SubmissionData; what `sha256` was taken of
    sha256: Mapped[str] = mapped_column(String(64))
    answered: Mapped[int]  # how many items the person's screen said were answered

    state: Mapped[str] = mapped_column(String(16), default="queued")
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]  # after a failure: when to try again
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(Text)
    graded_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state in ('queued','grading','graded','failed')", name="state"),
        Index("ix_submissions_queue", "state", "submitted_at"),
    )


class ItemResultRow(Base):
    __tablename__ = "item_results"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]  # in the form
    version: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16))
    points: Mapped[float | None] = mapped_column(Float)  # None: nobody knows yet
    max_points: Mapped[float] = mapped_column(Float)
    detail: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("outcome in ('right','partly','wrong','unsure','waiting')", name="outcome"),
        CheckConstraint("points is null or (points >= 0 and points <= max_points)", name="points"),
        Index("ix_item_results_outcome", "outcome"),
    )


class MarkRow(Base):
    """A person's judgement of one item. The latest version counts; earlier ones are `superseded`, never removed."""

    __tablename__ = "marks"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    item: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    points: Mapped[dict[str, Any]]  # criterion → points
    total: Mapped[float] = mapped_column(Float)
    comment: Mapped[str] = mapped_column(Text, default="")
    marked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))  # None: made in formgrader
    source: Mapped[str] = mapped_column(String(16), default="vertesana")  # or formgrader
    marked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    stored_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("submission_id", "item", "version"),
        CheckConstraint("state in ('pending','stored','superseded')", name="state"),
        Index("ix_marks_state", "state"),
    )


class SecondMarkRow(Base):
    """A second person's judgement of an answer, made without seeing the first. Append-only; changes nobody's result."""

    __tablename__ = "second_marks"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    item: Mapped[str] = mapped_column(String(64))
    first_id: Mapped[str] = mapped_column(ForeignKey("marks.id"))  # what stood when it was made
    points: Mapped[dict[str, Any]]  # criterion → points
    total: Mapped[float] = mapped_column(Float)
    comment: Mapped[str] = mapped_column(Text, default="")  # for the first marker, never for the trainee
    marked_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    marked_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("submission_id", "item"),)


class EventRow(Base):
    """What happened: a page opened, an access refused, a log-in. Append-only."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(RunningNumber, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_events_person_kind_at", "person_id", "kind", "at"),)


# ── the programme, and forms in use ─────────────────────────────────────────────────────────────────────────────────


class PublicationRow(Base):
    """The programme's figures as published on a day. `content` holds each person's part too and never leaves here."""

    __tablename__ = "publications"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)  # 2026-11-21
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class UsedFormRow(Base):
    """A form somebody has begun to answer: from then on it is frozen, and `fingerprint` says how it was.

    `content` is the whole form without keys (JSON of `ReleasedForm`), so that it can be shown when its files have
    changed; null only where a version before 0.4 noted the use and the form has changed since.
    """

    __tablename__ = "used_forms"

    form: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    first_used_at: Mapped[datetime]
    content: Mapped[str | None] = mapped_column(Text)


# ── notes people leave: questions to trainers, reports of mistakes ──────────────────────────────────────────────────


class QuestionThreadRow(Base):
    """A trainee's question and what was written about it since; seen by the trainee and the cohorts' trainers only."""

    __tablename__ = "question_threads"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    page: Mapped[str] = mapped_column(String(100), default="")  # where it was asked from: "2.1", "2/parbaude" …
    exercise: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    unread: Mapped[bool] = mapped_column(default=False)  # the trainee has not yet seen the newest answer
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state in ('waiting','answered','done')", name="state"),
        Index("ix_question_threads_state", "state", "changed_at"),
    )


class QuestionMessageRow(Base):
    __tablename__ = "question_messages"

    id: Mapped[int] = mapped_column(RunningNumber, primary_key=True, autoincrement=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey("question_threads.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str] = mapped_column(String(36), unique=True)  # made with the form: sent twice, it is there once
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]

    __table_args__ = (Index("ix_question_messages_author", "author_id", "written_at"),)


class ProblemReportRow(Base):
    """A mistake somebody reported: what it is, where, and what came of it."""

    __tablename__ = "problem_reports"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    page: Mapped[str] = mapped_column(String(100), default="")
    exercise: Mapped[str] = mapped_column(String(64), default="")
    width: Mapped[int | None]  # of the browser's window, in pixels
    text: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="new")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    unread: Mapped[bool] = mapped_column(default=False)  # the reporter has not yet seen the decision

    __table_args__ = (
        CheckConstraint("kind in ('content','language','broken')", name="kind"),
        CheckConstraint("state in ('new','fixed','declined')", name="state"),
        CheckConstraint("width is null or (width > 0 and width < 100000)", name="width"),
        Index("ix_problem_reports_state", "state", "reported_at"),
        Index("ix_problem_reports_person", "person_id", "reported_at"),
    )


# ── certificates ────────────────────────────────────────────────────────────────────────────────────────────────────


class CertificateRow(Base):
    """A certificate that was issued. `content` is what it states, for ever; a person has one valid one at a time."""

    __tablename__ = "certificates"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    code: Mapped[str] = mapped_column(String(23), unique=True)
    number: Mapped[int] = mapped_column(unique=True)  # its place in the public list of states; tells no order
    content: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))  # None: everything was done
    reason: Mapped[str] = mapped_column(Text, default="")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    revoke_reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        CheckConstraint("number >= 0 and number < 131072", name="number"),
        Index(
            "uq_certificates_valid",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at is null"),
            postgresql_where=text("revoked_at is null"),
        ),
    )


# ── the log of help ─────────────────────────────────────────────────────────────────────────────────────────────────


class HelpEntryRow(Base):
    """Help given to one person, without anything that says who it was. What it was before stands in `help_log`."""

    __tablename__ = "help_entries"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))  # who helped
    key: Mapped[str] = mapped_column(String(36))  # made in the browser: sent twice, it is there once
    helped_on: Mapped[str] = mapped_column(String(10))  # 2026-11-21
    situation: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    alone: Mapped[int]  # 1 … 4
    before: Mapped[str] = mapped_column(String(16))  # whether the same person is in this log already
    next: Mapped[str] = mapped_column(String(64))
    who: Mapped[str] = mapped_column(String(16))
    how: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    no_name: Mapped[bool] = mapped_column(default=False)  # the writer said that what looks like a name is none
    state: Mapped[str] = mapped_column(String(16), default="new")
    question: Mapped[str] = mapped_column(Text, default="")  # the trainer's
    answer: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    written_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        CheckConstraint("state in ('new','asked','confirmed','withdrawn')", name="state"),
        CheckConstraint("who in ('resident','colleague')", name="who"),
        CheckConstraint("how in ('spot','lesson')", name="how"),
        CheckConstraint("before in ('first','helped','alone')", name="before"),
        CheckConstraint("alone between 1 and 4", name="alone"),
        CheckConstraint("minutes between 1 and 600", name="minutes"),
        Index("ix_help_entries_state", "state", "written_at"),
    )


class HelpLogRow(Base):
    """Everything that ever happened to an entry. Append-only."""

    __tablename__ = "help_log"

    id: Mapped[int] = mapped_column(RunningNumber, primary_key=True, autoincrement=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("help_entries.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    what: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_help_log_person", "person_id", "at"),)


class SurveyCodeRow(Base):
    """A code that opens the resident's questions once. Nothing says who asked for it; a used one is deleted."""

    __tablename__ = "survey_codes"

    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    region: Mapped[str] = mapped_column(String(100), default="")
    last_day: Mapped[str] = mapped_column(String(10))  # 2026-12-05

    # SQLite would otherwise number the rows in the order in which they came.
    __table_args__ = ({"sqlite_with_rowid": False},)


class SurveyAnswerRow(Base):
    """What a resident answered: a week, a region, no more. Its id is random, so that it tells no order."""

    __tablename__ = "survey_answers"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    week: Mapped[str] = mapped_column(String(8))  # 2026-W47
    region: Mapped[str] = mapped_column(String(100), default="")
    answers: Mapped[dict[str, Any]]

    __table_args__ = ({"sqlite_with_rowid": False},)
