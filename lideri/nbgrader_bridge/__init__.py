"""Forms as nbgrader assignments, answers scored by nbgrader's own converter, marks in nbgrader's gradebook."""

from __future__ import annotations

from lideri.nbgrader_bridge.assignment import build_assignment, grade_id

__all__ = ["build_assignment", "grade_id"]
