"""A person's answers put into the released notebook, as nbgrader expects a submitted one."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lideri.course.items import FreeTextResponse, SubmissionData
from lideri.errors import GradingError
from lideri.nbgrader_bridge.assignment import ANSWERS_CELL, answers_source, grade_id
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.html_text import as_preformatted
from lideri.nbgrader_bridge.running import writing

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def fill_notebook(released: str, submission: SubmissionData) -> str:
    """The released notebook's JSON with the answers in it: data in one cell, and free text, escaped, in the source of

    its manually graded cell, because nbgrader gives an untouched one 0 without telling anybody.
    """
    notebook: dict[str, Any] = json.loads(released)
    answered = {grade_id(answer.item): answer for answer in submission.answers}
    answers: dict[str, Any] = {}
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        answer = answered.get(nbgrader.get("grade_id", ""))
        if answer is None or answer.response is None or not nbgrader["grade"]:
            continue
        if not nbgrader["solution"]:
            answers[answer.item] = {"version": answer.version, "response": answer.response.model_dump(mode="json")}
        elif isinstance(answer.response, FreeTextResponse) and answer.response.text.strip():
            cell["source"] = as_preformatted(answer.response.text)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == ANSWERS_CELL:
            cell["source"] = answers_source(answers)
    notebook["metadata"]["lideri"] = {"submission": submission.submission}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_submission(course: NbgraderCourse, submission: SubmissionData, released: str, submitted_at: datetime) -> Path:
    """Put the filled notebook where nbgrader looks for it. Raises `GradingError` for an id that is no file name."""
    for name in (submission.person, submission.form):
        if not SAFE_NAME.fullmatch(name):
            raise GradingError(f"«{name}» nevar būt mapes vārds; darbs jāapskata cilvēkam")
    folder = course.submitted / submission.person / submission.form
    folder.mkdir(parents=True, exist_ok=True)
    with writing(folder / "timestamp.txt") as file:
        file.write(submitted_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC"))
    with writing(folder / f"{submission.form}.ipynb") as file:
        file.write(fill_notebook(released, submission))
    return folder


def standing(course: NbgraderCourse, person: str, form: str) -> str | None:
    """Id of the submission that stands in nbgrader's course for this person and form; None when there is none."""
    try:
        text = (course.submitted / person / form / f"{form}.ipynb").read_text(encoding="utf-8")
        known = json.loads(text)["metadata"]["lideri"]["submission"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(known)
