"""What holds for every simulator, whatever a person or a browser does."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lideri.errors import AnswerTooLarge, InvalidAnswer
from lideri.practice import MAX_ACTIONS, judge, machine, replay, restore
from lideri.practice.domains import host_of, registrable_domain
from lideri.practice.open_data import compute, frame

Scenarios = Mapping[str, Mapping[str, Any]]
Actions = list[dict[str, Any]]
SECRET_FIELDS = {
    "mailbox": {"sign", "genuine", "verdict", "why", "key", "facts"},
    "address": {"imitates", "why", "domain", "facts"},
    "open_data": {"key", "lesson", "pick", "tolerance", "facts"},
}

KINDS = sorted(SECRET_FIELDS)  # those that can be scored are in test_scored_places.py
every_kind = pytest.mark.parametrize("kind", KINDS)
# The first example of open data also pays for importing pandas; nothing here depends on time.
thorough = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.text(min_size=201, max_size=210),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def action(kind: str, scenario: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Mostly possible actions, with fields missing, foreign or of a wrong type among them."""
    if kind == "mailbox":
        fields = {
            "do": [
                "open",
                "reveal_sender",
                "reveal_link",
                "mark",
                "unmark",
                "decide",
                "check",
                "retry",
                "order",
                "check_order",
            ],
            "message": [message["id"] for message in scenario["messages"]][:4],
            "spot": ["s1", "s2", "s3", "s4", "s5", "s9"],
            "decision": ["real", "fraud", "ask"],
        }
        steps = st.permutations([piece["id"] for piece in scenario["steps"]["pieces"]])
        extra: dict[str, st.SearchStrategy[Any]] = {"steps": steps}
    elif kind == "address":
        fields = {
            "do": ["pick", "say", "check", "retry"],
            "address": [address["id"] for address in scenario["addresses"]][:4],
            "domain": ["latvija.gov.lv", "https://LATVIJA.gov.lv/", "gov.lv", "atjaunot.example", "", "  "],
            "verdict": ["real", "fake"],
            "of": [owner["id"] for owner in scenario["owners"]],
        }
        extra = {}
    else:
        columns = ["population", "region", *(column["id"] for column in scenario["columns"])]
        fields = {
            "do": ["choose_columns", "sort", "per_1000", "filter_region", "chart", "answer", "check"],
            "column": ["place", *columns[:4]],
            "region": ["Latgales plānošanas reģions", "Zemgales plānošanas reģions"],
            "question": [question["id"] for question in scenario["questions"]],
            "text": ["Rīga", "17,1", "13 022", "13.022", "nezinu", ""],
        }
        extra = {
            "columns": st.lists(st.sampled_from(columns), max_size=4),
            "descending": st.booleans(),
            "on": st.booleans(),
        }
    good = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in fields.items()} | extra)
    broken = st.builds(lambda base, name, value: {**base, name: value}, good, st.sampled_from([*fields, *extra]), junk)
    missing = st.builds(
        lambda base, name: {k: v for k, v in base.items() if k != name}, good, st.sampled_from([*fields])
    )
    return st.one_of(good, good, good, broken, missing, junk)


def possible(kind: str, scenario: Mapping[str, Any], tried: list[Any]) -> Actions:
    """Those of the tried actions that the machine accepts one after another; anything but a refusal fails the test."""
    runs, state, accepted = machine(kind), machine(kind).start(scenario), []
    for each in tried:
        before = copy.deepcopy(state)
        try:
            state = runs.apply(scenario, state, each)
        except InvalidAnswer as refusal:
            assert str(refusal).strip()
            assert state == before
            continue
        accepted.append(each)
    return accepted


def solution(kind: str, scenario: Mapping[str, Any], state: Any) -> Iterator[dict[str, Any]]:
    """Actions that finish the exercise with everything right, starting from whatever was done before."""
    if kind == "mailbox":
        for message in scenario["messages"]:
            name, now = message["id"], state.message(message["id"])
            yield {"do": "open", "message": name}
            if now.checked:
                yield {"do": "retry", "message": name}
            for spot in message["spots"]:
                yield {"do": "mark" if spot["sign"] else "unmark", "message": name, "spot": spot["id"]}
            yield {"do": "decide", "message": name, "decision": "real" if message["genuine"] else "fraud"}
            yield {"do": "check", "message": name}
        yield {"do": "order", "steps": [step for group in scenario["steps"]["key"] for step in group]}
        yield {"do": "check_order"}
    elif kind == "address":
        for address in scenario["addresses"]:
            name = address["id"]
            if state.address(name).checked:
                yield {"do": "retry", "address": name}
            yield {"do": "pick", "address": name, "domain": registrable_domain(host_of(address["url"]))}
            fake = address["imitates"] is not None
            yield {"do": "say", "address": name, "verdict": "fake" if fake else "real", "of": address["imitates"]}
            yield {"do": "check", "address": name}
    else:
        for question in scenario["questions"]:
            answer = compute(frame(scenario), question["key"])
            text = answer if isinstance(answer, str) else f"{answer:.1f}".replace(".", ",")
            yield {"do": "answer", "question": question["id"], "text": text}
            yield {"do": "check", "question": question["id"]}


def texts(data: object) -> set[str]:
    if isinstance(data, str):
        return {data}
    if isinstance(data, Mapping):
        return {text for pair in data.items() for part in pair for text in texts(part)}
    if isinstance(data, list | tuple):
        return {text for part in data for text in texts(part)}
    return set()


def values_of(data: object, fields: set[str]) -> set[str]:
    """Every text that stands under one of ``fields``, anywhere in ``data``."""
    if isinstance(data, Mapping):
        return {
            text
            for name, value in data.items()
            for text in (texts(value) if name in fields else values_of(value, fields))
        }
    if isinstance(data, list | tuple):
        return {text for part in data for text in values_of(part, fields)}
    return set()


@every_kind
@thorough
@given(data=st.data())
def test_no_action_does_anything_but_work_or_be_refused(kind: str, scenarios: Scenarios, data: st.DataObject) -> None:
    tried = data.draw(st.lists(action(kind, scenarios[kind]), max_size=40))

    possible(kind, scenarios[kind], tried)


@every_kind
@thorough
@given(data=st.data())
def test_replaying_is_deterministic_and_needs_only_what_is_shown(
    kind: str, scenarios: Scenarios, data: st.DataObject
) -> None:
    scenario, shown = scenarios[kind], machine(kind).shown(scenarios[kind])
    actions = possible(kind, scenario, data.draw(st.lists(action(kind, scenario), max_size=40)))

    state = replay(kind, scenario, actions)

    assert replay(kind, scenario, actions) == state
    assert replay(kind, json.loads(json.dumps(shown)), json.loads(json.dumps(actions))) == state
    assert json.loads(json.dumps(state.as_dict()))


@every_kind
@thorough
@given(data=st.data())
def test_every_checked_part_has_feedback_and_no_other_part_has(
    kind: str, scenarios: Scenarios, data: st.DataObject
) -> None:
    scenario, runs = scenarios[kind], machine(kind)
    state = replay(kind, scenario, possible(kind, scenario, data.draw(st.lists(action(kind, scenario), max_size=60))))

    for part in runs.parts(scenario):
        if part in runs.checked(scenario, state):
            told = runs.feedback(scenario, state, part).as_dict()
            assert told["outcome"] in {"right", "partly", "wrong", "unsure"}
            assert told["title"].strip() and all(line.strip() for line in told["body"])
            assert set(told) == {"outcome", "title", "body", "marks"}
            assert all(set(mark) == {"outcome", "why"} for mark in told["marks"].values())
            assert json.loads(json.dumps(told)) == told
        else:
            with pytest.raises(InvalidAnswer, match="Pārbaudīt"):
                runs.feedback(scenario, state, part)


@every_kind
@thorough
@given(data=st.data())
def test_whatever_was_done_the_exercise_can_still_be_finished_with_everything_right(
    kind: str, scenarios: Scenarios, data: st.DataObject
) -> None:
    scenario, runs = scenarios[kind], machine(kind)
    state = replay(kind, scenario, possible(kind, scenario, data.draw(st.lists(action(kind, scenario), max_size=40))))

    for step in solution(kind, scenario, state):
        state = runs.apply(scenario, state, step)

    summary = runs.summary(scenario, state)
    assert (summary.outcome, summary.done, summary.total) == ("right", summary.total, len(runs.parts(scenario)))


@every_kind
@thorough
@given(data=st.data())
def test_leaving_out_any_step_of_the_solution_that_decides_anything_is_not_all_right(
    kind: str, scenarios: Scenarios, data: st.DataObject
) -> None:
    scenario, runs = scenarios[kind], machine(kind)
    steps = list(solution(kind, scenario, runs.start(scenario)))
    needed = [step for step in steps if step["do"] != "unmark"]  # a phrase never marked need not be unmarked
    left_out = data.draw(st.sampled_from(needed))

    state, _kept = restore(kind, scenario, [step for step in steps if step is not left_out])

    assert runs.summary(scenario, state).outcome != "right"


@every_kind
def test_nothing_done_is_no_success_and_nothing_wrong_either(kind: str, scenarios: Scenarios) -> None:
    runs, scenario = machine(kind), scenarios[kind]

    summary = runs.summary(scenario, runs.start(scenario))

    assert (summary.outcome, summary.done) == ("unsure", 0)


@every_kind
def test_what_is_shown_holds_nothing_that_gives_the_answer_away(kind: str, scenarios: Scenarios) -> None:
    scenario, secret = scenarios[kind], SECRET_FIELDS[kind]

    shown = machine(kind).shown(scenario)

    assert not texts(shown) & secret
    told = "\n".join(texts(shown))
    hidden = {text for text in values_of(scenario, secret - {"key", "facts", "domain", "imitates"}) if len(text) > 3}
    assert hidden
    assert not [text for text in hidden if text in told]
    assert not [value for value in _leaves(shown) if isinstance(value, bool)]


def _leaves(data: object) -> Iterator[object]:
    if isinstance(data, Mapping):
        data = list(data.values())
    if isinstance(data, list | tuple):
        for part in data:
            yield from _leaves(part)
    else:
        yield data


@every_kind
def test_a_done_part_stays_done_while_it_is_tried_again(kind: str, scenarios: Scenarios) -> None:
    runs, scenario = machine(kind), scenarios[kind]
    state = replay(kind, scenario, list(solution(kind, scenario, runs.start(scenario))))
    part = runs.parts(scenario)[0]
    again: dict[str, dict[str, Any]] = {
        "mailbox": {"do": "retry", "message": part},
        "address": {"do": "retry", "address": part},
        "open_data": {"do": "answer", "question": part, "text": "vēl padomāšu"},
    }

    state = runs.apply(scenario, state, again[kind])

    assert part in runs.done(state)
    assert part not in runs.checked(scenario, state)
    assert runs.summary(scenario, state).outcome == "partly"


def test_judging_without_a_part_tells_about_what_was_checked_last(scenarios: Scenarios) -> None:
    actions = [
        {"do": "answer", "question": "j2", "text": "Mārupes novads"},
        {"do": "check", "question": "j2"},
        {"do": "per_1000", "on": True},
    ]
    response = {"kind": "open_data", "actions": actions}

    assert judge(scenarios["open_data"], response).outcome == "right"
    assert judge(scenarios["open_data"], {**response, "about": "summary"}).outcome == "partly"
    assert judge(scenarios["open_data"], {"kind": "open_data", "actions": []}).total == 5


def test_actions_that_a_changed_scenario_no_longer_knows_are_left_out_on_return(scenarios: Scenarios) -> None:
    actions = [
        {"do": "open", "message": "m01"},
        {"do": "open", "message": "pazudusi"},
        {"do": "open", "message": "m02"},
    ]

    state, kept = restore("mailbox", scenarios["mailbox"], actions)

    assert set(state.as_dict()["messages"]) == {"m01", "m02"}
    assert kept == (actions[0], actions[2])
    with pytest.raises(InvalidAnswer, match="ziņa «pazudusi»"):
        replay("mailbox", scenarios["mailbox"], actions)


@pytest.mark.parametrize(
    ("response", "says"),
    [
        ({"kind": "address", "actions": []}, "no cita uzdevuma"),
        ({"kind": "mailbox", "actions": "open"}, "darbību sarakstam"),
        ({"kind": "mailbox", "actions": ["open"]}, "nevarēja nolasīt"),
        ({"kind": "mailbox", "actions": [{"do": 3}]}, "nav nosaukuma"),
        ({"kind": "mailbox", "actions": [{"do": "dzēst"}]}, "nav darbības «dzēst»"),
        ({"kind": "mailbox", "actions": [], "about": ["m01"]}, "par ko ir jautājums"),
        ({"kind": "mailbox", "actions": [], "about": "zzz"}, "nav ziņas «zzz»"),
    ],
)
def test_an_unreadable_response_is_refused_in_words(response: dict[str, Any], says: str, scenarios: Scenarios) -> None:
    with pytest.raises(InvalidAnswer, match=says):
        judge(scenarios["mailbox"], response)


def test_an_unknown_kind_and_an_endless_list_are_refused(scenarios: Scenarios) -> None:
    with pytest.raises(InvalidAnswer, match="Nav tāda uzdevuma veida: «maze»"):
        replay("maze", {}, [])
    with pytest.raises(AnswerTooLarge, match="pārāk daudz"):
        replay("mailbox", scenarios["mailbox"], [{"do": "open", "message": "m01"}] * (MAX_ACTIONS + 1))
