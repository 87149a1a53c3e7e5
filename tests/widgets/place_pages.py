"""What browser tests of practice places share: the page's styles, opening a place, accessibility at four looks."""

from __future__ import annotations

import json
import time
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, Served
from playwright.sync_api import Locator, Page

STYLES = (ROOT / "lideri/answers/pages/static/lideri.css").read_text(encoding="utf-8") + (
    # Voila's own template scrolls inside a box; the course's template does not.
    "body *{contain:none!important} body,main,.jp-Notebook,#rendered_cells{overflow:visible!important;"
    "height:auto!important;position:static!important;background:var(--bg)!important}"
)
# The first cell of a page with the course's own scenarios.
SCENARIOS = "from fake_page import course_scenarios\npage.scenarios = course_scenarios()"


def opened(tab: Page, served: Served, name: str) -> Locator:
    tab.goto(served.url)
    place = tab.get_by_role("region", name=f"Izmēģini: {name}")
    place.wait_for(timeout=90_000)
    tab.add_style_tag(content=STYLES)
    return place


def actions(served: Served, exercise: str, at_least: int = 1) -> list[dict[str, Any]]:
    """The actions on disk; what the page shows at once is written a moment later, so up to ten seconds are waited."""
    found: list[dict[str, Any]] = []
    for _ in range(100):
        if served.answers.exists():
            stored = json.loads(served.answers.read_text(encoding="utf-8") or "{}")
            found = stored.get(exercise, {}).get("response", {}).get("actions", [])
        if len(found) >= at_least:
            break
        time.sleep(0.1)
    return found


def press(tab: Page, control: Locator, key: str = "Enter") -> None:
    control.focus()
    tab.keyboard.press(key)


def press_twice_at_once(place: Locator, label: str) -> None:
    """Two presses in one turn of the browser, on the button that stands there then: no answer can come in between."""
    place.evaluate(
        """(place, label) => {
            for (let time = 0; time < 2; time += 1)
                [...place.querySelectorAll("button")].find(each => each.getAttribute("aria-label") === label).click();
        }""",
        label,
    )


def assert_accessible(tab: Page) -> None:
    """Axe finds nothing, nothing scrolls sideways, nothing is too small to touch: light and dark, 1280 and 320 px."""
    for scheme in ("light", "dark"):
        for width in (1280, 320):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            tab.mouse.move(0, 0)
            # Two frames: the colours of the new scheme are drawn.
            tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            found = Axe().run(tab, context=".lideri").response["violations"]
            assert [
                (each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"]) for each in found
            ] == [], f"{scheme} {width}"
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{width} px scrolls sideways"
            small = tab.evaluate(
                "[...document.querySelectorAll('.practice__body :is(button, select, .choice)')]"
                ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 43.5)"
                ".map((each) => each.textContent)"
            )
            assert small == [], f"too small to touch at {width} px"
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.emulate_media(color_scheme="light")
