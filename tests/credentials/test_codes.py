"""Codes: nobody guesses one, everybody can type one."""

from __future__ import annotations

import doctest
import math

from hypothesis import given
from hypothesis import strategies as st

from lideri.credentials import codes, new_code, proof, read_code
from lideri.credentials.codes import ALPHABET, GROUP, LENGTH


@st.composite
def made(draw: st.DrawFn) -> str:
    signs = iter(draw(st.lists(st.integers(0, 31), min_size=LENGTH - 1, max_size=LENGTH - 1)))
    return new_code(lambda _below: next(signs))


def test_a_code_has_at_least_80_bits_and_no_signs_that_look_alike() -> None:
    assert (LENGTH - 1) * math.log2(len(ALPHABET)) >= 80
    assert not set("ILOU") & set(ALPHABET)
    assert len({new_code() for _ in range(2000)}) == 2000
    assert all(len(group) == GROUP for group in new_code().split("-"))


@given(made())
def test_a_code_is_read_however_it_was_typed(code: str) -> None:
    assert read_code(code) == code
    assert read_code(code.lower().replace("-", "")) == code
    assert read_code(f"  {code.replace('-', ' – ')}\n") == code
    assert read_code(code.replace("0", "o").replace("1", "l").replace("V", "u")) == code
    assert read_code(code.replace("1", "I").replace("A", "А").replace("B", "В").replace("H", "Н")) == code  # Cyrillic
    assert read_code(code.replace("A", "Ā").replace("K", "Ķ").replace("S", "Š")) == code


@given(made(), st.integers(0, LENGTH - 1), st.integers(1, 31))
def test_one_wrong_sign_is_told_without_looking_anything_up(code: str, place: int, shift: int) -> None:
    signs = list(code.replace("-", ""))
    signs[place] = ALPHABET[(ALPHABET.index(signs[place]) + shift) % 32]

    assert read_code("".join(signs)) is None


@given(st.text(max_size=400))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    found = read_code(typed)

    assert found is None or (len(found) == LENGTH + 3 and read_code(found) == found)


def test_the_examples_in_docstrings_hold() -> None:
    for module in (codes, proof):
        result = doctest.testmod(module)
        assert result.attempted > 0 and result.failed == 0
