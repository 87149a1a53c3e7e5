"""«Saruna»: a talk with a made-up resident; what one says changes trust, time and what the person can do alone.

Actions (``do`` and its fields)::

    say      line       one of the lines that can be said now
    again               begins the talk anew; the one before is kept

A talk is a graph without circles, so each one ends. What the lines do is known to the judge alone: a page gets the talk
unrolled into states with numbers for names (`unrolled`), which tell who answers what and nothing of trust or quality.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from lideri.course.items import Frozen, Identifier, Text
from lideri.course.latvian import counted, quoted, quoted_sentence
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    OnePartMachine,
    Outcome,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    unknown,
    verb,
)

Does = Literal[
    "listens",
    "open_question",
    "affirms",
    "reflects",
    "summarises",
    "asks_before_acting",
    "lets_do",
    "shows",
    "does_for",
    "takes_pin",
    "checks_understanding",
    "hands_over",
    "pushes",
    "jargon",
    "talks_past",
]
DOES: Mapping[Does, str] = MappingProxyType(
    {
        "listens": "uzklausa",
        "open_question": "atvērts jautājums",
        "affirms": "apstiprina to, kas izdodas",
        "reflects": "atspoguļo, ko cilvēks jūt vai saka",
        "summarises": "apkopo",
        "asks_before_acting": "pajautā, pirms rīkojas",
        "lets_do": "ļauj cilvēkam darīt pašam",
        "shows": "parāda",
        "does_for": "izdara cilvēka vietā",
        "takes_pin": "paņem PIN",
        "checks_understanding": "pārbauda, vai paskaidrots saprotami",
        "hands_over": "nodod tālāk",
        "pushes": "steidzina vai spiež",
        "jargon": "nesaprotami vārdi",
        "talks_past": "runā cilvēkam garām",
    }
)
COSTS: frozenset[Does] = frozenset({"does_for", "takes_pin", "pushes", "jargon", "talks_past"})
Quality = Literal["good", "half", "bad"]
RANK: Mapping[Quality, int] = MappingProxyType({"good": 2, "half": 1, "bad": 0})
OUTCOMES: Mapping[Quality, Outcome] = MappingProxyType({"good": "right", "half": "partly", "bad": "wrong"})


# ── the scenario's file ─────────────────────────────────────────────────────────────────────────────────────────────


class Person(Frozen):
    """Who is talked to; ``about`` is one sentence, what one sees and knows before the first word."""

    name: Text
    about: Text


class When(Frozen):
    trust_at_least: int


class Way(Frozen):
    """Where a line leads, if trust after it is high enough; the last way of a line has no ``when``."""

    to: Identifier
    when: When | None = None


class Line(Frozen):
    """What one may say (``text``) and do meanwhile (``doing``).

    ``trust``: how much it grows. ``alone``: what the person can do without help from then on. ``why`` is said when the
    talk is over.
    """

    text: Text
    doing: str = ""
    to: Identifier | Annotated[tuple[Way, ...], Field(min_length=2)]
    trust: Annotated[int, Field(ge=-2, le=2)] = 0
    minutes: Annotated[int, Field(ge=0, le=30)] = 1
    alone: tuple[Text, ...] = ()
    does: tuple[Does, ...] = ()
    why: Text


class Ending(Frozen):
    """``title`` and ``text`` are shown after the talk only: what became of it, and what it means."""

    quality: Quality
    title: Text
    text: Text


class Node(Frozen):
    """What the person says. ``mood``: how they look or sound. ``speaker``: if it is somebody else who speaks."""

    says: Text
    mood: Text
    speaker: str = ""
    lines: Annotated[tuple[Line, ...], Field(max_length=4)] = ()
    ending: Ending | None = None


class TalkGoal(Frozen):
    """What a scored task asks for; all that is named must hold, ``none_of`` once the talk is over."""

    id: Identifier
    text: Text
    any_of: tuple[Does, ...] = ()
    all_of: tuple[Does, ...] = ()
    none_of: tuple[Does, ...] = ()
    ending: tuple[Identifier, ...] = ()
    why: Text


class TalkScenario(PlaceScenario):
    """The first node begins the talk. ``trust``: how much there is at first, 0 for somebody unknown.

    ``tries``: how many times the talk may be held; none: as often as one likes.
    """

    kind: Literal["talk"]
    person: Person
    trust: Annotated[int, Field(ge=-3, le=3)] = 0
    tries: Annotated[int, Field(ge=1, le=3)] | None = None
    nodes: Annotated[dict[Identifier, Node], Field(min_length=3)]
    goals: tuple[TalkGoal, ...] = ()
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        found = [*_broken(self)] or [*_circles(self)]
        if found:
            details = [
                InitErrorDetails(type=PydanticCustomError("saruna", "{text}", {"text": text}), loc=loc, input="")
                for loc, text in found
            ]
            raise ValidationError.from_exception_data("TalkScenario", details)
        return self


Where = tuple[str | int, ...]


def costs(line: Line) -> bool:
    """Whether a line is one that somebody has to make good for."""
    return line.trust < 0 or bool(COSTS.intersection(line.does))


def ways(line: Line) -> tuple[Way, ...]:
    return (Way(to=line.to),) if isinstance(line.to, str) else line.to


def _broken(talk: TalkScenario) -> Iterator[tuple[Where, str]]:
    for name, node in talk.nodes.items():
        at: Where = ("nodes", name)
        if node.ending is not None and node.lines:
            yield (*at, "lines"), "šeit saruna beidzas (ending), tāpēc atbilžu nav; atstāj vienu no abiem"
        if node.ending is None and len(node.lines) < 2:
            yield at, "saruna šeit iestrēgst; pieraksti 2–4 atbildes (lines) vai iznākumu (ending)"
        texts = [(line.text, line.doing) for line in node.lines]
        for index, line in enumerate(node.lines):
            here: Where = (*at, "lines", index)
            if texts.index((line.text, line.doing)) < index:
                yield (*here, "text"), "tāda atbilde šeit jau ir; pārraksti vienu no tām"
            for place, way in enumerate(ways(line)):
                below: Where = (*here, "to") if isinstance(line.to, str) else (*here, "to", place)
                last = place == len(ways(line)) - 1
                if way.to not in talk.nodes:
                    yield below, f"sarunā nav vietas «{way.to}»; pārbaudi nosaukumu"
                if last is not (way.when is None):
                    yield below, "tieši pēdējam ceļam jābūt bez «when»: tas der, ja nekas cits neder"
    for index, goal in enumerate(talk.goals):
        if not (goal.any_of or goal.all_of or goal.none_of or goal.ending):
            yield ("goals", index), "mērķim vajag any_of, all_of, none_of vai ending"
        for place, name in enumerate(goal.ending):
            if name not in talk.nodes or talk.nodes[name].ending is None:
                yield ("goals", index, "ending", place), f"sarunā nav iznākuma «{name}»; pārbaudi nosaukumu"
    if len({goal.id for goal in talk.goals}) != len(talk.goals):
        yield ("goals",), "mērķu id atkārtojas"


def _circles(talk: TalkScenario) -> Iterator[tuple[Where, str]]:
    """Lines that lead back: the person would say the same again, and the talk might never end."""
    ended: set[str] = set()
    for first in talk.nodes:
        stack = [] if first in ended else [(first, _leads(talk, first))]
        while stack:
            name, rest = stack[-1]
            for where, to in rest:
                if to in {each for each, _ in stack}:
                    yield where, f"saruna iet pa riņķi: no «{name}» atpakaļ uz «{to}»; uzraksti jaunu vietu"
                elif to not in ended:
                    stack.append((to, _leads(talk, to)))
                    break
            else:
                ended.add(name)
                stack.pop()


def _leads(talk: TalkScenario, name: str) -> Iterator[tuple[Where, str]]:
    for index, line in enumerate(talk.nodes[name].lines):
        for way in ways(line):
            yield ("nodes", name, "lines", index, "to"), way.to


# ── the whole talk, for whoever judges ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Spot:
    """Where a talk can be: at a node, with so much trust."""

    node: str
    trust: int


@dataclass(frozen=True, order=True)
class Worth:
    """How well a talk ends, or can still end: the ending's quality first, then how much the person can do alone."""

    rank: int
    alone: int
    trust: int = 0  # compared only where `best` is asked to


@dataclass(frozen=True)
class Step:
    spot: Spot
    line: Line
    after: Spot


def _beginning(talk: TalkScenario) -> str:
    """The one place that nothing leads to, so that a talk whose places were put in another order begins the same."""
    led_to = {way.to for node in talk.nodes.values() for line in node.lines for way in ways(line)}
    begins = [name for name in talk.nodes if name not in led_to]
    return begins[0] if len(begins) == 1 else next(iter(talk.nodes))


class Whole:
    """A whole scenario as its judge walks it."""

    def __init__(self, talk: TalkScenario) -> None:
        self.talk = talk
        self.first = Spot(_beginning(talk), talk.trust)
        self._best: dict[tuple[Spot, bool], Worth] = {}

    def lines(self, spot: Spot) -> tuple[Line, ...]:
        return self.talk.nodes[spot.node].lines

    def ending(self, spot: Spot) -> Ending | None:
        return self.talk.nodes[spot.node].ending

    def ended(self, spot: Spot) -> Ending:
        ending = self.ending(spot)
        if ending is None:
            raise ValueError(f"the talk goes on at {spot.node}")
        return ending

    def after(self, spot: Spot, line: Line) -> Spot:
        trust = spot.trust + line.trust
        way = next(way for way in ways(line) if way.when is None or trust >= way.when.trust_at_least)
        return Spot(way.to, trust)

    @cached_property
    def page(self) -> Mapping[str, Any]:
        return unrolled(self)

    def spots(self) -> tuple[Spot, ...]:
        """Everywhere the talk can get to, nearer ones first."""
        found = {self.first: None}
        queue = [self.first]
        for spot in queue:
            for line in self.lines(spot):
                after = self.after(spot, line)
                if after not in found:
                    found[after] = None
                    queue.append(after)
        return tuple(found)

    def walk(self, said: Sequence[str]) -> tuple[Step, ...]:
        """The steps of a talk, by the lines' names (`name_of`)."""
        steps: list[Step] = []
        spot = self.first
        for name in said:
            line = next(line for line in self.lines(spot) if name_of(line.text, line.doing) == name)
            after = self.after(spot, line)
            steps.append(Step(spot, line, after))
            spot = after
        return tuple(steps)

    def best(self, spot: Spot, *, with_trust: bool = False) -> Worth:
        """The best that can still be reached; ``alone`` counts what is learned from here on."""
        if (spot, with_trust) not in self._best:
            ending = self.ending(spot)
            if ending is not None:
                found = Worth(RANK[ending.quality], 0, spot.trust if with_trust else 0)
            else:
                found = max(self.by(spot, line, with_trust=with_trust) for line in self.lines(spot))
            self._best[spot, with_trust] = found
        return self._best[spot, with_trust]

    def by(self, spot: Spot, line: Line, *, with_trust: bool = False) -> Worth:
        """The best that can be reached when ``line`` is said."""
        then = self.best(self.after(spot, line), with_trust=with_trust)
        return replace(then, alone=then.alone + len(line.alone))

    def choose(self, spot: Spot) -> Line:
        """The line that leads to the best; of equal ones one that costs nothing, then the one that wins more trust."""
        # A detour through a mistake and an apology may win more trust than the straight way: nobody is to be told so.
        return max(
            self.lines(spot),
            key=lambda line: (self.by(spot, line), not costs(line), self.by(spot, line, with_trust=True)),
        )

    def finish(self, spot: Spot) -> tuple[Step, ...]:
        """The best way on from ``spot``."""
        steps: list[Step] = []
        while self.ending(spot) is None:
            line = self.choose(spot)
            steps.append(Step(spot, line, self.after(spot, line)))
            spot = steps[-1].after
        return tuple(steps)

    def losses(self, steps: Sequence[Step]) -> list[int]:
        """The steps after which a better ending was out of reach; there may be one for each quality that was lost."""
        return [
            index for index, step in enumerate(steps) if self.by(step.spot, step.line).rank < self.best(step.spot).rank
        ]

    def turn(self, steps: Sequence[Step]) -> int | None:
        """The first step after which the best ending was out of reach; None: there was nothing better.

        Where that ending was reached, the first step that cost something the person could have learned.
        """
        lost = self.losses(steps) or [
            index for index, step in enumerate(steps) if self.by(step.spot, step.line) < self.best(step.spot)
        ]
        return lost[0] if lost else None


def whole(scenario: Scenario) -> Whole:
    return _read(json.dumps(scenario, ensure_ascii=False))


@lru_cache(maxsize=64)
def _read(text: str) -> Whole:
    # Every action of a replay asks for the whole talk, which takes milliseconds to read and to unroll.
    return Whole(TalkScenario.model_validate_json(text))


def name_of(text: str, doing: str = "") -> str:
    """The name of a line in an answer: made of what everybody sees, so it tells nothing and changes with that only."""
    # Python's own hash: OpenSSL's may want to open its configuration, which a scoring worker must not.
    return hashlib.blake2b(f"{text}\n{doing}".encode(), digest_size=5).hexdigest()


# ── what a page may hold ────────────────────────────────────────────────────────────────────────────────────────────


def unrolled(talk: Whole) -> dict[str, Any]:
    """The talk as states that a page can follow without knowing trust: ``{"start", "states": {id: {…}}}``.

    Spots that lead to the same talk, whatever is said, are one state, so that two ways to a place show nothing of how
    their trust differs unless somebody acts on it. Names are numbers in the order in which one meets the states.
    """
    spots = talk.spots()
    group = {spot: spot.node for spot in spots}
    while True:  # split groups until those in one group have the same group after each line
        kinds = {spot: (spot.node, *(group[talk.after(spot, line)] for line in talk.lines(spot))) for spot in spots}
        names = {kind: f"{number}" for number, kind in enumerate(dict.fromkeys(kinds.values()))}
        after = {spot: names[kinds[spot]] for spot in spots}
        if len(set(after.values())) == len(set(group.values())):
            break
        group = after
    numbers: dict[str, str] = {}
    for spot in spots:
        numbers.setdefault(group[spot], f"s{len(numbers) + 1}")
    states: dict[str, Any] = {}
    for spot in spots:
        node = talk.talk.nodes[spot.node]
        states.setdefault(
            numbers[group[spot]],
            {
                "says": node.says,
                "mood": node.mood,
                "speaker": node.speaker or talk.talk.person.name,
                "end": node.ending is not None,
                "lines": [
                    {
                        "id": name_of(line.text, line.doing),
                        "text": line.text,
                        "doing": line.doing,
                        "to": numbers[group[talk.after(spot, line)]],
                    }
                    for line in node.lines
                ],
            },
        )
    return {"start": numbers[group[talk.first]], "states": states}


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class TalkState:
    """``said``: the lines of this talk by name; ``before``: those of the talks before; ``finished``: how many ended."""

    at: str
    over: bool = False
    said: tuple[str, ...] = ()
    before: tuple[tuple[str, ...], ...] = ()
    finished: int = 0

    @property
    def checked(self) -> bool:
        return self.over

    @property
    def tries(self) -> int:
        return self.finished

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


# ── the machine ─────────────────────────────────────────────────────────────────────────────────────────────────────


class TalkMachine(OnePartMachine[TalkState]):
    kind = "talk"
    part = "talk"
    unchecked = "Saruna vēl nav beigusies. Izvēlies, ko teikt tālāk."
    here = "Šajā sarunā"
    said = ("Saruna vēl nav pabeigta", "Saruna pabeigta")

    def start(self, scenario: Scenario) -> TalkState:
        return TalkState(at=_graph(scenario)["start"])

    def apply(self, scenario: Scenario, state: TalkState, action: Action) -> TalkState:
        page = _graph(scenario)
        match verb(action):
            case "say":
                if state.over:
                    raise InvalidAnswer("Saruna jau ir beigusies. Ja gribi mēģināt citādi, sāc to no jauna.")
                lines = {line["id"]: line for line in page["states"][state.at]["lines"]}
                name = one_of(action, "line", lines, "atbilde")
                to = lines[name]["to"]
                over = bool(page["states"][to]["end"])
                return replace(state, at=to, over=over, said=(*state.said, name), finished=state.finished + over)
            case "again":
                if not state.said:
                    raise InvalidAnswer("Saruna vēl nav sākta. Izvēlies, ko teikt.")
                if scenario["tries"] is not None and len(state.before) + 1 >= scenario["tries"]:
                    raise InvalidAnswer("Šo sarunu vairs nevar sākt no jauna.")
                return replace(state, at=page["start"], over=False, said=(), before=(*state.before, state.said))
            case do:
                raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        graph = _graph(scenario)
        return {
            **heading(scenario, "tries"),
            "person": dict(scenario["person"]),
            **deepcopy({name: graph[name] for name in ("start", "states")}),
        }

    def feedback_on_all(self, scenario: Scenario, state: TalkState) -> Feedback:
        """``more`` holds the picture of the talk: the path with reasons, trust, minutes and the better turn."""
        talk = whole(scenario)
        steps = talk.walk(state.said)
        ending = talk.ended(steps[-1].after)
        body = (ending.text,)
        return Feedback(OUTCOMES[ending.quality], ending.title, body, more=_picture(talk, steps, state))

    def goals(self, scenario: Scenario, state: TalkState) -> tuple[Goal, ...]:
        """Those declared; a talk without any asks for a good ending. The last talk counts."""
        talk = whole(scenario)
        steps = talk.walk(state.said)
        spot = steps[-1].after if steps else talk.first
        ending = talk.ending(spot)
        if not talk.talk.goals:
            reached = RANK[ending.quality] / RANK["good"] if ending else 0.0
            why = talk.ended(talk.finish(talk.first)[-1].after).text
            return (Goal("iznakums", "Saruna beidzas labi", reached, why),)
        does = frozenset(each for step in steps for each in step.line.does)
        where = spot.node if ending else None
        return tuple(_judged(talk, steps, goal, does, where) for goal in talk.talk.goals)

    def told(self, scenario: Scenario, state: TalkState) -> list[str]:
        lines = []
        for step in whole(scenario).walk(state.said):
            lines.append(quoted(step.line.text) + (f" ({step.line.doing})" if step.line.doing else ""))
        if lines and not state.over:
            lines.append("Saruna palika nepabeigta")
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        talk = whole(scenario)
        steps = _to_all_goals(talk) if talk.talk.goals else None
        steps = talk.finish(talk.first) if steps is None else steps
        return tuple({"do": "say", "line": name_of(step.line.text, step.line.doing)} for step in steps)


def _graph(scenario: Scenario) -> Mapping[str, Any]:
    """The graph of states: as it stands in what a page holds, unrolled from a whole scenario."""
    return scenario if "states" in scenario else whole(scenario).page


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _reached(goal: TalkGoal, does: frozenset[str], ending: str | None) -> bool:
    return (
        (not goal.any_of or any(each in does for each in goal.any_of))
        and all(each in does for each in goal.all_of)
        and (not goal.none_of or (ending is not None and not any(each in does for each in goal.none_of)))
        and (not goal.ending or ending in goal.ending)
    )


def _judged(talk: Whole, steps: Sequence[Step], goal: TalkGoal, does: frozenset[str], ending: str | None) -> Goal:
    """A goal as it was reached; when it was not, with the line that decided it, if there is one."""
    if _reached(goal, does, ending):
        return Goal(goal.id, goal.text, 1.0, goal.why)
    against = (at for at, step in enumerate(steps) if any(each in goal.none_of for each in step.line.does))
    decided = next(against, None)
    if decided is None and ending is not None and goal.ending and ending not in goal.ending:
        decided = talk.turn(steps)
    if decided is None:
        return Goal(goal.id, goal.text, 0.0, goal.why)
    line = steps[decided].line
    return Goal(
        goal.id, goal.text, 0.0, f"{goal.why} Izšķīra {decided + 1}. atbilde: {quoted_sentence(line.text)} {line.why}"
    )


def all_reached(talk: Whole, steps: Sequence[Step]) -> bool:
    """Whether a talk that has ended reaches every declared goal."""
    does = frozenset(each for step in steps for each in step.line.does)
    return all(_reached(goal, does, steps[-1].after.node) for goal in talk.talk.goals)


def _to_all_goals(talk: Whole) -> tuple[Step, ...] | None:
    """A talk that reaches every goal, the better lines first; None when there is none."""
    hopeless: set[tuple[Spot, frozenset[str]]] = set()

    def on(spot: Spot, does: frozenset[str]) -> tuple[Step, ...] | None:
        if talk.ending(spot) is not None:
            return () if all(_reached(goal, does, spot.node) for goal in talk.talk.goals) else None
        if (spot, does) in hopeless:
            return None
        for line in sorted(talk.lines(spot), key=lambda line: (talk.by(spot, line), not costs(line)), reverse=True):
            after = talk.after(spot, line)
            rest = on(after, does | frozenset(line.does))
            if rest is not None:
                return (Step(spot, line, after), *rest)
        hopeless.add((spot, does))
        return None

    return on(talk.first, frozenset())


def _picture(talk: Whole, steps: Sequence[Step], state: TalkState) -> dict[str, Any]:
    endings = {spot.node for spot in talk.spots() if talk.ending(spot)}
    seen = {spot.node for said in (*state.before, state.said) if (spot := _last(talk, said)) and talk.ending(spot)}
    alone = tuple(dict.fromkeys(each for step in steps for each in step.line.alone))
    minutes = sum(step.line.minutes for step in steps)
    change = steps[-1].after.trust - talk.first.trust
    last = talk.talk.nodes[steps[-1].after.node]
    return {
        "start_trust": talk.first.trust,
        "trust": _trust_in_words(change),
        "minutes": counted(minutes, "minūte", "minūtes"),
        "alone": list(alone),
        "path": [
            {
                "speaker": node.speaker or talk.talk.person.name,
                "says": node.says,
                "mood": node.mood,
                "text": step.line.text,
                "doing": step.line.doing,
                "does": [DOES[each] for each in step.line.does],
                "why": step.line.why,
                "trust": step.after.trust,
                "change": step.line.trust,
                "minutes": step.line.minutes,
                "alone": list(step.line.alone),
            }
            for step in steps
            for node in [talk.talk.nodes[step.spot.node]]
        ],
        "last": {"speaker": last.speaker or talk.talk.person.name, "says": last.says, "mood": last.mood},
        "turn": _better(talk, steps),
        "mended": _mended(talk, steps),
        "endings": {"seen": len(seen), "all": len(endings)},
    }


def _last(talk: Whole, said: Sequence[str]) -> Spot:
    steps = talk.walk(said)
    return steps[-1].after if steps else talk.first


def _better(talk: Whole, steps: Sequence[Step]) -> dict[str, Any] | None:
    index = talk.turn(steps)
    if index is None:
        return None
    spot = steps[index].spot
    line = talk.choose(spot)
    end = [Step(spot, line, talk.after(spot, line)), *talk.finish(talk.after(spot, line))][-1].after
    return {
        "step": index,
        "said": steps[index].line.text,
        "text": line.text,
        "doing": line.doing,
        "why": line.why,
        "ending": talk.ended(end).title,
        "other_ending": end.node != steps[-1].after.node,
        "then": [
            {"step": at, "said": steps[at].line.text, "why": steps[at].line.why}
            for at in talk.losses(steps)
            if at > index
        ],
    }


def _mended(talk: Whole, steps: Sequence[Step]) -> dict[str, Any] | None:
    """The first line that cost something although the best was reached: what one repaired later, and what is easier.

    Nothing when there was a better turn: then that is what to think about.
    """
    if talk.turn(steps) is not None:
        return None
    for index, step in enumerate(steps):
        line = talk.choose(step.spot)
        if line is not step.line and costs(step.line):
            return {
                "step": index,
                "said": step.line.text,
                "text": line.text,
                "doing": line.doing,
                "why": line.why,
            }
    return None


def _trust_in_words(change: int) -> str:
    if change >= 3:
        return "ļoti pieauga"
    if change > 0:
        return "pieauga"
    if change == 0:
        return "palika tāda pati"
    return "mazinājās" if change > -3 else "zuda"
