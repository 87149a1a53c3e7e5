"""Starting the service by hand: one sentence and exit code 2 when it cannot, a clean end when told to stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from lideri.answers.app import main


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"LIDERI_SECRET": ""}, "LIDERI_SECRET nav iestatīts"),
        ({"JUPYTERHUB_SERVICE_URL": ""}, "JUPYTERHUB_SERVICE_URL nav iestatīts"),
        ({"LIDERI_PORT": "x"}, "LIDERI_PORT: jābūt veselam skaitlim"),
        ({"LIDERI_DATA": "/proc/nevar/rakstit"}, "nevar rakstīt"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, str], said: str
) -> None:
    environment = {
        "LIDERI_SECRET": "s",
        "LIDERI_DATA": str(tmp_path),
        "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:1/",
    } | changes

    code = main(environment)

    told = capsys.readouterr().err
    assert code == 2
    assert said in told
    assert "Traceback" not in told


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "LIDERI_SECRET": "s",
        "LIDERI_DATA": str(tmp_path),
        "LIDERI_DATABASE_URL": "",
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}/services/lideri/",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/lideri/",
        "JUPYTERHUB_API_TOKEN": "t",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "lideri.answers"], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "answers listens" in line:
                break
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/services/lideri/health", timeout=20) as answer:
            status = answer.status
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert (status, process.returncode) == (200, 0)
