"""A used form is kept whole, so that people go on with what they began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("used_forms", sa.Column("content", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("used_forms", "content")
