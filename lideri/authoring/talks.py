"""What an author can get wrong in a talk besides its shape: what cannot be reached, what is won without reading.

The shape itself (a place that does not exist, a dead end, a circle) is refused by `TalkScenario`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from lideri.practice.talk import RANK, Line, Spot, Step, TalkScenario, Where, Whole, all_reached, ways

Found = Iterator[tuple[Where, str]]
Pick = Callable[[tuple[Line, ...]], Line]

ENDINGS = 3  # at least so many, and each of the three qualities
LONGEST_SHARE = 0.45  # the longest line may be the best one in at most this share of a talk's choices
TRIES_WHEN_SCORED = (1, 2)


def length(line: Line) -> int:
    return len(line.text) + len(line.doing)


# Without reading a word: how to choose, and what an author does about it.
BLINDLY: Mapping[str, tuple[Pick, str]] = MappingProxyType(
    {
        "garāko": (lambda lines: max(lines, key=length), "saīsini labās atbildes vai pagarini pārējās"),
        "īsāko": (lambda lines: min(lines, key=length), "pagarini labās atbildes vai saīsini pārējās"),
        "pirmo": (lambda lines: lines[0], "samaini atbildes vietām"),
        "pēdējo": (lambda lines: lines[-1], "samaini atbildes vietām"),
    }
)


def problems_of_talk(talk: TalkScenario, *, scored: bool) -> Found:
    """Where in the talk, and what to do."""
    whole = Whole(talk)
    yield from _unreachable(whole)
    yield from _endings(whole)
    yield from _pin(whole)
    yield from _blindly(whole)
    yield from _longest(whole)
    if scored and not talk.goals:
        yield (), "par punktiem vērtētai sarunai vajag mērķus (goals)"
    if scored and talk.tries not in TRIES_WHEN_SCORED:
        yield (
            (),
            "par punktiem vērtētai sarunai pieraksti «tries: 2» (viena saruna un viena iespēja sākt no jauna) vai 1",
        )


def walk(talk: Whole, pick: Pick) -> tuple[Step, ...]:
    """The talk of somebody who chooses by ``pick``."""
    steps: list[Step] = []
    spot = talk.first
    while lines := talk.lines(spot):
        line = pick(lines)
        steps.append(Step(spot, line, talk.after(spot, line)))
        spot = steps[-1].after
    return tuple(steps)


def _unreachable(talk: Whole) -> Found:
    spots = talk.spots()
    reached = {spot.node for spot in spots}
    for name in talk.talk.nodes:
        if name not in reached:
            yield ("nodes", name), "šeit saruna nekad nenonāk; pieved ceļu (to) vai izdzēs"
    for name in reached:
        for index, line in enumerate(talk.talk.nodes[name].lines):
            taken = {_way(line, spot) for spot in spots if spot.node == name}
            for place in range(len(ways(line))):
                if place not in taken:
                    where = ("nodes", name, "lines", index, "to", place)
                    yield where, "šis ceļš nekad nav iespējams: uzticēšanās (trust) tik liela vai tik maza te nevar būt"


def _way(line: Line, spot: Spot) -> int:
    trust = spot.trust + line.trust
    return next(i for i, way in enumerate(ways(line)) if way.when is None or trust >= way.when.trust_at_least)


def _endings(talk: Whole) -> Found:
    found = {name: node.ending for name, node in talk.talk.nodes.items() if node.ending}
    if len(found) < ENDINGS:
        yield ("nodes",), f"sarunai vajag vismaz {ENDINGS} iznākumus, ir {len(found)}"
    missing = [quality for quality in RANK if quality not in {ending.quality for ending in found.values()}]
    if missing:
        yield ("nodes",), f"vajag vairāk nekā divu veidu iznākumus; nav neviena «quality: {missing[0]}»"
    if talk.best(talk.first).rank < RANK["good"]:
        yield ("nodes",), "labu iznākumu (quality: good) nevar sasniegt"


def _pin(talk: Whole) -> Found:
    for spot in talk.spots():
        for index, line in enumerate(talk.lines(spot)):
            if "takes_pin" in line.does and talk.by(spot, line).rank == RANK["good"]:
                where = ("nodes", spot.node, "lines", index)
                yield where, "pēc šīs atbildes darbinieks zina svešu PIN, tāpēc labi saruna beigties nedrīkst"


def _blindly(talk: Whole) -> Found:
    first: Where = ("nodes", talk.first.node)
    for word, (pick, advice) in BLINDLY.items():
        steps = walk(talk, pick)
        won = talk.ended(steps[-1].after).quality == "good"
        if won or (talk.talk.goals and all_reached(talk, steps)):
            yield first, f"sarunā uzvar, vienmēr izvēloties {word} atbildi; {advice}"


def _longest(talk: Whole) -> Found:
    """A choice counts when its lines lead to different things, trust included."""
    choices: dict[str, bool] = {}
    for spot in talk.spots():
        lines = talk.lines(spot)
        worth = [talk.by(spot, line, with_trust=True) for line in lines]
        if len(set(worth)) > 1:
            lengths = [length(line) for line in lines]
            at = lengths.index(max(lengths))
            alone = lengths.count(max(lengths)) == 1
            choices[spot.node] = choices.get(spot.node, False) or (alone and worth[at] == max(worth))
    count = sum(choices.values())
    if choices and count / len(choices) > LONGEST_SHARE:
        names = ", ".join(f"«{name}»" for name, longest in choices.items() if longest)
        message = f"{count} no {len(choices)} izvēlēm labākā atbilde ir garākā ({names}); saīsini to vai pagarini citas"
        yield ("nodes", next(name for name, longest in choices.items() if longest)), message
