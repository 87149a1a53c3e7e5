"""Questions to trainers, and reports of mistakes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_threads",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=False),
        sa.Column("exercise", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('waiting','answered','done')", name=op.f("ck_question_threads_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_question_threads_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_threads")),
    )
    op.create_index(op.f("ix_question_threads_person_id"), "question_threads", ["person_id"], unique=False)
    op.create_index("ix_question_threads_state", "question_threads", ["state", "changed_at"], unique=False)
    op.create_table(
        "question_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("thread_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["question_threads.id"], name=op.f("fk_question_messages_thread_id_question_threads")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_question_messages_author_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_question_messages_key")),
    )
    op.create_index(op.f("ix_question_messages_thread_id"), "question_messages", ["thread_id"], unique=False)
    op.create_index("ix_question_messages_author", "question_messages", ["author_id", "written_at"], unique=False)
    op.create_table(
        "problem_reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=False),
        sa.Column("exercise", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind in ('content','language','broken')", name=op.f("ck_problem_reports_kind")),
        sa.CheckConstraint("state in ('new','fixed','declined')", name=op.f("ck_problem_reports_state")),
        sa.CheckConstraint("width is null or (width > 0 and width < 100000)", name=op.f("ck_problem_reports_width")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_problem_reports_person_id_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_problem_reports_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_reports")),
        sa.UniqueConstraint("key", name=op.f("uq_problem_reports_key")),
    )
    op.create_index("ix_problem_reports_state", "problem_reports", ["state", "reported_at"], unique=False)
    op.create_index("ix_problem_reports_person", "problem_reports", ["person_id", "reported_at"], unique=False)


def downgrade() -> None:
    op.drop_table("problem_reports")
    op.drop_table("question_messages")
    op.drop_table("question_threads")
