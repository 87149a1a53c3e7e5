"""A number typed the Latvian way: decimal comma or point, spaces between thousands, the unit forgiven."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from lideri.course.items import Number, NumberResponse
from lideri.course.latvian import THIN_SPACE
from lideri.grading.marks import Mark
from lideri.grading.scores import Score, earned, nothing

# Digits in threes with spaces between them, or without any spaces; then perhaps a decimal part.
PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?: \d{3})+|\d+)(?:[.,]\d+)?", re.ASCII)
MAYBE_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+", re.ASCII)
MINUS_SIGNS = str.maketrans({"−": "-", "–": "-", "‒": "-", "‑": "-", "﹣": "-", "－": "-"})


def grade(item: Number, response: NumberResponse) -> Score:
    """Text that is no number cannot be judged here: a person looks.

    The same goes for «1.691.717», and for «1.500» when only its reading as thousands would be right.
    """
    text = _plain(response.text, item.unit)
    if not response.text.strip():
        return nothing(item, "unanswered")
    if PLAIN.fullmatch(text) and _near(item, Decimal(text.replace(" ", "").replace(",", "."))):
        return earned(item, 1.0)
    if MAYBE_THOUSANDS.fullmatch(text) and _near(item, Decimal(re.sub("[.,]", "", text))):
        return nothing(item, "unsure")
    return nothing(item, "wrong" if PLAIN.fullmatch(text) else "unsure")


def marks(item: Number, response: NumberResponse) -> dict[str, Mark]:
    return {}


def your_answer(item: Number, response: NumberResponse) -> list[str]:
    return [response.text.strip()] if response.text.strip() else []


def right_answer(item: Number) -> list[str]:
    unit = f"\u00a0{item.unit}" if item.unit else ""
    allowed = f" (der arī atšķirība līdz {_latvian(item.tolerance)})" if item.tolerance else ""
    return [f"{_latvian(item.key)}{unit}{allowed}"]


def _near(item: Number, value: Decimal) -> bool:
    # Decimals as the author wrote them: 0.1 + 0.2 must lie within a tolerance of 0.1 from 0.2.
    return abs(value - Decimal(str(item.key))) <= Decimal(str(item.tolerance))


def _plain(text: str, unit: str) -> str:
    """The text with one kind of space and of minus sign, without unit and per cent sign."""
    text = _spaced(text).translate(MINUS_SIGNS)
    for ending in (_spaced(unit).casefold(), "%"):
        if ending and text.casefold().endswith(ending):
            text = text[: len(text) - len(ending)].rstrip()
    if text[:1] in ("+", "-"):
        text = text[0] + text[1:].lstrip()
    return text


def _spaced(text: str) -> str:
    kept = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return re.sub(r"\s", " ", kept).strip()


def _latvian(value: float) -> str:
    """All the decimals the author gave, with a decimal comma and thin spaces between thousands."""
    text = f"{Decimal(str(value)):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", THIN_SPACE).replace(".", ",")
