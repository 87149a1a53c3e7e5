"""The service that grades: takes submissions from the store, scores them through nbgrader, publishes the results."""

from __future__ import annotations

from lideri.grader.app import grade_all, make_grader
from lideri.grader.service import Grader, Pace

__all__ = ["Grader", "Pace", "grade_all", "make_grader"]
