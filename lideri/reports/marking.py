"""How far the markers of free answers agree, by task and by criterion, and where a rubric's wording divides them.

Always the second, blind mark against the one that stood when it was made; what was changed after a talk is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lideri.course.latvian import number
from lideri.measurement.agreement import agreement
from lideri.store.second_marks import MarkedTwice, levels_of

# What a kappa is called, from which on: J. R. Landis and G. G. Koch, Biometrics 33 (1977), 159–174.
_WORDS = ((0.81, "ļoti laba"), (0.61, "laba"), (0.41, "vidēja"), (0.21, "vāja"), (float("-inf"), "ļoti vāja"))
FEW = "vēl par maz pāru"
SAME = "nevar aprēķināt: visi vērtējumi ir vienādi"
_MOST_TO_MEND = 3


@dataclass(frozen=True, slots=True)
class Boundary:
    """Two levels of a criterion that the markers took one for the other: ``times`` of ``of`` disagreements."""

    lower: float
    upper: float
    lower_words: str
    upper_words: str
    times: int
    of: int


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One criterion, or a sum. ``kappa`` None: nothing to show, ``words`` say why. ``boundary`` None: all agree."""

    title: str
    pairs: int
    exact: float
    kappa: float | None
    words: str
    boundary: Boundary | None = None

    @property
    def has_enough(self) -> bool:
        return self.words != FEW


@dataclass(frozen=True, slots=True)
class TaskAgreement:
    item: str
    module: str
    title: str
    task: str
    criteria: tuple[AgreementRow, ...]
    total: AgreementRow

    @property
    def rows(self) -> tuple[AgreementRow, ...]:
        return (*self.criteria, self.total)


@dataclass(frozen=True, slots=True)
class MarkerAgreement:
    """``mend``: the criteria that divide the markers most, the worst first, each with its task."""

    total: AgreementRow
    tasks: tuple[TaskAgreement, ...]
    mend: tuple[tuple[TaskAgreement, AgreementRow], ...]
    is_demo: bool


def word_of(kappa: float) -> str:
    return next(word for least, word in _WORDS if round(kappa, 2) >= least)


def marker_agreement(pairs: Sequence[MarkedTwice], *, min_pairs: int) -> MarkerAgreement:
    """Of real people's answers; of the demonstration's where there are no others.

    Fewer than ``min_pairs`` of a criterion: its pairs are counted, nothing is said of its agreement.
    """
    real = [pair for pair in pairs if not pair.is_demo]
    counted = real or list(pairs)
    by_task: dict[str, list[MarkedTwice]] = defaultdict(list)
    for pair in counted:
        by_task[pair.item].append(pair)
    tasks = tuple(_task(item, by_task[item], min_pairs) for item in sorted(by_task))
    divided = [(task, row) for task in tasks for row in task.criteria if row.has_enough and row.boundary is not None]
    divided.sort(key=lambda each: (each[1].exact, -each[1].pairs))
    return MarkerAgreement(
        total=_sums("Visas atbildes kopā", counted, min_pairs),
        tasks=tasks,
        mend=tuple(divided[:_MOST_TO_MEND]),
        is_demo=bool(counted) and not real,
    )


def _task(item: str, pairs: Sequence[MarkedTwice], min_pairs: int) -> TaskAgreement:
    rubric = pairs[0].detail["rubric"]
    return TaskAgreement(
        item=item,
        module=pairs[0].module,
        title=str(rubric["title"]),
        task=str(pairs[0].detail.get("task", "")),
        criteria=tuple(_criterion(criterion, pairs, min_pairs) for criterion in rubric["criteria"]),
        total=_sums("Kopā (punktu summa)", pairs, min_pairs),
    )


def _criterion(criterion: Mapping[str, Any], pairs: Sequence[MarkedTwice], min_pairs: int) -> AgreementRow:
    name = str(criterion["id"])
    words = {float(level["points"]): str(level["description"]) for level in criterion["levels"]}
    levels = sorted(words)
    # A pair marked by another wording with other levels cannot be compared with these.
    alike = [pair for pair in pairs if levels_of(pair.detail).get(name) == tuple(levels)]
    first = [levels.index(pair.first.points[name]) for pair in alike]
    second = [levels.index(pair.second.points[name]) for pair in alike]
    apart = Counter(
        (min(one, other), max(one, other)) for one, other in zip(first, second, strict=True) if one != other
    )
    boundary = None
    if apart:
        (low, high), times = min(apart.items(), key=lambda each: (-each[1], each[0]))
        boundary = Boundary(
            levels[low], levels[high], words[levels[low]], words[levels[high]], times, sum(apart.values())
        )
    return _row(str(criterion["title"]), first, second, len(levels), min_pairs, boundary)


def _sums(title: str, pairs: Sequence[MarkedTwice], min_pairs: int) -> AgreementRow:
    """Of the sums of points, in half points."""
    first = [round(2 * pair.first.total) for pair in pairs]
    second = [round(2 * pair.second.total) for pair in pairs]
    return _row(title, first, second, max([0, *first, *second]) + 1, min_pairs, None)


def _row(
    title: str,
    first: Sequence[int],
    second: Sequence[int],
    categories: int,
    min_pairs: int,
    boundary: Boundary | None,
) -> AgreementRow:
    found = agreement(first, second, categories, weights="quadratic")
    if found.pairs < min_pairs:
        return AgreementRow(title, found.pairs, found.exact, None, FEW, boundary)
    words = SAME if found.kappa is None else word_of(found.kappa)
    return AgreementRow(title, found.pairs, found.exact, found.kappa, words, boundary)


def kappa_words(row: AgreementRow) -> str:
    """«0,72 – laba», or why there is no number."""
    return row.words if row.kappa is None else f"{number(row.kappa, 2)} – {row.words}"
