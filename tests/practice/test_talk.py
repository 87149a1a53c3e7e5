"""«Saruna»: every talk ends, the page knows nothing of what lines do, and the better turn is better."""

from __future__ import annotations

import copy
import itertools
import json
import platform
import sys
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

import course_data
from lideri.authoring.talks import BLINDLY, problems_of_talk, walk
from lideri.course.items import Simulation, SimulationResponse
from lideri.course.loading import load_course
from lideri.course.validation import validate
from lideri.course.yaml_lines import read_yaml
from lideri.errors import InvalidAnswer
from lideri.grader.isolation import MACHINES
from lideri.grading.marks import Mark
from lideri.grading.simulation import grade, marks, right_answer
from lideri.practice import judge, machine, replay, restore
from lideri.practice.release import scenario_of
from lideri.practice.scenarios import load_scenarios, read_scenario
from lideri.practice.talk import (
    DOES,
    RANK,
    Does,
    Spot,
    TalkScenario,
    TalkState,
    Whole,
    Worth,
    all_reached,
    costs,
    name_of,
    unrolled,
    whole,
)
from tests.grader.test_isolation import close, in_a_worker

Scenario = Mapping[str, Any]
RUNS = machine("talk")


def a_line(to: Any, text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "to": to, "why": f"Iemesls: {text}", **more}


def an_ending(quality: str, title: str) -> dict[str, Any]:
    ending = {"quality": quality, "title": title, "text": f"Kas notika: {title}"}
    return {"says": f"Atvados ({title}).", "mood": "aiziet", "ending": ending}


SMALL: dict[str, Any] = {
    "id": "maza",
    "kind": "talk",
    "title": "Maza saruna",
    "intro": "Izvēlies.",
    "person": {"name": "Ieva", "about": "Nāk ar telefonu."},
    "nodes": {
        "sakums": {
            "says": "Ierakstiet jūs.",
            "mood": "steidzas",
            "lines": [
                a_line("vidus", "Labi, dodiet šurp.", trust=-2, minutes=3, does=["takes_pin"]),
                a_line("vidus", "Ko jūs gribat?", trust=2, minutes=2, does=["open_question"], alone=["jautāt"]),
            ],
        },
        "vidus": {
            "says": "Un tagad?",
            "mood": "gaida",
            "lines": [
                a_line(
                    [{"when": {"trust_at_least": 3}, "to": "labi"}, {"to": "puse"}],
                    "Ievadiet jūs.",
                    trust=1,
                    does=["lets_do"],
                    alone=["ievadīt"],
                ),
                a_line("slikti", "Tas nav mans darbs šodien.", trust=-1, does=["talks_past"]),
            ],
        },
        "labi": an_ending("good", "Izdevās"),
        "puse": an_ending("half", "Pa pusei"),
        "slikti": an_ending("bad", "Neizdevās"),
    },
    "facts": ["paraugs"],
}
GOALS = [
    {"id": "jauta", "text": "Pajautā", "any_of": ["open_question", "reflects"], "why": "Vispirms jāzina."},
    {"id": "pin", "text": "PIN paliek", "none_of": ["takes_pin"], "why": "PIN ir klienta."},
    {"id": "beigas", "text": "Dara pats", "all_of": ["lets_do"], "ending": ["labi"], "why": "Tad pratīs."},
]


def real() -> dict[str, Scenario]:
    """Every talk that a trainee meets, in practice and in assessments."""
    found = {name: each for name, each in load_scenarios(course_data.path()).items() if each["kind"] == "talk"}
    items = {name: scenario_of(item) for name, item in load_course().items.items() if isinstance(item, Simulation)}
    return {**found, **{name: each for name, each in items.items() if each["kind"] == "talk"}}


TALKS = {"maza": read_scenario(SMALL), "maza-merki": read_scenario({**SMALL, "goals": GOALS, "tries": 2}), **real()}
every_talk = pytest.mark.parametrize("name", sorted(TALKS))
thorough = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def talks(draw: st.DrawFn) -> Scenario:
    """Talks of any shape: each node's lines lead to nodes after it, the last ones are endings."""
    count, ends = draw(st.integers(1, 6)), draw(st.integers(2, 5))
    names = [f"n{number}" for number in range(count + ends)]
    nodes: dict[str, Any] = {}
    for number, name in enumerate(names):
        if number >= count:
            nodes[name] = an_ending(draw(st.sampled_from(["good", "half", "bad"])), name)
            continue
        later = st.sampled_from(names[number + 1 :])
        lines = []
        for index in range(draw(st.integers(2, 4))):
            to: Any = draw(later)
            if draw(st.booleans()):
                to = [{"when": {"trust_at_least": draw(st.integers(-3, 3))}, "to": draw(later)}, {"to": draw(later)}]
            lines.append(
                a_line(
                    to,
                    f"Atbilde {name} {index}",
                    trust=draw(st.integers(-2, 2)),
                    minutes=draw(st.integers(0, 5)),
                    does=draw(st.lists(st.sampled_from(get_args(Does)), max_size=2, unique=True)),
                    alone=draw(st.sampled_from([[], [f"prasme {name} {index}"]])),
                )
            )
        nodes[name] = {"says": f"Saka {name}.", "mood": "domā", "lines": lines}
    goals = draw(
        st.sampled_from(
            [[], [GOALS[0]], [GOALS[1]], [{**GOALS[2], "ending": [draw(st.sampled_from(names[count:]))]}], GOALS[:2]]
        )
    )
    return read_scenario({**SMALL, "nodes": nodes, "goals": goals, "trust": draw(st.integers(-3, 3))})


any_talk = st.one_of(st.sampled_from([TALKS[name] for name in sorted(TALKS)]), talks())


def shown_of(scenario: Scenario) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(json.dumps(RUNS.shown(scenario)))
    return shown


def say(line: str) -> dict[str, Any]:
    return {"do": "say", "line": line}


def spoken(*texts: str) -> list[dict[str, Any]]:
    return [say(name_of(text)) for text in texts]


def played(draw: st.DataObject, scenario: Scenario, *, most: int = 40) -> list[dict[str, Any]]:
    """Whatever an honest page could send: lines that are offered, and now and then a new beginning."""
    shown = shown_of(scenario)
    state, actions = RUNS.start(shown), []
    for _ in range(draw.draw(st.integers(0, most))):
        offers = [say(line["id"]) for line in shown["states"][state.at]["lines"]]
        if state.said and (scenario["tries"] is None or len(state.before) + 1 < scenario["tries"]):
            offers.append({"do": "again"})
        if not offers:
            break
        action = draw.draw(st.sampled_from(offers))
        state = RUNS.apply(shown, state, action)
        actions.append(action)
    return actions


def after(scenario: Scenario, actions: list[dict[str, Any]]) -> TalkState:
    state = replay("talk", scenario, actions)
    assert isinstance(state, TalkState)
    return state


def through(scenario: Scenario) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """Each ending that can be reached, by its node, with one talk that gets there."""
    talk = whole(scenario)
    ways: dict[Spot, list[dict[str, Any]]] = {talk.first: []}
    queue = [talk.first]
    ended = set()
    for spot in queue:
        if talk.ending(spot) and spot.node not in ended:
            ended.add(spot.node)
            yield ways[spot], spot.node
        for line in talk.lines(spot):
            to = talk.after(spot, line)
            if to not in ways:
                ways[to] = [*ways[spot], say(name_of(line.text, line.doing))]
                queue.append(to)


# ── every talk ──────────────────────────────────────────────────────────────────────────────────────────────────────


@every_talk
def test_a_talk_is_played_through_all_its_endings(name: str) -> None:
    scenario = TALKS[name]
    endings = {node: each["ending"] for node, each in scenario["nodes"].items() if each["ending"]}

    reached = {}
    for actions, node in through(scenario):
        state = after(scenario, actions)
        feedback = judge(scenario, {"kind": "talk", "actions": actions})
        reached[node] = feedback.title
        assert state.over
        assert state.finished == 1
        assert RUNS.done(state) == RUNS.parts(scenario)
        assert feedback.body == (endings[node]["text"],)
        assert len(feedback.more["path"]) == len(actions) == len(RUNS.told(scenario, state))
        assert all(step["why"].strip() for step in feedback.more["path"])
        assert feedback.more["endings"] == {"seen": 1, "all": len(endings)}

    assert reached == {node: ending["title"] for node, ending in endings.items()}


@every_talk
def test_from_every_state_each_line_leads_on_until_the_end(name: str) -> None:
    shown = shown_of(TALKS[name])
    seen, queue = {shown["start"]}, [shown["start"]]
    for at in queue:
        state = shown["states"][at]
        assert state["end"] is (state["lines"] == [])
        assert len({line["id"] for line in state["lines"]}) == len(state["lines"])
        for line in state["lines"]:
            # States are numbered as one meets them, and no way leads back: however one talks, it is over soon.
            if line["to"] not in seen:
                seen.add(line["to"])
                queue.append(line["to"])
    longest = dict.fromkeys(shown["states"], 0)
    for _ in shown["states"]:
        for at, state in shown["states"].items():
            longest[at] = max([1 + longest[line["to"]] for line in state["lines"]], default=0)

    assert seen == set(shown["states"])
    assert longest[shown["start"]] <= len(TALKS[name]["nodes"])


@every_talk
@pytest.mark.parametrize("how", BLINDLY)
def test_nobody_wins_without_reading(name: str, how: str) -> None:
    if name.startswith("maza"):
        pytest.skip("two choices are too few to be safe")
    talk = whole(TALKS[name])

    steps = walk(talk, BLINDLY[how][0])

    assert talk.ended(steps[-1].after).quality != "good"
    assert not (talk.talk.goals and all_reached(talk, steps))


@every_talk
def test_authors_are_told_of_nothing_in_a_talk_that_is_in_use(name: str) -> None:
    if not name.startswith("maza"):
        assert list(problems_of_talk(whole(TALKS[name]).talk, scored=bool(TALKS[name]["goals"]))) == []


# ── any talk at all ─────────────────────────────────────────────────────────────────────────────────────────────────


@thorough
@given(scenario=any_talk, data=st.data())
def test_replay_over_what_a_page_holds_is_replay_over_the_whole(scenario: Scenario, data: st.DataObject) -> None:
    shown = shown_of(scenario)
    actions = played(data, scenario)

    on_page, judged = replay("talk", shown, actions), replay("talk", scenario, actions)

    assert on_page == judged
    assert shown_of(shown) == shown


@thorough
@given(scenario=any_talk, data=st.data())
def test_every_state_ends_or_can_be_begun_anew(scenario: Scenario, data: st.DataObject) -> None:
    state = after(scenario, played(data, scenario))
    shown = shown_of(scenario)

    steps = 0
    while not state.over:
        line = data.draw(st.sampled_from(shown["states"][state.at]["lines"]))
        state = RUNS.apply(scenario, state, say(line["id"]))
        steps += 1

    assert steps <= len(scenario["nodes"])
    with pytest.raises(InvalidAnswer, match="jau ir beigusies"):
        RUNS.apply(scenario, state, say("jebkas"))
    if scenario["tries"] is None:
        again = RUNS.apply(scenario, state, {"do": "again"})
        assert (again.at, again.over, again.said) == (shown["start"], False, ())
        assert again.before[-1] == state.said
        assert again.finished == state.finished
        assert RUNS.done(again) == RUNS.parts(scenario)


@thorough
@given(scenario=any_talk, data=st.data())
def test_the_better_turn_is_better_and_without_one_there_was_nothing_better(
    scenario: Scenario, data: st.DataObject
) -> None:
    talk = whole(scenario)
    spot, texts = talk.first, []
    while talk.lines(spot):
        line = data.draw(st.sampled_from(talk.lines(spot)))
        texts.append(name_of(line.text, line.doing))
        spot = talk.after(spot, line)
    steps = talk.walk(texts)

    turn = judge(scenario, {"kind": "talk", "actions": [say(text) for text in texts]}).more["turn"]

    mine, best = worth(talk, texts), max(worth(talk, each) for each in every_way(talk))
    assert best <= talk.best(talk.first)
    if turn is None:
        assert mine == best
    else:
        at = turn["step"]
        assert turn["said"] == steps[at].line.text
        better = [*texts[:at], name_of(turn["text"], turn["doing"])]
        better += [name_of(step.line.text, step.line.doing) for step in talk.finish(talk.walk(better)[-1].after)]
        found = worth(talk, better)
        assert found > mine
        assert talk.ended(talk.walk(better)[-1].after).title == turn["ending"]
        # Until there the best ending was within reach, and after it no longer was.
        before, after = ([*texts[:end]] for end in (at, at + 1))
        assert max(worth(talk, [*before, *rest]) for rest in every_way(talk, steps[at].spot)).rank == best.rank
        if mine.rank < best.rank:
            assert max(worth(talk, [*after, *rest]) for rest in every_way(talk, steps[at].after)).rank < best.rank
        else:
            assert found == best
        # Each later step that is named lost one more quality.
        ranks = [talk.best(steps[each["step"]].after).rank for each in turn["then"]]
        assert ranks == sorted(set(ranks), reverse=True)
        assert mine.rank == (ranks or [talk.best(steps[at].after).rank])[-1]


def worth(talk: Whole, said: list[str]) -> Worth:
    steps = talk.walk(said)
    rank = RANK[talk.ended(steps[-1].after).quality]
    return Worth(rank, sum(len(step.line.alone) for step in steps))


def every_way(talk: Whole, spot: Spot | None = None, most: int = 20_000) -> list[list[str]]:
    """Talks from ``spot`` to an end; every one, so that nothing is taken from the code's word."""

    def on(spot: Spot) -> Iterator[list[str]]:
        if not talk.lines(spot):
            yield []
        for line in talk.lines(spot):
            for rest in on(talk.after(spot, line)):
                yield [name_of(line.text, line.doing), *rest]

    return list(itertools.islice(on(spot or talk.first), most))


@every_talk
def test_nobody_is_told_that_a_mistake_is_the_better_turn(name: str) -> None:
    talk = whole(TALKS[name])

    for way in every_way(talk):
        steps = talk.walk(way)
        at = talk.turn(steps)
        told = [] if at is None else [talk.choose(steps[at].spot)]

        assert [line.text for line in told if costs(line)] == []


@thorough
@given(scenario=any_talk, data=st.data())
def test_goals_are_judged_by_what_was_said_in_the_last_talk(scenario: Scenario, data: st.DataObject) -> None:
    state = after(scenario, played(data, scenario))
    steps = whole(scenario).walk(state.said)
    does = {each for step in steps for each in step.line.does}
    node = steps[-1].after.node if state.over else None

    goals = {goal.id: goal.reached for goal in RUNS.goals(scenario, state)}

    for goal in scenario["goals"]:
        held = all(each in does for each in goal["all_of"])
        held &= not goal["any_of"] or bool(does & set(goal["any_of"]))
        held &= not goal["none_of"] or (state.over and not does & set(goal["none_of"]))
        held &= not goal["ending"] or node in goal["ending"]
        assert goals[goal["id"]] == float(held)
    if not scenario["goals"]:
        quality = scenario["nodes"][node]["ending"]["quality"] if node else "bad"
        assert goals == {"iznakums": {"good": 1.0, "half": 0.5, "bad": 0.0}[quality]}


@thorough
@given(scenario=any_talk, data=st.data())
def test_no_end_with_all_goals_comes_without_the_lines_they_ask_for(scenario: Scenario, data: st.DataObject) -> None:
    state = after(scenario, played(data, scenario))
    goals = RUNS.goals(scenario, state)
    does = {each for step in whole(scenario).walk(state.said) for each in step.line.does}

    if scenario["goals"] and all(goal.reached == 1 for goal in goals):
        for goal in scenario["goals"]:
            assert set(goal["all_of"]) <= does
            assert not goal["any_of"] or does & set(goal["any_of"])
            assert not does & set(goal["none_of"])
            assert state.over or not (goal["none_of"] or goal["ending"])


@thorough
@given(scenario=any_talk)
def test_the_solution_reaches_every_goal_exactly_if_something_does(scenario: Scenario) -> None:
    talk = whole(scenario)
    solved = RUNS.goals(scenario, after(scenario, list(RUNS.solution(scenario))))
    ways = every_way(talk)
    can = False
    for way in ways:
        steps = talk.walk(way)
        reached = all_reached(talk, steps) if talk.talk.goals else talk.ended(steps[-1].after).quality == "good"
        can = can or reached
    assert all(goal.reached == 1 for goal in solved) is can


# ── attacks: what a released talk tells ─────────────────────────────────────────────────────────────────────────────

SECRET_FIELDS = {
    *("trust", "minutes", "alone", "does", "why", "when", "trust_at_least", "ending", "quality", "goals", "facts"),
    *("nodes", "any_of", "all_of", "none_of", "start_trust", "outcome", "key"),
}
SHOWN_FIELDS = {
    *("id", "kind", "title", "notice", "intro", "tries", "person", "name", "about", "start", "states"),
    *("says", "mood", "speaker", "end", "lines", "text", "doing", "to"),
}


def fields(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield str(name)
            yield from fields(value)
    elif isinstance(data, list):
        for value in data:
            yield from fields(value)


def hidden_texts(scenario: Scenario) -> set[str]:
    """All that is written for afterwards, and the names authors gave to places."""
    talk = whole(scenario).talk
    texts: set[str] = set(DOES)
    for node in talk.nodes.values():
        texts |= {node.ending.title, node.ending.text} if node.ending else set()
        texts |= {text for line in node.lines for text in (line.why, *line.alone)}
    return texts | {text for goal in talk.goals for text in (goal.text, goal.why)} | set(talk.facts)


@thorough
@given(scenario=any_talk)
def test_an_attacker_finds_no_effect_flag_quality_or_reason_in_the_released_talk(scenario: Scenario) -> None:
    shown = shown_of(scenario)
    states = list(shown["states"].values())
    said = [text for state in states for text in (state["says"], state["mood"])]
    said += [text for state in states for line in state["lines"] for text in (line["text"], line["doing"]) if text]
    rest = json.dumps(shown, ensure_ascii=False)
    for text in sorted([*said, shown["title"], shown["intro"]], key=len, reverse=True):
        rest = rest.replace(json.dumps(text, ensure_ascii=False), '""')

    names = {*fields(shown)} - set(shown["states"])

    assert names <= SHOWN_FIELDS
    assert not names & SECRET_FIELDS
    assert {type(value) for state in states for value in state.values()} <= {str, bool, list}
    assert [text for text in hidden_texts(scenario) if len(text) > 3 and text in rest] == []
    assert all(at == f"s{number}" for number, at in enumerate(shown["states"], start=1))


@thorough
@given(scenario=any_talk, data=st.data())
def test_effects_that_nothing_depends_on_change_nothing_that_is_released(
    scenario: Scenario, data: st.DataObject
) -> None:
    changed = copy.deepcopy(dict(scenario))
    depends = any(isinstance(line["to"], tuple) for node in changed["nodes"].values() for line in node["lines"])
    for node in changed["nodes"].values():
        for line in node["lines"]:
            line["why"], line["alone"], line["does"] = "Cits iemesls.", ("cits",), ("pushes",)
            line["minutes"] = data.draw(st.integers(0, 30))
            if not depends:
                line["trust"] = data.draw(st.integers(-2, 2))
        if node["ending"]:
            node["ending"] = {"quality": data.draw(st.sampled_from(list(RANK))), "title": "Cits", "text": "Cits."}

    assert shown_of(changed) == shown_of(scenario)


@thorough
@given(scenario=any_talk)
def test_states_are_no_more_than_what_can_be_told_apart(scenario: Scenario) -> None:
    """Two states of one node that lead to the same talks would tell that trust differs."""
    shown = unrolled(whole(scenario))

    def future(at: str) -> Any:
        state = shown["states"][at]
        return (state["says"], state["mood"], tuple((line["id"], future(line["to"])) for line in state["lines"]))

    futures = [future(at) for at in shown["states"]]
    assert len(set(futures)) == len(futures)


# ── as a scored item ────────────────────────────────────────────────────────────────────────────────────────────────

ITEM = Simulation.model_validate(
    {
        "id": "maza-saruna",
        "version": 1,
        "kind": "simulation",
        "pool": "module",
        "status": "draft",
        "submodule": "10.1",
        "setting": "desk",
        "stem": "Palīdzi Ievai.",
        "points": 3,
        "explanation": "PIN ievada klients pats.",
        "competences": ["2.1"],
        "outcomes": ["LO2.1.26"],
        "level": 5,
        "facts": ["pin-pats-klients"],
        "scenario": {**{name: value for name, value in SMALL.items() if name != "id"}, "goals": GOALS, "tries": 2},
    }
)


def test_a_scored_talk_earns_by_its_goals_and_is_explained_in_words() -> None:
    scenario = scenario_of(ITEM)
    best = SimulationResponse(kind="simulation", actions=tuple(RUNS.solution(scenario)))
    taken = SimulationResponse(kind="simulation", actions=tuple(spoken("Labi, dodiet šurp.", "Ievadiet jūs.")))
    asked = SimulationResponse(kind="simulation", actions=tuple(spoken("Ko jūs gribat?")))

    assert [grade(ITEM, each).points for each in (best, taken, asked)] == [3, 0, 1]
    assert right_answer(ITEM) == ["«Ko jūs gribat?»", "«Ievadiet jūs.»"]
    decided = "Izšķīra 1. atbilde: «Labi, dodiet šurp.» Iemesls: Labi, dodiet šurp."
    assert marks(ITEM, taken)["pin"] == Mark("missed", f"«PIN paliek». PIN ir klienta. {decided}")
    assert marks(ITEM, taken)["beigas"] == Mark("missed", f"«Dara pats». Tad pratīs. {decided}")
    assert marks(ITEM, taken)["jauta"] == Mark("missed", "«Pajautā». Vispirms jāzina.")


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in MACHINES, reason="the guards are Linux's"
)
def test_a_closed_worker_which_may_open_no_file_gives_full_points_for_the_solution() -> None:
    actions = tuple(RUNS.solution(scenario_of(ITEM)))
    response = SimulationResponse(kind="simulation", actions=actions)

    def work(pipe: int) -> float:
        close(pipe)
        return grade(ITEM, response).points

    assert in_a_worker(work) == ITEM.points


# ── one small talk, by hand ─────────────────────────────────────────────────────────────────────────────────────────


def test_trust_decides_where_the_same_line_leads() -> None:
    asked, taken = ("Ko jūs gribat?", "Ievadiet jūs."), ("Labi, dodiet šurp.", "Ievadiet jūs.")

    good = judge(TALKS["maza"], {"kind": "talk", "actions": spoken(*asked)})
    half = judge(TALKS["maza"], {"kind": "talk", "actions": spoken(*taken)})

    assert (good.outcome, good.title) == ("right", "Izdevās")
    assert (half.outcome, half.title) == ("partly", "Pa pusei")


def test_the_picture_tells_trust_minutes_what_was_learned_and_the_better_turn() -> None:
    more = judge(
        TALKS["maza"], {"kind": "talk", "actions": spoken("Ko jūs gribat?", "Tas nav mans darbs šodien.")}
    ).more

    assert (more["trust"], more["minutes"], more["alone"]) == ("pieauga", "3 minūtes", ["jautāt"])
    assert [(step["trust"], step["change"]) for step in more["path"]] == [(2, 2), (1, -1)]
    assert more["path"][1]["does"] == ["runā cilvēkam garām"]
    assert more["turn"] == {
        "step": 1,
        "said": "Tas nav mans darbs šodien.",
        "text": "Ievadiet jūs.",
        "doing": "",
        "why": "Iemesls: Ievadiet jūs.",
        "ending": "Izdevās",
        "other_ending": True,
        "then": [],
    }


def test_the_picture_names_a_line_that_cost_trust_even_when_it_was_mended_later() -> None:
    nodes = copy.deepcopy(SMALL["nodes"])
    nodes["vidus"]["lines"][0].update(to="labi")
    nodes["sakums"]["lines"][0].update(alone=["jautāt"], does=["pushes"])
    mendable = read_scenario({**SMALL, "nodes": nodes})

    rough = judge(mendable, {"kind": "talk", "actions": spoken("Labi, dodiet šurp.", "Ievadiet jūs.")}).more
    smooth = judge(mendable, {"kind": "talk", "actions": spoken("Ko jūs gribat?", "Ievadiet jūs.")}).more
    lost = judge(mendable, {"kind": "talk", "actions": spoken("Labi, dodiet šurp.", "Tas nav mans darbs šodien.")}).more

    assert (rough["turn"], smooth["turn"], smooth["mended"], lost["mended"]) == (None, None, None, None)
    assert (rough["mended"]["step"], rough["mended"]["said"]) == (0, "Labi, dodiet šurp.")
    assert (rough["mended"]["text"], rough["mended"]["why"]) == ("Ko jūs gribat?", "Iemesls: Ko jūs gribat?")
    assert lost["turn"]["step"] == 1


def test_endings_seen_are_counted_over_all_talks_that_were_held() -> None:
    first = spoken("Ko jūs gribat?", "Ievadiet jūs.")
    second = spoken("Labi, dodiet šurp.", "Ievadiet jūs.")

    feedback = judge(TALKS["maza"], {"kind": "talk", "actions": [*first, {"do": "again"}, *second]})

    assert feedback.more["endings"] == {"seen": 2, "all": 3}
    assert feedback.title == "Pa pusei"


def test_the_last_talk_counts_and_an_unfinished_one_has_kept_no_pin_away() -> None:
    good = spoken("Ko jūs gribat?", "Ievadiet jūs.")
    scenario = TALKS["maza-merki"]

    def reached(actions: list[dict[str, Any]]) -> dict[str, float]:
        return {goal.id: goal.reached for goal in RUNS.goals(scenario, after(scenario, actions))}

    assert reached(good) == {"jauta": 1, "pin": 1, "beigas": 1}
    assert reached([*good, {"do": "again"}]) == {"jauta": 0, "pin": 0, "beigas": 0}
    assert reached(good[:1]) == {"jauta": 1, "pin": 0, "beigas": 0}
    assert reached([*good, {"do": "again"}, *spoken("Labi, dodiet šurp.", "Ievadiet jūs.")]) == {
        **{"jauta": 0, "pin": 0, "beigas": 0}
    }


@every_talk
def test_a_talk_begins_where_it_does_in_whatever_order_its_places_are_kept(name: str) -> None:
    scenario = TALKS[name]
    turned = {**scenario, "nodes": {place: scenario["nodes"][place] for place in sorted(scenario["nodes"])}}

    assert whole(turned).first == whole(scenario).first
    assert RUNS.shown(turned) == RUNS.shown(scenario)


def test_a_talk_is_begun_anew_as_often_as_it_allows() -> None:
    twice = TALKS["maza-merki"]
    first = spoken("Ko jūs gribat?")

    with pytest.raises(InvalidAnswer, match="vairs nevar sākt no jauna"):
        replay("talk", twice, [*first, {"do": "again"}, *first, {"do": "again"}])
    with pytest.raises(InvalidAnswer, match="vēl nav sākta"):
        replay("talk", TALKS["maza"], [{"do": "again"}])
    assert len(after(TALKS["maza"], [*first, {"do": "again"}] * 5).before) == 5


def test_what_was_said_is_told_and_an_unfinished_talk_is_named() -> None:
    assert RUNS.told(TALKS["maza"], after(TALKS["maza"], spoken("Ko jūs gribat?"))) == [
        "«Ko jūs gribat?»",
        "Saruna palika nepabeigta",
    ]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"do": "say", "line": "nav"}, "nav tādas izvēles: atbilde «nav»"),
        ({"do": "say"}, "nav tādas izvēles"),
        ({"do": "check"}, "nav darbības «check»"),
    ],
)
def test_what_no_page_offers_is_refused_in_words(action: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidAnswer, match=message):
        RUNS.apply(TALKS["maza"], RUNS.start(TALKS["maza"]), action)


def test_feedback_waits_for_the_end() -> None:
    with pytest.raises(InvalidAnswer, match="vēl nav beigusies"):
        RUNS.feedback(TALKS["maza"], RUNS.start(TALKS["maza"]), "talk")
    with pytest.raises(InvalidAnswer, match="nav daļas «cita»"):
        RUNS.feedback(TALKS["maza"], RUNS.start(TALKS["maza"]), "cita")
    with pytest.raises(ValueError, match="goes on at sakums"):
        whole(TALKS["maza"]).ended(Spot("sakums", 0))


def test_after_the_author_changed_a_line_the_rest_of_an_older_talk_still_opens() -> None:
    changed = copy.deepcopy(SMALL)
    changed["nodes"]["vidus"]["lines"][0]["text"] = "Ievadiet, lūdzu, jūs."
    actions = [*spoken("Ko jūs gribat?", "Ievadiet jūs."), {"do": "again"}, *spoken("Labi, dodiet šurp.")]

    state, kept = restore("talk", read_scenario(changed), actions)

    assert kept == tuple(each for each in actions if each != spoken("Ievadiet jūs.")[0])
    assert isinstance(state, TalkState)
    assert not state.over


# ── what authors get wrong ──────────────────────────────────────────────────────────────────────────────────────────


def with_node(name: str, **changes: Any) -> dict[str, Any]:
    changed = copy.deepcopy(SMALL)
    changed["nodes"][name] = {**changed["nodes"][name], **changes}
    return changed


def with_line(name: str, at: int, **changes: Any) -> dict[str, Any]:
    changed = copy.deepcopy(SMALL)
    changed["nodes"][name]["lines"][at] |= changes
    return changed


@pytest.mark.parametrize(
    ("scenario", "place", "message"),
    [
        (with_line("sakums", 0, to="nav"), "nodes.sakums.lines[0].to", "nav vietas «nav»"),
        (with_line("vidus", 1, to="sakums"), "nodes.vidus.lines[1].to", "iet pa riņķi: no «vidus» atpakaļ uz «sakums»"),
        (with_line("vidus", 1, to="vidus"), "nodes.vidus.lines[1].to", "iet pa riņķi"),
        (with_node("vidus", lines=[]), "nodes.vidus", "saruna šeit iestrēgst"),
        (with_node("labi", lines=SMALL["nodes"]["vidus"]["lines"]), "nodes.labi.lines", "atbilžu nav"),
        (with_line("sakums", 0, text="Ko jūs gribat?"), "nodes.sakums.lines[1].text", "šeit jau ir"),
        (with_line("vidus", 0, to=[{"to": "labi"}, {"to": "puse"}]), "nodes.vidus.lines[0].to[0]", "bez «when»"),
        ({**SMALL, "goals": [{**GOALS[0], "any_of": []}]}, "goals[0]", "vajag any_of"),
        ({**SMALL, "goals": [{**GOALS[0], "ending": ["vidus"]}]}, "goals[0].ending[0]", "nav iznākuma «vidus»"),
        ({**SMALL, "goals": [GOALS[0], GOALS[0]]}, "goals", "mērķu id atkārtojas"),
        (with_line("sakums", 0, does=["smaida"]), "nodes.sakums.lines[0].does[0]", "nezināma vērtība"),
    ],
)
def test_a_talk_that_does_not_hold_together_is_refused_with_its_line(
    scenario: Mapping[str, Any], place: str, message: str
) -> None:
    document = read_yaml(json.dumps(scenario, ensure_ascii=False, indent=1), "saruna.yml")

    _, problems = validate(TypeAdapter(TalkScenario), document, (), document.data)

    found = [each for each in problems if each.path == place]
    assert [each for each in found if message in each.message], problems
    assert found[0].line > 1
    with pytest.raises(ValidationError):
        read_scenario(scenario)


def problems(scenario: Mapping[str, Any], *, scored: bool = False) -> list[str]:
    """Each as «where: what»."""
    found = problems_of_talk(TalkScenario.model_validate(scenario), scored=scored)
    return [f"{'.'.join(map(str, where))}: {message}" for where, message in found]


def test_a_place_and_a_way_that_are_never_reached_are_named() -> None:
    lonely = copy.deepcopy(SMALL)
    lonely["nodes"]["vientula"] = an_ending("half", "Neviens te nenonāk")
    way = with_line("vidus", 0, to=[{"when": {"trust_at_least": 9}, "to": "labi"}, {"to": "puse"}])

    assert any(each.startswith("nodes.vientula: šeit saruna nekad nenonāk") for each in problems(lonely))
    assert any(each.startswith("nodes.vidus.lines.0.to.0: šis ceļš nekad nav iespējams") for each in problems(way))
    assert any(each.startswith("nodes.labi: šeit saruna nekad nenonāk") for each in problems(way))


def test_too_few_endings_or_kinds_and_no_good_one_are_named() -> None:
    two = with_line("vidus", 0, to="puse")
    del two["nodes"]["labi"]

    found = " ".join(problems(two))

    assert "vajag vismaz 3 iznākumus, ir 2" in found
    assert "nav neviena «quality: good»" in found
    assert "labu iznākumu (quality: good) nevar sasniegt" in found


def test_a_good_ending_after_a_pin_was_taken_is_named() -> None:
    kind = with_line("sakums", 0, trust=2)

    assert any(
        each.startswith("nodes.sakums.lines.0: pēc šīs atbildes darbinieks zina svešu PIN") for each in problems(kind)
    )


@pytest.mark.parametrize(
    ("how", "texts"),
    [
        ("garāko", ("Labi.", "Ko jūs šodien gribat nokārtot?", "Ievadiet jūs, es palikšu blakus.", "Nē.")),
        ("īsāko", ("Labi, dodiet šurp, es visu izdarīšu.", "Ko gribat?", "Ievadiet.", "Tas nav mans darbs šodien.")),
    ],
)
def test_a_talk_that_is_won_by_length_is_named(how: str, texts: tuple[str, ...]) -> None:
    talk = copy.deepcopy(SMALL)
    for line, text in zip([*talk["nodes"]["sakums"]["lines"], *talk["nodes"]["vidus"]["lines"]], texts, strict=True):
        line["text"] = text

    assert f"vienmēr izvēloties {how} atbildi" in " ".join(problems(talk))


@pytest.mark.parametrize("how", ["pirmo", "pēdējo"])
def test_a_talk_that_is_won_by_place_is_named(how: str) -> None:
    talk = copy.deepcopy(SMALL)
    for name, wanted in (("sakums", "Ko jūs gribat?"), ("vidus", "Ievadiet jūs.")):
        lines = talk["nodes"][name]["lines"]
        lines.sort(key=lambda line: (line["text"] == wanted) is (how == "pēdējo"))

    assert f"vienmēr izvēloties {how} atbildi" in " ".join(problems(talk))


def test_a_talk_whose_best_lines_are_mostly_the_longest_is_named() -> None:
    talk = with_line("vidus", 0, text="Ievadiet jūs, es palikšu blakus un neskatīšos.")

    assert "1 no 2 izvēlēm labākā atbilde ir garākā («vidus»)" in " ".join(problems(talk))


def test_a_scored_talk_needs_goals_and_says_how_often_it_may_be_held() -> None:
    found = problems(SMALL, scored=True)

    assert any("vajag mērķus (goals)" in message for message in found)
    assert any("pieraksti «tries: 2»" in message for message in found)


def test_every_flag_has_its_words() -> None:
    assert set(DOES) == set(get_args(Does))
