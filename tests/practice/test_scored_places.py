"""What holds for every practice place that can be scored, whatever its kind: the course's own scenarios and its items.

A place brings its own tests for its rules; here is what none of them may break.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import course_data
from lideri.course.items import Simulation
from lideri.course.loading import load_course
from lideri.errors import InvalidAnswer
from lideri.practice import MACHINES, machine, replay, restore
from lideri.practice.machine import Machine
from lideri.practice.release import scenario_of
from lideri.practice.scenarios import load_scenarios, read_scenario

Scenario = Mapping[str, Any]
SORTING: dict[str, Any] = {
    "id": "paraugs-kartosana",
    "kind": "sorting",
    "title": "Paraugs",
    "intro": "Noliec katru kartīti tur, kur tā pieder.",
    "bins": [{"id": "dara", "text": "To dara līderis"}, {"id": "nedara", "text": "To līderis nedara"}],
    "cards": [
        {"id": "k1", "text": "Parāda soli pa solim", "bin": "dara", "why": "Tā cilvēks iemācās pats."},
        {"id": "k2", "text": "Ievada klienta PIN kodu", "bin": "nedara", "why": "PIN kodu ievada tikai klients."},
        {"id": "k3", "text": "Sola iestādes lēmumu", "bin": "nedara", "why": "Par lēmumu atbild iestāde."},
    ],
    "facts": ["paraugs"],
}
SECRET = {"why", "facts", "key", "verdict", "explanation"}
SCORED = sorted(kind for kind, runs in MACHINES.items() if type(runs).goals is not Machine.goals)


def _all() -> dict[str, Scenario]:
    places = {name: each for name, each in load_scenarios(course_data.path()).items() if each["kind"] in SCORED}
    items = {name: scenario_of(item) for name, item in load_course().items.items() if isinstance(item, Simulation)}
    return {"paraugs-kartosana": read_scenario(SORTING), **places, **items}


PLACES = _all()
every_place = pytest.mark.parametrize("name", sorted(PLACES))
thorough = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _leaves(data: object, field: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _leaves(value, str(name))
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _leaves(value, field)
    else:
        yield field, data


def _shown(scenario: Scenario) -> Any:
    return json.loads(json.dumps(machine(scenario["kind"]).shown(scenario)))


def _tries(scenario: Scenario) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Actions like those of the solution, with values from elsewhere in the page in their fields."""
    solution = machine(scenario["kind"]).solution(scenario)
    values = sorted({value for field, value in _leaves(_shown(scenario)) if field == "id" and isinstance(value, str)})
    others = sorted({value for each in solution for value in each.values() if isinstance(value, str)})
    fields = sorted({name for each in solution for name in each})
    good = st.sampled_from(list(solution))
    changed = st.builds(
        lambda action, field, value: {**action, field: value} if field in action else action,
        good,
        st.sampled_from(fields),
        st.sampled_from([*values, *others, "", "nav"]) if values or others else st.just("nav"),
    )
    return st.lists(st.one_of(good, good, changed), max_size=30)


@every_place
@thorough
@given(data=st.data())
def test_a_page_without_the_key_replays_to_the_same_state(name: str, data: st.DataObject) -> None:
    scenario, shown = PLACES[name], _shown(PLACES[name])
    runs, state, on_page = machine(scenario["kind"]), machine(scenario["kind"]).start(scenario), None
    on_page = runs.start(shown)

    for action in data.draw(_tries(scenario)):
        try:
            after = runs.apply(scenario, state, action)
        except InvalidAnswer as refusal:
            assert str(refusal).strip()
            with pytest.raises(InvalidAnswer):
                runs.apply(shown, on_page, action)
            continue
        state, on_page = after, runs.apply(shown, on_page, action)

        assert json.dumps(state.as_dict(), sort_keys=True) == json.dumps(on_page.as_dict(), sort_keys=True)


@every_place
@thorough
@given(data=st.data())
def test_whatever_was_done_goals_and_words_can_be_told(name: str, data: st.DataObject) -> None:
    scenario = PLACES[name]
    runs = machine(scenario["kind"])

    state, kept = restore(scenario["kind"], scenario, data.draw(_tries(scenario)))

    goals = runs.goals(scenario, state)
    assert goals and len({goal.id for goal in goals}) == len(goals)
    assert all(0 <= goal.reached <= 1 and goal.text.strip() and goal.why.strip() for goal in goals)
    assert all(line.strip() for line in runs.told(scenario, state))
    assert replay(scenario["kind"], scenario, kept).as_dict() == state.as_dict()
    for part in runs.checked(scenario, state):
        assert runs.feedback(scenario, state, part).title.strip()


@every_place
def test_the_solution_reaches_every_goal_and_doing_nothing_does_not(name: str) -> None:
    scenario = PLACES[name]
    runs = machine(scenario["kind"])

    solved = replay(scenario["kind"], scenario, runs.solution(scenario))

    assert [goal.id for goal in runs.goals(scenario, solved) if goal.reached < 1] == []
    untouched = runs.goals(scenario, runs.start(scenario))
    assert sum(goal.reached for goal in untouched) < len(untouched)
    assert runs.told(scenario, solved)


@every_place
def test_nothing_shown_gives_the_answer_away(name: str) -> None:
    shown = _shown(PLACES[name])

    assert {field for field, _ in _leaves(shown)} & SECRET == set()
    secrets = {text for field, text in _leaves(PLACES[name]) if field in SECRET and isinstance(text, str)}
    told = "\n".join(str(value) for _, value in _leaves(shown))
    assert [text for text in secrets if len(text) > 20 and text in told] == []


def test_a_card_in_the_wrong_place_reaches_no_goal_but_the_others_count() -> None:
    scenario = PLACES["paraugs-kartosana"]
    wrong = [{"do": "put", "card": "k1", "bin": "nedara"}, {"do": "put", "card": "k2", "bin": "nedara"}]

    goals = machine("sorting").goals(scenario, replay("sorting", scenario, wrong))

    assert [goal.reached for goal in goals] == [0, 1, 0]


def test_cards_are_checked_only_when_each_has_a_place() -> None:
    scenario = PLACES["paraugs-kartosana"]
    one = [{"do": "put", "card": "k1", "bin": "dara"}]

    with pytest.raises(InvalidAnswer, match="vēl jānoliek 2 kartītes"):
        replay("sorting", scenario, [*one, {"do": "check"}])
    state = replay("sorting", scenario, machine("sorting").solution(scenario))
    assert machine("sorting").summary(scenario, state).outcome == "right"
    with pytest.raises(InvalidAnswer, match="jau ir pārbaudītas"):
        machine("sorting").apply(scenario, state, one[0])
