from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lideri.course.catalogue import Competence, Module, Part, Syllabus
from lideri.course.items import ReleasedForm, ReleasedItem
from lideri.course.loading import Course
from lideri.course.places import load_places
from lideri.reports.certificate import certificate_day
from lideri.reports.evidence import PersonEvidence, Result, Submission, counting, has_passed
from lideri.reports.programme import next_publication, programme_report
from lideri.reports.trainer import trainer_report
from lideri.settings import CourseSettings, read_course_settings

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ITEMS = tuple(
    ReleasedItem(
        id=f"{form}{n}", version=1, kind="single_choice", submodule="2.1", stem=f"J{n}", points=2, competences=("4.1",)
    )
    for form in "ab"
    for n in range(4)
)
FORMS = {
    f"m02-{form}": ReleasedForm(
        id=f"m02-{form}",
        module="2",
        title=form,
        minutes=30,
        explain="after_submit",
        items=tuple(item for item in ITEMS if item.id[0] == form),
    )
    for form in "ab"
}


@pytest.fixture
def settings() -> CourseSettings:
    """The course's own, with a certificate for the one module that these tests have."""
    real = read_course_settings(ROOT / "course_data" / "settings.yml")
    asked = {"modules_passed": ("2",), "final_test": False, "confirmed_people": 0}
    rule = real.certificate.value.model_copy(update=asked)
    return real.model_copy(update={"certificate": real.certificate.model_copy(update={"value": rule})})


@pytest.fixture
def course() -> Course:
    part = Part(id="2.1", title="Kibernoziegumu riski", minutes=45, written=True)
    return Course(
        root=ROOT,
        syllabus=Syllabus(modules=(Module(id="2", title="Drošība", written=True, parts=(part,)),)),
        facts={},
        competences={"4.1": Competence(code="4.1", name="Ierīču aizsardzība", own_translation=True)},
        areas={},
        outcomes=frozenset(),
        practice={},
        items={},
        rubrics={},
        blueprints={},
        forms=FORMS,
    )


def a_submission(form: str, points: list[float | None], *, number: int = 1, at: datetime = NOW) -> Submission:
    results = tuple(
        Result(
            f"{form}{n}",
            "waiting" if p is None else "right" if p == 2 else "wrong",
            p,
            2.0,
            "" if p == 2 else "gov.lv",
        )
        for n, p in enumerate(points)
    )
    return Submission(f"s-{form}-{number}", "2", f"m02-{form}", number, at, "graded", results)


def a_person(
    name: str, *submissions: Submission, place: str | None = "LV-007", kind: str = "vpvkac", seen: datetime | None = NOW
) -> PersonEvidence:
    return PersonEvidence(
        id=name,
        name=name,
        kind=kind,
        municipality=place,
        is_demo=False,
        last_seen=seen,
        invited_at=None,
        has_password=True,
        exercises=(),
        open_attempts=(),
        submissions=submissions,
    )


def report(  # type: ignore[no-untyped-def]
    people: list[PersonEvidence], course: Course, settings: CourseSettings, module: str | None = None
):
    return trainer_report(
        cohort_id="k",
        cohort="Alūksne",
        is_demo=False,
        people=people,
        course=course,
        settings=settings,
        exercises_of={},
        now=NOW,
        module=module,
    )


def two_modules(course: Course) -> Course:
    part = Part(id="3.1", title="Kas tu esi", minutes=30, written=True)
    items = tuple(item.model_copy(update={"id": f"c{n}", "submodule": "3.1"}) for n, item in enumerate(ITEMS[:4]))
    form = FORMS["m02-a"].model_copy(update={"id": "m03-a", "module": "3", "items": items})
    modules = (*course.syllabus.modules, Module(id="3", title="Pieteikšanās", written=True, parts=(part,)))
    return replace(course, syllabus=Syllabus(modules=modules), forms={**FORMS, "m03-a": form})


def of_module_3(points: list[float | None], *, at: datetime) -> Submission:
    return replace(a_submission("c", points, at=at), id="s-3", module="3", form="m03-a")


def test_who_asked_comes_first_then_who_handed_in_then_who_is_stuck_then_the_log(
    course: Course, settings: CourseSettings
) -> None:
    waits = replace(a_person("anna", a_submission("a", [2, 2, 2, None])), questions_waiting=1)
    stuck = replace(a_person("berta", seen=None), has_password=False, entries_new=2)

    everything = report([waits, stuck], course, settings).steps
    calm = report([a_person("cilda", a_submission("a", [2, 2, 2, 2]))], course, settings).steps
    empty = report([], course, settings).steps

    assert [step.title for step in everything] == [
        "1 jautājums gaida atbildi",
        "1 darbs gaida vērtējumu",
        "Jāuzrunā: berta",
        "2 palīdzības ieraksti gaida apstiprinājumu",
    ]
    assert [step.where.rsplit("/", 1)[-1] for step in everything] == ["jautajumi", "s-a-1", "k", "ieraksti"]
    assert everything[1].why == "Vecākais gaida kopš 2026. gada 20. novembra."
    assert [(step.title, step.where) for step in calm] == [("Pagaidām nekas negaida", "")]
    assert [step.where for step in empty] == ["/services/lideri/grupas/k/imports"]


def test_a_closed_account_still_counts_for_what_was_earned_but_not_among_those_who_learn(
    course: Course, settings: CourseSettings
) -> None:
    work = a_submission("a", [2, 2, 2, 2])
    people = [a_person(f"p{n}", work) for n in range(6)]
    gone = [replace(people[0], active=False), *people[1:]]

    before, after = (
        programme_report(
            people=these,
            course=course,
            settings=settings,
            exercises_of={},
            municipalities=load_places(),
            today=date(2026, 11, 20),
        )
        for these in (people, gone)
    )

    assert (before.staff_trained, after.staff_trained) == (6, 6)
    assert (before.assessed, after.assessed) == (6, 5)
    assert [sum(place.staff for place in one.places) for one in (before, after)] == [6, 5]


def test_without_being_asked_it_is_about_the_module_that_most_people_worked_on_last(
    course: Course, settings: CourseSettings
) -> None:
    earlier = NOW - timedelta(days=3)
    further = [
        a_person(name, a_submission("a", [2, 2, 2, 2], at=earlier), of_module_3([2, 0, 0, 0], at=NOW))
        for name in ("anna", "berta")
    ]
    behind = a_person("cilda", a_submission("a", [2, 2, 2, None], at=NOW))

    now = report([*further, behind], two_modules(course), settings)

    assert now.module == "3"
    assert [(line.id, line.started, line.submitted, line.passed, line.waiting) for line in now.modules] == [
        ("2", 3, 3, 3, 1),
        ("3", 2, 2, 0, 0),
    ]
    assert (now.started, now.waiting, now.steps[0].where) == (2, 1, "/services/lideri/vertesana/s-a-1")
    assert [line.state for line in now.lines] == ["not_passed", "not_passed", "none"]


def test_who_needs_help_is_found_in_any_module_and_the_reason_names_it(
    course: Course, settings: CourseSettings
) -> None:
    stuck = a_person("anna", a_submission("a", [2, 2, 2, 2]), of_module_3([2, 0, 0, 0], at=NOW))

    now = report([stuck], two_modules(course), settings, module="2")

    assert now.module == "2"
    assert [line.why for line in now.help] == [
        "3. moduļa pārbaudes darbs nav ieskaitīts (2 no 8 punktiem). Vēl ir 1 mēģinājums. Grūtākā nodaļa: 3.1."
    ]


def test_the_best_attempt_counts_and_of_equals_the_later() -> None:
    first, second = a_submission("a", [2, 2, 0, 0]), a_submission("b", [2, 0, 2, 0], number=2)

    assert counting([first, second], "2", "best") is second
    assert counting([a_submission("a", [2, 2, 2, 0]), second], "2", "best") is not second
    assert counting([first, second], "2", "last") is second


def test_points_that_wait_for_a_person_do_not_pass_anybody(settings: CourseSettings) -> None:
    unsure = a_person("Anna", a_submission("a", [2, 2, None, None]))
    sure = a_person("Ilze", a_submission("a", [2, 2, 2, None]))

    assert has_passed(unsure, "2", settings) is None
    assert has_passed(sure, "2", settings) == NOW


def test_the_report_counts_people_and_names_who_needs_help(course: Course, settings: CourseSettings) -> None:
    people = [
        a_person("Anna", a_submission("a", [2, 2, 2, 2])),
        a_person("Juris", a_submission("a", [0, 0, 2, 0])),
        a_person("Māra", a_submission("a", [2, 2, None, 2])),
        a_person("Pēteris", seen=NOW - timedelta(days=12)),
    ]

    made = report(people, course, settings)

    assert (made.people, made.started, made.submitted, made.waiting) == (4, 3, 3, 1)
    assert [line.state for line in made.lines] == ["passed", "not_passed", "passed", "none"]
    assert [line.name for line in made.help] == ["Juris", "Pēteris"]
    assert "2 no 8 punktiem" in made.help[0].why
    assert "12 dienas" in made.help[1].why


def test_levels_stand_with_the_number_of_items_behind_them(course: Course, settings: CourseSettings) -> None:
    people = [a_person("Anna", a_submission("a", [2, 2, 2, 2])), a_person("Juris", a_submission("a", [0, 0, None, 2]))]

    (scale,) = report(people, course, settings).competences

    assert scale.items == 4
    assert scale.people == 1  # Juris has three judged items: too few
    assert sum(scale.counts) == 1


def test_the_hardest_item_comes_with_the_wrong_answer_most_chosen(course: Course, settings: CourseSettings) -> None:
    people = [a_person(name, a_submission("a", [2, 2, 0, 2])) for name in ("Anna", "Juris", "Māra")]

    (hard,) = report(people, course, settings).hardest

    assert (hard.item, hard.right, hard.people) == ("a2", 0, 3)
    assert (hard.common_wrong, hard.common_wrong_count) == ("gov.lv", 3)


def everybody(size: int, place: str, points: list[float | None]) -> list[PersonEvidence]:
    return [a_person(f"{place}-{points}-{n}", a_submission("a", points), place=place) for n in range(size)]


def test_a_municipality_with_few_people_shows_no_result(course: Course, settings: CourseSettings) -> None:
    people = everybody(5, "LV-007", [2, 2, 2, 2]) + everybody(4, "LV-047", [2, 2, 2, 2])

    made = programme_report(
        people=people,
        course=course,
        settings=settings,
        exercises_of={},
        municipalities=load_places(),
        today=date(2026, 11, 20),
    )

    bands = {place.code: place.band for place in made.places}
    regions = {region.name: region for region in made.regions}
    assert bands["LV-047"] is None
    # Latgale's four could be found by subtracting Vidzeme from the country, so Vidzeme is not shown either.
    assert bands["LV-007"] is None
    assert all(region.groups == () for region in regions.values())
    assert sum(group.people for group in made.country) == 9


def test_big_enough_groups_are_shown(course: Course, settings: CourseSettings) -> None:
    people = everybody(8, "LV-007", [2, 2, 2, 2]) + everybody(6, "LV-047", [0, 0, 0, 0])

    made = programme_report(
        people=people,
        course=course,
        settings=settings,
        exercises_of={},
        municipalities=load_places(),
        today=date(2026, 11, 20),
    )

    bands = {place.code: place.band for place in made.places}
    assert (bands["LV-007"], bands["LV-047"]) == (3, 0)
    assert made.staff_trained == 8
    assert made.residents_helped == 0
    assert [(month.month, month.staff) for month in made.months] == [("2026-11", 8)]


def test_librarians_are_counted_apart(course: Course, settings: CourseSettings) -> None:
    people = [a_person("Anna", a_submission("a", [2, 2, 2, 2]), kind="library")]

    made = programme_report(
        people=people,
        course=course,
        settings=settings,
        exercises_of={},
        municipalities=load_places(),
        today=date(2026, 11, 20),
    )

    assert (made.staff_trained, made.librarians_trained) == (0, 1)


def test_publication_waits_for_another_day_and_five_changed_people(course: Course, settings: CourseSettings) -> None:
    def publish(previous: object, people: list[PersonEvidence], day: int):  # type: ignore[no-untyped-def]
        return next_publication(
            previous,  # type: ignore[arg-type]
            people=people,
            course=course,
            settings=settings,
            exercises_of={},
            municipalities=load_places(),
            today=date(2026, 11, day),
        )

    before = everybody(8, "LV-007", [2, 2, 2, 2])
    first = publish(None, before, 20)

    assert first is not None
    assert publish(first, before + everybody(5, "LV-047", [2, 2, 2, 2]), 20) is None, "the same day"
    assert publish(first, before + everybody(4, "LV-047", [2, 2, 2, 2]), 21) is None, "only four changed"
    assert publish(first, before + everybody(5, "LV-047", [2, 2, 2, 2]), 21) is not None


def test_a_certificate_needs_every_module_of_the_rule(settings: CourseSettings) -> None:
    person = a_person("Anna", a_submission("a", [2, 2, 2, 2]))
    rule = settings.certificate.value.model_copy(update={"modules_passed": ("2", "3")})
    both = settings.model_copy(update={"certificate": settings.certificate.model_copy(update={"value": rule})})

    assert certificate_day(person, both, {}) is None
