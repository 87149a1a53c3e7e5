"""The log of help in a real browser: with and without a connection, on a shared computer, in a resident's hands."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.hub.system import RunningSystem

pytestmark = [pytest.mark.browser, pytest.mark.hub]
Come = Callable[..., Person]
DIARY = "/services/lideri/dienasgramata"
SAVED = re.compile("^Saglabāts$")
WILL_SEND = re.compile("Nosūtīsim, kad būs savienojums")
ALONE = ("Izdarīju cilvēka vietā", "Darījām kopā, rādīju katru soli", "Cilvēks darīja pats, brīžiem palīdzēju")


def kept_by_a_worker(page: Page) -> None:
    page.evaluate(
        "() => new Promise((done) => { const worker = navigator.serviceWorker;"
        " if (worker.controller) done(); else worker.addEventListener('controllerchange', () => done()); })"
    )


def an_entry(who: Person, alone: str = ALONE[1], note: str = "") -> None:
    page = who.page
    who.tick(page.get_by_role("radio", name=alone))
    if note:
        if not page.get_by_label("Piezīme").is_visible():
            who.press(page.locator("[data-more] > summary"))
        who.write(page.get_by_label("Piezīme"), note)
    who.press(page.get_by_role("button", name="Saglabāt", exact=True))


def entries(page: Page) -> int:
    return page.locator("[data-list] [data-entry]").count()


def queue(page: Page) -> str:
    return page.locator("[data-queue-words]").inner_text() if page.locator("[data-queue]").is_visible() else ""


def flaws(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found.response["violations"]] + ["wide"] * wide


@pytest.mark.parametrize("keyboard", [False, True], ids=["mouse", "keyboard"])
def test_an_entry_is_three_presses_and_says_when_it_is_on_disk(somebody: Come, keyboard: bool) -> None:
    trainee = somebody("dalibnieks", keyboard=keyboard, width=320)
    page = trainee.page
    trainee.open(DIARY)
    before = entries(page)

    an_entry(trainee)

    expect(page.locator("[data-said]")).to_have_text(SAVED)
    expect(page.locator("[data-list] [data-entry]")).to_have_count(before + 1)
    assert queue(page) == ""
    assert trainee.errors == []


def test_the_form_fits_a_phones_screen(somebody: Come) -> None:
    trainee = somebody("dalibnieks", width=390)
    page = trainee.page
    trainee.open(DIARY)

    height = page.evaluate(
        "document.querySelector('.diary-save').getBoundingClientRect().bottom"
        " - document.querySelector('.diary-title').getBoundingClientRect().top"
    )

    assert height <= 844


def test_what_is_written_without_a_connection_is_sent_when_it_is_back(somebody: Come) -> None:
    trainee = somebody("dalibnieks", width=320)
    page = trainee.page
    trainee.open(DIARY)
    kept_by_a_worker(page)
    before = entries(page)

    page.context.set_offline(True)
    an_entry(trainee, ALONE[0])
    expect(page.locator("[data-queue-words]")).to_have_text(WILL_SEND)
    expect(page.locator("[data-said]")).to_have_text("Saglabāts šajā ierīcē, nosūtīsim, kad būs savienojums.")
    assert flaws(page) == []
    trainee.open(DIARY)  # the page opens all the same
    expect(page.get_by_text("Nav savienojuma.")).to_be_visible()
    an_entry(trainee, ALONE[1], "Nāks ar brillēm")
    expect(page.locator("[data-queue-words]")).to_have_text(re.compile("^2 ieraksti ir saglabāti šajā ierīcē"))
    assert flaws(page) == []
    assert "Paraugs" not in page.content()  # nothing of the person's page was kept
    page.context.set_offline(False)

    expect(page.locator("[data-list] [data-entry]")).to_have_count(before + 2)  # by itself, without a press
    expect(page.locator("[data-queue]")).to_be_hidden()
    expect(page.get_by_text("«Nāks ar brillēm»")).to_have_count(1)
    assert trainee.errors == []


def test_an_entry_begun_is_still_there_after_a_reload_but_not_what_may_not_be_written(somebody: Come) -> None:
    trainee = somebody("dalibnieks", width=320)
    page = trainee.page
    trainee.open(DIARY)
    before = entries(page)
    trainee.tick(page.get_by_role("radio", name=ALONE[2]))
    trainee.press(page.locator("[data-more] > summary"))
    trainee.write(page.get_by_label("Piezīme"), "Nāks ar brillēm")

    page.reload()

    expect(page.locator("[data-said]")).to_have_text("Tavs iesāktais ieraksts ir te; tas vēl nav saglabāts.")
    expect(page.get_by_role("radio", name=ALONE[2])).to_be_checked()
    expect(page.get_by_label("Piezīme")).to_have_value("Nāks ar brillēm")
    trainee.write(page.get_by_label("Piezīme"), "Zvanīt 2" + "1" * 7)
    expect(page.locator("[data-judge]")).not_to_be_empty()
    page.reload()
    expect(page.get_by_label("Piezīme")).to_have_value("")
    trainee.press(page.get_by_role("button", name="Saglabāt", exact=True))
    expect(page.locator("[data-list] [data-entry]")).to_have_count(before + 1)
    page.reload()
    expect(page.get_by_role("radio", name=ALONE[2])).not_to_be_checked()


def test_a_queue_is_sent_by_its_button_and_its_entries_only_once(somebody: Come) -> None:
    trainee = somebody("dalibnieks")
    page = trainee.page
    trainee.open(DIARY)
    before = entries(page)
    page.route(
        "**/dienasgramata/ieraksti", lambda route: (route.fetch(), route.abort())
    )  # taken, but the answer is lost
    an_entry(trainee)
    expect(page.locator("[data-queue-words]")).to_have_text(WILL_SEND)
    page.unroute("**/dienasgramata/ieraksti")

    trainee.press(page.get_by_role("button", name="Nosūtīt tagad"))

    expect(page.locator("[data-queue]")).to_be_hidden()
    expect(page.locator("[data-list] [data-entry]")).to_have_count(before + 1)


def test_an_entry_that_was_not_sent_is_deleted_only_by_a_second_press(somebody: Come) -> None:
    trainee = somebody("dalibnieks", keyboard=True, width=320)
    page = trainee.page
    trainee.open(DIARY)
    before = entries(page)
    page.context.set_offline(True)
    an_entry(trainee)
    expect(page.locator("[data-queue-words]")).to_have_text(WILL_SEND)

    trainee.press(page.get_by_role("button", name=re.compile("^Izdzēst")))

    expect(page.locator("[data-queue]")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Jā, izdzēst"))).to_be_focused()
    trainee.press(page.get_by_role("button", name=re.compile("^Jā, izdzēst")))
    expect(page.locator("[data-queue]")).to_be_hidden()
    page.context.set_offline(False)
    trainee.open(DIARY)
    assert entries(page) == before


def test_log_in_that_ended_loses_no_entry(somebody: Come, system: RunningSystem) -> None:
    trainee = somebody("dalibnieks")
    page = trainee.page
    trainee.open(DIARY)
    before = entries(page)

    page.context.clear_cookies()
    an_entry(trainee)
    expect(page.locator("[data-queue-words]")).to_have_text(re.compile("jāienāk vēlreiz"))
    page.get_by_role("link", name="Ienākt vēlreiz").click()
    page.get_by_label("Lietotājvārds").fill("dalibnieks")
    page.get_by_label("Parole", exact=True).fill(system.password)
    page.get_by_role("button", name="Ieiet").click()

    expect(page.locator("[data-list] [data-entry]")).to_have_count(before + 1)
    expect(page.locator("[data-queue]")).to_be_hidden()


def test_on_a_shared_computer_nobody_sees_or_sends_anothers_queue(somebody: Come, system: RunningSystem) -> None:
    first = somebody("dalibnieks")
    page = first.page
    first.open(DIARY)
    kept_by_a_worker(page)
    page.evaluate("() => { for (const key of Object.keys(localStorage)) localStorage.removeItem(key); }")
    other = "00000000-0000-4000-8000-000000000000"
    page.evaluate(
        """(other) => {
          const entry = { atslega: "22222222-2222-4222-8222-222222222222", at: 1, datums: "2026-11-21",
            situacija: "cits", pakalpojums: "cits", minutes: "90", pats: "1",
            pirms: "first", talak: "viss", kas: "resident", ka: "spot",
            piezime: "svešs" };
          localStorage.setItem(`lideri-dienasgramata:${other}:${entry.atslega}`, JSON.stringify(entry));
          localStorage.setItem("lideri-dienasgramata-ierice", JSON.stringify({ person: other, name: "Zvirbulēns" }));
        }""",
        other,
    )

    page.reload()
    expect(page.get_by_role("button", name="Saglabāt", exact=True)).to_be_visible()

    assert queue(page) == ""
    assert "svešs" not in page.content() and "Zvirbulēns" not in page.content()
    assert (
        page.evaluate("localStorage.getItem('lideri-dienasgramata-ierice')") is None
    )  # two people: nobody's own device
    kept = page.evaluate("(other) => Object.keys(localStorage).filter((key) => key.includes(other)).length", other)
    assert kept == 1  # it waits for its owner
    assert flaws(page) == []


def test_a_device_that_knows_nobody_says_so_without_a_connection(somebody: Come) -> None:
    trainee = somebody("dalibnieks")
    trainee.open(DIARY)
    kept_by_a_worker(trainee.page)
    page = trainee.page.context.new_page()  # another tab, on a device that was not marked as one's own

    page.context.set_offline(True)
    page.goto(trainee.base_url + DIARY)

    expect(page.get_by_text("Šī ierīce nezina, kurš raksta.")).to_be_visible()
    expect(page.get_by_role("button", name="Saglabāt", exact=True)).to_be_disabled()
    page.context.set_offline(False)


def test_private_data_are_refused_as_typed_and_a_name_is_asked_about(somebody: Come) -> None:
    trainee = somebody("dalibnieks", width=320)
    page = trainee.page
    trainee.open(DIARY)
    before = entries(page)
    judged = page.locator("[data-judge]")

    an_entry(trainee, note="zvanīt 2" + "7" * 7)
    expect(judged).to_contain_text("tālruņa numuram")
    expect(page.locator("[data-said]")).to_have_text("Vēl nav saglabāts: izlabo piezīmi.")
    assert flaws(page) == []
    page.get_by_label("Piezīme").fill("Palīdzēju Annai")
    expect(judged).to_contain_text("cilvēka vārdam")
    page.get_by_label("Piezīme").fill("Atvērām Jūras Zvaigznes lapu")
    page.get_by_label("Tas nav cilvēka vārds").check()
    page.get_by_role("button", name="Saglabāt", exact=True).click()

    expect(page.locator("[data-said]")).to_have_text(SAVED)
    expect(page.locator("[data-list] [data-entry]")).to_have_count(before + 1)


def test_a_resident_answers_on_the_trainees_device_and_finds_a_closed_door_behind(somebody: Come) -> None:
    trainee = somebody("dalibnieks", width=320)
    page = trainee.page
    trainee.open(DIARY)
    trainee.press(page.get_by_role("button", name="Iedot ierīci iedzīvotājam"))
    expect(page.get_by_role("heading", name="Pieci jautājumi")).to_be_visible()
    assert "Paraugs" not in page.content()
    assert flaws(page) == []

    page.go_back()
    expect(page.get_by_role("heading", name="Dienasgrāmata ir aizslēgta")).to_be_visible()
    expect(page.get_by_text("Mani ieraksti")).to_be_hidden()
    page.get_by_role("button", name="Es esmu darbinieks").click()
    trainee.press(page.get_by_role("button", name="Iedot ierīci iedzīvotājam"))
    page.get_by_role("radio", name="Jā, bez palīdzības").check()
    page.get_by_role("checkbox", name="lietoju internetbanku").check()
    page.get_by_role("button", name="Nosūtīt atbildes").click()

    expect(page.get_by_role("heading", name="Paldies!")).to_be_visible()
    page.get_by_role("link", name="Darbiniekam: uz dienasgrāmatu").click()
    page.get_by_role("button", name="Es esmu darbinieks").click()
    expect(page.get_by_role("button", name="Saglabāt", exact=True)).to_be_visible()
    assert trainee.errors == []


@pytest.mark.parametrize("width", [1280, 320])
def test_the_trainer_confirms_and_asks_and_no_page_has_a_flaw(somebody: Come, width: int) -> None:
    trainee, trainer = somebody("dalibnieks", width=width), somebody("pasniedzejs", width=width)
    trainee.open(DIARY)
    an_entry(trainee, note=f"Platums {width}")
    expect(trainee.page.locator("[data-said]")).to_have_text(SAVED)
    page = trainer.page
    entry = page.get_by_role("navigation").get_by_role("link", name=re.compile(r"^Dienasgrāmatas \d+ jaun"))
    trainer.press(entry)  # counted on the dashboard too, where a trainer begins
    expect(page.get_by_role("heading", name="Palīdzības dienasgrāmatas", level=1)).to_be_visible()
    assert flaws(page) == []

    line = page.get_by_role("listitem").filter(has_text=f"Platums {width}")
    trainer.press(line.get_by_role("link", name=re.compile("^Jautāt")))
    expect(page.get_by_label("Jautājums dalībniekam")).to_be_visible()
    assert flaws(page) == []
    page.get_by_label("Jautājums dalībniekam").fill("Ko cilvēks darīja pats?")
    trainer.press(page.get_by_role("button", name="Nosūtīt jautājumu"))
    expect(page.get_by_text("Jautājums ir nosūtīts dalībniekam.")).to_be_visible()
    trainee.open(DIARY)
    trainee.press(trainee.page.get_by_role("link", name=re.compile("^Atbildēt")).first)
    expect(trainee.page.get_by_label("Tava atbilde")).to_be_visible()
    assert flaws(trainee.page) == []
    trainee.page.get_by_label("Tava atbilde").fill("Pats ierakstīja adresi.")
    trainee.press(trainee.page.get_by_role("button", name="Nosūtīt atbildi"))
    trainer.open("/services/lideri/ieraksti")
    trainer.tick(page.get_by_role("checkbox", name=re.compile("Dalībnieks Paraugs")).first)
    trainer.press(page.get_by_role("button", name="Apstiprināt atlasītos"))

    expect(page.get_by_text("1 ieraksts ir apstiprināts.")).to_be_visible()
    page.locator("a[href*='ieraksti?grupa=']").first.click()
    expect(page.get_by_role("heading", name="Cilvēki")).to_be_visible()
    assert flaws(page) == []
    assert trainee.errors + trainer.errors == []
