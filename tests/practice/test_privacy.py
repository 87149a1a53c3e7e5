"""«Personas dati»: bars, legal grounds and the steps after a breach; what each is worth and that nothing gets stuck."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import course_data
from lideri.errors import InvalidAnswer
from lideri.practice import judge, machine, replay
from lideri.practice.privacy import PrivacyState
from lideri.practice.scenarios import load_scenario, read_scenario

Scenario = Mapping[str, Any]
Actions = list[dict[str, Any]]
RUNS = machine("privacy")
PLACE = load_scenario(course_data.path(), "m02.3-dati")
DOCUMENTS = {document["id"]: document for document in PLACE["documents"]}
GROUNDS = {each["id"]: each["ground"] for each in PLACE["grounds"]["processings"]}
STEPS = [step for group in PLACE["steps"]["key"] for step in group]


def phrases(name: str, *, hide: bool) -> list[str]:
    found = [phrase for line in DOCUMENTS[name]["lines"] for phrase in line]
    return [phrase["id"] for phrase in found if phrase["id"] and phrase["hide"] == hide]


def cover(name: str, *ids: str) -> Actions:
    return [{"do": "cover", "document": name, "phrase": each} for each in ids]


def after(actions: Actions) -> PrivacyState:
    state = replay("privacy", PLACE, actions)
    assert isinstance(state, PrivacyState)
    return state


def told(actions: Actions, about: str) -> Any:
    return judge(PLACE, {"kind": "privacy", "actions": actions, "about": about})


def reached(actions: Actions, part: str) -> list[float]:
    goals = RUNS.goals(PLACE, after(actions))
    return [goal.reached for goal in goals if goal.id == part or goal.id.startswith(f"{part}.")]


# ── documents ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", DOCUMENTS)
def test_covering_exactly_what_must_be_covered_is_right(name: str) -> None:
    actions = [*cover(name, *phrases(name, hide=True)), {"do": "check", "document": name}]

    feedback = told(actions, name)

    assert feedback.outcome == "right"
    assert DOCUMENTS[name]["verdict"] in feedback.body
    assert reached(actions, name) == [1.0]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_covering_everything_or_nothing_is_never_enough(name: str) -> None:
    everything = cover(name, *phrases(name, hide=True), *phrases(name, hide=False))

    assert told([*everything, {"do": "check", "document": name}], name).outcome == "partly"
    assert reached(everything, name)[0] < 1
    assert reached([], name) == [0.0]


def test_what_stayed_readable_and_what_was_lost_are_told_apart() -> None:
    actions = [*cover("iesniegums", "vards", "kam"), {"do": "check", "document": "iesniegums"}]

    feedback = told(actions, "iesniegums")

    assert feedback.outcome == "partly"
    assert {name: mark.outcome for name, mark in feedback.marks.items()} == {
        "kam": "wrong",
        "vards": "right",
        "kods": "partly",
        "adrese": "partly",
        "talrunis": "partly",
        "veseliba": "partly",
    }
    assert feedback.body[:2] == ("Vēl redzami personas dati: 4.", "Aizklāts arī tas, kam jāpaliek lasāmam: 1.")


def test_only_wrong_bars_are_wrong() -> None:
    actions = [*cover("foto", "pukes"), {"do": "check", "document": "foto"}]

    assert told(actions, "foto").outcome == "wrong"
    assert reached(actions, "foto") == [0.0]


def test_a_bar_can_be_taken_away_and_that_is_a_new_try() -> None:
    actions = [*cover("foto", "pase", "pukes"), {"do": "check", "document": "foto"}]

    state = after([*actions, {"do": "uncover", "document": "foto", "phrase": "pukes"}])

    assert state.covered["foto"] == ("pase",)
    assert "foto" not in state.checked
    assert state.last is None
    assert "foto" in RUNS.done(state)


# ── grounds and steps ───────────────────────────────────────────────────────────────────────────────────────────────


def test_consent_everywhere_is_right_only_where_one_really_chooses() -> None:
    pairs = dict.fromkeys(GROUNDS, "piekrisana")
    actions: Actions = [{"do": "pair", "pairs": pairs}, {"do": "check_grounds"}]

    feedback = told(actions, "grounds")

    assert [name for name, mark in feedback.marks.items() if mark.outcome == "right"] == ["jaunumi"]
    assert sum(reached(actions, "grounds")) == 1
    assert feedback.title == "Pareizi: 1 no 5."


def test_grounds_are_checked_only_when_each_was_chosen() -> None:
    with pytest.raises(InvalidAnswer, match="Vispirms izvēlies pamatu katrai rindai"):
        after([{"do": "pair", "pairs": {"alga": "ligums"}}, {"do": "check_grounds"}])


@pytest.mark.parametrize("last", [["dvi", "klients"], ["klients", "dvi"]])
def test_the_inspectorate_and_the_client_may_be_told_in_either_order(last: list[str]) -> None:
    actions: Actions = [{"do": "order", "steps": ["pasaki", "verte", *last]}, {"do": "check_order"}]

    assert told(actions, "steps").outcome == "right"
    assert sum(reached(actions, "steps")) == 4


def test_telling_the_inspectorate_before_ones_own_institution_is_not_right() -> None:
    actions: Actions = [{"do": "order", "steps": ["dvi", "pasaki", "verte", "klients"]}, {"do": "check_order"}]

    feedback = told(actions, "steps")

    assert feedback.outcome == "partly"
    assert feedback.marks["dvi"].outcome == "wrong"


def test_what_was_done_is_told_in_words() -> None:
    actions = [*cover("foto", "pase"), {"do": "pair", "pairs": {"alga": "ligums"}}, {"do": "order", "steps": STEPS}]

    lines = RUNS.told(PLACE, after(actions))

    assert lines[0] == "«Foto bibliotēkas lapai»: aizklāja «atvērta pase»"
    assert lines[1].endswith(" – Līgums ar šo cilvēku")
    assert lines[2].startswith("Secība: Tūlīt pasaki to savā iestādē; Iestāde novērtē")


# ── no dead ends, no success without the steps ──────────────────────────────────────────────────────────────────────

ANY = st.one_of(
    st.sampled_from(
        [
            {"do": do, "document": name, "phrase": phrase}
            for name in DOCUMENTS
            for phrase in (*phrases(name, hide=True), *phrases(name, hide=False))
            for do in ("cover", "uncover")
        ]
    ),
    st.sampled_from([{"do": "check", "document": name} for name in DOCUMENTS]),
    st.builds(
        lambda pairs: {"do": "pair", "pairs": pairs},
        st.dictionaries(st.sampled_from(list(GROUNDS)), st.sampled_from(list(GROUNDS.values()))),
    ),
    st.builds(lambda steps: {"do": "order", "steps": steps}, st.permutations(STEPS)),
    st.sampled_from([{"do": "check_grounds"}, {"do": "check_order"}]),
)


def possible(actions: Actions) -> Actions:
    """Those that an honest page could send: nothing is checked that was not begun."""
    state, kept = after([]), []
    for action in actions:
        begun = {
            "check": bool(state.covered.get(str(action.get("document")))),
            "check_grounds": len(state.pairs) == len(GROUNDS),
            "check_order": bool(state.order),
        }
        if begun.get(action["do"], True):
            kept.append(action)
            state = after(kept)
    return kept


@settings(max_examples=100, deadline=None)
@given(actions=st.lists(ANY, max_size=40))
def test_from_anywhere_every_goal_can_still_be_reached(actions: Actions) -> None:
    clear: Actions = [
        {"do": "uncover", "document": name, "phrase": phrase}
        for name in DOCUMENTS
        for phrase in phrases(name, hide=False)
    ]

    state = after([*possible(actions), *clear, *(dict(each) for each in RUNS.solution(PLACE))])

    assert [goal.id for goal in RUNS.goals(PLACE, state) if goal.reached < 1] == []
    assert RUNS.summary(PLACE, state).outcome == "right"


@settings(max_examples=100, deadline=None)
@given(actions=st.lists(ANY, max_size=60))
def test_a_document_is_right_only_with_exactly_its_bars(actions: Actions) -> None:
    state = after(possible(actions))

    for name in DOCUMENTS:
        exact = set(state.covered.get(name, ())) == set(phrases(name, hide=True))
        goal = next(goal for goal in RUNS.goals(PLACE, state) if goal.id == name)
        assert (goal.reached == 1) == exact
        if name in state.checked:
            assert (RUNS.feedback(PLACE, state, name).outcome == "right") == exact


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"do": "cover", "document": "cits", "phrase": "vards"}, "dokuments «cits»"),
        ({"do": "cover", "document": "foto", "phrase": "cita"}, "frāze «cita»"),
        ({"do": "check", "document": "foto"}, "Vispirms aizklāj to, pēc kā var pazīt cilvēku"),
        ({"do": "pair", "pairs": {"alga": "cits"}}, "Tādas rindas vai tāda pamata"),
        ({"do": "pair", "pairs": {"cita": "ligums"}}, "Tādas rindas vai tāda pamata"),
        ({"do": "pair", "pairs": "alga"}, "Savienojumu nevarēja nolasīt"),
        ({"do": "order", "steps": STEPS[1:]}, "Secībā jābūt visiem soļiem"),
        ({"do": "order", "steps": "dvi"}, "Soļu secību nevarēja nolasīt"),
        ({"do": "check_order"}, "Vispirms saliec soļus secībā"),
        ({"do": "burn"}, "nav darbības «burn»"),
    ],
)
def test_what_no_page_offers_is_refused_in_words(action: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidAnswer, match=message):
        RUNS.apply(PLACE, RUNS.start(PLACE), action)


def test_feedback_is_given_only_on_a_checked_part_that_exists() -> None:
    with pytest.raises(InvalidAnswer, match="vēl nav pārbaudīta"):
        RUNS.feedback(PLACE, RUNS.start(PLACE), "steps")
    with pytest.raises(InvalidAnswer, match="nav daļas «cita»"):
        RUNS.feedback(PLACE, RUNS.start(PLACE), "cita")


def test_a_scenario_may_hold_one_part_only_and_then_has_no_others() -> None:
    only = read_scenario({**PLACE, "grounds": None, "steps": None, "documents": PLACE["documents"][:1]})

    assert RUNS.parts(only) == ("iesniegums",)
    with pytest.raises(InvalidAnswer, match="tādas daļas nav"):
        RUNS.apply(only, RUNS.start(only), {"do": "check_order"})
    with pytest.raises(ValidationError, match="vismaz vienu dokumentu"):
        read_scenario({**PLACE, "grounds": None, "steps": None, "documents": []})


A = {"id": "a", "text": "a", "hide": True, "why": "a"}
B = {"id": "b", "text": "b", "why": "b"}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([[A]], "gan aizklājamas, gan paliekošas"),
        ([[B]], "gan aizklājamas, gan paliekošas"),
        ([[A, B, B]], "atkārtojas"),
        ([[A, {**B, "why": ""}]], "vajag «why»"),
    ],
)
def test_a_document_that_cannot_be_judged_is_refused(lines: list[Any], message: str) -> None:
    document = {**PLACE["documents"][0], "lines": lines}

    with pytest.raises(ValidationError, match=message):
        read_scenario({**PLACE, "documents": [document]})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda place: place["grounds"]["processings"][0].update(ground="cits"), "nav pamata «cits»"),
        (lambda place: place["grounds"]["processings"][0].update(id="veikals"), "apstrādes id atkārtojas"),
        (lambda place: place["steps"].update(key=[["pasaki"], ["verte"]]), "katram solim jābūt tieši vienu reizi"),
        (lambda place: place["documents"][0].update(id="steps"), "dokumentu nedrīkst saukt"),
    ],
)
def test_grounds_steps_and_names_that_do_not_fit_are_refused(change: Any, message: str) -> None:
    place = copy.deepcopy(dict(PLACE))
    change(place)

    with pytest.raises(ValidationError, match=message):
        read_scenario(place)


# ── what a page may hold ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_knows_neither_what_to_hide_nor_the_order_of_the_steps() -> None:
    shown = RUNS.shown(PLACE)

    assert {key for document in shown["documents"] for line in document["lines"] for each in line for key in each} == {
        "id",
        "text",
    }
    assert [piece["id"] for piece in shown["steps"]["pieces"]] == sorted(STEPS)
    assert {key for each in shown["grounds"]["processings"] for key in each} == {"id", "text"}


def test_every_invented_code_is_one_that_nobody_can_have() -> None:
    codes = re.findall(r"\d{6}-\d{5}", str(PLACE))

    assert codes
    assert set(codes) <= {"000000-00000", "009900-00001"}
