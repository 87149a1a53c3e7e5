"""Tasks in a practice place: judged by the state the actions lead to, and by nothing a browser says."""

from __future__ import annotations

from typing import Any

import pytest

from lideri.answers.exercises import read_answer
from lideri.course.items import ITEM, RESPONSE, Item
from lideri.errors import InvalidAnswer
from lideri.grading import explain, grade, grade_raw, points
from lideri.nbgrader_bridge.assignment import texts_in
from lideri.practice.release import release
from tests.practice.test_scored_places import SORTING

SOLUTION = [
    {"do": "put", "card": "k1", "bin": "dara"},
    {"do": "put", "card": "k2", "bin": "nedara"},
    {"do": "put", "card": "k3", "bin": "nedara"},
]


def item() -> Item:
    scenario = {name: value for name, value in SORTING.items() if name != "id"}
    return ITEM.validate_python(
        {
            "id": "t-s1",
            "version": 2,
            "kind": "simulation",
            "pool": "module",
            "status": "live",
            "submodule": "1.1",
            "stem": "Sakārto, ko dara līderis.",
            "points": 3,
            "explanation": "Līderis māca, nevis dara klienta vietā.",
            "competences": ["5.4"],
            "outcomes": ["LO5.4.13"],
            "level": 5,
            "facts": ["paraugs"],
            "scenario": scenario,
        }
    )


def acts(*actions: Any) -> Any:
    return RESPONSE.validate_python({"kind": "simulation", "actions": actions})


@pytest.mark.parametrize(
    ("count", "outcome", "earned"), [(3, "right", 3.0), (2, "partly", 2.0), (0, "unanswered", 0.0)]
)
def test_points_are_the_share_of_goals_that_were_reached(count: int, outcome: str, earned: float) -> None:
    score = grade(item(), acts(*SOLUTION[:count]))

    assert (score.outcome, score.points) == (outcome, earned)


def test_a_right_state_counts_whether_or_not_check_was_pressed() -> None:
    assert grade(item(), acts(*SOLUTION, {"do": "check"})).outcome == "right"


@pytest.mark.parametrize(
    "action", [{"do": "win"}, {"do": "put", "card": "k9", "bin": "dara"}, {"do": "put"}, {"goals": 3}, {"do": ["put"]}]
)
def test_an_impossible_action_makes_the_answer_one_for_a_person_and_never_full_marks(action: dict[str, Any]) -> None:
    score = grade(item(), acts(*SOLUTION, action))

    assert (score.outcome, score.points, score.needs_person) == ("unsure", 0.0, True)


def test_answers_with_other_fields_or_of_another_version_are_not_scored() -> None:
    claimed = {"version": 2, "response": {"kind": "simulation", "actions": [], "reached": 3}}
    old = {"version": 1, "response": {"kind": "simulation", "actions": SOLUTION}}

    assert grade_raw(item(), claimed).outcome == "unsure"
    assert grade_raw(item(), old).outcome == "unsure"


def test_the_test_cell_of_an_assignment_gives_the_points() -> None:
    response = {"kind": "simulation", "actions": SOLUTION[:1]}

    assert points(item().model_dump_json(), {"version": 2, "response": response}) == 1.0


def test_the_released_task_holds_no_key_and_takes_only_possible_actions() -> None:
    shown = release(item())

    told = shown.model_dump_json()
    assert [text for text in texts_in([item()]) if text in told] == []
    assert "Tā cilvēks iemācās pats." in texts_in([item()])
    stored = read_answer(shown, {"kind": "simulation", "actions": SOLUTION})
    assert stored["actions"] == SOLUTION
    with pytest.raises(InvalidAnswer):
        read_answer(shown, {"kind": "simulation", "actions": [{"do": "put", "card": "k1", "bin": "nav"}]})


def test_the_explanation_says_what_was_done_what_was_asked_and_why() -> None:
    response = acts(SOLUTION[0], {"do": "put", "card": "k2", "bin": "dara"})

    told = explain(item(), response, grade(item(), response))

    assert told["your_answer"] == [
        "Parāda soli pa solim – To dara līderis",
        "Ievada klienta PIN kodu – To dara līderis",
    ]
    assert "Sola iestādes lēmumu – To līderis nedara" in told["right_answer"]
    assert "Nav izdevies: «Ievada klienta PIN kodu – To līderis nedara». PIN kodu ievada tikai klients." in told["why"]
