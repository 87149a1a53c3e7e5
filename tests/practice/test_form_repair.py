"""«Salabo veidlapu»: WCAG's formula with known values, and no way to a good form without repairing what was broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lideri.course.contrast import contrast
from lideri.errors import InvalidAnswer
from lideri.practice import judge, machine, replay
from lideri.practice.scenarios import read_scenario

ROOT = Path(__file__).parents[2]
SAMPLE: dict[str, Any] = yaml.safe_load((ROOT / "widgets/form_repair/sample.yml").read_text(encoding="utf-8"))
SCENARIO = read_scenario(SAMPLE)
RUNS = machine("form_repair")
SOLUTION = list(RUNS.solution(SCENARIO))
colours = st.from_regex(r"\A#[0-9a-f]{6}\Z")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # The corners of the definition, and greys around the limit as WebAIM's and the W3C's own tools give them.
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.47),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 3.99),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_what_the_formula_of_wcag_gives(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@given(colours, colours)
def test_contrast_has_no_direction_and_stays_within_its_bounds(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21 and contrast(one, one) == 1


def test_the_form_as_it_stands_passes_no_check() -> None:
    feedback = judge(SCENARIO, {"kind": "form_repair", "actions": [{"do": "check"}]})

    assert feedback.outcome == "unsure" and feedback.title == "Vēl nekas nav salabots."
    assert all(mark.outcome == "wrong" for mark in feedback.marks.values())
    assert feedback.marks["label-talrunis"].why.startswith("Laukam nav nosaukuma")
    assert feedback.marks["colour-teksts"].why == "Kontrasts ir 1,82 : 1, vajag vismaz 4,5 : 1."


def test_only_a_form_in_which_something_was_changed_counts_as_done() -> None:
    looked = [{"do": "check"}]
    repaired = [*looked, SOLUTION[0], {"do": "check"}]

    assert RUNS.done(replay("form_repair", SCENARIO, looked)) == ()
    assert RUNS.done(replay("form_repair", SCENARIO, repaired)) == ("form",)


def test_the_repaired_form_passes_every_check() -> None:
    feedback = judge(SCENARIO, {"kind": "form_repair", "actions": SOLUTION})

    assert feedback.outcome == "right"


@pytest.mark.parametrize("left_out", range(len(SOLUTION) - 1))
def test_each_repair_is_needed(left_out: int) -> None:
    actions = [each for at, each in enumerate(SOLUTION) if at != left_out]
    if SOLUTION[left_out]["do"] == "move":  # leaving one of two moves out may still give the right order
        actions = [each for each in SOLUTION if each["do"] != "move"]

    reached = [goal.reached for goal in RUNS.goals(SCENARIO, replay("form_repair", SCENARIO, actions))]

    assert 0 < sum(reached) < len(reached)


def test_breaking_what_was_right_is_no_way_to_a_good_form() -> None:
    whole = {**SAMPLE, "colours": [*SAMPLE["colours"], {**SAMPLE["colours"][0], "id": "laba", "colour": "#4b5a5a"}]}
    scenario = read_scenario(whole)
    spoil = {"do": "colour", "pair": "laba", "colour": "#8a9490"}
    good = [each for each in RUNS.solution(scenario) if each.get("pair") != "laba"]

    assert all(goal.reached == 1 for goal in RUNS.goals(scenario, replay("form_repair", scenario, good)))
    assert all(goal.reached == 0 for goal in RUNS.goals(scenario, replay("form_repair", scenario, [*good, spoil])))


def test_changing_anything_makes_the_form_unchecked() -> None:
    for action in SOLUTION[:-1]:
        state = replay("form_repair", SCENARIO, [SOLUTION[0], {"do": "check"}, action])
        assert RUNS.checked(SCENARIO, state) == () and RUNS.done(state) == ("form",)


@given(st.lists(st.sampled_from([*SOLUTION, {"do": "label", "field": "talrunis", "option": ""}]), max_size=12))
@settings(deadline=None)
def test_from_everywhere_the_form_can_still_be_repaired(before: list[dict[str, Any]]) -> None:
    state = replay("form_repair", SCENARIO, [*before, *SOLUTION])

    assert all(goal.reached == 1 for goal in RUNS.goals(SCENARIO, state))


@pytest.mark.parametrize(
    "action",
    [
        {"do": "label", "field": "vards", "option": "nr"},
        {"do": "label", "field": "talrunis", "option": "cits"},
        {"do": "colour", "pair": "teksts", "colour": "#000000"},
        {"do": "move", "field": "vards", "to": 2},
        {"do": "move", "field": "vards", "to": True},
        {"do": "choose", "choice": "poga", "option": ""},
        {"do": "pass"},
    ],
)
def test_what_no_page_sends_is_refused(action: dict[str, Any]) -> None:
    with pytest.raises(InvalidAnswer):
        replay("form_repair", SCENARIO, [action])


def test_the_page_does_not_know_what_is_right() -> None:
    shown = str(RUNS.shown(SCENARIO))

    assert "'right'" not in shown and "'why'" not in shown and SCENARIO["order_why"] not in shown


def test_the_page_knows_what_to_draw() -> None:
    mark = {"id": "zime", "text": "Zīme", "looks": "required", "start": "krasa"}
    options = [
        {"id": "krasa", "text": "Ar krāsu", "why": "Krāsu ne visi redz."},
        {"id": "vards", "text": "Ar vārdu", "drawn": "(obligāti)", "right": True, "why": "To var arī dzirdēt."},
    ]
    fields = [{**each, "required": True} for each in SAMPLE["fields"]]
    pair = SAMPLE["colours"][0]
    colours = [{**pair, "of": "button"}, {**pair, "id": "rinda", "sample": "Bez maksas"}]
    changed = {"fields": fields, "colours": colours, "choices": [{**mark, "options": options}]}

    shown = RUNS.shown(read_scenario({**SAMPLE, **changed}))

    assert [each["drawn"] for each in shown["choices"][0]["options"]] == ["", "(obligāti)"]
    assert [each["required"] for each in shown["fields"]] == [True, True]
    assert [(each["of"], each["sample"]) for each in shown["colours"]] == [("button", ""), ("line", "Bez maksas")]
    assert "right" not in shown["choices"][0]["options"][1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"palette": [{"value": "#c0c0c0", "name": "Pelēka"}]}, "kontrastu"),
        ({"order": [["vards"]]}, "visiem laukiem"),
        ({"choices": [{**SAMPLE["choices"][0], "looks": "required"}]}, "obligātu lauku"),
        ({"colours": [{**SAMPLE["colours"][0], "id": name, "of": "title"} for name in ("a", "b")]}, "tikai viens"),
        ({"fields": [SAMPLE["fields"][1], {**SAMPLE["fields"][1], "id": "otrs"}], "order": []}, "divām lietām"),
    ],
)
def test_an_author_is_told_what_cannot_be_repaired(change: dict[str, Any], says: str) -> None:
    base = {**SAMPLE, "colours": SAMPLE["colours"], "choices": []} if "fields" in change else SAMPLE
    with pytest.raises(ValidationError, match=says):
        read_scenario({**base, **change})


def test_what_a_person_chose_is_told_in_words_and_what_is_still_wrong_is_marked() -> None:
    told = RUNS.told(SCENARIO, replay("form_repair", SCENARIO, SOLUTION[:1]))
    whole = RUNS.told(SCENARIO, replay("form_repair", SCENARIO, SOLUTION))

    assert any("«" in line and "vēl nav kārtībā" not in line for line in told)
    assert any(line.endswith("(vēl nav kārtībā)") for line in told)
    assert len(whole) == len(told) and not any("vēl nav kārtībā" in line for line in whole)


def test_the_way_to_a_good_form_leaves_alone_what_was_right() -> None:
    whole = {**SAMPLE, "colours": [*SAMPLE["colours"], {**SAMPLE["colours"][0], "id": "laba", "colour": "#4b5a5a"}]}

    assert not [each for each in RUNS.solution(read_scenario(whole)) if each.get("pair") == "laba"]
