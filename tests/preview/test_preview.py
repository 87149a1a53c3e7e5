"""`lideri preview`: an author sees mistakes with their line, and a saved file at once."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from lideri.practice import MACHINES
from lideri.preview.content import read
from tests.hub.system import chromium

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "widgets" / "sorting" / "sample.yml"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """An author's own file, outside the project."""
    file = tmp_path / "mans.yml"
    file.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return file


@pytest.fixture
def address(draft: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "lideri.cli", "preview", str(draft), "--no-browser"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found
    yield found.group()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0


def test_the_gallery_has_a_sample_of_every_kind() -> None:
    shown = read(ROOT, "")

    assert shown.problems == ()
    kinds = {shown.page.scenario(block.exercise)["kind"] for block in shown.blocks} if shown.page else set()
    assert kinds == set(MACHINES)


@pytest.mark.parametrize("what", ["2.1", "notebooks/source/m02_1.md"])
def test_a_chapter_is_its_text_and_its_exercises(what: str) -> None:
    shown = read(ROOT, what)

    assert (shown.title, shown.problems) == ("Kibernoziegumu riski", ())
    assert [block.widget for block in shown.blocks if block.widget][:2] == ["Mailbox", "Question"]
    assert any("Kā tas notiek" in block.html for block in shown.blocks)


def test_one_exercise_is_found_by_its_id() -> None:
    assert [block.exercise for block in read(ROOT, "m02.1-p1").blocks] == ["m02.1-p1"]
    assert [block.widget for block in read(ROOT, "m02.6-adreses").blocks] == ["AddressReader"]
    assert [block.widget for block in read(ROOT, "m03.2-pieteiksanas").blocks] == ["Place"]
    assert "nodaļas vai vingrinājuma nav" in read(ROOT, "m99").problems[0].message


def test_a_mistake_is_named_with_its_line(draft: Path) -> None:
    draft.write_text(draft.read_text(encoding="utf-8").replace("bin: dara,", "bin: cita,"), encoding="utf-8")

    [problem] = read(ROOT, str(draft)).problems

    assert "kaudzes «cita»" in problem.message


def test_another_sites_page_gets_nothing(address: str) -> None:
    asked = urllib.request.Request(address, headers={"Host": "launs.example"})

    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(asked)


@pytest.mark.browser
def test_what_is_saved_is_seen_at_once_and_the_place_works(address: str, draft: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(address)
        for card in ("Parāda soli", "Ievada PIN", "Sola, kā"):
            tab.get_by_role("group", name=card).get_by_label("To dara līderis", exact=True).check()
        tab.get_by_role("button", name="Pārbaudīt").click()
        expect(tab.get_by_text("Pareizi: 1 no 3.")).to_be_visible()

        draft.write_text(draft.read_text(encoding="utf-8").replace("title: Kārtošana", "title: Mans jaunais"), "utf-8")
        expect(tab.get_by_role("heading", name="Izmēģini: Mans jaunais")).to_be_visible()
        expect(tab.get_by_text("Atbildēts: 0 no 3")).to_be_visible()

        draft.write_text(draft.read_text(encoding="utf-8").replace("kind: sorting", "kind: kas"), "utf-8")
        expect(tab.get_by_text("mācību vietas veida «kas» nav")).to_be_visible()
        browser.close()
