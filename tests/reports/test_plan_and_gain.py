"""The plan of the start test, when the final test opens, what it says, the gain: and what none of them may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import course_data
from lideri.course.catalogue import AssessmentEntry, Module, Part, Syllabus
from lideri.course.items import ReleasedForm, ReleasedItem
from lideri.reports.certificate import requirements
from lideri.reports.evidence import PersonEvidence, Result, Submission, scored_items
from lideri.reports.exams import (
    final_test_passed,
    gain_of,
    missing_before_final_test,
    module_shares,
    plan_of_person,
    plan_of_results,
)
from lideri.reports.live import _gain
from lideri.reports.trainee import TraineeHome, trainee_home
from lideri.settings import FINAL_TEST, START_TEST, CourseSettings, read_course_settings
from lideri.store.learning import AttemptOutline
from lideri.store.queue import GradedItem
from lideri.store.results import AttemptResult

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SETTINGS = read_course_settings(Path(str(course_data.path("settings.yml"))))
EXERCISES = {"1.1": ("a",), "2.1": ("b",), "3.1": ("c",)}
SYLLABUS = Syllabus(
    modules=tuple(
        Module(
            id=module,
            title=f"Nosaukums {module}",
            written=True,
            parts=(Part(id=f"{module}.1", title="Nodaļa", minutes=30, written=True),),
            assessment=AssessmentEntry(title=f"{module}. moduļa pārbaudes darbs", minutes=30),
        )
        for module in ("1", "2", "3")
    )
)


def a_form(form: str, module: str, names: list[str], *, retired: bool = False) -> ReleasedForm:
    items = tuple(
        ReleasedItem(id=name, version=1, kind="number", submodule=f"{name[0]}.1", stem="Cik?", points=2)
        for name in names
    )
    return ReleasedForm(id=form, module=module, title="A", minutes=50, explain="never", items=items, retired=retired)


STARTS = [f"{module}s{n}" for module in "123" for n in range(4)]
START = a_form("sakums-a", START_TEST, STARTS)
FINALS = (
    a_form("noslegums-a", FINAL_TEST, ["1s0", "2s0", "1f", "2f"]),
    a_form("noslegums-b", FINAL_TEST, ["1s0", "2s0", "1g"]),
)
ITEMS: Mapping[str, ReleasedItem] = {item.id: item for form in (START, *FINALS) for item in form.items}


def graded(points: Mapping[str, float | None]) -> tuple[GradedItem, ...]:
    return tuple(
        GradedItem(name, 1, "waiting" if given is None else "right" if given == 2 else "wrong", given, 2.0, {})
        for name, given in points.items()
    )


def a_submission(
    module: str, points: Mapping[str, float | None], *, number: int = 1, state: str = "graded"
) -> Submission:
    results = tuple(Result(name, "x", given, 2.0, "") for name, given in points.items())
    return Submission(f"{module}{number}", module, f"{module}-a", number, NOW + timedelta(days=number), state, results)


def somebody(*submissions: Submission, name: str = "p") -> PersonEvidence:
    return PersonEvidence(name, "Anna", "vpvkac", None, False, None, None, True, (), (), submissions)


def start_points(one: int, two: int, three: int) -> dict[str, float | None]:
    """So many right of four in each module."""
    return {
        f"{m}s{n}": 2.0 if n < right else 0.0 for m, right in (("1", one), ("2", two), ("3", three)) for n in range(4)
    }


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_plan_says_skip_take_or_unclear_and_on_how_many_tasks_it_rests() -> None:
    plan = plan_of_results(graded(start_points(4, 1, 3)), ITEMS, SETTINGS)

    assert [(line.module, line.advice, line.items) for line in plan] == [
        ("1", "skip", 4),
        ("2", "take", 4),
        ("3", "unclear", 4),
    ]
    assert {name for line in plan for name in line.__slots__} == {
        "module",
        "advice",
        "items",
        "blank",
    }  # no points, no share


def test_the_plan_says_how_many_tasks_were_left_without_an_answer() -> None:
    blank = {"2s0", "2s1", "2s2", "2s3", "3s0"}
    results = tuple(
        replace(one, detail={"your_answer": ["Atbildes nav" if one.item in blank else "Otrais"]})
        for one in graded(start_points(4, 0, 2))
    )

    plan = plan_of_results(results, ITEMS, SETTINGS)

    assert [(line.advice, line.blank) for line in plan] == [("skip", 0), ("take", 4), ("take", 1)]


def test_what_waits_for_a_person_counts_neither_for_nor_against() -> None:
    waiting = {**start_points(4, 0, 0), "1s0": None, "1s1": None}

    plan = plan_of_results(graded(waiting), ITEMS, SETTINGS)

    assert (plan[0].advice, plan[0].items) == ("unclear", 2)


def test_the_plan_is_there_only_once_the_test_is_graded() -> None:
    assert plan_of_person(somebody(), ITEMS, SETTINGS) == ()
    assert plan_of_person(somebody(a_submission(START_TEST, {}, state="queued")), ITEMS, SETTINGS) == ()
    assert len(plan_of_person(somebody(a_submission(START_TEST, start_points(4, 4, 4))), ITEMS, SETTINGS)) == 3


def test_the_start_test_is_no_evidence_of_what_a_person_can_do_now() -> None:
    person = somebody(a_submission(START_TEST, start_points(0, 0, 0)), a_submission(FINAL_TEST, {"1f": 2.0}))

    assert [one.item for one in scored_items(person, ITEMS)] == ["1f"]


# ── the certificate ─────────────────────────────────────────────────────────────────────────────────────────────────


def pages_asked(person: PersonEvidence, settings: CourseSettings = SETTINGS) -> str:
    return next(one.words for one in requirements(person, settings, EXERCISES, items=ITEMS) if one.id == "nodalas")


def test_chapters_of_a_module_that_may_be_skipped_are_not_asked_for_but_its_assessment_is() -> None:
    able = somebody(a_submission(START_TEST, start_points(4, 4, 1)))

    assert pages_asked(able) == "Pabeigtas 0 no 1."
    assert pages_asked(somebody()) == "Pabeigtas 0 no 3."
    modules = next(one for one in requirements(able, SETTINGS, EXERCISES, items=ITEMS) if one.id == "moduli")
    assert modules.words == "Ieskaitīti 0 no 3."


def test_the_programme_may_ask_for_every_chapter_all_the_same() -> None:
    rule = SETTINGS.start_test.value.model_copy(update={"skipped_need_no_pages": False})
    strict = SETTINGS.model_copy(update={"start_test": SETTINGS.start_test.model_copy(update={"value": rule})})

    assert pages_asked(somebody(a_submission(START_TEST, start_points(4, 4, 4))), strict) == "Pabeigtas 0 no 3."


# ── the final test ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_final_test_opens_when_every_assessment_is_passed() -> None:
    rule = SETTINGS.final_test.value.model_copy(update={"opens_when": "uzreiz"})
    at_once = SETTINGS.model_copy(update={"final_test": SETTINGS.final_test.model_copy(update={"value": rule})})

    assert missing_before_final_test(["1", "3"], SETTINGS, EXERCISES) == ("2",)
    assert missing_before_final_test(["1", "2", "3"], SETTINGS, EXERCISES) == ()
    assert missing_before_final_test([], at_once, EXERCISES) == ()


def test_the_final_test_has_a_pass_mark_of_its_own() -> None:
    rule = SETTINGS.final_test.value.model_copy(update={"pass_share": 0.9})
    strict = SETTINGS.model_copy(update={"final_test": SETTINGS.final_test.model_copy(update={"value": rule})})
    person = somebody(a_submission(FINAL_TEST, {"1f": 2.0, "2f": 2.0, "1s0": 2.0, "2s0": 0.0}))

    assert final_test_passed(person, SETTINGS) == NOW + timedelta(days=1)
    assert final_test_passed(person, strict) is None


def test_the_shares_of_the_final_test_are_by_module_and_leave_out_what_waits() -> None:
    shares = module_shares(graded({"1f": 2.0, "1s0": 0.0, "2f": None, "2s0": 2.0}), ITEMS, SYLLABUS)

    assert [(one.module, one.title, one.points, one.max_points) for one in shares] == [
        ("1", "Nosaukums 1", 2.0, 4.0),
        ("2", "Nosaukums 2", 2.0, 2.0),
    ]


# ── the gain ────────────────────────────────────────────────────────────────────────────────────────────────────────


def both(name: str, before: float, after: float, again: float | None = None) -> PersonEvidence:
    finals = [a_submission(FINAL_TEST, {"1s0": after, "2s0": after, "1f": 2.0})]
    if again is not None:
        finals.append(a_submission(FINAL_TEST, {"1s0": again, "2s0": again}, number=2))
    return somebody(
        a_submission(START_TEST, {**start_points(4, 4, 4), "1s0": before, "2s0": before}), *finals, name=name
    )


def test_the_gain_is_of_the_shared_tasks_and_of_the_first_final_test() -> None:
    people = [both("a", 0.0, 2.0), both("b", 0.0, 1.0, again=2.0), both("c", 1.0, 1.0)]

    found = gain_of(people, ITEMS, least=3)

    assert (found.people, found.items, found.mean) == (3, 2, 0.5)
    assert found.low is not None and found.high is not None and found.low < 0.5 < found.high <= 1


def test_of_few_people_the_gain_says_nothing_but_their_number() -> None:
    people = [both("a", 0.0, 2.0), both("b", 0.0, 2.0), somebody(name="c")]

    assert gain_of(people, ITEMS, least=3) == replace(gain_of([], ITEMS, least=3), people=2, items=2)
    assert gain_of(people, ITEMS, least=1).mean == 1.0
    assert gain_of(people[:1], ITEMS, least=1).mean is None  # one person's gain is that person's alone


def test_modules_that_the_start_test_has_no_answer_of_are_left_out_of_the_gain() -> None:
    """Who hands in the start test early would seem to have learnt all the rest since."""
    start = a_submission(START_TEST, start_points(2, 0, 0))
    early = replace(
        start,
        results=tuple(
            replace(one, answer="Otrais" if one.item.startswith("1") else "Atbildes nav") for one in start.results
        ),
    )
    people = [
        somebody(early, a_submission(FINAL_TEST, {"1s0": 2.0, "2s0": 2.0}), name=name) for name in ("a", "b", "c")
    ]

    found = gain_of(people, ITEMS, least=3)

    assert (found.people, found.items, found.mean) == (3, 1, 0.0)


def test_a_published_gain_stands_until_enough_people_were_added() -> None:
    first = {"people": 6, "items": 2, "mean": 0.3, "low": 0.1, "high": 0.5}

    assert _gain({**first, "people": 10, "mean": 0.4}, first, 5) == first
    assert _gain({**first, "people": 11, "mean": 0.4}, first, 5) == {**first, "people": 11, "mean": 0.4}
    assert _gain(first, None, 5) == first


# ── at home ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FRESH = AttemptOutline(number=1, of=2, open=None, deadline=None, last=None)


def a_result(module: str, points: Mapping[str, float | None], *, number: int = 1) -> AttemptResult:
    return AttemptResult(
        f"{module}-{number}", f"s{number}", "p", module, f"{module}-a", number, NOW, "graded", graded(points), {}
    )


def home(*results: AttemptResult, retired: bool = False, **outlines: AttemptOutline) -> TraineeHome:
    known: dict[str, AttemptOutline] = dict.fromkeys(("1", "2", "3", START_TEST, FINAL_TEST), FRESH) | outlines
    start = a_form("sakums-b", START_TEST, STARTS) if retired else START
    old = [START.model_copy(update={"retired": True})] if retired else []
    return trainee_home(
        SYLLABUS,
        exercises=EXERCISES,
        answers=[],
        outlines=known,
        results=results,
        settings=SETTINGS,
        now=NOW,
        tests={START_TEST: [*old, start], FINAL_TEST: FINALS},
    )


def passed(*modules: str) -> list[AttemptResult]:
    return [a_result(module, {f"{module}f": 2.0}) for module in modules]


def test_a_new_person_is_asked_to_the_start_test_and_one_who_has_begun_is_not() -> None:
    assert home().next.kind == "take_start_test"
    assert home(**{"1": replace(FRESH, open="x")}).next.kind == "continue_assessment"
    assert home(**{START_TEST: replace(FRESH, open="x")}).next.kind == "continue_start_test"
    past = home(**{START_TEST: replace(FRESH, open="x"), "1": replace(FRESH, open="y")})
    assert past.next.kind == "continue_assessment"  # whoever went past the test is not held up by it


def test_a_course_without_tests_leads_on_as_before() -> None:
    plain: dict[str, Any] = {"exercises": EXERCISES, "answers": [], "results": (), "settings": SETTINGS, "now": NOW}

    found = trainee_home(SYLLABUS, outlines={"1": FRESH}, **plain)

    assert (found.next.kind, found.start_test, found.final_test) == ("start_page", None, None)


def test_after_the_plan_the_first_chapter_is_of_a_module_that_is_not_skipped() -> None:
    found = home(a_result(START_TEST, start_points(4, 1, 3)))

    assert [module.advice for module in found.modules] == ["skip", "take", "unclear"]
    assert (found.next.kind, found.next.part and found.next.part.id) == ("start_page", "2.1")


def test_a_skipped_module_is_done_with_its_assessment_alone_and_never_without_it() -> None:
    plan = a_result(START_TEST, start_points(4, 4, 4))

    assert home(plan).modules[0].status == "none"
    assert home(plan, *passed("1")).modules[0].status == "done"
    assert home(*passed("1")).modules[0].status == "now"
    assert home(plan).next.kind == "take_assessment"


def test_a_plan_from_a_form_that_nobody_begins_now_still_holds() -> None:
    assert home(a_result(START_TEST, start_points(4, 1, 3)), retired=True).modules[0].advice == "skip"


def test_the_final_test_is_closed_open_and_then_passed() -> None:
    plan = a_result(START_TEST, start_points(4, 4, 4))
    ready = (plan, *passed("1", "2", "3"))

    def final(found: TraineeHome) -> tuple[str, tuple[str, ...], bool]:
        assert found.final_test is not None
        return found.final_test.state, found.final_test.missing, found.final_test.may_start

    assert final(home(plan, *passed("1", "2"))) == ("closed", ("3",), False)
    assert final(home(*ready)) == ("none", (), True)
    assert home(*ready).next.kind == "take_final_test"
    failed = home(*ready, a_result(FINAL_TEST, {"1f": 0.0}), **{FINAL_TEST: replace(FRESH, number=2)})
    assert final(failed) == ("not_passed", (), True)
    assert failed.next.kind == "retake_final_test"
    done = home(*ready, a_result(FINAL_TEST, {"1f": 2.0}), **{FINAL_TEST: replace(FRESH, number=2)})
    assert final(done)[0] == "passed"
    assert done.next.kind == "all_done"


def test_after_the_final_test_was_begun_the_start_test_is_no_more() -> None:
    found = home(**{FINAL_TEST: replace(FRESH, open="x")})

    assert found.start_test is not None and found.start_test.state == "missed"
