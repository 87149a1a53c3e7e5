"""Notebooks as text, quickly: cells that were written before are not written again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from nbformat import NotebookNode
from nbformat.v4.rwbase import split_lines

LONGEST_KEPT = 8_000  # characters; the cells of a form are shorter


def text_of(node: Mapping[str, Any]) -> str:
    """What nbformat and nbgrader's `NotebookExporter` write for a notebook that nbformat has read, to the byte."""
    return _whole(node, [_remembered(_cell_text, cell) for cell in node["cells"]])


def json_of(notebook: Mapping[str, Any], cells: Sequence[Mapping[str, Any]]) -> str:
    """A notebook that is JSON already, with these cells, written as it stands."""
    return _whole(notebook, [_remembered(_json_text, cell) for cell in cells])


def copy_of(node: NotebookNode) -> NotebookNode:
    """A notebook of its own. Several times quicker than `copy.deepcopy`, which looks for cycles."""
    copied: NotebookNode = _copy(node)
    return copied


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        node = NotebookNode()  # type: ignore[no-untyped-call]  # nbformat
        dict.update(node, {name: _copy(part) for name, part in value.items()})
        return node
    return [_copy(part) for part in value] if isinstance(value, list) else value


def _whole(notebook: Mapping[str, Any], cells: Sequence[str]) -> str:
    around = _written({name: value for name, value in notebook.items() if name != "cells"})
    listed = "[\n" + ",\n".join(cells) + "\n ]" if cells else "[]"
    return '{\n "cells": ' + listed + "," + around[1:] + "\n"  # «cells» sorts before all else that a notebook has


def _remembered(write: Callable[[str], str], cell: Mapping[str, Any]) -> str:
    """By what the cell says, so that it does not matter who changed it. Long texts are one person's: not kept."""
    compact = json.dumps(cell, ensure_ascii=False)
    return write(compact) if len(compact) < LONGEST_KEPT else write.__wrapped__(compact)  # type: ignore[attr-defined]


@lru_cache(maxsize=2048)
def _cell_text(compact: str) -> str:
    notebook = NotebookNode(cells=[_copy(json.loads(compact))])  # type: ignore[no-untyped-call]  # nbformat
    return _indented(split_lines(notebook).cells[0])  # type: ignore[no-untyped-call]  # nbformat


@lru_cache(maxsize=2048)
def _json_text(compact: str) -> str:
    return _indented(json.loads(compact))


def _indented(cell: object) -> str:
    return "\n".join("  " + line for line in _written(cell).split("\n"))


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
