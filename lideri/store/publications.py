"""What was published about the whole programme; fixed once written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lideri.store.database import Database
from lideri.store.tables import PublicationRow


@dataclass(frozen=True, slots=True)
class Published:
    day: date
    content: Mapping[str, Any]


class Publications:
    """Figures by name and day; the first ones written for a day stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, name: str) -> Published | None:
        """What was published last under `name`."""

        def work(session: Session) -> Published | None:
            row = session.scalar(
                select(PublicationRow).where(PublicationRow.name == name).order_by(PublicationRow.day.desc()).limit(1)
            )
            return Published(date.fromisoformat(row.day), row.content) if row else None

        return self._database.read(work)

    def publish(self, name: str, day: date, content: Mapping[str, Any], *, now: datetime) -> None:
        """Publish for `day`; if that was done already, nothing changes."""

        def work(session: Session) -> None:
            if session.get(PublicationRow, (name, day.isoformat())) is None:
                session.add(PublicationRow(name=name, day=day.isoformat(), content=dict(content), made_at=now))

        self._database.write(work)
