"""Backup copies: what is left after a disaster is computed, 3-2-1 is counted, and no plan is a dead end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import course_data
from lideri.course.items import Simulation
from lideri.course.loading import load_course
from lideri.practice import machine
from lideri.practice import replay as replay_any
from lideri.practice import restore as restore_any
from lideri.practice.backup import BackupScenario, BackupState
from lideri.practice.release import scenario_of
from lideri.practice.scenarios import load_scenarios

MACHINE = machine("backup")
PRACTICE = load_scenarios(course_data.path())["m02.5-kopijas"]
ITEM = load_course().items["m02.5-v1"]
assert isinstance(ITEM, Simulation)
SCORED = scenario_of(ITEM)
either = pytest.mark.parametrize("scenario", [PRACTICE, SCORED], ids=["practice", "scored"])


def replay(scenario: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]) -> BackupState:
    state = replay_any("backup", scenario, actions)
    assert isinstance(state, BackupState)
    return state


def restored(
    scenario: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]
) -> tuple[BackupState, Sequence[Mapping[str, Any]]]:
    """The state after those actions that were possible, and these actions."""
    state, kept = restore_any("backup", scenario, actions)
    assert isinstance(state, BackupState)
    return state, kept


def copy(thing: str, medium: str) -> dict[str, Any]:
    return {"do": "copy", "thing": thing, "medium": medium}


def tries(scenario: Mapping[str, Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    things, media = ([each["id"] for each in scenario[name]] for name in ("things", "media"))
    disasters = [each["id"] for each in scenario["disasters"]]
    moved = st.builds(
        lambda do, thing, medium: {"do": do, "thing": thing, "medium": medium},
        st.sampled_from(["copy", "copy", "remove"]),
        st.sampled_from(things),
        st.sampled_from(media),
    )
    others = st.one_of(
        st.builds(lambda medium, on: {"do": "plug", "medium": medium, "on": on}, st.sampled_from(media), st.booleans()),
        st.builds(lambda disaster: {"do": "play", "disaster": disaster}, st.sampled_from(disasters)),
        st.sampled_from([{"do": "check"}, {"do": "reset"}]),
    )
    return st.lists(st.one_of(moved, moved, others), max_size=40)


def reached(scenario: Mapping[str, Any], state: Any) -> dict[str, float]:
    return {goal.id: goal.reached for goal in MACHINE.goals(scenario, state)}


@either
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_from_wherever_one_is_a_new_start_reaches_every_goal(scenario: Mapping[str, Any], data: st.DataObject) -> None:
    _, kept = restored(scenario, data.draw(tries(scenario)))

    state = replay(scenario, [*kept, {"do": "reset"}, *MACHINE.solution(scenario)])

    assert set(reached(scenario, state).values()) == {1.0}
    assert MACHINE.summary(scenario, state).outcome == "right"


@either
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_thing_is_lost_exactly_when_every_medium_that_holds_it_is_taken(
    scenario: Mapping[str, Any], data: st.DataObject
) -> None:
    state, _ = restored(scenario, data.draw(tries(scenario)))
    attached = {each["id"]: state.attached.get(each["id"], each["attached"]) for each in scenario["media"]}

    for disaster in scenario["disasters"]:
        after = MACHINE.apply(scenario, state, {"do": "play", "disaster": disaster["id"]})
        for thing in scenario["things"]:
            holding = {thing["original"], *state.copies.get(thing["id"], ())}
            taken = {
                each["id"]
                for each in scenario["media"]
                if (disaster["takes"] == "attached" and attached[each["id"]])
                or (disaster["takes"] == "medium" and each["id"] == disaster["what"])
                or (disaster["takes"] in ("place", "carrier") and each[disaster["takes"]] == disaster["what"])
            }
            assert set(after.left[disaster["id"]][thing["id"]]) == holding - taken


@either
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_medium_ever_holds_more_than_fits_and_3_2_1_needs_all_three(
    scenario: Mapping[str, Any], data: st.DataObject
) -> None:
    state, _ = restored(scenario, data.draw(tries(scenario)))
    media = {each["id"]: each for each in scenario["media"]}

    assert all(used <= (media[name]["room"] or 0) for name, used in state.used.items())
    for thing in scenario["things"]:
        holding = {thing["original"], *state.copies.get(thing["id"], ())}
        home = media[thing["original"]]["place"]
        kept = (
            len(holding) >= 3
            and len({media[name]["carrier"] for name in holding}) >= 2
            and any(media[name]["place"] != home for name in holding)
        )
        assert reached(scenario, state)[thing["id"]] == float(kept)


@either
def test_nothing_copied_is_worth_nothing_even_where_a_disaster_spares_the_original(scenario: Mapping[str, Any]) -> None:
    played = [{"do": "play", "disaster": each["id"]} for each in scenario["disasters"]]

    state = replay(scenario, played)

    assert not any(reached(scenario, state).values())
    assert any(all(each.values()) for each in state.left.values())  # one of them does spare everything


def test_copies_at_home_are_stolen_together_and_what_is_attached_is_encrypted_together() -> None:
    home = replay(PRACTICE, [copy("foto", "usb-majas"), {"do": "play", "disaster": "zadziba"}])
    attached = [copy("darbs", "usb-majas"), copy("darbs", "makonis"), {"do": "play", "disaster": "izspiedejs"}]
    unplugged = [{"do": "plug", "medium": "usb-majas", "on": False}, *attached]

    assert home.left["zadziba"]["foto"] == ()
    assert replay(PRACTICE, attached).left["izspiedejs"]["darbs"] == ()
    assert replay(PRACTICE, unplugged).left["izspiedejs"]["darbs"] == ("usb-majas",)


def test_three_two_one_alone_does_not_save_a_thing_whose_every_copy_is_attached() -> None:
    state = replay(PRACTICE, [copy("darbs", "usb-majas"), copy("darbs", "makonis")])

    assert reached(PRACTICE, state)["darbs"] == 1
    assert reached(PRACTICE, state)["izspiedejs"] == 0


def test_what_does_not_fit_is_said_and_not_copied() -> None:
    state = replay(PRACTICE, [copy("foto", "makonis")])

    assert state.says == "Mākonis: vietas nepietiek. Nav iekopēts: Ģimenes foto."
    assert state.copies.get("foto", ()) == ()
    assert replay(PRACTICE, [copy("foto", "makonis"), copy("foto", "usb-majas")]).says == ""


def test_a_change_makes_what_was_played_and_checked_old() -> None:
    actions = [copy("darbs", "makonis"), {"do": "play", "disaster": "zadziba"}, {"do": "check"}]

    before = replay(PRACTICE, actions)
    after = MACHINE.apply(PRACTICE, before, {"do": "remove", "thing": "darbs", "medium": "makonis"})

    assert before.checked and before.played == ("zadziba",)
    assert not after.checked and not after.played and not after.left


def test_a_new_start_forgets_the_copies_and_remembers_that_it_was_checked() -> None:
    state = replay(PRACTICE, [*MACHINE.solution(PRACTICE), {"do": "reset"}])

    assert not state.copies
    assert not state.attached
    assert MACHINE.done(state) == MACHINE.parts(PRACTICE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"media": [each for each in PRACTICE["media"] if each["place"] == "majas"]}, "neskar nevienu|nevar atrisināt"),
        ({"disasters": [{**PRACTICE["disasters"][0], "what": "nav"}]}, "neskar nevienu nesēju"),
        ({"things": [{**PRACTICE["things"][0], "original": "nav"}]}, "nav nesēja «nav»"),
        ({"things": [{**PRACTICE["things"][0], "size": 90}]}, "nevar atrisināt"),
    ],
)
def test_a_puzzle_without_a_solution_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        BackupScenario.model_validate({**PRACTICE, **change})
