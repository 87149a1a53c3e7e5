"""The practice portal: its rules, its search, what counts as done, and the map of the way taken."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import course_data
from lideri.errors import InvalidAnswer
from lideri.practice import judge, machine, replay, restore
from lideri.practice.portal import CATALOGUE_HERE, Desk, PortalState, Step, compare, fold, ranked
from lideri.practice.scenarios import load_scenarios, read_scenario

Scenario = Mapping[str, Any]
PORTAL = machine("portal")
COURSE = {name: each for name, each in load_scenarios(course_data.path()).items() if each["kind"] == "portal"}
FACTS = {
    fact["id"]
    for file in course_data.path("facts").iterdir()
    if file.name.endswith(".yml")
    for fact in yaml.safe_load(file.read_text(encoding="utf-8"))
}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
thorough = settings(max_examples=60, deadline=None, suppress_health_check=SLOW)


def a_scenario(**changes: Any) -> dict[str, Any]:
    """One client who moved; enough services to go wrong in."""
    return {
        "id": "paraugs",
        "kind": "portal",
        "title": "Paraugs",
        "intro": "Palīdzi klientam.",
        "services": ["pmlp-dzivesvieta", "nva-statuss", "vsaa-bezdarbnieka", "iesniegums", "dzimsana", "ep186"],
        "situations": ["bezdarbs", "parcelsanas"],
        "facts": ["portals-lapa"],
        "tasks": [
            {
                "id": "adrese",
                "title": "Pārcelšanās",
                "client": {"name": "Klients", "means": "Ir eID.", "can": ["self", "authorised"]},
                "story": "«Pārcēlos.»",
                "ask": "Palīdzi.",
                "papers": [
                    {"id": "maza", "text": "Maza datne", "mb": 2},
                    {"id": "liela", "text": "Liela datne", "mb": 11},
                ],
                "talk": {
                    "title": "Saruna",
                    "steps": [
                        {
                            "id": "laiks",
                            "ask": "Cik ilgi?",
                            "options": [{"id": "menesis", "text": "Mēnesi"}, {"id": "gads", "text": "Gadu"}],
                        },
                        {
                            "id": "vajag",
                            "ask": "Ko vajag?",
                            "many": True,
                            "options": [
                                {"id": "a", "text": "Vienu"},
                                {"id": "b", "text": "Otru"},
                                {"id": "c", "text": "Trešo"},
                            ],
                        },
                    ],
                },
                "goals": [
                    {
                        "id": "adrese",
                        "text": "Deklarēts",
                        "why": "Vajag jauno adresi.",
                        "applied": "pmlp-dzivesvieta",
                        "role": "self",
                        "fields": {"adrese": ["liepu"]},
                    },
                    {"id": "gaita", "text": "Sagaidīts", "why": "Jāsagaida.", "done": "pmlp-dzivesvieta"},
                    {
                        "id": "teikts",
                        "text": "Pateikts",
                        "why": "Mēneša laikā.",
                        "said": {"laiks": ["menesis"], "vajag": ["a", "b"]},
                    },
                ],
            }
        ],
        **changes,
    }


SAMPLE = read_scenario(a_scenario())


def _apply_for(service: str, *, fields: Mapping[str, str], role: str | None = "self") -> list[dict[str, Any]]:
    return [
        *([{"do": "enter", "role": role}] if role else []),
        {"do": "request", "service": service},
        {"do": "accept", "on": True},
        *({"do": "fill", "field": name, "value": value} for name, value in fields.items()),
        {"do": "submit"},
    ]


MOVED = _apply_for("pmlp-dzivesvieta", fields={"pamats": "ire", "adrese": "liepu"})
STATUS = _apply_for("nva-statuss", fields={"beigas": "vakar"})
BENEFIT = _apply_for("vsaa-bezdarbnieka", fields={"sanemt": "portala"})
WAIT = {"do": "wait"}


def _desk(actions: list[dict[str, Any]], scenario: Scenario = SAMPLE) -> Desk:
    state = replay("portal", scenario, actions)
    assert isinstance(state, PortalState)
    return state.desks[str(state.current)]


def _reached(scenario: Scenario, actions: list[dict[str, Any]]) -> dict[str, float]:
    return {goal.id: goal.reached for goal in PORTAL.goals(scenario, replay("portal", scenario, actions))}


def _possible(scenario: Scenario) -> list[dict[str, Any]]:
    """Every action that a page can send, and what a person may type."""
    places = ("home", "services", "situations", "mine", "enter")
    actions: list[dict[str, Any]] = [{"do": "go", "to": to} for to in places]
    actions += [{"do": "search", "text": text} for text in ("", "bērna pabalsts", "adrese", "zzz")]
    actions += [{"do": "enter", "role": role, "t": 5} for role in ("self", "company", "authorised")]
    actions += [{"do": "leave"}, {"do": "submit"}, WAIT, {"do": "check"}, {"do": "accept", "on": False}]
    actions += [{"do": "withdraw", "application": place} for place in range(3)]
    actions += [{"do": "situation", "situation": each["id"]} for each in scenario["situations"]]
    for service in scenario["services"]:
        actions += [{"do": do, "service": service["id"]} for do in ("service", "request")]
    for task in scenario["tasks"]:
        actions += [{"do": "task", "task": task["id"]}]
        actions += [{"do": "attach", "file": paper["id"]} for paper in task["papers"]]
        for step in task["talk"]["steps"] if task["talk"] else ():
            actions += [{"do": "say", "step": step["id"], "option": option["id"]} for option in step["options"]]
    return actions


def _walk(scenario: Scenario, data: st.DataObject) -> list[dict[str, Any]]:
    """A walk through the portal: whole applications, wrong ones too, between odd steps; only what fits is kept."""
    whole = [MOVED, STATUS, BENEFIT, [dict(action) for action in PORTAL.solution(scenario)]]
    pieces = st.one_of(st.sampled_from(_possible(scenario)).map(lambda action: [action]), st.sampled_from(whole))
    drawn = data.draw(st.lists(pieces, max_size=14))
    _, kept = restore("portal", scenario, [action for piece in drawn for action in piece])
    return [dict(action) for action in kept]


# ── no dead end, no success by chance ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["paraugs", *sorted(COURSE)])
@thorough
@given(data=st.data())
def test_whatever_was_done_a_client_can_be_begun_anew_and_helped(name: str, data: st.DataObject) -> None:
    scenario = COURSE.get(name, SAMPLE)
    walked = _walk(scenario, data)

    begun = [action for task in scenario["tasks"] for action in ({"do": "task", "task": task["id"]}, {"do": "again"})]
    after = replay("portal", scenario, [*walked, *begun, *PORTAL.solution(scenario)])

    assert [goal.id for goal in PORTAL.goals(scenario, after) if goal.reached < 1] == []


@thorough
@given(data=st.data())
def test_a_wrong_application_that_is_not_finished_can_be_taken_back(data: st.DataObject) -> None:
    walked = _walk(SAMPLE, data)
    desk = _desk(walked)
    if any(each.stage == "done" for each in desk.applications):
        return  # finished: this client can only be begun anew

    back = [{"do": "withdraw", "application": place} for place in range(len(desk.applications))]
    reached = _reached(SAMPLE, [*walked, *back, *MOVED, WAIT, WAIT])

    assert reached["adrese"] == reached["gaita"] == 1


@pytest.mark.parametrize("name", ["paraugs", *sorted(COURSE)])
def test_leaving_out_any_needed_step_misses_a_goal(name: str) -> None:
    scenario = COURSE.get(name, SAMPLE)
    solution = list(PORTAL.solution(scenario))
    judged = {"enter", "request", "accept", "submit", "wait", "say", "attach"}

    for place, action in enumerate(solution):
        if action["do"] not in judged:
            continue
        state, _ = restore("portal", scenario, solution[:place] + solution[place + 1 :])

        assert any(goal.reached < 1 for goal in PORTAL.goals(scenario, state)), action


@thorough
@given(data=st.data())
def test_nothing_is_reached_without_entering_and_submitting(data: st.DataObject) -> None:
    walked = [action for action in _walk(SAMPLE, data) if action["do"] != "submit"]

    state, _ = restore("portal", SAMPLE, walked)

    assert {goal.id for goal in PORTAL.goals(SAMPLE, state) if goal.reached} <= {"teikts"}


@thorough
@given(data=st.data())
def test_seconds_change_nothing_but_the_map(data: st.DataObject) -> None:
    walked = _walk(SAMPLE, data)
    timed = [{**action, "t": data.draw(st.sampled_from([0, 17, -5, 10**9, "x", True, None]))} for action in walked]

    assert _reached(SAMPLE, timed) == _reached(SAMPLE, walked)
    assert all(step.t is None or 0 <= step.t <= 86_400 for step in _desk(timed).trail)


# ── applying ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_application_goes_from_sent_over_looked_at_to_done() -> None:
    stages = [_desk([*MOVED, *[WAIT] * times]).applications[0].stage for times in range(4)]

    assert stages == ["sent", "looked", "done", "done"]


def test_a_service_closed_to_authorised_persons_says_so_and_stays_closed() -> None:
    desk = _desk(_apply_for("pmlp-dzivesvieta", fields={}, role="authorised")[:2])

    assert desk.page == "service"
    assert desk.note.startswith("Pakalpojums nav pieejams pilnvarotajām personām. Lai mainītu lomu, nospied «Iziet»")
    assert desk.applications == ()


def test_changing_the_role_with_the_form_open_does_not_open_a_closed_service() -> None:
    actions = [*MOVED[:-1], {"do": "enter", "role": "authorised"}, {"do": "submit"}]

    desk = _desk(actions)

    assert desk.note.startswith("Pakalpojums nav pieejams pilnvarotajām personām. Lai mainītu lomu,")
    assert desk.applications == ()


def test_requesting_before_entering_asks_who_enters_and_comes_back() -> None:
    asked = _desk([{"do": "request", "service": "pmlp-dzivesvieta"}])
    entered = _desk([{"do": "request", "service": "pmlp-dzivesvieta"}, {"do": "enter", "role": "self"}])

    assert asked.page == "enter" and "vispirms jāienāk" in asked.note
    assert (entered.page, entered.at) == ("service", "pmlp-dzivesvieta")


def test_a_client_enters_only_in_a_role_that_is_theirs() -> None:
    desk = _desk([{"do": "enter", "role": "company"}])

    assert (desk.role, desk.note) == ("", "Šis klients portālā nepārstāv nevienu uzņēmumu.")


def test_a_company_service_is_refused_to_a_private_person() -> None:
    desk = _desk([{"do": "enter", "role": "self"}, {"do": "request", "service": "ep186"}])

    assert desk.note == (
        "Šajā lomā (privātpersona) pakalpojumu pieprasīt nevar. To var: uzņēmuma pārstāvis. "
        "Lai mainītu lomu, nospied «Iziet» un ienāc vēlreiz."
    )


def test_who_leaves_to_change_the_role_still_sees_the_same_service() -> None:
    asked = [{"do": "service", "service": "ep186"}, {"do": "enter", "role": "self"}]

    desk = _desk([*asked, {"do": "leave"}])

    assert (desk.page, desk.at, desk.role) == ("service", "ep186", "")
    assert desk.note == "Portālā neviens vairs nav ienācis."


def test_leaving_closes_what_only_the_client_may_see() -> None:
    mine = _desk([{"do": "enter", "role": "self"}, {"do": "go", "to": "mine"}, {"do": "leave"}])
    form = _desk([*_apply_for("pmlp-dzivesvieta", fields={})[:2], {"do": "leave"}])

    assert (mine.page, mine.at) == ("home", "")
    assert (form.page, form.at) == ("service", "pmlp-dzivesvieta")


def test_what_has_all_the_words_keeps_the_half_matches_away() -> None:
    pieces = [
        {"title": title, "words": [], "about": ""} | {"id": str(number)}
        for number, title in enumerate(["Bērna pabalsts", "Slimības pabalsts", "Pabalsts par bērnu"])
    ]

    assert list(ranked("bērna pabalsts", pieces)) == ["0", "2"]
    assert list(ranked("suņa pabalsts", pieces)) == ["0", "1", "2"]


def test_terms_and_empty_lines_stop_the_sending_and_keep_what_was_filled() -> None:
    without_terms = _desk([each for each in MOVED if each["do"] != "accept"])
    without_address = _desk([each for each in MOVED if each.get("field") != "adrese"])

    assert "Iepazinos ar norādīto informāciju" in without_terms.note and without_terms.page == "form"
    assert without_address.note == "Vēl nav aizpildīts: «Jaunā adrese»."
    assert without_address.drafts["pmlp-dzivesvieta"].fields == {"pamats": "ire"}


def test_a_second_click_on_submit_sends_nothing_twice() -> None:
    desk = _desk([*MOVED, {"do": "submit"}, *MOVED[1:]])

    assert len(desk.applications) == 1
    assert desk.note == "" or "jau ir pieteikts" in desk.note


def test_what_cannot_be_applied_for_in_the_portal_is_said() -> None:
    desk = _desk([{"do": "enter", "role": "self"}, {"do": "request", "service": "dzimsana"}])

    assert desk.tone == "stop" and "dzimtsarakstu nodaļā" in desk.note


def test_too_large_and_too_many_files_are_not_taken() -> None:
    begin = [{"do": "enter", "role": "self"}, {"do": "request", "service": "iesniegums"}]
    large = _desk([*begin, {"do": "attach", "file": "liela"}])
    twice = _desk([*begin, {"do": "attach", "file": "maza"}, {"do": "attach", "file": "maza"}])
    small = copy.deepcopy(dict(SAMPLE))
    next(each for each in small["services"] if each["id"] == "iesniegums")["max_files"] = 0
    full = _desk([*begin, {"do": "attach", "file": "maza"}], small)

    assert large.note == "Datne «Liela datne» ir par lielu: drīkst būt līdz 10 MB."
    assert large.drafts["iesniegums"].files == twice.drafts["iesniegums"].files == ()
    assert full.note == "Vairāk datņu šim pakalpojumam pievienot nevar (drīkst 0)."


def test_the_benefit_before_the_status_is_refused_and_may_be_asked_for_again() -> None:
    early = [*BENEFIT, *STATUS[1:], WAIT, WAIT]
    again = [*early, *BENEFIT[1:], WAIT, WAIT]

    assert [each.stage for each in _desk(early).applications] == ["refused", "done"]
    assert [each.stage for each in _desk(again).applications] == ["refused", "done", "done"]


def test_the_order_counts_by_what_stands() -> None:
    jobless = COURSE["m06.2-situacijas"]
    task = [{"do": "task", "task": "darbs"}]

    wrong = _reached(jobless, [*task, *BENEFIT, *STATUS[1:], WAIT, WAIT])
    right = _reached(jobless, [*task, *STATUS, *BENEFIT[1:], WAIT, WAIT])

    assert {name: wrong[f"darbs.{name}"] for name in ("statuss", "pabalsts", "seciba")} == {
        "statuss": 1,
        "pabalsts": 0,
        "seciba": 0,
    }
    assert all(right[f"darbs.{name}"] for name in ("statuss", "pabalsts", "seciba", "atbilde"))


def test_a_benefit_asked_for_too_early_counts_for_nothing_even_before_it_is_refused() -> None:
    jobless = COURSE["m06.2-situacijas"]

    assert _reached(jobless, [{"do": "task", "task": "darbs"}, *BENEFIT, *STATUS[1:]])["darbs.pabalsts"] == 0


def test_a_finished_application_stays() -> None:
    desk = _desk([*MOVED, WAIT, WAIT, {"do": "withdraw", "application": 0}])

    assert (desk.applications[0].stage, desk.note) == ("done", "Šo pieteikumu atsaukt vairs nevar.")


def test_waiting_for_nothing_says_so() -> None:
    assert "Nav nekā, ko gaidīt" in _desk([WAIT]).note


def test_an_application_too_many_is_seen_and_can_be_withdrawn() -> None:
    child = COURSE["m06.2-situacijas"]
    right = [{"do": "task", "task": "berns"}, *_apply_for("vsaa-berna-piedzimsanas", fields={"sanemt": "pasts"})]
    extra = [*right, *_apply_for("priezkalni-berns", fields={"sanemt": "pasts"}, role=None)]

    assert _reached(child, right)["berns.tikai"] == 1
    assert _reached(child, extra)["berns.tikai"] == 0
    assert _reached(child, [*extra, {"do": "withdraw", "application": 1}])["berns.tikai"] == 1


def test_said_is_right_only_when_nothing_wrong_is_chosen_too() -> None:
    said = [{"do": "say", "step": "laiks", "option": "menesis"}]
    said += [{"do": "say", "step": "vajag", "option": option} for option in "abc"]

    assert _reached(SAMPLE, said)["teikts"] == 0
    assert _reached(SAMPLE, [*said, {"do": "say", "step": "vajag", "option": "c"}])["teikts"] == 1
    assert _desk([*said, said[0]]).said == _desk(said).said


# ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_marks_and_capitals_do_not_matter_in_a_search() -> None:
    services = COURSE["m06.1-portals"]["services"]

    assert fold("Bērna PABALSTS?") == ("berna", "pabalsts")
    assert list(ranked("BERNA pabalsts", services)) == list(ranked("bērna pabalsts", services))


def test_looking_for_a_childs_benefit_finds_those_of_other_municipalities_too() -> None:
    found = list(ranked("bērna pabalsts", COURSE["m06.1-portals"]["services"]))

    assert {"vsaa-berna-piedzimsanas", "ezerkrasts-berns", "priezkalni-berns"} <= set(found)
    assert "nvd-evak" not in found


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("pārcēlos", "pmlp-dzivesvieta"),
        ("zaudeju darbu", "nva-statuss"),
        ("veselības karte", "nvd-evak"),
        ("pilnvarot grāmatvedi", "ep186"),
        ("uzrakstīt vēstuli pašvaldībai", "iesniegums"),
    ],
)
def test_everyday_words_lead_to_the_service(typed: str, wanted: str) -> None:
    assert wanted in list(ranked(typed, COURSE["m06.1-portals"]["services"]))[:3]


@pytest.mark.parametrize("name", sorted(COURSE))
def test_every_service_is_found_by_its_own_name(name: str) -> None:
    services = COURSE[name]["services"]

    assert [each["id"] for each in services if each["id"] not in list(ranked(each["title"], services))[:4]] == []


def test_an_empty_search_asks_for_a_word() -> None:
    assert _desk([{"do": "search", "text": " ? "}]).note == "Ieraksti vismaz vienu vārdu, ko meklēt."


# ── the map of the way taken ────────────────────────────────────────────────────────────────────────────────────────


def _steps(keys: str) -> list[Step]:
    return [Step({"-": "", "w": "wait", "f": "find"}.get(key, key), key) for key in keys]


@pytest.mark.parametrize(
    ("taken", "shortest", "aside"),
    [
        ("abc", "abc", []),
        ("a-bfcw", "abc", []),
        ("axbc", "abc", [1]),
        ("aabb", "ab", [1, 3]),
        ("ba", "ab", []),
        ("", "ab", []),
    ],
)
def test_steps_that_the_shortest_way_does_not_have_are_aside(taken: str, shortest: str, aside: list[int]) -> None:
    way, first = compare(_steps(taken), _steps(shortest))

    assert [place for place, (_, out) in enumerate(way) if out] == aside
    assert first == (aside[0] if aside else None)


def test_asking_for_the_benefit_too_early_is_where_the_detour_began() -> None:
    jobless = COURSE["m06.2-situacijas"]
    actions = [{"do": "task", "task": "darbs"}, *BENEFIT, *STATUS[1:], {"do": "check"}]

    feedback = judge(jobless, {"kind": "portal", "actions": actions, "about": "darbs"})

    assert "solī: Iesniegts «Bezdarbnieka pabalsta" in feedback.body[0]


def test_the_map_says_where_the_detour_began_and_how_long_each_step_took() -> None:
    aside = [{"do": "search", "text": "adrese", "t": 4}, {"do": "service", "service": "nva-statuss", "t": 9}]
    actions = [*aside, *({**each, "t": 20} for each in MOVED), {"do": "check"}]

    feedback = judge(SAMPLE, {"kind": "portal", "actions": actions})

    assert feedback.outcome == "partly"
    assert "Pirmais līkums sākās 2. solī: Atvērts pakalpojums «Bezdarbnieka statuss»" in feedback.body[0]
    assert feedback.marks["way:1"].outcome == "wrong"
    assert [name for name in feedback.marks if name.startswith("short:")]
    assert [step.t for step in _desk(actions).trail[:2]] == [4, 9]


def test_an_application_with_a_wrong_field_is_a_detour_and_the_mended_one_is_none() -> None:
    wrong = _apply_for("pmlp-dzivesvieta", fields={"pamats": "ire", "adrese": "upes"})
    sent, back = len(_desk(wrong).trail) - 1, {"do": "withdraw", "application": 0}

    feedback = judge(SAMPLE, {"kind": "portal", "actions": [*wrong, {"do": "check"}]})
    mended = judge(SAMPLE, {"kind": "portal", "actions": [*wrong, back, *MOVED[1:], {"do": "check"}]})

    assert [name for name, mark in feedback.marks.items() if name[:4] == "way:" and mark.outcome == "wrong"] == [
        f"way:{sent}"
    ]
    assert "nebija tā, kā vajag" in feedback.marks[f"way:{sent}"].why
    assert f"Pirmais līkums sākās {sent + 1}. solī: Iesniegts «Dzīvesvietas" in feedback.body[0]
    last = [mark for name, mark in mended.marks.items() if name[:4] == "way:"][-1]
    assert (last.outcome, "kā vajag" in last.why) == ("right", False)


def test_the_shortest_way_has_no_detour_and_a_client_left_alone_has_no_way() -> None:
    solved = judge(SAMPLE, {"kind": "portal", "actions": list(PORTAL.solution(SAMPLE))})
    nothing = judge(SAMPLE, {"kind": "portal", "actions": [{"do": "check"}]})

    assert solved.outcome == "right" and solved.body[0].endswith("Līkumu nebija.")
    assert (nothing.outcome, nothing.body) == ("wrong", ("Portālā vēl nekas nav darīts.",))


def test_anything_done_after_checking_needs_checking_again() -> None:
    assert not _desk([{"do": "check"}, {"do": "go", "to": "home"}]).checked
    assert _desk([{"do": "check"}, {"do": "go", "to": "home"}]).tries == 1


def test_what_was_done_is_told_with_what_the_application_said() -> None:
    lines = PORTAL.told(SAMPLE, replay("portal", SAMPLE, MOVED))

    assert lines[-1] == (
        "Pieteikums «Dzīvesvietas deklarēšana vai norādīšana» (iesniegts): loma: privātpersona; "
        "Tiesiskais pamats dzīvot šajā adresē: Īres līgums; Jaunā adrese: Liepu iela 4, Ezerkrasts (jaunā)"
    )


def test_the_talk_that_is_not_judged_tells_what_is_known_when_it_is_over() -> None:
    course = COURSE["m06.2-situacijas"]
    task = next(each for each in course["tasks"] if each["id"] == "bez-eid")
    begin = [{"do": "task", "task": "bez-eid"}]
    # Every last option: nobody is told that it was wrong.
    said = [{"do": "say", "step": step["id"], "option": step["options"][-1]["id"]} for step in task["talk"]["steps"]]

    half = judge(course, {"kind": "portal", "actions": [*begin, said[0], {"do": "check"}], "about": "bez-eid"})
    whole = judge(course, {"kind": "portal", "actions": [*begin, *said, {"do": "check"}], "about": "bez-eid"})

    assert half.title == "Saruna vēl nav galā."
    assert whole.body == tuple(task["known"]) and not whole.marks


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"do": "fly"}, "nav darbības «fly»"),
        ({"do": "go", "to": "admin"}, "vieta «admin»"),
        ({"do": "service", "service": "nav"}, "pakalpojums «nav»"),
        ({"do": "enter", "role": "king"}, "loma «king»"),
        ({"do": "withdraw", "application": 0}, "Šāda pieteikuma nav"),
        ({"do": "withdraw", "application": True}, "Šāda pieteikuma nav"),
        ({"do": "say", "step": "nav", "option": "a"}, "sarunas solis «nav»"),
    ],
)
def test_what_no_page_sends_is_refused(action: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidAnswer, match=message):
        replay("portal", SAMPLE, [action])


def test_a_tick_that_is_not_one_is_refused() -> None:
    with pytest.raises(InvalidAnswer, match="Atzīmi nevarēja nolasīt"):
        replay("portal", SAMPLE, [*MOVED[:2], {"do": "accept", "on": "jā"}])


def test_with_several_clients_one_has_to_be_called_first() -> None:
    with pytest.raises(InvalidAnswer, match="Vispirms izvēlies uzdevumu"):
        replay("portal", COURSE["m06.1-portals"], [{"do": "go", "to": "home"}])


def test_feedback_is_given_on_what_was_checked_only() -> None:
    state = replay("portal", SAMPLE, [])

    with pytest.raises(InvalidAnswer, match="Uzdevums vēl nav pārbaudīts"):
        PORTAL.feedback(SAMPLE, state, "adrese")
    with pytest.raises(InvalidAnswer, match="nav daļas «cits»"):
        PORTAL.feedback(SAMPLE, state, "cits")


# ── what an author writes ───────────────────────────────────────────────────────────────────────────────────────────


def _task(**changes: Any) -> dict[str, Any]:
    return {**a_scenario()["tasks"][0], **changes}


def _goal(**changes: Any) -> dict[str, Any]:
    return _task(goals=[{"id": "m", "text": "Mērķis", "why": "Tāpēc.", **changes}])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"services": ["nav-tada"]}, "nav «nav-tada»"),
        ({"services": ["iesniegums", "iesniegums"]}, "kāds id atkārtojas"),
        ({"tasks": [_goal()]}, "tieši vienu no"),
        ({"tasks": [_goal(done="ep186", only=["ep186"])]}, "tieši vienu no"),
        ({"tasks": [_goal(applied="vsaa-info")]}, "nav pakalpojuma «vsaa-info»"),
        ({"tasks": [_goal(applied="dzimsana")]}, "portālā pieteikt nevar"),
        ({"tasks": [_goal(applied="pmlp-dzivesvieta", fields={"adrese": ["nav"]})]}, "nav izvēles nav"),
        ({"tasks": [_goal(applied="iesniegums", files=["nav"])]}, "nav dokumenta"),
        ({"tasks": [_goal(applied="ep186")]}, "šajā lomā"),
        ({"tasks": [_goal(said={"laiks": ["nav"]})]}, "nav soļa vai atbildes"),
        ({"tasks": [_goal(said={"laiks": ["menesis", "gads"]})]}, "tikai vienu"),
        ({"tasks": [_task(goals=[])]}, "vismaz vienu mērķi"),
        ({"tasks": [_task(judged=False)]}, "vajag talk un known"),
    ],
)
def test_what_does_not_fit_together_is_said_to_the_author(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        read_scenario(a_scenario(**changes))


def test_a_choice_without_options_is_said_to_the_author() -> None:
    service = {**CATALOGUE_HERE["services"]["ep186"], "fields": [{"id": "tukss", "label": "Tukšs"}]}

    with pytest.raises(ValidationError, match="laukam tukss vajag vismaz divas izvēles"):
        read_scenario(a_scenario(services=[*a_scenario()["services"][:-1], service]))


def test_an_author_adds_a_service_of_their_own_in_the_scenario() -> None:
    own = {
        "id": "mans",
        "title": "Suņa reģistrācija",
        "official": False,
        "institution": "Ezerkrasta novada pašvaldība",
        "about": "Reģistrē suni.",
        "recipients": "Suņa saimnieks",
        "steps": ["Iesniedz."],
    }
    scenario = read_scenario(a_scenario(services=[*a_scenario()["services"], own], tasks=[_goal(applied="mans")]))

    assert _reached(scenario, [dict(each) for each in PORTAL.solution(scenario)]) == {"m": 1}


def test_the_catalogue_has_24_services_and_6_situations_and_each_official_one_its_facts() -> None:
    services, situations = CATALOGUE_HERE["services"], CATALOGUE_HERE["situations"]
    official = [each for each in (*services.values(), *situations.values()) if each.get("official", True)]

    assert (len(services), len(situations)) == (24, 6)
    assert [each["id"] for each in official if not each.get("facts")] == []
    assert {fact for each in (*services.values(), *situations.values()) for fact in each.get("facts", ())} <= FACTS


def test_the_catalogue_names_no_sums() -> None:
    text = json.dumps(CATALOGUE_HERE, ensure_ascii=False).casefold()

    assert re.findall(r"\b(?:eiro|eur)\b|€", text) == []


def test_the_course_has_eight_clients_and_one_of_them_is_not_judged() -> None:
    tasks = [task for scenario in COURSE.values() for task in scenario["tasks"]]

    assert len(tasks) == 8
    assert [task["id"] for task in tasks if not task["judged"]] == ["bez-eid"]
    assert {fact for task in tasks for fact in task["facts"]} <= FACTS
