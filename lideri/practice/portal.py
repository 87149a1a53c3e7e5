"""«Mācību portāls»: a made-up portal of public services, with clients who come to the desk.

Services and life situations stand in ``course_data/portal/catalogue.yml``; a scenario names those it needs (or gives a
whole one of its own) and brings its tasks. The catalogue is read when this module is imported: a scoring worker
has no files later on. What a page gets holds the services themselves, so a page needs no catalogue.

Actions (``do`` and its fields); any of them may carry ``t``, whole seconds since the task was opened, which is shown
on the map of the way taken and never judged::

    task       task                 the client comes to the desk (a scenario with one task begins with it)
    go         to                   home, services, situations, mine, eaddress, enter
    search     text
    situation  situation
    service    service
    enter      role                 self, company, authorised
    leave
    request    service              the button «Pieprasīt pakalpojumu»
    accept     on                   the terms
    fill       field, value
    attach     file                 again: takes it away
    submit
    wait                            every application goes one stage on
    withdraw   application          its number
    say        step, option         what the worker says or does; again, where many can be chosen: takes it back
    check                           (practice) shows what was reached and the way taken
    again                           the task from its beginning

What a person can do wrong leads to a message or to a state that can be left again; only what no page sends is refused.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, model_validator

import course_data
from lideri.course.items import Frozen, Identifier, Piece, Text
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
    listed,
    one_of,
    typed,
    unknown,
    verb,
)

Role = Literal["self", "company", "authorised"]
Opens = Literal["form", "eaddress", "site", "person"]
Stage = Literal["sent", "looked", "done", "refused", "withdrawn"]

CATALOGUE = "portal/catalogue.yml"
TERMS = "Te ir saīsināti mācību noteikumi. Īstajā portālā tos izlasi līdz galam."
LONGEST = 86_400  # a task left open overnight: more seconds say nothing
PLACES = ("home", "services", "situations", "mine", "eaddress", "enter")
PLACE_NAMES = {
    "home": "Sākumlapa",
    "services": "Pakalpojumi",
    "situations": "Ko darīt, ja…?",
    "mine": "Mana Latvija.lv",
    "eaddress": "E-adrese",
    "enter": "Ienākt",
}
ROLE_NAMES = {"self": "privātpersona", "company": "uzņēmuma pārstāvis", "authorised": "pilnvarotā persona"}
STAGE_NAMES = {
    "sent": "Iesniegts",
    "looked": "Izskata",
    "done": "Izpildīts",
    "refused": "Atteikts",
    "withdrawn": "Atsaukts",
}
NEXT: Mapping[str, Stage] = {"sent": "looked", "looked": "done"}
STANDING = ("sent", "looked", "done")
MISFILLED = "veidlapā vai pielikumos kaut kas nebija tā, kā vajag"
LOOKING = ("", "find", "wait")  # keys of steps that are never a detour


# ── what an author writes ───────────────────────────────────────────────────────────────────────────────────────────


class FormField(Frozen):
    """One line of a form. A ``text`` must only not be empty: what it says is nobody's to judge here."""

    id: Identifier
    label: Text
    kind: Literal["choice", "text"] = "choice"
    options: tuple[Piece, ...] = ()
    hint: str = ""

    @model_validator(mode="after")
    def _a_choice_has_options(self) -> Self:
        if (self.kind == "choice") != (len(self.options) >= 2):
            raise ValueError(f"laukam {self.id} vajag vismaz divas izvēles («options») vai kind: text bez izvēlēm")
        return self


class Service(Frozen):
    """``roles`` says who may apply; ``after`` names a service that has to be applied for first, ``after_text`` what the
    institution answers otherwise. ``words`` are what people type when they look for it."""

    id: Identifier
    title: Text
    official: bool = True
    institution: Text
    updated: Text = "2026. gada novembrī (kursa pārbaude)"
    about: Text
    recipients: Text
    level: Text = "Jāienāk portālā ar elektroniskās identifikācijas līdzekli"
    roles: tuple[Role, ...] = ("self", "authorised")
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    know: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    opens: Opens = "form"
    opens_text: str = ""
    terms: tuple[Text, ...] = (TERMS,)
    fields: tuple[FormField, ...] = ()
    max_files: int = Field(default=0, ge=0, le=10)
    max_mb: int = Field(default=10, ge=1)
    after: Identifier | None = None
    after_text: str = ""
    facts: tuple[str, ...] = ()


class SituationStep(Frozen):
    title: Text
    text: Text
    services: tuple[Identifier, ...] = ()


class Situation(Frozen):
    id: Identifier
    title: Text
    official: bool = True
    about: Text
    words: tuple[Text, ...] = ()
    steps: Annotated[tuple[SituationStep, ...], Field(min_length=1)]
    facts: tuple[str, ...] = ()


class Client(Frozen):
    """``can``: the roles in which this client's business can be entered; ``means`` says the same in words."""

    name: Text
    means: Text
    can: tuple[Role, ...] = ("self",)
    cannot: Mapping[Role, Text] = {}


class Paper(Frozen):
    id: Identifier
    text: Text
    mb: Annotated[float, Field(gt=0)] = 1.0


class SayOption(Frozen):
    """``reply`` is what the other one answers: life's own word, no verdict."""

    id: Identifier
    text: Text
    reply: str = ""


class TalkStep(Frozen):
    id: Identifier
    who: str = ""
    says: str = ""
    ask: Text
    many: bool = False
    options: Annotated[tuple[SayOption, ...], Field(min_length=2, max_length=6)]


class Talk(Frozen):
    title: Text
    video: bool = False
    expert: str = ""
    steps: Annotated[tuple[TalkStep, ...], Field(min_length=1)]


class Wanted(Frozen):
    """One goal; exactly one of the five says what is looked at.

    ``applied``: an application for that service stands, sent as ``role`` with one of the values in ``fields`` and all
    ``files`` (each only when given). ``before``: the first of two was applied for earlier. ``only``: nothing else
    stands.
    ``done``: that application is finished. ``said``: the talk's step → the right option or options.
    """

    id: Identifier
    text: Text
    why: Text
    applied: Identifier | None = None
    role: Role | None = None
    fields: Mapping[str, tuple[Identifier, ...]] = {}
    files: tuple[Identifier, ...] = ()
    before: tuple[Identifier, Identifier] | None = None
    only: tuple[Identifier, ...] = ()
    done: Identifier | None = None
    said: Mapping[str, tuple[Identifier, ...]] = {}

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(map(bool, (self.applied, self.before, self.only, self.done, self.said))) != 1:
            raise ValueError(f"mērķim {self.id} vajag tieši vienu no: applied, before, only, done, said")
        return self

    def services(self) -> tuple[str, ...]:
        return tuple(each for each in (self.applied, self.done, *(self.before or ()), *self.only) if each)


class Task(Frozen):
    """``judged: false`` is a talk about what the course may tell but not judge: it has no goals, only ``known``."""

    id: Identifier
    title: Text
    client: Client
    story: Text
    ask: Text
    papers: tuple[Paper, ...] = ()
    talk: Talk | None = None
    judged: bool = True
    goals: tuple[Wanted, ...] = ()
    known: tuple[Text, ...] = ()
    facts: tuple[str, ...] = ()


class PortalScenario(PlaceScenario):
    """``services`` and ``situations`` may be names from the catalogue; ``services: all`` takes everything in it."""

    kind: Literal["portal"]
    services: Annotated[tuple[Service, ...], Field(min_length=1)]
    situations: tuple[Situation, ...] = ()
    tasks: Annotated[tuple[Task, ...], Field(min_length=1, max_length=8)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _names_from_the_catalogue(cls, data: Any) -> Any:
        return with_catalogue(data, CATALOGUE_HERE) if isinstance(data, Mapping) else data

    @model_validator(mode="after")
    def _everything_named_is_there(self) -> Self:
        services = {each.id: each for each in self.services}
        named: list[tuple[str, list[str]]] = [
            ("pakalpojumi", [each.id for each in self.services]),
            ("situācijas", [each.id for each in self.situations]),
            ("uzdevumi", [each.id for each in self.tasks]),
        ]
        for task in self.tasks:
            named.append((f"uzdevuma {task.id} mērķi", [each.id for each in task.goals]))
            named.append((f"uzdevuma {task.id} dokumenti", [each.id for each in task.papers]))
            named.append(
                (f"uzdevuma {task.id} sarunas soļi", [each.id for each in task.talk.steps] if task.talk else [])
            )
        for what, ids in named:
            if len(set(ids)) != len(ids):
                raise ValueError(f"{what}: kāds id atkārtojas")
        for task in self.tasks:
            if not task.judged and (task.goals or not task.talk or not task.known):
                raise ValueError(f"uzdevumam {task.id} ar judged: false vajag talk un known, bet ne goals")
            if task.judged and not task.goals:
                raise ValueError(f"uzdevumam {task.id} vajag vismaz vienu mērķi («goals»)")
            steps = {step.id: step for step in task.talk.steps} if task.talk else {}
            for goal in task.goals:
                _check_goal(goal, task, services, steps)
        return self


def _check_goal(goal: Wanted, task: Task, services: Mapping[str, Service], steps: Mapping[str, TalkStep]) -> None:
    where = f"uzdevuma {task.id} mērķim {goal.id}"
    for name in goal.services():
        if name not in services:
            raise ValueError(f"{where} nav pakalpojuma «{name}»; pieraksti to sarakstā «services»")
        if services[name].opens == "person":
            raise ValueError(f"{where}: pakalpojumu «{name}» portālā pieteikt nevar (opens: person)")
    if goal.applied:
        service = services[goal.applied]
        fields = {each.id: {option.id for option in each.options} for each in service.fields}
        for name, wanted in goal.fields.items():
            if not wanted or not set(wanted) <= fields.get(name, set()):
                raise ValueError(f"{where} laukā «{name}» nav izvēles {', '.join(wanted)}")
        if not set(goal.files) <= {paper.id for paper in task.papers} or len(goal.files) > service.max_files:
            raise ValueError(f"{where} nav dokumenta vai pakalpojums tik daudz neņem: {', '.join(goal.files)}")
        if not set(service.roles) & set(task.client.can) or (goal.role and goal.role not in service.roles):
            raise ValueError(f"{where}: šajā lomā pakalpojumu «{service.id}» pieteikt nevar")
    for name, chosen in goal.said.items():
        step = steps.get(name)
        if step is None or not chosen or not set(chosen) <= {option.id for option in step.options}:
            raise ValueError(f"{where} sarunā nav soļa vai atbildes «{name}: {', '.join(chosen)}»")
        if not step.many and len(chosen) > 1:
            raise ValueError(f"{where}: solī «{name}» var izvēlēties tikai vienu")


def read_catalogue(text: str) -> dict[str, dict[str, Mapping[str, Any]]]:
    """The catalogue's services and situations by id, in its order."""
    data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 # both are safe loaders
    return {part: {each["id"]: each for each in data[part]} for part in ("services", "situations")}


def with_catalogue(
    data: Mapping[str, Any], catalogue: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> Mapping[str, Any]:
    """``data`` with the whole service or situation in place of each name."""
    completed = dict(data)
    for part in ("services", "situations"):
        wanted = data.get(part, ())
        if wanted == "all":
            wanted = list(catalogue[part])
        if not isinstance(wanted, list | tuple):
            continue
        for name in wanted:
            if isinstance(name, str) and name not in catalogue[part]:
                raise ValueError(f"katalogā ({CATALOGUE}) nav «{name}»")
        completed[part] = [catalogue[part][each] if isinstance(each, str) else each for each in wanted]
    return completed


CATALOGUE_HERE = read_catalogue(course_data.path(CATALOGUE).read_text(encoding="utf-8"))


# ── what happened ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Step:
    """One step of the way: ``key`` compares ways, ``text`` is shown, ``t`` is seconds or None.

    Without ``key`` it is mere looking around, which never counts as a detour.
    """

    key: str
    text: str
    t: int | None = None


@dataclass(frozen=True)
class Draft:
    accepted: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Application:
    """``early``: what has to come first had not been applied for."""

    service: str
    role: str
    fields: Mapping[str, str]
    files: tuple[str, ...]
    early: bool = False
    stage: Stage = "sent"


@dataclass(frozen=True)
class Desk:
    """One client's visit: what the portal shows now and what was done. ``back``: where to go after entering."""

    page: str = "home"
    at: str = ""
    back: tuple[str, str] = ("home", "")
    query: str = ""
    found: tuple[str, ...] = ()
    found_situations: tuple[str, ...] = ()
    role: str = ""
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    applications: tuple[Application, ...] = ()
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""
    tone: Literal["", "ok", "stop"] = ""
    trail: tuple[Step, ...] = ()
    checked: bool = False
    tries: int = 0


@dataclass(frozen=True)
class PortalState:
    """``desks``: task → visit, only for tasks that were opened."""

    current: str | None = None
    desks: Mapping[str, Desk] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class PortalMachine(Machine[PortalState]):
    kind = "portal"

    def start(self, scenario: Scenario) -> PortalState:
        tasks = scenario["tasks"]
        if len(tasks) == 1:
            return PortalState(tasks[0]["id"], {tasks[0]["id"]: Desk()})
        return PortalState()

    def apply(self, scenario: Scenario, state: PortalState, action: Action) -> PortalState:
        do = verb(action)
        if do == "task":
            chosen = one_of(action, "task", (each["id"] for each in scenario["tasks"]), "uzdevums")
            return PortalState(chosen, {chosen: Desk(), **state.desks})
        if state.current is None:
            raise InvalidAnswer("Vispirms izvēlies uzdevumu.")
        task, desk = _by_id(scenario["tasks"])[state.current], state.desks[state.current]
        match do:
            case "check":
                desk = replace(desk, checked=True, tries=desk.tries if desk.checked else desk.tries + 1)
            case "again":
                desk = Desk(tries=desk.tries)
            case _:
                visit = _Visit(scenario, task, replace(desk, checked=False, note="", tone=""), _seconds(action))
                desk = visit.after(do, action)
        return PortalState(state.current, {**state.desks, state.current: desk})

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario),
            "services": [_without_facts(each) for each in scenario["services"]],
            "situations": [_without_facts(each) for each in scenario["situations"]],
            "tasks": [
                {name: task[name] for name in ("id", "title", "client", "story", "ask", "papers", "talk", "judged")}
                for task in scenario["tasks"]
            ],
        }

    # ── practice ────────────────────────────────────────────────────────────────────────────────────────────────────

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(task["id"] for task in scenario["tasks"])

    def done(self, state: PortalState) -> tuple[str, ...]:
        return tuple(task for task, desk in state.desks.items() if desk.tries)

    def checked(self, scenario: Scenario, state: PortalState) -> tuple[str, ...]:
        return tuple(task for task in self.parts(scenario) if task in state.desks and state.desks[task].checked)

    def last(self, state: PortalState) -> str | None:
        return state.current if state.current and state.desks[state.current].checked else None

    def progress(self, done: int, total: int) -> str:
        return f"Izspēlēts: {done} no {total}" if done else "Vēl nav izspēlēts"

    def feedback(self, scenario: Scenario, state: PortalState, about: str) -> Feedback:
        """``marks`` holds the goals by id and the map of the way: ``way:0``, ``way:1`` … say of each step taken whether
        it led on («right») or aside («wrong»), ``short:0`` … are the steps of the shortest way."""
        tasks = _by_id(scenario["tasks"])
        if about not in tasks:
            raise InvalidAnswer(f"Šajā uzdevumā nav daļas «{about[:40]}». Pārlādē lapu un mēģini vēlreiz.")
        if about not in state.desks or not state.desks[about].checked:
            raise InvalidAnswer("Uzdevums vēl nav pārbaudīts. Vispirms nospied «Pārbaudīt».")
        task, desk = tasks[about], state.desks[about]
        if not task["judged"]:
            return _told_not_judged(task, desk)
        reached = [_judged(goal, desk) for goal in task["goals"]]
        marks = {
            goal["id"]: Mark("right" if ok else "wrong", f"{goal['text']}. {goal['why']}")
            for goal, ok in zip(task["goals"], reached, strict=True)
        }
        way, aside = compare(tuple(_way(task, desk)), self._shortest(scenario, task))
        marks |= {f"way:{place}": Mark("wrong" if out else "right", step.text) for place, (step, out) in enumerate(way)}
        short = [step for step in self._shortest(scenario, task) if step.key]
        marks |= {f"short:{place}": Mark("right", step.text) for place, step in enumerate(short)}
        count = sum(reached)
        outcome: Outcome = "right" if count == len(reached) else "partly" if count else "wrong"
        title = "Viss vajadzīgais ir izdarīts." if outcome == "right" else f"Izdarīts: {count} no {len(reached)}."
        return Feedback(outcome, title, (_about_the_way(way, aside, len(short)),), marks)

    def _shortest(self, scenario: Scenario, task: Mapping[str, Any]) -> tuple[Step, ...]:
        state = PortalState(task["id"], {task["id"]: Desk()})
        for action in _way_to_goals(scenario, task):
            state = self.apply(scenario, state, action)
        return state.desks[task["id"]].trail

    # ── scored ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def goals(self, scenario: Scenario, state: PortalState) -> tuple[Goal, ...]:
        alone = len(scenario["tasks"]) == 1
        found: list[Goal] = []
        for task in scenario["tasks"]:
            desk = state.desks.get(task["id"], Desk())
            name = "" if alone else f"{task['id']}."
            for goal in task["goals"]:
                found.append(Goal(name + goal["id"], goal["text"], float(_judged(goal, desk)), goal["why"]))
            if not task["judged"]:
                text = "Izspēlēt sarunu līdz galam"
                found.append(Goal(f"{name}saruna", text, float(not _open_steps(task, desk)), " ".join(task["known"])))
        return tuple(found)

    def told(self, scenario: Scenario, state: PortalState) -> list[str]:
        """The steps that did something, then what each application said."""
        lines: list[str] = []
        for task in scenario["tasks"]:
            desk = state.desks.get(task["id"], Desk())
            lines += [step.text for step in desk.trail if step.key]
            lines += [_application_told(scenario, task, each) for each in desk.applications]
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        actions: list[Action] = []
        for task in scenario["tasks"]:
            if len(scenario["tasks"]) > 1:
                actions.append({"do": "task", "task": task["id"]})
            actions += [*_way_to_goals(scenario, task), {"do": "check"}]
        return tuple(actions)


# ── one client at the desk ──────────────────────────────────────────────────────────────────────────────────────────


class _Visit:
    """What an action makes of a `Desk`; nothing here knows what the task wants."""

    def __init__(self, scenario: Scenario, task: Mapping[str, Any], desk: Desk, t: int | None) -> None:
        self.scenario, self.task, self.desk, self.t = scenario, task, desk, t
        self.services = _by_id(scenario["services"])
        self.situations = _by_id(scenario["situations"])

    def after(self, do: str, action: Action) -> Desk:
        match do:
            case "go":
                return self.go(one_of(action, "to", PLACES, "vieta"))
            case "search":
                return self.search(typed(action, "text"))
            case "situation":
                name = one_of(action, "situation", self.situations, "situācija")
                title = self.situations[name]["title"]
                return self._went("find", f"Atvērta dzīves situācija «{title}»", page="situation", at=name)
            case "service":
                name = one_of(action, "service", self.services, "pakalpojums")
                text = f"Atvērts pakalpojums {self._named(name)}"
                return self._went(f"service:{name}", text, page="service", at=name)
            case "enter":
                return self.enter(one_of(action, "role", ROLE_NAMES, "loma"))
            case "leave":
                return self.leave()
            case "request":
                return self.request(one_of(action, "service", self.services, "pakalpojums"))
            case "say":
                return self.say(action)
            case "wait":
                return self.wait()
            case "withdraw":
                return self.withdraw(action)
            case "accept" | "fill" | "attach" | "submit":
                return self.form(do, action)
        raise unknown(do)

    def _went(self, key: str, text: str, **changes: Any) -> Desk:
        return replace(self.desk, trail=(*self.desk.trail, Step(key, text, self.t)), **changes)

    def _named(self, service: str) -> str:
        found = self.services[service]
        return f"«{found['title']}», {found['institution']}"

    def go(self, to: str) -> Desk:
        back = self.desk.back if self.desk.page == "enter" else (self.desk.page, self.desk.at)
        return self._went("", f"Atvērta lapa «{PLACE_NAMES[to]}»", page=to, at="", back=back)

    def search(self, text: str) -> Desk:
        if not fold(text):
            return replace(self.desk, note="Ieraksti vismaz vienu vārdu, ko meklēt.", tone="stop")
        found = tuple(ranked(text, self.scenario["services"]))
        situations = tuple(ranked(text, self.scenario["situations"]))
        return self._went(
            "find", f"Meklēts «{text.strip()}»",
            page="results", at="", query=text.strip(), found=found, found_situations=situations,
        )  # fmt: skip

    def enter(self, role: str) -> Desk:
        client = self.task["client"]
        if role not in client["can"]:
            why = client["cannot"].get(role) or CANNOT[role]
            text = f"Neizdevās ienākt: {ROLE_NAMES[role]}"
            return self._went(f"stop-enter:{role}", text, note=why, tone="stop")
        page, at = self.desk.back if self.desk.page == "enter" else (self.desk.page, self.desk.at)
        return self._went(
            f"enter:{role}", f"Ienākšana portālā: {ROLE_NAMES[role]}", role=role, page=page, at=at,
            note=f"Ienākt izdevās. Loma: {ROLE_NAMES[role]}." if role != "authorised"
            else "Tu esi portālā ar savu līdzekli. Loma: pilnvarotā persona.", tone="ok",
        )  # fmt: skip

    def leave(self) -> Desk:
        """What anybody may read stays open: whoever only changes the role needs no new search."""
        page, at = {"form": ("service", self.desk.at), "mine": ("home", ""), "enter": ("home", "")}.get(
            self.desk.page, (self.desk.page, self.desk.at)
        )
        return self._went(
            "", "Iziešana no portāla", role="", page=page, at=at, note="Portālā neviens vairs nav ienācis."
        )

    def request(self, name: str) -> Desk:
        service, stop = self.services[name], f"stop:{name}"
        text = f"Nevarēja pieprasīt {self._named(name)}"
        if service["opens"] == "person":
            note = service["opens_text"] or "Šo pakalpojumu portālā pieteikt nevar: tas jākārto klātienē."
            return self._went(stop, text, page="service", at=name, note=note, tone="stop")
        if not self.desk.role:
            note = "Lai pieprasītu pakalpojumu, vispirms jāienāk portālā. Izvēlies, kurš ienāk un kādā lomā."
            text = "Pakalpojumu nevar pieprasīt, kamēr neviens nav ienācis"
            return self._went("", text, page="enter", at="", back=("service", name), note=note)
        if self.desk.role not in service["roles"]:
            note = wrong_role(service, self.desk.role)
            return self._went(stop, text, page="service", at=name, note=note, tone="stop")
        if any(each.service == name and each.stage in STANDING for each in self.desk.applications):
            note = "Šis pakalpojums jau ir pieteikts. Skaties «Mana Latvija.lv»."
            return self._went(stop, text, page="service", at=name, note=note, tone="stop")
        drafts = {name: Draft(), **self.desk.drafts}
        return self._went(f"request:{name}", f"Pieprasīts {self._named(name)}", page="form", at=name, drafts=drafts)

    def form(self, do: str, action: Action) -> Desk:
        """Everything on the form's page. At a second click on «Iesniegt» there is no form any more: nothing happens."""
        name = self.desk.at
        if self.desk.page != "form" or name not in self.desk.drafts:
            return self.desk
        service, draft = self.services[name], self.desk.drafts[name]
        match do:
            case "accept":
                if not isinstance(action.get("on"), bool):
                    raise InvalidAnswer("Atzīmi nevarēja nolasīt. Atzīmē vēlreiz.")
                draft = replace(draft, accepted=action["on"])
            case "fill":
                fields = _by_id(service["fields"])
                into = one_of(action, "field", fields, "lauks")
                value = typed(action, "value")
                if fields[into]["kind"] == "choice":
                    value = one_of(action, "value", (each["id"] for each in fields[into]["options"]), "izvēle")
                draft = replace(draft, fields={**draft.fields, into: value})
            case "attach":
                file = one_of(action, "file", (each["id"] for each in self.task["papers"]), "dokuments")
                if file in draft.files:
                    draft = replace(draft, files=tuple(each for each in draft.files if each != file))
                elif refused := _too_much(service, _by_id(self.task["papers"])[file], draft):
                    return replace(self.desk, note=refused, tone="stop")
                else:
                    draft = replace(draft, files=(*draft.files, file))
            case _:
                return self.submit(service, draft)
        return replace(self.desk, drafts={**self.desk.drafts, name: draft})

    def submit(self, service: Mapping[str, Any], draft: Draft) -> Desk:
        name = service["id"]
        missing = [each["label"] for each in service["fields"] if not draft.fields.get(each["id"], "").strip()]
        if self.desk.role not in service["roles"]:
            note = wrong_role(service, self.desk.role) if self.desk.role else "Vispirms jāienāk portālā."
            return self._went(f"stop:{name}", f"Nevarēja iesniegt {self._named(name)}", note=note, tone="stop")
        if service["terms"] and not draft.accepted:
            note = "Vispirms izlasi lietošanas noteikumus un atzīmē «Iepazinos ar norādīto informāciju»."
            return self._went("", "Noteikumi vēl nebija apstiprināti", note=note, tone="stop")
        if missing:
            note = f"Vēl nav aizpildīts: {listed([f'«{label}»' for label in missing])}."
            return self._went("", "Veidlapa vēl nebija aizpildīta", note=note, tone="stop")
        early = bool(service["after"]) and not any(
            each.service == service["after"] and each.stage in STANDING for each in self.desk.applications
        )
        sent = Application(name, self.desk.role, draft.fields, draft.files, early)
        return self._went(
            f"{'early' if early else 'submit'}:{name}", f"Iesniegts {self._named(name)}",
            applications=(*self.desk.applications, sent), page="mine", at="",
            drafts={each: kept for each, kept in self.desk.drafts.items() if each != name},
            note=f"Pieteikums «{service['title']}» ir nosūtīts. Te redzēsi, kā tas virzās.", tone="ok",
        )  # fmt: skip

    def wait(self) -> Desk:
        if not any(each.stage in NEXT for each in self.desk.applications):
            return replace(self.desk, note="Nav nekā, ko gaidīt: neviens pieteikums vairs nav ceļā.", tone="stop")
        moved = tuple(replace(each, stage=_after_waiting(each)) for each in self.desk.applications)
        return self._went("wait", "Gaidīšana", applications=moved, note=_news(moved), tone="ok")

    def withdraw(self, action: Action) -> Desk:
        place = action.get("application")
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(self.desk.applications):
            raise InvalidAnswer("Šāda pieteikuma nav. Izvēlies no redzamā.")
        chosen = self.desk.applications[place]
        if chosen.stage not in NEXT:
            return replace(self.desk, note="Šo pieteikumu atsaukt vairs nevar.", tone="stop")
        changed = list(self.desk.applications)
        changed[place] = replace(chosen, stage="withdrawn")
        return self._went(
            f"withdraw:{chosen.service}", f"Atsaukts {self._named(chosen.service)}",
            applications=tuple(changed), note="Pieteikums ir atsaukts.", tone="ok",
        )  # fmt: skip

    def say(self, action: Action) -> Desk:
        steps = _by_id(self.task["talk"]["steps"]) if self.task["talk"] else {}
        name = one_of(action, "step", steps, "sarunas solis")
        options = _by_id(steps[name]["options"])
        chosen = one_of(action, "option", options, "atbilde")
        before = self.desk.said.get(name, ())
        if not steps[name]["many"]:
            if before == (chosen,):
                return self.desk
            after: tuple[str, ...] = (chosen,)
        else:
            after = tuple(each for each in before if each != chosen) if chosen in before else (*before, chosen)
        text = f"{'Atcelts' if chosen in before else 'Izvēlēts'}: {options[chosen]['text']}"
        return self._went(f"say:{name}:{chosen}", text, said={**self.desk.said, name: after})


CANNOT = {
    "self": "Klientam nav līdzekļa, ar ko ienākt portālā. Svešu karti un kodus nelieto.",
    "company": "Šis klients portālā nepārstāv nevienu uzņēmumu.",
    "authorised": "Portālā nav pilnvarojuma, ar ko tu varētu rīkoties šī klienta vietā.",
}


ANOTHER_ROLE = "Lai mainītu lomu, nospied «Iziet» un ienāc vēlreiz."


def wrong_role(service: Mapping[str, Any], role: str) -> str:
    if role == "authorised":
        return f"Pakalpojums nav pieejams pilnvarotajām personām. {ANOTHER_ROLE}"
    allowed = listed([ROLE_NAMES[each] for each in service["roles"]])
    return f"Šajā lomā ({ROLE_NAMES[role]}) pakalpojumu pieprasīt nevar. To var: {allowed}. {ANOTHER_ROLE}"


def _too_much(service: Mapping[str, Any], paper: Mapping[str, Any], draft: Draft) -> str | None:
    if len(draft.files) >= service["max_files"]:
        return f"Vairāk datņu šim pakalpojumam pievienot nevar (drīkst {service['max_files']})."
    if paper["mb"] > service["max_mb"]:
        return f"Datne «{paper['text']}» ir par lielu: drīkst būt līdz {service['max_mb']} MB."
    return None


def _after_waiting(application: Application) -> Stage:
    if application.stage == "looked" and application.early:
        return "refused"
    return NEXT.get(application.stage, application.stage)


def _news(applications: Iterable[Application]) -> str:
    """What the client sees after waiting."""
    if any(each.stage in NEXT for each in applications):
        return "Pagājušas dažas dienas: iestāde pieteikumu izskata. Atbilde vēl jāgaida."
    return "Pagājušas vēl dažas dienas: atbilde ir klāt."


def _seconds(action: Action) -> int | None:
    t = action.get("t")
    return min(max(t, 0), LONGEST) if isinstance(t, int) and not isinstance(t, bool) else None


def _by_id(pieces: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {each["id"]: each for each in pieces}


def _without_facts(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "facts"}


# ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=2048)  # what is typed must not stay for ever
def fold(text: str) -> tuple[str, ...]:
    """Words in small letters without marks: «Bērna pabalsts» and «berna pabalsts» are the same."""
    plain = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    return tuple(letters.split())


def _stem(word: str) -> str:
    # Latvian endings: «pārcēlos», «pārcelšanās» share their beginning.
    return word[: max(4, len(word) - 3)] if len(word) > 4 else word


def ranked(text: str, pieces: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Ids of the services or situations in which all the words occur, best first; if there is none, at least half.

    A word counts most in the title, less among the words people type, least in the rest.
    """
    wanted = [_stem(word) for word in fold(text) if len(word) > 2] or list(fold(text))
    scored: list[tuple[int, int, str]] = []
    most = 0
    for place, piece in enumerate(pieces):
        heard = (
            (8, fold(piece["title"])),
            (5, fold(" ".join(piece["words"]))),
            (3, fold(piece.get("institution", ""))),
            (1, fold(piece["about"])),
        )
        weights = [
            next((weight for weight, words in heard if any(word.startswith(stem) for word in words)), 0)
            for stem in wanted
        ]
        met = sum(map(bool, weights))
        if weights and 2 * met >= len(weights):
            if met == len(weights) > most:
                scored, most = [], met  # what has only half of the words is noise now
            if met >= most:
                scored.append((-sum(weights), place, piece["id"]))
    return (name for _, _, name in sorted(scored))


# ── goals, and the way to them ──────────────────────────────────────────────────────────────────────────────────────


def _standing(desk: Desk, service: str) -> Iterator[tuple[int, Application]]:
    for place, each in enumerate(desk.applications):
        if each.service == service and each.stage in STANDING and not each.early:
            yield place, each


def _judged(goal: Mapping[str, Any], desk: Desk) -> bool:
    if goal["applied"]:
        return any(
            (not goal["role"] or each.role == goal["role"]) and _filled(goal, each)
            for _, each in _standing(desk, goal["applied"])
        )
    if goal["before"]:
        first, second = (list(_standing(desk, name)) for name in goal["before"])
        return bool(first and second) and first[0][0] < second[0][0]
    if goal["only"]:
        return {each.service for each in desk.applications if each.stage in STANDING} == set(goal["only"])
    if goal["done"]:
        return any(each.stage == "done" for _, each in _standing(desk, goal["done"]))
    return all(set(desk.said.get(step, ())) == set(wanted) for step, wanted in goal["said"].items())


def _filled(goal: Mapping[str, Any], application: Application) -> bool:
    """Whether the form says what the goal asks for."""
    rightly = all(application.fields.get(name) in wanted for name, wanted in goal["fields"].items())
    return rightly and set(goal["files"]) <= set(application.files)


def _way(task: Mapping[str, Any], desk: Desk) -> Iterator[Step]:
    """The steps taken; an application sent with a wrong form is a step that no way needs, and says so."""
    sent = iter(desk.applications)
    for step in desk.trail:
        if step.key.startswith(("submit:", "early:")):
            application = next(sent)
            asked = [goal for goal in task["goals"] if goal["applied"] == application.service]
            if not all(_filled(goal, application) for goal in asked):
                yield replace(step, key=f"misfilled:{application.service}", text=f"{step.text} – {MISFILLED}")
                continue
        yield step


def _open_steps(task: Mapping[str, Any], desk: Desk) -> list[str]:
    return [step["id"] for step in task["talk"]["steps"] if not desk.said.get(step["id"])]


def _told_not_judged(task: Mapping[str, Any], desk: Desk) -> Feedback:
    if _open_steps(task, desk):
        return Feedback("partly", "Saruna vēl nav galā.", ("Izvēlies atbildi katrā sarunas solī.",))
    # Nobody judged it, so it carries no tick, whatever was said.
    return Feedback(
        "unsure", "Saruna ir izspēlēta. Punktu par to nav; salīdzini savas atbildes ar šo.", tuple(task["known"])
    )


def _way_to_goals(scenario: Scenario, task: Mapping[str, Any]) -> Iterator[Action]:
    """The shortest way: each thing wanted, in the order in which the goals stand."""
    services = _by_id(scenario["services"])
    wanted: dict[str, dict[str, Any]] = {}
    for goal in task["goals"]:
        for name in [goal["applied"], goal["done"], *(goal["before"] or ()), *goal["only"]]:
            if name:
                wanted.setdefault(name, {"role": None, "fields": {}, "files": []})
        if goal["applied"]:
            found = wanted[goal["applied"]]
            found["role"] = goal["role"] or found["role"]
            found["fields"] |= {name: values[0] for name, values in goal["fields"].items()}
            found["files"] += [file for file in goal["files"] if file not in found["files"]]
    role = None
    for name, how in wanted.items():
        service = services[name]
        yield {"do": "search", "text": service["title"]}
        yield {"do": "service", "service": name}
        needed = how["role"] or next(each for each in task["client"]["can"] if each in service["roles"])
        if needed != role:
            yield {"do": "enter", "role": needed}
            role = needed
        yield {"do": "request", "service": name}
        yield {"do": "accept", "on": True}
        for each in service["fields"]:
            text = "Teksts" if each["kind"] == "text" else each["options"][0]["id"]
            yield {"do": "fill", "field": each["id"], "value": how["fields"].get(each["id"], text)}
        for file in how["files"]:
            yield {"do": "attach", "file": file}
        yield {"do": "submit"}
    if any(goal["done"] for goal in task["goals"]):
        yield from ({"do": "wait"}, {"do": "wait"})
    said = {step: options for goal in task["goals"] for step, options in goal["said"].items()}
    for step in task["talk"]["steps"] if task["talk"] else ():
        asked = not task["judged"]
        for option in said.get(step["id"], (step["options"][0]["id"],) if asked else ()):
            yield {"do": "say", "step": step["id"], "option": option}


def compare(taken: Sequence[Step], shortest: Sequence[Step]) -> tuple[list[tuple[Step, bool]], int | None]:
    """Each step taken with whether it led aside, and where the first such step is.

    Aside is what the shortest way does not have, or not once more. Searching, looking around and waiting never are.
    """
    left = Counter(step.key for step in shortest)
    way: list[tuple[Step, bool]] = []
    for step in taken:
        way.append((step, step.key not in LOOKING and left[step.key] <= 0))
        left[step.key] -= 1
    return way, next((place for place, (_, out) in enumerate(way) if out), None)


def _application_told(scenario: Scenario, task: Mapping[str, Any], application: Application) -> str:
    service = _by_id(scenario["services"])[application.service]
    said = [f"loma: {ROLE_NAMES[application.role]}"]
    for each in service["fields"]:
        value = application.fields[each["id"]]
        said.append(f"{each['label']}: {_by_id(each['options'])[value]['text'] if each['options'] else value}")
    if application.files:
        papers = _by_id(task["papers"])
        said.append(f"pielikumi: {listed([papers[file]['text'] for file in application.files])}")
    return f"Pieteikums «{service['title']}» ({STAGE_NAMES[application.stage].lower()}): {'; '.join(said)}"


def _about_the_way(way: Sequence[tuple[Step, bool]], aside: int | None, shortest: int) -> str:
    if not way:
        return "Portālā vēl nekas nav darīts."
    taken = f"Tavs ceļš: {counted(len(way), 'solis', 'soļi')}; īsākais ceļš: {shortest}."
    if aside is None:
        return f"{taken} Līkumu nebija."
    return f"{taken} Pirmais līkums sākās {aside + 1}. solī: {way[aside][0].text.rstrip('.')}."
