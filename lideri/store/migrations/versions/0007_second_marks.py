"""Second, blind marks of free answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_marks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("first_id", sa.String(length=36), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.String(length=36), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["marks.id"], name=op.f("fk_second_marks_first_id_marks")),
        sa.ForeignKeyConstraint(["marked_by"], ["people.id"], name=op.f("fk_second_marks_marked_by_people")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_second_marks_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_marks")),
        sa.UniqueConstraint("submission_id", "item", name=op.f("uq_second_marks_submission_id_item")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create trigger second_marks_append_only before update or delete on second_marks "
            "for each row execute function refuse_change()"
        )
        return
    for change in ("update", "delete"):
        op.execute(
            f"create trigger second_marks_no_{change} before {change} on second_marks "
            "begin select raise(abort, 'second_marks is append-only'); end"
        )


def downgrade() -> None:
    op.drop_table("second_marks")
