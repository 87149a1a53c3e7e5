"""Files through the whole way: proxy, Voila's websocket, a forked kernel, and a helper process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.hub.system import RunningSystem, chromium

pytestmark = [pytest.mark.hub, pytest.mark.browser, pytest.mark.skipif(chromium() is None, reason="no Chromium here")]

SIGNED = Path(__file__).resolve().parents[2] / "course_data" / "signed"


@pytest.fixture
def page(system: RunningSystem) -> Iterator[Page]:
    """A logged-in trainee's browser on chapter 4.2."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(base_url=system.base_url, locale="lv-LV")
        page.set_default_timeout(30_000)
        page.goto("/hub/login")
        page.locator("input[name=username]").fill("dalibnieks")
        page.locator("input[name=password]").fill(system.password)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url("**/services/lideri/")
        page.goto("/services/macibas/4.2")
        page.get_by_role("button", name="Parādzīme par 950 eiro").wait_for()
        yield page
        browser.close()


def test_a_file_comes_down_and_goes_up_again(page: Page, tmp_path: Path) -> None:
    page.get_by_role("button", name="Parādzīme par 950 eiro").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Lejupielādēt").click()
    came = tmp_path / download.value.suggested_filename
    download.value.save_as(came)

    page.set_input_files("input[type=file]", came)

    assert came.read_bytes() == (SIGNED / "paradzime.asice").read_bytes()
    own = page.get_by_role("region", name="Pārbaudi citu datni")
    expect(own.get_by_text("Dokuments pēc parakstīšanas ir mainīts.")).to_be_visible(timeout=30_000)


def test_a_file_of_almost_five_megabytes_gets_an_answer(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "liela.pdf"
    large.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * (5 * 4096 - 1))

    page.set_input_files("input[type=file]", large)

    expect(page.get_by_text("PDF nevar nolasīt: datne ir bojāta.")).to_be_visible(timeout=30_000)
