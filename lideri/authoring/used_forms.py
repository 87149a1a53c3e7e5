"""Which forms people have used, as far as a store is at hand."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from lideri.settings import read_settings
from lideri.store.tables import UsedFormRow


def used_forms(environment: Mapping[str, str]) -> dict[str, str]:
    """Form → fingerprint at first use, from the store that ``environment`` names; nothing without a store.

    Only reads: no table is made, nothing is brought up to date.
    """
    settings = read_settings(environment)
    if not settings.database_url and not (settings.data / "lideri.sqlite").is_file():
        return {}
    engine = sa.create_engine(settings.sqlalchemy_url)
    try:
        with engine.connect() as connection:
            if settings.database_url:
                connection.execute(sa.text("set search_path to lideri"))
            rows = connection.execute(sa.select(UsedFormRow.form, UsedFormRow.fingerprint)).all()
        return {row.form: row.fingerprint for row in rows}
    except sa.exc.DBAPIError:
        return {}
    finally:
        engine.dispose()
