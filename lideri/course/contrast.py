"""Contrast of two colours as WCAG 2.1 defines it (relative luminance and contrast ratio, success criterion 1.4.3)."""

from __future__ import annotations

import re

HEX = re.compile(r"#[0-9a-f]{6}")
ENOUGH = 4.5  # WCAG 2.1 AA, ordinary text
ENOUGH_LARGE = 3.0  # large text: from 18 pt, or 14 pt bold


def contrast(one: str, other: str) -> float:
    """The ratio of two colours written «#rrggbb», from 1.0 (no difference) to 21.0; rounded down to two digits.

    Rounded down, so that 4.499 never counts as 4.5. Raises ``ValueError`` for what is no colour.

    >>> contrast("#000000", "#ffffff"), contrast("#777777", "#ffffff"), contrast("#767676", "#ffffff")
    (21.0, 4.47, 4.54)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return int((light + 0.05) / (dark + 0.05) * 100 + 1e-9) / 100


def _luminance(colour: str) -> float:
    if not HEX.fullmatch(colour.lower()):
        raise ValueError(f"«{colour}» is no colour; write it as #rrggbb")
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4
