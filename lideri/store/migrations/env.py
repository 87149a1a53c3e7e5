"""How Alembic reaches the store: by a connection handed over, or by the administrator's environment."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection

from lideri.settings import read_settings
from lideri.store.database import make_engine
from lideri.store.tables import Base


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = make_engine(read_settings(os.environ))
    with engine.begin() as connection:
        _run(connection)
