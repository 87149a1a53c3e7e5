"""A number as a person types it in Latvia."""

from __future__ import annotations

import re

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")  # \s knows most of them; listed for the reader
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_TWO_READINGS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


def parse_number(text: str) -> float | None:
    """The number, or None when it could not be read or can be read in two ways.

    Decimal comma or dot; spaces between thousands. «13.022» may be thirteen thousand or thirteen: None.

    >>> parse_number("105,4"), parse_number(" 13 022 "), parse_number("13.022"), parse_number("daudz")
    (105.4, 13022.0, None, None)
    """
    bare = _SPACES.sub("", text).replace("−", "-")
    if not bare.isascii() or not _PLAIN.fullmatch(bare) or _TWO_READINGS.fullmatch(bare):
        return None
    return float(bare.replace(",", "."))
