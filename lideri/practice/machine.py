"""What every simulator's state machine has in common: the interface, its feedback, and how actions are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from lideri.course.items import MAX_ACTIONS, Frozen, Identifier, Text
from lideri.errors import AnswerTooLarge, InvalidAnswer

Scenario = Mapping[str, Any]
Action = Mapping[str, Any]
Outcome = Literal["right", "partly", "wrong", "unsure"]

MAX_TYPED = 200  # characters in one typed field, as in `lideri.course.items`


class PlaceScenario(Frozen):
    """What every scenario begins with; all of it is shown. A kind narrows ``kind`` to its name and adds its fields."""

    id: Identifier
    kind: str
    title: Text
    notice: str = ""  # that it is made up, when that is not plain from the rest
    intro: Text


@dataclass(frozen=True)
class Mark:
    """How one part was judged. ``why`` is shown beside it."""

    outcome: Outcome
    why: str


@dataclass(frozen=True)
class Feedback:
    """What a person is told after checking. ``done`` of ``total`` is set only in a summary of the whole exercise.

    ``more`` is what one kind of place draws besides, as JSON.
    """

    outcome: Outcome
    title: str
    body: tuple[str, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)
    done: int | None = None
    total: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of docs/contracts.md; what means nothing is left out: ``done`` and ``total``, ``more``."""
        shape: dict[str, Any] = {
            "outcome": self.outcome,
            "title": self.title,
            "body": list(self.body),
            "marks": {part: {"outcome": mark.outcome, "why": mark.why} for part, mark in self.marks.items()},
        }
        if self.total is not None:
            shape |= {"done": self.done, "total": self.total}
        if self.more:
            shape["more"] = dict(self.more)
        return shape


@dataclass(frozen=True)
class Goal:
    """One thing that a scored task asks for, as the state shows it: ``reached`` from 0 to 1, ``why`` for afterwards."""

    id: str
    text: str
    reached: float
    why: str


S = TypeVar("S")


class Machine(ABC, Generic[S]):
    """One kind of simulator.

    ``start`` and ``apply`` need only what ``shown`` contains, so a page may run them without the key;
    ``feedback`` and ``summary`` need the whole scenario.
    """

    kind: str

    @abstractmethod
    def start(self, scenario: Scenario) -> S:
        """The state before anything was done."""

    @abstractmethod
    def apply(self, scenario: Scenario, state: S, action: Action) -> S:
        """The state after ``action``; raises `InvalidAnswer` (in Latvian) when the action is impossible now."""

    @abstractmethod
    def shown(self, scenario: Scenario) -> dict[str, Any]:
        """What a page may hold before anything was checked: no key, no verdict, no reason."""

    @abstractmethod
    def feedback(self, scenario: Scenario, state: S, about: str) -> Feedback:
        """Feedback on the part ``about``; raises `InvalidAnswer` when that part is not checked at the moment."""

    @abstractmethod
    def checked(self, scenario: Scenario, state: S) -> tuple[str, ...]:
        """The parts on which `feedback` can be asked now, in the order in which they are shown."""

    @abstractmethod
    def last(self, state: S) -> str | None:
        """The part checked most recently, while its feedback still stands."""

    @abstractmethod
    def done(self, state: S) -> tuple[str, ...]:
        """The parts that were checked at least once, whether or not they are being tried again."""

    @abstractmethod
    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        """Everything that has to be checked."""

    @abstractmethod
    def progress(self, done: int, total: int) -> str:
        """How far the person has come, in words, e.g. «Izskatīts 5 no 19»."""

    # ── as a scored task (items of kind «simulation») ───────────────────────────────────────────────────────────────

    def goals(self, scenario: Scenario, state: S) -> tuple[Goal, ...]:
        """What the task asks for and how far ``state`` has it, whether or not anything was checked.

        Needs the whole scenario; looks at the state only, never at what a browser claims. A kind of simulator that
        does not say this cannot be scored: raises `NotImplementedError`.
        """
        raise NotImplementedError(f"{self.kind} has no goals")

    def told(self, scenario: Scenario, state: S) -> list[str]:
        """What the person did, in words, for the explanation; one line for each thing worth telling."""
        return []

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        """Actions that reach every goal from the start; tests play it, and simulated people do."""
        raise NotImplementedError(f"{self.kind} has no solution")

    def summary(self, scenario: Scenario, state: S) -> Feedback:
        """The whole exercise: right only when every part was checked and is right."""
        parts, done = self.parts(scenario), set(self.done(state))
        marks = {
            part: Mark(judged.outcome, judged.title)
            for part in self.checked(scenario, state)
            for judged in [self.feedback(scenario, state, part)]
        }
        outcomes = [mark.outcome for mark in marks.values()]
        right = outcomes.count("right")
        outcome: Outcome
        if not outcomes:
            outcome = "unsure"
        elif right == len(parts):
            outcome = "right"
        elif right or "partly" in outcomes:
            outcome = "partly"
        else:
            outcome = "wrong" if "wrong" in outcomes else "unsure"
        count = sum(part in done for part in parts)
        if outcome == "right":
            body: tuple[str, ...] = ("Viss ir izdarīts pareizi.",)
        elif count == len(parts):
            body = (f"Pareizi: {right} no {len(parts)}. Pārējos vari mēģināt vēlreiz, cik reižu gribi.",)
        else:
            body = ("Turpini, kad tev ērti: viss izdarītais paliek saglabāts.",)
        return Feedback(outcome, self.progress(count, len(parts)), body, marks, done=count, total=len(parts))


class CheckedAsAWhole(Protocol):
    @property
    def checked(self) -> bool:
        """The check stands: nothing was changed after it."""

    @property
    def tries(self) -> int:
        """How often it was checked."""


W = TypeVar("W", bound=CheckedAsAWhole)


class OnePartMachine(Machine[W]):
    """A simulator that is checked as a whole, so that it has one part."""

    part: str
    unchecked: str  # in place of feedback, before anything was checked
    here = "Šajā uzdevumā"
    said = ("Vēl nav pārbaudīts", "Pārbaudīts")

    @abstractmethod
    def feedback_on_all(self, scenario: Scenario, state: W) -> Feedback:
        """`feedback` on what was checked."""

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return (self.part,)

    def done(self, state: W) -> tuple[str, ...]:
        return (self.part,) if state.tries else ()

    def checked(self, scenario: Scenario, state: W) -> tuple[str, ...]:
        return (self.part,) if state.checked else ()

    def last(self, state: W) -> str | None:
        return self.part if state.checked else None

    def progress(self, done: int, total: int) -> str:
        return self.said[bool(done)]

    def feedback(self, scenario: Scenario, state: W, about: str) -> Feedback:
        if about != self.part:
            raise InvalidAnswer(f"{self.here} nav daļas «{about[:40]}». Pārlādē lapu un mēģini vēlreiz.")
        if not state.checked:
            raise InvalidAnswer(self.unchecked)
        return self.feedback_on_all(scenario, state)


def marks_of(goals: Iterable[Goal]) -> dict[str, Mark]:
    """Each goal as a mark of feedback; what is reached in part is still wrong."""
    return {goal.id: Mark("right" if goal.reached >= 1 else "wrong", goal.why) for goal in goals}


def heading(scenario: Scenario, *more: str) -> dict[str, Any]:
    """The fields of `PlaceScenario`, and ``more`` of the kind's own that a page may hold as they are."""
    return {name: scenario[name] for name in (*PlaceScenario.model_fields, *more)}


def read_actions(actions: object) -> Sequence[Action]:
    """``actions`` as a list of objects; raises when the browser sent something else or far too much."""
    if not isinstance(actions, Sequence) or isinstance(actions, str | bytes):
        raise InvalidAnswer("Atbildē jābūt darbību sarakstam. Pārlādē lapu un mēģini vēlreiz.")
    if len(actions) > MAX_ACTIONS:
        raise AnswerTooLarge(
            f"Darbību ir pārāk daudz ({len(actions)}; drīkst būt {MAX_ACTIONS}). Pārlādē lapu un turpini no saglabātā."
        )
    for action in actions:
        if not isinstance(action, Mapping):
            raise InvalidAnswer("Darbību nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
    return actions


def verb(action: Action) -> str:
    """What the action does; an unreadable one is refused."""
    if not isinstance(action, Mapping):
        raise InvalidAnswer("Darbību nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
    do = action.get("do")
    if not isinstance(do, str):
        raise InvalidAnswer("Darbībai nav nosaukuma. Pārlādē lapu un mēģini vēlreiz.")
    return do


def unknown(do: str) -> InvalidAnswer:
    return InvalidAnswer(f"Šajā uzdevumā nav darbības «{do[:40]}». Pārlādē lapu un mēģini vēlreiz.")


def one_of(action: Action, name: str, allowed: Iterable[str], what: str) -> str:
    """The field ``name`` of the action, which must be one of ``allowed``; ``what`` names it for people."""
    value = action.get(name)
    if not isinstance(value, str) or value not in set(allowed):
        raise InvalidAnswer(f"Šajā uzdevumā nav tādas izvēles: {what} «{str(value)[:60]}». Izvēlies no redzamā.")
    return value


def typed(action: Action, name: str) -> str:
    """Text that a person typed, kept as it was typed."""
    value = action.get(name)
    if not isinstance(value, str):
        raise InvalidAnswer("Ierakstīto nevarēja nolasīt. Ieraksti to vēlreiz.")
    if len(value) > MAX_TYPED:
        raise InvalidAnswer(f"Atbilde ir par garu ({len(value)} zīmes). Ieraksti ne vairāk kā {MAX_TYPED} zīmes.")
    return value


def read_order(action: Action, pieces: Iterable[Scenario]) -> tuple[str, ...]:
    """The field ``steps`` of the action: the ids of all ``pieces``, each once."""
    steps = action.get("steps")
    if not isinstance(steps, list | tuple) or not all(isinstance(step, str) for step in steps):
        raise InvalidAnswer("Soļu secību nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
    if sorted(steps) != sorted(piece["id"] for piece in pieces):
        raise InvalidAnswer("Secībā jābūt visiem soļiem, katram vienu reizi.")
    return tuple(steps)


def allowed_places(key: Iterable[Sequence[str]]) -> dict[str, range]:
    """Where each step may stand; steps in one inner sequence may stand in any order among themselves.

    >>> allowed_places([["a"], ["b", "c"]])
    {'a': range(0, 1), 'b': range(1, 3), 'c': range(1, 3)}
    """
    place, allowed = 0, {}
    for group in key:
        for step in group:
            allowed[step] = range(place, place + len(group))
        place += len(group)
    return allowed


def listed(words: Sequence[str]) -> str:
    """«a», «a un b», «a, b un c»."""
    return " un ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
