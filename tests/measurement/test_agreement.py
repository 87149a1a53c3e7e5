"""Two markers: published values, and what must hold for any marks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lideri.measurement.agreement import Weights, agreement, kappa

# Cohen 1968, table 1: proportions of two judges, three categories, and the weights he gave the disagreements.
COHEN = 200 * np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])
COHEN_WEIGHTS = np.array([[0.0, 1, 3], [1, 0, 6], [3, 6, 0]])
marks = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


def test_the_values_of_cohen_s_paper() -> None:
    plain = kappa(COHEN, 1.0 - np.eye(3))
    weighted = kappa(COHEN, COHEN_WEIGHTS)

    assert plain == pytest.approx(0.492, abs=5e-4)
    assert weighted == pytest.approx(0.348, abs=5e-4)


def test_a_table_of_two_categories_by_hand() -> None:
    first = [0] * 25 + [1] * 25
    second = [0] * 20 + [1] * 5 + [0] * 10 + [1] * 15

    found = agreement(first, second, 2, weights="none")

    assert found.exact == pytest.approx(0.7) and found.kappa == pytest.approx(0.4)


@given(marks)
def test_linear_and_quadratic_weights_are_plain_kappa_when_there_are_two_categories(
    pairs: list[tuple[int, int]],
) -> None:
    first, second = [each[0] % 2 for each in pairs], [each[1] % 2 for each in pairs]

    values = {agreement(first, second, 2, weights=each).kappa for each in ("none", "linear", "quadratic")}

    assert len(values) == 1


@given(marks, st.sampled_from(["none", "linear", "quadratic"]))
def test_markers_may_change_places_and_kappa_is_never_above_one(pairs: list[tuple[int, int]], weights: Weights) -> None:
    first, second = [each[0] for each in pairs], [each[1] for each in pairs]

    one = agreement(first, second, 4, weights=weights)
    other = agreement(second, first, 4, weights=weights)

    assert one.kappa == other.kappa or one.kappa == pytest.approx(other.kappa)
    assert one.kappa is None or one.kappa <= 1
    assert one.exact <= one.adjacent <= 1
    if first == second and len(set(first)) > 1:
        assert one.kappa == 1


@given(st.lists(st.integers(0, 3), min_size=1))
def test_the_same_category_for_everything_tells_nothing(first: list[int]) -> None:
    assert agreement([2] * len(first), [2] * len(first), 4, weights="quadratic").kappa is None


def test_marks_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="both"):
        agreement([0, 1], [0], 2, weights="none")
    with pytest.raises(ValueError, match="from 0 to 1"):
        agreement([0, 2], [0, 1], 2, weights="none")
