"""Pages as HTML: what is the same for everybody is made once, what is one person's is put around it."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from nbconvert.filters.markdown import markdown2html

from lideri.hub.pages import waits_for_output

_EXERCISE = re.compile(r'[A-Z]\w*\("([A-Za-z0-9._-]+)", page\)')


@dataclass(frozen=True)
class CodeCell:
    """A cell the page's kernel runs; `number` is its place among all cells of the notebook, from 0."""

    number: int
    source: str


@dataclass(frozen=True)
class Piece:
    """A piece of a page in its order: HTML, or the place where cell `number` will show something."""

    html: str = ""
    number: int | None = None
    waits: bool = False  # keeps its place on the page until the kernel has answered
    exercise: str = ""  # the exercise that the cell shows, so that a question can say where it was asked


@dataclass(frozen=True)
class BuiltPage:
    """A notebook with its text as HTML, made once for everybody."""

    about: Mapping[str, Any]  # the notebook's `metadata["lideri"]`
    pieces: tuple[Piece, ...]
    code: tuple[CodeCell, ...]
    kernel_name: str


def build_page(notebook: Path) -> BuiltPage:
    """Read a notebook. The cells' HTML is our own (`lideri build`), so it is not escaped."""
    read: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]  # nbformat
    waiting = waits_for_output(read.cells)
    pieces, code = [], []
    for number, cell in enumerate(read.cells):
        if cell.cell_type == "code":
            named = _EXERCISE.match(cell.source)
            pieces.append(Piece(number=number, waits=number in waiting, exercise=named[1] if named else ""))
            code.append(CodeCell(number, cell.source))
        elif cell.cell_type == "markdown":
            source = cell.source
            if not source.lstrip().startswith("<"):
                source = f'<div class="prose">{markdown2html(source)}</div>'
            pieces.append(Piece(source))
    kernel = read.metadata.get("kernelspec", {}).get("name", "python3")
    return BuiltPage(read.metadata.get("lideri", {}), tuple(pieces), tuple(code), kernel)


class BuiltPages:
    """Keeps what was read until the file changes."""

    def __init__(self) -> None:
        self._pages: dict[Path, tuple[tuple[int, int], BuiltPage]] = {}
        self._lock = threading.Lock()

    def __call__(self, notebook: Path) -> BuiltPage:
        """The page of a notebook; `OSError` when there is no such file."""
        state = notebook.stat()
        stamp = (state.st_mtime_ns, state.st_size)
        with self._lock:
            known = self._pages.get(notebook)
            if known is None or known[0] != stamp:
                known = self._pages[notebook] = (stamp, build_page(notebook))
            return known[1]


class PageTemplate:
    """The one template of workbook and dashboards, compiled once. It does not escape, so every text of `frame` is."""

    def __init__(
        self,
        folders: Sequence[Path],
        base_url: str,
        page_config: Mapping[str, Any],
        *,
        styles: Sequence[str],
        watch: str,
        script: str,
    ) -> None:
        """Addresses: `styles`; `watch`, the script that watches the connection; `script`, Voila's own."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
            autoescape=False,  # noqa: S701  # see above; the content is HTML of our own
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
        )
        self._template = environment.get_template("index.html.j2")
        self._base_url = base_url
        self._page_config = dict(page_config)
        self._addresses = escaped({"styles": styles, "watch": watch, "script": script})

    def render(self, page: BuiltPage, frame: Mapping[str, Any], kernel_id: str) -> str:
        """The whole page. Without a kernel nothing of Voila's is loaded."""
        return self._template.render(
            frame=escaped(frame),
            pieces=page.pieces,
            base_url=self._base_url,
            **self._addresses,
            kernel_id=kernel_id,
            page_config={**self._page_config, "baseUrl": self._base_url, "kernelId": kernel_id},
        )


def escaped(value: Any) -> Any:
    """The same with every text in it escaped for HTML."""
    match value:
        case str():
            return escape(value)
        case Mapping():
            return {name: escaped(each) for name, each in value.items()}
        case list() | tuple():
            return [escaped(each) for each in value]
    return value
