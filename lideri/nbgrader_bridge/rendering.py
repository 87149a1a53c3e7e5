"""What formgrader shows of an answer: text, whatever stands in the file."""

from __future__ import annotations

import html
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode

from lideri.nbgrader_bridge.html_text import as_preformatted, from_preformatted

NAMES = {"student", "first_name", "last_name"}


class ShowAnswersAsText(Preprocessor):
    """Sanitises on render.

    An answer that is not the one ``<pre>`` of the bridge is escaped whole; outputs lose everything active. Names are
    escaped too: nbgrader's page puts them in as they are.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)  # type: ignore[no-untyped-call]  # nbconvert
        self._sanitizer = SanitizeHTML(tags=["pre"], attributes={})  # type: ignore[no-untyped-call]  # nbconvert

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        for name in NAMES & resources.keys():
            resources[name] = html.escape(str(resources[name] or ""))
        result: tuple[NotebookNode, dict[str, Any]] = super().preprocess(nb, resources)  # type: ignore[no-untyped-call]
        return result

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if cell.cell_type == "code":
            self._sanitizer.preprocess_cell(cell, resources, index)  # type: ignore[no-untyped-call]  # nbconvert
        elif cell.metadata.get("nbgrader", {}).get("solution"):
            text = from_preformatted(cell.source)
            cell.source = as_preformatted(cell.source if text is None else text)
        else:
            cell.source = _escaped_tags(cell.source)
        return cell, resources


def _escaped_tags(source: str) -> str:
    """The grader's own Markdown: its lines of `as_preformatted` stay, any other «<» is text."""
    return "\n".join(
        line if from_preformatted(line) is not None else line.replace("<", "&lt;") for line in source.split("\n")
    )
