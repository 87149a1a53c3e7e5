"""«Kad vēstule uzskatāma par paziņotu»: cases to solve in a calendar, and a calculator for a date of one's own.

Actions (``do`` and its fields)::

    pick         case, day       a day of the case's calendar, ISO
    type         case, text      the day as a person writes it; what cannot be read stays and is said to be unread
    check        case            locks the case; a day must have been given
    retry        case            unlocks it; nothing is cleared
    calculate    text            the calculator; only where the scenario has one
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lideri.course.items import Frozen, Identifier, Text
from lideri.errors import InvalidAnswer
from lideri.practice import working_days as days
from lideri.practice.machine import (
    Action,
    Feedback,
    Goal,
    Machine,
    PlaceScenario,
    Scenario,
    heading,
    one_of,
    typed,
    unknown,
    verb,
)

WEEKS = 3  # of a case's calendar, from the Monday of the week in which the letter was sent
BY = {"e_address": "E-adrese", "registered": "Ierakstīta vēstule"}
RULE = {
    "e_address": "E-adresē sūtīta vēstule uzskatāma par paziņotu otrajā darba dienā pēc nosūtīšanas.",
    "registered": "Ierakstīta vēstule uzskatāma par paziņotu septītajā dienā pēc nodošanas pastā; skaita visas dienas. "
    "Ja septītā diena ir brīva, jautā iestādei, kā tad skaita.",
}
KIND = {"work": "darba diena", "weekend": "brīvdiena", "holiday": "svētku diena"}
UNREAD = "Šo datumu nevarējām saprast. Raksti dienu un mēnesi ar punktiem, piemēram, 24.11."


class Case(Frozen):
    """``why`` is said after checking, beside the days counted one by one."""

    id: Identifier
    title: Text
    text: Text
    sent: date
    time: str = ""
    by: days.By = "e_address"
    why: str = ""

    @model_validator(mode="after")
    def _the_calendar_knows_it(self) -> Self:
        if not days.FIRST <= self.sent <= days.LAST:
            raise ValueError(f"kalendārs zina tikai dienas no {days.FIRST} līdz {days.LAST}")
        moved = days.moved_between(self.sent, days.notified(self.sent, self.by))
        if moved:
            raise ValueError(f"šajā laikā ir pārcelta darba diena ({moved[0][0]}), tāpēc atbilde nav droša; ņem citu")
        if self.by == "registered" and not days.is_working_day(days.notified(self.sent, self.by)):
            raise ValueError("septītā diena ir brīva; par to faktu bāzē nekas nav teikts, tāpēc ņem citu datumu")
        return self


class NoticeDateScenario(PlaceScenario):
    """``calculator``: whether the person may also ask for the date; never in a scored task."""

    kind: Literal["notice_date"]
    calculator: bool = False
    cases: Annotated[tuple[Case, ...], Field(min_length=1, max_length=12)]
    facts: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_case_once(self) -> Self:
        if len({case.id for case in self.cases}) != len(self.cases):
            raise ValueError("gadījumu id atkārtojas")
        return self


@dataclass(frozen=True)
class CaseState:
    """``day`` is the answer (ISO); ``text`` what was typed last, ``problem`` why it could not be read."""

    day: str | None = None
    text: str = ""
    problem: str = ""
    checked: bool = False
    tries: int = 0


@dataclass(frozen=True)
class NoticeDateState:
    """``asked`` is what stands in the calculator, ``found`` what it says (None until asked)."""

    cases: Mapping[str, CaseState] = field(default_factory=dict)
    asked: str = ""
    found: Mapping[str, Any] | None = None
    last: str | None = None

    def case(self, name: str) -> CaseState:
        return self.cases.get(name, CaseState())

    def with_case(self, name: str, case: CaseState, **changes: Any) -> NoticeDateState:
        return replace(self, cases={**self.cases, name: case}, **changes)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class NoticeDateMachine(Machine[NoticeDateState]):
    kind = "notice_date"

    def start(self, scenario: Scenario) -> NoticeDateState:
        return NoticeDateState()

    def apply(self, scenario: Scenario, state: NoticeDateState, action: Action) -> NoticeDateState:
        do = verb(action)
        if do == "calculate":
            if not scenario["calculator"]:
                raise unknown(do)
            text = typed(action, "text")
            return replace(state, asked=text, found=calculated(text))
        if do not in {"pick", "type", "check", "retry"}:
            raise unknown(do)
        case = _case(scenario, action)
        name, now = case["id"], state.case(case["id"])
        last = None if state.last == name else state.last
        match do:
            case "retry":
                if not now.checked:
                    raise InvalidAnswer("Gadījums vēl nav pārbaudīts, tāpēc vari brīvi mainīt datumu.")
                return state.with_case(name, replace(now, checked=False), last=last)
            case "check":
                if now.day is None:
                    raise InvalidAnswer("Vispirms izvēlies vai ieraksti datumu.")
                tries = now.tries if now.checked else now.tries + 1
                return state.with_case(name, replace(now, checked=True, tries=tries), last=name)
        if now.checked:
            raise InvalidAnswer("Gadījums jau ir pārbaudīts. Lai mainītu datumu, mēģini vēlreiz.")
        if do == "pick":
            day = one_of(action, "day", (each["day"] for each in _calendar(_date(case["sent"]))), "diena")
            return state.with_case(name, replace(now, day=day, text="", problem=""), last=last)
        text = typed(action, "text")
        read = days.read_day(text, _date(case["sent"]))
        problem = UNREAD if read is None and text.strip() else ""
        day_or_none = read.isoformat() if read else None
        return state.with_case(name, replace(now, day=day_or_none, text=text, problem=problem), last=last)

    def shown(self, scenario: Scenario) -> dict[str, Any]:
        return {
            **heading(scenario, "calculator"),
            "cases": [
                {
                    **{name: case[name] for name in ("id", "title", "text", "time", "by")},
                    "sent": _date(case["sent"]).isoformat(),
                    "sent_in_words": days.in_words(_date(case["sent"]), year=True),
                    "weeks": _weeks(_calendar(_date(case["sent"]))),
                }
                for case in scenario["cases"]
            ],
        }

    def parts(self, scenario: Scenario) -> tuple[str, ...]:
        return tuple(case["id"] for case in scenario["cases"])

    def done(self, state: NoticeDateState) -> tuple[str, ...]:
        return tuple(name for name, case in state.cases.items() if case.tries)

    def checked(self, scenario: Scenario, state: NoticeDateState) -> tuple[str, ...]:
        return tuple(name for name in self.parts(scenario) if state.case(name).checked)

    def last(self, state: NoticeDateState) -> str | None:
        return state.last

    def progress(self, done: int, total: int) -> str:
        return f"Pārbaudīts: {done} no {total}" if total > 1 else "Pārbaudīts" if done else "Vēl nav pārbaudīts"

    def feedback(self, scenario: Scenario, state: NoticeDateState, about: str) -> Feedback:
        case = _case(scenario, {"case": about})
        now = state.case(about)
        if not now.checked or now.day is None:
            raise InvalidAnswer("Šis gadījums vēl nav pārbaudīts. Vispirms nospied «Pārbaudīt».")
        sent, by = _date(case["sent"]), case["by"]
        right, given = days.notified(sent, by), date.fromisoformat(now.day)
        counted = (*steps(sent, by), *((case["why"],) if case["why"] else ()))
        if given == right:
            return Feedback("right", f"Pareizi: {days.on_weekday(right)}.", counted)
        return Feedback("wrong", f"Vēl ne. {slip(sent, by, given)}", counted)

    # ── as a scored task ────────────────────────────────────────────────────────────────────────────────────────────

    def goals(self, scenario: Scenario, state: NoticeDateState) -> tuple[Goal, ...]:
        found = []
        for case in scenario["cases"]:
            sent, by = _date(case["sent"]), case["by"]
            right = days.notified(sent, by)
            why = " ".join([*steps(sent, by), *([case["why"]] if case["why"] else [])])
            reached = float(state.case(case["id"]).day == right.isoformat())
            found.append(Goal(case["id"], case["title"], reached, why))
        return tuple(found)

    def told(self, scenario: Scenario, state: NoticeDateState) -> list[str]:
        lines = []
        for case in scenario["cases"]:
            now = state.case(case["id"])
            if now.day:
                lines.append(f"{case['title']} – {days.in_words(date.fromisoformat(now.day))}")
            elif now.text.strip():
                lines.append(f"{case['title']} – «{now.text.strip()}» (datumu nevarējām saprast)")
        return lines

    def solution(self, scenario: Scenario) -> tuple[Action, ...]:
        return tuple(
            action
            for case in scenario["cases"]
            for day in [days.notified(_date(case["sent"]), case["by"]).isoformat()]
            for action in (
                {"do": "pick", "case": case["id"], "day": day},
                {"do": "check", "case": case["id"]},
            )
        )


# ── counting, in words ──────────────────────────────────────────────────────────────────────────────────────────────


def steps(sent: date, by: days.By) -> tuple[str, ...]:
    """The days one by one, as a person would count them aloud; days off in a row share a line."""
    word = "nosūtīta" if by == "e_address" else "nodota pastā"
    lines = [f"{_capital(days.in_words(sent))}: vēstule {word}. Šo dienu neskaita."]
    counted = days.counting(sent, by)
    if by == "registered":
        first, last = counted[0], counted[-1]
        lines.append(f"{_capital(days.in_words(first.day))}: 1. diena. Tālāk skaita katru dienu, arī brīvdienas.")
        lines.append(f"{_capital(days.in_words(last.day))}: 7. diena. Vēstule uzskatāma par paziņotu.")
        return tuple(lines)
    off: list[days.Counted] = []
    for each in counted:
        if each.number is None:
            off.append(each)
            continue
        lines += _off(off)
        off = []
        end = " Vēstule uzskatāma par paziņotu." if each is counted[-1] else ""
        lines.append(f"{_capital(days.in_words(each.day))}: {each.number}. darba diena.{end}")
    return tuple(lines)


def _off(off: Iterable[days.Counted]) -> list[str]:
    return [
        f"{_capital(days.in_words(each.day))}: {KIND[each.kind]}{f' ({each.name})' if each.name else ''}, neskaita."
        for each in off
    ]


def slip(sent: date, by: days.By, given: date) -> str:
    """What a person who came to ``given`` most likely did, kindly; nothing is claimed when it cannot be guessed."""
    right = days.notified(sent, by)
    if given == sent:
        return "Šajā dienā vēstuli tikai nosūtīja; skaitīt sāk no nākamās dienas."
    if given < sent:
        return "Šī diena ir pirms nosūtīšanas. Skaiti uz priekšu."
    if by == "registered":
        if given == days.notified(sent, "e_address"):
            return "Tā skaita e-adresē. Ierakstītai vēstulei skaita septiņas dienas pēc nodošanas pastā."
        if given == right - timedelta(days=1):
            return "Pirmā ir nākamā diena pēc nodošanas pastā, tāpēc iznāk vienu dienu vēlāk."
        return "Skaiti septiņas kalendāra dienas, sākot ar nākamo."
    if not days.is_working_day(given):
        return f"{_capital(days.in_words(given))}, ir brīva, tāpēc tā nevar būt otrā darba diena."
    counted = days.counting(sent, by)
    if given == next(each.day for each in counted if each.number == 1):
        between = [each for each in counted if each.kind == "holiday" and each.day < given and each.day.weekday() < 5]
        aside = f"{_capital(days.in_words(between[0].day))}, ir svētku diena. " if between else ""
        return f"{aside}Tava diena ir tikai pirmā darba diena pēc nosūtīšanas; vajag otro."
    if given == sent + timedelta(days=days.DAYS_REGISTERED):
        return "Tā skaita ierakstītai vēstulei. E-adresē pietiek ar divām darba dienām."
    return "Tas ir par vēlu: pietiek ar divām darba dienām pēc nosūtīšanas."


def calculated(text: str) -> dict[str, Any]:
    """What the calculator says about a typed day: ``problem`` alone, or both dates with the days counted."""
    sent = days.read_day(text)
    if sent is None:
        return {"problem": "Ieraksti datumu ar gadu, piemēram, 20.11.2026."}
    if not days.FIRST <= sent <= days.LAST:
        return {
            "problem": "Šis kalendārs zina tikai 2026. un 2027. gada svētku dienas. Izvēlies datumu no šiem gadiem."
        }
    found: dict[str, Any] = {"problem": "", "sent": days.in_words(sent, year=True), "ways": []}
    for by, name in BY.items():
        on = days.notified(sent, by)  # type: ignore[arg-type]  # keys of BY
        found["ways"].append({"by": by, "name": name, "rule": RULE[by], "on": days.on_weekday(on),
                              "steps": list(steps(sent, by))})  # type: ignore[arg-type]  # fmt: skip
    moved = days.moved_between(sent, days.notified(sent, "e_address"))
    found["moved"] = [
        f"Darba diena {old:%d.%m.%Y}. ir oficiāli pārcelta uz {new:%d.%m.%Y}., un šis kalendārs to neņem vērā. "
        "Jautā iestādei, kā tā skaita."
        for old, new in moved
    ]
    return found


# ── the calendar ────────────────────────────────────────────────────────────────────────────────────────────────────


def _calendar(sent: date) -> list[dict[str, Any]]:
    monday = sent - timedelta(days=sent.weekday())
    calendar = []
    for day in (monday + timedelta(days=place) for place in range(7 * WEEKS)):
        kind = days.kind_of(day)
        calendar.append(
            {
                "day": day.isoformat(),
                "number": day.day,
                "month": days.MONTHS[day.month - 1],
                "words": days.in_words(day),
                "kind": kind,
                "what": _what(day),
                "sent": day == sent,
            }
        )
    return calendar


def _what(day: date) -> str:
    if day in days.MOVED:
        return "darba diena, oficiāli pārcelta"
    if day in days.MOVED.values():
        return "brīvdiena, uz kuru pārcelta darba diena"
    name = days.HOLIDAYS.get(day)
    return f"{KIND['holiday']}: {name}" if name else KIND[days.kind_of(day)]


def _weeks(calendar: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [calendar[start : start + 7] for start in range(0, len(calendar), 7)]


def _case(scenario: Scenario, action: Action) -> Mapping[str, Any]:
    name = one_of(action, "case", (case["id"] for case in scenario["cases"]), "gadījums")
    found: Mapping[str, Any] = next(case for case in scenario["cases"] if case["id"] == name)
    return found


def _date(value: date | str) -> date:
    """A scenario has a date, what is shown of it has its ISO text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
