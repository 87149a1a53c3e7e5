"""«Mācību pusstunda»: the live rules by hand, and no good plan without what is known to work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lideri.errors import InvalidAnswer
from lideri.practice import judge, machine, replay, restore
from lideri.practice.scenarios import read_scenario

ROOT = Path(__file__).parents[2]
SAMPLE: dict[str, Any] = yaml.safe_load((ROOT / "widgets/lesson_plan/sample.yml").read_text(encoding="utf-8"))
SCENARIO = read_scenario(SAMPLE)
RUNS = machine("lesson_plan")
CARDS = [each["id"] for each in SCENARIO["cards"]]


def add(*cards: str) -> list[dict[str, Any]]:
    return [{"do": "add", "learner": "aina", "card": card} for card in cards]


def live(actions: list[dict[str, Any]]) -> Any:
    return replay("lesson_plan", SCENARIO, actions).as_dict()["plans"]["aina"]["live"]


GOOD = [{"do": "aim", "learner": "aina", "option": "pieraksts"}, *add("sveiks", "paradi", "kopa", "pati", "atstasta")]
GOOD += add("pec")


def test_an_empty_plan_has_met_nothing() -> None:
    assert not any(live([]).values())


def test_the_good_plan_is_good_and_each_step_of_it_is_needed() -> None:
    check = {"do": "check", "learner": "aina"}

    assert judge(SCENARIO, {"kind": "lesson_plan", "actions": [*GOOD, check]}).outcome == "right"
    for left_out in ("paradi", "kopa", "pati", "atstasta", "pec"):
        actions = [each for each in GOOD if each.get("card") != left_out]
        assert judge(SCENARIO, {"kind": "lesson_plan", "actions": [*actions, check]}).outcome == "partly"


@pytest.mark.parametrize(
    ("actions", "rule", "met"),
    [
        (add("paradi", "kopa", "pati"), "order", True),
        (add("pati", "kopa", "paradi"), "order", False),
        (add("paradi", "pati"), "order", False),
        ([*add("paradi", "pati"), {"do": "minutes", "learner": "aina", "card": "pati", "value": 5}], "doing", True),
        ([*add("paradi", "pati"), {"do": "minutes", "learner": "aina", "card": "pati", "value": 4}], "doing", False),
        (add("pati", "atstasta"), "check", True),
        (add("atstasta", "pati"), "check", False),
        ([*add("pati", "kopa"), {"do": "minutes", "learner": "aina", "card": "kopa", "value": 22}], "time", True),
        ([*add("pati", "kopa"), {"do": "minutes", "learner": "aina", "card": "kopa", "value": 23}], "time", False),
        ([*add("pati", "kopa"), {"do": "minutes", "learner": "aina", "card": "kopa", "value": 16}], "time", False),
    ],
)
def test_the_live_rules(actions: list[dict[str, Any]], rule: str, met: bool) -> None:
    assert live(actions)[rule] is met


def test_what_does_not_fit_the_person_is_named_only_after_checking() -> None:
    actions = [*GOOD, *add("stasti")]

    assert "fits" not in live(actions) and "aim" not in live(actions)
    feedback = judge(SCENARIO, {"kind": "lesson_plan", "actions": [*actions, {"do": "check", "learner": "aina"}]})
    assert feedback.marks["fits"].why == "Tas nepalīdz izdarīt to, pēc kā Aina atnāca."


def test_moving_and_taking_away_keep_the_rest_in_order() -> None:
    actions = add("sveiks", "paradi", "kopa")
    actions += [
        {"do": "move", "learner": "aina", "card": "kopa", "to": 0},
        {"do": "remove", "learner": "aina", "card": "sveiks"},
    ]

    state = replay("lesson_plan", SCENARIO, actions)

    assert [card for card, _ in state.as_dict()["plans"]["aina"]["steps"]] == ["kopa", "paradi"]


@given(
    st.lists(
        st.one_of(
            st.builds(lambda card: {"do": "add", "learner": "aina", "card": card}, st.sampled_from(CARDS)),
            st.builds(lambda card: {"do": "remove", "learner": "aina", "card": card}, st.sampled_from(CARDS)),
            st.builds(
                lambda card, to: {"do": "move", "learner": "aina", "card": card, "to": to},
                st.sampled_from(CARDS),
                st.integers(0, 6),
            ),
        ),
        max_size=15,
    )
)
@settings(deadline=None)
def test_from_every_plan_a_good_one_can_be_made(actions: list[dict[str, Any]]) -> None:
    state, kept = restore("lesson_plan", SCENARIO, actions)
    clear = [{"do": "remove", "learner": "aina", "card": card} for card, _ in state.as_dict()["plans"]["aina"]["steps"]]

    reached = replay("lesson_plan", SCENARIO, [*kept, *clear, *GOOD])

    assert all(goal.reached == 1 for goal in RUNS.goals(SCENARIO, reached))


@pytest.mark.parametrize(
    "action",
    [
        {"do": "add", "learner": "cits", "card": "paradi"},
        {"do": "add", "learner": "aina", "card": "nav"},
        {"do": "remove", "learner": "aina", "card": "paradi"},
        {"do": "minutes", "learner": "aina", "card": "paradi", "value": 5},
        {"do": "aim", "learner": "aina", "option": "nav"},
        {"do": "score", "learner": "aina"},
    ],
)
def test_what_no_page_sends_is_refused(action: dict[str, Any]) -> None:
    with pytest.raises(InvalidAnswer):
        replay("lesson_plan", SCENARIO, [action])


@pytest.mark.parametrize("value", [0, 31, "5", True, None, 2.5])
def test_minutes_are_whole_and_within_bounds(value: object) -> None:
    with pytest.raises(InvalidAnswer):
        replay(
            "lesson_plan",
            SCENARIO,
            [*add("paradi"), {"do": "minutes", "learner": "aina", "card": "paradi", "value": value}],
        )


def test_the_page_does_not_know_which_aim_is_right_or_what_does_not_fit() -> None:
    shown = str(RUNS.shown(SCENARIO))

    assert "'right'" not in shown and "not_for" not in shown and "'why'" not in shown


def test_an_author_is_told_when_no_good_plan_can_be_made() -> None:
    cards = [{**each, "phase": "other"} if each["phase"] == "later" else each for each in SAMPLE["cards"]]

    with pytest.raises(ValidationError, match="labu plānu salikt nevar"):
        read_scenario({**SAMPLE, "cards": cards})
