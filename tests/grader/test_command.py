"""`lideri grade` as an administrator runs it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lideri.cli import app
from lideri.course.loading import load_course
from lideri.settings import AttemptRules, Settings
from lideri.store import open_store
from lideri.store.people import NewPerson
from tests.nbgrader_bridge.people import NOON


@pytest.fixture(scope="module")
def course_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the real course released; made once."""
    folder = tmp_path_factory.mktemp("komanda") / "dati"
    run(folder)
    return folder


@pytest.fixture
def data(course_data_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(course_data_folder, tmp_path / "dati"))


def run(data: Path, *options: str, **environment: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(
        app, ["grade", *options], env={"LIDERI_DATA": str(data), "LIDERI_DATABASE_URL": "", **environment}
    )
    return done.exit_code, done.stdout, done.stderr.lstrip()  # where the bar was


def submit_empty(data: Path, *names: str) -> list[str]:
    """Submissions without a single answer, by people of these names."""
    form = load_course().forms["m02-a"]
    rules = AttemptRules(allowed=1, counts="best")
    store = open_store(Settings(data=data))
    ids = []
    for name in names:
        person = store.people.add(NewPerson(name=f"Vārds {name}", role="trainee", username=name), now=NOON)
        attempt = store.learning.start_attempt(person.id, "2", forms=[form.id], rules=rules, now=NOON)
        done = store.learning.submit(attempt.id, form, person_id=person.id, answered=0, rules=rules, now=NOON)
        ids.append(str(done.submission_id))
    store.close()
    return ids


def damage(data: Path, submission: str) -> None:
    with sqlite3.connect(data / "lideri.sqlite") as connection:
        connection.execute("drop trigger submissions_fixed")
        connection.execute("update submissions set content = content || ' ' where id = ?", [submission])


def test_it_says_how_many_were_graded(data: Path) -> None:
    submit_empty(data, "anna", "berta")

    assert run(data) == (0, "Novērtēti darbi: 2.\n", "")
    assert run(data) == (0, "Novērtēti darbi: 0.\n", "")


def test_one_that_cannot_be_graded_is_named_and_the_exit_code_says_so(data: Path) -> None:
    bad, _ = submit_empty(data, "anna", "berta")
    damage(data, bad)

    code, said, complained = run(data)

    assert (code, said) == (1, "Novērtēti darbi: 1.\n")
    assert complained == (
        f"Nav novērtēts: {bad} (m02-a): Iesnieguma {bad} saturs neatbilst tā kontrolsummai; "
        "tas jāapskata administratoram. Jāapskata cilvēkam.\n"
    )


def test_a_program_can_read_the_same(data: Path) -> None:
    bad, _ = submit_empty(data, "anna", "berta")
    damage(data, bad)

    code, said, _ = run(data, "--json")

    told = json.loads(said)
    assert code == 1
    assert told["graded"] == 1
    assert [(one["submission"], one["form"], one["again"]) for one in told["failed"]] == [(bad, "m02-a", False)]
    assert told["failed"][0]["reason"].startswith("Iesnieguma")
    assert told["seconds"] > 0


def test_a_scheduler_that_is_no_address_is_a_setting_to_mend(data: Path) -> None:
    code, _, complained = run(data, LIDERI_SCHEDULER="kaut kas")

    assert code == 2
    assert "LIDERI_SCHEDULER: jābūt adresei tcp://dators:ports" in complained
