"""Starting and ending: what is checked first, what is left behind, and what a killed run leaves for the next."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lideri.hub.processes import MARK, end_own, own_processes
from tests.hub.system import RunningSystem, free_port, run_serve

pytestmark = pytest.mark.hub
LEAVES_AN_HEIR = """
import signal, subprocess, sys
def heir(*_):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    sys.exit()
signal.signal(signal.SIGTERM, heir)
print("ready", flush=True)
signal.pause()
"""


def test_a_taken_port_is_one_sentence_and_nothing_is_touched(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ended = run_serve(tmp_path / "var", port)

    assert ended.returncode == 2
    assert f"Portu {port} nevar lietot" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "var").exists()


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    # A file where the folder should be: not writable for root either.
    (tmp_path / "var").write_text("")

    ended = run_serve(tmp_path / "var" / "data", free_port())

    assert ended.returncode == 2
    assert "nevar rakstīt" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_without_permission_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o500)

    ended = run_serve(folder, free_port())

    assert ended.returncode == 2
    assert "nevar rakstīt" in ended.stderr


def test_a_database_of_a_newer_version_is_refused_and_untouched(tmp_path: Path) -> None:
    data = tmp_path / "var"
    data.mkdir()
    with sqlite3.connect(data / "lideri.sqlite") as database:
        database.execute("create table alembic_version (version_num varchar(32) primary key)")
        database.execute("insert into alembic_version values ('9999_no_nakotnes')")
    database.close()
    before = (data / "lideri.sqlite").read_bytes()

    ended = run_serve(data, free_port())

    assert ended.returncode == 2
    assert "jaunāka programmas versija" in ended.stderr
    assert (data / "lideri.sqlite").read_bytes()[100:] == before[100:]  # the header's counters may change


def test_an_unreachable_database_is_one_sentence(tmp_path: Path) -> None:
    address = f"postgresql://lideri:slepeni@127.0.0.1:{free_port()}/lideri"

    ended = run_serve(tmp_path / "var", free_port(), LIDERI_DATABASE_URL=address)

    assert ended.returncode == 2
    assert "nav sasniedzama" in ended.stderr
    assert "slepeni" not in ended.stderr


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    ended = run_serve(tmp_path / "var", 99999999)

    assert ended.returncode == 2
    assert "LIDERI_PORT" in ended.stderr


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system without the demonstration: it starts quicker."""
    running = RunningSystem(tmp_path_factory.mktemp("empty") / "var", environment={"LIDERI_DEMO": "0"})
    try:
        yield running
    finally:
        running.end_everything()


def test_without_the_demonstration_one_administrator_gets_a_link(empty: RunningSystem) -> None:
    empty.start()

    link = next(line.strip() for line in empty.output.splitlines() if "/services/lideri/ievads/" in line)
    with empty.client() as nobody:
        answer = nobody.get(link)

    assert link.startswith(empty.base_url)
    assert answer.status_code == 200
    assert "parole visiem" not in empty.output


def test_a_second_start_on_the_same_folder_is_refused(empty: RunningSystem) -> None:
    ended = run_serve(empty.data, free_port(), LIDERI_DEMO="0")

    assert ended.returncode == 2
    assert "jau darbojas" in ended.stderr
    with empty.client() as nobody:
        assert nobody.get("/hub/health").status_code == 200


def test_secrets_are_for_this_user_only(empty: RunningSystem) -> None:
    for name in ("secret", "cookie_secret"):
        assert (empty.data / "run" / name).stat().st_mode & 0o077 == 0, name
    assert (empty.data / "run").stat().st_mode & 0o077 == 0


def test_a_killed_run_is_tidied_up_by_the_next_start(empty: RunningSystem) -> None:
    empty.kill()
    left = {process.pid for process in empty.processes()}

    empty.start()

    assert left
    assert not left & {process.pid for process in empty.processes()}


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_asked_to_end_it_leaves_no_process(empty: RunningSystem, number: int) -> None:
    code = empty.stop(number)

    assert code == 0
    assert empty.processes() == []


def test_ctrl_c_ends_it_too(empty: RunningSystem) -> None:
    empty.start()

    code = empty.stop(signal.SIGINT)

    assert code == 0
    assert empty.processes() == []


def test_what_is_started_while_the_rest_is_ended_is_ended_too(tmp_path: Path) -> None:
    environment = os.environ | {MARK: str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", LEAVES_AN_HEIR], env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()

        end_own(tmp_path)
        left = own_processes(tmp_path)

    for each in left:
        each.kill()
    assert left == []
