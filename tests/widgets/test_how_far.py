"""How far an item of an assessment is, as the page says it: what it may see, and nothing about right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lideri.course.items import Simulation
from lideri.course.loading import load_course
from lideri.practice import machine
from lideri.practice.machine import Machine
from lideri.practice.release import release, scenario_of
from lideri.practice.scenarios import load_scenarios
from widgets.base import esm

pytestmark = pytest.mark.browser
TASKS = {name: item for name, item in load_course().items.items() if isinstance(item, Simulation)}
NO_CASES = {"e_address", "portal", "signing", "backup", "talk", "form_repair", "lesson_plan"}  # one thing to do


@pytest.fixture(scope="module")
def bundle(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(content=esm("assessment").replace("export default { render };", ""))
    yield page
    page.close()


def how_far(bundle: Page, item: dict[str, Any], actions: list[dict[str, Any]]) -> dict[str, str]:
    response = {"kind": "simulation", "actions": actions} if actions else None
    told: dict[str, str] = bundle.evaluate("([item, response]) => howFar(item, response)", [item, response])
    return told


def a_task(scenario: dict[str, Any]) -> dict[str, Any]:
    return {"id": "u", "kind": "simulation", "scenario": scenario}


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_that_was_not_touched_has_no_answer_and_one_that_was_solved_has_nothing_untouched(
    bundle: Page, name: str
) -> None:
    item = release(TASKS[name]).model_dump(mode="json")
    whole = scenario_of(TASKS[name])
    solution = [dict(action) for action in machine(whole["kind"]).solution(whole)]

    assert how_far(bundle, item, []) == {"state": "none", "text": "bez atbildes"}
    assert how_far(bundle, item, solution)["state"] in ("begun", "done")


def test_every_kind_of_place_that_has_several_cases_says_which_are_untouched(bundle: Page) -> None:
    import course_data

    silent = set()
    for scenario in load_scenarios(course_data.path()).values():
        runs = machine(scenario["kind"])
        if type(runs).goals is Machine.goals:
            continue  # never scored
        first = next(action for action in runs.solution(scenario) if action["do"] not in ("open", "look", "task"))
        told = how_far(bundle, a_task(runs.shown(scenario)), [dict(first)])
        if told["state"] != "some":
            assert told == {"state": "begun", "text": "sākts"}
            silent.add(scenario["kind"])

    assert silent <= NO_CASES


def test_opening_a_case_without_doing_anything_in_it_is_no_answer(bundle: Page) -> None:
    task = a_task({"kind": "login", "cases": [{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "d"}]})
    looked = [{"do": "open", "case": "b"}, {"do": "open", "case": "a"}]

    assert how_far(bundle, task, looked)["text"] == "bez atbildes"
    assert how_far(bundle, task, [*looked, {"do": "refuse", "case": "a"}])["text"] == "3 no 4 daļām vēl neskartas"
    again = [{"do": "refuse", "case": "a"}, {"do": "again", "case": "a"}]
    assert how_far(bundle, task, again)["text"] == "bez atbildes"


def test_the_talk_below_a_portal_is_a_part_that_may_be_untouched(bundle: Page) -> None:
    talk = {"video": False, "steps": [{"id": "termins"}]}
    task = a_task({"kind": "portal", "tasks": [{"id": "t", "talk": talk}]})
    searched = [{"do": "search", "text": "bērns"}]
    said = {"do": "say", "step": "termins", "option": "a"}

    assert how_far(bundle, task, searched) == {"state": "some", "text": "1 no 2 daļām vēl neskarta"}
    assert how_far(bundle, task, [*searched, said])["state"] == "begun"
    assert how_far(bundle, task, [*searched, said, {"do": "again"}])["state"] == "none"


def test_a_row_that_only_stands_elsewhere_is_not_called_wrong(bundle: Page) -> None:
    said = bundle.evaluate(
        """() => {
            const pieces = [{ id: "a", text: "A" }, { id: "b", text: "B" }];
            const item = { id: "u", kind: "order", stem: "Sakārto", pieces };
            const built = buildKind(item, { kind: "order", order: ["b", "a"] }, () => {});
            built.mark({ a: { outcome: "wrong", why: "Pārvieto augstāk." }, b: { outcome: "right", why: "" } });
            return [...built.node.querySelectorAll(".part-why")].map((line) => line.textContent);
        }"""
    )

    assert sorted(said) == ["Citā vietā. Pārvieto augstāk.", "Pareizi"]


def test_a_place_with_a_single_case_is_only_said_to_be_begun(bundle: Page) -> None:
    task = a_task({"kind": "login", "cases": [{"id": "a"}]})

    assert how_far(bundle, task, [{"do": "refuse", "case": "a"}]) == {"state": "begun", "text": "sākts"}


def test_a_text_much_shorter_than_was_asked_for_is_looked_at_once_more_before_handing_in(bundle: Page) -> None:
    item = {"id": "u", "kind": "free_text", "min_words": 40, "max_words": 150}

    def told(words: int) -> dict[str, str]:
        response = {"kind": "free_text", "text": " ".join(["vārds"] * words)}
        return dict(bundle.evaluate("([item, response]) => howFar(item, response)", [item, response]))

    assert told(2) == {"state": "begun", "text": "pagaidām 2 vārdi; pietiek ar 40–150"}
    assert told(40) == {"state": "done", "text": "atbildēts"}
