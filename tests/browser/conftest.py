"""A browser and the whole system, shared by every test here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from lideri.course.loading import Course, load_course
from tests.browser.person import Person
from tests.hub.system import RunningSystem, chromium


@pytest.fixture(scope="session")
def course() -> Course:
    return load_course()


@pytest.fixture(scope="module")  # not longer: Playwright allows one at a time, and other folders start their own
def browser() -> Iterator[Browser]:
    executable = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable or None, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, copy_of_the_demonstration: Callable[[Path], Path]
) -> Iterator[RunningSystem]:
    """The demonstration as nobody has used it yet."""
    running = RunningSystem(copy_of_the_demonstration(tmp_path_factory.mktemp("whole") / "var"))
    try:
        yield running.start()
    finally:
        running.end_everything()


@pytest.fixture
def somebody(browser: Browser, system: RunningSystem) -> Iterator[Callable[..., Person]]:
    """`somebody("dalibnieks")`: that demo account, logged in, in a browser window of its own."""
    contexts = []

    def come(username: str, *, keyboard: bool = False, width: int = 1280, dark: bool = False) -> Person:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="lv-LV",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        person = Person(context.new_page(), system.base_url, keyboard=keyboard)
        person.log_in(username, system.password)
        return person

    yield come
    for context in contexts:
        context.close()
