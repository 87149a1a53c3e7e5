"""What grading says about one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lideri.course.items import ItemBase

Outcome = Literal["right", "partly", "wrong", "unanswered", "unsure", "waiting"]


@dataclass(frozen=True, slots=True)
class Score:
    """Points for one item: 0 ≤ ``points`` ≤ ``max_points``, two decimals.

    ``unsure`` (could not tell) and ``waiting`` (a text for a person to read) carry 0 points until a person decides.
    """

    outcome: Outcome
    points: float
    max_points: float

    @property
    def needs_person(self) -> bool:
        return self.outcome in ("unsure", "waiting")


def earned(item: ItemBase, share: float) -> Score:
    """The score for having a ``share`` of the item right; a share outside 0…1 is cut off."""
    if share >= 1:
        return Score("right", item.points, item.points)
    # Rounding may not lift a part above the whole, nor make it the whole.
    points = min(round(item.points * max(share, 0.0), 2), item.points)
    return Score("partly" if points > 0 else "wrong", points, item.points)


def nothing(item: ItemBase, outcome: Literal["wrong", "unanswered", "unsure", "waiting"]) -> Score:
    return Score(outcome, 0.0, item.points)
