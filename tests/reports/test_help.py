"""Help given, and what residents say, as the programme sees it: totals, and nothing small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import course_data
from lideri.course.loading import load_course
from lideri.course.places import load_places
from lideri.reports.evidence import PersonEvidence, gather
from lideri.reports.help import help_totals, survey_summary
from lideri.reports.live import Reports
from lideri.settings import CourseSettings, Settings, read_course_settings
from lideri.store import Store, open_store
from lideri.store.help_log import Help
from lideri.store.people import NewPerson
from lideri.store.survey import StoredAnswer, SurveyAnswer
from lideri.store.tables import PersonRow

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
HELP = Help(TODAY, "e-adrese", "cits", 15, 3, "first", "viss", "resident", "spot")
REGIONS = {place.code: place.region for place in load_places()}


@pytest.fixture
def settings() -> CourseSettings:
    return read_course_settings(Path(str(course_data.path("settings.yml"))))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(data=tmp_path))
    yield opened
    opened.close()


def a_person(name: str, place: str, *helped: Help) -> PersonEvidence:
    return PersonEvidence(name, name, "vpvkac", place, False, NOW, None, True, (), (), (), helped=helped)


def answers(*given: tuple[str, tuple[str, ...]]) -> list[StoredAnswer]:
    return [StoredAnswer("2026-W47", "", SurveyAnswer(alone, done)) for alone, done in given]


# ── totals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_totals_are_three_numbers_and_say_what_counts(settings: CourseSettings) -> None:
    colleague = replace(HELP, who="colleague")
    people = [
        a_person("Anna", "LV-007", *[HELP] * 4, replace(HELP, alone=1)),
        a_person("Ints", "LV-007", *[HELP] * 3, *[colleague] * 6),
    ]

    made = help_totals(people, settings, REGIONS)

    assert (made.times, made.trained, made.colleagues) == (8, 7, 6)
    assert {one.name: one.trained for one in made.regions}["Vidzemes plānošanas reģions"] == 7
    assert made.rule.endswith("Pieņēmums, jāapstiprina VARAM.")


def test_a_small_total_and_a_small_region_are_not_shown_nor_shown_by_subtraction(settings: CourseSettings) -> None:
    few = help_totals([a_person("Anna", "LV-007", *[HELP] * 3)], settings, REGIONS)
    people = [a_person("Anna", "LV-007", *[HELP] * 2), a_person("Ints", "LV-047", *[HELP] * 9)]

    some = help_totals(people, settings, REGIONS)

    assert (few.times, few.trained, few.colleagues) == (None, None, 0)
    shown = {one.name: one.trained for one in some.regions}
    assert some.trained == 11
    assert [name for name, number in shown.items() if number] == []  # 11 minus 9 would show the two


# ── the residents' answers ──────────────────────────────────────────────────────────────────────────────────────────


def test_few_answers_are_not_summed_up() -> None:
    assert survey_summary(answers(*[("pats", ())] * 4), 5) is None


def test_a_share_is_shown_only_when_it_points_at_nobody() -> None:
    given = [("pats", ("drosiba.vietne",))] * 6 + [("gandriz", ())] * 5 + [("vel-ne", ("ikdiena.banka",))]

    made = survey_summary(answers(*given), 5)

    assert made is not None
    assert made.answers == 12
    assert [one.share for one in made.alone] == [50, None, None]  # one said «not yet»; so a second one is hidden
    shares = {one.name: one.share for area in made.areas for one in area.activities}
    assert shares["pārbaudīju, vai vietne, kurā ierakstu savus datus, ir droša"] == 50
    assert shares["lietoju internetbanku"] is None
    assert shares["kaut ko pārdevu internetā"] == 0
    assert "Eurostat" in made.check


def test_a_published_summary_changes_only_when_enough_people_answered(store: Store, settings: CourseSettings) -> None:
    clock = [NOW]
    people = [
        store.people.add(NewPerson(f"Cilvēks {number}", municipality="LV-007", kind="vpvkac"), now=NOW)
        for number in range(12)
    ]
    reports = Reports(store, load_course(keys=False), settings, load_places(), clock=lambda: clock[0])

    def published_after(new_answers: int, active: int) -> Any:
        for _ in range(new_answers):
            code = store.survey.make_code(region="", today=TODAY, days=60)
            store.survey.answer(code, SurveyAnswer("pats", ()), today=TODAY)
        for person in people[:active]:  # enough people change for a new publication
            entry = store.help_log.save(
                person,
                HELP,
                key=f"{len(store.help_log.entries_of(person)):08d}-0000-4000-8000-000000000000",
                days_back=400,
                now=clock[0],
                today=TODAY,
            )
            lead = store.people.by_username("lead") or store.people.add(
                NewPerson("Lead", username="lead", role="lead_trainer"), now=NOW
            )
            store.help_log.confirm(lead, {entry.id: 1}, now=clock[0])
        assert reports.publish()
        clock[0] += timedelta(days=1)
        last = store.publications.last("programma")
        assert last is not None
        return last.content["report"]

    first, second, third = published_after(6, 6), published_after(2, 6), published_after(3, 6)

    assert [report["residents_helped"] for report in (first, second, third)] == [6, 12, 18]
    assert [report["survey"]["answers"] for report in (first, second, third)] == [6, 6, 11]


def test_evidence_holds_only_what_was_confirmed(store: Store) -> None:
    person = store.people.add(NewPerson("Vija Ozola"), now=NOW)
    lead = store.people.add(NewPerson("Lead", role="lead_trainer"), now=NOW)
    keys = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(2)]
    entries = [store.help_log.save(person, HELP, key=key, days_back=9, now=NOW, today=TODAY) for key in keys]
    store.help_log.confirm(lead, {entries[0].id: 1}, now=NOW)
    store.notes.ask(person, "Kā atvērt pielikumu?", page="2.1", exercise="", key=keys[0], now=NOW)
    other = store.people.add(NewPerson("Anna Kalna"), now=NOW)

    def work(session: Any) -> list[PersonEvidence]:
        return gather(session, [session.get(PersonRow, one.id) for one in (person, other)])

    found, nobody = store.database.read(work)

    assert found.helped == (HELP,)
    assert found.people_confirmed == (NOW,)
    assert (found.entries_new, found.questions_waiting) == (1, 1)
    assert (nobody.entries_new, nobody.questions_waiting) == (0, 0)
