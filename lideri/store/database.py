"""The connection to the store's database: how it is opened, and what a short transaction is."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import event
from sqlalchemy.orm import Session

from lideri.errors import DatabaseTooNew, DatabaseUnreachable, DataFolderNotWritable, StoreBusy
from lideri.settings import Settings

Result = TypeVar("Result")

SCHEMA = "lideri"  # in PostgreSQL; nbgrader's gradebook has one of its own
BUSY_SECONDS = 2.0  # how long SQLite itself waits for another writer, each try
TRIES = 3
_WRITES = "lideri_writes"
_ONE_AT_A_TIME = 0x6C696465  # key of PostgreSQL's advisory lock while migrating: "lide"

BUSY = "Datubāze pašlaik ir aizņemta. Pagaidi dažas sekundes un mēģini vēlreiz; iepriekš saglabātais ir drošībā."
FULL = (
    "Diskā vairs nav vietas, tāpēc saglabāt nevar. Iepriekš saglabātais ir drošībā. "
    "Neaizver lapu un pasaki kursa administratoram, lai atbrīvo vietu diskā."
)
GONE = "Datubāze nav sasniedzama. Pagaidi minūti un mēģini vēlreiz; iepriekš saglabātais ir drošībā."


class Database:
    """Runs pieces of work as short transactions. A piece may be run again, so it must not touch anything else."""

    def __init__(self, engine: sa.Engine, *, pause: Callable[[float], None] = time.sleep) -> None:
        self.engine = engine
        self._pause = pause
        self._writing = engine.execution_options(**{_WRITES: True})

    def write(self, work: Callable[[Session], Result]) -> Result:
        """What `work` returns, once it is on disk. Raises `StoreBusy` when the database cannot take it now."""
        for attempt in range(TRIES):
            try:
                with self._session(self._writing) as session, session.begin():
                    return work(session)
            except (sa.exc.OperationalError, sa.exc.InternalError) as error:
                trouble = _trouble(error)
                if trouble is None:
                    raise
                if trouble is not BUSY or attempt == TRIES - 1:
                    raise StoreBusy(trouble) from error
                self._pause(0.05 * 4**attempt)
        raise StoreBusy(BUSY)

    def write_once(self, work: Callable[[Session], Result]) -> Result:
        """`write` for work that looks for its own key first: of two of the same that arrive together, the second is
        refused by the key's index, and then finds the first."""
        try:
            return self.write(work)
        except sa.exc.IntegrityError:
            return self.write(work)

    def read(self, work: Callable[[Session], Result]) -> Result:
        """What `work` returns, from one consistent state of the database."""
        try:
            with self._session(self.engine) as session, session.begin():
                return work(session)
        except (sa.exc.OperationalError, sa.exc.InternalError) as error:
            trouble = _trouble(error)
            if trouble is None:
                raise
            raise StoreBusy(trouble) from error

    @contextmanager
    def _session(self, engine: sa.Engine) -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def _trouble(error: sa.exc.DBAPIError) -> str | None:
    """What to tell people when the database cannot work now; None for a mistake of the program."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return BUSY
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return FULL
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            return GONE
        return None
    state = getattr(cause, "sqlstate", None)
    if state in ("40001", "40P01", "55P03"):  # serialisation, deadlock, lock not available
        return BUSY
    if state == "53100":
        return FULL
    if state is None or state[:2] in ("08", "53", "57"):  # connection lost, out of resources, being shut down
        return GONE
    return None


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def open_database(settings: Settings) -> Database:
    """The database, brought to this version's tables. Raises the `SettingsError`s that `open_store` names."""
    if not settings.database_url:
        _make_data_folder(settings.data)
    engine = make_engine(settings)
    try:
        _migrate(engine)
    except sa.exc.DBAPIError as error:
        engine.dispose()
        if not settings.database_url and isinstance(error.orig, sqlite3.Error):
            if "not a database" in str(error.orig):
                raise DatabaseUnreachable(
                    f"Datne {settings.data / 'lideri.sqlite'} nav datubāze. Atjauno to no rezerves kopijas."
                ) from error
            raise DataFolderNotWritable(
                f"Datubāzi mapē {settings.data} nevar rakstīt. Piešķir mapei un tās datnēm rakstīšanas tiesības "
                "vai norādi citu mapi ar LIDERI_DATA."
            ) from error
        raise DatabaseUnreachable(
            f"Datubāze {_without_password(engine.url)} nav sasniedzama. "
            "Pārbaudi LIDERI_DATABASE_URL un vai datubāzes serveris darbojas."
        ) from error
    except BaseException:
        engine.dispose()
        raise
    return Database(engine)


def make_engine(settings: Settings) -> sa.Engine:
    """An engine that keeps the store's promises: a commit is on disk, a write takes its lock at the start."""
    if settings.database_url:
        return sa.create_engine(
            settings.sqlalchemy_url,
            pool_pre_ping=True,
            connect_args={"options": f"-csearch_path={SCHEMA}", "connect_timeout": 5},
        )
    engine = sa.create_engine(settings.sqlalchemy_url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A transaction that turns from reading to writing cannot wait for its turn; one that begins as a writer can.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make_data_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DataFolderNotWritable(
            f"Mapē {folder} nevar rakstīt ({error.strerror}). "
            "Piešķir rakstīšanas tiesības vai norādi citu mapi ar LIDERI_DATA."
        ) from error


def _without_password(url: sa.URL) -> str:
    return url.render_as_string(hide_password=True)


# ── migrations ──────────────────────────────────────────────────────────────────────────────────────────────────────


def alembic_config(attributes: Mapping[str, Any] | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes.update(attributes or {})
    return config


def _migrate(engine: sa.Engine) -> None:
    """Bring the tables to this version, in one transaction; two processes that start at once take turns."""
    config = alembic_config()
    scripts = ScriptDirectory.from_config(config)
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
            connection.execute(sa.text(f"create schema if not exists {SCHEMA}"))
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None:
            try:
                scripts.get_revision(current)
            except CommandError:
                raise DatabaseTooNew(
                    f"Datubāzi {_without_password(engine.url)} ir veidojusi jaunāka programmas versija "
                    f"(shēma {current}). Atjaunini programmu vai norādi citu mapi ar LIDERI_DATA. Dati nav mainīti."
                ) from None
        if current != scripts.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
