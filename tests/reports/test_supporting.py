"""Whether people can help others do it: levels and shares over the outcomes that ask for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lideri.course.catalogue import SupportingOutcome
from lideri.course.items import ReleasedItem
from lideri.course.loading import load_course
from lideri.measurement.levels import CutScores
from lideri.reports.evidence import PersonEvidence, Result, Submission
from lideri.reports.live import _supporting
from lideri.reports.supporting import OutcomeLine, cohort_supporting, programme_supporting

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CUTS = CutScores(shares=(0.0, 0.5, 0.7, 0.9), min_items=4)
ITEMS = {
    name: ReleasedItem(id=name, version=1, kind="single_choice", submodule=part, stem=name, points=1)
    for name, part in [*((f"p{n}", "7.1") for n in range(4)), *((f"d{n}", "2.1") for n in range(4)), ("cits", "2.1")]
}
PRIVACY = SupportingOutcome(code="LO4.2.23", text="Palīdzēt sargāt datus", items=frozenset({"d0", "d1", "d2", "d3"}))
COURAGE = SupportingOutcome(code="LO5.4.13", text="Palīdzēt kļūt drošākam", items=frozenset({"p0", "p1", "p2", "p3"}))
OUTCOMES = (PRIVACY, COURAGE)


def work(points: dict[str, float | None], *, module: str = "7", number: int = 1) -> Submission:
    results = tuple(Result(item, "right" if p else "wrong", p, 1.0, "") for item, p in points.items())
    at = NOW + timedelta(days=number)
    return Submission(f"{module}-{number}", module, f"m0{module}-a", number, at, "graded", results)


def person(name: str, *submissions: Submission) -> PersonEvidence:
    return PersonEvidence(name, name, "vpvkac", None, False, NOW, None, True, (), (), submissions)


def share(lines: tuple[OutcomeLine, ...], outcome: SupportingOutcome) -> float | None:
    return next(line.share for line in lines if line.code == outcome.code)


def test_items_of_different_modules_make_one_level_and_the_others_do_not_count() -> None:
    helps = person("Anna", work({"p0": 1, "p1": 1}), work({"d0": 1, "d1": 0, "cits": 0}, module="2"))

    found = cohort_supporting([helps], ITEMS, OUTCOMES, CUTS, least=3)

    assert found is not None
    assert [(line.index, line.items) for line in found.lines] == [(2, 4)], "three points of four: «augsts»"
    assert (found.counts, found.people, found.items) == ((0, 0, 1, 0), 1, 4)


def test_what_waits_for_a_person_and_the_start_test_say_nothing() -> None:
    waits = person("Berta", work({"p0": 1, "p1": 1, "p2": 1, "p3": None}))
    placed = person("Cilda", work({f"p{n}": 1 for n in range(4)}, module="sakums"))

    found = cohort_supporting([waits, placed], ITEMS, OUTCOMES, CUTS, least=3)

    assert found is not None
    assert [(line.index, line.items) for line in found.lines] == [(None, 3), (None, 0)]
    assert found.middle is None


def test_an_outcome_is_spoken_of_when_enough_people_answered_enough_different_items() -> None:
    everything = {f"d{n}": 1.0 for n in range(4)} | {f"p{n}": float(n < 2) for n in range(4)}
    two = [person(name, work(everything)) for name in ("Anna", "Berta")]
    third_with_few = person("Cilda", work({"p0": 0}))

    of_two = cohort_supporting(two, ITEMS, OUTCOMES, CUTS, least=3)
    of_three = cohort_supporting([*two, third_with_few], ITEMS, OUTCOMES, CUTS, least=3)

    assert of_two is not None and of_three is not None
    assert {line.share for line in of_two.outcomes} == {None}
    assert share(of_three.outcomes, COURAGE) == 4 / 9
    assert share(of_three.outcomes, PRIVACY) is None, "only two people answered"
    assert [line.code for line in of_three.outcomes] == [COURAGE.code, PRIVACY.code], "unknown ones last"


def test_an_item_answered_twice_counts_with_its_last_answer() -> None:
    first, then = work({f"d{n}": 0 for n in range(4)}), work({f"d{n}": 1 for n in range(4)}, number=2)

    people = [person(name, first, then) for name in ("Anna", "Berta", "Cilda")]
    found = cohort_supporting(people, ITEMS, OUTCOMES, CUTS, least=3)

    assert found is not None and share(found.outcomes, PRIVACY) == 1.0


@given(st.lists(st.lists(st.sampled_from([0.0, 1.0, None]), min_size=8, max_size=8), max_size=12), st.integers(2, 6))
def test_what_is_published_is_never_about_fewer_people(answers: list[list[float | None]], least: int) -> None:
    names = [*(f"d{n}" for n in range(4)), *(f"p{n}" for n in range(4))]
    people = [person(f"{n}", work(dict(zip(names, own, strict=True)))) for n, own in enumerate(answers)]

    found = programme_supporting(people, ITEMS, OUTCOMES, CUTS, least=least)

    assert found is not None
    assert all(size == 0 or size >= least for _, _, size in found.groups)
    assert found.people == sum(size for _, _, size in found.groups)
    for line in found.outcomes:
        assert (line.share is None and line.people == line.items == 0) or (
            line.people >= least and line.share is not None and 0 <= line.share <= 1
        )


def test_the_ten_outcomes_of_digcomp_are_named_and_asked_for() -> None:
    course = load_course(keys=False)

    assert [outcome.code for outcome in course.supporting] == (
        [
            "LO2.1.26",
            "LO2.3.29",
            "LO2.3.30",
            "LO2.6.26",
            "LO4.1.15",
            "LO4.2.22",
            "LO4.2.23",
            "LO5.1.12",
            "LO5.2.14",
            "LO5.4.13",
        ]
    )
    for outcome in course.supporting:
        in_forms = {item.id for form in course.forms.values() for item in form.items} & outcome.items
        assert len(in_forms) >= 3, outcome.code


def published(people: int, share: float | None, groups: list[list[int]]) -> dict[str, object]:
    line = {"code": "LO4.2.23", "text": "…", "people": people, "items": 4, "share": share}
    return {"people": people, "groups": groups, "outcomes": [line], "least": 5, "min_items": 4}


def test_two_publications_do_not_differ_by_a_few_people() -> None:
    first, few_more, many_more = (
        published(9, 0.5, [[0, 3, 9]]),
        published(11, 0.7, [[0, 3, 11]]),
        published(14, 0.8, []),
    )

    assert _supporting(few_more, first, 5) == first
    assert _supporting(many_more, first, 5) == many_more
    assert _supporting(first, None, 5) == first
    assert _supporting(first, published(0, None, []), 5) == first, "nothing was told yet"
