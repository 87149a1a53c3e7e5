"""«Personas dati»: black out what tells who somebody is, choose legal grounds, order what follows a data breach.

Actions (``do`` and its fields)::

    cover, uncover  document, phrase
    check           document
    pair            pairs               every pairing chosen so far
    check_grounds
    order           steps               every step exactly once
    check_order

A scenario has documents, grounds, steps, or any of these. A change after checking is a new try.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    read_order,
    unknown,
    verb,
)
from lideri.practice.mailbox import Steps

GROUNDS, STEPS = "grounds", "steps"  # the parts that are no document


# ── the scenario's file ─────────────────────────────────────────────────────────────────────────────────────────────


class Phrase(Frozen):
    """Without ``id`` it is plain text. ``hide``: it has to be blacked out; ``why``: why it has to, or has not."""

    text: Text
    id: Identifier | None = None
    hide: bool = False
    why: str = ""


class Document(Frozen):
    """``task``: who will get it, and so what must stay readable."""

    id: Identifier
    look: Literal["letter", "email", "list", "photo", "contract"]
    title: Text
    task: Text
    heading: Text
    lines: Annotated[tuple[tuple[Phrase, ...], ...], Field(min_length=1, max_length=20)]
    verdict: Text
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _phrases_can_be_judged(self) -> Self:
        phrases = [phrase for line in self.lines for phrase in line if phrase.id is not None]
        if len({phrase.id for phrase in phrases}) != len(phrases):
            raise ValueError(f"dokumentā {self.id} frāžu id atkārtojas")
        if not any(phrase.hide for phrase in phrases) or all(phrase.hide for phrase in phrases):
            raise ValueError(f"dokumentā {self.id} vajag gan aizklājamas, gan paliekošas frāzes")
        for phrase in phrases:
            if not phrase.why:
                raise ValueError(f"dokumentā {self.id} frāzei {phrase.id} vajag «why»")
        return self


class Processing(Frozen):
    """Something that is done with personal data; ``ground`` is its legal ground."""

    id: Identifier
    text: Text
    ground: Identifier
    why: Text


class Grounds(Frozen):
    stem: Text
    grounds: Annotated[tuple[Piece, ...], Field(min_length=2, max_length=8)]
    processings: Annotated[tuple[Processing, ...], Field(min_length=2, max_length=8)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_processing_has_its_ground(self) -> Self:
        known = {each.id for each in self.grounds}
        if len({each.id for each in self.processings}) != len(self.processings):
            raise ValueError("tiesisko pamatu sarakstā apstrādes id atkārtojas")
        for each in self.processings:
            if each.ground not in known:
                raise ValueError(f"apstrādei {each.id} nav pamata «{each.ground}»; tam jābūt sarakstā «grounds»")
        return self


class BreachSteps(Steps):
    """``verdict`` is said when they stand in order."""

    verdict: Text


class PrivacyScenario(PlaceScenario):
    kind: Literal["privacy"]
    documents: Annotated[tuple[Document, ...], Field(max_length=8)] = ()
    grounds: Grounds | None = None
    steps: BreachSteps | None = None

    @model_validator(mode="after")
    def _has_parts(self) -> Self:
        names = [document.id for document in self.documents]
        if len(set(names)) != len(names) or {GROUNDS, STEPS} & set(names):
            raise ValueError(
                f"dokumentu id nedrīkst atkārtoties, un dokumentu nedrīkst saukt «{GROUNDS}» vai «{STEPS}»"
            )
        if not (self.documents or self.grounds or self.steps):
            raise ValueError("vajag vismaz vienu dokumentu, «grounds» vai «steps»")
        return self


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PrivacyState:
    """``covered``: document → phrases, as they stand in it; ``checked`` and ``done`` name parts."""

    covered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pairs: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    last: str | None = None

    def changed(self, part: str, **changes: Any) -> PrivacyState:
        """``part`` is a new try; its feedback no longer stands."""
        checked = tuple(each for each in self.checked if each != part)
        return replace(self, checked=checked, last=None if self.last == part else self.last, **changes)

    def with_checked(self, part: str) -> PrivacyState:
        checked = self.checked if part in self.checked else (*self.checked, part)
        return replace(self, checked=checked, done=self.done if part in self.done else (*self.done, part), last=part)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


# ── the machine ─────────────────────────────────────────────────────────────────────────────────────────────────────


class PrivacyMachine(Machine[PrivacyState]):
    kind = "privacy"

    def start(self, scenario: Scenario) -> PrivacyState:
        return PrivacyState()

    def apply(self, scenario: Scenario, state: PrivacyState, action: Action) -> PrivacyState:
        match verb(action):
            case "cover" | "uncover" as do:
                document = _document(scenario, action)
                phrases = [phrase["id"] for phrase in _phrases(document)]
                phrase = one_of(action, "phrase", phrases, "frāze")
                before = set(state.covered.get(document["id"], ()))
                after = before | {phrase} if do == "cover" else before - {phrase}
                # In the document's order, so that the same bars always make the same state.
                covered = {**state.covered, document["id"]: tuple(each for each in phrases if each in after)}
                return state.changed(document["id"], covered=covered)
            case "check":
                document = _document(scenario, action)
                if not state.covered.get(document["id"]):
                    raise InvalidAnswer("Vispirms aizklāj to, pēc kā var pazīt cilvēku.")
                return state.with_checked(document["id"])
            case "pair":
                return state.changed(GROUNDS, pairs=_pairs(_part(scenario, GROUNDS), action))
            case "check_grounds":
                part = _part(scenario, GROUNDS)
                if len(state.pairs) < len(part["processings"]):
                    raise InvalidAnswer("Vispirms izvēlies pamatu katrai rindai.")
                return state.with_checked(GROUNDS)
            case "order":
                return state.changed(STEPS, order=read_order(action, _part(scenario, STEPS)["pieces"]))
            case "check_order":
                _part(scenario, STEPS)
                if not state.order:
                    raise InvalidAnswer("Vispirms saliec soļus secībā, tad pārbaudi.")
                return state.with_checked(STEPS)
            case do:
                raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        grounds, steps = scenario["grounds"], scenario["steps"]
        return {
            **heading(scenario),
            "documents": [
                {
                    **{name: document[name] for name in ("id", "look", "title", "task", "heading")},
                    "lines": [
                        [{"id": phrase["id"], "text": phrase["text"]} for phrase in line] for line in document["lines"]
                    ],
                }
                for document in scenario["documents"]
            ],
            "grounds": grounds
            and {
                "stem": grounds["stem"],
                "grounds": [{"id": each["id"], "text": each["text"]} for each in grounds["grounds"]],
                "processings": [{"id": each["id"], "text": each["text"]} for each in grounds["processings"]],
            },
            # Sorted by id: the file may well list the steps in the right order.
            "steps": steps
            and {
                "situation": steps["situation"],
                "pieces": sorted(
                    ({"id": piece["id"], "text": piece["text"]} for piece in steps["pieces"]),
                    key=lambda piece: str(piece["id"]),
                ),
            },
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        documents = tuple(document["id"] for document in scenario["documents"])
        return (*documents, *(part for part in (GROUNDS, STEPS) if scenario[part]))

    def done(self, state: PrivacyState) -> tuple[str, ...]:
        return state.done

    def checked(self, scenario: Scenario, state: PrivacyState) -> tuple[str, ...]:
        return tuple(part for part in self.parts(scenario) if part in state.checked)

    def last(self, state: PrivacyState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Pārbaudīts: {done} no {total}"

    def feedback(self, scenario: Scenario, state: PrivacyState, about: str) -> Feedback:
        if about not in self.parts(scenario):
            raise InvalidAnswer(f"Šajā uzdevumā nav daļas «{about[:40]}». Izvēlies kādu no redzamajām.")
        if about not in state.checked:
            raise InvalidAnswer("Šī daļa vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt».")
        if about == GROUNDS:
            return _judge_grounds(scenario[GROUNDS], state.pairs)
        if about == STEPS:
            return _judge_order(scenario[STEPS], state.order)
        return _judge_document(_document(scenario, {"document": about}), set(state.covered.get(about, ())))

    def goals(self, scenario: Scenario, state: PrivacyState) -> tuple[Goal, ...]:
        goals = [
            Goal(document["id"], document["title"], _share(document, set(state.covered.get(document["id"], ()))), why)
            for document in scenario["documents"]
            for why in [document["verdict"]]
        ]
        if grounds := scenario[GROUNDS]:
            goals += [
                Goal(f"{GROUNDS}.{each['id']}", each["text"], float(state.pairs.get(each["id"]) == each["ground"]), why)
                for each in grounds["processings"]
                for why in [each["why"]]
            ]
        if steps := scenario[STEPS]:
            places = allowed_places(steps["key"])
            goals += [
                Goal(f"{STEPS}.{piece['id']}", piece["text"], float(_stands(state.order, piece["id"], places)), why)
                for piece in steps["pieces"]
                for why in [piece["why"]]
            ]
        return tuple(goals)

    def told(self, scenario: Scenario, state: PrivacyState) -> list[str]:
        lines = []
        for document in scenario["documents"]:
            covered = state.covered.get(document["id"], ())
            if words := [f"«{phrase['text']}»" for phrase in _phrases(document) if phrase["id"] in covered]:
                lines.append(f"«{document['title']}»: aizklāja {', '.join(words)}")
        if grounds := scenario[GROUNDS]:
            names = {each["id"]: each["text"] for each in grounds["grounds"]}
            chosen = [each for each in grounds["processings"] if each["id"] in state.pairs]
            lines += [f"{each['text']} – {names[state.pairs[each['id']]]}" for each in chosen]
        if state.order and scenario[STEPS]:
            words = [
                piece["text"] for step in state.order for piece in scenario[STEPS]["pieces"] if piece["id"] == step
            ]
            lines.append(f"Secība: {'; '.join(words)}")
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        actions: list[Action] = []
        for document in scenario["documents"]:
            hidden = [phrase["id"] for phrase in _phrases(document) if phrase["hide"]]
            actions += [{"do": "cover", "document": document["id"], "phrase": phrase} for phrase in hidden]
            actions.append({"do": "check", "document": document["id"]})
        if grounds := scenario[GROUNDS]:
            pairs = {each["id"]: each["ground"] for each in grounds["processings"]}
            actions += [{"do": "pair", "pairs": pairs}, {"do": "check_grounds"}]
        if steps := scenario[STEPS]:
            order = [step for group in steps["key"] for step in group]
            actions += [{"do": "order", "steps": order}, {"do": "check_order"}]
        return tuple(actions)


# ── reading actions ─────────────────────────────────────────────────────────────────────────────────────────────────


def _document(scenario: Scenario, action: Action) -> Scenario:
    name = one_of(action, "document", (document["id"] for document in scenario["documents"]), "dokuments")
    found: Scenario = next(document for document in scenario["documents"] if document["id"] == name)
    return found


def _phrases(document: Scenario) -> list[Scenario]:
    """Those that can be blacked out."""
    return [phrase for line in document["lines"] for phrase in line if phrase["id"] is not None]


def _part(scenario: Scenario, part: str) -> Scenario:
    found: Scenario | None = scenario[part]
    if found is None:
        raise InvalidAnswer("Šajā uzdevumā tādas daļas nav. Pārlādē lapu un mēģini vēlreiz.")
    return found


def _pairs(part: Scenario, action: Action) -> dict[str, str]:
    pairs = action.get("pairs")
    if not isinstance(pairs, Mapping):
        raise InvalidAnswer("Savienojumu nevarēja nolasīt. Pārlādē lapu un mēģini vēlreiz.")
    left, right = {each["id"] for each in part["processings"]}, {each["id"] for each in part["grounds"]}
    if not set(pairs) <= left or not all(isinstance(ground, str) and ground in right for ground in pairs.values()):
        raise InvalidAnswer("Tādas rindas vai tāda pamata šajā uzdevumā nav. Izvēlies no redzamā.")
    return {each["id"]: pairs[each["id"]] for each in part["processings"] if each["id"] in pairs}


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _share(document: Scenario, covered: set[str]) -> float:
    """Rightly covered less wrongly covered, of all that has to be covered; never below zero."""
    hidden = {phrase["id"] for phrase in _phrases(document) if phrase["hide"]}
    return max(0.0, (len(covered & hidden) - len(covered - hidden)) / len(hidden))


def _stands(order: Sequence[str], step: str, places: Mapping[str, range]) -> bool:
    return step in order and list(order).index(step) in places[step]


def _judge_document(document: Scenario, covered: set[str]) -> Feedback:
    """A mark for each covered phrase and each that should have been; «partly» is what stayed readable."""
    marks: dict[str, Mark] = {}
    for phrase in _phrases(document):
        if phrase["id"] in covered:
            marks[phrase["id"]] = Mark("right" if phrase["hide"] else "wrong", phrase["why"])
        elif phrase["hide"]:
            marks[phrase["id"]] = Mark("partly", phrase["why"])
    outcomes = [mark.outcome for mark in marks.values()]
    if set(outcomes) == {"right"}:
        return Feedback(
            "right", "Pareizi. Cilvēku vairs nevar pazīt, un vajadzīgais ir lasāms.", (document["verdict"],), marks
        )
    body = []
    if left := outcomes.count("partly"):
        body.append(f"Vēl redzami personas dati: {left}.")
    if lost := outcomes.count("wrong"):
        body.append(f"Aizklāts arī tas, kam jāpaliek lasāmam: {lost}.")
    outcome: Outcome = "partly" if "right" in outcomes else "wrong"
    title = "Daļēji pareizi." if outcome == "partly" else "Vēl ne."
    return Feedback(outcome, title, (*body, "Izlasi paskaidrojumus, izlabo un pārbaudi vēlreiz."), marks)


def _judge_grounds(part: Scenario, pairs: Mapping[str, str]) -> Feedback:
    marks = {
        each["id"]: Mark("right" if pairs.get(each["id"]) == each["ground"] else "wrong", each["why"])
        for each in part["processings"]
    }
    right = sum(mark.outcome == "right" for mark in marks.values())
    if right == len(marks):
        return Feedback("right", "Pareizi. Katram gadījumam ir savs pamats.", (), marks)
    body = ("Izlasi paskaidrojumu pie katras nepareizās rindas un izvēlies vēlreiz.",)
    return Feedback("partly" if right else "wrong", f"Pareizi: {right} no {len(marks)}.", body, marks)


def _judge_order(part: Scenario, order: Sequence[str]) -> Feedback:
    places = allowed_places(part["key"])
    why = {piece["id"]: piece["why"] for piece in part["pieces"]}
    marks = {step: Mark("right" if _stands(order, step, places) else "wrong", why[step]) for step in order}
    right = sum(mark.outcome == "right" for mark in marks.values())
    if right == len(order):
        return Feedback("right", "Pareizi. Tieši tādā secībā.", (part["verdict"],), marks)
    body = ("Izlasi paskaidrojumus, pārkārto un pārbaudi vēlreiz.",)
    return Feedback("partly" if right else "wrong", f"Savā vietā: {right} no {len(order)}.", body, marks)
