"""The forms with their keys, as the grader works with them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lideri.course.items import Form, Item, Rubric
from lideri.course.loading import Course, read_course

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assessments:
    forms: Mapping[str, Form]
    items: Mapping[str, Item]
    rubrics: Mapping[str, Rubric]

    @classmethod
    def of(cls, course: Course) -> Assessments:
        forms = {form.id: form for blueprint in course.blueprints.values() for form in blueprint.forms}
        return cls(forms, course.items, course.rubrics)

    def items_of(self, form: Form) -> list[Item]:
        """The form's items in its order; raises `KeyError` when the bank lacks one."""
        return [self.items[name] for name in form.items]


def read_assessments(root: Path) -> Assessments:
    """What can be read of the assessments. A mistake in one file is logged and does not stop grading by the others."""
    course, problems = read_course(root)
    for problem in problems:
        log.error("saturs: %s", problem)
    return Assessments.of(course)
