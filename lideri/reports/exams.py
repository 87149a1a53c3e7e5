"""What the start test and the final test say: the plan, when the final test opens, its result, and the gain.

Pure functions from records to frozen data. Nothing here shows an item, an answer or a key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lideri.course.catalogue import Syllabus
from lideri.course.items import ReleasedItem
from lideri.grading.words import NO_ANSWER
from lideri.measurement.levels import ScoredItem
from lideri.measurement.placement import Advice, Gain, Placement, gain, placement
from lideri.reports.evidence import PersonEvidence, Submission, has_passed, module_of, scored_results
from lideri.settings import FINAL_TEST, START_TEST, CourseSettings
from lideri.store.queue import GradedItem


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What the start test says of one module; ``items``: the tasks it rests on, ``blank`` of them not answered.

    No share, no points.
    """

    module: str
    advice: Advice
    items: int
    blank: int = 0


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
    known = [one for one in results if one.item in items]
    return _plan(
        [ScoredItem(one.item, items[one.item].submodule, (), one.points, one.max_points, one.outcome) for one in known],
        settings,
        blank={one.item for one in known if list(one.detail.get("your_answer", ())) == [NO_ANSWER]},
    )


def plan_of_person(
    person: PersonEvidence, items: Mapping[str, ReleasedItem], settings: CourseSettings
) -> tuple[PlanLine, ...]:
    """The same from what reports know of a person; empty until a start test is graded."""
    found = _graded(person, START_TEST)
    return _plan(scored_results(found[0], items), settings, blank=_blank(found[0])) if found else ()


def advised_to_skip(plan: Iterable[PlanLine]) -> frozenset[str]:
    return frozenset(line.module for line in plan if line.advice == "skip")


def pages_not_needed(
    person: PersonEvidence, items: Mapping[str, ReleasedItem], settings: CourseSettings
) -> frozenset[str]:
    """Modules whose chapters the certificate does not ask for: those that the start test advises to leave out."""
    if not settings.start_test.value.skipped_need_no_pages:
        return frozenset()
    return advised_to_skip(plan_of_person(person, items, settings))


def _plan(results: Sequence[ScoredItem], settings: CourseSettings, *, blank: Collection[str]) -> tuple[PlanLine, ...]:
    rule = settings.start_test.value
    by_module: dict[str, list[ScoredItem]] = {}
    for one in results:
        by_module.setdefault(module_of(one.submodule), []).append(one)
    lines = []
    for module, own in sorted(by_module.items(), key=lambda pair: int(pair[0])):
        found: Placement = placement(own, cut=rule.cut, sure=rule.sure, min_items=rule.min_items)
        lines.append(PlanLine(module, found.advice, found.items, sum(one.item in blank for one in own)))
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
    count: by then the tasks were met three times. Nor does a module of which the start test has no answer at all: who
    hands in early would seem to have learnt everything since.
    """
    before: dict[str, list[ScoredItem]] = {}
    after: dict[str, list[ScoredItem]] = {}
    for person in people:
        first, last = _graded(person, START_TEST), _graded(person, FINAL_TEST)
        if first and last:
            before[person.id] = _of_modules_begun(scored_results(first[0], items), _blank(first[0]))
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


def _blank(submission: Submission) -> set[str]:
    """The items left without an answer."""
    return {one.item for one in submission.results if one.answer == NO_ANSWER}


def _of_modules_begun(results: Sequence[ScoredItem], blank: Collection[str]) -> list[ScoredItem]:
    """Results in the modules where at least one item was answered."""
    begun = {module_of(one.submodule) for one in results if one.item not in blank}
    return [one for one in results if module_of(one.submodule) in begun]


def _graded(person: PersonEvidence, test: str) -> list[Submission]:
    """The person's graded attempts at the test, the first one first."""
    return sorted(
        (one for one in person.submissions if one.module == test and one.state == "graded" and one.results),
        key=lambda one: one.number,
    )
