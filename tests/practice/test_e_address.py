"""The e-address box: what one may do in it, what comes of wrong turns, and that nothing in it is a dead end."""

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
from lideri.practice import judge, machine, replay, restore
from lideri.practice.e_address import MEANS, EAddressState
from lideri.practice.scenarios import load_scenario, read_scenario

Scenario = Mapping[str, Any]
Actions = list[dict[str, Any]]
RUNS = machine("e_address")
BEGIN: Actions = [{"do": "sign_in", "means": "smart"}, {"do": "terms", "on": True}, {"do": "activate"}]


BOX = load_scenario(course_data.path(), "m05.2-kaste")
SHARED = load_scenario(course_data.path(), "m05.4-pilnvara")


@pytest.fixture
def box() -> Scenario:
    return BOX


@pytest.fixture
def shared() -> Scenario:
    return SHARED


def reached(scenario: Scenario, actions: Actions) -> dict[str, bool]:
    state = replay("e_address", scenario, actions)
    return {goal.id: goal.reached == 1 for goal in RUNS.goals(scenario, state)}


def after(scenario: Scenario, actions: Actions) -> EAddressState:
    state = replay("e_address", scenario, actions)
    assert isinstance(state, EAddressState)
    return state


def draft(to: str | None, file: str | None = None, subject: str = "Malka", text: str = "Labdien!") -> dict[str, Any]:
    return {"do": "draft", "to": to, "file": file, "subject": subject, "text": text}


# ── beginning ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("means", ["eid", "mobile", "smart"])
def test_a_qualified_means_and_the_terms_make_the_e_address_active(box: Scenario, means: str) -> None:
    actions = [{"do": "sign_in", "means": means}, {"do": "terms", "on": True}, {"do": "activate"}]

    assert after(box, actions).active
    assert reached(box, actions)["aktivizet"]


@pytest.mark.parametrize(("means", "said"), [("bank", "vairs nepieņem"), ("password", "kvalificētu")])
def test_other_means_are_refused_in_words_and_another_may_be_tried(box: Scenario, means: str, said: str) -> None:
    refused = [{"do": "sign_in", "means": means}, {"do": "terms", "on": True}, {"do": "activate"}]

    state = after(box, refused[:1])
    assert (state.means, state.went) == (None, False)
    assert said in state.said
    assert not after(box, refused).active
    assert after(box, [*refused, *BEGIN]).active


@pytest.mark.parametrize("missing", [0, 1])
def test_without_signing_in_or_the_terms_nothing_is_made(box: Scenario, missing: int) -> None:
    actions = [action for place, action in enumerate(BEGIN) if place != missing]

    state = after(box, actions)

    assert not state.active
    assert ("piesakies" if missing == 0 else "noteikumus") in state.said


def test_terms_can_be_taken_back_before_activating(box: Scenario) -> None:
    assert not after(box, [*BEGIN[:2], {"do": "terms", "on": False}, BEGIN[2]]).active


@pytest.mark.parametrize(
    "action",
    [
        {"do": "open", "letter": "v-iela"},
        {"do": "notify", "email": "a@pasts.example"},
        {"do": "compose"},
        {"do": "send"},
        {"do": "deactivate"},
    ],
)
def test_an_e_address_that_is_not_active_does_nothing_and_says_why(box: Scenario, action: dict[str, Any]) -> None:
    state = after(box, [action])

    assert "Vispirms to aktivizē" in state.said
    assert (state.read, state.email, state.draft, state.active) == ((), "", None, False)


# ── notices and letters ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wrong", ["mans.pasts", "mans@pasts", "mans pasts@pasts.example", "@pasts.example", "a@b@c.example"]
)
def test_half_an_email_is_not_saved(box: Scenario, wrong: str) -> None:
    state = after(box, [*BEGIN, {"do": "notify", "email": "a@pasts.example"}, {"do": "notify", "email": wrong}])

    assert state.email == "a@pasts.example"
    assert "nav pilna e-pasta adrese" in state.said


def test_another_persons_email_is_saved_but_is_not_what_was_asked(box: Scenario) -> None:
    actions = [*BEGIN, {"do": "notify", "email": "man@pasts.example"}]

    assert not reached(box, actions)["pazinojumi"]
    assert reached(box, [*actions, {"do": "notify", "email": " Mans@pasts.example "}])["pazinojumi"]
    why = {goal.id: goal.why for goal in RUNS.goals(box, after(box, actions))}["pazinojumi"]
    assert "Tagad tur ir «man@pasts.example»." in why


def test_taking_the_email_away_warns_of_the_term(box: Scenario) -> None:
    assert "termiņš tik un tā rit" in after(box, [*BEGIN, {"do": "notify", "email": ""}]).said


def test_a_letter_says_when_it_counts_as_notified(box: Scenario) -> None:
    letters = {letter["id"]: letter for letter in RUNS.shown(box)["letters"]}

    # Friday at 17.00 → Tuesday; the day before a holiday → Friday.
    assert letters["v-rekins"]["notified"] == "otrdien, 17. novembrī"
    assert letters["v-iela"]["notified"] == "piektdien, 20. novembrī"


def test_the_right_file_is_needed_and_a_wrong_one_can_be_mended(box: Scenario) -> None:
    wrong = [*BEGIN, {"do": "answer", "letter": "v-rekins"}, draft("dienests", "d-pase"), {"do": "send"}]
    mended = [*wrong, {"do": "answer", "letter": "v-rekins"}, draft("dienests", "d-rekins"), {"do": "send"}]

    assert not reached(box, wrong)["atbildet"]
    assert "Mana pase.jpg" in {goal.id: goal.why for goal in RUNS.goals(box, after(box, wrong))}["atbildet"]
    assert reached(box, mended)["atbildet"]


def test_a_letter_of_ones_own_is_no_answer_and_an_answer_is_no_letter_of_ones_own(box: Scenario) -> None:
    own = [*BEGIN, {"do": "compose"}, draft("dienests", "d-rekins"), {"do": "send"}]

    assert not reached(box, own)["atbildet"]
    assert not reached(box, [*BEGIN, {"do": "answer", "letter": "v-iela"}, draft("skola"), {"do": "send"}])["rakstit"]
    assert reached(box, [*own, {"do": "compose"}, draft("skola"), {"do": "send"}])["rakstit"]


def test_an_answer_goes_to_the_sender_whatever_the_browser_says(box: Scenario) -> None:
    state = after(box, [*BEGIN, {"do": "answer", "letter": "v-rekins"}, draft("skola"), {"do": "send"}])

    assert [each.to for each in state.sent] == ["dienests"]


@pytest.mark.parametrize(("to", "said"), [("veikals", "uzņēmumam"), ("kaiminiene", "citam iedzīvotājam")])
def test_companies_and_people_cannot_be_written_to_and_the_draft_stays(box: Scenario, to: str, said: str) -> None:
    state = after(box, [*BEGIN, {"do": "compose"}, draft(to), {"do": "send"}])

    assert state.sent == ()
    assert state.draft is not None
    assert said in state.said and not state.went


@pytest.mark.parametrize(
    ("written", "said"),
    [(draft(None), "kam rakstīt"), (draft("skola", subject=" "), "tematu"), (draft("skola", text=""), "tekstu")],
)
def test_an_unfinished_letter_is_not_sent_and_says_what_is_missing(
    box: Scenario, written: dict[str, Any], said: str
) -> None:
    state = after(box, [*BEGIN, {"do": "compose"}, written, {"do": "send"}])

    assert state.sent == () and said in state.said


# ── another person ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_right_is_given_looked_at_and_taken_back(shared: Scenario) -> None:
    give = [{"do": "grant", "person": "liene", "scope": "view"}]
    look = [*give, {"do": "look", "person": "liene"}]
    take = [*look, {"do": "revoke", "person": "liene"}]

    assert reached(shared, give) == {"dot": True, "apskatit": False, "rasma-nost": False, "liene-nost": False}
    assert reached(shared, look)["apskatit"]
    assert reached(shared, take) == {"dot": True, "apskatit": True, "rasma-nost": False, "liene-nost": True}
    assert after(shared, take).rights == {"rasma": "send"}


def test_sending_is_not_looking(shared: Scenario) -> None:
    more = [{"do": "grant", "person": "liene", "scope": "send"}, {"do": "look", "person": "liene"}]

    assert not any(reached(shared, more).values())
    assert reached(shared, [*more, {"do": "grant", "person": "liene", "scope": "view"}])["dot"]


def test_what_a_person_may_do_is_said_in_the_words_of_the_law(shared: Scenario) -> None:
    scopes = {scope["id"]: scope["may"] for scope in RUNS.shown(shared)["scopes"]}

    assert set(scopes) == {"view", "send"}
    assert any("Sūtīt vēstules" in text and "nedrīkst" in text for text in scopes["view"])
    assert all(any("e-pakalpojumus" in text and "nedrīkst" in text for text in may) for may in scopes.values())


def test_nobody_is_looked_at_or_taken_back_who_has_no_right(shared: Scenario) -> None:
    for do in ("look", "revoke"):
        state = after(shared, [{"do": do, "person": "liene"}])
        assert "tiesību šai e-adresei nav" in state.said and not state.went
        assert not any(reached(shared, [{"do": do, "person": "liene"}]).values())


def test_a_right_that_nobody_asked_for_spoils_the_right_one() -> None:
    scenario = small(tasks=[task("right", person="anna", scope="view")])
    both = [{"do": "grant", "person": "anna", "scope": "view"}, {"do": "grant", "person": "juris", "scope": "view"}]

    assert reached(scenario, both[:1])["t"]
    assert not reached(scenario, both)["t"]
    assert reached(scenario, [*both, {"do": "revoke", "person": "juris"}])["t"]


# ── the end, and the beginning again ────────────────────────────────────────────────────────────────────────────────


def test_deactivating_ends_letters_and_it_can_be_activated_again(box: Scenario) -> None:
    ended = [*BEGIN, {"do": "deactivate"}]

    state = after(box, ended)
    assert not state.active and state.means is None and "parastajā kārtībā" in state.said
    assert after(box, [*ended, {"do": "open", "letter": "v-iela"}]).read == ()
    assert after(box, [*ended, *BEGIN]).active


def test_from_the_beginning_everything_is_new_but_the_page_stays_done(box: Scenario) -> None:
    state = after(box, [*RUNS.solution(box), {"do": "restart"}])

    assert state.tries == 1 and not state.active and state.sent == () and state.read == ()
    assert RUNS.done(state) == ("tasks",)
    assert not any(goal.reached for goal in RUNS.goals(box, state))


def test_checking_says_what_is_done_and_a_later_action_takes_that_back(box: Scenario) -> None:
    actions: Actions = [*BEGIN, {"do": "check"}]

    told = judge(box, {"kind": "e_address", "actions": actions})
    assert told.outcome == "partly" and told.title == "Izdarīts: 1 no 5."
    assert told.marks["aktivizet"].outcome == "right"
    state = after(box, [*actions, {"do": "open", "letter": "v-iela"}])
    with pytest.raises(InvalidAnswer, match="vēl nav pārbaudīti"):
        RUNS.feedback(box, state, "tasks")
    assert judge(box, {"kind": "e_address", "actions": RUNS.solution(box)}).title == "Viss izdarīts."


# ── properties ──────────────────────────────────────────────────────────────────────────────────────────────────────


def possible(scenario: Scenario) -> st.SearchStrategy[Actions]:
    """Everything that an honest page can send."""
    ids = {name: [each["id"] for each in scenario[name]] for name in ("letters", "correspondents", "files", "people")}
    pick = {name: st.sampled_from(found) for name, found in ids.items() if found}
    fixed = st.fixed_dictionaries
    kinds = [
        fixed({"do": st.just("sign_in"), "means": st.sampled_from(sorted(MEANS))}),
        fixed({"do": st.just("terms"), "on": st.booleans()}),
        fixed({"do": st.sampled_from(["activate", "compose", "drop", "send", "deactivate", "restart", "check"])}),
        fixed({"do": st.just("notify"), "email": st.sampled_from(["", "x", "mans@pasts.example", "b@c.example"])}),
        fixed({"do": st.sampled_from(["open", "answer"]), "letter": pick["letters"]}),
        fixed(
            {
                "do": st.just("draft"),
                "to": st.none() | pick["correspondents"],
                "subject": st.sampled_from(["", "Malka"]),
                "text": st.sampled_from(["", "Labdien!"]),
                "file": st.none() | pick["files"] if "files" in pick else st.none(),
            }
        ),
    ]
    if "people" in pick:
        kinds.append(
            fixed({"do": st.just("grant"), "person": pick["people"], "scope": st.sampled_from(["view", "send"])})
        )
        kinds.append(fixed({"do": st.sampled_from(["look", "revoke"]), "person": pick["people"]}))
    return st.lists(st.one_of(kinds), max_size=40)


@pytest.mark.parametrize("scenario", [BOX, SHARED], ids=["kaste", "pilnvara"])
@settings(deadline=None)
@given(data=st.data())
def test_nothing_an_honest_page_does_is_refused_or_a_dead_end(scenario: Scenario, data: st.DataObject) -> None:
    actions = data.draw(possible(scenario))

    state, kept = restore("e_address", scenario, actions)
    assert list(kept) == actions

    # Without beginning anew: whatever was done, the rest of the way can still be gone.
    if not state.active:
        for action in BEGIN:
            state = RUNS.apply(scenario, state, action)
    for action in RUNS.solution(scenario):
        state = RUNS.apply(scenario, state, action)
    assert [goal.id for goal in RUNS.goals(scenario, state) if goal.reached < 1] == []


@settings(deadline=None)
@given(data=st.data())
def test_no_goal_is_reached_without_its_own_step(data: st.DataObject) -> None:
    scenario = BOX
    actions = data.draw(possible(scenario))

    state = replay("e_address", scenario, actions)
    done = {goal.id for goal in RUNS.goals(scenario, state) if goal.reached == 1}

    did = [action["do"] for action in actions]
    if done:
        assert {"sign_in", "activate"} <= set(did)
        assert {"do": "terms", "on": True} in actions
    if "izlasit" in done:
        assert {"do": "open", "letter": "v-iela"} in actions
    if "pazinojumi" in done:
        assert {"do": "notify", "email": "mans@pasts.example"} in actions
    if "atbildet" in done:
        assert state.sent and any(action.get("file") == "d-rekins" for action in actions) and "send" in did
    if "rakstit" in done:
        assert "compose" in did and any(action.get("to") == "skola" for action in actions)


@settings(deadline=None)
@given(data=st.data())
def test_nobody_has_a_right_that_was_not_given_and_nothing_goes_to_people_or_companies(data: st.DataObject) -> None:
    scenario = SHARED
    actions = data.draw(possible(scenario))

    state = replay("e_address", scenario, actions)

    given_now = {(action["person"], action["scope"]) for action in actions if action["do"] == "grant"}
    assert set(state.rights.items()) <= given_now | {("rasma", "send")}
    places = {each["id"]: each["place"] for each in scenario["correspondents"]}
    assert all(places[str(each.to)] in {"institution", "entrusted"} for each in state.sent)


# ── what authors write ──────────────────────────────────────────────────────────────────────────────────────────────


def task(goal: str, **more: Any) -> dict[str, Any]:
    return {"id": "t", "text": "Dari", "goal": goal, "why": "Tāpēc.", **more}


def letter(**changes: Any) -> dict[str, Any]:
    return {"id": "v", "sender": "novads", "subject": "S", "text": ["T"], "sent": "2026-10-09", **changes}


def small(**changes: Any) -> dict[str, Any]:
    people = [
        {"id": "anna", "name": "Anna", "code": "000000-00000", "about": "meita"},
        {"id": "juris", "name": "Juris", "code": "009900-00001", "about": "kaimiņš"},
    ]
    whole: dict[str, Any] = {
        "id": "p", "kind": "e_address", "title": "P", "intro": "P", "owner": "Ilga", "start": {"active": True},
        "correspondents": [{"id": "novads", "name": "Novads"}, {"id": "veikals", "name": "SIA", "place": "company"}],
        "letters": [letter()],
        "people": people, "tasks": [task("read", letter="v")], "facts": ["x"],
    }  # fmt: skip
    return read_scenario(copy.deepcopy({**whole, **changes}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tasks": [task("active")]}, "izpildīts jau sākumā"),
        ({"tasks": [task("read")]}, "vajag lauku «letter»"),
        ({"tasks": [task("read", letter="nav")]}, "scenārijā nav"),
        ({"tasks": [task("wrote", to="veikals")]}, "rakstīt nevar"),
        ({"tasks": [task("taken", person="anna")]}, "nevar izpildīt kopā"),
        ({"start": {"active": True, "rights": {"zane": "view"}}}, "nav sarakstā «people»"),
        ({"letters": [letter(sender="x")]}, "correspondents"),
        ({"letters": [letter(sent="2020-10-09")]}, "kalendārs"),
        ({"files": [{"id": "v", "name": "D", "about": "A"}]}, "id atkārtojas"),
        ({"people": [{"id": "a", "name": "A", "code": "123456-12345", "about": "A"}]}, "pattern"),
    ],
)  # fmt: skip
def test_a_scenario_that_cannot_work_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        small(**changes)


def test_every_goal_can_be_asked_for() -> None:
    small(tasks=[task("inactive")])
    small(start={"active": False}, tasks=[task("active")])
    small(tasks=[task("notification", email="a@b.example")])
    small(start={"active": True, "rights": {"anna": "view"}}, tasks=[task("taken", person="anna")])
    looked = small(
        tasks=[task("looked", person="anna", scope="send"), {**task("right", person="anna", scope="send"), "id": "u"}]
    )

    assert [goal.reached for goal in RUNS.goals(looked, replay("e_address", looked, RUNS.solution(looked)))] == [1, 1]


@pytest.mark.parametrize(
    "action",
    [
        {"do": "sign_in", "means": "x"},
        {"do": "terms", "on": "jā"},
        {"do": "steal"},
        {"do": "grant", "person": "anna", "scope": "all"},
        {"do": "open", "letter": "nav"},
        {"do": "notify", "email": 7},
    ],
)
def test_what_no_page_can_send_is_refused(action: dict[str, Any]) -> None:
    with pytest.raises(InvalidAnswer):
        replay("e_address", small(), [action])


@pytest.mark.parametrize("text", [None, "x" * 2001])
def test_a_letter_that_no_page_can_send_is_refused(text: Any) -> None:
    written = {"do": "draft", "to": "novads", "subject": "S", "text": text, "file": None}

    with pytest.raises(InvalidAnswer, match="Vēstules tekstu"):
        replay("e_address", small(), [{"do": "compose"}, written])
