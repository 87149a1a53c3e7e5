"""From items to nbgrader's source and release folders, through nbgrader's own `generate_assignment`."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment

from lideri.course.items import Form, Item, Rubric
from lideri.errors import GradingError
from lideri.nbgrader_bridge.assignment import build_assignment, grade_id, notebook_text
from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse
from lideri.nbgrader_bridge.running import prepare_gradebook, run_converter, writing

log = logging.getLogger(__name__)


def release(course: NbgraderCourse, form: Form, items: Sequence[Item], rubrics: Mapping[str, Rubric]) -> Path:
    """Bring the form's assignment up to date in the course; returns the released notebook, which holds no key.

    Nothing is done when source, release and gradebook are in step already. Raises `GradingError` when people have
    submitted the form and its cells or their points would change; nothing is touched then.
    """
    source = course.source / form.id / f"{form.id}.ipynb"
    released = course.release / form.id / f"{form.id}.ipynb"
    text = notebook_text(build_assignment(form, items, rubrics))
    prepare_gradebook(course)
    known = _graded_cells(course, form.id)
    if known and released.is_file() and source.is_file() and source.read_text(encoding="utf-8") == text:
        return released
    wanted = {grade_id(item.id): item.points for item in items}
    if _has_submissions(course, form.id) and known != wanted:
        raise GradingError(
            f"variantu «{form.id}» cilvēki jau ir pildījuši, tāpēc tā uzdevumus un punktus mainīt nevar; "
            "izveido jaunu variantu, bet šo atstāj, kā bija"
        )
    source.parent.mkdir(parents=True, exist_ok=True)
    with writing(source) as file:
        file.write(text)
    try:
        run_converter(GenerateAssignment, course, assignment=form.id)
    except Exception:
        source.unlink(missing_ok=True)  # so that the next attempt does not take the assignment for released
        raise
    log.info("variants %s izlaists: %d uzdevumi", form.id, len(items))
    return released


def _graded_cells(course: NbgraderCourse, form_id: str) -> dict[str, float]:
    with Gradebook(course.gradebook_url, COURSE_ID) as gradebook:
        try:
            cells = gradebook.find_notebook(form_id, form_id).grade_cells
        except MissingEntry:
            return {}
        return {cell.name: cell.max_score for cell in cells}


def _has_submissions(course: NbgraderCourse, form_id: str) -> bool:
    with Gradebook(course.gradebook_url, COURSE_ID) as gradebook:
        try:
            return bool(gradebook.find_assignment(form_id).submissions)
        except MissingEntry:
            return False
