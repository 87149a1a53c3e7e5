"""Matching: the share of left-hand pieces that got their right partner."""

from __future__ import annotations

from lideri.course.items import Match, MatchResponse
from lideri.grading.marks import Mark, text_of
from lideri.grading.scores import Score, earned, nothing


def grade(item: Match, response: MatchResponse) -> Score:
    """A left-hand piece without a partner counts as not right; an unknown piece makes the answer one we cannot read."""
    if not response.pairs:
        return nothing(item, "unanswered")
    known = {piece.id for piece in item.left}, {piece.id for piece in item.right}
    if not (set(response.pairs) <= known[0] and set(response.pairs.values()) <= known[1]):
        return nothing(item, "unsure")
    right = sum(response.pairs.get(left) == partner for left, partner in item.key.items())
    return earned(item, right / len(item.key))


def marks(item: Match, response: MatchResponse) -> dict[str, Mark]:
    found = {}
    for left, partner in item.key.items():
        if left not in response.pairs:
            found[left] = Mark("missed", "")
        else:
            found[left] = Mark("right" if response.pairs[left] == partner else "wrong", "")
    return found


def your_answer(item: Match, response: MatchResponse) -> list[str]:
    return [_pair(item, left.id, response.pairs[left.id]) for left in item.left if left.id in response.pairs]


def right_answer(item: Match) -> list[str]:
    return [_pair(item, left.id, item.key[left.id]) for left in item.left if left.id in item.key]


def _pair(item: Match, left: str, right: str) -> str:
    return f"{text_of(item.left, left)} – {text_of(item.right, right)}"
