"""«Mācību portāls» in a real browser: by mouse, by keyboard, as a scored task, on a narrow screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Served
from place_pages import SCENARIOS, assert_accessible
from playwright.sync_api import Locator, Page, expect
from test_browser import open_tab, stored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def portal(serve: Callable[..., Served]) -> Served:
    return serve(SCENARIOS, 'Place("m06.1-portals", page)', 'Place("m06.2-situacijas", page)')


def _open(tab: Page, portal: Served, name: str) -> Locator:
    open_tab(tab, portal, "Kas ir atnācis")
    return tab.get_by_role("region", name=name)


def _actions(portal: Served, exercise: str) -> list[dict[str, Any]]:
    answer: Any = stored(portal)[exercise]
    return list(answer["response"]["actions"])


def _search(box: Locator, words: str) -> None:
    box.get_by_label("Ko meklēt?").fill(words)
    box.get_by_role("button", name="Meklēt", exact=True).click()
    expect(box.get_by_role("heading", name=f"Meklēts «{words}»")).to_be_focused()


def test_a_client_is_helped_with_detours_and_sees_the_map(tab: Page, portal: Served) -> None:
    box = _open(tab, portal, "Izmēģini: Mācību portāls")
    expect(box).to_contain_text("Mācību vide – nav īsts portāls.")

    box.get_by_role("button", name="4. Pārcēlos pirms trim nedēļām").click()
    expect(box.get_by_role("heading", name="Pārcēlos pirms trim nedēļām", exact=True)).to_be_focused()
    _search(box, "pārcēlos")
    box.get_by_role("button", name="Dzīvesvietas deklarēšana klātienē").first.click()
    box.get_by_role("button", name="Ko darīt, ja…?").click()
    box.get_by_role("button", name="Pārcelšanās uz citu dzīvesvietu").click()
    box.get_by_role("button", name="Dzīvesvietas deklarēšana vai norādīšana").click()
    box.get_by_role("button", name="Pieprasīt pakalpojumu").click()
    box.get_by_role("button", name="Es – pilnvarotā persona").click()
    expect(box.get_by_text("Portālā: pilnvarotā persona")).to_be_visible()
    box.get_by_role("button", name="Pieprasīt pakalpojumu").click()
    # What stops a person takes the keyboard with it.
    stop = box.get_by_role("status").filter(has_text="Pakalpojums nav pieejams pilnvarotajām personām.")
    expect(stop.locator("p")).to_be_focused()
    box.get_by_role("button", name="Iziet").click()
    # Whoever only changes the role stays at the door, and the service stays open.
    expect(box.get_by_role("button", name="Ienākt", exact=True)).to_be_focused()
    expect(box.get_by_text("Portālā neviens vairs nav ienācis.")).to_be_visible()
    box.get_by_role("button", name="Ienākt", exact=True).click()
    box.get_by_role("button", name="Klients pats – privātpersona").click()
    expect(box.get_by_role("heading", name="Dzīvesvietas deklarēšana vai norādīšana")).to_be_visible()
    box.get_by_role("button", name="Pieprasīt pakalpojumu").click()
    box.get_by_role("button", name="Iesniegt").click()
    expect(box.get_by_text("Vispirms izlasi lietošanas noteikumus")).to_be_visible()
    box.get_by_label("Iepazinos ar norādīto informāciju").check()
    box.get_by_label("Īres līgums").check()
    box.get_by_label("Liepu iela 4").check()
    box.get_by_role("button", name="Iesniegt").dblclick()
    expect(box.get_by_role("heading", name="Mana Latvija.lv")).to_be_visible()
    box.get_by_label("«Jā: to dara mēneša laikā.»").check()
    expect(box.get_by_text("«Labi, tad darām.»")).to_be_visible()
    box.get_by_role("button", name="Pārbaudīt").click()

    expect(box.get_by_text("Viss vajadzīgais ir izdarīts.")).to_be_visible()
    picture = box.get_by_role("img", name="Ceļa karte.")
    expect(picture).to_have_attribute("aria-label", re.compile("Pirmais līkums sākās 2\\. solī"))
    way = box.get_by_role("table", name="Tavs ceļš")
    expect(way.get_by_role("row").nth(2)).to_contain_text("līkums; te tas sākās")
    expect(box.get_by_role("button", name="4. Pārcēlos")).to_contain_text("izspēlēts")
    actions = _actions(portal, "m06.1-portals")
    assert [action["do"] for action in actions].count("submit") == 2  # the first one lacked the terms
    assert all(isinstance(action["t"], int) for action in actions if action["do"] == "search")
    assert_accessible(tab)


def test_a_client_is_helped_with_the_keyboard_only(tab: Page, portal: Served) -> None:
    box = _open(tab, portal, "Izmēģini: Mācību portāls")

    def press(name: str, role: Any = "button") -> None:
        target = box.get_by_role(role, name=name).first
        target.focus()
        tab.keyboard.press("Enter" if role == "button" else "Space")

    press("2. Tumšā iela")
    expect(box.get_by_role("heading", name="Tumšā iela", exact=True)).to_be_focused()
    box.get_by_label("Ko meklēt?").focus()
    tab.keyboard.type("uzrakstīt pašvaldībai")
    tab.keyboard.press("Enter")
    expect(box.get_by_role("heading", name="Meklēts")).to_be_focused()
    press("Iesniegums iestādei")
    expect(box.get_by_role("heading", name="Iesniegums iestādei")).to_be_focused()
    press("Pieprasīt pakalpojumu")
    expect(box.get_by_role("heading", name="Kurš ienāk portālā?")).to_be_focused()
    press("Klients pats – privātpersona")
    expect(box.get_by_role("heading", name="Iesniegums iestādei")).to_be_focused()
    press("Pieprasīt pakalpojumu")
    expect(box.get_by_label("Virsraksts")).to_be_visible()
    press("Iepazinos ar norādīto informāciju", "checkbox")
    press("Ezerkrasta novada pašvaldība", "radio")
    press("Lūgums", "radio")
    box.get_by_label("Virsraksts").focus()
    tab.keyboard.type("Lampas")
    tab.keyboard.press("Tab")
    tab.keyboard.type("Lūdzu, salabojiet lampas.")
    press("Video no ielas")
    expect(box.get_by_text("Datne «Video no ielas» ir par lielu")).to_be_visible()
    press("Tumšā iela, 1. fotogrāfija")
    expect(box.get_by_role("button", name="Pievienots: Tumšā iela, 1. fotogrāfija")).to_be_focused()
    press("Tumšā iela, 2. fotogrāfija")
    expect(box.get_by_role("button", name="Pievienots: Tumšā iela, 2. fotogrāfija")).to_be_focused()
    # Nothing typed was lost while the kernel answered.
    expect(box.get_by_label("Saturs")).to_have_value("Lūdzu, salabojiet lampas.")
    box.get_by_label("Saturs").focus()
    tab.keyboard.press("Enter")
    expect(box.get_by_role("heading", name="Mana Latvija.lv")).to_be_focused()
    press("Pārbaudīt")

    expect(box.get_by_text("Viss vajadzīgais ir izdarīts.")).to_be_visible()


def test_the_expert_on_the_screen_is_talked_to_step_by_step(tab: Page, portal: Served) -> None:
    box = _open(tab, portal, "Izmēģini: Četri klienti, četras situācijas")

    box.get_by_role("button", name="4. Videokonsultācija ar VSAA").click()
    expect(box.get_by_text("Speciāliste Ieva, VSAA (mācību piemērs)")).to_be_visible()
    expect(box.get_by_text("«Labdien! Ar ko es runāju")).to_be_hidden()
    for name in ("Kopā ar Zentu pieraksti", "Palūdz, lai Zenta noliek", "Parūpējies, lai sarunu"):
        box.get_by_label(name).check()
    # The call begins when the person says that all is prepared, not at the first tick.
    expect(box.get_by_text("«Labdien! Ar ko es runāju")).to_be_hidden()
    box.get_by_role("button", name="Gatavs, tālāk").click()
    expect(box.get_by_label("Izstāsti visu Zentas vietā")).to_be_focused()
    box.get_by_label("Izstāsti visu Zentas vietā").check()
    expect(box.get_by_text("Paldies, bet man jādzird pati kliente.")).to_be_visible()
    box.get_by_label("Parādi Zentai pierakstītos jautājumus").check()
    box.get_by_label("Paskaidro, ar ko veidi atšķiras").check()
    box.get_by_label("«Par to lems VSAA.").check()
    for name in ("Pieraksti Zentai", "Pasaki, kad gaidīt"):
        box.get_by_label(name).check()
    box.get_by_role("button", name="Pārbaudīt").click()

    expect(box.get_by_text("Viss vajadzīgais ir izdarīts.")).to_be_visible()
    expect(box.get_by_text("Pirmais līkums sākās")).to_be_visible()
    assert_accessible(tab)


def test_a_check_right_after_a_change_is_not_lost_while_the_kernel_is_slow(tab: Page, portal: Served) -> None:
    box = _open(tab, portal, "Izmēģini: Mācību portāls")
    box.get_by_role("button", name="4. Pārcēlos pirms trim nedēļām").click()
    box.get_by_role("button", name="Sākt šo klientu no jauna").click()
    box.get_by_label("«Diemžēl nē: tas bija jāizdara divās nedēļās.»").check()
    expect(box.get_by_text("Aina satraucas: «Ko tagad?»")).to_be_visible()
    box.get_by_role("button", name="Pārbaudīt").click()
    expect(box.get_by_text("Izdarīts: 0 no 3.")).to_be_visible()

    # Both in one turn of the browser: no answer can come in between.
    box.evaluate(
        """box => {
            [...box.querySelectorAll("label")].find(label => label.textContent.includes("mēneša laikā")).click();
            [...box.querySelectorAll("button")].find(button => button.textContent === "Pārbaudīt").click();
        }"""
    )

    expect(box.get_by_text("Izdarīts: 1 no 3.")).to_be_visible()


def test_a_client_begun_anew_has_been_told_nothing(tab: Page, portal: Served) -> None:
    box = _open(tab, portal, "Izmēģini: Mācību portāls")
    box.get_by_role("button", name="4. Pārcēlos pirms trim nedēļām").click()
    box.get_by_role("button", name="Sākt šo klientu no jauna").click()
    right = box.get_by_label("«Jā: to dara mēneša laikā.»")
    right.check()
    expect(box.get_by_text("«Labi, tad darām.»")).to_be_visible()

    box.get_by_role("button", name="Sākt šo klientu no jauna").click()

    expect(right).not_to_be_checked()
    right.check()
    expect(box.get_by_text("«Labi, tad darām.»")).to_be_visible()


def test_everything_is_there_again_after_opening_the_page_anew(tab: Page, portal: Served) -> None:
    box = _open(tab, portal, "Izmēģini: Mācību portāls")
    box.get_by_role("button", name="1. Karte braucienam").click()
    expect(box.get_by_role("heading", name="Karte braucienam", exact=True)).to_be_focused()
    _search(box, "veselības karte")
    box.get_by_role("button", name="Eiropas veselības apdrošināšanas karte").click()
    box.get_by_role("button", name="Pieprasīt pakalpojumu").click()
    box.get_by_role("button", name="Klients pats – privātpersona").click()
    box.get_by_role("button", name="Pieprasīt pakalpojumu").click()
    box.get_by_label("Kaimiņam").check()
    expect(tab.get_by_role("status").filter(has_text="Saglabāts").first).to_be_visible()

    tab.reload()
    box.get_by_role("heading", name="Eiropas veselības apdrošināšanas karte").wait_for(timeout=90_000)

    expect(box.get_by_label("Kaimiņam")).to_be_checked()
    expect(box.get_by_text("Portālā: privātpersona")).to_be_visible()


SCORED = """
import fake_page
from lideri.course.items import ITEM
from lideri.practice.release import release
client = {"name": "Klients", "means": "Ir eID.", "can": ["self"]}
goal = {"id": "m", "text": "Pieteikts", "why": "Tas ir noslēpums.", "applied": "nvd-evak"}
task = {"id": "t", "title": "Karte", "client": client, "story": "«Gribu karti.»", "ask": "Palīdzi.", "goals": [goal]}
scenario = {"kind": "portal", "title": "Karte", "intro": "Palīdzi.", "services": ["nvd-evak", "ep186"], "tasks": [task],
            "facts": ["portals-evak"]}
item = ITEM.validate_python({"id": "uzd", "version": 1, "kind": "simulation", "pool": "module", "status": "live",
    "submodule": "2.1", "stem": "Piesaki karti", "points": 2, "explanation": "Tā.", "competences": ["2.3"],
    "outcomes": ["LO2.3.21"], "level": 5, "facts": ["portals-evak"], "scenario": scenario})
fake_page.ITEMS.clear()
fake_page.ITEMS["uzd"] = release(item)
page.answers.pop("!open", None)
"""


def test_as_a_scored_task_it_works_and_says_nothing_about_right_and_wrong(
    tab: Page, serve: Callable[..., Served]
) -> None:
    served = serve(SCORED, "Assessment(page)")
    open_tab(tab, served, "Sākt pārbaudes darbu")
    tab.get_by_role("button", name="Sākt pārbaudes darbu").click()
    task = tab.get_by_role("region", name="Piesaki karti")

    task.get_by_label("Ko meklēt?").fill("veselības karte")
    tab.keyboard.press("Enter")
    task.get_by_role("button", name="Eiropas veselības apdrošināšanas karte").click()
    task.get_by_role("button", name="Pieprasīt pakalpojumu").click()
    task.get_by_role("button", name="Klients pats – privātpersona").click()
    task.get_by_role("button", name="Pieprasīt pakalpojumu").click()
    task.get_by_label("Iepazinos ar norādīto informāciju").check()
    task.get_by_label("Sev").check()
    task.get_by_role("button", name="Iesniegt", exact=True).click()

    expect(task.get_by_text("Pieteikums «Eiropas veselības apdrošināšanas karte (EVAK)» ir nosūtīts.")).to_be_visible()
    expect(task.get_by_role("button", name="Pārbaudīt")).to_have_count(0)
    assert "noslēpums" not in tab.content()
    answer: Any = stored(served)["uzd"]
    assert [action["do"] for action in answer["response"]["actions"]][-1] == "submit"
    assert_accessible(tab)
