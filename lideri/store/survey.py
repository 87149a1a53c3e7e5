"""The resident's anonymous answers: a code opens the questions once, and nothing leads from an answer to anybody.

A code is kept as a hash with a region and a last day; who asked for it is not kept, and a used one is deleted. An
answer is kept with the week and the region; it has a random id, no time, no order and no link to a code, an entry or a
helper.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lideri.errors import LinkUsedOrExpired
from lideri.store.database import Database
from lideri.store.tables import SurveyAnswerRow, SurveyCodeRow

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another: no 0 O 1 I L
LENGTH = 8
_USED = "Kods neder: tas jau ir izmantots, tā laiks ir beidzies vai kāda zīme nav pareiza. Pārbaudiet to uz lapiņas."


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """``alone``: «pats», «gandriz» or «vel-ne»; ``done``: «area.activity» of what was ticked."""

    alone: str
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    week: str  # 2026-W47
    region: str
    answer: SurveyAnswer


class Survey:
    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        self._database = database
        self._new_id = new_id

    def make_code(self, *, region: str, today: date, days: int) -> str:
        """A new code, as it is written: «K7QM-4RTX». Codes whose time is over are forgotten on the way."""
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        last = (today + timedelta(days=days)).isoformat()

        def work(session: Session) -> None:
            session.execute(delete(SurveyCodeRow).where(SurveyCodeRow.last_day < today.isoformat()))
            session.add(SurveyCodeRow(code_sha256=_hash(code), region=region, last_day=last))

        self._database.write(work)
        return f"{code[:4]}-{code[4:]}"

    def is_open(self, code: str, *, today: date) -> bool:
        return self._database.read(lambda session: _code(session, code, today) is not None)

    def answer(self, code: str, given: SurveyAnswer, *, today: date) -> None:
        """Keep the answers and forget the code, in one step. `LinkUsedOrExpired` for a code that opens nothing."""
        answer_id = self._new_id()
        year, week, _ = today.isocalendar()

        def work(session: Session) -> None:
            # One statement finds and forgets the code, so that two who come at once cannot both use it.
            taken = session.execute(
                delete(SurveyCodeRow)
                .where(SurveyCodeRow.code_sha256 == _hash(code), SurveyCodeRow.last_day >= today.isoformat())
                .returning(SurveyCodeRow.region)
            ).first()
            if taken is None:
                raise LinkUsedOrExpired(_USED)
            session.add(
                SurveyAnswerRow(
                    id=answer_id,
                    week=f"{year}-W{week:02d}",
                    region=taken.region,
                    answers={"alone": given.alone, "done": sorted(given.done)},
                )
            )

        self._database.write(work)

    def answers(self) -> list[StoredAnswer]:
        """All answers, in the order of weeks and regions and then by chance."""

        def work(session: Session) -> list[StoredAnswer]:
            rows = session.scalars(
                select(SurveyAnswerRow).order_by(SurveyAnswerRow.week, SurveyAnswerRow.region, SurveyAnswerRow.id)
            )
            return [
                StoredAnswer(row.week, row.region, SurveyAnswer(str(row.answers["alone"]), tuple(row.answers["done"])))
                for row in rows
            ]

        return self._database.read(work)


def region_to_keep(region: str, learners: Mapping[str, int] | Counter[str], least: int) -> str:
    """The region, where enough people learn that it leads to nobody; else none."""
    return region if region and learners.get(region, 0) >= least else ""


def typed_code(text: str) -> str:
    """A code as it is kept, however it was typed: small letters, spaces, any hyphen."""
    return "".join(each for each in text.upper() if each.isalnum())


def _hash(code: str) -> str:
    return hashlib.sha256(f"aptauja:{typed_code(code)}".encode()).hexdigest()


def _code(session: Session, code: str, today: date) -> SurveyCodeRow | None:
    row = session.get(SurveyCodeRow, _hash(code)) if len(typed_code(code)) == LENGTH else None
    return row if row is not None and row.last_day >= today.isoformat() else None
