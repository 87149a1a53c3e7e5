"""Script in an answer and in a name, as a lead trainer sees it in nbgrader's formgrader; and whom that page asks."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlparse

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import course_data
from lideri.course.loading import load_course
from lideri.settings import Settings, read_course_settings
from lideri.store import open_store
from lideri.store.people import NewPerson
from tests.attacks.bystanders import standing_of_others
from tests.hub.system import RunningSystem, chromium

pytestmark = [
    pytest.mark.hub,
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="Chromium is not installed"),
]
MARKER = "document.documentElement.dataset.uzlauzts=1;alert(1)"
EVIL = (
    f'<img src=x onerror="{MARKER}"></pre></textarea><script>{MARKER}</script>\n\n<svg onload="{MARKER}">\n\n'
    f"$$\\href{{javascript:{MARKER}}}{{x}}$$"
)
EVIL_NAME = f'<svg/onload="{MARKER}"> "><svg/onload="{MARKER}">'  # one for the given name, one for the surname
PATIENCE = 60


def hand_in(system: RunningSystem) -> str:
    """Somebody with a hostile name submits hostile texts; the person's id, once the grader has graded it."""
    now = datetime.now(UTC)
    rules = read_course_settings(course_data.path("settings.yml")).attempt_rules
    forms = load_course(keys=False).forms_of("2")
    store = open_store(Settings(data=system.data))
    try:
        person = store.people.add(NewPerson(name=EVIL_NAME, username="launais"), now=now)
        attempt = store.learning.start_attempt(person.id, "2", forms=[form.id for form in forms], rules=rules, now=now)
        form = next(form for form in forms if form.id == attempt.form)
        for item in form.items:
            if item.kind in ("free_text", "short_text", "number"):
                response = {"kind": item.kind, "text": EVIL if item.kind == "free_text" else EVIL[:180]}
                store.learning.save_attempt_answer(
                    attempt.id, item.id, item.version, response, person_id=person.id, seq=1, rules=rules, now=now
                )
        done = store.learning.submit(attempt.id, form, person_id=person.id, answered=3, rules=rules, now=now)
        end_at = time.monotonic() + PATIENCE
        while store.queue.submission(str(done.submission_id)).state != "graded":
            assert time.monotonic() < end_at, store.queue.submission(str(done.submission_id))
            time.sleep(0.1)
        return person.id
    finally:
        store.close()


@pytest.fixture(scope="module")
def launais(system: RunningSystem) -> str:
    return hand_in(system)


@pytest.fixture(scope="module")
def lead(system: RunningSystem) -> Iterator[httpx.Client]:
    """Logged in, with the own JupyterLab running."""
    with system.client("vadosais") as client:
        client.get("/hub/spawn")
        end_at = time.monotonic() + PATIENCE
        while True:
            answer = client.get("/user/vadosais/formgrader")
            if answer.status_code == 200 and answer.url.path.startswith("/user/vadosais/"):
                break
            assert time.monotonic() < end_at, (str(answer.url), system.log[-2000:])
            time.sleep(0.3)
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def window(browser: Browser, lead: httpx.Client, system: RunningSystem) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.add_cookies(
        [
            {"name": each.name, "value": each.value or "", "domain": "127.0.0.1", "path": each.path}
            for each in lead.cookies.jar
        ]
    )
    yield context
    context.close()


def submission_page(system: RunningSystem, person: str) -> str:
    with closing(sqlite3.connect(system.data / "gradebook.sqlite")) as database:
        (found,) = database.execute(
            "select submitted_notebook.id from submitted_notebook join submitted_assignment "
            "on submitted_assignment.id = submitted_notebook.assignment_id where student_id = ?",
            (person,),
        ).fetchone()
    return f"submissions/{found}"


def formgrader_pages(system: RunningSystem, person: str) -> list[str]:
    lists = ["manage_assignments", "manage_submissions/m02-a", "gradebook/m02-a", "gradebook/m02-a/m02-a"]
    people = ["manage_students", f"manage_students/{person}", f"manage_students/{person}/m02-a"]
    return [*lists, *people, submission_page(system, person)]


def test_no_answer_and_no_name_runs_a_script_in_formgrader(
    system: RunningSystem, window: BrowserContext, launais: str
) -> None:
    before, fired = standing_of_others(system.data, launais), []
    page = window.new_page()
    page.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))

    for path in formgrader_pages(system, launais):
        open_page(page, system, path)
        if page.evaluate("document.documentElement.dataset.uzlauzts"):
            fired.append(path)

    expect(page.locator("pre", has_text="onerror=").first).to_be_visible()  # the last one shows the answer: as text
    assert fired == []
    assert standing_of_others(system.data, launais) == before


def test_formgrader_asks_no_other_site_and_works_without_one(
    system: RunningSystem, window: BrowserContext, launais: str
) -> None:
    asked: set[str] = set()
    problems: list[Any] = []
    page = window.new_page()
    page.on("request", lambda request: asked.add(urlparse(request.url).netloc))
    page.on("pageerror", lambda error: problems.append(str(error)))

    for path in formgrader_pages(system, launais):
        open_page(page, system, path)

    assert asked - {f"127.0.0.1:{system.port}", ""} == set()
    assert problems == []


def open_page(page: Page, system: RunningSystem, path: str) -> None:
    page.goto(f"{system.base_url}/user/vadosais/formgrader/{path}")
    page.wait_for_load_state("networkidle")
    assert "formgrader" in page.url, page.url
