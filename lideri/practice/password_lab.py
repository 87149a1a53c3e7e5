"""«Paroļu laboratorija»: an estimator to play with, and three small tasks about passwords; each task may be left out.

What is typed into the estimator never comes here: only how strong it was and how long, roughly. Actions (``do`` and its
fields)::

    tried    score, length             0–4, one of LENGTHS; the same pair again changes nothing
    order    order                     all passwords, the weakest first
    habit    habit, safe               safe: true or false
    factor   account, option
    check    part                      "order", "habits" or "factors"; everything in it must have an answer

A change takes the part's check away; nothing is cleared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Piece, Text
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
    allowed_places,
    heading,
    one_of,
    unknown,
    verb,
)

LENGTHS = ("1-7", "8-11", "12-15", "16+")  # letters and other signs in what was typed
SCORES = range(5)
PARTS = ("order", "habits", "factors")


class GivenPassword(Frozen):
    id: Identifier
    text: Annotated[str, Field(min_length=1, max_length=60)]
    why: Text


class PasswordOrder(Frozen):
    """``key``: the weakest first; passwords in one inner list may stand in any order among themselves."""

    ask: Text
    passwords: Annotated[tuple[GivenPassword, ...], Field(min_length=3, max_length=8)]
    key: Annotated[tuple[tuple[Identifier, ...], ...], Field(min_length=2)]


class Habit(Frozen):
    id: Identifier
    text: Text
    safe: bool
    why: Text


class Habits(Frozen):
    ask: Text
    habits: Annotated[tuple[Habit, ...], Field(min_length=2, max_length=12)]


class Account(Frozen):
    """``right``: the options that suit; ``partly``: those that may do."""

    id: Identifier
    text: Text
    right: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    partly: tuple[Identifier, ...] = ()
    why: Text


class Factors(Frozen):
    ask: Text
    options: Annotated[tuple[Piece, ...], Field(min_length=2, max_length=6)]
    accounts: Annotated[tuple[Account, ...], Field(min_length=1, max_length=8)]


class PasswordLabScenario(PlaceScenario):
    """``lab``: whether there is a field to try passwords in; a scored task has none."""

    kind: Literal["password_lab"]
    lab: bool = True
    order: PasswordOrder | None = None
    habits: Habits | None = None
    factors: Factors | None = None
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        if self.order is None and self.habits is None and self.factors is None:
            raise ValueError("vajag vismaz vienu no uzdevumiem: order, habits, factors")
        if self.order is not None:
            ids = sorted(each.id for each in self.order.passwords)
            if sorted(name for group in self.order.key for name in group) != ids or len(set(ids)) != len(ids):
                raise ValueError("sarakstā order.key katrai parolei jābūt tieši vienu reizi")
        if self.habits is not None and len({each.id for each in self.habits.habits}) != len(self.habits.habits):
            raise ValueError("paradumu id atkārtojas")
        if self.factors is not None:
            options, accounts = [each.id for each in self.factors.options], self.factors.accounts
            named = {name for account in accounts for name in (*account.right, *account.partly)}
            if not named <= set(options) or len({account.id for account in accounts}) != len(accounts):
                raise ValueError("kontu id atkārtojas vai kontam norādīta izvēle, kuras sarakstā options nav")
        return self


@dataclass(frozen=True)
class PasswordLabState:
    """``tried``: pairs of score and length; ``checked``: the parts whose check stands, the latest last."""

    tried: tuple[tuple[int, str], ...] = ()
    order: tuple[str, ...] = ()
    habits: Mapping[str, bool] = field(default_factory=dict)
    factors: Mapping[str, str] = field(default_factory=dict)
    checked: tuple[str, ...] = ()
    finished: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class PasswordLabMachine(Machine[PasswordLabState]):
    kind = "password_lab"

    def start(self, scenario: Scenario) -> PasswordLabState:
        return PasswordLabState()

    def apply(self, scenario: Scenario, state: PasswordLabState, action: Action) -> PasswordLabState:
        match verb(action):
            case "tried":
                return _tried(scenario, state, action)
            case "order":
                order = _whole_order(_part(scenario, "order"), action.get("order"))
                return _changed(replace(state, order=order), "order")
            case "habit":
                habit = one_of(action, "habit", _ids(_part(scenario, "habits")["habits"]), "paradums")
                safe = action.get("safe")
                if not isinstance(safe, bool):
                    raise InvalidAnswer("Atbildi nevarēja nolasīt. Izvēlies «Droši» vai «Nedroši».")
                return _changed(replace(state, habits={**state.habits, habit: safe}), "habits")
            case "factor":
                factors = _part(scenario, "factors")
                account = one_of(action, "account", _ids(factors["accounts"]), "konts")
                option = one_of(action, "option", _ids(factors["options"]), "aizsardzība")
                return _changed(replace(state, factors={**state.factors, account: option}), "factors")
            case "check":
                part = one_of(action, "part", self.parts(scenario), "daļa")
                if not _answered(scenario, state, part):
                    raise InvalidAnswer("Vispirms atbildi uz visu šajā daļā, tad pārbaudi.")
                state = _changed(state, part)
                finished = state.finished if part in state.finished else (*state.finished, part)
                return replace(state, checked=(*state.checked, part), finished=finished)
            case do:
                raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        def plain(pieces: Iterable[Scenario]) -> list[dict[str, str]]:
            return [{"id": each["id"], "text": each["text"]} for each in pieces]

        order, habits, factors = scenario["order"], scenario["habits"], scenario["factors"]
        return {
            **heading(scenario, "lab"),
            # Sorted by id: the file may well list the passwords in the right order.
            "order": order
            and {
                "ask": order["ask"],
                "passwords": plain(sorted(order["passwords"], key=lambda each: str(each["id"]))),
            },
            "habits": habits and {"ask": habits["ask"], "habits": plain(habits["habits"])},
            "factors": factors
            and {
                "ask": factors["ask"],
                "options": plain(factors["options"]),
                "accounts": plain(factors["accounts"]),
            },
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(part for part in PARTS if scenario[part])

    def done(self, state: PasswordLabState) -> tuple[str, ...]:
        return state.finished

    def checked(self, scenario: Scenario, state: PasswordLabState) -> tuple[str, ...]:
        return tuple(part for part in self.parts(scenario) if part in state.checked)

    def last(self, state: PasswordLabState) -> str | None:
        return state.checked[-1] if state.checked else None

    def progress(self, done: int, total: int) -> str:
        return f"Pārbaudīts {done} no {total}"

    def feedback(self, scenario: Scenario, state: PasswordLabState, about: str) -> Feedback:
        if about not in self.parts(scenario):
            raise InvalidAnswer(f"Šajā uzdevumā nav daļas «{about[:40]}». Pārlādē lapu un mēģini vēlreiz.")
        if about not in state.checked:
            raise InvalidAnswer("Šī daļa vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt».")
        marks = _marks(scenario, state, about)
        right, total = sum(mark.outcome == "right" for mark in marks.values()), len(marks)
        if right == total:
            return Feedback("right", "Pareizi. Viss ir savā vietā.", (), marks)
        some = right or any(mark.outcome == "partly" for mark in marks.values())
        body = ("Izlasi paskaidrojumus, izlabo un pārbaudi vēlreiz.",)
        return Feedback("partly" if some else "wrong", f"Pareizi: {right} no {total}.", body, marks)

    def goals(self, scenario: Scenario, state: PasswordLabState) -> tuple[Goal, ...]:
        worth = {"right": 1.0, "partly": 0.5}
        return tuple(
            Goal(f"{part}.{name}", text, worth.get(mark.outcome, 0.0), mark.why)
            for part in self.parts(scenario)
            for name, mark in _marks(scenario, state, part).items()
            for text in [_goal_text(scenario, part, name)]
        )

    def told(self, scenario: Scenario, state: PasswordLabState) -> list[str]:
        lines = []
        if state.order:
            passwords = _texts(scenario["order"]["passwords"])
            lines.append("Paroles no vājākās: " + ", ".join(f"«{passwords[name]}»" for name in state.order))
        if state.habits:
            lines += [
                f"{each['text']} – {'droši' if state.habits[each['id']] else 'nedroši'}"
                for each in scenario["habits"]["habits"]
                if each["id"] in state.habits
            ]
        if state.factors:
            options = _texts(scenario["factors"]["options"])
            lines += [
                f"{each['text']} – {options[state.factors[each['id']]]}"
                for each in scenario["factors"]["accounts"]
                if each["id"] in state.factors
            ]
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        way: list[Action] = []
        if scenario["order"]:
            way.append({"do": "order", "order": [name for group in scenario["order"]["key"] for name in group]})
        if scenario["habits"]:
            habits = scenario["habits"]["habits"]
            way += [{"do": "habit", "habit": each["id"], "safe": each["safe"]} for each in habits]
        if scenario["factors"]:
            accounts = scenario["factors"]["accounts"]
            way += [{"do": "factor", "account": each["id"], "option": each["right"][0]} for each in accounts]
        return (*way, *({"do": "check", "part": part} for part in self.parts(scenario)))


def _tried(scenario: Scenario, state: PasswordLabState, action: Action) -> PasswordLabState:
    """Refused with any other field: what was typed must not be kept even if a page should send it."""
    score, length = action.get("score"), one_of(action, "length", LENGTHS, "garums")
    extra = set(action) - {"do", "score", "length"}
    if extra or not scenario["lab"] or not isinstance(score, int) or isinstance(score, bool) or score not in SCORES:
        raise InvalidAnswer("Izmēģinājumu nevarēja pierakstīt. Pārlādē lapu un mēģini vēlreiz.")
    return state if (score, length) in state.tried else replace(state, tried=(*state.tried, (score, length)))


def _part(scenario: Scenario, part: str) -> Scenario:
    found: Scenario | None = scenario[part]
    if not found:
        raise InvalidAnswer("Šajā uzdevumā tādas daļas nav. Pārlādē lapu un mēģini vēlreiz.")
    return found


def _whole_order(part: Scenario, order: object) -> tuple[str, ...]:
    known = _ids(part["passwords"])
    if not isinstance(order, Sequence) or isinstance(order, str) or not all(isinstance(each, str) for each in order):
        raise InvalidAnswer("Secību nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
    if sorted(order) != sorted(known):
        raise InvalidAnswer("Secībā katrai parolei jābūt tieši vienu reizi. Pārlādē lapu un mēģini vēlreiz.")
    return tuple(order)


def _changed(state: PasswordLabState, part: str) -> PasswordLabState:
    return replace(state, checked=tuple(each for each in state.checked if each != part))


def _answered(scenario: Scenario, state: PasswordLabState, part: str) -> bool:
    if part == "order":
        return bool(state.order)
    if part == "habits":
        return set(_ids(scenario["habits"]["habits"])) == set(state.habits)
    return set(_ids(scenario["factors"]["accounts"])) == set(state.factors)


def _marks(scenario: Scenario, state: PasswordLabState, part: str) -> dict[str, Mark]:
    """How each answer of the part is; without an answer it is wrong."""
    if part == "order":
        places, stands = allowed_places(scenario["order"]["key"]), {name: n for n, name in enumerate(state.order)}
        return {
            each["id"]: _mark(stands.get(each["id"], -1) in places[each["id"]], each["why"])
            for each in scenario["order"]["passwords"]
        }
    if part == "habits":
        return {
            each["id"]: _mark(state.habits.get(each["id"]) is each["safe"], each["why"])
            for each in scenario["habits"]["habits"]
        }
    marks = {}
    for each in scenario["factors"]["accounts"]:
        chosen = state.factors.get(each["id"])
        outcome: Outcome = "right" if chosen in each["right"] else "partly" if chosen in each["partly"] else "wrong"
        marks[each["id"]] = Mark(outcome, each["why"])
    return marks


def _goal_text(scenario: Scenario, part: str, name: str) -> str:
    if part == "order":
        return f"Parole «{_texts(scenario['order']['passwords'])[name]}» ir savā vietā"
    if part == "habits":
        return f"Izlemts, vai ir droši: «{_texts(scenario['habits']['habits'])[name]}»"
    return f"Aizsardzība kontam «{_texts(scenario['factors']['accounts'])[name]}»"


def _mark(right: bool, why: str) -> Mark:
    return Mark("right" if right else "wrong", why)


def _ids(pieces: Iterable[Scenario]) -> list[str]:
    return [each["id"] for each in pieces]


def _texts(pieces: Iterable[Scenario]) -> dict[str, str]:
    return {each["id"]: each["text"] for each in pieces}
