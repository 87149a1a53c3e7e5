"""A trainee asks on a chapter's page, the trainer answers, the trainee reads; a mistake is reported and decided."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.hub]
Come = Callable[..., Person]
CHAPTER = "/services/macibas/2.1"


@pytest.mark.parametrize("keyboard", [False, True], ids=["mouse", "keyboard"])
def test_a_question_asked_on_a_chapter_is_answered_and_read(somebody: Come, keyboard: bool) -> None:
    text = f"Vai drīkst atzvanīt uz svešu numuru {'ar tastatūru' if keyboard else 'ar peli'}"
    trainee = somebody("dalibnieks", keyboard=keyboard, width=320 if keyboard else 1280)
    page = trainee.page
    trainee.open(CHAPTER)
    question = page.locator("[data-exercise='m02.1-p1']")
    trainee.tick(question.get_by_role("radio").last if keyboard else question.get_by_role("radio").first)
    trainee.press(page.get_by_role("link", name="Jautāt pasniedzējam"))
    expect(page.get_by_text("2.1. Kibernoziegumu riski").first).to_be_visible()
    expect(page.get_by_label("Par kuru vietu ir jautājums?")).to_have_value("m02.1-p1")
    trainee.write(page.get_by_label("Tavs jautājums"), text)
    trainee.press(page.get_by_role("button", name="Nosūtīt jautājumu"))
    expect(page.get_by_text("Jautājums ir nosūtīts.")).to_be_visible()
    asked_at = page.url.split("?")[0]

    trainer = somebody("pasniedzejs", keyboard=keyboard)
    entry = trainer.page.get_by_role("navigation").get_by_role("link", name=re.compile(r"^Jautājumi \d+ jaun"))
    expect(entry).to_be_visible()  # counted on the dashboard too, where a trainer begins
    trainer.press(entry)
    trainer.press(trainer.page.get_by_role("link", name=re.compile(f"^Atbildēt.*{text}")))
    expect(trainer.page.get_by_text("2.1. Kibernoziegumu riski").first).to_be_visible()
    trainer.write(trainer.page.get_by_label("Tava atbilde"), "Nē. Sameklē numuru iestādes vietnē.")
    trainer.press(trainer.page.get_by_role("button", name="Nosūtīt atbildi"))
    expect(trainer.page.get_by_text("Atbilde ir nosūtīta.")).to_be_visible()

    trainee.open(CHAPTER)  # the mark stands on pages with exercises too
    mine = page.get_by_role("navigation").get_by_role("link", name=re.compile(r"^Mani jautājumi \d+ jaun"))
    expect(mine).to_be_visible()
    trainee.press(mine)
    trainee.press(page.get_by_role("link", name=re.compile(f"^Lasīt atbildi.*{text}")))
    expect(page.get_by_text("Sameklē numuru iestādes vietnē.")).to_be_visible()
    assert page.url == asked_at
    trainee.open(CHAPTER)
    expect(page.get_by_role("link", name="Mani jautājumi", exact=True)).to_be_visible()
    assert trainee.errors + trainer.errors == []


def test_a_mistake_reported_on_a_chapter_is_decided_and_the_reporter_reads_why(somebody: Come) -> None:
    trainee = somebody("dalibnieks", width=320)
    page = trainee.page
    trainee.open(CHAPTER)
    page.get_by_role("link", name="Ziņot par kļūdu").click()
    page.get_by_role("radio", name="Valoda").check()
    page.get_by_label("Kas tieši?").fill("Otrajā rindkopā ir lieks burts.")
    page.get_by_role("button", name="Nosūtīt ziņojumu").click()
    expect(page.get_by_text("Paldies! Ziņojums ir saglabāts.")).to_be_visible()

    author = somebody("vadosais").page
    author.get_by_role("link", name=re.compile(r"^Kļūdu ziņojumi \d+ jaun")).click()
    expect(author.get_by_text("Pārlūka loga platums 320 px")).to_be_visible()
    author.locator("summary", has_text="Izlemt").first.click()
    author.get_by_label("Ko pateikt ziņotājam").first.fill("Paldies, burts izņemts.")
    author.get_by_role("button", name="Izlabots").first.click()
    expect(author.get_by_text("Lēmums ir saglabāts.")).to_be_visible()

    trainee.open("/services/lideri/jautajumi")
    expect(page.get_by_text("Paldies, burts izņemts.")).to_be_visible()
    expect(page.get_by_text("Izlabots", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_a_chapter_with_its_questions_and_links_is_free_of_axe_findings(somebody: Come, width: int) -> None:
    trainee = somebody("dalibnieks", width=width)
    page = trainee.page
    trainee.open(CHAPTER)
    expect(page.get_by_role("heading", name="Vai kas palika neskaidrs?")).to_be_visible()
    trainee.settle()

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})

    assert [f"{one['id']}: {one['nodes'][0]['target']}" for one in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
