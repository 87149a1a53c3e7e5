"""What a start test can say about a module, and what a final test can say about the gain: both with what they cannot.

A start test asks a few items of each module. What is then believed of the share of the module that a person commands
is the Beta distribution that begins with nothing known (Gelman et al., «Bayesian Data Analysis», 3rd ed., section 2.1).
Whether the module may be left out is said only when that is as sure as the programme asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from lideri.measurement.levels import ScoredItem

Advice = Literal["skip", "take", "unclear"]
_STEPS = 4000  # of the integral; the chance is right to four decimals


@dataclass(frozen=True, slots=True)
class Placement:
    """``chance``: how sure it is that the person commands at least the share that the module asks, 0…1."""

    advice: Advice
    items: int
    share: float | None
    chance: float


@dataclass(frozen=True, slots=True)
class Gain:
    """Mean gain of the people who answered the same items twice, as a share of points, −1…1.

    ``low`` and ``high`` bound it with 95 % confidence (normal approximation); None for fewer than two people.
    """

    people: int
    mean: float
    low: float | None
    high: float | None


def placement(results: Iterable[ScoredItem], *, cut: float, sure: float, min_items: int) -> Placement:
    """Whether a module may be left out: ``skip`` or ``take`` when that is ``sure`` (0.5…1), else ``unclear``.

    ``cut`` is the share of the module that has to be commanded. Items that still wait for a person's judgement count
    neither for nor against; with fewer than ``min_items`` nothing is said.

    >>> right = [ScoredItem(f"i{n}", "3.1", (), 1.0, 1.0, "right") for n in range(4)]
    >>> placement(right, cut=0.7, sure=0.8, min_items=3).advice
    'skip'
    """
    judged = [each for each in results if each.points is not None]
    gained = sum((each.points or 0.0) / each.max_points for each in judged)
    chance = chance_at_least(cut, gained, len(judged) - gained)
    share = gained / len(judged) if judged else None
    advice: Advice = "unclear"
    if len(judged) >= min_items and chance >= sure:
        advice = "skip"
    elif len(judged) >= min_items and chance <= 1 - sure:
        advice = "take"
    return Placement(advice, len(judged), share, chance)


def chance_at_least(cut: float, right: float, wrong: float) -> float:
    """P(p ≥ ``cut``) for p ~ Beta(1 + ``right``, 1 + ``wrong``); answers may be right in part.

    >>> round(chance_at_least(0.7, 4, 0), 4), round(chance_at_least(0.5, 2, 2), 4)
    (0.8319, 0.5)
    """
    shares = (np.arange(_STEPS) + 0.5) / _STEPS
    density = shares**right * (1 - shares) ** wrong
    # The step that the cut falls into counts as far as it lies above.
    above = np.clip((np.arange(_STEPS) + 1) - cut * _STEPS, 0, 1)
    return float((density * above).sum() / density.sum())


def gain(before: Mapping[str, Sequence[ScoredItem]], after: Mapping[str, Sequence[ScoredItem]]) -> Gain | None:
    """The gain on items that a person answered in both tests (anchors); None when nobody did.

    ``before`` and ``after``: person → results. Only items judged both times count, each person by their own share, so
    that two people who got different anchors weigh the same.
    """
    differences = []
    for person, first in before.items():
        early = {each.item: each for each in first if each.points is not None}
        late = {each.item: each for each in after.get(person, ()) if each.points is not None}
        both = sorted(early.keys() & late.keys())
        if both:
            shares = [_share(late[item]) - _share(early[item]) for item in both]
            differences.append(sum(shares) / len(shares))
    if not differences:
        return None
    mean = sum(differences) / len(differences)
    if len(differences) < 2:
        return Gain(len(differences), mean, None, None)
    spread = sum((each - mean) ** 2 for each in differences) / (len(differences) - 1)
    margin = 1.96 * sqrt(spread / len(differences))
    return Gain(len(differences), mean, max(-1.0, mean - margin), min(1.0, mean + margin))


def _share(result: ScoredItem) -> float:
    return (result.points or 0.0) / result.max_points
