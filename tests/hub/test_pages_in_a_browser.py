"""What a person sees when the connection goes, a kernel dies, or a page is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from lideri.course.loading import load_course
from lideri.settings import Settings
from lideri.store import open_store
from tests.hub.record_pieces import pieces_fetched
from tests.hub.system import RunningSystem, chromium

pytestmark = [pytest.mark.hub, pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium here")]

expect.set_options(timeout=30_000)


@pytest.fixture
def page(system: RunningSystem) -> Iterator[Page]:
    """A logged-in trainee's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(base_url=system.base_url, locale="lv-LV")
        page.goto("/hub/login")
        page.locator("input[name=username]").fill("dalibnieks")
        page.locator("input[name=password]").fill(system.password)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url("**/services/lideri/")
        yield page
        browser.close()


def kernel_of(page: Page) -> str:
    return str(page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"))


def open_counter(page: Page) -> None:
    page.goto("/services/macibas/2.7")
    expect(page.get_by_role("button", name="Skaits 0")).to_be_visible()


def test_a_widget_answers_a_click(page: Page) -> None:
    open_counter(page)

    page.get_by_role("button", name="Skaits 0").click()

    expect(page.get_by_role("button", name="Skaits 1")).to_be_visible()


def test_text_and_exercises_of_a_chapter_appear(page: Page) -> None:
    page.goto("/services/macibas/2.1")

    expect(page.get_by_role("heading", level=1)).to_have_text("2.1. Kibernoziegumu riski")
    expect(page.get_by_role("navigation", name="2. moduļa nodaļas")).to_be_visible()
    expect(page.get_by_role("button", name="Pārbaudīt").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Šo daļu neizdevās parādīt")


def test_the_state_of_a_chapter_changes_while_one_works_on_it(system: RunningSystem, page: Page) -> None:
    store = open_store(Settings(data=system.data))
    person = store.people.by_username("dalibnieks")
    assert person is not None
    exercises = load_course(keys=False).exercises_of["2.4"]
    last = exercises[-1]
    for exercise in exercises[:-1]:  # as if done earlier
        response = {"kind": "short_text", "text": ""}
        store.learning.save_answer(person.id, "2.4", exercise, response, seq=1, checked=True, now=datetime.now(UTC))
    store.close()
    page.goto("/services/macibas/2.4")
    here = page.get_by_role("navigation", name="2. moduļa nodaļas").get_by_role("link", name="2.4.")
    line = page.get_by_role("status").filter(has_text="Izdarīt")
    done = len(exercises)
    expect(here).to_contain_text("Iesākts")
    expect(line).to_have_text(f"Izdarīts: {done - 1} no {done} uzdevumiem.")
    question = page.locator(f"[data-exercise='{last}']")
    question.get_by_role("radio").or_(question.get_by_role("checkbox")).first.check()
    page.evaluate(
        """() => { window.told = []; const line = document.getElementById("izdarits");
        new MutationObserver(() => told.push(line.textContent)).observe(line, { childList: true }); }"""
    )

    check = question.get_by_role("button", name="Pārbaudīt")
    check.press("Enter")

    expect(line).to_have_text(f"Izdarīti visi {done} uzdevumi. Nodaļa ir pabeigta.")
    expect(here).to_contain_text("Pabeigts")
    expect(here.locator(".status")).to_have_count(1)
    expect(check).to_be_focused()
    assert page.evaluate("told.length") == 1  # read aloud once


def test_the_front_end_comes_as_one_script(page: Page) -> None:
    more = pieces_fetched(page, "/services/macibas/2.1", ".cell button")

    assert more == [], "Voila's front end has changed: python -m tests.hub.record_pieces"


def test_a_second_visit_fetches_nothing_that_the_browser_has(page: Page) -> None:
    page.goto("/services/macibas/2.1")
    expect(page.get_by_role("button", name="Pārbaudīt").first).to_be_visible()
    fetched: list[str] = []
    page.on("response", lambda answer: fetched.append(answer.url))

    page.goto("/services/macibas/2.2")
    expect(page.get_by_role("button", name="Pārbaudīt").first).to_be_visible()

    big = [url for url in fetched if "/assets/voila.js" in url and not url.startswith("blob:")]
    sizes = [page.evaluate("url => performance.getEntriesByName(url)[0]?.transferSize", url) for url in big]
    assert sizes == [0] * len(big)


def test_a_lost_connection_is_said_and_taken_back(page: Page) -> None:
    open_counter(page)

    page.context.set_offline(True)
    lost = page.get_by_text("Savienojums pazudis")
    expect(lost).to_be_visible()
    page.context.set_offline(False)

    expect(lost).to_be_hidden()
    page.get_by_role("button", name="Skaits 0").click()
    expect(page.get_by_role("button", name="Skaits 1")).to_be_visible()


def test_when_the_kernel_dies_the_page_says_what_to_do(system: RunningSystem, page: Page) -> None:
    open_counter(page)
    kernel = kernel_of(page)
    (process,) = [each for each in system.processes() if any(kernel in part for part in each.cmdline())]

    process.kill()
    page.get_by_role("button", name="Atvērt no jauna").click()

    expect(page.get_by_role("button", name="Skaits 0")).to_be_visible()
    assert kernel_of(page) != kernel


def test_leaving_a_page_ends_its_kernel(system: RunningSystem, page: Page) -> None:
    open_counter(page)
    kernel = kernel_of(page)

    page.goto("/services/lideri/")

    for _ in range(100):
        if page.request.get(f"/services/macibas/api/kernels/{kernel}").status == 404:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the kernel outlived its page")


def test_a_broken_part_does_not_hide_the_rest_nor_show_a_traceback(page: Page) -> None:
    page.goto("/services/macibas/2.8")

    expect(page.get_by_role("alert")).to_contain_text("Šo daļu neizdevās parādīt")
    expect(page.get_by_role("heading", name="Beigas")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("slepens")
