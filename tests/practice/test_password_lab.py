"""The password lab: its keys agree with its estimator, its tasks can always be solved, and passwords stay out of it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import course_data
from lideri.course.items import Simulation
from lideri.course.loading import load_course
from lideri.course.places import load_places
from lideri.errors import InvalidAnswer
from lideri.hub import assets
from lideri.hub.places import node
from lideri.practice import estimator, machine
from lideri.practice import replay as replay_any
from lideri.practice import restore as restore_any
from lideri.practice.password_lab import PARTS, PasswordLabScenario, PasswordLabState
from lideri.practice.release import scenario_of
from lideri.practice.scenarios import load_scenarios, read_scenario
from widgets import password_lab

ROOT = Path(__file__).parents[2]
MACHINE = machine("password_lab")
SCENARIO = load_scenarios(course_data.path())["m02.5-paroles"]
needs_estimator = pytest.mark.skipif(estimator.library() is None, reason="zxcvbn is not installed: make install")


def replay(scenario: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]) -> PasswordLabState:
    state = replay_any("password_lab", scenario, actions)
    assert isinstance(state, PasswordLabState)
    return state


def restored(
    scenario: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]
) -> tuple[PasswordLabState, Sequence[Mapping[str, Any]]]:
    """The state after those actions that were possible, and these actions."""
    state, kept = restore_any("password_lab", scenario, actions)
    assert isinstance(state, PasswordLabState)
    return state, kept


def laboratories() -> Iterator[Mapping[str, Any]]:
    """The course's own, the scored ones and the gallery's."""
    yield SCENARIO
    items = load_course().items.values()
    for item in (each for each in items if isinstance(each, Simulation)):
        if item.scenario["kind"] == "password_lab":
            yield scenario_of(item)
    yield read_scenario(yaml.safe_load((ROOT / "widgets/password_lab/sample.yml").read_text(encoding="utf-8")))


def in_node(script: str, *arguments: str, folder: Path) -> Any:
    """What the script prints as JSON; ``judge`` and ``WORDS`` are the module that browsers get."""
    (folder / "estimator.mjs").write_text(str(estimator.module_text()), encoding="utf-8")
    text = f'import judge, {{ WORDS }} from "./estimator.mjs";\nconst given = process.argv.slice(2);\n{script}'
    (folder / "ask.mjs").write_text(text, encoding="utf-8")
    command = [str(node()), str(folder / "ask.mjs"), *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)


GUESSES = (
    "const words = WORDS.map(([word]) => word);\n"
    "console.log(JSON.stringify(given.map((each) => judge(each, words).guesses_log10)));"
)


@needs_estimator
@pytest.mark.parametrize("scenario", list(laboratories()), ids=lambda each: str(each["id"]))
def test_the_key_of_an_order_is_what_the_estimator_says_with_room_between_the_steps(
    scenario: Mapping[str, Any], tmp_path: Path
) -> None:
    order = scenario["order"]
    texts = {each["id"]: each["text"] for each in order["passwords"]}

    powers = dict(zip(texts, in_node(GUESSES, *texts.values(), folder=tmp_path), strict=True))

    steps = [[powers[name] for name in group] for group in order["key"]]
    assert all(max(step) - min(step) < 1 for step in steps), "one step holds passwords of different strength"
    assert all(min(later) - max(earlier) > 1.9 for earlier, later in pairwise(steps)), "two steps are too alike"


@needs_estimator
def test_latvian_words_make_a_latvian_password_weaker(tmp_path: Path) -> None:
    script = (
        "const words = WORDS.map(([word]) => word);\n"
        "console.log(JSON.stringify(given.map((each) => [judge(each).guesses, judge(each, words).guesses])));"
    )

    for without, with_them in in_node(script, "Saulite2024", "mīlestība", "Rēzekne", "septembrī", folder=tmp_path):
        assert with_them < without / 100


@needs_estimator
def test_whatever_the_estimator_can_say_is_said_in_latvian() -> None:
    found = estimator.library()
    assert found is not None
    published = (found.parents[1] / "lib" / "feedback.js").read_text(encoding="utf-8")
    texts = re.findall(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\"""", published)
    said = {text[1:-1] for text in texts if " " in text}
    ours = (ROOT / "widgets/password_lab/password_lab.js").read_text(encoding="utf-8")
    block = ours[ours.index("const ESTIMATOR_SAYS = {") : ours.index("const ENGLISH")]
    translated = {json.loads(f'"{text}"') for text in re.findall(r'^  "((?:[^"\\]|\\.)+)": "', block, re.MULTILINE)}

    assert said == translated
    assert len(translated) == 27


def test_every_municipality_a_name_and_a_month_are_known_with_and_without_marks() -> None:
    words = estimator.latvian_words(course_data.path())

    assert {place.name.removesuffix(" novads").lower() for place in load_places()} <= set(words)
    assert words["jānis"] == words["janis"] == "personvārds"
    assert words["septembrī"] == words["septembri"] == "mēnesis, diena vai gadalaiks"
    assert words["rēzekne"] == words["rezekne"] == "vieta"
    assert all(word == word.lower() and len(word) >= 3 and " " not in word for word in words)


@needs_estimator
def test_the_kernel_names_the_address_under_which_the_server_hands_the_estimator_out() -> None:
    asked = {"what": "estimator"}
    handed_out = assets.estimator_asset()

    there = password_lab.answer(SCENARIO, {}, asked, {"LIDERI_WIDGETS": "/services/macibas/assets/"})
    elsewhere = password_lab.answer(SCENARIO, {}, asked, {})

    assert there == {"address": f"/services/macibas/assets/{assets.address(handed_out, estimator.NAME)}"}
    assert elsewhere["text"].encode() == handed_out[estimator.NAME].content
    assert "Permission is hereby granted" in elsewhere["text"]  # MIT asks that its text goes along
    assert b"sourceMappingURL" not in handed_out[estimator.NAME].content


def test_without_the_estimator_the_page_is_told_so_and_the_server_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimator, "module_text", lambda: None)

    assert assets.estimator_asset() == {}
    with pytest.raises(InvalidAnswer, match="vērtētāja šajā datorā nav"):
        password_lab.answer(SCENARIO, {}, {"what": "estimator"}, {})


def test_the_lock_file_holds_a_hash_and_no_address() -> None:
    lock = (ROOT / "deploy/estimator/package-lock.json").read_text(encoding="utf-8")

    packages = json.loads(lock)["packages"]
    assert packages["node_modules/zxcvbn"]["version"] == "4.4.2"
    assert all(each["integrity"].startswith("sha512-") for name, each in packages.items() if name)
    assert "http" not in lock


# ── the state machine ───────────────────────────────────────────────────────────────────────────────────────────────

HABITS = [each["id"] for each in SCENARIO["habits"]["habits"]]
ACCOUNTS = [each["id"] for each in SCENARIO["factors"]["accounts"]]
OPTIONS = [each["id"] for each in SCENARIO["factors"]["options"]]
PASSWORDS = [each["id"] for each in SCENARIO["order"]["passwords"]]
ACTIONS = st.lists(
    st.one_of(
        st.builds(lambda order: {"do": "order", "order": order}, st.permutations(PASSWORDS)),
        st.builds(
            lambda name, safe: {"do": "habit", "habit": name, "safe": safe}, st.sampled_from(HABITS), st.booleans()
        ),
        st.builds(
            lambda name, option: {"do": "factor", "account": name, "option": option},
            st.sampled_from(ACCOUNTS),
            st.sampled_from(OPTIONS),
        ),
        st.builds(
            lambda score, length: {"do": "tried", "score": score, "length": length},
            st.sampled_from([0, 1, 4, 5, -1, True, "4", None]),
            st.sampled_from(["1-7", "16+", "marker", None]),
        ),
        st.builds(lambda part: {"do": "check", "part": part}, st.sampled_from([*PARTS, "lab"])),
    ),
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(ACTIONS)
def test_from_wherever_one_is_every_goal_can_still_be_reached(tried: list[dict[str, Any]]) -> None:
    _, kept = restored(SCENARIO, tried)

    state = replay(SCENARIO, [*kept, *MACHINE.solution(SCENARIO)])

    assert all(goal.reached == 1 for goal in MACHINE.goals(SCENARIO, state))
    assert MACHINE.summary(SCENARIO, state).outcome == "right"


@settings(max_examples=80, deadline=None)
@given(ACTIONS)
def test_a_goal_is_reached_only_by_the_right_answer_to_it(tried: list[dict[str, Any]]) -> None:
    state, kept = restored(SCENARIO, tried)
    said = {each["habit"]: each["safe"] for each in kept if each["do"] == "habit"}

    reached = {goal.id: goal.reached for goal in MACHINE.goals(SCENARIO, state)}

    for habit in SCENARIO["habits"]["habits"]:
        assert (reached[f"habits.{habit['id']}"] == 1) == (said.get(habit["id"]) is habit["safe"])
    if not any(each["do"] == "order" for each in kept):
        assert not any(value for name, value in reached.items() if name.startswith("order."))


def test_nothing_done_is_worth_nothing() -> None:
    assert not any(goal.reached for goal in MACHINE.goals(SCENARIO, MACHINE.start(SCENARIO)))


def test_passwords_that_are_equally_weak_may_stand_either_way() -> None:
    def right(order: list[str]) -> int:
        state = replay(SCENARIO, [{"do": "order", "order": order}])
        return sum(goal.reached == 1 for goal in MACHINE.goals(SCENARIO, state) if goal.id.startswith("order."))

    assert right(["d", "b", "e", "c", "a"]) == right(["d", "e", "b", "c", "a"]) == 5
    assert right(["a", "b", "e", "c", "d"]) == 3


def test_a_social_networks_own_password_may_do_and_two_passwords_do_not() -> None:
    def worth(option: str) -> float:
        state = replay(SCENARIO, [{"do": "factor", "account": "tikls", "option": option}])
        return next(goal.reached for goal in MACHINE.goals(SCENARIO, state) if goal.id == "factors.tikls")

    assert [worth(option) for option in ("apstiprinajums", "tikai-parole", "divas-paroles")] == [1, 0.5, 0]


def test_a_change_takes_only_its_own_parts_check_away() -> None:
    state = replay(SCENARIO, MACHINE.solution(SCENARIO))

    after = MACHINE.apply(SCENARIO, state, {"do": "habit", "habit": HABITS[0], "safe": False})

    assert set(state.checked) == set(PARTS)
    assert set(after.checked) == {"order", "factors"}
    assert set(MACHINE.done(after)) == set(PARTS)


def test_the_same_strength_and_length_is_kept_once_and_nothing_else_of_it() -> None:
    tried = {"do": "tried", "score": 1, "length": "8-11"}

    state = replay(SCENARIO, [tried, tried, {**tried, "score": 4}])

    assert state.tried == ((1, "8-11"), (4, "8-11"))


def test_a_page_that_sends_the_password_along_is_refused() -> None:
    _, kept = restored(SCENARIO, [{"do": "tried", "score": 1, "length": "8-11", "text": "mana parole"}])

    assert kept == ()


def test_a_scored_task_has_no_field_to_try_passwords_in() -> None:
    for scenario in laboratories():
        if scenario["id"].startswith("m02.5-v"):
            assert not scenario["lab"]
            with pytest.raises(InvalidAnswer):
                replay(scenario, [{"do": "tried", "score": 1, "length": "8-11"}])


def test_a_key_that_forgets_a_password_is_refused() -> None:
    broken = {**SCENARIO, "order": {**SCENARIO["order"], "key": [["d"], ["b"], ["c"], ["a"]]}}

    with pytest.raises(ValueError, match="tieši vienu reizi"):
        PasswordLabScenario.model_validate(broken)
