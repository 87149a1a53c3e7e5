"""«Mācību pusstunda»: a short lesson for a given learner, with a live check of what is known to work.

Actions (``do`` and its fields; ``learner`` in each)::

    aim       option           what the person will be able to do afterwards
    add       card             puts a step at the end
    remove    card
    move      card, to         its place among the steps, from 0
    minutes   card, value      1 … 30
    check                      judges the whole plan; changing it makes it unchecked
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    PlaceScenario,
    Scenario,
    heading,
    marks_of,
    one_of,
    unknown,
    verb,
)

MOST_MINUTES = 30  # for one step
Phase = Literal["start", "show", "together", "alone", "check", "later", "other"]
RuleId = Literal["aim", "time", "order", "doing", "few", "check", "later", "fits"]
# What can be seen from the steps themselves, while one plans; the rest needs the key.
LIVE: tuple[RuleId, ...] = ("time", "order", "doing", "few", "check", "later")
DOES_ALONE: frozenset[str] = frozenset({"together", "alone", "check"})  # the learner's own hands or words


class LearnerAim(Frozen):
    id: Identifier
    text: Text
    right: bool = False
    why: Text


class Learner(Frozen):
    """``name`` is made up; ``about`` is what the plan has to fit."""

    id: Identifier
    name: Text
    about: Text
    aims: Annotated[tuple[LearnerAim, ...], Field(min_length=2, max_length=5)]

    @model_validator(mode="after")
    def _one_is_right(self) -> Self:
        if not any(each.right for each in self.aims) or len({each.id for each in self.aims}) != len(self.aims):
            raise ValueError("vismaz vienam mērķim jābūt pareizam (right: true), un id nedrīkst atkārtoties")
        return self


class LessonCard(Frozen):
    """A step. ``new``: it brings something new to keep in mind. ``not_for``: learner → why it does not fit them."""

    id: Identifier
    text: Text
    phase: Phase
    minutes: int = Field(ge=1, le=MOST_MINUTES)
    new: bool = False
    not_for: dict[Identifier, Text] = Field(default_factory=dict)


class LessonRule(Frozen):
    """``text`` is what is looked for, ``why`` says what is known about it."""

    id: RuleId
    text: Text
    why: Text


class LessonPlanScenario(PlaceScenario):
    kind: Literal["lesson_plan"]
    learners: Annotated[tuple[Learner, ...], Field(min_length=1, max_length=4)]
    cards: Annotated[tuple[LessonCard, ...], Field(min_length=6, max_length=24)]
    minutes: int = Field(default=30, gt=0)  # of the whole lesson
    spare: int = Field(default=5, ge=0)  # so many may be left free
    most_new: int = Field(default=4, ge=1)
    rules: Annotated[tuple[LessonRule, ...], Field(min_length=3)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_planned(self) -> Self:
        learners = {each.id for each in self.learners}
        if len({each.id for each in self.cards}) != len(self.cards) or len(learners) != len(self.learners):
            raise ValueError("soļu vai cilvēku id atkārtojas")
        if len({each.id for each in self.rules}) != len(self.rules):
            raise ValueError("likums atkārtojas")
        for card in self.cards:
            if unknown_ids := set(card.not_for) - learners:
                raise ValueError(f"solim {card.id} nav cilvēka «{', '.join(unknown_ids)}»")
        whole = self.model_dump()
        for learner in self.learners:
            plan = _good_plan(whole, learner.id)
            missed = [each.text for each in judged(whole, plan, learner.id) if each.reached < 1]
            if missed:
                raise ValueError(f"«{learner.name}»: no šiem soļiem labu plānu salikt nevar; neizdodas: {missed[0]}")
        return self


@dataclass(frozen=True)
class Plan:
    """``steps``: card → minutes, in the order of the lesson."""

    aim: str = ""
    steps: tuple[tuple[str, int], ...] = ()
    live: Mapping[str, bool] = field(default_factory=dict)
    checked: bool = False
    tries: int = 0


@dataclass(frozen=True)
class LessonPlanState:
    plans: Mapping[str, Plan] = field(default_factory=dict)
    last: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class LessonPlanMachine(Machine[LessonPlanState]):
    kind = "lesson_plan"

    def start(self, scenario: Scenario) -> LessonPlanState:
        return LessonPlanState({each["id"]: _looked_at(scenario, Plan()) for each in scenario["learners"]})

    def apply(self, scenario: Scenario, state: LessonPlanState, action: Action) -> LessonPlanState:
        do = verb(action)
        if do not in ("aim", "add", "remove", "move", "minutes", "check"):
            raise unknown(do)
        learner = one_of(action, "learner", state.plans, "cilvēks")
        plan = state.plans[learner]
        if do == "check":
            checked = replace(plan, checked=True, tries=plan.tries + 1)
            return LessonPlanState({**state.plans, learner: checked}, last=learner)
        if do == "aim":
            aims = next(each["aims"] for each in scenario["learners"] if each["id"] == learner)
            plan = replace(plan, aim=one_of(action, "option", (each["id"] for each in aims), "mērķis"))
        else:
            plan = replace(plan, steps=_changed(scenario, plan.steps, do, action))
        plan = _looked_at(scenario, replace(plan, checked=False))
        return LessonPlanState({**state.plans, learner: plan}, last=None if state.last == learner else state.last)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario, "minutes", "spare", "most_new"),
            "learners": [
                {
                    **{name: each[name] for name in ("id", "name", "about")},
                    "aims": [{"id": aim["id"], "text": aim["text"]} for aim in each["aims"]],
                }
                for each in scenario["learners"]
            ],
            "cards": [
                {name: each[name] for name in ("id", "text", "phase", "minutes", "new")} for each in scenario["cards"]
            ],
            "rules": [{"id": each["id"], "text": each["text"]} for each in scenario["rules"]],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(each["id"] for each in scenario["learners"])

    def done(self, state: LessonPlanState) -> tuple[str, ...]:
        return tuple(name for name, plan in state.plans.items() if plan.tries)

    def checked(self, scenario: Scenario, state: LessonPlanState) -> tuple[str, ...]:
        return tuple(name for name in self.parts(scenario) if state.plans[name].checked)

    def last(self, state: LessonPlanState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Pārbaudīti {done} no {total} plāniem"

    def feedback(self, scenario: Scenario, state: LessonPlanState, about: str) -> Feedback:
        if about not in state.plans:
            raise InvalidAnswer(f"Šajā uzdevumā nav daļas «{about[:40]}». Pārlādē lapu un mēģini vēlreiz.")
        plan = state.plans[about]
        if not plan.checked:
            raise InvalidAnswer("Šis plāns vēl nav pārbaudīts. Vispirms nospied «Pārbaudīt».")
        goals = judged(scenario, plan, about)
        marks = marks_of(goals)
        right = sum(each.reached >= 1 for each in goals)
        if right == len(goals):
            body = ("Šādā pusstundā cilvēks dara pats, un to, ko iemācījies, viņš lietos arī rīt.",)
            return Feedback("right", "Plāns ir labs.", body, marks)
        body = ("Pie katra neizpildītā nosacījuma ir paskaidrojums. Maini plānu un pārbaudi vēlreiz.",)
        return Feedback("partly" if right else "wrong", f"Izpildīti {right} no {len(goals)} nosacījumiem.", body, marks)

    def goals(self, scenario: Scenario, state: LessonPlanState) -> tuple[Goal, ...]:
        one = len(scenario["learners"]) == 1
        return tuple(
            replace(
                goal,
                id=goal.id if one else f"{each['id']}-{goal.id}",
                text=goal.text if one else f"{each['name']}: {goal.text}",
            )
            for each in scenario["learners"]
            for goal in judged(scenario, state.plans[each["id"]], each["id"])
        )

    def told(self, scenario: Scenario, state: LessonPlanState) -> list[str]:
        texts = {each["id"]: each["text"] for each in scenario["cards"]}
        lines = []
        for learner in scenario["learners"]:
            plan = state.plans[learner["id"]]
            aim = next((each["text"] for each in learner["aims"] if each["id"] == plan.aim), "mērķa nav")
            if len(scenario["learners"]) > 1:
                lines.append(f"{learner['name']}:")
            lines.append(f"Mērķis: {aim}")
            lines += [f"{at}. {texts[card]} ({minutes} min.)" for at, (card, minutes) in enumerate(plan.steps, 1)]
            lines += [] if plan.steps else ["Soļu nav"]
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        actions: list[Action] = []
        for each in scenario["learners"]:
            name, plan = each["id"], _good_plan(scenario, each["id"])
            actions.append({"do": "aim", "learner": name, "option": plan.aim})
            for card, minutes in plan.steps:
                actions.append({"do": "add", "learner": name, "card": card})
                actions.append({"do": "minutes", "learner": name, "card": card, "value": minutes})
            actions.append({"do": "check", "learner": name})
        return tuple(actions)


def judged(scenario: Scenario, plan: Plan, learner: str) -> tuple[Goal, ...]:
    """Every rule of the scenario for one plan; ``why`` says what is known, and what is missing here."""
    person = next(each for each in scenario["learners"] if each["id"] == learner)
    cards = {each["id"]: each for each in scenario["cards"]}
    live = _live(scenario, plan.steps)
    goals = []
    for rule in scenario["rules"]:
        reached, why = live.get(rule["id"], False), rule["why"]
        if rule["id"] == "aim":
            aim = next((each for each in person["aims"] if each["id"] == plan.aim), None)
            reached, why = bool(aim and aim["right"]), aim["why"] if aim else "Mērķis vēl nav izvēlēts."
        elif rule["id"] == "fits":
            wrong = [cards[card]["not_for"][learner] for card, _ in plan.steps if learner in cards[card]["not_for"]]
            reached, why = bool(plan.steps) and not wrong, wrong[0] if wrong else rule["why"]
        goals.append(Goal(rule["id"], rule["text"], float(reached), why))
    return tuple(goals)


def _live(scenario: Scenario, steps: Sequence[tuple[str, int]]) -> dict[str, bool]:
    cards = {each["id"]: each for each in scenario["cards"]}
    phases = [cards[card]["phase"] for card, _ in steps]
    total = sum(minutes for _, minutes in steps)
    doing = sum(minutes for card, minutes in steps if cards[card]["phase"] in DOES_ALONE)
    first = {phase: phases.index(phase) for phase in set(phases)}
    return {
        "time": scenario["minutes"] - scenario["spare"] <= total <= scenario["minutes"],
        "order": all(each in first for each in ("show", "together", "alone"))
        and first["show"] < first["together"] < first["alone"],
        "doing": total > 0 and 2 * doing >= total,
        "few": bool(steps) and sum(cards[card]["new"] for card, _ in steps) <= scenario["most_new"],
        "check": "check" in first and "alone" in first and phases[::-1].index("check") < phases[::-1].index("alone"),
        "later": "later" in first,
    }


def _looked_at(scenario: Scenario, plan: Plan) -> Plan:
    asked = {each["id"] for each in scenario["rules"]}
    return replace(plan, live={rule: met for rule, met in _live(scenario, plan.steps).items() if rule in asked})


def _changed(
    scenario: Scenario, steps: tuple[tuple[str, int], ...], do: str, action: Action
) -> tuple[tuple[str, int], ...]:
    minutes = {each["id"]: each["minutes"] for each in scenario["cards"]}
    card = one_of(action, "card", minutes, "solis")
    at = next((place for place, (each, _) in enumerate(steps) if each == card), None)
    if do == "add":
        if at is not None:
            raise InvalidAnswer("Šis solis plānā jau ir.")
        return (*steps, (card, minutes[card]))
    if at is None:
        raise InvalidAnswer("Šī soļa plānā vairs nav. Pārlādē lapu un turpini.")
    rest = [each for each in steps if each[0] != card]
    if do == "move":
        rest.insert(_whole(action, "to", 0, len(steps) - 1), steps[at])
    elif do == "minutes":
        rest.insert(at, (card, _whole(action, "value", 1, MOST_MINUTES)))
    return tuple(rest)


def _whole(action: Action, name: str, least: int, most: int) -> int:
    value = action.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidAnswer(f"Te der vesels skaitlis no {least} līdz {most}.")
    return value


def _good_plan(scenario: Scenario, learner: str) -> Plan:
    """One good plan for that person: the first fitting step of each phase, the time that is left given to doing."""
    person = next(each for each in scenario["learners"] if each["id"] == learner)
    fitting = [each for each in scenario["cards"] if learner not in each["not_for"]]
    steps: list[tuple[str, int]] = []
    for phase in ("start", "show", "together", "alone", "check", "later"):
        card = next((each for each in fitting if each["phase"] == phase), None)
        if card is not None:
            steps.append((card["id"], card["minutes"]))
    over = sum(minutes for _, minutes in steps) - scenario["minutes"]
    phases = {each["id"]: each["phase"] for each in scenario["cards"]}
    if over:  # shorten what is shown, or give what is left to doing it alone
        steps = [
            (
                card,
                min(MOST_MINUTES, max(1, minutes - over))
                if phases[card] == ("show" if over > 0 else "alone")
                else minutes,
            )
            for card, minutes in steps
        ]
    aim = next(str(each["id"]) for each in person["aims"] if each["right"])
    return _looked_at(scenario, Plan(aim=aim, steps=tuple(steps)))
