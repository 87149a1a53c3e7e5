"""Take one person out of nbgrader: rows of the gradebook and files of their works."""

from __future__ import annotations

import shutil
from contextlib import suppress

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import inspect

from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse


def erase_student(course: NbgraderCourse, person: str) -> None:
    """Remove the student with all submissions; nothing happens when nbgrader does not know them."""
    with Gradebook(course.gradebook_url, COURSE_ID) as gradebook:
        if inspect(gradebook.engine).has_table("student"):
            with suppress(MissingEntry):
                gradebook.remove_student(person)
    for folder in (course.submitted, course.autograded, course.root / "feedback"):
        shutil.rmtree(folder / person, ignore_errors=True)
