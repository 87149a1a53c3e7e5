"""«Pārraksti saprotami»: office texts made plainer, with what can be counted shown while one types.

A count is no verdict and nobody is scored by it: whether the meaning was kept, a person decides. Actions::

    write    text, value     what stands in the field of that text now
    check    text, value     asks for feedback on it; writing again makes it unchecked. ``value`` is what was checked,
                             since a page forgets what stood in a field before; what is empty or still the given text
                             is answered and not counted as done. Older answers have no ``value`` and count
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.course.latvian import counted
from lideri.course.plain_language import Jargon, Measures, measure
from lideri.errors import InvalidAnswer
from lideri.practice.machine import (
    Action,
    Feedback,
    Machine,
    Mark,
    PlaceScenario,
    Scenario,
    heading,
    listed,
    one_of,
    unknown,
    verb,
)

LONGEST_TEXT = 1500  # characters in one field
FEWEST_WORDS = 5  # with fewer there is nothing to compare
WORDS = "words/kanceleja.yml"


class Kept(Frozen):
    """Something the new text must still say: ``any``, beginnings of words, one of which is looked for."""

    id: Identifier
    text: Text
    any: Annotated[tuple[Text, ...], Field(min_length=1)]


class OfficeText(Frozen):
    """``from_whom`` says plainly that it is made up; ``sample`` is one good way, shown after checking."""

    id: Identifier
    title: Text
    from_whom: Text
    original: Annotated[str, Field(min_length=80, max_length=LONGEST_TEXT)]
    keep: Annotated[tuple[Kept, ...], Field(min_length=2)]
    sample: Annotated[str, Field(min_length=40, max_length=LONGEST_TEXT)]


class Limits(Frozen):
    """What the counts are compared with; advice, shown as such."""

    mean: float = Field(default=14, gt=0)  # words in a sentence
    longest: int = Field(default=20, gt=0)  # words
    long_word: int = Field(default=14, gt=0)  # letters
    passive: int = Field(default=0, ge=0)
    jargon: int = Field(default=0, ge=0)


class RewriteScenario(PlaceScenario):
    kind: Literal["rewrite"]
    texts: Annotated[tuple[OfficeText, ...], Field(min_length=1, max_length=6)]
    limits: Limits = Limits()
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _samples_do_what_they_show(self) -> Self:
        if len({each.id for each in self.texts}) != len(self.texts):
            raise ValueError("tekstu id atkārtojas")
        for each in self.texts:
            missing = [kept.text for kept in each.keep if not _says(each.original, kept.any)]
            missing += [kept.text for kept in each.keep if not _says(each.sample, kept.any)]
            if missing:
                raise ValueError(f"tekstā «{each.title}» vai tā paraugā neatrodu: {', '.join(missing)}")
            above = over(count(each.sample, self.limits.model_dump()), self.limits.model_dump())
            if above:
                raise ValueError(f"teksta «{each.title}» paraugs pats pārsniedz robežas: {', '.join(above)}")
        return self


@dataclass(frozen=True)
class RewriteState:
    """``written``: text → what was typed; ``measures``: text → counts of it; ``tries``: text → how often checked."""

    written: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    standing: tuple[str, ...] = ()  # texts whose feedback still stands
    tries: Mapping[str, int] = field(default_factory=dict)
    last: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class RewriteMachine(Machine[RewriteState]):
    kind = "rewrite"

    def start(self, scenario: Scenario) -> RewriteState:
        return RewriteState()

    def apply(self, scenario: Scenario, state: RewriteState, action: Action) -> RewriteState:
        names = [each["id"] for each in scenario["texts"]]
        match verb(action):
            case "write":
                name = one_of(action, "text", names, "teksts")
                value = _typed(action)
                counts = asdict(count(value, scenario["limits"]))
                return replace(
                    state,
                    written={**state.written, name: value},
                    measures={**state.measures, name: counts},
                    standing=tuple(each for each in state.standing if each != name),
                    last=None if state.last == name else state.last,
                )
            case "check":
                name = one_of(action, "text", names, "teksts")
                standing = (*(each for each in state.standing if each != name), name)
                original = next(each["original"] for each in scenario["texts"] if each["id"] == name)
                if "value" in action and _not_begun(_typed(action), original):  # said so, not counted as done
                    return replace(state, standing=standing, last=name)
                tries = {**state.tries, name: state.tries.get(name, 0) + 1}
                return replace(state, standing=standing, tries=tries, last=name)
            case do:
                raise unknown(do)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario),
            "limits": dict(scenario["limits"]),
            "longest_text": LONGEST_TEXT,
            "texts": [
                {
                    **{name: each[name] for name in ("id", "title", "from_whom", "original")},
                    "keep": [kept["text"] for kept in each["keep"]],
                    "measures": asdict(count(each["original"], scenario["limits"])),
                }
                for each in scenario["texts"]
            ],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(each["id"] for each in scenario["texts"])

    def done(self, state: RewriteState) -> tuple[str, ...]:
        return tuple(state.tries)

    def checked(self, scenario: Scenario, state: RewriteState) -> tuple[str, ...]:
        return tuple(name for name in self.parts(scenario) if name in state.standing)

    def last(self, state: RewriteState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Pārrakstīti {done} no {total}"

    def feedback(self, scenario: Scenario, state: RewriteState, about: str) -> Feedback:
        """Right: within the limits, and everything that must stay was found. Meaning is compared by the person."""
        text = next((each for each in scenario["texts"] if each["id"] == about), None)
        if text is None:
            raise InvalidAnswer(f"Šajā uzdevumā nav teksta «{about[:40]}». Pārlādē lapu un mēģini vēlreiz.")
        if about not in state.standing:
            raise InvalidAnswer("Šis teksts vēl nav pārbaudīts. Vispirms nospied «Pārbaudīt».")
        written = state.written.get(about, "")
        sample = _shown_sample(text["sample"])
        missing = _not_begun(written, text["original"])
        if missing:
            return Feedback("unsure", *missing)
        marks = {
            f"keep-{at}": Mark("right", "Tas ir pateikts.")
            if _says(written, kept["any"])
            else Mark("unsure", "To neatradām. Ja tas pateikts citiem vārdiem, viss kārtībā; ja nē, pieraksti.")
            for at, kept in enumerate(text["keep"])
        }
        lost = [kept["text"] for at, kept in enumerate(text["keep"]) if marks[f"keep-{at}"].outcome != "right"]
        above = over(count(written, scenario["limits"]), scenario["limits"])
        body = []
        if lost:
            body.append(f"Neatradām: {listed([each[:1].lower() + each[1:] for each in lost])}.")
        if above:
            body.append(f"Vēl var vienkāršot: {listed(above)}.")
        if lost and not above:
            return Feedback("partly", "Teksts ir vienkāršs. Vai nekas nav pazudis?", (*body, *sample), marks)
        if lost or above:
            if _simpler(count(written, scenario["limits"]), count(text["original"], scenario["limits"])):
                return Feedback("partly", "Jau vienkāršāk.", (*body, *sample), marks)
            return Feedback("unsure", "Vēl nav vienkāršāk.", (*body, *sample), marks)
        told = "Skaitītājs nezina, vai jēga palikusi tā pati. Salīdzini ar sākuma tekstu vai iedod izlasīt kolēģim."
        return Feedback("right", "Teksts ir vienkāršs, un svarīgais ir pateikts.", (told, *sample), marks)

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        """The samples, each written and checked."""
        return tuple(
            action
            for each in scenario["texts"]
            for action in (
                {"do": "write", "text": each["id"], "value": each["sample"]},
                {"do": "check", "text": each["id"], "value": each["sample"]},
            )
        )


def count(text: str, limits: Mapping[str, Any]) -> Measures:
    """The counts of a text with the course's list of office words."""
    return measure(text, office_words(), long_sentence=limits["longest"], long_word=limits["long_word"])


def over(counts: Measures, limits: Mapping[str, Any]) -> list[str]:
    """What is above the limits, in words that may follow «vēl var vienkāršot:»."""
    found = []
    if counts.mean > limits["mean"] or counts.longest > limits["longest"]:
        found.append("garie teikumi")
    if counts.passive > limits["passive"]:
        found.append(f"ciešamā kārta ({counted(counts.passive, 'vieta', 'vietas')})")
    if counts.jargon > limits["jargon"]:
        found.append(f"kancelejas vārdi ({counted(counts.jargon, 'vieta', 'vietas')})")
    return found


def _typed(action: Action) -> str:
    value = action.get("value")
    if not isinstance(value, str):
        raise InvalidAnswer("Ierakstīto nevarēja nolasīt. Ieraksti to vēlreiz.")
    if len(value) > LONGEST_TEXT:
        raise InvalidAnswer(f"Teksts ir par garu ({len(value)} zīmes). Te der līdz {LONGEST_TEXT} zīmēm.")
    return value


def _simpler(now: Measures, then: Measures) -> bool:
    """Something that is counted became less, and nothing more."""
    pairs = [(getattr(now, name), getattr(then, name)) for name in ("mean", "longest", "passive", "jargon")]
    return all(one <= other for one, other in pairs) and any(one < other for one, other in pairs)


def _not_begun(written: str, original: str) -> tuple[str, tuple[str, ...]] | None:
    """What is said when there is nothing to look at yet: a title and a way to begin. ``None``: there is something."""
    if not written.strip():
        return "Te vēl nav ko apskatīt.", (
            "Uzraksti laukā «Tavs teksts», kā to pateiktu cilvēkam pie galda, un tad pārbaudi.",
            "Ja grūti sākt, nospied «Sākt no dotā teksta» un vispirms sadali garāko teikumu.",
        )
    if len(written.split()) < FEWEST_WORDS:
        return "Sākums ir.", ("Uzraksti vismaz vienu teikumu, un tad būs ko salīdzināt ar doto tekstu.",)
    if _plain(written) == _plain(original):
        return "Pagaidām te ir dotais teksts.", (
            "Sāc ar garāko teikumu: sadali to divos. Tad vārdu pa vārdam saki vienkāršāk un pārbaudi.",
        )
    return None


@lru_cache(maxsize=1)
def office_words() -> tuple[Jargon, ...]:
    """`course_data/words/kanceleja.yml`, our own list."""
    listed_words = yaml.safe_load(files("course_data").joinpath(WORDS).read_text(encoding="utf-8"))
    return tuple(Jargon(**each) for each in listed_words)


def _shown_sample(sample: str) -> tuple[str, ...]:
    """The sample, its lines as they stand."""
    lines = sample.strip().splitlines()
    if len(lines) == 1:
        return (f"Viens no labiem variantiem: «{lines[0]}»",)
    return ("Viens no labiem variantiem:", *lines)


def _says(text: str, any_of: Any) -> bool:
    plain = _plain(text)
    return any(_plain(each) in plain for each in any_of)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
