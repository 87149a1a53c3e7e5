"""Sorting, self-rating and reading figures: by mouse, by keyboard, and as they were left."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import SCENARIOS, actions, assert_accessible, opened, press
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


@pytest.fixture(scope="module")
def places(serve: Serve) -> Served:
    names = ("m01.1-robezas", "m01.1-pasvertejums", "m01.2-skaitli", "m04.1-ar-ko")
    return serve(SCENARIOS, *[f'Place("{name}", page)' for name in names])


def test_cards_are_sorted_with_the_mouse_and_each_says_why(tab: Page, places: Served) -> None:
    place = opened(tab, places, "Dara, nedara vai nodod tālāk")
    cards = place.get_by_role("group").filter(has=tab.get_by_role("radio"))

    place.get_by_role("button", name="Pārbaudīt").click()
    expect(cards.first).to_contain_text(f"Kopā bez atbildes: {cards.count()} no {cards.count()}.")
    for number in range(cards.count()):
        cards.nth(number).get_by_role("radio").first.check()
    place.get_by_role("button", name="Pārbaudīt").click()

    expect(place.get_by_text(re.compile(r"Pareizi: \d+ no \d+"))).to_be_visible()
    expect(place.locator(".part-why")).to_have_count(cards.count())
    assert actions(places, "m01.1-robezas")[-1] == {"do": "check"}
    assert_accessible(tab)
    # A change after checking is a new try.
    cards.first.get_by_role("radio").nth(1).check()
    expect(place.get_by_text(re.compile(r"Pareizi: \d+ no \d+"))).to_have_count(0)


def test_checking_too_early_leads_to_the_first_card_without_an_answer(tab: Page, places: Served) -> None:
    place = opened(tab, places, "Vai var parakstīt jau tagad?")
    check = place.get_by_role("button", name="Pārbaudīt")
    cards = place.get_by_role("group").filter(has=tab.get_by_role("radio"))
    expect(cards).to_have_count(11)

    for number in range(11):  # by keyboard; the fourth and the last are passed over
        if number not in (3, 10):
            press(tab, cards.nth(number).get_by_role("radio").first, "Space")
    press(tab, check)
    expect(cards.nth(3).get_by_role("radio").first).to_be_focused()
    expect(cards.nth(3).get_by_text("Te vēl nav atbildes. Kopā bez atbildes: 2 no 11.")).to_be_in_viewport()
    assert_accessible(tab)
    tab.keyboard.press("ArrowDown")
    expect(cards.nth(3).get_by_text("Te vēl nav atbildes.")).to_have_count(0)
    press(tab, check)
    expect(cards.nth(10).get_by_role("radio").first).to_be_focused()
    expect(cards.nth(10).get_by_text("Te vēl nav atbildes. Kopā bez atbildes: 1 no 11.")).to_be_in_viewport()
    tab.keyboard.press("Space")
    press(tab, check)

    expect(place.get_by_text(re.compile(r"Pareizi: \d+ no 11"))).to_be_visible()
    expect(place.locator(".part-why")).to_have_count(11)


def test_every_card_of_what_one_may_sign_with_is_sorted_right_with_the_mouse(tab: Page, places: Served) -> None:
    place = opened(tab, places, "Vai var parakstīt jau tagad?")
    right = {
        "Var parakstīt jau tagad": ("eParaksts mobile", "piecdesmit dokumentus", "darba devējam Vācijā", "16 gadu"),
        "Vispirms kaut kas jānokārto": ("uzvārds", "pase ar čipu", "SIM karti", "PIN kodu aploksne"),
        "Ar to neparakstīs": ("vīra karti", "ķeksīti", "bankas kodu kalkulatoru"),
    }

    for answer, told in right.items():
        for words in told:
            place.get_by_role("group", name=words).get_by_label(answer).check()
    place.get_by_role("button", name="Pārbaudīt").click()

    expect(place.get_by_text("Pareizi. Visas atbildes ir pareizas.")).to_be_visible()
    assert_accessible(tab)


def test_figures_are_read_with_the_keyboard_and_stand_in_a_table_too(tab: Page, places: Served) -> None:
    place = opened(tab, places, "Skaitļu lasīšana")

    press(tab, place.get_by_text("Tie paši skaitļi tabulā"))
    expect(place.get_by_role("row", name="Latvija, 2023. gads 45,3")).to_be_visible()
    press(tab, place.get_by_label("Eiropas mērķis, 2030. gads"), "ArrowUp")
    press(tab, place.get_by_role("button", name="Pārbaudīt 1. atbildi"))
    expect(place.get_by_text("Izmērītie stabiņi ir pilni.")).to_be_visible()
    field = place.get_by_label("Par cik procentpunktiem Latvija 2023. gadā atpalika")
    field.focus()
    tab.keyboard.type("10,3")
    tab.keyboard.press("Tab")
    press(tab, place.get_by_role("button", name="Pārbaudīt 2. atbildi"))
    expect(place.get_by_text("55,6 − 45,3 = 10,3 procentpunkti.")).to_be_visible()
    assert_accessible(tab)
    tab.reload()

    again = tab.get_by_role("region", name="Izmēģini: Skaitļu lasīšana")
    expect(again.get_by_label("Par cik procentpunktiem Latvija 2023. gadā atpalika")).to_have_value(
        "10,3", timeout=90_000
    )
    expect(again.get_by_text("Atbildēts: 2 no 4")).to_be_visible()


def test_a_self_rating_is_given_with_the_keyboard_kept_and_compared_with_the_next(tab: Page, places: Served) -> None:
    place = opened(tab, places, "Pašvērtējums")
    lists = place.get_by_role("combobox")

    press(tab, place.get_by_role("button", name="Pabeigt pašvērtējumu"))
    expect(place.get_by_text("Vēl nav novērtēts: «Informācijas pārlūkošana")).to_be_visible()
    expect(lists.first).to_be_focused()
    for number in range(lists.count()):
        lists.nth(number).focus()
        tab.keyboard.press("3")  # the option that begins with it
    expect(place.get_by_text("Novērtētas 17 kompetences no 17")).to_be_visible()
    press(tab, place.get_by_role("button", name="Pabeigt pašvērtējumu"))

    expect(place.get_by_text("Pašvērtējums ir pierakstīts.")).to_be_visible()
    expect(place.get_by_role("row", name="Ierīču aizsardzība 3. līmenis 5. līmenis")).to_be_visible()
    assert_accessible(tab)
    press(tab, place.get_by_role("button", name="Vērtēt vēlreiz"))
    expect(lists.first).to_be_focused()
    expect(place.get_by_text("Novērtētas 0 kompetences no 17")).to_be_visible()
    expect(place.get_by_role("columnheader", name="1. reize")).to_be_visible()
