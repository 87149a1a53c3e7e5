"""The table in README.md: every attack has a test that exists, and every test here is in it."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_the_table_names_every_attack_and_every_test_exists() -> None:
    rows = re.findall(r"^\| (\d+) \|.*`([\w/.]+)::(\w+)` \|$", (HERE / "README.md").read_text(encoding="utf-8"), re.M)
    named = [(HERE / file if "/" not in file else ROOT / file, test) for _, file, test in rows]
    here = {
        (file, test)
        for file in HERE.glob("test_*.py")
        if file != Path(__file__)
        for test in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.M)
    }

    assert [int(number) for number, _, _ in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 25
    assert [str(file) for file, test in named if f"def {test}(" not in file.read_text(encoding="utf-8")] == []
    assert here - set(named) == set()
