"""A person asks for their data, or to be erased: what is given out, what is gone, and what must stay."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lideri.errors import AlreadyRunning, NotFound, RefusedError
from lideri.grader.app import only_grader
from lideri.hub.person_data import erase_person, export_person
from lideri.settings import Settings
from lideri.store import Store, open_store
from lideri.store.people import Person
from lideri.store.tables import Base, CertificateRow, HelpEntryRow, PersonRow

pytestmark = pytest.mark.hub


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, copy_of_the_demonstration: Callable[[Path], Path]) -> Path:
    return copy_of_the_demonstration(tmp_path_factory.mktemp("persona") / "dati")


@pytest.fixture(scope="module")
def store(data: Path) -> Iterator[Store]:
    opened = open_store(Settings(data=data))
    yield opened
    opened.close()


def somebody_busy(store: Store) -> Person:
    """The trainee with most of everything: a certificate, works, entries."""
    with store.database.engine.connect() as connection:
        certified = list(
            connection.scalars(sa.select(CertificateRow.person_id).where(CertificateRow.revoked_at.is_(None)))
        )
    return max(
        (store.people.get(one) for one in certified), key=lambda one: (len(store.help_log.entries_of(one)), one.id)
    )


def everything_in(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    with sqlite3.connect(database) as connection:
        tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        return {table: sorted(connection.execute(f'select * from "{table}"'), key=repr) for table in tables}


def triggers(data: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(data / "lideri.sqlite") as connection:
        return connection.execute("select name, sql from sqlite_master where type = 'trigger' order by name").fetchall()


def mentions(data: Path, words: list[str]) -> list[str]:
    """Where in the whole data folder, databases and files, one of the words still stands."""
    found = []
    for file in data.rglob("*"):
        if not file.is_file() or "logs" in file.parts:
            continue
        if any(word in file.as_posix() for word in words):
            found.append(file.as_posix())
        content = file.read_bytes()  # of a database too: what was deleted may still stand in its free pages
        found += [file.as_posix() for word in words if word.encode() in content]
    return found


def test_whoever_asks_gets_everything_of_their_own_and_nothing_of_others_and_no_key(store: Store) -> None:
    person = somebody_busy(store)

    given = export_person(store, person.username)

    assert given["konts"]["name"] == person.name
    for part in ("vingrinājumi", "mēģinājumi", "iesniegtie darbi", "rezultāti", "palīdzības ieraksti", "apliecības"):
        assert given[part], part
    text = json.dumps(given, ensure_ascii=False)
    for other in store.people.everybody(with_demo=True):
        assert other.id == person.id or (other.name not in text and other.id not in text)
    assert not any(word in text for word in ("password_hash", "right_answer", '"detail"', '"why"'))


def test_nobody_is_erased_by_mistake(data: Path, store: Store) -> None:
    settings = Settings(data=data)
    trainee = somebody_busy(store)
    before = everything_in(data / "lideri.sqlite")

    with pytest.raises(RefusedError, match="Dzēst var tikai dalībnieku"):
        erase_person(settings, store, "pasniedzejs")
    with pytest.raises(NotFound, match="Pārbaudi, kā tas rakstīts"):
        erase_person(settings, store, "nav-tada@pagasts.example")
    with only_grader(settings), pytest.raises(AlreadyRunning):
        erase_person(settings, store, trainee.username)
    environment = {**os.environ, "LIDERI_DATA": str(data)}
    command = [sys.executable, "-m", "lideri.cli", "person", "erase", trainee.username]
    asked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert asked.returncode == 1 and "pievieno --yes" in asked.stderr
    assert everything_in(data / "lideri.sqlite") == before


def test_the_erased_person_is_nowhere_and_what_the_programme_counts_is_still_there(data: Path, store: Store) -> None:
    person = somebody_busy(store)
    store.notes.ask(person, "Mans vārds te arī ir.", page="2.1", exercise="", key="0" * 36, now=person.created_at)
    helped = [one for one in store.help_log.entries_of(person) if one.state == "confirmed"]
    certificate = store.certificates.of_person(person.id)[0].code
    before, guards = everything_in(data / "lideri.sqlite"), triggers(data)
    words = [person.name, person.username, person.email or person.username, certificate, "Mans vārds te arī ir."]
    assert mentions(data, words)

    erase_person(Settings(data=data), store, person.username)

    assert mentions(data, words) == []
    assert not list((data / "course").rglob(f"*{person.id}*"))
    assert person.id not in repr(everything_in(data / "gradebook.sqlite"))
    with store.database.engine.connect() as connection:
        row = connection.execute(sa.select(PersonRow).where(PersonRow.id == person.id)).one()
        assert (row.name, row.email, row.active, row.password_hash) == ("Dzēsts cilvēks", None, False, None)
        entries = connection.execute(sa.select(HelpEntryRow).where(HelpEntryRow.person_id == person.id)).all()
        earned = connection.execute(sa.select(CertificateRow).where(CertificateRow.person_id == person.id)).all()
    assert len(entries) == len(helped) and {(one.note, one.question, one.answer) for one in entries} == {("", "", "")}
    assert [one.content["name"] for one in earned] == ["Dzēsts cilvēks"] and earned[0].revoked_at is None
    after = everything_in(data / "lideri.sqlite")
    others = {table: [row for row in rows if person.id not in repr(row)] for table, rows in before.items()}
    for table in ("people", "memberships", "answer_log", "submissions", "help_entries", "certificates", "events"):
        assert set(others[table]) <= set(after[table]), f"somebody else's row is gone from {table}"
    assert triggers(data) == guards
    for table in ("answer_log", "submissions", "help_log", "events"):
        with sqlite3.connect(data / "lideri.sqlite") as connection, pytest.raises(sqlite3.DatabaseError):
            connection.execute(f"delete from {table}")


def test_no_table_that_names_a_person_is_forgotten() -> None:
    """Whoever adds a table has to say here what is given out and what is erased."""
    named = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name in ("people", "submissions", "attempts") for key in table.foreign_keys)
    }

    assert named == {
        *("cohort_trainers", "memberships", "login_links", "exercise_answers", "attempts", "attempt_answers"),
        *("answer_log", "submissions", "item_results", "marks", "second_marks", "events", "question_threads"),
        *("question_messages", "problem_reports", "certificates", "help_entries", "help_log"),
    }
