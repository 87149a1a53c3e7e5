"""What the programme leads see of the whole country: targets, levels by region and municipality, nobody's name.

Head counts of staff are open. Levels need at least ``smallest_group`` people, small cells are merged, and as many more
groups stay hidden as it takes that subtraction shows nobody. What is published changes at most once a day and only when
enough people changed, so that two days cannot be subtracted either (`next_publication`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from lideri.course.items import ReleasedItem
from lideri.course.loading import Course
from lideri.measurement.levels import hidden_groups, level, merged_counts
from lideri.reports.certificate import certificate_day, rule_words
from lideri.reports.evidence import PersonEvidence, released_items, scored_items
from lideri.reports.exams import GainLine, gain_of
from lideri.reports.help import HelpTotals, SurveySummary, help_totals
from lideri.reports.supporting import ProgrammeSupporting, programme_supporting
from lideri.reports.trainer import assumptions, cut_scores
from lideri.settings import FINAL_TEST, CourseSettings

BANDS = (0.25, 0.5, 0.75, 1.0)  # upper ends of the map's four bands
HIGH_LEVEL = 2  # index of «augsts»: the share of people at this level or above is on the map


class MunicipalityLike(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def region(self) -> str: ...


@dataclass(frozen=True, slots=True)
class LevelGroup:
    """People of neighbouring levels shown together: indices ``first``…``last``; never a small group."""

    first: int
    last: int
    people: int


@dataclass(frozen=True, slots=True)
class RegionLine:
    """``assessed`` people have a level. ``groups`` is empty when the region is too small to be shown."""

    name: str
    staff: int
    trained: int
    assessed: int
    groups: tuple[LevelGroup, ...]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A municipality. ``band`` 0…3: quarter in which the share of people at «augsts» or above lies; None: not shown."""

    code: str
    name: str
    region: str
    staff: int
    trained: int
    band: int | None


@dataclass(frozen=True, slots=True)
class MonthPoint:
    month: str  # 2026-11
    staff: int  # certificates so far
    librarians: int


@dataclass(frozen=True, slots=True)
class ProgrammeReport:
    day: date
    is_demo: bool
    staff_trained: int
    staff_target: int
    librarians_trained: int
    staff_learning: int  # started, no certificate yet, librarians included
    residents_helped: int  # those who count as trained by the programme's rule
    resident_target: int
    months: tuple[MonthPoint, ...]
    regions: tuple[RegionLine, ...]
    places: tuple[PlaceLine, ...]
    country: tuple[LevelGroup, ...]
    assessed: int
    level_names: tuple[str, ...]
    smallest_group: int
    certificate_rule: str
    assumptions: tuple[str, ...]
    help: HelpTotals | None = None
    survey: SurveySummary | None = None
    gain: GainLine | None = None
    supporting: ProgrammeSupporting | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A published report with what each person's part in it was (kept on the server, never shown)."""

    day: date
    report: ProgrammeReport
    people: Mapping[str, str]


def programme_report(
    *,
    people: Sequence[PersonEvidence],
    course: Course,
    settings: CourseSettings,
    exercises_of: Mapping[str, Sequence[str]],
    municipalities: Sequence[MunicipalityLike],
    today: date,
    survey: SurveySummary | None = None,
) -> ProgrammeReport:
    """The state of the programme on ``today``. ``people`` are all trainees.

    Certificates and help count for ever; who learns and at which level people are is said of open accounts only.
    """
    least = settings.smallest_group.value
    levels = _levels(people, course, settings)
    items = released_items(course.forms)
    certificates = {person.id: certificate_day(person, settings, exercises_of, items=items) for person in people}
    trained = [person for person in people if certificates[person.id] is not None]
    region_of = {place.code: place.region for place in municipalities}
    assessed_in: Counter[str] = Counter(
        region_of[person.municipality] for person in people if person.id in levels and person.municipality in region_of
    )
    hidden_regions = hidden_groups(dict(assessed_in), least)
    regions = []
    for name in sorted(set(region_of.values())):
        here = [person for person in people if person.municipality and region_of.get(person.municipality) == name]
        staff = sum(person.active for person in here)
        counts = Counter(levels[person.id] for person in here if person.id in levels)
        shown = () if name in hidden_regions else _groups(counts, len(settings.levels.value), least)
        regions.append(
            RegionLine(
                name=name,
                staff=staff,
                trained=sum(certificates[person.id] is not None for person in here),
                assessed=sum(counts.values()),
                groups=shown,
            )
        )
    everywhere = Counter(levels.values())
    helped = help_totals(people, settings, region_of)
    return ProgrammeReport(
        day=today,
        is_demo=any(person.is_demo for person in people),
        staff_trained=sum(person.kind == "vpvkac" for person in trained),
        staff_target=settings.staff_target.value,
        librarians_trained=sum(person.kind == "library" for person in trained),
        staff_learning=sum(person.active and person.started and certificates[person.id] is None for person in people),
        residents_helped=helped.trained or 0,
        resident_target=settings.resident_target.value,
        months=_months(people, certificates, today),
        regions=tuple(regions),
        places=_places(people, levels, certificates, municipalities, hidden_regions, least),
        country=_groups(everywhere, len(settings.levels.value), least),
        assessed=sum(everywhere.values()),
        level_names=tuple(one.name for one in settings.levels.value),
        smallest_group=least,
        certificate_rule=rule_words(settings),
        assumptions=assumptions(settings),
        help=helped,
        survey=survey,
        gain=_gain(people, course, items, least),
        supporting=programme_supporting(
            [one for one in people if one.active], items, course.supporting, cut_scores(settings), least=least
        ),
    )


def _gain(
    people: Sequence[PersonEvidence], course: Course, items: Mapping[str, ReleasedItem], least: int
) -> GainLine | None:
    """Of too few people not even their number is published."""
    if not course.forms_of(FINAL_TEST):
        return None
    found = gain_of(people, items, least=least)
    return found if found.mean is not None else GainLine(0, 0)


class PreviousPublication(Protocol):
    """What has to be known of the last publication."""

    @property
    def day(self) -> date: ...
    @property
    def people(self) -> Mapping[str, str]: ...


def next_publication(
    previous: PreviousPublication | None,
    *,
    people: Sequence[PersonEvidence],
    course: Course,
    settings: CourseSettings,
    exercises_of: Mapping[str, Sequence[str]],
    municipalities: Sequence[MunicipalityLike],
    today: date,
    survey: SurveySummary | None = None,
) -> Publication | None:
    """What to publish now; None when the previous publication still stands.

    It stands for the rest of its day, and for as long as fewer than ``smallest_group`` people changed since.
    """
    levels = _levels(people, course, settings)
    items = released_items(course.forms)
    now = {
        person.id: "/".join(
            str(part)
            for part in (
                levels.get(person.id, "-"),
                person.municipality,
                certificate_day(person, settings, exercises_of, items=items) is not None,
                len(person.helped),
            )
        )
        for person in people
    }
    if previous is not None:
        changed = sum(now.get(name) != previous.people.get(name) for name in now.keys() | previous.people.keys())
        if today <= previous.day or changed < settings.smallest_group.value:
            return None
    report = programme_report(
        people=people,
        course=course,
        settings=settings,
        exercises_of=exercises_of,
        municipalities=municipalities,
        today=today,
        survey=survey,
    )
    return Publication(today, report, now)


def _levels(people: Sequence[PersonEvidence], course: Course, settings: CourseSettings) -> dict[str, int]:
    items = released_items(course.forms)
    cuts = cut_scores(settings)
    found = {person.id: level(scored_items(person, items), cuts).index for person in people if person.active}
    return {name: index for name, index in found.items() if index is not None}


def _groups(counts: Mapping[int, int], how_many: int, least: int) -> tuple[LevelGroup, ...]:
    cells = merged_counts([counts.get(index, 0) for index in range(how_many)], least)
    return tuple(LevelGroup(first, last, people) for first, last, people in cells)


def _places(
    people: Sequence[PersonEvidence],
    levels: Mapping[str, int],
    certificates: Mapping[str, datetime | None],
    municipalities: Sequence[MunicipalityLike],
    hidden_regions: frozenset[str],
    least: int,
) -> tuple[PlaceLine, ...]:
    assessed: dict[str, Counter[str]] = {}
    for place in municipalities:
        size = sum(person.municipality == place.code and person.id in levels for person in people)
        assessed.setdefault(place.region, Counter())[place.code] = size
    hidden = {
        code
        for region, sizes in assessed.items()
        for code in (sizes if region in hidden_regions else hidden_groups(dict(sizes), least))
    }
    lines = []
    for place in municipalities:
        here = [person for person in people if person.municipality == place.code]
        ranked = [levels[person.id] for person in here if person.id in levels]
        band = None
        if len(ranked) >= least and place.code not in hidden:
            share = sum(index >= HIGH_LEVEL for index in ranked) / len(ranked)
            band = next(index for index, end in enumerate(BANDS) if share <= end)
        lines.append(
            PlaceLine(
                code=place.code,
                name=place.name,
                region=place.region,
                staff=sum(person.active for person in here),
                trained=sum(certificates[person.id] is not None for person in here),
                band=band,
            )
        )
    return tuple(lines)


def _months(
    people: Sequence[PersonEvidence], certificates: Mapping[str, datetime | None], today: date
) -> tuple[MonthPoint, ...]:
    staff: Counter[str] = Counter()
    librarians: Counter[str] = Counter()
    for person in people:
        day = certificates[person.id]
        if day is not None:
            (librarians if person.kind == "library" else staff)[f"{day.year}-{day.month:02d}"] += 1
    months = sorted(set(staff) | set(librarians))
    if not months:
        return ()
    points = []
    month = months[0]
    last = f"{today.year}-{today.month:02d}"
    totals = [0, 0]
    while month <= last:
        totals = [totals[0] + staff[month], totals[1] + librarians[month]]
        points.append(MonthPoint(month, *totals))
        year, number = int(month[:4]), int(month[5:])
        month = f"{year + number // 12}-{number % 12 + 1:02d}"
    return tuple(points)
