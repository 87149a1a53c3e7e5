"""The log of help, and the resident's anonymous answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "help_entries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("helped_on", sa.String(length=10), nullable=False),
        sa.Column("situation", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("next", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=16), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("no_name", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('new','asked','confirmed','withdrawn')", name=op.f("ck_help_entries_state")),
        sa.CheckConstraint("who in ('resident','colleague')", name=op.f("ck_help_entries_who")),
        sa.CheckConstraint("how in ('spot','lesson')", name=op.f("ck_help_entries_how")),
        sa.CheckConstraint("before in ('first','helped','alone')", name=op.f("ck_help_entries_before")),
        sa.CheckConstraint("alone between 1 and 4", name=op.f("ck_help_entries_alone")),
        sa.CheckConstraint("minutes between 1 and 600", name=op.f("ck_help_entries_minutes")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_help_entries_person_id_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_help_entries_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_entries")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_help_entries_person_id_key")),
    )
    op.create_index("ix_help_entries_state", "help_entries", ["state", "written_at"], unique=False)
    op.create_table(
        "help_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["help_entries.id"], name=op.f("fk_help_log_entry_id_help_entries")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_help_log_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_log")),
    )
    op.create_index(op.f("ix_help_log_entry_id"), "help_log", ["entry_id"], unique=False)
    op.create_index("ix_help_log_person", "help_log", ["person_id", "at"], unique=False)
    op.create_table(
        "survey_codes",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_survey_codes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create trigger help_log_append_only before update or delete on help_log "
            "for each row execute function refuse_change()"
        )
        return
    for change in ("update", "delete"):
        op.execute(
            f"create trigger help_log_no_{change} before {change} on help_log "
            "begin select raise(abort, 'help_log is append-only'); end"
        )


def downgrade() -> None:
    op.drop_table("survey_answers")
    op.drop_table("survey_codes")
    op.drop_table("help_log")
    op.drop_table("help_entries")
