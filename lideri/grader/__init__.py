"""The service that grades: takes submissions from the store, scores them through nbgrader, publishes the results."""

from __future__ import annotations

from lideri.grader.app import Report, grade_all, make_grader, open_scorer
from lideri.grader.service import Failure, Grader, Pace

__all__ = ["Failure", "Grader", "Pace", "Report", "grade_all", "make_grader", "open_scorer"]
