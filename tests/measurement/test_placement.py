"""The start test's advice is as sure as it says; the gain counts what was asked twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lideri.measurement.levels import ScoredItem
from lideri.measurement.placement import chance_at_least, gain, placement


def results(*points: float | None) -> list[ScoredItem]:
    return [ScoredItem(f"i{n}", "3.1", (), each, 1.0, "x") for n, each in enumerate(points)]


@pytest.mark.parametrize(
    ("cut", "right", "wrong", "expected"),
    # Beta(n + 1, 1) and Beta(1, n + 1) by hand; Beta(4, 2) by its polynomial 5x⁴ − 4x⁵.
    [(0.7, 4, 0, 1 - 0.7**5), (0.7, 0, 4, 0.3**5), (0.7, 3, 1, 1 - (5 * 0.7**4 - 4 * 0.7**5)), (0.7, 0, 0, 0.3)],
)
def test_the_chance_is_that_of_the_beta_distribution(cut: float, right: float, wrong: float, expected: float) -> None:
    assert chance_at_least(cut, right, wrong) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("points", "advice"),
    [
        ((1, 1, 1, 1), "skip"),
        ((1, 1, 1, 0), "unclear"),
        ((1, 1, 0, 0), "take"),
        ((0, 0, 0, 0), "take"),
        ((1, 1, 1), "unclear"),
        ((1, 1), "unclear"),
        ((), "unclear"),
        ((1, 1, 1, None), "unclear"),
    ],
)
def test_advice_is_given_only_when_it_is_sure_enough(points: tuple[float | None, ...], advice: str) -> None:
    assert placement(results(*points), cut=0.7, sure=0.8, min_items=3).advice == advice


def test_among_many_people_the_advice_is_right_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20261122)
    told: dict[str, list[bool]] = {"skip": [], "take": [], "unclear": []}
    for _ in range(2000):
        commands = rng.uniform()
        points = tuple((rng.uniform(size=6) < commands).astype(float))
        found = placement(results(*points), cut=0.7, sure=0.8, min_items=3)
        told[found.advice].append(commands >= 0.7)

    assert np.mean(told["skip"]) >= 0.8
    assert np.mean(told["take"]) <= 0.2
    assert all(told.values())


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.1, 0.9))
def test_a_better_answer_never_makes_a_module_less_commanded(points: list[float], cut: float) -> None:
    low = placement(results(*points), cut=cut, sure=0.8, min_items=1)
    high = placement(results(*[1.0, *points[1:]]), cut=cut, sure=0.8, min_items=1)

    assert high.chance >= low.chance - 1e-9


def test_the_gain_counts_only_items_judged_in_both_tests() -> None:
    before = {"a": results(0, 1, 0), "b": results(1, None, 0), "c": results(1, 1)}
    after = {"a": results(1, 1, None), "b": results(1, 1, 1)}

    found = gain(before, after)

    assert found is not None and found.people == 2
    assert found.mean == pytest.approx((0.5 + 0.5) / 2)
    assert found.low == pytest.approx(0.5) and found.high == pytest.approx(0.5)


def test_no_gain_is_told_when_nothing_was_asked_twice() -> None:
    assert gain({"a": results(1)}, {}) is None
    alone = gain({"a": results(0)}, {"a": results(1)})
    assert alone is not None and alone.low is None and alone.mean == 1


def test_the_interval_holds_the_true_gain_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        people = {f"p{n}": rng.uniform(0.2, 0.6) for n in range(60)}
        before = {name: results(*(rng.uniform(size=10) < level).astype(float)) for name, level in people.items()}
        after = {name: results(*(rng.uniform(size=10) < level + 0.2).astype(float)) for name, level in people.items()}
        found = gain(before, after)
        assert found is not None and found.low is not None and found.high is not None
        held += found.low <= 0.2 <= found.high

    assert 0.9 <= held / 200 <= 0.99
