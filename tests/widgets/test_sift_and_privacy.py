"""A person at «Pārbaudi, pirms tici» and «Personas dati»: by mouse, by keyboard, on a phone, and in a scored task."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import SCENARIOS, actions, assert_accessible
from playwright.sync_api import Locator, Page, expect
from test_browser import open_tab

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
SIFT, PRIVACY = "m02.2-parbaude", "m02.3-dati"
SCORED = """
import fake_page
from lideri.course.items import ReleasedItem
from lideri.practice import machine
fake_page.ITEMS.clear()
for name, title in (("m02.2-parbaude", "Pārbaudi ziņas"), ("m02.3-dati", "Sargā datus")):
    whole = page.scenarios[name]
    fake_page.ITEMS[name] = ReleasedItem(id=name, version=1, kind="simulation", submodule="2.2", points=2.0,
        stem=title, scenario=machine(whole["kind"]).shown(whole))
"""

NAME_OF_FOCUSED = """(() => {
  const it = document.activeElement;
  return it === document.body ? "" : it.ariaLabel || it.labels?.[0]?.textContent || it.textContent;
})()"""


@pytest.fixture(scope="module")
def places(serve: Serve) -> Served:
    return serve(SCENARIOS, *[f'Place("{name}", page)' for name in (SIFT, PRIVACY)])


def a_place(tab: Page, served: Served, title: str) -> Locator:
    """The place as it is before anything was done in it."""
    served.answers.unlink(missing_ok=True)
    open_tab(tab, served, "Izmēģini: Personas dati")
    return tab.get_by_role("region", name=f"Izmēģini: {title}", exact=True)


def press(place: Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=name == "Pārbaudīt").click()  # the strip says «pārbaudīts»


def to(tab: Page, name: str) -> None:
    """Tab until the control of that name has the focus."""
    for _ in range(60):
        if name in tab.evaluate(NAME_OF_FOCUSED):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"«{name}» is not reached by Tab")


def assert_targets_are_large(place: Locator) -> None:
    sizes = place.locator("button:visible").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect()).map((box) => [box.width, box.height])"
    )
    assert [size for size in sizes if min(size) < 43.5] == []


# ── «Pārbaudi, pirms tici» ──────────────────────────────────────────────────────────────────────────────────────────


def test_one_looks_decides_and_is_told(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Pārbaudi, pirms tici")

    press(place, "Apstāties un izlasīt līdz galam")
    expect(place.get_by_text("ievadi bankas kartes datus")).to_be_visible()
    press(place, "Noskaidrot, kas to publicē")
    expect(place.get_by_text("Lapas īpašnieku rāda adreses beigas")).to_be_visible()
    press(place, "Paskatīties, ko raksta citi")
    expect(place.get_by_text("Tiesību aktus lasa vietnē likumi.lv")).to_be_visible()
    assert_accessible(tab)
    place.get_by_role("radio", name="Nevar ticēt").check()
    for sign in ("Kas lapu publicē", "Ko raksts beigās prasa", "Ko raksta citi"):
        press(place, sign)
    press(place, "Pārbaudīt")

    expect(place.get_by_text("Pareizi. Šai lapai nevar ticēt.")).to_be_visible()
    expect(place).to_contain_text("Pārbaudīts: 1 no 5")
    expect(place.get_by_role("button", name="1. Raksts par maksu bibliotēkā")).to_have_accessible_name(
        "1. Raksts par maksu bibliotēkā, pārbaudīts"
    )
    assert_accessible(tab)


def test_deciding_without_looking_is_answered_with_what_to_look_at(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Pārbaudi, pirms tici")
    press(place, "3. Ieraksts ar attēlu")

    press(place, "Pārbaudīt")
    expect(place.get_by_text("Vispirms izlem, vai var ticēt.")).to_be_visible()
    place.get_by_role("radio", name="Var ticēt", exact=True).check()
    press(place, "Pārbaudīt")

    expect(place.get_by_text("Vēl nevar spriest: nekas nav apskatīts.")).to_be_visible()
    expect(place).to_contain_text("Vispirms apskati autoru, datumu, attēla izcelsmi un citu rakstīto.")
    expect(place).to_contain_text("Pārbaudīts: 0 no 5")


def test_the_picture_is_searched_and_the_answer_s_sources_are_opened_by_keyboard_alone(
    tab: Page, places: Served
) -> None:
    place = a_place(tab, places, "Pārbaudi, pirms tici")
    place.get_by_role("button", name="3. Ieraksts ar attēlu").focus()

    tab.keyboard.press("Enter")
    expect(place.get_by_role("heading", name="Ieraksts ar attēlu")).to_be_focused()
    to(tab, "Sameklēt, kur šis attēls jau redzēts")
    tab.keyboard.press("Enter")
    expect(place.get_by_text("Raksts ir par paliem citā valstī.")).to_be_visible()
    # The button is gone; what was found there has the focus.
    assert tab.evaluate("document.activeElement.textContent") == "Sameklēt, kur šis attēls jau redzēts"
    to(tab, "Var ticēt")
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    expect(place.get_by_role("radio", name="Nevar ticēt")).to_be_checked()
    to(tab, "No kurienes ir attēls")
    tab.keyboard.press("Space")
    expect(place.get_by_role("button", name="No kurienes ir attēls")).to_have_attribute("aria-pressed", "true")
    to(tab, "Pārbaudīt")
    tab.keyboard.press("Enter")
    expect(place.get_by_text("Lēmums ir pareizs: nevar ticēt.")).to_be_visible()

    place.get_by_role("button", name="5. Mākslīgā intelekta atbilde").focus()
    tab.keyboard.press("Enter")
    to(tab, "Atvērt avotu [5]")
    tab.keyboard.press("Enter")
    expect(place.get_by_text("47. punkta nav.")).to_be_visible()


def test_on_a_small_screen_everything_fits_and_can_be_touched(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Pārbaudi, pirms tici")
    tab.set_viewport_size({"width": 320, "height": 700})

    for number in (1, 2, 3, 4, 5):
        place.get_by_role("button", name=f"{number}. ").first.click()
        assert_targets_are_large(place)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320


# ── «Personas dati» ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_blacked_out_checked_and_mended(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Personas dati")

    press(place, "Pārbaudīt")
    expect(place.get_by_text("Vispirms aizklāj to, pēc kā var pazīt cilvēku.")).to_be_visible()
    for words in ("Anna Parauga", "000000-00000", "Izdomu iela", "67xx xx12", "2026. gada 10. novembris"):
        press(place, words)
    expect(place.get_by_role("button", name="aizklāts: Anna Parauga")).to_have_attribute("aria-pressed", "true")
    expect(place.get_by_text("Aizklātas vietas: 5")).to_be_visible()
    press(place, "Pārbaudīt")
    expect(place.get_by_text("Palika redzams: «pēc operācijas nevaru uzkāpt pa kāpnēm»")).to_be_visible()
    expect(place.get_by_text("Tam jāpaliek lasāmam: «2026. gada 10. novembris»")).to_be_visible()
    assert_accessible(tab)
    press(place, "aizklāts: 2026. gada")
    press(place, "pēc operācijas")
    press(place, "Pārbaudīt")

    expect(place.get_by_text("Pareizi. Cilvēku vairs nevar pazīt")).to_be_visible()
    expect(place).to_contain_text("Pārbaudīts: 1 no 7")


def test_phrases_are_covered_by_keyboard_and_the_focus_stays(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Personas dati")
    place.get_by_role("button", name="4. Foto bibliotēkas lapai").focus()

    tab.keyboard.press("Enter")
    to(tab, "atvērta pase")
    tab.keyboard.press("Space")
    expect(place.get_by_role("button", name="aizklāts: atvērta pase")).to_be_focused()
    tab.keyboard.press("Space")
    expect(place.get_by_role("button", name="atvērta pase", exact=True)).to_be_focused()
    assert [each["do"] for each in actions(places, PRIVACY, at_least=2)] == ["cover", "uncover"]


def test_grounds_are_chosen_and_steps_put_in_order(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Personas dati")
    press(place, "6. Tiesiskais pamats")

    for text, ground in (
        ("ziņo par darbinieka algu", "Juridisks pienākums"),
        ("izskata iesniegumu", "Uzdevums sabiedrības interesēs"),
        ("jaunumu vēstuli", "Cilvēka piekrišana"),
        ("zaudējis samaņu", "Vitālas intereses"),
        ("Interneta veikals", "Leģitīmās intereses"),
    ):
        place.get_by_label(text).select_option(ground)
    press(place, "Pārbaudīt")
    expect(place.get_by_text("Pareizi: 4 no 5.")).to_be_visible()
    place.get_by_label("Interneta veikals").select_option("Līgums ar šo cilvēku")
    press(place, "Pārbaudīt")
    expect(place.get_by_text("Pareizi. Katram gadījumam ir savs pamats.")).to_be_visible()
    press(place, "Tālāk")
    expect(place.get_by_role("heading", name="Ja notikusi kļūda")).to_be_focused()
    press(place, "Iestāde novērtē, vai klientei ir risks un cik liels tas ir: augstāk")
    first = place.get_by_role("button", name="Tūlīt pasaki to savā iestādē: augstāk")
    while first.is_enabled():
        first.click()
    verte = place.get_by_role("button", name="Iestāde novērtē, vai klientei ir risks un cik liels tas ir: augstāk")
    while place.locator("li[data-id]").nth(1).get_attribute("data-id") != "verte":
        verte.click()
    press(place, "Pārbaudīt")

    expect(place.get_by_text("Pareizi. Tieši tādā secībā.")).to_be_visible()
    assert_accessible(tab)


def test_what_was_done_is_there_after_the_page_is_opened_again(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Personas dati")
    press(place, "Anna Parauga")
    expect(place.get_by_text("Aizklātas vietas: 1")).to_be_visible()
    expect(place.get_by_role("status").filter(has_text="Saglabāts")).to_have_count(1)

    open_tab(tab, places, "Izmēģini: Personas dati")

    expect(place.get_by_role("button", name="aizklāts: Anna Parauga")).to_be_visible()


def test_on_a_small_screen_documents_fit_and_can_be_touched(tab: Page, places: Served) -> None:
    place = a_place(tab, places, "Personas dati")
    tab.set_viewport_size({"width": 320, "height": 700})

    for number in range(1, 8):
        place.get_by_role("button", name=f"{number}. ").first.click()
        assert_targets_are_large(place)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320


# ── scored ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_scored_task_says_nothing_about_right_and_wrong(tab: Page, serve: Serve) -> None:
    served = serve(SCENARIOS, SCORED, "Assessment(page)")
    open_tab(tab, served, "Pirms sāc")
    tab.get_by_role("button", name="Sākt nākamo mēģinājumu").or_(
        tab.get_by_role("button", name="Sākt pārbaudes darbu")
    ).click()
    sift = tab.get_by_role("region", name="Pārbaudi ziņas")
    privacy = tab.get_by_role("region", name="Sargā datus")
    expect(tab.get_by_text("Mācību vide – nav īsts portāls.").first).to_be_visible()
    press(sift, "Noskaidrot, kas to publicē")
    sift.get_by_role("radio", name="Nevar ticēt").check()
    press(sift, "Kas lapu publicē")
    assert_accessible(tab)

    if not privacy.is_visible():
        tab.get_by_role("button", name="Nākamais").click()
    press(privacy, "Anna Parauga")

    expect(privacy.get_by_text("Aizklātas vietas: 1")).to_be_visible()
    for task in (sift, privacy):
        expect(task.get_by_role("button", name="Pārbaudīt")).to_have_count(0)
        expect(task).not_to_contain_text("Pareizi")
    assert_accessible(tab)
