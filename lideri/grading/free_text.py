"""A text of one's own: only a person judges it."""

from __future__ import annotations

from lideri.course.items import FreeText, FreeTextResponse
from lideri.grading.marks import Mark
from lideri.grading.scores import Score, nothing


def grade(item: FreeText, response: FreeTextResponse) -> Score:
    return nothing(item, "waiting" if response.text.strip() else "unanswered")


def marks(item: FreeText, response: FreeTextResponse) -> dict[str, Mark]:
    return {}


def your_answer(item: FreeText, response: FreeTextResponse) -> list[str]:
    """The text's paragraphs, as typed."""
    return [line.rstrip() for line in response.text.strip().splitlines() if line.strip()]


def right_answer(item: FreeText) -> list[str]:
    return []
