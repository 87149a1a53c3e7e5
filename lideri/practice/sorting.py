"""«Kārtošana»: put each card where it belongs; one bin may hold many cards or none.

Actions (``do`` and its fields)::

    put      card, bin
    check                    locks the cards; every card must have been put somewhere
    retry                    unlocks them; nothing is cleared
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Piece, Text
from lideri.course.latvian import counted
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    Mark,
    OnePartMachine,
    Outcome,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    unknown,
    verb,
)


class Card(Frozen):
    """``bin`` is where it belongs, ``why`` is shown after checking."""

    id: Identifier
    text: Text
    bin: Identifier
    why: Text


class SortingScenario(PlaceScenario):
    kind: Literal["sorting"]
    bins: Annotated[tuple[Piece, ...], Field(min_length=2, max_length=6)]
    cards: Annotated[tuple[Card, ...], Field(min_length=3, max_length=24)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_card_has_its_bin(self) -> Self:
        bins = [each.id for each in self.bins]
        if len(set(bins)) != len(bins) or len({card.id for card in self.cards}) != len(self.cards):
            raise ValueError("kaudžu vai kartīšu id atkārtojas")
        for card in self.cards:
            if card.bin not in bins:
                raise ValueError(f"kartītei {card.id} nav kaudzes «{card.bin}»; tai jābūt sarakstā «bins»")
        return self


@dataclass(frozen=True)
class SortingState:
    """``placed``: card → bin, only for cards that were put somewhere."""

    placed: Mapping[str, str] = field(default_factory=dict)
    checked: bool = False
    tries: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class SortingMachine(OnePartMachine[SortingState]):
    kind = "sorting"
    part = "cards"
    unchecked = "Kartītes vēl nav pārbaudītas. Vispirms nospied «Pārbaudīt»."

    def start(self, scenario: Scenario) -> SortingState:
        return SortingState()

    def apply(self, scenario: Scenario, state: SortingState, action: Action) -> SortingState:
        match verb(action):
            case "put":
                if state.checked:
                    raise InvalidAnswer("Kartītes jau ir pārbaudītas. Lai mainītu, nospied «Mēģināt vēlreiz».")
                card = one_of(action, "card", (each["id"] for each in scenario["cards"]), "kartīte")
                into = one_of(action, "bin", (each["id"] for each in scenario["bins"]), "kaudze")
                return replace(state, placed={**state.placed, card: into})
            case "check":
                if len(state.placed) < len(scenario["cards"]):
                    left = counted(len(scenario["cards"]) - len(state.placed), "kartīte", "kartītes")
                    raise InvalidAnswer(f"Vispirms noliec visas kartītes: vēl jānoliek {left}.")
                return replace(state, checked=True, tries=state.tries if state.checked else state.tries + 1)
            case "retry":
                if not state.checked:
                    raise InvalidAnswer("Kartītes vēl nav pārbaudītas, tāpēc vari tās brīvi pārlikt.")
                return replace(state, checked=False)
            case do:
                raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario),
            "bins": [{"id": each["id"], "text": each["text"]} for each in scenario["bins"]],
            "cards": [{"id": card["id"], "text": card["text"]} for card in scenario["cards"]],
        }

    def feedback_on_all(self, scenario: Scenario, state: SortingState) -> Feedback:
        marks: dict[str, Mark] = {}
        for card in scenario["cards"]:
            outcome: Outcome = "right" if state.placed.get(card["id"]) == card["bin"] else "wrong"
            marks[card["id"]] = Mark(outcome, card["why"])
        right, total = sum(mark.outcome == "right" for mark in marks.values()), len(marks)
        if right == total:
            return Feedback("right", "Pareizi. Visas atbildes ir pareizas.", (), marks)
        body = ("Izlasi paskaidrojumu pie katras nepareizās atbildes, izvēlies citu un pārbaudi vēlreiz.",)
        title = f"Pareizi: {right} no {total}."
        return Feedback("partly" if right else "wrong", title, body, marks)

    def goals(self, scenario: Scenario, state: SortingState) -> tuple[Goal, ...]:
        bins = {each["id"]: each["text"] for each in scenario["bins"]}
        return tuple(
            Goal(
                card["id"],
                f"{card['text']} – {bins[card['bin']]}",
                float(state.placed.get(card["id"]) == card["bin"]),
                card["why"],
            )
            for card in scenario["cards"]
        )

    def told(self, scenario: Scenario, state: SortingState) -> list[str]:
        bins = {each["id"]: each["text"] for each in scenario["bins"]}
        return [
            f"{card['text']} – {bins[state.placed[card['id']]]}"
            for card in scenario["cards"]
            if card["id"] in state.placed
        ]

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        return (*({"do": "put", "card": card["id"], "bin": card["bin"]} for card in scenario["cards"]), {"do": "check"})
