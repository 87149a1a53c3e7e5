"""Latvian personal codes: enough of the rules to keep real people's codes out of exercises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

CODE = re.compile(r"(?<!\d)(\d{6})[-–](\d{5})(?!\d)")
WEIGHTS = (1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CENTURIES = {0: 1800, 1: 1900, 2: 2000}


def personal_codes(text: str) -> Iterator[str]:
    """Everything in ``text`` shaped like a personal code."""
    return (f"{match[1]}-{match[2]}" for match in CODE.finditer(text))


def check_digit(first_ten: str) -> int:
    """Control digit of the format used until 2017-06-30: ((1101 − Σ wᵢ·dᵢ) mod 11) mod 10.

    >>> check_digit("1111111111")
    1
    """
    return (1101 - sum(w * int(d) for w, d in zip(WEIGHTS, first_ten, strict=True))) % 11 % 10


def could_be_real(code: str) -> bool:
    """False only for an impossible code: not the new format (3, then 2–9), no valid date and a wrong check digit.

    >>> could_be_real("000000-00000"), could_be_real("009900-00001"), could_be_real("321234-12345")
    (False, False, True)
    """
    digits = code.replace("-", "").replace("–", "")
    if digits[0] == "3" and digits[1] in "23456789":
        return True
    day, month, year, century = int(digits[0:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    try:
        date(CENTURIES.get(century, 1900) + year, month, day)
    except ValueError:
        return check_digit(digits[:10]) == int(digits[10])
    return True
