"""Checking a stranger's file in a process of its own, with little time and little memory.

A PDF of a few kilobytes may unpack to gigabytes; that then ends a helper process, not the page somebody works on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from lideri.signatures import MOST_BYTES, Findings, check, words

MEMORY = 1024 * 1024 * 1024  # bytes of address space
SECONDS = 15
TOO_HARD = "Šo datni pārbaudīt neizdevās: tā ir pārāk sarežģīta vai bojāta."


def check_apart(data: bytes, name: str, *, seconds: float = SECONDS) -> dict[str, Any]:
    """What `words.told` says about the file; never raises and never lasts much longer than ``seconds``."""
    if len(data) > MOST_BYTES:
        return words.told(Findings(name, "none", problem="Datne ir lielāka par 5 MB. Izvēlies mazāku."))
    try:
        run = subprocess.run(  # noqa: S603  # our own module in our own interpreter
            [sys.executable, "-m", "lideri.signatures.apart", name[:200].replace("\x00", "")],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
        told: dict[str, Any] = json.loads(run.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return words.told(Findings(name, "none", problem=TOO_HARD))
    return told


def main() -> None:
    """Reads a file from stdin, writes what was found to stdout."""
    _limit()
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    found = check(sys.stdin.buffer.read(MOST_BYTES + 1), name, datetime.now(UTC))
    sys.stdout.write(json.dumps({**words.told(found), "remark": words.remark(found)}))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows: the time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    main()
