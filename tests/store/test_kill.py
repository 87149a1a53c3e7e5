"""«Saglabāts» means on disk: a process that is killed outright loses nothing that it had said was saved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from lideri.settings import Settings
from lideri.store import open_store
from lideri.store.people import NewPerson

SAVING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from lideri.settings import Settings
from lideri.store import open_store

store = open_store(Settings(data=Path(sys.argv[1])))
seq = int(sys.argv[3])
while True:
    seq += 1
    saved = store.learning.save_answer(
        sys.argv[2], "2.1", f"x{seq % 7}", {"text": f"atbilde {seq}"}, seq=seq, checked=False, now=datetime.now(UTC)
    )
    print(saved.seq, flush=True)
"""


@pytest.mark.parametrize("wanted", [1, 40])
def test_every_answer_that_was_acknowledged_is_there_after_kill_9(tmp_path: Path, now: datetime, wanted: int) -> None:
    store = open_store(Settings(data=tmp_path))
    person = store.people.add(NewPerson("Vija Ozola", email="vija@novads.example"), now=now)
    store.close()
    acknowledged: list[int] = []
    for _ in range(2):  # killed, started again, killed again
        start = acknowledged[-1] + 1000 if acknowledged else 0
        with subprocess.Popen(
            [sys.executable, "-c", SAVING, str(tmp_path), person.id, str(start)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(wanted):
                acknowledged.append(int(process.stdout.readline()))
            os.kill(process.pid, signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout.read().split()]

    store = open_store(Settings(data=tmp_path))

    versions = {version.seq: version.response for version in store.learning.versions(person.id)}
    assert [versions.get(seq) for seq in acknowledged] == [{"text": f"atbilde {seq}"} for seq in acknowledged]
    current = store.learning.page_answers(person.id, "2.1")
    for name, answer in current.items():
        assert answer.seq >= max((seq for seq in acknowledged if f"x{seq % 7}" == name), default=0)
    store.close()
