"""A person's own word, round by round: nothing is judged, nothing finished is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import course_data
from lideri.errors import InvalidAnswer
from lideri.practice import machine, replay, restore
from lideri.practice.scenarios import load_scenario

SCENARIO = load_scenario(course_data.path(), "m01.1-pasvertejums")
MACHINE = machine("self_rating")
NAMES = [each["id"] for area in SCENARIO["areas"] for each in area["competences"]]


def rated(level: str) -> list[dict[str, Any]]:
    return [{"do": "rate", "competence": name, "level": level} for name in NAMES] + [{"do": "finish"}]


def test_the_courses_self_rating_has_its_seventeen_competences_and_eight_levels() -> None:
    assert len(NAMES) == 17
    assert not set(NAMES) & {"3.2", "3.4", "4.4", "5.3"}  # the course does not cover them
    assert [level["id"] for level in SCENARIO["levels"]] == [str(n) for n in range(1, 9)]


def test_it_is_finished_only_when_every_competence_has_a_word() -> None:
    with pytest.raises(InvalidAnswer, match="Vēl jānovērtē 16 kompetences"):
        replay("self_rating", SCENARIO, [*rated("4")[:1], {"do": "finish"}])

    done = replay("self_rating", SCENARIO, rated("nezinu"))

    assert MACHINE.summary(SCENARIO, done).done == 1


def test_a_later_round_stands_beside_the_first_and_says_how_many_grew() -> None:
    state = replay("self_rating", SCENARIO, [*rated("3"), {"do": "again"}, *rated("5")])

    told = MACHINE.feedback(SCENARIO, state, "rating")

    assert state.rounds == (dict.fromkeys(NAMES, "3"), dict.fromkeys(NAMES, "5"))
    assert told.body[-1] == "Kopš pirmās reizes līmenis audzis 17 no 17 kompetencēm."
    assert told.marks["4.2"].why == "Pirmajā reizē: 3. līmenis."


def test_the_way_that_simulated_people_go_finishes_it() -> None:
    state = replay("self_rating", SCENARIO, MACHINE.solution(SCENARIO))

    assert state.finished and len(state.rounds) == 1


def test_not_knowing_is_no_step_back_and_no_step_forward() -> None:
    state = replay("self_rating", SCENARIO, [*rated("nezinu"), {"do": "again"}, *rated("5")])

    assert MACHINE.feedback(SCENARIO, state, "rating").body[-1].startswith("Kopš pirmās reizes līmenis audzis 0 no 17")


def test_below_the_courses_goal_is_said_as_advice() -> None:
    told = MACHINE.feedback(SCENARIO, replay("self_rating", SCENARIO, rated("4")), "rating")

    below = sum(each["goal"] > 4 for area in SCENARIO["areas"] for each in area["competences"])
    assert f"Zem kursa mērķa vēl ir {below} kompetences. Tur arī sāc mācīties." in told.body
    assert told.outcome == "right"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.builds(
                lambda name, level: {"do": "rate", "competence": name, "level": level},
                st.sampled_from(NAMES),
                st.sampled_from(["1", "5", "8", "nezinu", "9", ""]),
            ),
            st.sampled_from([{"do": "finish"}, {"do": "again"}, {"do": "win"}]),
        ),
        max_size=40,
    )
)
def test_whatever_was_done_it_can_be_finished_and_finished_rounds_stay(tried: list[dict[str, Any]]) -> None:
    state, kept = restore("self_rating", SCENARIO, tried)
    before = state.rounds

    more = [{"do": "again"}] if state.finished else []
    after = replay("self_rating", SCENARIO, [*kept, *more, *rated("5")])

    assert after.rounds[: len(before)] == before
    assert len(after.rounds) == len(before) + 1
    shown = MACHINE.shown(SCENARIO)
    assert replay("self_rating", shown, kept).as_dict() == state.as_dict()
