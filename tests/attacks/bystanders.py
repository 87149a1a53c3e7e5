"""What no attack may change or read: how everybody else stands, and the keys."""

from __future__ import annotations

import html
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lideri.course.loading import project_root, read_course
from lideri.nbgrader_bridge.assignment import texts_in

_ABOUT_ANSWERS = {
    "exercise_answers": "select * from exercise_answers where person_id != ?",
    "attempts": "select * from attempts where person_id != ?",
    "attempt_answers": "select * from attempt_answers "
    "where attempt_id in (select id from attempts where person_id != ?)",
    "submissions": "select id, person_id, content, sha256, state from submissions where person_id != ?",
    "item_results": "select submission_id, item, version, outcome, points, max_points from item_results "
    "where submission_id in (select id from submissions where person_id != ?)",
    "marks": "select submission_id, item, version, total, comment from marks "
    "where submission_id in (select id from submissions where person_id != ?)",
}
SHORTEST_KEY = 12  # letters; a shorter accepted answer stands in ordinary text too


def standing_of_others(data: Path, attacker: str = "") -> dict[str, list[Any]]:
    """Answers, attempts, submissions, points and marks of everybody but ``attacker`` (a person's id; "" is nobody)."""
    with closing(sqlite3.connect(f"file:{data / 'lideri.sqlite'}?mode=ro", uri=True)) as database:
        return {
            table: sorted(database.execute(query, (attacker,)), key=repr) for table, query in _ABOUT_ANSWERS.items()
        }


@dataclass(frozen=True)
class Keys:
    """Texts that give a key of a scored item away and stand in nothing that people may read."""

    texts: tuple[str, ...]

    @classmethod
    def of_the_course(cls) -> Keys:
        root = project_root()
        files = [*(root / "course_data").rglob("*.*"), *(root / "notebooks").rglob("*.*")]
        public = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file())
        public += json.dumps(public, ensure_ascii=False)
        course, _ = read_course(root)
        found = {text for text in texts_in(course.items.values()) if len(text) >= SHORTEST_KEY and text not in public}
        return cls(tuple(sorted(found)))

    def seen_in(self, text: str) -> list[str]:
        """The keys that ``text`` shows, however it was escaped."""
        shown = {text, html.unescape(text)}
        if "\\u" in text:
            shown.add(re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text))
        return [key for key in self.texts if any(key in each for each in shown)]
