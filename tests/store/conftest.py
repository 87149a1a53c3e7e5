"""A store in SQLite and, where PostgreSQL's programs are there, in PostgreSQL: the same tests run on both."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lideri.course.items import Piece, ReleasedForm, ReleasedItem
from lideri.settings import AttemptRules, Settings
from lideri.store import Store, open_store
from lideri.store.people import NewPerson, Person
from tests.dying import end_with_us

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root; None: run as whoever runs the tests."""
    return "postgres" if os.geteuid() == 0 else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, ended after the tests."""
    if not BINARIES:
        pytest.skip("PostgreSQL's programs are not installed")
    user = _server_user()
    if user is not None:
        try:
            pwd.getpwnam(user)
        except KeyError:
            pytest.skip("running as root and there is no user «postgres» to run PostgreSQL as")
    binaries = BINARIES[-1]
    folder = Path(tempfile.mkdtemp(prefix="lideri-pg-"))
    if user is not None:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "lideri", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
    )
    server = subprocess.Popen(
        [binaries / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, "-c", "fsync=off"],
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=end_with_us,  # noqa: PLW1509  # one call, no lock is taken
    )
    try:
        for _ in range(200):
            asked = subprocess.run([binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
            if asked.returncode == 0:
                break
            time.sleep(0.05)
        yield f"postgresql://lideri@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty database."""
    if request.param == "sqlite":
        return Settings(data=tmp_path)
    url: str = request.getfixturevalue("postgres")
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop schema if exists lideri cascade")
    return Settings(data=tmp_path, database_url=url)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def rules() -> AttemptRules:
    return AttemptRules(allowed=2, counts="best")


@pytest.fixture
def person(store: Store) -> Person:
    return store.people.add(NewPerson("Vija Ozola", email="vija.ozola@novads.example"), now=NOW)


@pytest.fixture
def somebody(store: Store) -> Callable[..., Person]:
    """Makes people: `somebody(role="trainer")`."""
    numbers = itertools.count(1)

    def make(**changes: object) -> Person:
        number = next(numbers)
        return store.people.add(
            NewPerson(**{"name": f"Cilvēks {number}", "email": f"c{number}@novads.example", **changes}),  # type: ignore[arg-type]
            now=NOW,
        )

    return make


@pytest.fixture
def form() -> ReleasedForm:
    return a_form("m02-a")


@pytest.fixture
def submitted(store: Store, person: Person, form: ReleasedForm, rules: AttemptRules) -> str:
    """The id of a submission with one choice and one text."""
    attempt = store.learning.start_attempt(person.id, "2", forms=["m02-a", "m02-b"], rules=rules, now=NOW)
    for item, response in (
        ("m02-a.izvele", {"kind": "single_choice", "choice": "a"}),
        ("m02-a.teksts", {"kind": "free_text", "text": "Nomierinu un palīdzu piezvanīt bankai."}),
    ):
        store.learning.save_attempt_answer(
            attempt.id, item, 1, response, person_id=person.id, seq=1, rules=rules, now=NOW
        )
    done = store.learning.submit(attempt.id, form, person_id=person.id, answered=2, rules=rules, now=NOW)
    assert done.submission_id is not None
    return done.submission_id


def a_form(form_id: str) -> ReleasedForm:
    return ReleasedForm(
        id=form_id,
        module="2",
        title="2. moduļa darbs",
        minutes=30,
        explain="after_submit",
        items=(
            ReleasedItem(
                id=f"{form_id}.izvele",
                version=1,
                kind="single_choice",
                submodule="2.1",
                stem="Ko dari vispirms?",
                points=1,
                options=(Piece(id="a", text="Piezvanu"), Piece(id="b", text="Atbildu")),
            ),
            ReleasedItem(
                id=f"{form_id}.teksts",
                version=1,
                kind="free_text",
                submodule="2.1",
                stem="Ko teiksi klientam?",
                points=6,
                max_words=200,
            ),
        ),
    )
