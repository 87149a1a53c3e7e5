"""Putting in order: max(0, (concordant − discordant) / pairs), Kendall's tau over the pairs that the key orders.

Pieces that the key leaves in any order among themselves form no pair (M. G. Kendall, «A New Measure of Rank
Correlation», Biometrika 30, 1938, with pairs tied in the key left out).
"""

from __future__ import annotations

from itertools import combinations

from lideri.course.items import Order, OrderResponse
from lideri.grading.marks import Mark, text_of
from lideri.grading.scores import Score, earned, nothing

HIGHER = "Pārvieto augstāk."
LOWER = "Pārvieto zemāk."
BOTH_WAYS = "Salīdzini ar rindām virs un zem šīs."


def grade(item: Order, response: OrderResponse) -> Score:
    """An order that is not exactly the item's pieces, each once, is one we cannot read."""
    if not response.order:
        return nothing(item, "unanswered")
    if sorted(response.order) != sorted(piece.id for piece in item.pieces):
        return nothing(item, "unsure")
    rank = _ranks(item)
    # In the answer ``first`` stands before ``second``.
    differences = [rank[second] - rank[first] for first, second in combinations(_ranked(item, response), 2)]
    concordant = sum(difference > 0 for difference in differences)
    discordant = sum(difference < 0 for difference in differences)
    pairs = concordant + discordant
    return earned(item, (concordant - discordant) / pairs) if pairs else nothing(item, "unsure")


def marks(item: Order, response: OrderResponse) -> dict[str, Mark]:
    """A piece is right when no piece that the key puts after it stands before it, and the other way round.

    The reason of one that is not says only which way to look, as the person may try again.
    """
    rank = _ranks(item)
    order = _ranked(item, response)
    too_high: set[str] = set()
    too_low: set[str] = set()
    for first, second in combinations(order, 2):
        if rank[first] > rank[second]:
            too_high.add(first)
            too_low.add(second)
    return {piece: _mark(high=piece in too_high, low=piece in too_low) for piece in order}


def _mark(*, high: bool, low: bool) -> Mark:
    if high and low:
        return Mark("wrong", BOTH_WAYS)
    if high or low:
        return Mark("wrong", LOWER if high else HIGHER)
    return Mark("right", "")


def your_answer(item: Order, response: OrderResponse) -> list[str]:
    return [f"{place}. {text_of(item.pieces, piece)}" for place, piece in enumerate(response.order, start=1)]


def right_answer(item: Order) -> list[str]:
    lines = []
    place = 1
    for group in item.key:
        texts = [text_of(item.pieces, piece) for piece in group]
        if len(texts) == 1:
            lines.append(f"{place}. {texts[0]}")
        else:
            lines.append(f"{place}.–{place + len(texts) - 1}. {' / '.join(texts)} (jebkurā secībā)")
        place += len(texts)
    return lines


def _ranks(item: Order) -> dict[str, int]:
    return {piece: rank for rank, group in enumerate(item.key) for piece in group}


def _ranked(item: Order, response: OrderResponse) -> list[str]:
    rank = _ranks(item)
    return [piece for piece in response.order if piece in rank]
