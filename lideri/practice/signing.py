"""«Paraksti dokumentu»: write a short text, read it, choose a format, sign with the training PIN2, take the file along.

The signed file itself is made from the state by `lideri.signatures` where the page runs; here is only what was done.

Actions (``do`` and its fields)::

    write    text            changing the text after signing takes the signature away, as it does in life
    choose   format          asice, edoc or pdf; the same
    read                     «the text is read and right»; needed before PIN2 is asked
    sign     pin, at         a wrong PIN2 counts; three lock it. at: when, as the browser's clock has it
    unlock                   the training PUK
    check                    asks how it went
    retry
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Text
from lideri.course.latvian import counted
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    Mark,
    OnePartMachine,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    typed,
    unknown,
    verb,
)

LONGEST_TIME = 40  # signs of a time as browsers write it
TRIES = 3
FORMATS: Mapping[str, str] = {"edoc": "eDoc", "asice": "ASiC-E", "pdf": "PDF"}
Format = Literal["edoc", "asice", "pdf"]


class Accepted(Frozen):
    """A format, and why it fits or does not."""

    format: Format
    right: bool
    why: Text


class SigningScenario(PlaceScenario):
    """``pin`` is shown to the trainee: it is made up. ``formats`` says about each format whether it fits the task."""

    kind: Literal["signing"]
    text: str = Field(default="", max_length=200)
    pin: str = Field(default="135790", pattern=r"^\d{6}$")
    formats: Annotated[tuple[Accepted, ...], Field(min_length=3, max_length=3)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_format_once(self) -> Self:
        if {each.format for each in self.formats} != set(FORMATS) or not any(each.right for each in self.formats):
            raise ValueError("«formats» jābūt visiem trim formātiem (edoc, asice, pdf), un vismaz vienam jāder")
        return self


@dataclass(frozen=True)
class SigningState:
    """``left``: tries of PIN2 that are left; 0 is locked. ``lost``: something signed was changed afterwards."""

    text: str = ""
    format: str = ""
    read: bool = False
    left: int = TRIES
    wrong: bool = False
    signed: bool = False
    signed_at: str = ""
    lost: bool = False
    checked: bool = False
    tried: bool = False

    @property
    def tries(self) -> int:
        return int(self.tried)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class SigningMachine(OnePartMachine[SigningState]):
    kind = "signing"
    part = "sign"
    unchecked = "Vispirms paraksti dokumentu."
    said = ("Vēl nav pabeigts", "Pabeigts")

    def start(self, scenario: Scenario) -> SigningState:
        return SigningState(text=scenario["text"])

    def apply(self, scenario: Scenario, state: SigningState, action: Action) -> SigningState:
        match verb(action):
            case "write":
                text = typed(action, "text")
                return state if text == state.text else replace(_undone(state), text=text, read=False)
            case "choose":
                chosen = one_of(action, "format", FORMATS, "formāts")
                return state if chosen == state.format else replace(_undone(state), format=chosen)
            case "read":
                if not state.text.strip():
                    raise InvalidAnswer("Vispirms uzraksti tekstu, ko parakstīt.")
                return replace(state, read=True)
            case "sign":
                return self._sign(scenario, state, action)
            case "unlock":
                return replace(state, left=TRIES, wrong=False)
            case "check":
                if not state.signed:
                    raise InvalidAnswer("Dokuments vēl nav parakstīts.")
                return replace(state, checked=True, tried=True)
            case "retry":
                return replace(state, checked=False)
            case do:
                raise unknown(do)

    def _sign(self, scenario: Scenario, state: SigningState, action: Action) -> SigningState:
        if not state.text.strip() or not state.read or not state.format:
            raise InvalidAnswer("Vispirms uzraksti tekstu, izlasi to un izvēlies formātu.")
        if not state.left:
            raise InvalidAnswer("PIN2 ir bloķēts. Atbloķē to ar PUK kodu.")
        if "".join(typed(action, "pin").split()) != scenario["pin"]:
            return replace(state, left=state.left - 1, wrong=True)
        at = action.get("at", "")
        if not isinstance(at, str) or len(at) > LONGEST_TIME:
            raise InvalidAnswer("Parakstīšanas laiku nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
        return replace(state, signed=True, signed_at=at, left=TRIES, wrong=False, lost=False)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario, "text", "pin"),
            "formats": [{"id": name, "text": text} for name, text in FORMATS.items()],
        }

    def feedback_on_all(self, scenario: Scenario, state: SigningState) -> Feedback:
        accepted = _accepted(scenario, state.format)
        outcome: Literal["right", "partly"] = "right" if accepted["right"] else "partly"
        title = (
            "Dokuments ir parakstīts." if accepted["right"] else "Dokuments ir parakstīts, bet formāts nav ērtākais."
        )
        return Feedback(outcome, title, (accepted["why"],), {"format": Mark(outcome, accepted["why"])})

    def goals(self, scenario: Scenario, state: SigningState) -> tuple[Goal, ...]:
        fits = [each for each in scenario["formats"] if each["right"]]
        chosen = _accepted(scenario, state.format) if state.format else fits[0]
        return (
            Goal("signed", "Dokuments ir izlasīts un parakstīts", float(state.signed), "Parakstu apstiprina ar PIN2."),
            Goal(
                "format",
                f"Formāts: {' vai '.join(FORMATS[each['format']] for each in fits)}",
                float(state.signed and chosen["right"]),
                chosen["why"],
            ),
        )

    def told(self, scenario: Scenario, state: SigningState) -> list[str]:
        lines = []
        if state.signed:
            lines.append(f"Dokuments parakstīts, formāts {FORMATS[state.format]}")
        elif state.lost:
            lines.append("Dokuments pēc parakstīšanas mainīts un vēlreiz nav parakstīts")
        if state.left < TRIES:
            lines.append(f"Nepareizs PIN2, vēl {counted(state.left, 'mēģinājums', 'mēģinājumi')}")
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        fits = next(each["format"] for each in scenario["formats"] if each["right"])
        written: tuple[Action, ...] = () if scenario["text"].strip() else ({"do": "write", "text": "Mācību teksts."},)
        return (
            *written,
            {"do": "choose", "format": fits},
            {"do": "read"},
            {"do": "sign", "pin": scenario["pin"], "at": ""},
            {"do": "check"},
        )


def _undone(state: SigningState) -> SigningState:
    """What was signed is signed no more once anything about it changes."""
    return replace(state, signed=False, signed_at="", lost=state.signed or state.lost, checked=False)


def _accepted(scenario: Scenario, chosen: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(each for each in scenario["formats"] if each["format"] == chosen)
    return found
