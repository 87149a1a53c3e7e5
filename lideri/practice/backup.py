"""«Rezerves kopijas 3-2-1»: put copies of things on media, then let disasters happen and see what is left.

Actions (``do`` and its fields)::

    copy     thing, medium         when it does not fit, nothing is copied and the state says so
    remove   thing, medium         a copy; an original stays where it is
    plug     medium, on            whether a medium that can be unplugged is attached to the computer
    play     disaster              what is left is computed from the copies as they are now
    check
    reset                          everything as at the start

What a disaster takes is said by its scenario: one medium, all in one place, all of one carrier, or all that are
attached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    OnePartMachine,
    PlaceScenario,
    Scenario,
    heading,
    listed,
    marks_of,
    one_of,
    unknown,
    verb,
)

COPIES, CARRIERS, ELSEWHERE = 3, 2, 1


class Medium(Frozen):
    """``carrier``: what sort of medium it is; ``place``: where it is kept. ``room``: for copies, in gigabytes.

    A medium without ``room`` takes no copies. ``attached``: reached from the computer all the time; with
    ``unplug`` a person may change that.
    """

    id: Identifier
    text: Text
    short: Text  # as it stands after «atrodas:», «palika:»
    about: str = ""
    carrier: Identifier
    place: Identifier
    room: Annotated[float, Field(gt=0)] | None = None
    attached: bool = False
    unplug: bool = False


class Thing(Frozen):
    """``original``: the medium on which it is from the start; ``size`` in gigabytes."""

    id: Identifier
    text: Text
    size: Annotated[float, Field(gt=0)]
    original: Identifier


class Disaster(Frozen):
    """``takes``: which of a medium's fields decides; ``what``: its value (nothing for «attached»)."""

    id: Identifier
    text: Text
    takes: Literal["medium", "place", "carrier", "attached"]
    what: str = ""
    why: Text


class BackupScenario(PlaceScenario):
    kind: Literal["backup"]
    things: Annotated[tuple[Thing, ...], Field(min_length=1, max_length=6)]
    media: Annotated[tuple[Medium, ...], Field(min_length=3, max_length=8)]
    disasters: Annotated[tuple[Disaster, ...], Field(min_length=1, max_length=8)]
    rule: Text  # the reason that stands beside each thing after checking
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _it_can_be_solved(self) -> Self:
        media = [each.id for each in self.media]
        every = [*media, *(each.id for each in self.things), *(each.id for each in self.disasters)]
        if len(set(every)) != len(every):
            raise ValueError("lietu, nesēju vai nelaimju id atkārtojas")
        for thing in self.things:
            if thing.original not in media:
                raise ValueError(f"lietai {thing.id} nav nesēja «{thing.original}»; tam jābūt sarakstā «media»")
        for each in self.disasters:
            if each.takes != "attached" and each.what not in {
                medium.id if each.takes == "medium" else getattr(medium, each.takes) for medium in self.media
            }:
                raise ValueError(f"nelaime {each.id} neskar nevienu nesēju («what»: «{each.what}»)")
        if _plan(self.model_dump(mode="python")) is None:
            raise ValueError("uzdevumu nevar atrisināt: pietiekami daudz kopiju nekur nav kur likt")
        return self


@dataclass(frozen=True)
class BackupState:
    """``copies``: thing → media of its copies, without the original.

    What follows from them: ``counts``, for each thing its copies with the original, sorts of media, copies elsewhere;
    ``used``, the gigabytes of copies on each medium; ``left``, for each disaster played on these copies, the media on
    which each thing is still there.
    """

    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attached: Mapping[str, bool] = field(default_factory=dict)  # only media that a person has plugged or unplugged
    played: tuple[str, ...] = ()
    left: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    counts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    used: Mapping[str, float] = field(default_factory=dict)
    checked: bool = False
    tries: int = 0
    says: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class BackupMachine(OnePartMachine[BackupState]):
    kind = "backup"
    part = "plan"
    unchecked = "Plāns vēl nav pārbaudīts. Vispirms nospied «Pārbaudīt plānu»."

    def start(self, scenario: Scenario) -> BackupState:
        return _new_plan(scenario, BackupState())

    def apply(self, scenario: Scenario, state: BackupState, action: Action) -> BackupState:
        state = replace(state, says="") if state.says else state
        match verb(action):
            case "copy" | "remove" as do:
                thing = _by_id(scenario["things"], one_of(action, "thing", _ids(scenario["things"]), "lieta"))
                room = [each["id"] for each in scenario["media"] if each["room"] and each["id"] != thing["original"]]
                medium = _by_id(scenario["media"], one_of(action, "medium", room, "nesējs"))
                return _copied(scenario, state, thing, medium, do == "copy")
            case "plug":
                loose = [each["id"] for each in scenario["media"] if each["unplug"]]
                medium_id, on = one_of(action, "medium", loose, "nesējs"), action.get("on")
                if not isinstance(on, bool):
                    raise InvalidAnswer("Atbildi nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
                return _new_plan(scenario, replace(state, attached={**state.attached, medium_id: on}))
            case "play":
                name = one_of(action, "disaster", _ids(scenario["disasters"]), "nelaime")
                disaster = _by_id(scenario["disasters"], name)
                left = {each["id"]: still_on(scenario, state, each, disaster) for each in scenario["things"]}
                played = (*(each for each in state.played if each != name), name)
                return replace(state, played=played, left={**state.left, name: left})
            case "check":
                return replace(state, checked=True, tries=state.tries if state.checked else state.tries + 1)
            case "reset":
                return _new_plan(scenario, BackupState(tries=state.tries))
            case do:
                raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario),
            "things": [dict(each) for each in scenario["things"]],
            "media": [dict(each) for each in scenario["media"]],
            "disasters": [
                {name: each[name] for name in ("id", "text", "takes", "what")} for each in scenario["disasters"]
            ],
        }

    def feedback_on_all(self, scenario: Scenario, state: BackupState) -> Feedback:
        marks = marks_of(self.goals(scenario, state))
        right = sum(mark.outcome == "right" for mark in marks.values())
        if right == len(marks):
            body = ("Lai kura nelaime notiek, no katras lietas kaut kas paliek.",)
            return Feedback("right", "Pareizi. Plāns iztur visas nelaimes, un princips 3-2-1 ir ievērots.", body, marks)
        body = ("Pievieno vai pārliec kopijas, izmēģini nelaimes un pārbaudi vēlreiz.",)
        return Feedback("partly" if right else "wrong", f"Izdevies: {right} no {len(marks)}.", body, marks)

    def goals(self, scenario: Scenario, state: BackupState) -> tuple[Goal, ...]:
        """3-2-1 for each thing; each disaster, which counts only once every thing has a copy at all."""
        kept = []
        for thing in scenario["things"]:
            copies, carriers, elsewhere = counts(scenario, state, thing)
            reached = copies >= COPIES and carriers >= CARRIERS and elsewhere >= ELSEWHERE
            why = f"Eksemplāri: {copies}, nesēju veidi: {carriers}, citā vietā: {elsewhere}. {scenario['rule']}"
            kept.append(Goal(thing["id"], f"{thing['text']}: princips 3-2-1 ir ievērots", float(reached), why))
        copied = all(state.copies.get(thing["id"]) for thing in scenario["things"])
        for disaster in scenario["disasters"]:
            lost = [each["text"] for each in scenario["things"] if not still_on(scenario, state, each, disaster)]
            why = f"Pazūd: {listed(lost)}. {disaster['why']}" if lost else disaster["why"]
            if not lost and not copied:
                why = f"Kopija vēl nav katrai lietai. {why}"
            reached = copied and not lost
            kept.append(Goal(disaster["id"], f"«{disaster['text']}»: paliek viss", float(reached), why))
        return tuple(kept)

    def told(self, scenario: Scenario, state: BackupState) -> list[str]:
        lines = []
        for thing in scenario["things"]:
            copies = [_by_id(scenario["media"], name)["short"] for name in state.copies.get(thing["id"], ())]
            if copies:
                lines.append(f"{thing['text']} – kopijas: {listed(copies)}")
        if state.attached:
            lines += [
                f"{each['text']} – {'pieslēgts datoram' if state.attached[each['id']] else 'atvienots no datora'}"
                for each in scenario["media"]
                if each["id"] in state.attached
            ]
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        plan = _plan(scenario)
        if plan is None:
            raise ValueError("a scenario that cannot be solved was not refused")
        return (*plan, *({"do": "play", "disaster": each["id"]} for each in scenario["disasters"]), {"do": "check"})


# ── what is where ───────────────────────────────────────────────────────────────────────────────────────────────────


def held_on(scenario: Scenario, state: BackupState, thing: Scenario) -> list[Scenario]:
    """The media that hold the thing, the original's first."""
    copies = state.copies.get(thing["id"], ())
    original = [each for each in scenario["media"] if each["id"] == thing["original"]]
    return [*original, *(each for each in scenario["media"] if each["id"] in copies)]


def counts(scenario: Scenario, state: BackupState, thing: Scenario) -> tuple[int, int, int]:
    """How many copies with the original, on how many sorts of media, how many of them in another place."""
    media = held_on(scenario, state, thing)
    elsewhere = sum(each["place"] != media[0]["place"] for each in media)
    return len(media), len({each["carrier"] for each in media}), elsewhere


def still_on(scenario: Scenario, state: BackupState, thing: Scenario, disaster: Scenario) -> tuple[str, ...]:
    """The media on which the thing is left after the disaster."""
    media = held_on(scenario, state, thing)
    return tuple(medium["id"] for medium in media if not _is_taken(state, medium, disaster))


def _is_taken(state: BackupState, medium: Scenario, disaster: Scenario) -> bool:
    if disaster["takes"] == "attached":
        return bool(state.attached.get(medium["id"], medium["attached"]))
    return bool(medium["id" if disaster["takes"] == "medium" else disaster["takes"]] == disaster["what"])


def _copied(scenario: Scenario, state: BackupState, thing: Scenario, medium: Scenario, on: bool) -> BackupState:
    before = state.copies.get(thing["id"], ())
    if on == (medium["id"] in before):
        return state
    if on and state.used[medium["id"]] + thing["size"] > medium["room"]:
        return replace(state, says=f"{medium['text']}: vietas nepietiek. Nav iekopēts: {thing['text']}.")
    after = (*before, medium["id"]) if on else tuple(each for each in before if each != medium["id"])
    return _new_plan(scenario, replace(state, copies={**state.copies, thing["id"]: after}))


def _new_plan(scenario: Scenario, state: BackupState) -> BackupState:
    """What follows from the copies, computed anew; what was played and checked was about other copies."""
    used = {
        medium["id"]: sum(
            (each["size"] for each in scenario["things"] if medium["id"] in state.copies.get(each["id"], ())), 0.0
        )
        for medium in scenario["media"]
    }
    counted = {each["id"]: counts(scenario, state, each) for each in scenario["things"]}
    return replace(state, counts=counted, used=used, played=(), left={}, checked=False)


def _plan(scenario: Scenario) -> list[Action] | None:
    """Actions that reach every goal: all loose media unplugged, copies wherever they fit, those elsewhere first."""
    machine, actions = BackupMachine(), list[Action]()
    state = machine.start(scenario)
    originals = {each["id"]: each["original"] for each in scenario["things"]}
    places = {each["id"]: each["place"] for each in scenario["media"]}
    loose = [each["id"] for each in scenario["media"] if each["unplug"]]
    wanted: list[Action] = [{"do": "plug", "medium": name, "on": False} for name in loose]
    wanted += [
        {"do": "copy", "thing": thing["id"], "medium": medium["id"]}
        for thing in sorted(scenario["things"], key=lambda each: float(each["size"]))
        for medium in sorted(scenario["media"], key=lambda each: each["place"] == places[originals[thing["id"]]])
        if medium["room"] and medium["id"] != thing["original"]
    ]
    for action in wanted:
        after = machine.apply(scenario, state, action)
        if not after.says:
            state = after
            actions.append(action)
    return actions if all(goal.reached >= 1 for goal in machine.goals(scenario, state)) else None


def _ids(pieces: tuple[Scenario, ...]) -> list[str]:
    return [each["id"] for each in pieces]


def _by_id(pieces: tuple[Scenario, ...], name: str) -> Scenario:
    return next(each for each in pieces if each["id"] == name)
