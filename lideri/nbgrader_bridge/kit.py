"""All that scoring a form needs, read once: released notebook, nbgrader's source cells, items with their keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from pydantic import TypeAdapter

from lideri.course.items import Item, Rubric
from lideri.errors import GradingError
from lideri.nbgrader_bridge.course import NbgraderCourse

ITEMS: TypeAdapter[tuple[Item, ...]] = TypeAdapter(tuple[Item, ...])
RUBRICS: TypeAdapter[dict[str, Rubric]] = TypeAdapter(dict[str, Rubric])


@dataclass(frozen=True, slots=True)
class KitCell:
    """A cell as nbgrader's gradebook knows it: its `SourceCell`, and the maximum of its grade cell when it has one."""

    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str
    max_score: float | None


@dataclass(frozen=True)
class FormKit:
    """Holds the keys: it goes to scoring workers of the grader's side and nowhere else."""

    form: str
    released: str  # the released notebook's JSON
    kernelspec: str | None
    cells: tuple[KitCell, ...]
    items: tuple[Item, ...]
    rubrics: Mapping[str, Rubric]

    @cached_property
    def graded(self) -> dict[str, float]:
        """The cells that have a grade, and their points."""
        return {cell.name: cell.max_score for cell in self.cells if cell.max_score is not None}

    @cached_property
    def by_name(self) -> dict[str, KitCell]:
        return {cell.name: cell for cell in self.cells}

    @cached_property
    def packed(self) -> bytes:
        """The kit for a pipe; `unpack_kit` reads it."""
        said: dict[str, Any] = {
            "form": self.form,
            "released": self.released,
            "kernelspec": self.kernelspec,
            "cells": [asdict(cell) for cell in self.cells],
            "items": ITEMS.dump_python(self.items, mode="json"),
            "rubrics": RUBRICS.dump_python(dict(self.rubrics), mode="json"),
        }
        return json.dumps(said, ensure_ascii=False).encode()

    @cached_property
    def key(self) -> str:
        """The same for kits that are the same in everything."""
        return hashlib.sha256(self.packed).hexdigest()


def unpack_kit(packed: bytes) -> FormKit:
    said = json.loads(packed)
    return FormKit(
        form=said["form"],
        released=said["released"],
        kernelspec=said["kernelspec"],
        cells=tuple(KitCell(**cell) for cell in said["cells"]),
        items=ITEMS.validate_python(said["items"]),
        rubrics=RUBRICS.validate_python(said["rubrics"]),
    )


def read_kit(
    course: NbgraderCourse, gradebook: Gradebook, form: str, items: Sequence[Item], rubrics: Mapping[str, Rubric]
) -> FormKit:
    """Raises `GradingError` when the form is not released. ``items`` are the form's, in its order."""
    released = course.release / form / f"{form}.ipynb"
    if not released.is_file():
        raise GradingError(f"variants «{form}» nav izlaists; palaid «lideri build» un restartē vērtētāju")
    try:
        notebook = gradebook.find_notebook(form, form)
    except MissingEntry:
        raise GradingError(f"variants «{form}» nav izlaists; palaid «lideri build» un restartē vērtētāju") from None
    points = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    wanted = {getattr(item, "rubric", None) for item in items}
    return FormKit(
        form=form,
        released=released.read_text(encoding="utf-8"),
        kernelspec=notebook.kernelspec,
        cells=tuple(
            KitCell(cell.name, cell.cell_type, bool(cell.locked), cell.source, cell.checksum, points.get(cell.name))
            for cell in notebook.source_cells
        ),
        items=tuple(items),
        rubrics={name: rubric for name, rubric in rubrics.items() if name in wanted},
    )
