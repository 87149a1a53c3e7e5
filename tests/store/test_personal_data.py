"""What the store gives out of one person, and what it lets go of, in both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa

from lideri.errors import RefusedError
from lideri.store import Store
from lideri.store.people import Person
from lideri.store.tables import EventRow, PersonRow, QuestionMessageRow

KEY = "00000000-0000-4000-8000-00000000000{}"


def test_an_erased_person_leaves_nothing_written_and_another_one_everything(
    store: Store, person: Person, somebody: Callable[..., Person], now: datetime
) -> None:
    other = somebody(role="trainee")
    for number, writer in enumerate((person, other)):
        store.notes.ask(writer, f"Jautā {writer.name}", page="2.1", exercise="", key=KEY.format(number), now=now)

    given = store.personal_data.export(person.id)
    store.personal_data.erase(person.id)

    assert [line["text"] for line in given["jautājumu teksti"]] == [f"Jautā {person.name}"]
    assert given["jautājumu teksti"][0]["raksta"] == "tu"
    assert store.people.by_email("vija.ozola@novads.example") is None
    with store.database.engine.connect() as connection:
        assert list(connection.scalars(sa.select(QuestionMessageRow.text))) == [f"Jautā {other.name}"]
        row = connection.execute(sa.select(PersonRow).where(PersonRow.id == person.id)).one()
        assert (row.name, row.active, row.email) == ("Dzēsts cilvēks", False, None)


def test_what_only_grows_refuses_again_once_somebody_was_erased(store: Store, person: Person, now: datetime) -> None:
    with store.database.engine.begin() as connection:
        connection.execute(sa.insert(EventRow).values(at=now, kind="login", subject="", detail={}))

    store.personal_data.erase(person.id)

    with pytest.raises(sa.exc.DBAPIError), store.database.engine.begin() as connection:
        connection.execute(sa.delete(EventRow))


def test_who_teaches_or_leads_is_not_erased(store: Store, somebody: Callable[..., Person]) -> None:
    for role in ("trainer", "lead_trainer", "programme_lead", "admin"):
        one = somebody(role=role)

        with pytest.raises(RefusedError):
            store.personal_data.require_erasable(one.id)
        with pytest.raises(RefusedError):
            store.personal_data.erase(one.id)

        assert store.people.get(one.id).name == one.name
