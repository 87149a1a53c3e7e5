"""A person at «Vienotā pieteikšanās»: by mouse, by keyboard, on a phone's screen, in practice and in a scored task."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Served
from place_pages import SCENARIOS, assert_accessible, press_twice_at_once
from playwright.sync_api import Locator, Page, expect
from test_browser import open_tab, stored

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
LEARN, ATTACKS, LOST = "m03.2-pieteiksanas", "m03.3-uzbrukumi", "m03.3-pazaudets"
SCORED = """
import fake_page, yaml
from lideri.course.items import ReleasedItem
from lideri.practice import machine
from lideri.practice.scenarios import read_scenario
whole = read_scenario(yaml.safe_load('''
id: darbs
kind: login
title: Darbs
intro: Rīkojies droši.
cases:
  - id: viens
    title: Pirmais
    task: Piesakies ar tālruni.
    page: {what: Mans konts, code: "5093", means: [phone]}
    phone: {codes: {pin1: "4409", pin2: "71356"}}
    request: {text: "Pieteikties: Mans konts", code: "7618"}
    goals: [{want: nothing_given, text: Nekas nav apstiprināts, why: Kods bija cits.}]
    why: Kods bija cits.
    facts: [x]
  - id: divi
    title: Otrais
    task: Saliec plānu.
    plan:
      pieces: [{id: a, text: Zvanīt, why: Jā.}, {id: b, text: Gaidīt, why: Nē.}, {id: c, text: Rakstīt, why: Jā.}]
      key: [[a], [c]]
    why: Vispirms zvans.
    facts: [x]
'''))
fake_page.ITEMS.clear()
fake_page.ITEMS["darbs"] = ReleasedItem(id="darbs", version=1, kind="simulation", submodule="3.3", points=2.0,
    stem="Rīkojies tā, kā būtu droši.", scenario=machine("login").shown(whole))
"""


@pytest.fixture(scope="module")
def places(serve: Serve) -> Served:
    return serve(SCENARIOS, *[f'Place("{name}", page)' for name in (LEARN, ATTACKS, LOST)])


def a_place(tab: Page, served: Served, title: str) -> Locator:
    """The place as it is before anything was done in it."""
    served.answers.unlink(missing_ok=True)
    open_tab(tab, served, "Karte vai tālrunis pazudis")
    return tab.get_by_role("region", name=f"Izmēģini: {title}", exact=True)


def a_case(place: Locator, number: int) -> None:
    place.get_by_role("button", name=f"{number}. gadījums").click()
    expect(place.get_by_role("button", name=f"{number}. gadījums")).to_have_attribute("aria-current", "step")


def press(place: Locator, digits: str) -> None:
    """On the keypad that is shown, then «Labi»."""
    for digit in digits:
        place.get_by_role("button", name=digit, exact=True).click()
    place.get_by_role("button", name="Labi").click()


def actions(served: Served, name: str) -> list[dict[str, Any]]:
    return list(stored(served)[name]["response"]["actions"])  # type: ignore[index]


def test_one_logs_in_with_the_card_after_a_wrong_pin(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Vienotā pieteikšanās")

    place.get_by_role("button", name="eID karte lasītājā").click()
    expect(place.get_by_text("Ieliec eID karti lasītājā.")).to_be_visible()
    place.get_by_role("button", name="Ielikt karti lasītājā").click()
    press(place, "1234")
    expect(place.get_by_text("Nepareizs PIN1. Atlikuši 2 mēģinājumi.").last).to_be_visible()
    place.get_by_role("button", name="Atvērt aploksni").click()
    expect(place.get_by_text("4071")).to_be_visible()
    assert_accessible(tab)
    press(place, "4071")

    expect(place.get_by_text("Tu esi savā kontā", exact=True)).to_be_visible()
    expect(place.get_by_text("Pareizi.", exact=True)).to_be_visible()
    expect(place).to_contain_text("Izspēlēts: 1 no 7")
    expect(place.get_by_role("button", name="1. gadījums")).to_have_accessible_name(re.compile("izspēlēts"))
    assert_accessible(tab)


def test_what_somebody_typed_that_is_no_invented_code_is_never_sent(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Vienotā pieteikšanās")
    place.get_by_role("button", name="eID karte lasītājā").click()
    place.get_by_role("button", name="Ielikt karti lasītājā").click()

    place.get_by_label("Ievadi PIN1 kodu").fill("9876")
    place.get_by_role("button", name="Labi").click()

    expect(place.get_by_text("Nepareizs PIN1.").last).to_be_visible()
    assert actions(places, LEARN)[-1] == {"do": "pin", "case": "karte", "on": "card", "text": "****"}
    assert "9876" not in places.answers.read_text(encoding="utf-8")
    assert tab.evaluate("JSON.stringify({...localStorage})").count("9876") == 0


def test_a_locked_pin_is_unlocked_with_the_puk(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Vienotā pieteikšanās")
    a_case(place, 3)

    place.get_by_role("button", name="eID karte lasītājā").click()
    place.get_by_role("button", name="Ielikt karti lasītājā").click()
    for left in ("Atlikuši 2", "Atlicis 1", "ir bloķēts"):
        press(place, "1111")
        expect(place.get_by_text(left).last).to_be_visible()
    expect(place.get_by_label("Ievadi PUK kodu")).to_be_visible()
    press(place, "28650413")
    expect(place.get_by_text("PIN1 ir atbloķēts.").last).to_be_visible()
    press(place, "1946")

    expect(place.get_by_text("Pareizi.", exact=True)).to_be_visible()


def test_the_phone_locks_and_time_is_moved_with_a_button(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Vienotā pieteikšanās")
    a_case(place, 5)

    place.get_by_role("button", name="Tālruņa lietotne (Smart-ID veida)").click()
    for said in ("Atlikuši 2", "Atlicis 1", "uz 3 stundām"):
        press(place, "0000")
        expect(place.get_by_text(said).last).to_be_visible()
    expect(place.get_by_role("heading", name="Lietotne bloķēta")).to_be_visible()
    assert_accessible(tab)
    place.get_by_role("button", name="Tālruņa lietotne (Smart-ID veida)").click()
    expect(place.get_by_role("status").filter(has_text="Tā atkal strādās pirmdien plkst. 12.00")).to_have_count(1)
    place.get_by_role("button", name="Pagaidīt 3 stundas").click()

    expect(place.get_by_text("pirmdiena, plkst. 12.00", exact=True)).to_be_visible()
    expect(place.get_by_role("heading", name="Pieprasījumu nav")).to_be_visible()


def test_one_logs_in_with_the_phone_by_keyboard_alone(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Vienotā pieteikšanās")
    place.get_by_role("button", name="2. gadījums").focus()

    def to(name: str) -> None:
        """Tab until the control of that name has the focus."""
        for _ in range(40):
            if name in tab.evaluate("document.activeElement.textContent + (document.activeElement.id || '')"):
                return
            tab.keyboard.press("Tab")
        raise AssertionError(f"«{name}» is not reached by Tab")

    tab.keyboard.press("Enter")
    expect(place.get_by_role("heading", name="Piesakies ar tālruni")).to_be_visible()
    to("Tālruņa lietotne (Smart-ID veida)")
    tab.keyboard.press("Enter")
    expect(place.get_by_text("6204")).to_have_count(2)
    # The button is gone; the page it stood on has the focus, not the top of the document.
    assert tab.evaluate("document.activeElement.textContent") == "Vienotā pieteikšanās"
    for _ in range(40):
        if tab.evaluate("document.activeElement.tagName") == "INPUT":
            break
        tab.keyboard.press("Tab")
    tab.keyboard.type("1111")
    tab.keyboard.press("Enter")
    expect(place.get_by_text("Nepareizs PIN1.").last).to_be_visible()
    # After a wrong try the focus is still in the field, which is empty.
    assert tab.evaluate("[document.activeElement.tagName, document.activeElement.value]") == ["INPUT", ""]
    tab.keyboard.type("3815")
    tab.keyboard.press("Enter")

    expect(place.get_by_text("Pareizi.", exact=True)).to_be_visible()
    expect(place.get_by_role("status").filter(has_text="Apstiprināts. Tu esi savā kontā.")).to_have_count(1)
    to("Nākamais gadījums")
    tab.keyboard.press("Enter")
    expect(place.get_by_role("heading", name="Nobloķē PIN1")).to_be_focused()


def test_another_code_confirmed_tells_who_got_in_and_may_be_tried_again(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Apstiprināt vai atteikt")
    a_case(place, 3)

    place.get_by_role("button", name="Tālruņa lietotne (Smart-ID veida)").click()
    expect(place.get_by_text("3764", exact=True)).to_be_visible()
    expect(place.get_by_text("8190", exact=True)).to_be_visible()
    press(place, "3815")
    expect(place.get_by_text("Šoreiz neizdevās.")).to_be_visible()
    expect(place).to_contain_text("kontā pieteicās kāds cits")
    assert_accessible(tab)
    place.get_by_role("button", name="Sākt šo gadījumu no jauna").click()
    place.get_by_role("button", name="Tālruņa lietotne (Smart-ID veida)").click()
    place.get_by_role("button", name="Atteikt").click()

    expect(place.get_by_text("Pareizi.", exact=True)).to_be_visible()


def test_what_one_agreed_to_stays_in_sight_and_the_number_says_how_it_went(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Apstiprināt vai atteikt")
    a_case(place, 3)

    place.get_by_role("button", name="Tālruņa lietotne (Smart-ID veida)").click()
    press(place, "3815")
    expect(place.get_by_text("Šoreiz neizdevās.")).to_be_visible()

    expect(place.get_by_text("3764", exact=True)).to_be_visible()
    expect(place.get_by_text("8190", exact=True)).to_be_visible()
    number = place.get_by_role("button", name="3. gadījums")
    expect(number).to_have_accessible_name(re.compile("izspēlēts: neizdevās"))
    a_case(place, 2)
    place.get_by_role("button", name="Atteikt").click()
    expect(place.get_by_role("button", name="2. gadījums")).to_have_accessible_name(re.compile("izspēlēts: pareizi"))
    expect(number).to_have_accessible_name(re.compile("izspēlēts: neizdevās"))


def test_a_hint_helps_and_ends_nothing(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Vienotā pieteikšanās")
    hint = place.locator("p").get_by_text("Tālruņa PIN1 kartei neder.").last

    place.get_by_role("button", name="eID karte lasītājā").click()
    place.get_by_role("button", name="Rādīt padomu").click()

    expect(hint).to_be_visible()
    expect(place.get_by_role("button", name="Paslēpt padomu")).to_be_focused()
    place.get_by_role("button", name="Ielikt karti lasītājā").click()
    press(place, "1234")
    expect(hint).to_be_visible()
    place.get_by_role("button", name="Atvērt aploksni").click()
    expect(place.get_by_text("Atlikuši 2 mēģinājumi.").last).to_be_visible()
    place.get_by_role("button", name="Paslēpt padomu").click()
    expect(hint).to_be_hidden()
    assert [action["do"] for action in actions(places, LEARN)] == ["means", "insert", "pin", "envelope"]


def test_a_plan_that_is_not_right_yet_is_mended_and_not_made_anew(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Karte vai tālrunis pazudis")

    for step in ("30 dienu laikā", "Ziņot PMLP", "Zvanīt LVRTC"):
        place.get_by_role("button", name=step).first.click()
        expect(place.get_by_role("group", name="Tavs plāns").get_by_text(step).first).to_be_visible()
    place.get_by_role("button", name="Pārbaudīt plānu").click()
    expect(place.get_by_text("Šis solis ir vajadzīgs, bet ne šajā vietā.")).to_be_visible()
    place.get_by_role("button", name="Labot plānu").click()
    late = place.get_by_role("button", name="30 dienu laikā iesniegt dokumentus jaunai kartei: zemāk")
    steps = place.get_by_role("group", name="Tavs plāns").get_by_role("listitem")
    late.click()
    expect(steps.nth(1)).to_contain_text("30 dienu laikā")  # the kernel has answered
    expect(late).to_be_focused()
    late.click()
    expect(steps.nth(2)).to_contain_text("30 dienu laikā")
    place.get_by_role("button", name="Pārbaudīt plānu").click()

    expect(place.get_by_text("Plāns ir pareizs.")).to_be_visible()


def test_two_quick_presses_move_a_step_by_two_places(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Karte vai tālrunis pazudis")
    steps = place.get_by_role("group", name="Tavs plāns").get_by_role("listitem")
    for step in ("30 dienu laikā", "Ziņot PMLP", "Zvanīt LVRTC"):
        place.get_by_role("button", name=step).first.click()
    expect(steps).to_have_count(3)

    press_twice_at_once(place, "30 dienu laikā iesniegt dokumentus jaunai kartei: zemāk")

    expect(steps.nth(2)).to_contain_text("30 dienu laikā")
    place.get_by_role("button", name="Pārbaudīt plānu").click()
    expect(place.get_by_text("Plāns ir pareizs.")).to_be_visible()  # as the kernel has it


def test_a_call_is_ended_and_the_request_that_came_with_it_refused(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Apstiprināt vai atteikt")
    a_case(place, 6)

    place.get_by_role("button", name="Klausīties tālāk").click()
    expect(place.get_by_role("status").filter(has_text="nosauciet man PIN1")).to_have_count(1)
    assert_accessible(tab)
    place.get_by_role("button", name="Beigt sarunu").click()
    expect(place.get_by_text("Tālrunī vēl gaida pieprasījums.").last).to_be_visible()
    place.get_by_role("button", name="Atteikt").click()

    expect(place.get_by_text("Pareizi.", exact=True)).to_be_visible()


def test_the_address_of_a_page_is_compared_and_the_page_closed_on_a_small_screen(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Apstiprināt vai atteikt")
    tab.set_viewport_size({"width": 320, "height": 700})
    a_case(place, 8)

    place.get_by_role("button", name="Salīdzināt adresi").click()
    expect(place.get_by_text("Mācību vidē īstā adrese ir https://vienota-pieteiksanas.example/").last).to_be_visible()
    place.get_by_role("button", name="Aizvērt lapu").click()

    expect(place.get_by_text("Pareizi.", exact=True)).to_be_visible()
    sizes = place.locator("button:visible").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect()).map((box) => [box.width, box.height])"
    )
    assert [size for size in sizes if min(size) < 43.5] == []


def test_a_plan_is_made_moved_and_checked_step_by_step(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Karte vai tālrunis pazudis")

    place.get_by_role("button", name="Pārbaudīt plānu").click()
    expect(place.get_by_text("Plāns vēl ir tukšs. Pievieno pirmo soli.").last).to_be_visible()
    for step in ("30 dienu laikā", "Ziņot PMLP", "Zvanīt LVRTC"):
        place.get_by_role("button", name=step).first.click()
        expect(place.get_by_role("group", name="Tavs plāns").get_by_text(step).first).to_be_visible()
    late = place.get_by_role("button", name="30 dienu laikā iesniegt dokumentus jaunai kartei: zemāk")
    late.click()
    expect(late).to_be_focused()
    late.click()
    assert_accessible(tab)
    place.get_by_role("button", name="Pārbaudīt plānu").click()

    expect(place.get_by_text("Plāns ir pareizs.")).to_be_visible()
    expect(place.get_by_text("Plānā tas nepalīdzētu. PIN aploksni eID kartei izsniedz PMLP")).to_be_visible()
    assert_accessible(tab)


def test_what_was_done_is_there_after_the_page_is_opened_again(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Apstiprināt vai atteikt")
    a_case(place, 2)
    place.get_by_role("button", name="Atteikt").click()
    expect(place.get_by_text("Pareizi.", exact=True)).to_be_visible()
    expect(place.get_by_role("status").filter(has_text="Saglabāts")).to_have_count(1)

    open_tab(tab, places, "Karte vai tālrunis pazudis")

    expect(place.get_by_role("heading", name="Kafijas pauze")).to_be_visible()
    expect(place.get_by_text("Pareizi.", exact=True)).to_be_visible()


def test_a_scored_task_says_nothing_about_right_and_wrong(tab: Page, serve: Serve) -> None:
    served = serve(SCORED, "Assessment(page)")
    open_tab(tab, served, "Pirms sāc")
    tab.get_by_role("button", name="Sākt nākamo mēģinājumu").or_(
        tab.get_by_role("button", name="Sākt pārbaudes darbu")
    ).click()
    task = tab.get_by_role("region", name="Rīkojies tā, kā būtu droši.")

    expect(task).to_contain_text("Mācību vide – nav īsts portāls.")
    task.get_by_role("button", name="Tālruņa lietotne (Smart-ID veida)").click()
    press(task, "4409")
    expect(task.get_by_text("Šis gadījums ir galā.")).to_be_visible()
    for word in ("Pareizi", "neizdevās", "Kods bija cits", "kāds cits"):
        expect(task).not_to_contain_text(word)
    task.get_by_role("button", name="Nākamais gadījums").click()
    task.get_by_role("button", name="Zvanīt").click()
    expect(task.get_by_role("group", name="Tavs plāns")).to_contain_text("Zvanīt")
    expect(task.get_by_role("button", name="Pārbaudīt plānu")).to_have_count(0)
    assert_accessible(tab)

    expect(tab.get_by_text("Atbildēts uz 1 no 1 uzdevuma")).to_be_visible()
    open_tab(tab, served, "1. uzdevums no 1")
    expect(tab.get_by_role("group", name="Tavs plāns")).to_contain_text("Zvanīt")
