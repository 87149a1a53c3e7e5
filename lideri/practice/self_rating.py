"""«Pašvērtējums»: a person's own word on each competence, kept, so that a later one can stand beside it.

Nobody judges it, and nothing in it is right or wrong. Actions (``do`` and its fields)::

    rate     competence, level     one of the scale's levels, or "nezinu"
    finish                         every competence must have been rated
    again                          begins the next round; the finished ones stay
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.course.latvian import counted
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Mark,
    OnePartMachine,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    unknown,
    verb,
)

NOT_KNOWN = "nezinu"
MAX_ROUNDS = 20


class RatingLevel(Frozen):
    id: Annotated[str, Field(pattern=r"^[1-8]$")]
    name: Text
    text: Text


class RatedCompetence(Frozen):
    """``goal``: the level that the course aims at."""

    id: Annotated[str, Field(pattern=r"^[1-5]\.[1-6]$")]
    name: Text
    text: Text
    goal: int = Field(ge=1, le=8)


class RatedArea(Frozen):
    id: Identifier
    name: Text
    competences: Annotated[tuple[RatedCompetence, ...], Field(min_length=1)]


class SelfRatingScenario(PlaceScenario):
    kind: Literal["self_rating"]
    source: Text  # whose wording it is, and what was translated by us
    levels: Annotated[tuple[RatingLevel, ...], Field(min_length=2)]
    areas: Annotated[tuple[RatedArea, ...], Field(min_length=1)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [competence.id for area in self.areas for competence in area.competences]
        levels = [level.id for level in self.levels]
        if len(set(names)) != len(names) or len(set(levels)) != len(levels):
            raise ValueError("kompetenču vai līmeņu id atkārtojas")
        return self


@dataclass(frozen=True)
class SelfRatingState:
    """``ratings`` of the round that is open; ``rounds``: the finished ones, the oldest first."""

    ratings: Mapping[str, str] = field(default_factory=dict)
    rounds: tuple[Mapping[str, str], ...] = ()
    finished: bool = False  # the open round is finished; it is the last of `rounds`

    @property
    def checked(self) -> bool:
        return self.finished

    @property
    def tries(self) -> int:
        return len(self.rounds)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class SelfRatingMachine(OnePartMachine[SelfRatingState]):
    kind = "self_rating"
    part = "rating"
    unchecked = "Pašvērtējums vēl nav pabeigts. Vispirms nospied «Pabeigt pašvērtējumu»."
    here = "Pašvērtējumā"
    said = ("Vēl nav pabeigts", "Pabeigts")

    def start(self, scenario: Scenario) -> SelfRatingState:
        return SelfRatingState()

    def apply(self, scenario: Scenario, state: SelfRatingState, action: Action) -> SelfRatingState:
        names = [competence["id"] for competence in _competences(scenario)]
        match verb(action):
            case "rate":
                if state.finished:
                    raise InvalidAnswer("Pašvērtējums jau ir pabeigts. Lai vērtētu no jauna, nospied «Vērtēt vēlreiz».")
                name = one_of(action, "competence", names, "kompetence")
                levels = [level["id"] for level in scenario["levels"]]
                rated = one_of(action, "level", [*levels, NOT_KNOWN], "līmenis")
                return replace(state, ratings={**state.ratings, name: rated})
            case "finish":
                if state.finished:
                    raise InvalidAnswer("Pašvērtējums jau ir pabeigts.")
                if left := len(names) - len(state.ratings):
                    raise InvalidAnswer(f"Vēl jānovērtē {counted(left, 'kompetence', 'kompetences')}.")
                if len(state.rounds) >= MAX_ROUNDS:
                    raise InvalidAnswer("Pašvērtējums jau ir pildīts ļoti daudz reižu. Pasaki to pasniedzējam.")
                return replace(state, rounds=(*state.rounds, state.ratings), finished=True)
            case "again":
                if not state.finished:
                    raise InvalidAnswer("Vispirms pabeidz šo pašvērtējumu.")
                return replace(state, ratings={}, finished=False)
            case do:
                raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario, "source"),
            "levels": [dict(level) for level in scenario["levels"]],
            "areas": [
                {"id": area["id"], "name": area["name"], "competences": [dict(each) for each in area["competences"]]}
                for area in scenario["areas"]
            ],
        }

    def feedback_on_all(self, scenario: Scenario, state: SelfRatingState) -> Feedback:
        """What was said, beside the course's goal and the first time; nothing is judged."""
        rated, known = list(_competences(scenario)), state.rounds[-1]
        below = [each["name"] for each in rated if known.get(each["id"], NOT_KNOWN) < str(each["goal"])]
        unsure = sum(known.get(each["id"]) == NOT_KNOWN for each in rated)
        body = ["To redzi tikai tu. Kursa beigās varēsi novērtēt sevi vēlreiz un salīdzināt."]
        if below:
            body.append(
                f"Zem kursa mērķa vēl ir {counted(len(below), 'kompetence', 'kompetences')}. Tur arī sāc mācīties."
            )
        if unsure:
            where = counted(unsure, "kompetences", "kompetencēm")
            body.append(f"«Vēl nezinu» ir pie {where}, un tas nekas: pēc moduļiem būs vieglāk pateikt.")
        if len(state.rounds) > 1:
            grown = sum(_grew(state.rounds[0].get(each["id"]), known.get(each["id"])) for each in rated)
            body.append(f"Kopš pirmās reizes līmenis audzis {grown} no {len(rated)} kompetencēm.")
        return Feedback("right", "Pašvērtējums ir pierakstīts.", tuple(body), _marks(rated, state))

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        """One way to finish: everything at the level below the course's goal."""
        rated = [(each["id"], str(max(1, each["goal"] - 1))) for each in _competences(scenario)]
        return (*({"do": "rate", "competence": name, "level": level} for name, level in rated), {"do": "finish"})


def _competences(scenario: Scenario) -> list[Mapping[str, Any]]:
    return [competence for area in scenario["areas"] for competence in area["competences"]]


def _grew(first: str | None, now: str | None) -> bool:
    return bool(first and now and NOT_KNOWN not in (first, now) and now > first)


def _marks(rated: list[Mapping[str, Any]], state: SelfRatingState) -> dict[str, Mark]:
    """For each competence that was rated before: what it was the first time."""
    if len(state.rounds) < 2:
        return {}
    first = state.rounds[0]
    return {
        each["id"]: Mark("right", f"Pirmajā reizē: {'vēl nezinu' if said == NOT_KNOWN else f'{said}. līmenis'}.")
        for each in rated
        if (said := first.get(each["id"])) is not None
    }
