"""«Vienotā pieteikšanās»: the locks as described, no way in without the right code, no dead end."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import course_data
from lideri.errors import InvalidAnswer
from lideri.practice import MACHINES, Feedback, replay, restore
from lideri.practice.login import ACTIONS, LOCK_HOURS, TRIES, WAITS, WANTS, CaseState, LoginState, Want
from lideri.practice.scenarios import read_scenario

Scenario = Mapping[str, Any]
Actions = list[dict[str, Any]]
MACHINE = MACHINES["login"]
RIGHT, RIGHT2, PUK, APP, APP2 = "4071", "582930", "73019426", "3815", "60472"
CARD: dict[str, Any] = {"codes": {"pin1": RIGHT, "pin2": RIGHT2, "puk": PUK}}
PHONE: dict[str, Any] = {"codes": {"pin1": APP, "pin2": APP2}}
ASKS: dict[str, Any] = {"text": "Pieteikties: Mans konts"}
thorough = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def a_case(**parts: Any) -> dict[str, Any]:
    """One case, whose one goal is logging in unless ``goals`` says otherwise."""
    wants = parts.pop("goals", ["logged_in"])
    goals = [{"want": want, "text": f"Mērķis {want}", "why": f"Iemesls {want}"} for want in wants]
    return {"id": "g", "title": "Paraugs", "task": "Rīkojies.", "why": "Tāpēc.", "facts": ["x"], "goals": goals} | parts


def a_scenario(*cases: Mapping[str, Any], **more: Any) -> Scenario:
    return read_scenario(
        {"id": "paraugs", "kind": "login", "title": "Paraugs", "intro": "Mēģini.", "cases": list(cases)} | more
    )


BOTH = a_scenario(a_case(page={}, card=CARD, phone=PHONE, request=ASKS))
CARD_ONLY = a_scenario(a_case(page={"means": ["card"]}, card=CARD))
PHONE_ONLY = a_scenario(a_case(page={"means": ["phone"]}, phone=PHONE, request=ASKS))
SIGNING = a_scenario(a_case(page={"purpose": "sign"}, card=CARD, phone=PHONE, request=ASKS, goals=["signed"]))
OTHER_CODE = a_scenario(
    a_case(page={"means": ["phone"]}, phone=PHONE, request={**ASKS, "code": "9999"}, goals=["nothing_given"])
)
WRONG_PIN_ASKED = a_scenario(
    a_case(page={"means": ["phone"]}, phone=PHONE, request={**ASKS, "asks": "pin2"}, goals=["nothing_given"])
)
NOT_BEGUN: dict[str, Any] = {**ASKS, "code": "1111", "asks": "pin1", "uninvited": True}
UNINVITED = a_scenario(a_case(phone=PHONE, request=NOT_BEGUN, goals=["nothing_given", "refused"]))
CALL = a_scenario(
    a_case(
        phone=PHONE,
        request=NOT_BEGUN,
        call={"who": "Kāds", "says": ["Viens", "Divi"]},
        goals=["nothing_given", "hung_up", "refused"],
    )
)
LOOK_ALIKE = a_scenario(
    a_case(
        page={"address": "https://vienota-pieteiksanas.cits.example/", "means": ["phone"]},
        phone=PHONE,
        request=ASKS,
        goals=["nothing_given", "address_compared"],
    )
)
FORGOTTEN = a_scenario(a_case(page={}, card={}, phone={}, request=ASKS, goals=["new_envelope", "logged_in_with_card"]))
WORLDS = {
    "both": BOTH,
    "card": CARD_ONLY,
    "phone": PHONE_ONLY,
    "signing": SIGNING,
    "other code": OTHER_CODE,
    "wrong pin asked": WRONG_PIN_ASKED,
    "uninvited": UNINVITED,
    "call": CALL,
    "look-alike": LOOK_ALIKE,
    "forgotten": FORGOTTEN,
}


def course_scenarios() -> dict[str, Scenario]:
    files = sorted(course_data.path("scenarios").glob("login*.yml"))
    return {file.stem: read_scenario(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files}


COURSE = course_scenarios()
every_world = pytest.mark.parametrize("world", sorted(WORLDS))
every_course_scenario = pytest.mark.parametrize("name", sorted(COURSE))


def act(do: str, **fields: Any) -> dict[str, Any]:
    return {"do": do, "case": "g", **fields}


def pin(text: str, on: str = "card") -> dict[str, Any]:
    return act("pin", on=on, text=text)


AT_CARD = [act("means", means="card"), act("insert")]
BY_PHONE = act("means", means="phone")
WRONG = "****"


def tries(*, codes: bool = True) -> st.SearchStrategy[Actions]:
    """Actions of every kind in any order; with ``codes`` the right ones are often typed."""
    new = ["2750", "618304", "40917263", "5162", "70438"]
    known = [RIGHT, RIGHT2, PUK, APP, APP2, *new] if codes else []
    texts = st.sampled_from([WRONG, WRONG, "*****", "******", "", *known])
    one = st.one_of(
        st.builds(pin, texts, st.sampled_from(["card", "phone"])),
        st.builds(pin, st.just(WRONG), st.sampled_from(["card", "phone"])),
        st.builds(lambda text: act("puk", text=text), texts),
        st.builds(lambda means: act("means", means=means), st.sampled_from(["card", "phone"])),
        st.builds(lambda hours: act("wait", hours=hours), st.sampled_from(WAITS)),
        st.sampled_from(AT_CARD),
        st.sampled_from(
            [act(do) for do in sorted(set(ACTIONS) - {"pin", "puk", "means", "wait", "plan", "check_plan", "again"})]
        ),
    )
    # Ends of a case are rare among the tries: otherwise nearly every list would be over after a few steps.
    busy = st.lists(
        st.one_of(one, one, st.sampled_from([*AT_CARD, BY_PHONE, pin(WRONG), pin(WRONG, "phone")])), max_size=40
    )
    return busy.map(lambda actions: [each for each in actions if each["do"] not in {"help"} or len(actions) % 5 == 0])


def now(state: Any) -> CaseState:
    assert isinstance(state, LoginState)
    return state.cases["g"]


def after(scenario: Scenario, *actions: Mapping[str, Any]) -> LoginState:
    state = replay("login", scenario, list(actions))
    assert isinstance(state, LoginState)
    return state


def judged(scenario: Scenario, *actions: Mapping[str, Any]) -> Feedback:
    return MACHINE.feedback(scenario, after(scenario, *actions), "g")


# ── what holds whatever is done ─────────────────────────────────────────────────────────────────────────────────────


@every_world
@thorough
@given(actions=tries(codes=False))
def test_nobody_gets_in_or_signs_or_gives_anything_away_without_a_right_code(world: str, actions: Actions) -> None:
    scenario = WORLDS[world]

    state, _ = restore("login", scenario, [each for each in actions if each["do"] != "tell"])

    assert not now(state).done_with
    assert now(state).request != "confirmed"
    assert not now(state).unlocked


@thorough
@given(actions=tries())
def test_a_locked_card_lets_nobody_in_before_the_puk_or_a_new_envelope(actions: Actions) -> None:
    state, wrong = MACHINE.start(CARD_ONLY), 0

    for action in actions:
        before = now(state)
        try:
            state = MACHINE.apply(CARD_ONLY, state, action)
        except InvalidAnswer:
            continue
        after_it = now(state)
        if action["do"] == "pin":
            valid = "2750" if before.renewed else RIGHT
            if wrong < TRIES and len(action["text"]) == 4 and action["text"] != valid:
                wrong += 1
            assert (after_it.done_with == "card") == (wrong < TRIES and action["text"] == valid)
        elif action["do"] == "puk":
            assert wrong == TRIES
            wrong = 0 if action["text"] == ("40917263" if before.renewed else PUK) else wrong
        elif action["do"] == "new_envelope":
            wrong = 0
        assert state.over or after_it.wrong["pin1"] == wrong


@thorough
@given(actions=tries())
def test_the_app_locks_for_3_hours_then_24_then_for_good_and_nothing_gets_past_it(actions: Actions) -> None:
    state, clock, wrong, locks, until = MACHINE.start(PHONE_ONLY), 0, 0, 0, 0

    for action in actions:
        locked = locks == 3 or clock < until
        try:
            state = MACHINE.apply(PHONE_ONLY, state, action)
        except InvalidAnswer:
            continue
        after_it = now(state)
        if action["do"] == "means":
            assert (after_it.request == "waiting") == (not locked)
        elif action["do"] == "wait":
            assert locked
            assert locks < 3
            clock += 60 * action["hours"]
        elif action["do"] == "register":
            assert locks == 3
            wrong = locks = 0
            until = clock
        elif action["do"] == "pin":
            assert not locked
            valid = "5162" if after_it.registered else APP
            assert (after_it.done_with == "phone") == (action["text"] == valid)
            if len(action["text"]) == 4 and action["text"] != valid:
                wrong += 1
            if wrong == TRIES:
                wrong, locks = 0, locks + 1
                until = clock + 60 * (3, 24, 0)[locks - 1]
        assert state.over or (after_it.clock, after_it.app_wrong, after_it.app_locks) == (clock, wrong, locks)
        assert (state.clocks["g"]["locked"] != "") == (locks == 3 or clock < until)


@every_world
@thorough
@given(actions=tries())
def test_from_wherever_one_is_one_comes_to_an_end_and_may_begin_anew(world: str, actions: Actions) -> None:
    scenario = WORLDS[world]
    state, _ = restore("login", scenario, actions)

    if not state.over:
        assert MACHINE.apply(scenario, state, act("help")).over == ("g",)
    state = MACHINE.apply(scenario, state, act("again"))
    assert now(state) == now(MACHINE.start(scenario))
    for step in MACHINE.solution(scenario):
        state = MACHINE.apply(scenario, state, step)

    assert MACHINE.feedback(scenario, state, "g").outcome == "right"
    assert MACHINE.done(state) == ("g",)


@thorough
@given(actions=tries())
def test_whatever_happened_to_the_card_or_the_phone_one_can_still_log_in(actions: Actions) -> None:
    stops = {"close", "help", "refuse", "tell"}
    state, _ = restore("login", BOTH, [each for each in actions if each["do"] not in stops])
    if state.over:
        return

    here = now(state)
    way = [act("back")] if here.screen != "choice" else []
    if not here.renewed:
        way += [act("new_envelope"), act("means", means="card"), act("insert"), pin("2750")]
    else:
        way += [act("means", means="card"), *([] if here.card_in else [act("insert")])]
        way += [act("puk", text="40917263")] if here.wrong["pin1"] == TRIES else []
        way += [pin("2750")]
    for step in way:
        state = MACHINE.apply(BOTH, state, step)

    assert now(state).done_with == "card"


@every_world
@thorough
@given(actions=tries())
def test_a_page_that_knows_only_what_is_shown_comes_to_the_same_state(world: str, actions: Actions) -> None:
    scenario = WORLDS[world]
    shown = json.loads(json.dumps(MACHINE.shown(scenario)))
    state, kept = restore("login", scenario, actions)

    on_page, kept_there = restore("login", shown, json.loads(json.dumps(actions)))

    assert on_page.as_dict() == state.as_dict()
    assert list(kept_there) == list(kept)
    assert json.loads(json.dumps(state.as_dict()))


@every_world
@thorough
@given(actions=tries(), data=st.data())
def test_a_refused_action_changes_nothing_and_says_why(world: str, actions: Actions, data: st.DataObject) -> None:
    junk = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2))
    state, _ = restore("login", WORLDS[world], actions)
    before = copy.deepcopy(state)
    fields = data.draw(st.dictionaries(st.sampled_from(["do", "case", "means", "on", "text", "hours", "steps"]), junk))

    try:
        MACHINE.apply(WORLDS[world], state, {"do": data.draw(st.sampled_from(sorted(ACTIONS))), "case": "g"} | fields)
    except InvalidAnswer as refusal:
        assert str(refusal).strip()

    assert state == before


# ── the rules, one by one ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_card_lets_one_in_with_pin1_from_its_envelope() -> None:
    state = after(BOTH, *AT_CARD, act("envelope"), pin(RIGHT))

    assert now(state).screen == "done"
    assert [goal.reached for goal in MACHINE.goals(BOTH, state)] == [1]
    assert MACHINE.told(BOTH, state) == ["Atvērta PIN aploksne, pieteikšanās pabeigta ar eID karti"]


def test_each_wrong_pin_says_how_many_tries_are_left_and_the_third_locks() -> None:
    said = [now(after(CARD_ONLY, *AT_CARD, *[pin(WRONG)] * count)).says for count in (1, 2, 3, 4)]

    assert said[:2] == ["Nepareizs PIN1. Atlikuši 2 mēģinājumi.", "Nepareizs PIN1. Atlicis 1 mēģinājums."]
    assert said[2].startswith("Trīs nepareizi mēģinājumi: PIN1 ir bloķēts.")
    assert said[3] == "PIN1 ir bloķēts. Atbloķē to ar PUK kodu."


def test_a_code_of_another_length_is_no_try() -> None:
    state = after(CARD_ONLY, *AT_CARD, pin(RIGHT2))

    assert now(state).wrong["pin1"] == 0
    assert "PIN1 ir 4 cipari. Šo mēģinājumu neskaita" in now(state).says


def test_the_puk_unlocks_and_a_wrong_puk_is_said_and_not_counted() -> None:
    locked = [*AT_CARD, *[pin(WRONG)] * 3]

    wrong = now(after(CARD_ONLY, *locked, *[act("puk", text="*" * 8)] * 9))
    right = now(after(CARD_ONLY, *locked, act("puk", text="*" * 8), act("puk", text=PUK), pin(RIGHT)))

    assert wrong.wrong["pin1"] == TRIES
    assert "Tas nav šīs kartes PUK kods" in wrong.says
    assert right.done_with == "card"


def test_pin1_locked_leaves_pin2_alone() -> None:
    state = now(after(CARD_ONLY, *AT_CARD, *[pin(WRONG)] * 3))

    assert (state.wrong["pin1"], state.wrong["pin2"]) == (3, 0)


def test_forgotten_codes_can_only_be_had_anew() -> None:
    with pytest.raises(InvalidAnswer, match="šobrīd darīt nevar"):
        after(FORGOTTEN, act("envelope"))
    state = after(FORGOTTEN, act("new_envelope"), *AT_CARD, act("envelope"), pin("2750"))

    assert MACHINE.feedback(FORGOTTEN, state, "g").outcome == "right"


def test_the_app_sleeps_until_the_time_it_says_and_works_from_that_minute_on() -> None:
    locked = [BY_PHONE, *[pin(WRONG, "phone")] * 3]

    early = after(PHONE_ONLY, *locked, act("wait", hours=1), act("wait", hours=1), BY_PHONE)
    in_time = after(PHONE_ONLY, *locked, act("wait", hours=3), BY_PHONE, pin(APP, "phone"))

    assert "Tā atkal strādās pirmdien plkst. 12.00" in now(early).says
    assert now(early).request == ""
    assert now(in_time).done_with == "phone"


def test_the_second_lock_lasts_a_day_and_the_third_for_good_and_then_there_is_the_card() -> None:
    locked = [BY_PHONE, *[pin(WRONG, "phone")] * 3]
    twice = [*locked, act("wait", hours=3), *locked]
    dead = [*twice, act("wait", hours=24), *locked]

    assert after(BOTH, *twice).clocks["g"] == {"now": "pirmdiena, plkst. 12.00", "locked": "otrdien plkst. 12.00"}
    assert after(BOTH, *dead).clocks["g"]["locked"] == "for_good"
    with pytest.raises(InvalidAnswer):
        after(BOTH, *dead, act("wait", hours=24))
    assert now(after(BOTH, *dead, *AT_CARD, pin(RIGHT))).done_with == "card"
    assert now(after(BOTH, *dead, act("register"), BY_PHONE, pin("5162", "phone"))).done_with == "phone"
    assert LOCK_HOURS == (3, 24)


def test_signing_takes_pin2_by_card_and_by_phone() -> None:
    by_card = after(SIGNING, *AT_CARD, pin(RIGHT), pin(RIGHT2))
    by_phone = after(SIGNING, BY_PHONE, pin(APP2, "phone"))

    assert now(by_card).wrong["pin2"] == 0
    assert [MACHINE.feedback(SIGNING, state, "g").outcome for state in (by_card, by_phone)] == ["right", "right"]


@pytest.mark.parametrize(
    ("scenario", "gave"),
    [
        (OTHER_CODE, [BY_PHONE, pin(APP, "phone")]),
        (WRONG_PIN_ASKED, [BY_PHONE, pin(APP2, "phone")]),
        (UNINVITED, [pin(APP, "phone")]),
        (CALL, [act("tell")]),
        (CALL, [act("hang_up"), pin(APP, "phone")]),
        (LOOK_ALIKE, [act("look"), BY_PHONE, pin(APP, "phone")]),
    ],
)
def test_confirming_what_somebody_else_began_is_wrong_and_says_who_got_what(scenario: Scenario, gave: Actions) -> None:
    told = judged(scenario, *gave)

    assert told.outcome == "wrong"
    assert told.body[0].startswith("Svešais ieguva, ko prasīja")
    assert "Iemesls nothing_given" in told.body
    assert told.body[-1] == "Tāpēc."


@pytest.mark.parametrize(
    ("scenario", "actions", "outcome"),
    [
        (OTHER_CODE, [BY_PHONE, act("refuse")], "right"),
        (OTHER_CODE, [act("close")], "right"),
        (WRONG_PIN_ASKED, [BY_PHONE, act("refuse")], "right"),
        (UNINVITED, [act("refuse")], "right"),
        (UNINVITED, [act("help")], "partly"),
        (CALL, [act("listen"), act("hang_up"), act("refuse")], "right"),
        (CALL, [act("refuse"), act("hang_up")], "right"),
        (LOOK_ALIKE, [act("close")], "partly"),
        (LOOK_ALIKE, [act("look"), act("close")], "right"),
        (PHONE_ONLY, [BY_PHONE, act("refuse")], "partly"),
        (PHONE_ONLY, [act("close")], "partly"),
    ],
)
def test_being_careful_is_never_wrong(scenario: Scenario, actions: Actions, outcome: str) -> None:
    assert judged(scenario, *actions).outcome == outcome


def test_a_call_is_over_only_when_the_request_that_came_with_it_is_refused_too() -> None:
    state = after(CALL, act("hang_up"))

    assert state.over == ()
    assert "Tālrunī vēl gaida pieprasījums" in now(state).says


def test_what_the_author_wrote_about_that_end_is_told_first() -> None:
    scenario = a_scenario(a_case(page={"means": ["card"]}, card=CARD, ends={"closed": "Nekas nav noticis."}))

    assert judged(scenario, act("close")).body == ("Nekas nav noticis.", "Iemesls logged_in", "Tāpēc.")


def test_a_case_that_is_over_changes_only_when_begun_anew_and_stays_done() -> None:
    over = [*AT_CARD, pin(RIGHT)]

    with pytest.raises(InvalidAnswer, match="Sākt šo gadījumu no jauna"):
        after(CARD_ONLY, *over, act("remove"))
    state = after(CARD_ONLY, *over, act("again"))
    assert (state.over, MACHINE.done(state)) == ((), ("g",))


def test_nothing_done_reaches_no_goal() -> None:
    for name, scenario in (WORLDS | COURSE).items():
        assert not any(goal.reached for goal in MACHINE.goals(scenario, MACHINE.start(scenario))), name


# ── plans ───────────────────────────────────────────────────────────────────────────────────────────────────────────

PIECES = [{"id": name, "text": f"Solis {name}", "why": f"Jo {name}"} for name in ("a", "b", "c", "x", "y")]
PLAN = a_scenario(a_case(goals=[], plan={"pieces": PIECES, "key": [["a", "b"], ["c"]]}))


@pytest.mark.parametrize(
    ("steps", "reached"),
    [
        ("abc", "abcxy"),
        ("bac", "abcxy"),
        ("cab", "abxy"),
        ("ac", "axy"),
        ("abcx", "abcy"),
        ("xabc", "abcy"),
        ("xy", ""),
        ("", ""),
    ],
)
def test_a_step_counts_in_its_place_and_a_wrong_one_when_left_out(steps: str, reached: str) -> None:
    state = after(PLAN, act("plan", steps=list(steps)))

    assert {goal.id[-1] for goal in MACHINE.goals(PLAN, state) if goal.reached} == set(reached)
    assert MACHINE.checked(PLAN, state) == ()


@thorough
@given(st.lists(st.sampled_from("abcxy"), unique=True, max_size=5))
def test_only_plans_with_every_right_step_in_order_and_no_other_are_right(steps: list[str]) -> None:
    state, _ = restore("login", PLAN, [act("plan", steps=steps), act("check_plan")])

    right = steps in (["a", "b", "c"], ["b", "a", "c"])
    assert bool(state.over) == bool(steps)
    if steps:
        assert (MACHINE.feedback(PLAN, state, "g").outcome == "right") == right


def test_an_empty_plan_is_not_checked_but_answered() -> None:
    state = after(PLAN, act("check_plan"))

    assert now(state).says == "Plāns vēl ir tukšs. Pievieno pirmo soli."
    assert state.over == ()


def test_a_step_in_the_wrong_place_is_told_apart_from_a_needless_one() -> None:
    state = after(PLAN, act("plan", steps=["c", "a", "b", "x"]), act("check_plan"))

    marks = MACHINE.feedback(PLAN, state, "g").marks
    assert marks["g.c"].outcome == "partly"
    assert "ne šajā vietā" in marks["g.c"].why
    assert marks["g.x"].outcome == "wrong"
    assert "vietā" not in marks["g.x"].why


def test_a_checked_plan_is_taken_up_again_as_it_stands() -> None:
    checked = [act("plan", steps=["c", "a"]), act("check_plan")]

    state = after(PLAN, *checked, act("mend_plan"))

    assert now(state).plan == ("c", "a")
    assert (state.over, state.finished) == ((), ("g",))
    better = after(PLAN, *checked, act("mend_plan"), act("plan", steps=["a", "b", "c"]), act("check_plan"))
    assert MACHINE.feedback(PLAN, better, "g").outcome == "right"


def test_the_pieces_of_a_plan_are_not_shown_in_the_order_of_the_file() -> None:
    backwards = a_scenario(a_case(goals=[], plan={"pieces": PIECES[::-1], "key": [["c"], ["b"], ["a"]]}))

    assert [piece["id"] for piece in MACHINE.shown(backwards)["cases"][0]["plan"]["pieces"]] == list("abcxy")


@pytest.mark.parametrize("steps", [None, "abc", [1], ["a", "a"], ["z"]])
def test_a_plan_that_no_page_could_send_is_refused(steps: object) -> None:
    with pytest.raises(InvalidAnswer, match=r"nevarēja nolasīt|tikai vienu reizi"):
        after(PLAN, act("plan", steps=steps))


# ── what is said ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_logged_in_without_doing_all_that_was_asked_reads_what_is_left() -> None:
    asked = a_scenario(a_case(page={"means": ["card"]}, card=CARD, goals=["unlocked_with_puk", "logged_in_with_card"]))

    feedback = MACHINE.feedback(asked, after(asked, *AT_CARD, pin(RIGHT)), "g")

    assert feedback.outcome == "partly"
    assert feedback.title == "Izdevās, bet ne viss, ko prasīja uzdevums."
    assert "Vēl nav izdarīts: «Mērķis unlocked_with_puk». Iemesls unlocked_with_puk" in feedback.body


def test_who_has_no_envelope_is_not_sent_to_look_for_the_puk_in_it() -> None:
    said = now(after(FORGOTTEN, *AT_CARD, *[pin(WRONG)] * TRIES)).says

    assert "PIN1 ir bloķēts" in said
    assert "Jaunu aploksni izsniedz PMLP" in said
    assert "Pārlasi aploksni" not in now(after(FORGOTTEN, *AT_CARD, *[pin(WRONG)] * TRIES, act("puk", text=PUK))).says


def test_a_hint_is_shown_and_a_case_without_one_is_shown_as_before() -> None:
    hinted = a_scenario(a_case(page={"means": ["card"]}, card=CARD, hint="Ieliec karti."))

    assert MACHINE.shown(hinted)["cases"][0]["hint"] == "Ieliec karti."
    assert "hint" not in MACHINE.shown(CARD_ONLY)["cases"][0]


# ── what authors write ──────────────────────────────────────────────────────────────────────────────────────────────


@every_course_scenario
def test_the_courses_own_scenarios_can_be_solved_and_explain_every_case(name: str) -> None:
    scenario = COURSE[name]

    state = replay("login", scenario, MACHINE.solution(scenario))

    assert MACHINE.summary(scenario, state).outcome == "right"
    assert MACHINE.checked(scenario, state) == MACHINE.parts(scenario)
    assert MACHINE.progress(3, len(MACHINE.parts(scenario))).startswith("Izspēlēts: 3 no ")


def test_the_five_attacks_stand_among_honest_requests() -> None:
    cases = COURSE["login-m03.3-uzbrukumi"]["cases"]

    attacks = [case["id"] for case in cases if any(goal["want"] == "nothing_given" for goal in case["goals"])]

    assert len(attacks) == 5
    assert len(cases) - len(attacks) >= 3
    assert attacks[0] != cases[0]["id"]


@every_course_scenario
def test_what_gives_an_attack_away_is_not_in_the_page_before_it_is_over(name: str) -> None:
    shown = json.dumps(MACHINE.shown(COURSE[name]), ensure_ascii=False)

    for case in COURSE[name]["cases"]:
        for text in (case["why"], *case["ends"].values(), *(goal["why"] for goal in case["goals"])):
            assert text not in shown
    assert '"goals"' not in shown
    assert '"key"' not in shown


def test_every_goal_an_author_may_name_is_known_and_reached_by_some_solution() -> None:
    phone = {"phone": PHONE, "request": ASKS}
    ways = {
        "logged_in": {"page": {}, "card": CARD, **phone},
        "logged_in_with_card": {"page": {}, "card": CARD, **phone},
        "logged_in_with_phone": {"page": {}, "card": CARD, **phone},
        "signed": {"page": {"purpose": "sign", "means": ["phone"]}, **phone},
        "nothing_given": {"phone": PHONE, "request": NOT_BEGUN},
        "refused": {"page": {"means": ["phone"]}, "phone": PHONE, "request": {**ASKS, "code": "0001"}},
        "hung_up": {"call": {"who": "Kāds", "says": ["Viens"]}},
        "page_closed": {"page": {"means": ["phone"]}, **phone},
        "address_compared": {"page": {"means": ["card"]}, "card": CARD},
        "envelope_opened": {"page": {"means": ["card"]}, "card": CARD, "goals": ["envelope_opened", "logged_in"]},
        "unlocked_with_puk": {
            "page": {"means": ["card"]},
            "card": {**CARD, "wrong_pin1": 3},
            "goals": ["unlocked_with_puk", "logged_in"],
        },
        "new_envelope": {"page": {"means": ["card"]}, "card": {}, "goals": ["new_envelope", "logged_in"]},
        "locked_3_hours": {"page": {"means": ["phone"]}, **phone},
        "locked_24_hours": {"page": {"means": ["phone"]}, **phone},
        "locked_for_good": {"page": {"means": ["phone"]}, **phone},
        "new_account": {"page": {"means": ["phone"]}, "phone": {}, "request": ASKS},
    }

    assert set(ways) == set(get_args(Want)) == set(WANTS)
    for want, parts in ways.items():
        scenario = a_scenario(a_case(**({"goals": [want]} | parts)))
        state = replay("login", scenario, MACHINE.solution(scenario))
        assert all(goal.reached for goal in MACHINE.goals(scenario, state)), want


@pytest.mark.parametrize(
    ("case", "says"),
    [
        (a_case(page={}, card=CARD), "lapa piedāvā «phone», bet tādas ierīces nav"),
        (a_case(page={"means": ["phone"]}, phone=PHONE), "vajag «request»"),
        (a_case(phone=PHONE, request=ASKS), "pieprasījumam nav tālruņa vai lapas"),
        (a_case(phone=PHONE, request={**ASKS, "uninvited": True}), "vajag «code» un «asks»"),
        (a_case(page={"means": ["phone"]}, phone=PHONE, request=NOT_BEGUN), "tāpēc lapas tajā nav"),
        (a_case(), "nav, ko darīt"),
        (a_case(page={"means": ["card"]}, card=CARD, goals=[]), "vismaz vienu mērķi"),
        (a_case(page={}, plan={"pieces": PIECES, "key": [["a"]]}), "ir plāns"),
        (a_case(goals=[], plan={"pieces": PIECES, "key": [["a"], ["q"]]}), "no saraksta «pieces»"),
        (
            a_case(page={"address": "https://ista.lv/", "means": ["phone"]}, phone=PHONE, request=ASKS),
            "jābeidzas ar .example",
        ),
        (
            a_case(page={"address": "https://cita.example/", "means": ["card"]}, card=CARD),
            r"«means» ir tikai \[phone\]",
        ),
    ],
)
def test_a_case_that_cannot_work_is_refused_with_what_to_mend(case: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        a_scenario(case)


def test_case_names_are_not_repeated() -> None:
    with pytest.raises(ValidationError, match="nedrīkst atkārtoties"):
        a_scenario(a_case(page={"means": ["card"]}, card=CARD), a_case(page={"means": ["card"]}, card=CARD))


@pytest.mark.parametrize(
    ("scenario", "action", "says"),
    [
        (BOTH, {"do": "lido", "case": "g"}, "nav darbības «lido»"),
        (BOTH, {"do": "open", "case": "nav"}, "gadījums «nav»"),
        (CARD_ONLY, act("means", means="phone"), "veids «phone»"),
        (CARD_ONLY, act("refuse"), "šobrīd darīt nevar"),
        (CARD_ONLY, act("register"), "Šajā gadījumā tā darīt nevar"),
        (PHONE_ONLY, act("wait", hours=2), "Tik ilgi gaidīt nevar"),
        (PHONE_ONLY, act("wait", hours=3), "šobrīd darīt nevar"),
        (PHONE_ONLY, pin(APP, "phone"), "šobrīd darīt nevar"),
        (PHONE_ONLY, act("pin", on="phone", text=5), "šobrīd|nolasīt"),
    ],
)
def test_what_no_page_offers_is_refused_in_words(scenario: Scenario, action: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidAnswer, match=says):
        after(scenario, action)


def test_feedback_is_only_given_about_cases_that_are_over() -> None:
    with pytest.raises(InvalidAnswer, match="vēl nav galā"):
        judged(BOTH)
    with pytest.raises(InvalidAnswer, match="nav gadījuma «zz»"):
        MACHINE.feedback(BOTH, after(BOTH), "zz")
