"""What the start test and the final test say: the plan, when the final test opens, its result, and the gain.

Pure functions from records to frozen data. Nothing here shows an item, an answer or a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lideri.course.catalogue import Syllabus
from lideri.course.items import ReleasedItem
from lideri.measurement.levels import ScoredItem
from lideri.measurement.placement import Advice, Gain, Placement, gain, placement
from lideri.reports.evidence import PersonEvidence, Submission, has_passed, module_of, scored_results
from lideri.settings import FINAL_TEST, START_TEST, CourseSettings
from lideri.store.queue import GradedItem


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What the start test says of one module; ``items``: the tasks it rests on. No share, no points."""

    module: str
    advice: Advice
    items: int


@dataclass(frozen=True, slots=True)
class ModuleShare:
    """Points in one module of the final test."""

    module: str
    title: str
    points: float
    max_points: float


@dataclass(frozen=True, slots=True)
class GainLine:
    """``mean``, ``low``, ``high``: share of points, −1…1; None where too few people have taken both tests."""

    people: int
    items: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_of_results(
    results: Iterable[GradedItem], items: Mapping[str, ReleasedItem], settings: CourseSettings
) -> tuple[PlanLine, ...]:
    """The plan from the graded items of a start test."""
    return _plan(
        [
            ScoredItem(one.item, items[one.item].submodule, (), one.points, one.max_points, one.outcome)
            for one in results
            if one.item in items
        ],
        settings,
    )


def plan_of_person(
    person: PersonEvidence, items: Mapping[str, ReleasedItem], settings: CourseSettings
) -> tuple[PlanLine, ...]:
    """The same from what reports know of a person; empty until a start test is graded."""
    found = _graded(person, START_TEST)
    return _plan(scored_results(found[0], items), settings) if found else ()


def advised_to_skip(plan: Iterable[PlanLine]) -> frozenset[str]:
    return frozenset(line.module for line in plan if line.advice == "skip")


def pages_not_needed(
    person: PersonEvidence, items: Mapping[str, ReleasedItem], settings: CourseSettings
) -> frozenset[str]:
    """Modules whose chapters the certificate does not ask for: those that the start test advises to leave out."""
    if not settings.start_test.value.skipped_need_no_pages:
        return frozenset()
    return advised_to_skip(plan_of_person(person, items, settings))


def _plan(results: Sequence[ScoredItem], settings: CourseSettings) -> tuple[PlanLine, ...]:
    rule = settings.start_test.value
    by_module: dict[str, list[ScoredItem]] = {}
    for one in results:
        by_module.setdefault(module_of(one.submodule), []).append(one)
    lines = []
    for module, own in sorted(by_module.items(), key=lambda pair: int(pair[0])):
        found: Placement = placement(own, cut=rule.cut, sure=rule.sure, min_items=rule.min_items)
        lines.append(PlanLine(module, found.advice, found.items))
    return tuple(lines)


# ── the final test ──────────────────────────────────────────────────────────────────────────────────────────────────


def modules_needed(settings: CourseSettings, exercises_of: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The modules whose assessments the certificate asks for, and the final test before it opens; in their order."""
    named = settings.certificate.value.modules_passed
    return tuple(sorted({module_of(page) for page in exercises_of}, key=int)) if named == "visi" else named


def missing_before_final_test(
    passed: Iterable[str], settings: CourseSettings, exercises_of: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """The modules that have yet to be passed before the final test opens; empty: it is open."""
    if settings.final_test.value.opens_when == "uzreiz":
        return ()
    there = set(passed)
    return tuple(module for module in modules_needed(settings, exercises_of) if module not in there)


def final_test_passed(person: PersonEvidence, settings: CourseSettings) -> datetime | None:
    """When the person handed in the final test that is passed; None while it is not."""
    return has_passed(person, FINAL_TEST, settings)


def module_shares(
    results: Iterable[GradedItem], items: Mapping[str, ReleasedItem], syllabus: Syllabus
) -> tuple[ModuleShare, ...]:
    """Points by module; what waits for a person's judgement is left out."""
    sums: dict[str, tuple[float, float]] = {}
    for one in results:
        if one.item in items and one.points is not None:
            module = module_of(items[one.item].submodule)
            points, most = sums.get(module, (0.0, 0.0))
            sums[module] = (points + one.points, most + one.max_points)
    entries = {module.id: module.title for module in syllabus.modules}
    return tuple(ModuleShare(module, entries.get(module, ""), *sums[module]) for module in sorted(sums, key=int))


# ── the gain ────────────────────────────────────────────────────────────────────────────────────────────────────────


def gain_of(people: Iterable[PersonEvidence], items: Mapping[str, ReleasedItem], *, least: int) -> GainLine:
    """The mean gain from the start test to the first final test, on the tasks that both hold.

    Of fewer than ``least`` people (at least two) nothing but their number is said. The second final test does not
    count: by then the tasks were met three times.
    """
    before: dict[str, list[ScoredItem]] = {}
    after: dict[str, list[ScoredItem]] = {}
    for person in people:
        first, last = _graded(person, START_TEST), _graded(person, FINAL_TEST)
        if first and last:
            before[person.id] = scored_results(first[0], items)
            after[person.id] = scored_results(last[0], items)
    shared = {
        one.item
        for person, results in before.items()
        for one in results
        if one.points is not None
        and any(other.item == one.item and other.points is not None for other in after[person])
    }
    found: Gain | None = gain(before, after)
    if found is None or found.people < max(2, least):
        return GainLine(found.people if found else 0, len(shared))
    return GainLine(found.people, len(shared), found.mean, found.low, found.high)


def _graded(person: PersonEvidence, test: str) -> list[Submission]:
    """The person's graded attempts at the test, the first one first."""
    return sorted(
        (one for one in person.submissions if one.module == test and one.state == "graded" and one.results),
        key=lambda one: one.number,
    )
