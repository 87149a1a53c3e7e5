"""«Pārbaudi, pirms tici»: made-up pages and answers of an AI tool, checked by SIFT before one believes them.

Actions (``do``, ``page`` and their fields)::

    look            look                reads to the end, looks for the author, the date, the picture's origin …
    mark, unmark    sign                what decided it; on an AI tool's answer: what the tool invented
    decide          decision            trust | distrust | ask
    check

A change after checking is a new try. A decision without a look is state like any other; what is said about it names
the looks and gives nothing away. «ask» is safe: never wrong, never everything. Marks count only where one has looked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.errors import InvalidAnswer
from lideri.practice.domains import host_of
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
    unknown,
    verb,
)

Tool = Literal["read", "author", "date", "picture", "coverage", "original", "source"]
TOOLS: Mapping[Tool, str] = MappingProxyType(
    {
        "read": "Apstāties un izlasīt līdz galam",
        "author": "Noskaidrot, kas to publicē",
        "date": "Apskatīt datumu",
        "picture": "Sameklēt, kur šis attēls jau redzēts",
        "coverage": "Paskatīties, ko raksta citi",
        "original": "Atrast oriģinālu",
        "source": "Atvērt avotu",
    }
)
# After «apskati arī»: what was not looked at, in the accusative.
UNSEEN: Mapping[Tool, str] = MappingProxyType(
    {
        "read": "tekstu līdz galam",
        "author": "autoru",
        "date": "datumu",
        "picture": "attēla izcelsmi",
        "coverage": "citu rakstīto",
        "original": "oriģinālu",
        "source": "rīka nosauktos avotus",
    }
)
SUBJECTS: Mapping[str, str] = MappingProxyType({"answer": "Šai atbildei", "post": "Šim ierakstam"})
DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        "trust": "Var ticēt",
        "distrust": "Nevar ticēt",
        "ask": "Vēl nezinu – pajautāšu pirmavotam",
    }
)
DECISIONS_ON_ANSWER: Mapping[str, str] = MappingProxyType(
    {
        "trust": "Var ticēt, to var stāstīt klientam",
        "distrust": "Nevar ticēt, tādu klientam nedošu",
        "ask": "Vēl nezinu – pajautāšu pirmavotam",
    }
)


# ── the scenario's file ─────────────────────────────────────────────────────────────────────────────────────────────


class Picture(Frozen):
    """One of the drawings the page knows; ``alt`` says what is to be seen."""

    drawing: Literal["flood", "bottle", "building"]
    alt: Text


class Result(Frozen):
    """One thing that a look finds. ``picture``: the page's picture stands beside it."""

    name: str = ""
    address: str = ""
    date: str = ""
    text: Text
    picture: bool = False


class Look(Frozen):
    """``needed``: without it the page was not checked. ``official``: the real source one would ask, from a fact."""

    id: Identifier
    tool: Tool
    results: Annotated[tuple[Result, ...], Field(min_length=1, max_length=6)]
    official: str = ""
    needed: bool = False


class Sign(Frozen):
    """``sign``: it decides; ``look``: where one sees that. ``text`` must not tell what the look finds."""

    id: Identifier
    text: Text
    sign: bool
    look: Identifier | None = None
    why: Text


class SiftPage(Frozen):
    """``text`` is what one sees at first; the rest stands in a look with the tool «read».

    On an answer of an AI tool the signs are its claims, and those that it invented have ``sign: true``.
    """

    id: Identifier
    look: Literal["article", "advice", "post", "institution", "answer"]
    title: Text
    task: Text
    site: Text
    address: str = ""
    headline: Text
    picture: Picture | None = None
    text: Annotated[tuple[Text, ...], Field(max_length=6)] = ()
    looks: Annotated[tuple[Look, ...], Field(min_length=1, max_length=8)]
    signs: Annotated[tuple[Sign, ...], Field(min_length=3, max_length=10)]
    trust: bool
    verdict: Text
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        looks = [look.id for look in self.looks]
        if len(set(looks)) != len(looks) or len({sign.id for sign in self.signs}) != len(self.signs):
            raise ValueError(f"lapā {self.id} apskates vai pazīmes id atkārtojas")
        if not any(look.needed for look in self.looks):
            raise ValueError(f"lapā {self.id} vismaz vienai apskatei vajag «needed: true»")
        for sign in self.signs:
            if sign.look is not None and sign.look not in looks:
                raise ValueError(f"lapā {self.id} pazīmei {sign.id} nav apskates «{sign.look}»")
            if sign.sign and sign.look is None:
                raise ValueError(f"lapā {self.id} pazīme {sign.id} izšķir, tāpēc tai vajag «look»: kur to redz")
        if not any(sign.sign for sign in self.signs):
            raise ValueError(f"lapā {self.id} vismaz vienai pazīmei vajag «sign: true»")
        if self.look == "answer" and self.trust:
            raise ValueError(f"atbildē {self.id} ir izdomāti apgalvojumi, tāpēc «trust» ir false")
        for address in (self.address, *(result.address for look in self.looks for result in look.results)):
            if address and not host_of(address).endswith(".example"):
                raise ValueError(f"lapā {self.id} adresei «{address}» jābeidzas ar .example")
        if self.picture is None and any(look.tool == "picture" for look in self.looks):
            raise ValueError(f"lapā {self.id} nav attēla, ko meklēt")
        return self


class SiftScenario(PlaceScenario):
    kind: Literal["sift"]
    pages: Annotated[tuple[SiftPage, ...], Field(min_length=1, max_length=8)]

    @model_validator(mode="after")
    def _each_page_once(self) -> Self:
        if len({page.id for page in self.pages}) != len(self.pages):
            raise ValueError("lapu id nedrīkst atkārtoties")
        return self


# ── state ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PageState:
    """``tries`` counts checks with at least one look before them."""

    looked: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    decision: str | None = None
    checked: bool = False
    tries: int = 0


@dataclass(frozen=True)
class SiftState:
    """``pages`` holds only those on which something was done."""

    pages: Mapping[str, PageState] = field(default_factory=dict)
    last: str | None = None

    def page(self, name: str) -> PageState:
        return self.pages.get(name, PageState())

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


# ── the machine ─────────────────────────────────────────────────────────────────────────────────────────────────────


class SiftMachine(Machine[SiftState]):
    kind = "sift"

    def start(self, scenario: Scenario) -> SiftState:
        return SiftState()

    def apply(self, scenario: Scenario, state: SiftState, action: Action) -> SiftState:
        do = verb(action)
        if do not in {"look", "mark", "unmark", "decide", "check"}:
            raise unknown(do)
        name = one_of(action, "page", (page["id"] for page in scenario["pages"]), "lapa")
        page, now = _page(scenario, name), state.page(name)
        if do == "look":
            look = one_of(action, "look", (each["id"] for each in page["looks"]), "apskate")
            # Looking changes no answer, so what was checked stays so; a check before any look was none.
            looked = _in_order(page["looks"], {*now.looked, look})
            return replace(
                state,
                pages={**state.pages, name: replace(now, looked=looked, checked=now.checked and bool(now.looked))},
            )
        if do == "check":
            if now.decision is None:
                raise InvalidAnswer("Vispirms izlem, vai var ticēt.")
            tries = now.tries + 1 if now.looked and not now.checked else now.tries
            after = replace(now, checked=True, tries=tries)
            return SiftState({**state.pages, name: after}, last=name)
        if do == "decide":
            after = replace(now, decision=one_of(action, "decision", DECISIONS, "lēmums"), checked=False)
        else:
            sign = one_of(action, "sign", (each["id"] for each in page["signs"]), "pazīme")
            marked = {*now.marked, sign} if do == "mark" else {*now.marked} - {sign}
            after = replace(now, marked=_in_order(page["signs"], marked), checked=False)
        return SiftState({**state.pages, name: after}, last=None if state.last == name else state.last)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        """What a look finds is in it: looking is for the trainee to do."""
        return {
            **heading(scenario),
            "pages": [
                {
                    **{
                        name: page[name]
                        for name in ("id", "look", "title", "task", "site", "address", "headline", "picture", "text")
                    },
                    "looks": [
                        {
                            **{name: look[name] for name in ("id", "tool", "results", "official")},
                            "text": TOOLS[look["tool"]],
                        }
                        for look in page["looks"]
                    ],
                    "signs": [
                        {"id": sign["id"], "text": sign["text"]}
                        | ({"look": sign["look"]} if page["look"] == "answer" else {})
                        for sign in page["signs"]
                    ],
                    "decisions": [{"id": name, "text": text} for name, text in _decisions(page).items()],
                }
                for page in scenario["pages"]
            ],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(page["id"] for page in scenario["pages"])

    def done(self, state: SiftState) -> tuple[str, ...]:
        return tuple(name for name, page in state.pages.items() if page.tries)

    def checked(self, scenario: Scenario, state: SiftState) -> tuple[str, ...]:
        return tuple(part for part in self.parts(scenario) if state.page(part).checked)

    def last(self, state: SiftState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Pārbaudīts: {done} no {total}"

    def feedback(self, scenario: Scenario, state: SiftState, about: str) -> Feedback:
        if about not in self.parts(scenario):
            raise InvalidAnswer(f"Šajā uzdevumā nav lapas «{about[:40]}». Izvēlies kādu no redzamajām.")
        if not state.page(about).checked:
            raise InvalidAnswer("Šī lapa vēl nav pārbaudīta. Vispirms nospied «Pārbaudīt».")
        return _judge(_page(scenario, about), state.page(about))

    def goals(self, scenario: Scenario, state: SiftState) -> tuple[Goal, ...]:
        return tuple(goal for page in scenario["pages"] for goal in _goals(page, state.page(page["id"])))

    def told(self, scenario: Scenario, state: SiftState) -> list[str]:
        lines = []
        for page in scenario["pages"]:
            now, before = state.page(page["id"]), f"«{page['title']}»: "
            if now.looked:
                seen = [look["tool"] for look in page["looks"] if look["id"] in now.looked]
                lines.append(f"{before}apskatīja {listed([UNSEEN[tool] for tool in dict.fromkeys(seen)])}")
            if now.decision:
                lines.append(f"{before}izlēma «{_decisions(page)[now.decision]}»")
            if marked := [sign["text"] for sign in page["signs"] if sign["id"] in now.marked]:
                lines.append(f"{before}atzīmēja {listed([f'«{text}»' for text in marked])}")
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        return tuple(
            {"page": page["id"], **action}
            for page in scenario["pages"]
            for action in (
                *({"do": "look", "look": look["id"]} for look in page["looks"]),
                *({"do": "mark", "sign": sign["id"]} for sign in page["signs"] if sign["sign"]),
                {"do": "decide", "decision": "trust" if page["trust"] else "distrust"},
                {"do": "check"},
            )
        )


def _page(scenario: Scenario, name: str) -> Scenario:
    found: Scenario = next(page for page in scenario["pages"] if page["id"] == name)
    return found


def _in_order(pieces: Any, chosen: set[str]) -> tuple[str, ...]:
    """In the page's order, so that the same choices always make the same state."""
    return tuple(piece["id"] for piece in pieces if piece["id"] in chosen)


def _decisions(page: Scenario) -> Mapping[str, str]:
    return DECISIONS_ON_ANSWER if page["look"] == "answer" else DECISIONS


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _unseen(page: Scenario, now: PageState, *, all_looks: bool = False) -> str:
    """What was not looked at, for «apskati …»; empty when every needed look was done."""
    tools = [look["tool"] for look in page["looks"] if (all_looks or look["needed"]) and look["id"] not in now.looked]
    return listed([UNSEEN[tool] for tool in dict.fromkeys(tools)])


def _decides(page: Scenario) -> list[str]:
    return [sign["id"] for sign in page["signs"] if sign["sign"]]


def _judge(page: Scenario, now: PageState) -> Feedback:
    if not now.looked:
        first = f"Vispirms apskati {_unseen(page, now, all_looks=True)}. Tad izlem vēlreiz."
        body = ("Varbūt nojauta neviļ, bet klientam vajag pamatu.", first)
        return Feedback("unsure", "Vēl nevar spriest: nekas nav apskatīts.", body)
    unseen = _unseen(page, now)
    tip = (f"Nākamreiz apskati arī {unseen}.",) if unseen else ()
    truth = "var ticēt" if page["trust"] else "nevar ticēt"
    subject = SUBJECTS.get(page["look"], "Šai lapai")
    if now.decision == "ask":
        body = (page["verdict"], *tip)
        return Feedback("partly", f"Droša izvēle. {subject} {truth}.", body, _marks(page, now, missed=True))
    if (now.decision == "trust") is not page["trust"]:
        if now.tries < 2:
            first = f"Apskati arī {unseen}." if unseen else "Pārlasi, ko atradi."
            return Feedback("wrong", "Vēl ne.", (f"{first} Tad izlem vēlreiz.",))
        return Feedback("wrong", f"{subject} {truth}.", (page["verdict"], *tip), _marks(page, now, missed=True))
    marks = _marks(page, now, missed=True)
    if set(now.marked) == set(_decides(page)) and not unseen:
        return Feedback("right", f"Pareizi. {subject} {truth}.", (page["verdict"],), marks)
    invented = page["look"] == "answer"
    missing = "Palasi pie atzīmēm, ko rīks izdomājis." if invented else "Palasi pie atzīmēm, kas to izšķīra."
    note = () if set(now.marked) == set(_decides(page)) else (missing,)
    return Feedback("partly", f"Lēmums ir pareizs: {truth}.", (page["verdict"], *note, *tip), marks)


def _marks(page: Scenario, now: PageState, *, missed: bool) -> dict[str, Mark]:
    """For each marked sign, and with ``missed`` for each that decides and was not marked."""
    marks: dict[str, Mark] = {}
    for sign in page["signs"]:
        outcome: Outcome = "right" if sign["sign"] else "wrong"
        if sign["id"] in now.marked:
            if sign["sign"] and sign["look"] not in now.looked:
                marks[sign["id"]] = Mark("partly", f"To tu vēl neapskatīji. {sign['why']}")
            else:
                marks[sign["id"]] = Mark(outcome, sign["why"])
        elif sign["sign"] and missed:
            marks[sign["id"]] = Mark("partly", f"Neievērota pazīme. {sign['why']}")
    return marks


def _goals(page: Scenario, now: PageState) -> tuple[Goal, ...]:
    needed = [look["id"] for look in page["looks"] if look["needed"]]
    seen = sum(look in now.looked for look in needed) / len(needed)
    right = now.decision == ("trust" if page["trust"] else "distrust")
    verdict = 0.0 if not now.looked else 1.0 if right else 0.5 if now.decision == "ask" else 0.0
    deciding = {sign["id"]: sign for sign in page["signs"] if sign["sign"]}
    found = sum(name in now.marked and sign["look"] in now.looked for name, sign in deciding.items())
    wrong = sum(name not in deciding for name in now.marked)
    tools = [look["tool"] for look in page["looks"] if look["needed"]]
    sure = listed([UNSEEN[tool] for tool in dict.fromkeys(tools)])
    answer = page["look"] == "answer"
    return (
        Goal(
            f"{page['id']}.looked",
            f"«{page['title']}»: apskatīts, kas jāapskata",
            seen,
            f"Te vajadzēja apskatīt {sure}.",
        ),
        Goal(f"{page['id']}.verdict", f"«{page['title']}»: lēmums", verdict, page["verdict"]),
        Goal(
            f"{page['id']}.signs",
            f"«{page['title']}»: " + ("atrasts, ko rīks izdomājis" if answer else "atrasts, kas to izšķīra"),
            max(0.0, (found - wrong) / len(deciding)),
            " ".join(sign["why"] for sign in deciding.values()),
        ),
    )
