"""The JSON-LD contexts a credential refers to, from the packages that `make` has installed; no network is asked.

They are part of what is signed. Without them (a start without `make`) there are no badges, and everything else works.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
NAME = "contexts.json"  # address → context, written by deploy/contexts/collect.mjs
_PROJECT = Path(__file__).resolve().parents[2]


def file() -> Path | None:
    """Where `make` has put the contexts; None when it has not."""
    folders = (Path(sys.prefix) / "contexts", _PROJECT / ".venv" / "contexts")
    return next((folder / NAME for folder in folders if (folder / NAME).is_file()), None)


@cache
def contexts() -> dict[str, Any] | None:
    """Address → context; None when they are not installed."""
    found = file()
    if found is None:
        return None
    read: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return read if {CREDENTIALS, OPEN_BADGES} <= read.keys() else None
