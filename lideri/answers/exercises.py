"""Exercises of pages: what an answer to one may look like, and how the server judges it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from lideri.course.items import MAX_TEXT, RESPONSE, Item, ReleasedItem, SimulationResponse
from lideri.course.loading import Course
from lideri.errors import AnswerTooLarge, ContentError, InvalidAnswer
from lideri.practice.release import release
from lideri.store.tables import Outcome

MAX_ANSWER = 64 * 1024  # bytes of a request with one answer
_UNREADABLE = "Atbildi neizdevās nolasīt. Ielādē lapu no jauna; iepriekš saglabātais paliek."
_UNKNOWN = "Atbildē ir kas tāds, kā šajā uzdevumā nav. Ielādē lapu no jauna; iepriekš saglabātais paliek."


@dataclass(frozen=True)
class Exercise:
    """A practice item or a simulator on a page; exactly one of `item` and `scenario` is there."""

    id: str
    item: Item | None = None
    scenario: Mapping[str, Any] | None = None

    def read(self, raw: object) -> dict[str, Any]:
        """The answer as data that may be stored; raises `InvalidAnswer` or `AnswerTooLarge`."""
        if self.item is not None:
            return read_answer(release(self.item), raw)
        from lideri.practice import replay

        if not isinstance(raw, dict) or self.scenario is None or raw.get("kind") != self.scenario["kind"]:
            raise InvalidAnswer(_UNREADABLE)
        _require_storable(raw)
        replay(str(raw["kind"]), self.scenario, raw.get("actions", []))
        return {"kind": raw["kind"], "actions": raw.get("actions", [])}

    def judge(self, response: Mapping[str, Any]) -> Outcome:
        """The server's own judgement of a response that `read` let through."""
        if self.item is not None:
            from lideri.grading import judge

            outcome = judge(self.item, response)["outcome"]
        else:
            from lideri.practice import judge as judge_actions

            outcome = judge_actions(self.scenario or {}, {**response, "about": "summary"}).outcome
        return outcome if outcome in ("right", "partly", "wrong") else "unsure"


def exercises_by_page(course: Course, scenarios: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Exercise]]:
    """page → exercise → what it is. Raises `ContentError` when a built page names an exercise that does not exist."""
    pages: dict[str, dict[str, Exercise]] = {}
    missing: list[str] = []
    for page, names in course.exercises_of.items():
        pages[page] = {}
        for name in names:
            if name in course.practice:
                pages[page][name] = Exercise(name, item=course.practice[name])
            elif name in scenarios:
                pages[page][name] = Exercise(name, scenario=scenarios[name])
            else:
                missing.append(f"lapa {page}: vingrinājuma «{name}» nav; izlabo nosaukumu un palaid `lideri build`")
    if missing:
        raise ContentError(tuple(missing))
    return pages


def read_answer(item: ReleasedItem, raw: object) -> dict[str, Any]:
    """An answer to `item` as data that may be stored: of the item's kind, naming only what the item has.

    Raises `InvalidAnswer`, or `AnswerTooLarge` for a text beyond the limit. An empty answer is fine.
    """
    _require_storable(raw)
    try:
        response = RESPONSE.validate_python(raw)
    except ValidationError as error:
        if any(problem["type"] == "string_too_long" and problem["loc"][-1] == "text" for problem in error.errors()):
            limit = MAX_TEXT if item.kind == "free_text" else 200
            raise AnswerTooLarge(
                f"Teksts ir par garu: atļautas līdz {limit} zīmēm. Saīsini to; iepriekš saglabātais paliek."
            ) from None
        raise InvalidAnswer(_UNREADABLE) from None
    if response.kind != item.kind:
        raise InvalidAnswer(_UNREADABLE)
    if isinstance(response, SimulationResponse):
        from lideri.practice import replay

        scenario = item.scenario or {}
        replay(str(scenario.get("kind")), scenario, response.actions)
    for known, named in _named(item, response.model_dump()):
        if len(named) != len(set(named)) or not set(named) <= known:
            raise InvalidAnswer(_UNKNOWN)
    return response.model_dump(mode="json")


def _named(item: ReleasedItem, response: Mapping[str, Any]) -> list[tuple[set[str], list[str]]]:
    """For each part of the response that names things: what may be named, and what was named (each once)."""
    match item.kind:
        case "single_choice":
            return [({option.id for option in item.options}, [response["choice"]] if response["choice"] else [])]
        case "multiple_choice":
            return [({option.id for option in item.options}, list(response["choices"]))]
        case "order":
            return [({piece.id for piece in item.pieces}, list(response["order"]))]
        case "match":
            pairs = response["pairs"]
            return [
                ({piece.id for piece in item.left}, list(pairs)),
                ({piece.id for piece in item.right}, list(set(pairs.values()))),
            ]
        case "mark_spots":
            return [({spot.id for spot in item.spots}, list(response["marked"]))]
        case _:
            return []


def _require_storable(raw: object) -> None:
    """Refuses texts that no keyboard makes and some database, file or notebook cannot hold: NUL, lone surrogates."""
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
                raise InvalidAnswer(_UNREADABLE)
        elif isinstance(value, Mapping):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, float) and not math.isfinite(value):
            raise InvalidAnswer(_UNREADABLE)
