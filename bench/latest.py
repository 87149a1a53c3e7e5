"""The one file that every benchmark writes its figure into."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import Any

LATEST = Path(__file__).parent / "latest.json"


def write_latest(key: str, value: dict[str, Any]) -> None:
    """Put one figure beside the others; several processes may do so at once."""
    with LATEST.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        latest = json.loads(text) if text.strip() else {}
        latest[key] = value
        file.seek(0)
        file.truncate()
        file.write(json.dumps(latest, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def read_latest() -> dict[str, Any]:
    """All figures so far."""
    return dict(json.loads(LATEST.read_text(encoding="utf-8"))) if LATEST.exists() else {}
