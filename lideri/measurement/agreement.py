"""How far two markers agree beyond chance: Cohen's kappa, plain and weighted.

Sources: J. Cohen, «A coefficient of agreement for nominal scales», Educational and Psychological Measurement 20 (1960),
37–46; J. Cohen, «Weighted kappa», Psychological Bulletin 70 (1968), 213–220.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """``pairs`` answers that both markers marked; ``exact`` and ``adjacent`` are shares of them, 0…1, ``adjacent``
    counting those one category apart too. ``kappa`` is None where it means nothing: no pairs, or one category only."""

    pairs: int
    exact: float
    adjacent: float
    kappa: float | None


def agreement(first: Sequence[int], second: Sequence[int], categories: int, *, weights: Weights) -> Agreement:
    """Of two markers' categories (0 … ``categories`` − 1, in order) for the same answers.

    Raises ``ValueError`` for lists of different length or a category that does not exist.

    >>> agreement([0, 1, 2, 2], [0, 1, 2, 1], 3, weights="quadratic").kappa
    0.8
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} marks against {len(second)}: the same answers must be marked by both")
    if any(not 0 <= each < categories for each in (*first, *second)):
        raise ValueError(f"categories go from 0 to {categories - 1}")
    if not first:
        return Agreement(0, 0.0, 0.0, None)
    counts = np.zeros((categories, categories))
    np.add.at(counts, (np.asarray(first), np.asarray(second)), 1)
    distance = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories)))
    return Agreement(
        pairs=len(first),
        exact=float(counts[distance == 0].sum() / len(first)),
        adjacent=float(counts[distance <= 1].sum() / len(first)),
        kappa=kappa(counts, _disagreement(distance, weights)),
    )


def kappa(counts: npt.NDArray[np.float64], disagreement: npt.NDArray[np.float64]) -> float | None:
    """Weighted kappa of a square table: rows are one marker's categories, columns the other's, cells are counts.

    ``disagreement`` weighs each cell, 0 on the diagonal (Cohen 1968, formula 6). None if no disagreement is possible.
    """
    share = counts / counts.sum()
    by_chance = np.outer(share.sum(axis=1), share.sum(axis=0))
    expected = float((disagreement * by_chance).sum())
    if expected == 0:
        return None
    return round(1 - float((disagreement * share).sum()) / expected, 12)


def _disagreement(distance: npt.NDArray[np.int_], weights: Weights) -> npt.NDArray[np.float64]:
    if weights == "none":
        return (distance > 0).astype(float)
    return distance.astype(float) ** (1 if weights == "linear" else 2)
