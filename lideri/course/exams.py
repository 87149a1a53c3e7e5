"""The two tests about the whole course: the start test, which gives a plan, and the final test, never explained.

In forms, attempts and addresses each stands where a module's number stands.
"""

from __future__ import annotations

from lideri.course.catalogue import Syllabus
from lideri.settings import FINAL_TEST, START_TEST

EXAMS = {START_TEST: "Sākuma tests", FINAL_TEST: "Noslēguma tests"}


def is_exam(module: str) -> bool:
    """Whether this is one of the two tests and no module."""
    return module in EXAMS


def assessment_name(module: str, syllabus: Syllabus) -> str:
    """What people call it: «2. moduļa pārbaudes darbs», «Sākuma tests»."""
    if is_exam(module):
        return EXAMS[module]
    entry = syllabus.module(module)
    return entry.assessment.title if entry and entry.assessment else f"{module}. moduļa pārbaudes darbs"


def place_name(module: str) -> str:
    """Where work belongs, in two words: «2. modulis», «Sākuma tests»."""
    return EXAMS.get(module) or f"{module}. modulis"
