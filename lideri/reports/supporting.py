"""Supporting others: what people's answers say about helping somebody else do it, and not only knowing it.

DigComp 3.0 has ten such outcomes at its advanced level («assist others», «support others»; Cosgrove & Cachia 2025).
They cut across modules: an item about a client's phone in module 4 and a talk in module 7 may ask for the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lideri.course.catalogue import SupportingOutcome
from lideri.course.items import ReleasedItem
from lideri.measurement.levels import CutScores, Level, ScoredItem, level, merged_counts, middle
from lideri.reports.evidence import PersonEvidence, scored_items
from lideri.settings import START_TEST
from lideri.store.results import AttemptResult


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One outcome. ``share``: of points, by all answers together; None: too few people or different items."""

    code: str
    text: str
    people: int
    items: int
    share: float | None


@dataclass(frozen=True, slots=True)
class PersonSupporting:
    """A person's level over all these outcomes; ``index`` None: too few items."""

    id: str
    name: str
    index: int | None
    items: int


@dataclass(frozen=True, slots=True)
class CohortSupporting:
    """``counts``: people at each level; ``outcomes``: the one that goes worst first, those without a share last.

    ``least`` people and ``min_items`` different items are needed to say anything about an outcome.
    """

    counts: tuple[int, ...]
    people: int
    items: int
    middle: int | None
    lines: tuple[PersonSupporting, ...]
    outcomes: tuple[OutcomeLine, ...]
    least: int
    min_items: int


@dataclass(frozen=True, slots=True)
class ProgrammeSupporting:
    """``groups``: (first level, last level, people), none of them small; empty when too few people have a level."""

    people: int
    groups: tuple[tuple[int, int, int], ...]
    outcomes: tuple[OutcomeLine, ...]
    least: int
    min_items: int


def own_level(
    results: Iterable[AttemptResult],
    items: Mapping[str, ReleasedItem],
    outcomes: Sequence[SupportingOutcome],
    cuts: CutScores,
) -> Level:
    """What a trainee sees of it: the level over all these outcomes, from all attempts but the start test."""
    scored = [
        ScoredItem(one.item, items[one.item].submodule, (), one.points, one.max_points, one.outcome)
        for result in sorted(results, key=lambda result: result.submitted_at)
        if result.module != START_TEST
        for one in result.items
        if one.item in items
    ]
    return level(supporting_items(scored, outcomes), cuts)


def cohort_supporting(
    people: Sequence[PersonEvidence],
    items: Mapping[str, ReleasedItem],
    outcomes: Sequence[SupportingOutcome],
    cuts: CutScores,
    *,
    least: int,
) -> CohortSupporting | None:
    """What a trainer sees; an outcome's share needs ``least`` people. None where the course names no such outcome."""
    if not outcomes:
        return None
    scored = {person.id: supporting_items(scored_items(person, items), outcomes) for person in people}
    levels = {person.id: level(scored[person.id], cuts) for person in people}
    known = [found.index for found in levels.values() if found.index is not None]
    return CohortSupporting(
        counts=tuple(known.count(index) for index in range(len(cuts.shares))),
        people=len(known),
        items=len({one.item for results in scored.values() for one in results if one.points is not None}),
        middle=middle(known),
        lines=tuple(
            PersonSupporting(person.id, person.name, levels[person.id].index, levels[person.id].items)
            for person in people
        ),
        outcomes=_lines(scored.values(), outcomes, cuts, least),
        least=least,
        min_items=cuts.min_items,
    )


def programme_supporting(
    people: Sequence[PersonEvidence],
    items: Mapping[str, ReleasedItem],
    outcomes: Sequence[SupportingOutcome],
    cuts: CutScores,
    *,
    least: int,
) -> ProgrammeSupporting | None:
    """What is published: no cell under ``least`` people, and of fewer than ``least`` not even their number."""
    if not outcomes:
        return None
    scored = [supporting_items(scored_items(person, items), outcomes) for person in people]
    known = [found.index for results in scored if (found := level(results, cuts)).index is not None]
    lines = tuple(
        line if line.share is not None else OutcomeLine(line.code, line.text, 0, 0, None)
        for line in _lines(scored, outcomes, cuts, least)
    )
    if len(known) < least:
        return ProgrammeSupporting(0, (), lines, least, cuts.min_items)
    counts = [known.count(index) for index in range(len(cuts.shares))]
    return ProgrammeSupporting(len(known), tuple(merged_counts(counts, least)), lines, least, cuts.min_items)


def supporting_items(results: Iterable[ScoredItem], outcomes: Sequence[SupportingOutcome]) -> list[ScoredItem]:
    """Those of the results that any of the outcomes is about."""
    asked = frozenset[str]().union(*(outcome.items for outcome in outcomes))
    return [one for one in results if one.item in asked]


def _lines(
    scored: Iterable[Sequence[ScoredItem]], outcomes: Sequence[SupportingOutcome], cuts: CutScores, least: int
) -> tuple[OutcomeLine, ...]:
    people = [{one.item: one for one in results if one.points is not None} for results in scored]
    lines = []
    for outcome in outcomes:
        answered = [own for each in people if (own := [one for item, one in each.items() if item in outcome.items])]
        every = [one for own in answered for one in own]
        different = len({one.item for one in every})
        enough = len(answered) >= least and different >= cuts.min_items
        share = sum(one.points or 0.0 for one in every) / sum(one.max_points for one in every) if enough else None
        lines.append(OutcomeLine(outcome.code, outcome.text, len(answered), different, share))
    return tuple(sorted(lines, key=lambda line: (line.share is None, line.share or 0.0)))
