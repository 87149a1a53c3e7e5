from __future__ import annotations

import pytest

import course_data
from lideri.practice import machine, replay
from lideri.practice.scenarios import FiguresScenario, load_scenario

SCENARIO = load_scenario(course_data.path(), "m01.2-skaitli")
MACHINE = machine("figures")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("10,3", "right"), ("10.3 ", "right"), ("10,3 procentpunkti", "right"), ("10", "wrong"), ("desmit", "unsure")],
)
def test_a_number_is_read_as_people_type_it_and_what_cannot_be_read_is_not_wrong(text: str, outcome: str) -> None:
    actions = [{"do": "answer", "question": "j2", "text": text}, {"do": "check", "question": "j2"}]

    told = MACHINE.feedback(SCENARIO, replay("figures", SCENARIO, actions), "j2")

    assert told.outcome == outcome


def test_the_first_miss_gives_a_hint_and_the_second_the_way() -> None:
    wrong = [{"do": "answer", "question": "j2", "text": "9"}, {"do": "check", "question": "j2"}]
    again = [*wrong, {"do": "retry", "question": "j2"}, *wrong]

    first = MACHINE.feedback(SCENARIO, replay("figures", SCENARIO, wrong), "j2")
    second = MACHINE.feedback(SCENARIO, replay("figures", SCENARIO, again), "j2")

    assert len(first.body) == 1
    assert second.body[1] == "55,6 − 45,3 = 10,3 procentpunkti."


def test_the_keys_follow_from_the_bars() -> None:
    bars = {bar["id"]: bar["value"] for bar in SCENARIO["bars"]}
    keys = {question["id"]: question["number"] for question in SCENARIO["questions"]}

    assert keys["j2"] == pytest.approx(bars["es-2023"] - bars["lv-2023"])
    assert keys["j3"] == pytest.approx(bars["es-2030"] - bars["lv-2023"])
    assert keys["j4"] == round(100 - bars["lv-2023"])


def test_a_question_is_answered_in_one_way_only() -> None:
    broken = {**SCENARIO, "questions": [{**SCENARIO["questions"][1], "bar": "lv-2023"}]}

    with pytest.raises(ValueError, match="vai nu «number», vai «bar»"):
        FiguresScenario.model_validate(broken)
