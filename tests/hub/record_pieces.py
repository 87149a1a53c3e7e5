"""Which pieces of Voila's front end our pages make a browser fetch: `python -m tests.hub.record_pieces`.

Writes `voila_apps/template/lideri/pieces.json`. To be run after Voila or one of its extensions was brought up to date;
`test_pages_in_a_browser.py` says when.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.hub.system import ROOT, RunningSystem, chromium

PIECES = ROOT / "voila_apps" / "template" / "lideri" / "pieces.json"
PAGES = (
    ("dalibnieks", "/services/macibas/2.1", ".cell button"),
    ("dalibnieks", "/services/macibas/2.6", ".cell button"),
    ("dalibnieks", "/services/macibas/2/parbaude", ".cell button"),
    ("pasniedzejs", "/services/paneli/grupa", ".cell h2"),
    ("vadiba", "/services/paneli/latvija", ".cell h2"),
)
PIECE = re.compile(r"/voila/(static|labextensions)/(.+\.js)$")


def pieces_fetched(page: Page, address: str, shown: str) -> list[tuple[str, str]]:
    """(folder, name) of every piece of Voila's front end that the page asks for, in the order it does."""
    asked: list[tuple[str, str]] = []

    def note(url: str) -> None:
        if (piece := PIECE.search(urlsplit(url).path)) and not piece[2].rpartition("/")[2].startswith("remoteEntry."):
            asked.append((piece[1], piece[2]))

    page.on("request", lambda request: note(request.url))
    page.goto(address)
    page.locator(shown).first.wait_for()
    page.wait_for_timeout(1_500)  # milliseconds: a few come once the widgets are shown
    return asked


def log_in(page: Page, system: RunningSystem, username: str) -> None:
    page.goto(system.base_url + "/hub/login")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(system.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/services/**")


def main() -> None:
    PIECES.write_text(json.dumps({"static": [], "labextensions": []}), encoding="utf-8")
    found: dict[str, dict[str, None]] = {"static": {}, "labextensions": {}}
    with tempfile.TemporaryDirectory() as folder:
        system = RunningSystem(Path(folder) / "data").start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            for username, path, shown in PAGES:
                context = browser.new_context()
                log_in(context.new_page(), system, username)
                for kind, name in pieces_fetched(context.new_page(), system.base_url + path, shown):
                    found[kind][name] = None
                context.close()
            browser.close()
        system.end_everything()
    PIECES.write_text(
        json.dumps({kind: list(names) for kind, names in found.items()}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
