"""Who gets a certificate: each thing that the rule asks, how far somebody is, and what the certificate may state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import course_data
from lideri.course.loading import load_course
from lideri.reports.certificate import certificate_day, content_of, requirements, rule_words
from lideri.reports.evidence import ExerciseState, Issued, PersonEvidence, Result, Submission
from lideri.reports.exams import modules_needed
from lideri.settings import FINAL_TEST, CertificateRule, CourseSettings, read_course_settings

DAY = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
PAGES: Mapping[str, tuple[str, ...]] = {"1.1": ("a",), "2.1": ("b", "c")}


def settings(**rule: Any) -> CourseSettings:
    real = read_course_settings(Path(str(course_data.path("settings.yml"))))
    value = real.certificate.value.model_copy(update=rule)
    return real.model_copy(update={"certificate": real.certificate.model_copy(update={"value": value})})


def handed_in(module: str, points: float | None = 10.0, *, day: int = 0, state: str = "graded") -> Submission:
    result = Result(f"{module}.1", "right" if points else "waiting", points, 10.0, "")
    return Submission(module, module, f"{module}-a", 1, DAY + timedelta(days=day), state, (result,))


def somebody(
    *submissions: Submission, pages: Mapping[str, tuple[str, ...]] = PAGES, people: int = 10
) -> PersonEvidence:
    exercises = tuple(
        ExerciseState(page, name, True, 1, "right", DAY) for page, names in pages.items() for name in names
    )
    confirmed = tuple(DAY + timedelta(days=each) for each in range(people))
    return PersonEvidence(
        "p", "Anna  Bērziņa", "vpvkac", None, False, None, None, True, exercises, (), submissions, confirmed
    )


ALL = (handed_in("1"), handed_in("2", day=3), handed_in(FINAL_TEST, day=5))


def states(person: PersonEvidence, **rule: Any) -> dict[str, str]:
    return {one.id: one.state for one in requirements(person, settings(**rule), PAGES, has_final_test=True)}


def test_the_courses_rule_asks_four_things_and_says_that_it_is_an_assumption() -> None:
    assert states(somebody(*ALL)) == dict.fromkeys(("moduli", "nodalas", "tests", "cilveki"), "met")
    words = rule_words(settings())
    assert "10 cilvēkiem" in words and "noslēguma tests" in words
    assert words.endswith("(pieņēmums, jāapstiprina VARAM).")


@pytest.mark.parametrize(
    ("person", "thing", "state"),
    [
        (somebody(ALL[0], ALL[2]), "moduli", "open"),
        (somebody(ALL[0], handed_in("2", 5.9), ALL[2]), "moduli", "open"),
        (somebody(ALL[0], handed_in("2", None), ALL[2]), "moduli", "waiting"),
        (somebody(ALL[0], handed_in("2", None, state="queued"), ALL[2]), "moduli", "waiting"),
        (somebody(*ALL, pages={"1.1": ("a",), "2.1": ("b",)}), "nodalas", "open"),
        (somebody(*ALL[:2]), "tests", "open"),
        (somebody(*ALL[:2], handed_in(FINAL_TEST, None)), "tests", "waiting"),
        (somebody(*ALL[:2], handed_in(FINAL_TEST, 3.0)), "tests", "open"),
        (somebody(*ALL, people=9), "cilveki", "open"),
    ],
)
def test_one_thing_missing_holds_the_certificate_back(person: PersonEvidence, thing: str, state: str) -> None:
    found = states(person)

    assert found.pop(thing) == state
    assert set(found.values()) == {"met"}
    assert certificate_day(person, settings(), PAGES) is None


def test_what_this_installation_does_not_have_is_neither_met_nor_the_persons_fault() -> None:
    person = replace(somebody(*ALL[:2]), people_confirmed=None)

    found = {one.id: one for one in requirements(person, settings(), PAGES, has_final_test=False)}

    assert found["tests"].state == found["cilveki"].state == "absent"
    assert "vēl nav pieejam" in found["tests"].words and "vēl nav pieejam" in found["cilveki"].words
    assert certificate_day(person, settings(), PAGES) is None


def test_the_day_is_when_the_last_thing_was_done() -> None:
    tenth = DAY + timedelta(days=9)

    assert certificate_day(somebody(*ALL), settings(), PAGES) == tenth
    assert certificate_day(somebody(*ALL, people=12), settings(), PAGES) == tenth, "the tenth, not the twelfth"
    assert certificate_day(somebody(*ALL), settings(confirmed_people=0), PAGES) == ALL[2].submitted_at


def test_an_issued_certificate_counts_whatever_the_rule_says_later_and_a_revoked_one_never() -> None:
    nothing_done = replace(somebody(people=0, pages={}), certificate=Issued(DAY, valid=True))
    all_done = replace(somebody(*ALL), certificate=Issued(DAY, valid=False))

    assert certificate_day(nothing_done, settings(), PAGES) == DAY
    assert certificate_day(all_done, settings(), PAGES) is None


def test_a_rule_may_name_its_modules_and_an_empty_course_certifies_nobody() -> None:
    assert modules_needed(settings(), {"10.1": (), "2.1": (), "1.2": (), "1.1": ()}) == ("1", "2", "10")
    assert modules_needed(settings(modules_passed=("2",)), PAGES) == ("2",)
    assert certificate_day(somebody(ALL[2], pages={}), settings(), {}) is None
    assert "1., 3. moduļa" in rule_words(settings(modules_passed=("1", "3"), all_pages_done=False))
    with pytest.raises(ValueError, match="modules_passed"):
        CertificateRule.model_validate({"modules_passed": [], "all_pages_done": True})


def test_a_certificate_states_what_was_done_and_no_more() -> None:
    course = load_course(keys=False)
    now = DAY + timedelta(days=30)

    whole = content_of(somebody(*ALL), course, settings(all_pages_done=False, modules_passed=("1", "2")), now=now)
    half = content_of(somebody(ALL[0], people=9), course, settings(), now=now)

    assert whole.name == "Anna Bērziņa"
    assert [module.id for module in whole.modules] == ["1", "2"]
    assert (whole.final_test, whole.people_helped, whole.by_decision) == (True, 10, False)
    assert whole.completed_on.isoformat() == "2026-11-10"
    assert [module.id for module in half.modules] == ["1"]
    assert (half.final_test, half.people_helped, half.by_decision) == (False, 0, True)
    assert whole.assumed and whole.level == ""
