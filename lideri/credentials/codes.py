"""The code of a certificate: 95 random bits and a letter that shows slips, written so that it can be typed.

Letters and digits are Douglas Crockford's 32: no I, L, O or U, which are read as 1, 1, 0 and V. The last sign is a
check (Luhn's for 32 signs): one wrong sign, or two neighbours exchanged, is told from a code that does not exist, and
telling so needs no list of codes.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
GROUP = 5
LONGEST_TYPED = 200
_ALIKE = str.maketrans("ILOUАВЕКМНОРСТХУЗ", "110VABEKMH0PCTXY3")  # the second part is Cyrillic
_BETWEEN = frozenset(" -‐‑‒–—―_.,:;/\\|")


def new_code(below: Callable[[int], int] = secrets.randbelow) -> str:
    """«7K3QD-9XW2M-0ABCD-EFGH5»; nobody can guess the next one."""
    signs = [below(len(ALPHABET)) for _ in range(LENGTH - 1)]
    whole = "".join(ALPHABET[sign] for sign in [*signs, _check(signs)])
    return "-".join(whole[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read_code(typed: str) -> str | None:
    """The code that somebody meant; None when it cannot be one (a sign is missing, too many, or wrong).

    >>> read_code(" 7k3qd 9xw2m–oabcd/efghb ")
    '7K3QD-9XW2M-0ABCD-EFGHB'
    >>> read_code("7K3QD-9XW2M") is None
    True
    """
    if len(typed) > LONGEST_TYPED:
        return None
    plain = unicodedata.normalize("NFKD", typed).upper()
    signs = [
        sign.translate(_ALIKE)
        for sign in plain
        if sign not in _BETWEEN and not sign.isspace() and not unicodedata.combining(sign)
    ]
    if len(signs) != LENGTH or any(sign not in ALPHABET for sign in signs):
        return None
    values = [ALPHABET.index(sign) for sign in signs]
    if _check(values[:-1]) != values[-1]:
        return None
    whole = "".join(signs)
    return "-".join(whole[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _check(signs: list[int]) -> int:
    total = 0
    for place, sign in enumerate(reversed(signs)):
        doubled = sign * (2 if place % 2 == 0 else 1)
        total += doubled // len(ALPHABET) + doubled % len(ALPHABET)
    return -total % len(ALPHABET)
