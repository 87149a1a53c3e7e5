"""Answer → score. One rule for each kind of item; the unknown is never full marks and never the person's fault."""

from __future__ import annotations

from lideri.grading.rules import grade, grade_answer, grade_raw, points, read_response
from lideri.grading.scores import Outcome, Score
from lideri.grading.words import explain, judge

__all__ = ["Outcome", "Score", "explain", "grade", "grade_answer", "grade_raw", "judge", "points", "read_response"]
