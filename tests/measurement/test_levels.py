from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lideri.measurement.classical import facility, hardest
from lideri.measurement.levels import CutScores, Level, ScoredItem, hidden_groups, level, merged_counts, middle

CUTS = CutScores(shares=(0.0, 0.5, 0.7, 0.9), min_items=4)


def scored(item: str, points: float | None, most: float = 2.0) -> ScoredItem:
    return ScoredItem(item, "2.1", ("4.1",), points, most, "right")


def test_under_four_items_nothing_is_said() -> None:
    assert level([scored(str(n), 2.0) for n in range(3)], CUTS) == Level(None, 3, None)


def test_items_that_wait_for_a_person_count_neither_for_nor_against() -> None:
    results = [scored(str(n), 2.0) for n in range(4)] + [scored("brīvs", None, 6.0)]

    assert level(results, CUTS) == Level(3, 4, 1.0)


@pytest.mark.parametrize(("points", "index"), [(0.0, 0), (0.99, 0), (1.0, 1), (1.4, 2), (1.8, 3), (2.0, 3)])
def test_a_cut_score_is_reached_from_the_share_itself(points: float, index: int) -> None:
    assert level([scored(str(n), points) for n in range(4)], CUTS).index == index


def test_an_item_met_twice_counts_once_with_its_last_result() -> None:
    results = [scored(str(n), 0.0) for n in range(4)] + [scored(str(n), 2.0) for n in range(4)]

    assert level(results, CUTS) == Level(3, 4, 1.0)


@given(st.lists(st.integers(0, 40), min_size=4, max_size=4), st.integers(2, 8))
def test_no_cell_of_a_distribution_shows_a_small_group(counts: list[int], least: int) -> None:
    cells = merged_counts(counts, least)

    assert all(people == 0 or people >= least for _, _, people in cells)
    assert sum(people for _, _, people in cells) == (sum(counts) if sum(counts) >= least else 0)
    assert [level for first, last, _ in cells for level in range(first, last + 1)] == (list(range(4)) if cells else [])


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 30)), st.integers(2, 8))
def test_hidden_people_cannot_be_found_by_subtraction(sizes: dict[str, int], least: int) -> None:
    hidden = hidden_groups(sizes, least)

    together = sum(sizes[name] for name in hidden)
    everybody_hidden = all(size == 0 or name in hidden for name, size in sizes.items())
    assert together == 0 or together >= least or everybody_hidden
    assert all(name in hidden for name, size in sizes.items() if 0 < size < least)


def test_the_middle_of_an_even_number_is_the_lower_one() -> None:
    assert middle([0, 1, 2, 3]) == 1
    assert middle([]) is None


def test_the_wrong_answer_given_most_is_named_only_when_given_twice() -> None:
    once = facility("x", [(0.0, 2.0, "wrong", "gov.lv"), (2.0, 2.0, "right", "latvija.gov.lv")])
    twice = facility("y", [(0.0, 2.0, "wrong", "gov.lv"), (0.0, 2.0, "wrong", "gov.lv"), (2.0, 2.0, "right", "z")])

    assert (once.common_wrong, once.right, once.facility) == (None, 1, 0.5)
    assert (twice.common_wrong, twice.common_wrong_count) == ("gov.lv", 2)
    assert hardest([once, twice], how_many=1, least_people=2) == [twice]
