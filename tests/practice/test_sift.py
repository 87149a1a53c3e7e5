"""«Pārbaudi, pirms tici»: what looks, verdicts and marks come to, and that nothing is won without looking."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import course_data
from lideri.errors import InvalidAnswer
from lideri.practice import judge, machine, replay
from lideri.practice.scenarios import load_scenario, read_scenario
from lideri.practice.sift import SiftState

Scenario = Mapping[str, Any]
Actions = list[dict[str, Any]]
RUNS = machine("sift")
PAGES = load_scenario(course_data.path(), "m02.2-parbaude")
NAMES = [page["id"] for page in PAGES["pages"]]


def page_of(name: str) -> dict[str, Any]:
    return next(page for page in PAGES["pages"] if page["id"] == name)


def solved(name: str, *without: str) -> Actions:
    """The solution of one page, without the actions of these kinds."""
    return [dict(each) for each in RUNS.solution(PAGES) if each["page"] == name and each["do"] not in without]


def after(actions: Actions) -> SiftState:
    state = replay("sift", PAGES, actions)
    assert isinstance(state, SiftState)
    return state


def told(actions: Actions, name: str) -> Any:
    return judge(PAGES, {"kind": "sift", "actions": actions, "about": name})


def reached(actions: Actions, name: str) -> dict[str, float]:
    goals = RUNS.goals(PAGES, after(actions))
    return {goal.id.split(".")[1]: goal.reached for goal in goals if goal.id.startswith(f"{name}.")}


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_who_looks_decides_and_marks_rightly_is_right(name: str) -> None:
    feedback = told(solved(name), name)

    assert feedback.outcome == "right"
    assert set(reached(solved(name), name).values()) == {1.0}
    assert name in RUNS.done(after(solved(name)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("decision", ["trust", "distrust", "ask"])
def test_a_verdict_without_a_look_is_told_what_to_look_at_and_nothing_else(name: str, decision: str) -> None:
    actions: Actions = [{"do": "decide", "page": name, "decision": decision}, {"do": "check", "page": name}]

    feedback = told(actions, name)

    assert feedback.outcome == "unsure"
    assert "nekas nav apskatīts" in feedback.title
    assert "Vispirms apskati " in feedback.body[-1]
    assert not feedback.marks
    assert page_of(name)["verdict"] not in " ".join(feedback.body)
    assert RUNS.done(after(actions)) == ()
    assert set(reached(actions, name).values()) == {0.0}


def test_what_was_not_looked_at_is_named() -> None:
    actions: Actions = [{"do": "decide", "page": "pludi", "decision": "trust"}, {"do": "check", "page": "pludi"}]

    assert told(actions, "pludi").body[-1] == (
        "Vispirms apskati autoru, datumu, attēla izcelsmi un citu rakstīto. Tad izlem vēlreiz."
    )


@pytest.mark.parametrize("name", NAMES)
def test_not_knowing_yet_is_safe_but_never_everything(name: str) -> None:
    actions = [*solved(name, "decide", "check"), {"do": "decide", "page": name, "decision": "ask"}]

    feedback = told([*actions, {"do": "check", "page": name}], name)

    assert feedback.outcome == "partly"
    assert feedback.title.startswith("Droša izvēle.")
    assert reached(actions, name)["verdict"] == 0.5


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_verdict_gives_the_answer_away_only_the_second_time(name: str) -> None:
    wrong = "distrust" if page_of(name)["trust"] else "trust"
    look = {"do": "look", "page": name, "look": page_of(name)["looks"][0]["id"]}
    decide, check = {"do": "decide", "page": name, "decision": wrong}, {"do": "check", "page": name}

    first, second = told([look, decide, check], name), told([look, decide, check, decide, check], name)

    assert (first.outcome, first.title, dict(first.marks)) == ("wrong", "Vēl ne.", {})
    assert "Apskati arī " in first.body[0]
    assert page_of(name)["verdict"] not in first.body
    assert second.outcome == "wrong"
    assert page_of(name)["verdict"] in second.body


def test_a_right_verdict_with_a_needed_look_left_out_is_not_everything() -> None:
    actions = [each for each in solved("novads") if each.get("look") != "datums"]

    feedback = told(actions, "novads")

    assert feedback.outcome == "partly"
    assert "Nākamreiz apskati arī datumu." in feedback.body
    assert feedback.marks["datums"].why.startswith("To tu vēl neapskatīji.")
    assert reached(actions, "novads")["looked"] == pytest.approx(2 / 3)


def test_a_mark_counts_only_where_one_has_looked_and_a_wrong_one_takes_away() -> None:
    looks: Actions = [{"do": "look", "page": "atbilde", "look": each} for each in ("a3", "a4")]
    marks: Actions = [{"do": "mark", "page": "atbilde", "sign": each} for each in ("c3", "c4", "c5")]

    assert reached([*looks, *marks], "atbilde")["signs"] == pytest.approx(2 / 3)
    assert reached([*looks, *marks, {"do": "mark", "page": "atbilde", "sign": "c1"}], "atbilde")["signs"] == (
        pytest.approx(1 / 3)
    )


def test_marking_everything_earns_no_more_than_nothing_on_most_pages() -> None:
    every: Actions = [{"do": "mark", "page": "pludi", "sign": sign["id"]} for sign in page_of("pludi")["signs"]]

    assert reached([*solved("pludi", "mark", "check"), *every], "pludi")["signs"] == 0


def test_a_change_after_checking_is_a_new_try_and_a_look_is_none() -> None:
    state = after(solved("raksts"))
    assert state.page("raksts").checked

    looked = RUNS.apply(PAGES, state, {"do": "look", "page": "raksts", "look": "kas"})
    changed = RUNS.apply(PAGES, state, {"do": "unmark", "page": "raksts", "sign": "kas"})

    assert looked.page("raksts").checked
    assert not changed.page("raksts").checked
    assert changed.last is None
    assert RUNS.done(changed) == ("raksts",)


def test_who_checks_before_any_look_can_look_and_check_again() -> None:
    guessed = after([*solved("raksts", "look", "check"), {"do": "check", "page": "raksts"}])
    looks = [each for each in solved("raksts") if each["do"] == "look"]

    looked = guessed
    for look in looks:
        looked = RUNS.apply(PAGES, looked, look)
    again = RUNS.apply(PAGES, looked, {"do": "check", "page": "raksts"})

    assert guessed.page("raksts").checked
    assert not looked.page("raksts").checked
    assert again.page("raksts").checked
    assert (guessed.page("raksts").tries, again.page("raksts").tries) == (0, 1)


def test_what_was_done_is_told_in_words() -> None:
    lines = RUNS.told(PAGES, after(solved("raksts", "check")))

    assert lines == [
        "«Raksts par maksu bibliotēkā»: apskatīja tekstu līdz galam, autoru un citu rakstīto",
        "«Raksts par maksu bibliotēkā»: izlēma «Nevar ticēt»",
        "«Raksts par maksu bibliotēkā»: atzīmēja «Kas lapu publicē», «Ko raksts beigās prasa» un «Ko raksta citi»",
    ]


# ── no dead ends, no success without the steps ──────────────────────────────────────────────────────────────────────

ANY = st.sampled_from(NAMES).flatmap(
    lambda name: st.one_of(
        st.sampled_from([{"do": "look", "page": name, "look": look["id"]} for look in page_of(name)["looks"]]),
        st.sampled_from(
            [
                {"do": do, "page": name, "sign": sign["id"]}
                for sign in page_of(name)["signs"]
                for do in ("mark", "unmark")
            ]
        ),
        st.sampled_from([{"do": "decide", "page": name, "decision": each} for each in ("trust", "distrust", "ask")]),
        st.just({"do": "check", "page": name}),
    )
)


def possible(actions: Actions) -> Actions:
    """Those that an honest page could send, one after another."""
    state, kept = RUNS.start(PAGES), []
    for action in actions:
        if action["do"] == "check" and state.page(action["page"]).decision is None:
            continue
        state = RUNS.apply(PAGES, state, action)
        kept.append(action)
    return kept


@settings(max_examples=100, deadline=None)
@given(actions=st.lists(ANY, max_size=40))
def test_from_anywhere_every_goal_can_still_be_reached(actions: Actions) -> None:
    before = possible(actions)
    unmark: Actions = [
        {"do": "unmark", "page": page["id"], "sign": sign["id"]} for page in PAGES["pages"] for sign in page["signs"]
    ]

    state = after([*before, *unmark, *(dict(each) for each in RUNS.solution(PAGES))])

    assert [goal.id for goal in RUNS.goals(PAGES, state) if goal.reached < 1] == []
    assert RUNS.summary(PAGES, state).outcome == "right"


@settings(max_examples=100, deadline=None)
@given(actions=st.lists(ANY, max_size=60))
def test_nothing_is_right_without_the_needed_looks(actions: Actions) -> None:
    state = after(possible(actions))

    for page in PAGES["pages"]:
        looked = set(state.page(page["id"]).looked)
        needed = {look["id"] for look in page["looks"] if look["needed"]}
        goals = [goal for goal in RUNS.goals(PAGES, state) if goal.id.startswith(f"{page['id']}.")]
        if not looked:
            assert sum(goal.reached for goal in goals) == 0
        if page["id"] in RUNS.checked(PAGES, state) and not needed <= looked:
            assert RUNS.feedback(PAGES, state, page["id"]).outcome != "right"


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"do": "look", "page": "cita", "look": "kas"}, "nav tādas izvēles: lapa «cita»"),
        ({"do": "look", "page": "raksts", "look": "cits"}, "apskate «cits»"),
        ({"do": "mark", "page": "raksts", "sign": "cita"}, "pazīme «cita»"),
        ({"do": "decide", "page": "raksts", "decision": "varbūt"}, "lēmums «varbūt»"),
        ({"do": "check", "page": "raksts"}, "Vispirms izlem, vai var ticēt."),
        ({"do": "open", "page": "raksts"}, "nav darbības «open»"),
    ],
)
def test_what_no_page_offers_is_refused_in_words(action: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidAnswer, match=message):
        RUNS.apply(PAGES, RUNS.start(PAGES), action)


def test_feedback_is_given_only_on_a_checked_page_that_exists() -> None:
    with pytest.raises(InvalidAnswer, match="vēl nav pārbaudīta"):
        RUNS.feedback(PAGES, RUNS.start(PAGES), "raksts")
    with pytest.raises(InvalidAnswer, match="nav lapas «cita»"):
        RUNS.feedback(PAGES, RUNS.start(PAGES), "cita")


def broken(change: Mapping[str, Any]) -> dict[str, Any]:
    scenario: dict[str, Any] = copy.deepcopy(dict(PAGES))
    scenario["pages"] = [{**scenario["pages"][0], **change}]
    return scenario


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"address": "https://delfi.lv/"}, "jābeidzas ar .example"),
        ({"look": "answer", "trust": True}, "«trust» ir false"),
        ({"looks": [{"id": "kas", "tool": "author", "results": [{"text": "a"}]}]}, "needed: true"),
        ({"looks": [{"id": "a", "tool": "picture", "results": [{"text": "a"}], "needed": True}]}, "nav apskates «kas»"),
        (
            {"signs": [{"id": name, "text": name, "sign": False, "why": name} for name in "abc"]},
            "vismaz vienai pazīmei",
        ),
        ({"signs": [{"id": name, "text": name, "sign": True, "why": name} for name in "abc"]}, "vajag «look»"),
        ({"signs": [{"id": "a", "text": "a", "sign": False, "why": "a"}] * 3}, "atkārtojas"),
    ],
)
def test_a_page_that_does_not_hold_together_is_refused(change: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        read_scenario(broken(change))


def test_a_picture_is_looked_for_only_where_there_is_one() -> None:
    looks = [*PAGES["pages"][0]["looks"], {"id": "attels", "tool": "picture", "results": [{"text": "a"}]}]

    with pytest.raises(ValidationError, match="nav attēla, ko meklēt"):
        read_scenario(broken({"looks": looks}))


def test_two_pages_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="lapu id nedrīkst atkārtoties"):
        read_scenario({**PAGES, "pages": [PAGES["pages"][0]] * 2})


# ── what a page may hold ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_does_not_know_which_looks_are_needed_nor_what_decides() -> None:
    shown = RUNS.shown(PAGES)

    for page in shown["pages"]:
        assert not {"trust", "verdict", "facts"} & set(page)
        assert all(set(look) == {"id", "tool", "results", "official", "text"} for look in page["looks"])
        assert all(set(sign) <= {"id", "text", "look"} for sign in page["signs"])
        with_look = {"look" in sign for sign in page["signs"]}
        # Where a sign is seen would tell which of a page's signs decide; at an answer's claim the source is no secret.
        assert with_look == {page["look"] == "answer"}
