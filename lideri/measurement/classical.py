"""Classical item statistics that a trainer can use at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemFacility:
    """How an item went.

    ``facility`` is mean points over maximum points, 0…1; ``common_wrong`` is the wrong answer given most often (what
    people read, not an id) with its count, or None when no wrong answer was given twice.
    """

    item: str
    people: int
    right: int
    facility: float
    common_wrong: str | None
    common_wrong_count: int


def facility(item: str, results: Sequence[tuple[float, float, str, str]]) -> ItemFacility:
    """``results``: points, maximum, outcome and the answer in words, one for each person whose answer was judged.

    Raises ``ValueError`` without results.
    """
    if not results:
        raise ValueError(f"{item}: no results")
    wrong = Counter(answer for _, _, outcome, answer in results if outcome in {"wrong", "partly"} and answer)
    answer, count = wrong.most_common(1)[0] if wrong else (None, 0)
    if count < 2:
        answer, count = None, 0
    return ItemFacility(
        item=item,
        people=len(results),
        right=sum(outcome == "right" for _, _, outcome, _ in results),
        facility=sum(points for points, _, _, _ in results) / sum(most for _, most, _, _ in results),
        common_wrong=answer,
        common_wrong_count=count,
    )


def hardest(items: Iterable[ItemFacility], *, how_many: int, least_people: int) -> list[ItemFacility]:
    """Lowest facility first, among items that at least ``least_people`` answered and not everybody solved."""
    candidates = [item for item in items if item.people >= least_people and item.facility < 1]
    return sorted(candidates, key=lambda item: (item.facility, item.item))[:how_many]
