"""Help given to residents, and what residents say, for the programme: totals, nobody in them, nothing small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lideri.course.help_log import Survey, load_help_lists
from lideri.measurement.levels import hidden_groups
from lideri.reports.evidence import PersonEvidence
from lideri.settings import CourseSettings
from lideri.store.help_log import is_trained
from lideri.store.survey import StoredAnswer


@dataclass(frozen=True, slots=True)
class RegionResidents:
    """``trained`` None: too few to be shown, or hidden so that subtraction does not show a small one."""

    name: str
    trained: int | None


@dataclass(frozen=True, slots=True)
class HelpTotals:
    """Three numbers that are never added up; None: more than nobody and fewer than the smallest group."""

    times: int | None
    trained: int | None
    colleagues: int | None
    regions: tuple[RegionResidents, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Answered:
    """``share`` of those who answered, in whole per cent; None: too few said so, or too few did not."""

    name: str
    share: int | None


@dataclass(frozen=True, slots=True)
class SurveyArea:
    name: str
    activities: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class SurveySummary:
    answers: int
    alone: tuple[Answered, ...]
    areas: tuple[SurveyArea, ...]
    check: str


def help_totals(people: Sequence[PersonEvidence], settings: CourseSettings, region_of: Mapping[str, str]) -> HelpTotals:
    """What trainers confirmed, counted over everybody."""
    least = settings.smallest_group.value
    rule = settings.help_log.value.resident_counts_when
    trained = {person.id: sum(is_trained(one, rule) for one in person.helped) for person in people}
    in_region: Counter[str] = Counter(dict.fromkeys(region_of.values(), 0))
    for person in people:
        region = region_of.get(person.municipality or "")
        if region is not None:
            in_region[region] += trained[person.id]
    hidden = hidden_groups(dict(in_region), least)
    every = [one for person in people for one in person.helped]
    return HelpTotals(
        times=_shown(sum(one.who == "resident" for one in every), least),
        trained=_shown(sum(trained.values()), least),
        colleagues=_shown(sum(one.who == "colleague" and one.before == "first" for one in every), least),
        regions=tuple(
            RegionResidents(name, None if name in hidden else number) for name, number in sorted(in_region.items())
        ),
        rule=rule_words(settings),
    )


def rule_words(settings: CourseSettings) -> str:
    """What counts as a resident trained, and whether that is sure."""
    rule = settings.help_log
    when = rule.value.resident_counts_when
    steps = " vai ".join(f"«{one.name}»" for one in load_help_lists().alone if one.step >= when.alone_at_least)
    sure = " Pieņēmums, jāapstiprina VARAM." if rule.is_assumption else ""
    return (
        f"Apmācīts iedzīvotājs: apstiprināts ieraksts, kurā atzīmēts {steps}, "
        f"vismaz {when.minutes_at_least} minūtes; katru cilvēku skaita vienreiz.{sure}"
    )


def survey_summary(answers: Sequence[StoredAnswer], least: int) -> SurveySummary | None:
    """What residents answered in the whole country; None with fewer than ``least`` answers."""
    if len(answers) < least:
        return None
    survey: Survey = load_help_lists().survey
    alone = Counter(one.answer.alone for one in answers)
    hidden = hidden_groups({one.id: alone[one.id] for one in survey.alone.options}, least)
    done = Counter(name for one in answers for name in set(one.answer.done))
    everybody = len(answers)

    def share(number: int) -> int:
        return round(100 * number / everybody)

    def of_activity(number: int) -> int | None:
        small = 0 < number < least or 0 < everybody - number < least
        return None if small else share(number)

    return SurveySummary(
        answers=everybody,
        alone=tuple(
            Answered(one.name, None if one.id in hidden else share(alone[one.id])) for one in survey.alone.options
        ),
        areas=tuple(
            SurveyArea(
                area.name,
                tuple(Answered(one.name, of_activity(done[f"{area.id}.{one.id}"])) for one in area.activities),
            )
            for area in survey.areas
        ),
        check=survey.check,
    )


def _shown(number: int, least: int) -> int | None:
    return None if 0 < number < least else number
