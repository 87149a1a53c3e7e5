"""The demonstration as the first start makes it: real course, real store, real grader, one password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import course_data
from lideri.course.loading import load_course
from lideri.course.places import load_places
from lideri.demo.certificates import give_certificates
from lideri.demo.exams import take_tests
from lideri.demo.help_given import seed_help
from lideri.demo.office_hours import OfficeHours
from lideri.demo.second_marks import seed_second_marks
from lideri.demo.seeding import DEMO_ACCOUNTS, WEEKS_AGO, DemoAccount, seed_demo
from lideri.grader.app import grade_all, open_scorer
from lideri.reports.live import Reports
from lideri.settings import Settings, read_course_settings
from lideri.store import open_store

SEED = 2026  # two installations show the same people with the same results


def make_demo(settings: Settings, password: str, step: Callable[[str], None]) -> tuple[DemoAccount, ...]:
    """Fill the empty store of `settings`. Not to be run twice on one store; takes about a minute."""
    decisions = read_course_settings(Path(str(course_data.path("settings.yml"))))
    course = load_course()
    now = datetime.now(UTC)
    store = open_store(settings)
    try:
        with open_scorer(settings) as scorer:
            seed_demo(
                store,
                course,
                decisions,
                password=password,
                now=now,
                grade_all=lambda: grade_all(settings, store, decisions, scorer=scorer),
                rng=np.random.default_rng(SEED),
                step=step,
            )
            step("sākuma un noslēguma testi")
            # A chance of its own: nothing else moves when the tests do.
            take_tests(
                store,
                course,
                decisions,
                OfficeHours.before(now, weeks=WEEKS_AGO),
                grade_all=lambda: grade_all(settings, store, decisions, scorer=scorer),
                rng=np.random.default_rng(SEED + 2),
            )
        step("palīdzības dienasgrāmatas")
        # A chance of its own: nothing else moves when the logs do.
        seed_help(store, decisions, OfficeHours.before(now, weeks=WEEKS_AGO), np.random.default_rng(SEED + 1))
        # A chance of its own again.
        seed_second_marks(store, decisions, OfficeHours.before(now, weeks=WEEKS_AGO), np.random.default_rng(SEED + 3))
        lead = store.people.by_username("vadosais")
        if lead is not None:
            give_certificates(store, course, decisions, lead=lead, now=now)
        Reports(store, course, decisions, load_places(), clock=lambda: now).publish()
    finally:
        store.close()
    return DEMO_ACCOUNTS
