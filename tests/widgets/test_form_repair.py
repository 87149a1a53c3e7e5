"""A form that shuts people out is repaired: by mouse, by keyboard alone, kept over a reload, and in a scored task."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import SCENARIOS, actions, assert_accessible, opened, press
from playwright.sync_api import Locator, Page, expect
from test_browser import open_tab

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
PLACE = "m11.2-veidlapa"
TITLE = "Salabo bibliotēkas veidlapu"
REPAIRS = {
    "Tālruņa lauks: nosaukums": "Tālruņa numurs",
    "Rūtiņa: nosaukums": "Drīkstat man piezvanīt, ja nodarbību pārceļ",
    "Dienas lauks: nosaukums": "Diena, kad gribat nākt",
    "E-pasta lauks: nosaukums": "E-pasts, ja tāds jau ir",
    "Tālruņa lauks: kļūdas paziņojums": "Tālruņa numurā trūkst ciparu. Vajag astoņus.",
    "Dienas lauks: kļūdas paziņojums": "Šajā dienā nodarbības nav. Izvēlieties otrdienu vai ceturtdienu.",
    "Virsraksts (lieli burti)": "Gaiši pelēka",
    "Paskaidrojums zem virsraksta": "Vidēji pelēka",
    "Burti uz pogas": "Gandrīz melna",
    "Teksts virs laukiem": "Aizpildiet laukus. Ja neizdodas, zvaniet mums vai atnāciet.",
    "Kā atzīmēti obligātie lauki": "Ar vārdu «obligāti» pie nosaukuma",
    "Uzraksts uz saites": "Kā nokļūt bibliotēkā",
    "Uzraksts uz pogas": "Pieteikties nodarbībai",
}
SCORED = f"""
import fake_page
from lideri.course.items import ReleasedItem
from lideri.practice import machine
whole = page.scenarios["{PLACE}"]
fake_page.ITEMS.clear()
fake_page.ITEMS["veidlapa"] = ReleasedItem(id="veidlapa", version=1, kind="simulation", submodule="11.2", points=3.0,
    stem="Salabo šo veidlapu", scenario=machine("form_repair").shown(whole))
"""


@pytest.fixture(scope="module")
def forms(serve: Serve) -> Served:
    return serve(SCENARIOS, f'Place("{PLACE}", page)')


def begun(tab: Page, served: Served) -> Locator:
    """The form as it is before anything was repaired."""
    served.answers.unlink(missing_ok=True)
    return opened(tab, served, TITLE)


def heard(place: Locator) -> list[str]:
    return place.locator(".form-repair__sounds > li").all_text_contents()


def test_the_form_is_repaired_with_the_mouse_and_the_drawing_and_what_is_heard_change_with_it(
    tab: Page, forms: Served
) -> None:
    place = begun(tab, forms)
    drawn = place.locator(".form-repair__looks")
    expect(drawn).to_have_attribute("aria-hidden", "true")
    assert "«Šeit», saite" in heard(place) and "(obligāti)" not in "".join(heard(place))
    place.get_by_role("button", name="Pārbaudīt").click()
    expect(place.get_by_text("Laukam nav nosaukuma: ekrānlasītājs nezina").first).to_be_visible()
    expect(place.locator(".part-why")).to_have_count(len(REPAIRS) + 1)
    assert_accessible(tab)

    for label, option in REPAIRS.items():
        place.get_by_label(label, exact=True).select_option(label=option)
    place.get_by_role("button", name="Vārds un uzvārds: uz augšu").click()
    place.get_by_role("button", name="Vārds un uzvārds: uz augšu").click()
    for _ in range(2):
        place.get_by_role("button", name="Drīkstat man piezvanīt, ja nodarbību pārceļ: uz leju").click()
    place.get_by_role("button", name="E-pasts, ja tāds jau ir: uz augšu").click()
    place.get_by_role("button", name="Pārbaudīt").click()

    expect(place.get_by_text("Veidlapa ir atvērta visiem.")).to_be_visible()
    expect(place.get_by_text("Kontrasts 3,12 : 1")).to_be_visible()  # enough for large letters only
    assert heard(place)[3] == "«Vārds un uzvārds (obligāti)», rediģēšanas lauks"
    assert heard(place)[-2:] == ["«Kā nokļūt bibliotēkā», saite", "«Pieteikties nodarbībai», poga"]
    expect(drawn.locator(".form-repair__error")).to_have_count(2)
    expect(drawn.locator(".form-repair__chosen--button")).to_have_css("color", "rgb(29, 43, 44)")
    assert_accessible(tab)


def test_a_field_is_moved_by_keyboard_and_the_focus_moves_with_it(tab: Page, forms: Served) -> None:
    place = begun(tab, forms)
    up = place.get_by_role("button", name="Vārds un uzvārds: uz augšu")

    press(tab, up)
    expect(up).to_be_focused()
    tab.keyboard.press("Space")

    expect(up).to_be_focused()
    expect(up).to_have_attribute("aria-disabled", "true")
    expect(place.get_by_text("Vārds un uzvārds: tagad 1. vietā")).to_have_attribute("role", "status")
    tab.keyboard.press("Enter")  # there is no place above the first
    tab.keyboard.press("Tab")
    expect(place.get_by_role("button", name="Vārds un uzvārds: uz leju")).to_be_focused()
    assert heard(place)[3].startswith("«Vārds un uzvārds»")
    assert actions(forms, PLACE, at_least=2) == [
        {"do": "move", "field": "vards", "to": 1},
        {"do": "move", "field": "vards", "to": 0},
    ]


def test_a_colour_and_a_name_are_chosen_by_keyboard_and_judged(tab: Page, forms: Served) -> None:
    place = begun(tab, forms)

    press(tab, place.get_by_label("Paskaidrojums zem virsraksta"), "G")
    expect(place.get_by_text("Kontrasts 3,12 : 1")).to_be_visible()
    press(tab, place.get_by_label("Tālruņa lauks: nosaukums"), "T")
    press(tab, place.get_by_role("button", name="Pārbaudīt"))

    colour = place.locator("li").filter(has=tab.get_by_label("Paskaidrojums zem virsraksta"))
    expect(colour).to_contain_text("Kontrasts ir 3,12 : 1, vajag vismaz 4,5 : 1.")
    expect(place.get_by_text(re.compile(r"Izdevušās pārbaudes: 1 no \d+"))).to_be_visible()


def test_the_repairs_are_there_when_the_page_is_opened_again(tab: Page, forms: Served) -> None:
    place = begun(tab, forms)
    place.get_by_label("Uzraksts uz pogas").select_option(label="Pieteikties nodarbībai")
    place.get_by_role("button", name="Vārds un uzvārds: uz augšu").click()
    actions(forms, PLACE, at_least=2)
    expect(place.get_by_role("status").filter(has_text="Saglabāts")).to_have_count(1)

    place = opened(tab, forms, TITLE)

    expect(place.get_by_label("Uzraksts uz pogas")).to_have_value("pieteikties")
    expect(place.locator(".form-repair__order > li").nth(1)).to_contain_text("Vārds un uzvārds")
    assert heard(place)[-1] == "«Pieteikties nodarbībai», poga"


def test_a_scored_form_says_nothing_about_right_and_wrong(tab: Page, serve: Serve) -> None:
    served = serve(SCENARIOS, SCORED, "Assessment(page)")
    open_tab(tab, served, "Pirms sāc")
    tab.get_by_role("button", name="Sākt pārbaudes darbu").click()
    task = tab.get_by_role("region", name="Salabo šo veidlapu")

    for label, option in REPAIRS.items():
        task.get_by_label(label, exact=True).select_option(label=option)

    expect(task.get_by_role("button", name="Pārbaudīt")).to_have_count(0)
    for word in ("Izdevušās", "atvērta visiem", "Nepareizi"):
        expect(task).not_to_contain_text(word)
    assert_accessible(tab)
    assert {each["do"] for each in actions(served, "veidlapa", at_least=len(REPAIRS))} == {
        "label",
        "error",
        "colour",
        "choose",
    }
