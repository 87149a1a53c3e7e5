"""Opening the store: what it promises to keep, and what it says when it cannot."""

from __future__ import annotations

import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from lideri.errors import DatabaseTooNew, DatabaseUnreachable, DataFolderNotWritable, StoreBusy
from lideri.settings import Settings
from lideri.store import Store, database, open_store
from lideri.store.people import NewPerson
from lideri.store.tables import Base


def test_what_was_written_is_there_when_the_store_is_opened_again(settings: Settings, now: datetime) -> None:
    first = open_store(settings)
    person = first.people.add(NewPerson("Ilze Kalniņa", email="ilze@novads.example"), now=now)
    first.close()

    second = open_store(settings)

    assert second.people.get(person.id) == person
    second.close()


def test_the_migrations_make_exactly_the_tables_that_the_program_uses(store: Store) -> None:
    with store.database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_two_programs_that_open_a_new_store_at_once_both_get_it(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(lambda _: open_store(settings), range(4)))

    assert [store.people.everybody() for store in stores] == [[], [], [], []]
    for store in stores:
        store.close()


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(settings: Settings) -> None:
    open_store(settings).close()
    engine = database.make_engine(settings)
    with engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))

    with pytest.raises(DatabaseTooNew, match=r"jaunāka programmas versija \(shēma 9999\)"):
        open_store(settings)

    with engine.begin() as connection:
        assert connection.execute(sa.text("select version_num from alembic_version")).scalar() == "9999"
    engine.dispose()


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "datne").write_text("te jau ir datne")

    with pytest.raises(DataFolderNotWritable, match=r"datne/mape nevar rakstīt .*LIDERI_DATA"):
        open_store(Settings(data=tmp_path / "datne" / "mape"))


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "lideri.sqlite"
    file.write_text("Šis nav datubāzes fails. " * 100)

    with pytest.raises(DatabaseUnreachable, match="nav datubāze"):
        open_store(Settings(data=tmp_path))

    assert file.read_text().startswith("Šis nav datubāzes fails.")


def test_an_unreachable_database_is_named_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(data=tmp_path, database_url=f"postgresql://lideri:slepens@127.0.0.1:{port}/lideri")

    with pytest.raises(DatabaseUnreachable, match="LIDERI_DATABASE_URL") as refused:
        open_store(settings)

    assert "slepens" not in str(refused.value)


def test_sqlite_waits_for_the_disk_and_checks_references(tmp_path: Path) -> None:
    store = open_store(Settings(data=tmp_path))

    with store.database.engine.connect() as connection:
        answers = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.close()


def test_a_locked_database_is_asked_again_and_then_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    store = open_store(Settings(data=tmp_path))
    other = sqlite3.connect(tmp_path / "lideri.sqlite", isolation_level=None)
    other.execute("begin immediate")

    with pytest.raises(StoreBusy, match="iepriekš saglabātais ir drošībā"):
        store.people.add(NewPerson("Ilze", email="ilze@novads.example"), now=now)

    other.execute("rollback")
    other.close()
    assert store.people.add(NewPerson("Ilze", email="ilze@novads.example"), now=now).name == "Ilze"
    store.close()


def test_a_lock_that_goes_away_in_time_is_never_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    other = None

    def lock_goes_away(_seconds: float) -> None:
        assert other is not None
        other.execute("rollback")

    opened = database.open_database(Settings(data=tmp_path))
    store = Store(database.Database(opened.engine, pause=lock_goes_away))
    other = sqlite3.connect(tmp_path / "lideri.sqlite", isolation_level=None)
    other.execute("begin immediate")

    person = store.people.add(NewPerson("Ilze", email="ilze@novads.example"), now=now)

    assert store.people.get(person.id) == person
    other.close()
    store.close()


def test_a_full_disk_says_what_to_do_and_loses_nothing(tmp_path: Path, now: datetime) -> None:
    store = open_store(Settings(data=tmp_path))
    person = store.people.add(NewPerson("Ilze", email="ilze@novads.example"), now=now)
    store.learning.save_answer(person.id, "2.1", "x", {"text": "pirms"}, seq=1, checked=False, now=now)

    @sa.event.listens_for(store.database.engine, "begin")
    def _no_more_room(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("pragma page_count").scalar()
        connection.exec_driver_sql(f"pragma max_page_count={pages}")

    with pytest.raises(StoreBusy, match=r"Diskā vairs nav vietas.*administratoram"):
        for seq in range(2, 500):
            store.learning.save_answer(person.id, "2.1", "x", {"text": "pēc" * 2000}, seq=seq, checked=False, now=now)

    kept = store.learning.page_answers(person.id, "2.1")["x"]
    assert kept.response in ({"text": "pirms"}, {"text": "pēc" * 2000})
    assert store.learning.versions(person.id)[0].response == {"text": "pirms"}
    assert store.learning.versions(person.id)[-1].seq == kept.seq
    store.close()
