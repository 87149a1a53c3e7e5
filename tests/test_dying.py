"""A killed test run leaves no system, no server and no database behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernels.kernel import runs, until

ROOT = Path(__file__).parents[1]
STARTS_ONE = """
import subprocess, sys, time
from tests.dying import end_with_us
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], preexec_fn=end_with_us).pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a process that its parent has ended")
def test_what_a_test_has_started_ends_when_the_tests_are_killed() -> None:
    tests = subprocess.Popen([sys.executable, "-c", STARTS_ONE], stdout=subprocess.PIPE, cwd=ROOT)
    assert tests.stdout is not None
    with tests.stdout as said:
        started = int(said.readline())
    assert runs(started)

    tests.kill()
    tests.wait()

    until(lambda: not runs(started))
