"""A person's answers put into the released notebook, as nbgrader expects a submitted one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from lideri.course.items import FreeTextResponse, SubmissionData
from lideri.nbgrader_bridge.assignment import ANSWERS_CELL, answers_source, grade_id
from lideri.nbgrader_bridge.html_text import as_preformatted
from lideri.nbgrader_bridge.notebook_json import copy_of, json_of


class Blank:
    """A released notebook, read once; gives each person's copy of it."""

    def __init__(self, released: str) -> None:
        self._json: dict[str, Any] = json.loads(released)
        self._node: NotebookNode = nbformat.reads(released, as_version=4)  # type: ignore[no-untyped-call]  # nbformat
        self._graded: dict[str, tuple[int, bool]] = {}  # cell → its place, and whether it is answered in its own source
        self._answers = -1
        for place, cell in enumerate(self._json["cells"]):
            nbgrader = cell["metadata"].get("nbgrader", {})
            if nbgrader.get("grade_id") == ANSWERS_CELL:
                self._answers = place
            elif nbgrader.get("grade"):
                self._graded[nbgrader["grade_id"]] = (place, nbgrader["solution"])

    def sources(self, submission: SubmissionData) -> dict[int, str]:
        """What the answers put where: data in one cell, and free text, escaped, in the source of its manually graded

        cell, because nbgrader gives an untouched one 0 without telling anybody.
        """
        found: dict[int, str] = {}
        answers: dict[str, Any] = {}
        for answer in submission.answers:
            place, in_source = self._graded.get(grade_id(answer.item), (-1, False))
            if place < 0 or answer.response is None:
                continue
            if not in_source:
                answers[answer.item] = {"version": answer.version, "response": answer.response.model_dump(mode="json")}
            elif isinstance(answer.response, FreeTextResponse) and answer.response.text.strip():
                found[place] = as_preformatted(answer.response.text)
        if self._answers >= 0:
            found[self._answers] = answers_source(answers)
        return found

    def filled(self, sources: Mapping[int, str], submission: str) -> NotebookNode:
        """The notebook as nbformat would read it from `text`."""
        node = copy_of(self._node)
        for place, source in sources.items():
            node.cells[place].source = source
        node.metadata["lideri"] = {"submission": submission}
        return node

    def text(self, sources: Mapping[int, str], submission: str) -> str:
        """The notebook's JSON with these sources; it says whose it is."""
        cells = [
            cell | {"source": sources[place]} if place in sources else cell
            for place, cell in enumerate(self._json["cells"])
        ]
        metadata = self._json["metadata"] | {"lideri": {"submission": submission}}
        return json_of(self._json | {"metadata": metadata}, cells)


def fill_notebook(released: str, submission: SubmissionData) -> str:
    """The released notebook's JSON with the answers in it."""
    blank = Blank(released)
    return blank.text(blank.sources(submission), submission.submission)
