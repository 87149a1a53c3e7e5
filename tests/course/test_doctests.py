from __future__ import annotations

import doctest

import pytest

from lideri.course import latvian, personal_codes


@pytest.mark.parametrize("module", [latvian, personal_codes])
def test_the_examples_in_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]

    assert result.attempted > 0
    assert result.failed == 0
