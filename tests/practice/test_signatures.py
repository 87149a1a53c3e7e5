"""«Parakstu laboratorija» and «Paraksti dokumentu» as state machines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lideri.errors import InvalidAnswer
from lideri.practice import judge, machine, replay, restore
from lideri.practice.scenarios import load_scenario, read_scenario
from lideri.practice.signatures import DECISIONS
from lideri.practice.signing import FORMATS, TRIES

LABS = ("m04.2-laboratorija", "m04.2-laboratorija-2")
LAB = load_scenario(files("course_data"), LABS[0])
SIGNING = load_scenario(files("course_data"), "m04.4-paraksti")
DESK, PEN = machine("signatures"), machine("signing")
PIN = SIGNING["pin"]

lab_actions = st.lists(
    st.one_of(
        *(
            st.fixed_dictionaries(
                {"do": st.sampled_from(["look", "verify", "check", "retry"]), "case": st.just(case["id"])}
            )
            | st.fixed_dictionaries(
                {"do": st.just("decide"), "case": st.just(case["id"]), "decision": st.sampled_from(sorted(DECISIONS))}
            )
            | st.fixed_dictionaries(
                {
                    "do": st.just("say"),
                    "case": st.just(case["id"]),
                    "words": st.sampled_from([each["id"] for each in case["words"]]),
                }
            )
            for case in LAB["cases"][:3]
        )
    ),
    max_size=40,
)
pen_actions = st.lists(
    st.one_of(
        st.fixed_dictionaries({"do": st.just("write"), "text": st.sampled_from(["", "Viens.", "Divi.\nTrīs."])}),
        st.fixed_dictionaries({"do": st.just("choose"), "format": st.sampled_from(sorted(FORMATS))}),
        st.fixed_dictionaries(
            {"do": st.just("sign"), "pin": st.sampled_from([PIN, "000000", "", f" {PIN[:3]} {PIN[3:]} "])}
        ),
        st.fixed_dictionaries({"do": st.sampled_from(["read", "unlock", "check", "retry"])}),
    ),
    max_size=40,
)


def reached(scenario: Any, actions: Iterable[Any]) -> dict[str, float]:
    runs = machine(scenario["kind"])
    state, _ = restore(scenario["kind"], scenario, list(actions))
    return {goal.id: goal.reached for goal in runs.goals(scenario, state)}


# ── the laboratory ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", LABS)
def test_the_solution_reaches_every_goal_and_finishes_the_exercise(name: str) -> None:
    scenario = load_scenario(files("course_data"), name)

    state = replay("signatures", scenario, DESK.solution(scenario))

    assert {goal.reached for goal in DESK.goals(scenario, state)} == {1.0}
    assert set(DESK.done(state)) == set(DESK.parts(scenario))
    assert DESK.summary(scenario, state).outcome == "right"


def test_at_least_eight_files_and_every_decision_can_be_right() -> None:
    cases = [case for name in LABS for case in load_scenario(files("course_data"), name)["cases"]]

    assert len(LAB["cases"]) >= 8
    assert len({case["file"] for case in cases}) == len(cases) >= 10
    assert {case["decision"] for case in cases} == set(DECISIONS)


def test_the_right_words_stand_in_no_place_of_their_own() -> None:
    cases = [case for name in LABS for case in load_scenario(files("course_data"), name)["cases"]]

    places = [[each["id"] for each in case["words"]].index(case["said"]) for case in cases]

    assert max(places.count(place) for place in range(3)) <= len(cases) / 2


@given(lab_actions)
def test_from_wherever_one_is_every_goal_can_still_be_reached(actions: list[dict[str, str]]) -> None:
    state, kept = restore("signatures", LAB, actions)
    again = [{"do": "retry", "case": case} for case in state.judged]

    assert set(reached(LAB, [*kept, *again, *DESK.solution(LAB)]).values()) == {1.0}


@given(lab_actions)
def test_the_page_and_the_server_see_the_same(actions: list[dict[str, str]]) -> None:
    assert restore("signatures", LAB, actions) == restore("signatures", DESK.shown(LAB), actions)


@given(lab_actions)
def test_what_was_not_verified_earns_nothing(actions: list[dict[str, str]]) -> None:
    verified = {action["case"] for action in actions if action["do"] == "verify"}

    earned = {goal.partition(".")[0] for goal, value in reached(LAB, actions).items() if value}

    assert earned <= verified


def test_the_right_answer_without_a_look_at_the_signature_earns_nothing() -> None:
    unseen = [action for action in DESK.solution(LAB) if action["do"] in ("decide", "say")]

    assert set(reached(LAB, unseen).values()) == {0.0}


def test_what_the_page_gets_says_neither_what_is_right_nor_why() -> None:
    shown = json.dumps(DESK.shown(LAB), ensure_ascii=False)

    for case in LAB["cases"]:
        for secret in (*case["why"].values(), *(each["why"] for each in case["words"])):
            assert secret not in shown
    for case in DESK.shown(LAB)["cases"]:
        assert set(case) == {"id", "title", "file", "client", "words", "found"}


def test_feedback_says_which_half_was_wrong_and_why() -> None:
    case = LAB["cases"][0]
    wrong_words = next(each for each in case["words"] if each["id"] != case["said"])
    actions = [
        {"do": "verify", "case": case["id"]},
        {"do": "decide", "case": case["id"], "decision": case["decision"]},
        {"do": "say", "case": case["id"], "words": wrong_words["id"]},
        {"do": "check", "case": case["id"]},
    ]

    said = judge(LAB, {"kind": "signatures", "actions": actions})

    assert said.outcome == "partly"
    assert said.marks["decision"].outcome == "right"
    assert said.marks["said"].why == wrong_words["why"]


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([{"do": "check", "case": "iesniegums"}], "Pārbaudīt parakstu"),
        ([{"do": "verify", "case": "iesniegums"}, {"do": "check", "case": "iesniegums"}], "gan lēmumu"),
        ([{"do": "verify", "case": "nav"}], "datne «nav»"),
        ([{"do": "decide", "case": "iesniegums", "decision": "varbūt"}], "lēmums «varbūt»"),
        ([{"do": "say", "case": "iesniegums", "words": "z"}], "teikums «z»"),
        ([{"do": "retry", "case": "iesniegums"}], "brīvi mainīt"),
        ([{"do": "lidot", "case": "iesniegums"}], "nav darbības «lidot»"),
        ([*DESK.solution(LAB)[:5], {"do": "decide", "case": "iesniegums", "decision": "ask"}], "Mēģināt vēlreiz"),
    ],
)
def test_what_no_honest_page_sends_is_refused_in_words(actions: list[dict[str, str]], message: str) -> None:
    with pytest.raises(InvalidAnswer, match=message):
        replay("signatures", LAB, actions)


def test_feedback_is_only_about_what_was_checked() -> None:
    state = DESK.start(LAB)

    with pytest.raises(InvalidAnswer, match="nav daļas"):
        DESK.feedback(LAB, state, "nav")
    with pytest.raises(InvalidAnswer, match="vēl nav pārbaudīta"):
        DESK.feedback(LAB, state, "iesniegums")


def broken_case(**changes: Any) -> dict[str, Any]:
    case = {**LAB["cases"][0], **changes}
    return {"id": "x", "kind": "signatures", "title": "T", "intro": "I", "facts": ["f"], "cases": [case]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"file": "nav.asice"}, "datnes «nav.asice» nav"),
        ({"said": "z"}, "vienam no «words»"),
        ({"why": {"accept": "x"}}, "katram lēmumam"),
    ],
)
def test_an_author_is_told_what_is_missing(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        read_scenario(broken_case(**changes))


# ── signing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_signing_is_done_by_reading_choosing_and_the_pin() -> None:
    state = replay("signing", SIGNING, PEN.solution(SIGNING))

    assert state.signed
    assert set(PEN.done(state)) == set(PEN.parts(SIGNING))
    assert {goal.reached for goal in PEN.goals(SIGNING, state)} == {1.0}


@given(pen_actions)
def test_one_can_always_still_sign(actions: list[dict[str, str]]) -> None:
    _, kept = restore("signing", SIGNING, actions)
    on = ({"do": "unlock"}, {"do": "write", "text": "Beigas."}, *PEN.solution(SIGNING))

    assert set(reached(SIGNING, [*kept, *on]).values()) == {1.0}


@given(pen_actions)
def test_nothing_is_signed_unread_unchosen_or_without_the_pin(actions: list[dict[str, str]]) -> None:
    state, kept = restore("signing", SIGNING, actions)

    if state.signed:
        assert state.read
        assert state.format
        assert state.text.strip()
        assert any(action["do"] == "sign" and "".join(action["pin"].split()) == PIN for action in kept)
    assert restore("signing", PEN.shown(SIGNING), actions) == (state, kept)


@given(pen_actions)
def test_a_change_after_signing_takes_the_signature_away(actions: list[dict[str, str]]) -> None:
    state, kept = restore(
        "signing", SIGNING, [*actions, {"do": "unlock"}, {"do": "write", "text": "A"}, *PEN.solution(SIGNING)]
    )

    changed = replay("signing", SIGNING, [*kept, {"do": "write", "text": "B"}])

    assert state.signed
    assert not changed.signed
    assert changed.lost
    assert not changed.read


def test_three_wrong_pins_lock_and_the_puk_unlocks() -> None:
    ready = [{"do": "choose", "format": "pdf"}, {"do": "read"}]
    wrong = [{"do": "sign", "pin": "111111"}] * TRIES

    locked = replay("signing", SIGNING, [*ready, *wrong])

    assert locked.left == 0
    with pytest.raises(InvalidAnswer, match="bloķēts"):
        replay("signing", SIGNING, [*ready, *wrong, {"do": "sign", "pin": PIN}])
    assert replay("signing", SIGNING, [*ready, *wrong, {"do": "unlock"}, {"do": "sign", "pin": PIN}]).signed


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([{"do": "sign", "pin": PIN}], "Vispirms uzraksti tekstu"),
        ([{"do": "write", "text": " "}, {"do": "read"}], "Vispirms uzraksti tekstu"),
        ([{"do": "check"}], "vēl nav parakstīts"),
        ([{"do": "choose", "format": "docx"}], "formāts «docx»"),
        ([{"do": "lidot"}], "nav darbības"),
    ],
)
def test_signing_refuses_what_no_honest_page_sends(actions: list[dict[str, str]], message: str) -> None:
    with pytest.raises(InvalidAnswer, match=message):
        replay("signing", SIGNING, actions)


def test_a_format_that_does_not_fit_is_signed_all_the_same_and_explained() -> None:
    actions = [{"do": "choose", "format": "edoc"}, {"do": "read"}, {"do": "sign", "pin": PIN}, {"do": "check"}]

    said = judge(SIGNING, {"kind": "signing", "actions": actions})

    assert said.outcome == "partly"
    assert "Latvijas formāts" in said.body[0]


def test_the_page_does_not_get_the_reasons_for_the_formats() -> None:
    shown = json.dumps(PEN.shown(SIGNING), ensure_ascii=False)

    assert all(each["why"] not in shown for each in SIGNING["formats"])
    assert "right" not in shown


def test_a_signing_scenario_names_each_format_once() -> None:
    with pytest.raises(ValidationError, match="visiem trim formātiem"):
        read_scenario({**SIGNING, "formats": [SIGNING["formats"][0]] * 3})


def test_signing_feedback_is_only_about_what_was_checked() -> None:
    with pytest.raises(InvalidAnswer, match="nav daļas"):
        PEN.feedback(SIGNING, PEN.start(SIGNING), "cits")
    with pytest.raises(InvalidAnswer, match="Vispirms paraksti"):
        PEN.feedback(SIGNING, PEN.start(SIGNING), "sign")
