"""A level from scored items: for now the share of points against cut scores, with the number of items behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One person's result on one item. ``points`` is None while a person's judgement is awaited."""

    item: str
    submodule: str
    competences: tuple[str, ...]
    points: float | None
    max_points: float
    outcome: str


@dataclass(frozen=True, slots=True)
class CutScores:
    """``shares`` rise from 0: the lowest share of points of each level. Fewer than ``min_items`` items give none."""

    shares: tuple[float, ...]
    min_items: int


@dataclass(frozen=True, slots=True)
class Level:
    """``index`` counts from 0 (lowest); None: fewer than ``min_items`` judged items, nothing can be said."""

    index: int | None
    items: int
    share: float | None


def level(results: Iterable[ScoredItem], cuts: CutScores) -> Level:
    """The level of one person on a set of items.

    Items still waiting for a person's judgement do not count, neither for nor against. An item answered in two attempts
    counts once, with its last result in the order given.
    """
    judged = {result.item: result for result in results if result.points is not None}
    if len(judged) < cuts.min_items:
        return Level(None, len(judged), None)
    points = sum(result.points or 0.0 for result in judged.values())
    share = points / sum(result.max_points for result in judged.values())
    # Half a millionth forgives what floating point does to 0.1 + 0.2.
    index = max(i for i, cut in enumerate(cuts.shares) if share + 5e-7 >= cut)
    return Level(index, len(judged), share)


def middle(levels: Sequence[int]) -> int | None:
    """The lower median: half of the people are at this level or below. None without people."""
    ordered = sorted(levels)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def merged_counts(counts: Sequence[int], least: int) -> list[tuple[int, int, int]]:
    """A distribution in which every cell shown has 0 or at least ``least`` people.

    Returns ``(first level, last level, people)`` for each cell; a cell under ``least`` is joined with the smaller of
    its neighbours until none is left. If all people together are fewer than ``least``, nothing may be shown: ``[]``.
    """
    if sum(counts) < least:
        return []
    cells = [(index, index, count) for index, count in enumerate(counts)]
    while True:
        small = [i for i, cell in enumerate(cells) if 0 < cell[2] < least]
        if not small:
            return cells
        i = small[0]
        neighbours = [j for j in (i - 1, i + 1) if 0 <= j < len(cells)]
        j = min(neighbours, key=lambda n: (cells[n][2] == 0, cells[n][2]))
        low, high = sorted((i, j))
        joined = (cells[low][0], cells[high][1], cells[low][2] + cells[high][2])
        cells[low : high + 1] = [joined]


def hidden_groups(sizes: dict[str, int], least: int) -> frozenset[str]:
    """Groups whose results must not be shown beside the total.

    Those under ``least``, and as many more (smallest first) as it takes that the hidden people are nobody or at least
    ``least`` — else subtraction would show them.
    """
    hidden = {name for name, size in sizes.items() if 0 < size < least}
    shown = sorted((name for name, size in sizes.items() if size >= least), key=lambda name: (sizes[name], name))
    while hidden and sum(sizes[name] for name in hidden) < least and shown:
        hidden.add(shown.pop(0))
    return frozenset(hidden)
