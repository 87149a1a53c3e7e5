"""What a rule can say about the parts of an answer, for feedback and explanations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from lideri.course.items import Option, Piece, Spot

MarkOutcome = Literal["right", "wrong", "missed"]
UNKNOWN_PART = "nezināms variants"


@dataclass(frozen=True, slots=True)
class Mark:
    """One part of an answer: ``missed`` is a part of the key that was not chosen."""

    outcome: MarkOutcome
    why: str


def text_of(parts: Iterable[Option | Piece | Spot], part_id: str) -> str:
    """The text of the part with this id; an id the item does not have is not echoed back."""
    return next((part.text for part in parts if part.id == part_id), UNKNOWN_PART)


def marks_of_choices(key: Iterable[str], chosen: Iterable[str], why: Mapping[str, str]) -> dict[str, Mark]:
    """Every chosen part as right or wrong, and every part of the key left out as missed."""
    wanted, taken = set(key), set(chosen)
    marks: dict[str, Mark] = {}
    for part, text in why.items():
        if part in taken:
            marks[part] = Mark("right" if part in wanted else "wrong", text)
        elif part in wanted:
            marks[part] = Mark("missed", text)
    return marks
