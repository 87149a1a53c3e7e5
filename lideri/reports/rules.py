"""The programme's decisions in words: what holds now, and what VARAM still has to confirm."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from lideri.course.latvian import RIGA, clock, counted, number, on_day
from lideri.reports.certificate import rule_words as certificate_words
from lideri.reports.help import rule_words as resident_words
from lideri.settings import CourseSettings, Decision

_ASSUMED = re.compile(r"\s*\(?[Pp]ieņēmums, jāapstiprina VARAM\)?\.?")
_NOTE = re.compile(r"^jāapstiprina VARAM\s*[:;]?\s*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision. ``says``: the sentences that hold now; ``note``: why, or what is not known yet; may be empty."""

    name: str
    title: str
    says: tuple[str, ...]
    note: str
    is_assumption: bool


@dataclass(frozen=True, slots=True)
class RuleGroup:
    title: str
    rules: tuple[Rule, ...]


def rule_groups(settings: CourseSettings) -> tuple[RuleGroup, ...]:
    """Every decision of `course_data/settings.yml`, in the order in which one meets it."""
    return tuple(RuleGroup(title, tuple(_rule(name, settings) for name in names)) for title, names in _GROUPS.items())


def _rule(name: str, settings: CourseSettings) -> Rule:
    title, say = _WORDS[name]
    decision: Decision[object] = getattr(settings, name)
    note = _NOTE.sub("", decision.note).strip().rstrip(".")
    return Rule(
        name=name,
        title=title,
        says=tuple(_ASSUMED.sub("", sentence).removesuffix(".") + "." for sentence in say(settings)),
        note=f"{note[0].upper()}{note[1:]}." if note else "",
        is_assumption=decision.is_assumption,
    )


def _percent(share: float) -> str:
    return f"{number(100 * share)} %"


def _times(count: int) -> str:
    return counted(count, "reizi", "reizes")


def _moment(value: datetime) -> str:
    local = value.astimezone(RIGA)
    return f"{on_day(local)} plkst. {clock(local)}"


def _deadline(settings: CourseSettings) -> tuple[str, ...]:
    value = settings.deadline.value
    if value is None:
        return ("Kopīga termiņa nav. Grupai var noteikt savu.",)
    return (f"Pārbaudes darbi jāiesniedz līdz {_moment(value)}, ja grupai nav sava termiņa.",)


def _levels(settings: CourseSettings) -> tuple[str, ...]:
    cuts = [f"«{one.name}» no {_percent(one.from_share)} punktu" for one in settings.levels.value]
    return (f"{', '.join(cuts)}.",)


def _certificate(settings: CourseSettings) -> tuple[str, ...]:
    words = certificate_words(settings).removeprefix("Apliecība: ")
    return (f"{words[0].upper()}{words[1:]}",)


def _start_test(settings: CourseSettings) -> tuple[str, ...]:
    rule = settings.start_test.value
    pages = (
        "Izlaista moduļa nodaļas apliecībai nav jāpabeidz, bet pārbaudes darbs vajadzīgs vienmēr."
        if rule.skipped_need_no_pages
        else "Arī izlaista moduļa nodaļas apliecībai jāpabeidz."
    )
    return (
        f"Moduli var izlaist, ja cilvēks prot vismaz {_percent(rule.cut)} no tā un par to ir vismaz "
        f"{_percent(rule.sure)} drošība; citādi iesakām mācīties vai sakām «vēl neskaidrs».",
        f"Par moduli kaut ko saka, ja tajā ir vismaz {counted(rule.min_items, 'uzdevums', 'uzdevumi')}.",
        pages,
    )


def _final_test(settings: CourseSettings) -> tuple[str, ...]:
    rule = settings.final_test.value
    opens = (
        "Atveras, kad ieskaitīti visi apliecībai vajadzīgie pārbaudes darbi."
        if rule.opens_when == "moduli"
        else "Pieejams jebkurā laikā."
    )
    return (f"Nokārtots no {_percent(rule.pass_share)} punktu. Drīkst pildīt {_times(rule.attempts)}.", opens)


def _help_log(settings: CourseSettings) -> tuple[str, ...]:
    rule = settings.help_log.value
    return (
        resident_words(settings),
        f"Palīdzību var ierakstīt {counted(rule.days_back, 'dienu', 'dienas')} atpakaļ. "
        f"Iedzīvotāja aptaujas kods der {counted(rule.survey_days, 'dienu', 'dienas')}.",
    )


def _second_marking(settings: CourseSettings) -> tuple[str, ...]:
    rule = settings.second_marking.value
    if not rule.share:
        return ("Otro vērtējumu neprasa.",)
    pairs = counted(rule.min_pairs, "divreiz novērtētas atbildes", "divreiz novērtētām atbildēm")
    return (
        f"Otro vērtējumu saņem {_percent(rule.share)} brīvo atbilžu. Ja punktu summas atšķiras par "
        f"{number(rule.talk_from)} vai vairāk, vērtētājus aicina pārrunāt.",
        f"Saskaņas rādītāju rāda no {pairs}.",
    )


_Say = Callable[[CourseSettings], tuple[str, ...]]
_WORDS: Mapping[str, tuple[str, _Say]] = MappingProxyType(
    {
        "staff_target": (
            "Darbinieki",
            lambda s: (f"Jāapmāca {number(s.staff_target.value)} klientu apkalpošanas centru darbinieki.",),
        ),
        "resident_target": (
            "Iedzīvotāji",
            lambda s: (
                f"Padziļinātas digitālās pašapkalpošanās prasmes iegūst {number(s.resident_target.value)} iedzīvotāji.",
            ),
        ),
        "pass_share": ("Kad darbs ir ieskaitīts", lambda s: (f"No {_percent(s.pass_share.value)} punktu.",)),
        "attempts_allowed": (
            "Cik reižu drīkst pildīt",
            lambda s: (
                f"Katru pārbaudes darbu {_times(s.attempts_allowed.value)}; katrā mēģinājumā ir citi uzdevumi.",
            ),
        ),
        "attempt_that_counts": (
            "Kurš mēģinājums skaitās",
            lambda s: ("Labākais." if s.attempt_that_counts.value == "best" else "Pēdējais.",),
        ),
        "deadline": ("Termiņš", _deadline),
        "start_test": ("Sākuma tests", _start_test),
        "final_test": ("Noslēguma tests", _final_test),
        "help_log": ("Palīdzības dienasgrāmata", _help_log),
        "certificate": ("Apliecība", _certificate),
        "levels": ("Līmeņu robežas", _levels),
        "min_items_for_level": (
            "Kad rāda līmeni",
            lambda s: (
                f"No {counted(s.min_items_for_level.value, 'novērtēta uzdevuma', 'novērtētiem uzdevumiem')}; "
                "citādi raksta «vēl par maz datu».",
            ),
        ),
        "smallest_group": (
            "Mazas grupas",
            lambda s: (f"Valsts pārskatā rezultātu nerāda, ja cilvēku ir mazāk par {number(s.smallest_group.value)}.",),
        ),
        "second_marking": ("Otrais vērtējums", _second_marking),
        "login_link_days": (
            "Vienreizējā saite",
            lambda s: (f"Der {counted(s.login_link_days.value, 'dienu', 'dienas')}.",),
        ),
        "session_hours": (
            "Cik ilgi nav jāienāk vēlreiz",
            lambda s: (f"{counted(s.session_hours.value, 'stundu', 'stundas')} pēc ienākšanas.",),
        ),
        "page_token_hours": (
            "Cik ilgi der atvērta lapa",
            lambda s: (
                f"{counted(s.page_token_hours.value, 'stundu', 'stundas')}; pēc tam tā jāpārlādē. "
                "Ierakstītais nepazūd.",
            ),
        ),
    }
)
_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Mērķi": ("staff_target", "resident_target"),
        "Pārbaudes darbi": ("pass_share", "attempts_allowed", "attempt_that_counts", "deadline", "second_marking"),
        "Sākuma un noslēguma tests": ("start_test", "final_test"),
        "Praktiskais uzdevums un apliecība": ("help_log", "certificate"),
        "Līmeņi un pārskati": ("levels", "min_items_for_level", "smallest_group"),
        "Ienākšana": ("login_link_days", "session_hours", "page_token_hours"),
    }
)
