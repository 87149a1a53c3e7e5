"""«Skaitļu lasīšana»: a chart of real figures and questions that it answers.

Actions (``do`` and its fields)::

    answer   question, text      a number as it was typed
    choose   question, bar       one of the bars
    check    question            locks the answer
    retry    question            unlocks it; nothing is cleared
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
    Machine,
    Outcome,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    typed,
    unknown,
    verb,
)
from lideri.practice.numbers import parse_number


class Bar(Frozen):
    """``planned``: a goal, drawn as an outline beside what was measured."""

    id: Identifier
    label: Text
    value: float = Field(ge=0)
    planned: bool = False


class FigureQuestion(Frozen):
    """Answered by a number (``number``, within ``tolerance``) or by choosing a bar (``bar``)."""

    id: Identifier
    text: Text
    number: float | None = None
    tolerance: float = Field(default=0, ge=0)
    unit: str = ""
    bar: Identifier | None = None
    hint: Text  # after a wrong answer: how to find it
    why: Text

    @model_validator(mode="after")
    def _answered_in_one_way(self) -> Self:
        if (self.number is None) == (self.bar is None):
            raise ValueError(f"jautājumam {self.id} vajag vai nu «number», vai «bar»")
        return self


class FiguresScenario(PlaceScenario):
    kind: Literal["figures"]
    finding: Text  # the chart's title: what it shows, in words
    unit: Text
    source: Text
    bars: Annotated[tuple[Bar, ...], Field(min_length=2, max_length=12)]
    questions: Annotated[tuple[FigureQuestion, ...], Field(min_length=1)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _bars_are_there(self) -> Self:
        bars = [bar.id for bar in self.bars]
        if len(set(bars)) != len(bars) or len({each.id for each in self.questions}) != len(self.questions):
            raise ValueError("stabiņu vai jautājumu id atkārtojas")
        for question in self.questions:
            if question.bar is not None and question.bar not in bars:
                raise ValueError(f"jautājumam {question.id} nav stabiņa «{question.bar}»; tam jābūt sarakstā «bars»")
        return self


@dataclass(frozen=True)
class OneFigure:
    text: str = ""
    bar: str | None = None
    checked: bool = False
    tries: int = 0


@dataclass(frozen=True)
class FiguresState:
    """``questions`` holds only those that a person has touched."""

    questions: Mapping[str, OneFigure] = field(default_factory=dict)
    last: str | None = None

    def question(self, name: str) -> OneFigure:
        return self.questions.get(name, OneFigure())

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class FiguresMachine(Machine[FiguresState]):
    kind = "figures"

    def start(self, scenario: Scenario) -> FiguresState:
        return FiguresState()

    def apply(self, scenario: Scenario, state: FiguresState, action: Action) -> FiguresState:
        do = verb(action)
        if do not in {"answer", "choose", "check", "retry"}:
            raise unknown(do)
        name = one_of(action, "question", self.parts(scenario), "jautājums")
        now, last = state.question(name), state.last
        if do == "retry":
            if not now.checked:
                raise InvalidAnswer("Šī atbilde vēl nav pārbaudīta, tāpēc vari to brīvi mainīt.")
            now, last = replace(now, checked=False), None if last == name else last
        elif do == "check":
            if not now.text.strip() and now.bar is None:
                raise InvalidAnswer("Vispirms atbildi, tad pārbaudi.")
            now, last = replace(now, checked=True, tries=now.tries if now.checked else now.tries + 1), name
        elif now.checked:
            raise InvalidAnswer("Šī atbilde jau ir pārbaudīta. Lai to mainītu, nospied «Mēģināt vēlreiz».")
        elif do == "answer":
            now = replace(now, text=typed(action, "text"), bar=None)
        else:
            now = replace(now, bar=one_of(action, "bar", (bar["id"] for bar in scenario["bars"]), "stabiņš"), text="")
        return replace(state, questions={**state.questions, name: now}, last=last)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario, "finding", "unit", "source"),
            "bars": [{**bar, "planned": int(bar["planned"])} for bar in scenario["bars"]],
            "questions": [
                {"id": each["id"], "text": each["text"], "unit": each["unit"], "by": _by(each)}
                for each in scenario["questions"]
            ],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(question["id"] for question in scenario["questions"])

    def done(self, state: FiguresState) -> tuple[str, ...]:
        return tuple(name for name, question in state.questions.items() if question.tries)

    def checked(self, scenario: Scenario, state: FiguresState) -> tuple[str, ...]:
        return tuple(name for name in self.parts(scenario) if state.question(name).checked)

    def last(self, state: FiguresState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Atbildēts: {done} no {total}"

    def feedback(self, scenario: Scenario, state: FiguresState, about: str) -> Feedback:
        if about not in self.parts(scenario):
            raise InvalidAnswer(f"Šajā uzdevumā nav jautājuma «{about[:40]}». Izvēlies kādu no redzamajiem.")
        if not state.question(about).checked:
            raise InvalidAnswer("Šī atbilde vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt».")
        question = next(each for each in scenario["questions"] if each["id"] == about)
        outcome = _judge(question, state.question(about))
        if outcome == "right":
            return Feedback("right", "Pareizi.", (question["why"],))
        if outcome == "unsure":
            return Feedback("unsure", "Nevarējām saprast skaitli.", ("Ieraksti tikai skaitli, piemēram, 12 vai 3,5.",))
        tried = state.question(about).tries
        return Feedback("wrong", "Vēl ne.", (question["hint"],) if tried < 2 else (question["hint"], question["why"]))

    def goals(self, scenario: Scenario, state: FiguresState) -> tuple[Goal, ...]:
        return tuple(
            Goal(each["id"], each["text"], float(_judge(each, state.question(each["id"])) == "right"), each["why"])
            for each in scenario["questions"]
        )

    def told(self, scenario: Scenario, state: FiguresState) -> list[str]:
        bars = {bar["id"]: bar["label"] for bar in scenario["bars"]}
        return [
            f"{each['text']} – {said}"
            for each in scenario["questions"]
            if (said := state.question(each["id"]).text.strip() or bars.get(state.question(each["id"]).bar or "", ""))
        ]

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        steps: list[Action] = []
        for each in scenario["questions"]:
            name = each["id"]
            if each["bar"] is not None:
                steps.append({"do": "choose", "question": name, "bar": each["bar"]})
            else:
                steps.append({"do": "answer", "question": name, "text": f"{each['number']:g}".replace(".", ",")})
            steps.append({"do": "check", "question": name})
        return tuple(steps)


def _by(question: Mapping[str, Any]) -> str:
    return "bar" if question["bar"] is not None else "number"


def _judge(question: Mapping[str, Any], answered: OneFigure) -> Outcome:
    if question["bar"] is not None:
        return "right" if answered.bar == question["bar"] else "wrong"
    value = parse_number(answered.text.strip().removesuffix(question["unit"]))
    if value is None:
        return "unsure"
    return "right" if abs(value - question["number"]) <= question["tolerance"] + 1e-9 else "wrong"
