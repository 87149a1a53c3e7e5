"""«Parakstu laboratorija»: signed files that clients bring; check each, decide, choose what to say to the client.

What a check shows was computed over the real bytes by `lideri.signatures` when the course was built
(`course_data/signed/index.json`); it is no key, because everybody who checks the file sees it.

Actions (``do`` and its fields)::

    look     case                    opens the file: the letter in it
    verify   case                    checks its signatures
    decide   case, decision          accept, refuse or ask
    say      case, words             what to tell the client
    check    case                    needs all of these; locks the case
    retry    case                    unlocks it; nothing is cleared
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.course.latvian import counted
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    Machine,
    Mark,
    Outcome,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    unknown,
    verb,
)

Decision = Literal["accept", "refuse", "ask"]
DECISIONS: Mapping[str, str] = {
    "accept": "Der: var pieņemt",
    "refuse": "Neder: jālūdz cits",
    "ask": "Jājautā tālāk: ar šo pārbaudi nepietiek",
}


class Words(Frozen):
    """Something one could say to the client; ``why`` is shown after checking."""

    id: Identifier
    text: Text
    why: Text


class SignatureCase(Frozen):
    """``file`` is one of `lideri.signatures.examples`; ``why`` says about each decision why it is right or not."""

    id: Identifier
    title: Text
    file: str
    client: Text
    decision: Decision
    why: dict[Decision, Text]
    words: Annotated[tuple[Words, ...], Field(min_length=2, max_length=4)]
    said: Identifier

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if set(self.why) != set(DECISIONS):
            raise ValueError("pie «why» jābūt paskaidrojumam katram lēmumam: accept, refuse un ask")
        ids = [each.id for each in self.words]
        if len(set(ids)) != len(ids) or self.said not in ids:
            raise ValueError(f"«said» jābūt vienam no «words»; tur ir: {', '.join(ids)}")
        if not known(self.file):
            raise ValueError(f"parakstītas datnes «{self.file}» nav; ir: {', '.join(INDEX)}")
        return self


class SignaturesScenario(PlaceScenario):
    """``own``: whether the page also offers to check a file of one's own."""

    kind: Literal["signatures"]
    own: bool = False
    cases: Annotated[tuple[SignatureCase, ...], Field(min_length=1, max_length=12)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({case.id for case in self.cases}) != len(self.cases):
            raise ValueError("gadījumu id atkārtojas")
        return self


def _read() -> dict[str, Any]:
    there = files("course_data") / "signed" / "index.json"
    read: dict[str, Any] = json.loads(there.read_text(encoding="utf-8")) if there.is_file() else {}
    return read


# What a check of each file shows, by the file's name. Read at once: a scoring worker opens no file later.
INDEX = _read()


def renew(index: Mapping[str, Any]) -> None:
    """Whoever has just built the files puts their index here, so that what is built next shows the same."""
    INDEX.clear()
    INDEX.update(index)


def known(file: str) -> bool:
    """Whether there is such a file; one that was written but not built yet is built now."""
    if file in INDEX:
        return True
    from lideri.signatures import examples

    if file in examples.EXAMPLES:
        renew(json.loads(examples.built()["index.json"]))
    return file in INDEX


@dataclass(frozen=True)
class SignaturesState:
    """Ids of cases, in the order in which things were done. ``tried``: checked at least once."""

    looked: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    judged: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class SignaturesMachine(Machine[SignaturesState]):
    kind = "signatures"

    def start(self, scenario: Scenario) -> SignaturesState:
        return SignaturesState()

    def apply(self, scenario: Scenario, state: SignaturesState, action: Action) -> SignaturesState:
        do = verb(action)
        if do not in ("look", "verify", "decide", "say", "check", "retry"):
            raise unknown(do)
        case = one_of(action, "case", (each["id"] for each in scenario["cases"]), "datne")
        match do:
            case "look":
                return replace(state, looked=_with(state.looked, case))
            case "verify":
                return replace(state, verified=_with(state.verified, case))
            case "decide":
                _open(state, case)
                return replace(state, decided={**state.decided, case: one_of(action, "decision", DECISIONS, "lēmums")})
            case "say":
                _open(state, case)
                ids = [each["id"] for each in _case(scenario, case)["words"]]
                return replace(state, said={**state.said, case: one_of(action, "words", ids, "teikums")})
            case "check":
                if case not in state.verified:
                    raise InvalidAnswer("Vispirms nospied «Pārbaudīt parakstu» un izlasi, ko pārbaude rāda.")
                if case not in state.decided or case not in state.said:
                    raise InvalidAnswer("Vispirms izvēlies gan lēmumu, gan to, ko teiksi klientam.")
                judged = (*(each for each in state.judged if each != case), case)
                return replace(state, judged=judged, tried=_with(state.tried, case))
            case _:
                if case not in state.judged:
                    raise InvalidAnswer("Šī datne vēl nav pārbaudīta, tāpēc atbildi vari brīvi mainīt.")
                return replace(state, judged=tuple(each for each in state.judged if each != case))

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario, "own"),
            "decisions": [{"id": decision, "text": text} for decision, text in DECISIONS.items()],
            "cases": [
                {
                    **{name: case[name] for name in ("id", "title", "file", "client")},
                    "words": [{"id": each["id"], "text": each["text"]} for each in case["words"]],
                    "found": INDEX[case["file"]],
                }
                for case in scenario["cases"]
            ],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(case["id"] for case in scenario["cases"])

    def done(self, state: SignaturesState) -> tuple[str, ...]:
        return state.tried

    def checked(self, scenario: Scenario, state: SignaturesState) -> tuple[str, ...]:
        return tuple(part for part in self.parts(scenario) if part in state.judged)

    def last(self, state: SignaturesState) -> str | None:
        return state.judged[-1] if state.judged else None

    def progress(self, done: int, total: int) -> str:
        files = counted(done, "datne", "datnes")
        return f"{'Izskatīta' if files.endswith('e') else 'Izskatītas'} {files} no {total}"

    def feedback(self, scenario: Scenario, state: SignaturesState, about: str) -> Feedback:
        if about not in self.parts(scenario):
            raise InvalidAnswer(f"Šajā uzdevumā nav daļas «{about[:40]}». Pārlādē lapu un mēģini vēlreiz.")
        if about not in state.judged:
            raise InvalidAnswer("Šī datne vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt manu atbildi».")
        case = _case(scenario, about)
        decision, said = self._marks(case, state)
        marks = {"decision": decision, "said": said}
        right = [mark.outcome == "right" for mark in marks.values()]
        if all(right):
            return Feedback("right", "Pareizi: gan lēmums, gan vārdi klientam.", (), marks)
        if not any(right):
            return Feedback("wrong", "Ne lēmums, ne vārdi klientam neder.", (_AGAIN,), marks)
        title = (
            "Lēmums ir pareizs, bet klientam saki citādi." if right[0] else "Klientam saki pareizi, bet lēmums ir cits."
        )
        return Feedback("partly", title, (_AGAIN,), marks)

    def goals(self, scenario: Scenario, state: SignaturesState) -> tuple[Goal, ...]:
        """For each file the decision and the words; neither counts when the signature was not checked at all."""
        goals: list[Goal] = []
        for case in scenario["cases"]:
            decision, said = self._marks(case, state)
            seen = case["id"] in state.verified
            right_words = _words(case, case["said"])
            goals += [
                Goal(
                    f"{case['id']}.decision",
                    f"Datne «{case['file']}»: {DECISIONS[case['decision']].lower()}",
                    float(seen and decision.outcome == "right"),
                    case["why"][case["decision"]] if seen else _NOT_VERIFIED,
                ),
                Goal(
                    f"{case['id']}.said",
                    f"Datne «{case['file']}», klientam: {right_words['text']}",
                    float(seen and said.outcome == "right"),
                    right_words["why"] if seen else _NOT_VERIFIED,
                ),
            ]
        return tuple(goals)

    def told(self, scenario: Scenario, state: SignaturesState) -> list[str]:
        lines = []
        for case in scenario["cases"]:
            name, this = case["file"], case["id"]
            done = []
            if this in state.verified:
                done.append("paraksts pārbaudīts")
            if this in state.decided:
                done.append(f"lēmums – {DECISIONS[state.decided[this]].lower()}")
            if this in state.said:
                done.append(f"klientam – {_words(case, state.said[this])['text']}")
            if done:
                lines.append(f"{name}: {'; '.join(done)}")
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        actions: list[Action] = []
        for case in scenario["cases"]:
            this = case["id"]
            actions += [
                {"do": "look", "case": this},
                {"do": "verify", "case": this},
                {"do": "decide", "case": this, "decision": case["decision"]},
                {"do": "say", "case": this, "words": case["said"]},
                {"do": "check", "case": this},
            ]
        return tuple(actions)

    def _marks(self, case: Mapping[str, Any], state: SignaturesState) -> tuple[Mark, Mark]:
        decision, said = state.decided.get(case["id"]), state.said.get(case["id"])
        right: Outcome = "right" if decision == case["decision"] else "wrong"
        fits: Outcome = "right" if said == case["said"] else "wrong"
        return (
            Mark(right, case["why"][decision] if decision else ""),
            Mark(fits, _words(case, said)["why"] if said else ""),
        )


_AGAIN = "Izlasi paskaidrojumu, vēlreiz apskati, ko rāda pārbaude, un izvēlies citādi."
_NOT_VERIFIED = "Paraksts netika pārbaudīts, tāpēc lēmumam nav pamata."


def _with(known: tuple[str, ...], one: str) -> tuple[str, ...]:
    return known if one in known else (*known, one)


def _open(state: SignaturesState, case: str) -> None:
    if case in state.judged:
        raise InvalidAnswer("Atbilde jau ir pārbaudīta. Lai to mainītu, nospied «Mēģināt vēlreiz».")


def _case(scenario: Scenario, wanted: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(each for each in scenario["cases"] if each["id"] == wanted)
    return found


def _words(case: Mapping[str, Any], wanted: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(each for each in case["words"] if each["id"] == wanted)
    return found
