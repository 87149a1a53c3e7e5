"""An office text made plainer: by keyboard alone, on a phone, and as it was left."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import SCENARIOS, actions, assert_accessible, opened, press
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
NAME = "Trīs iestādes teksti"
EXERCISE = "m09.2-parraksti"


@pytest.fixture(scope="module")
def texts(serve: Serve) -> Served:
    return serve(SCENARIOS, f'Place("{EXERCISE}", page)')


def begun(tab: Page, served: Served) -> Locator:
    """The place with nothing written."""
    served.answers.unlink(missing_ok=True)
    return opened(tab, served, NAME)


def mine(place: Locator, row: str) -> Locator:
    """The count of the person's own text."""
    return place.get_by_role("row", name=re.compile(f"^{row}")).get_by_role("cell").last


def chosen(tab: Page) -> str:
    return str(
        tab.evaluate(
            "(({value, selectionStart, selectionEnd}) => value.slice(selectionStart, selectionEnd))"
            "(document.activeElement)"
        )
    )


def test_counts_follow_what_is_typed_and_a_remark_leads_to_its_place_by_keyboard(tab: Page, texts: Served) -> None:
    place = begun(tab, texts)
    field = place.get_by_role("textbox", name="Tavs teksts")
    expect(mine(place, "Kancelejas vārdi")).to_have_text("–")

    field.focus()
    tab.keyboard.type("Informējam, ka 4. janvārī tiek mainīts darba laiks. Nāciet pirmdien.")

    expect(mine(place, "Kancelejas vārdi")).to_have_text("1 daudz")
    expect(mine(place, "Ciešamā kārta")).to_have_text("1 daudz")
    expect(place.get_by_role("status").filter(has_text="Vārdi: 10, teikumi: 2.")).to_have_count(1)
    expect(field).to_be_focused()
    remark = place.get_by_role("button", name="Parādīt tekstā: tiek mainīts")
    press(tab, remark)
    expect(field).to_be_focused()
    assert chosen(tab) == "tiek mainīts"
    tab.keyboard.type("mainās")
    expect(mine(place, "Ciešamā kārta")).to_have_text("0")
    expect(remark).to_have_count(0)
    expect(field).to_have_value("Informējam, ka 4. janvārī mainās darba laiks. Nāciet pirmdien.")
    assert_accessible(tab)


def test_checking_names_what_is_lost_shows_a_sample_and_scores_nothing(tab: Page, texts: Served) -> None:
    place = begun(tab, texts)
    field = place.get_by_role("textbox", name="Tavs teksts")
    check = place.get_by_role("button", name="Pārbaudīt", exact=True)
    press(tab, check)
    expect(place.get_by_text("Te vēl nav ko apskatīt.")).to_be_visible()
    expect(place.get_by_text("Pārrakstīti 0 no 3")).to_be_visible()

    field.focus()
    tab.keyboard.type("No 4. janvāra gaidām jūs pirmdienās un ceturtdienās no 9.00 līdz 18.00. Pieteikties nevajag.")
    press(tab, check)

    expect(place.get_by_text("Teksts ir vienkāršs. Vai nekas nav pazudis?")).to_be_visible()
    expect(place.get_by_text("Neatradām: kur rakstīt pārējās dienās un ka iesniegumu")).to_be_visible()
    expect(place.get_by_text("No 2027. gada 4. janvāra mainās mūsu darba laiks.")).to_be_visible()
    expect(place.get_by_text("Pārrakstīti 1 no 3")).to_be_visible()
    assert actions(texts, EXERCISE, at_least=2)[-1] == {
        "do": "check",
        "text": "darba-laiks",
        "value": "No 4. janvāra gaidām jūs pirmdienās un ceturtdienās no 9.00 līdz 18.00. Pieteikties nevajag.",
    }
    assert_accessible(tab)
    # A change makes it unchecked; what was tried stays tried.
    field.focus()
    tab.keyboard.press("Control+End")
    tab.keyboard.type(" Iesniegumu varat nosūtīt arī elektroniski.")
    expect(place.get_by_text("Teksts ir vienkāršs. Vai nekas nav pazudis?")).to_have_count(0)
    expect(place.get_by_text("Pārrakstīti 1 no 3")).to_be_visible()
    field.fill("")
    press(tab, check)
    expect(place.get_by_text("Te vēl nav ko apskatīt.")).to_be_visible()
    expect(place.get_by_text("Pārrakstīti 1 no 3")).to_be_visible()


def test_the_given_text_is_mended_with_the_mouse_on_a_phone_and_found_again_after_a_reload(
    tab: Page, texts: Served
) -> None:
    place = begun(tab, texts)
    tab.set_viewport_size({"width": 320, "height": 640})
    place.get_by_role("button", name=re.compile("^2")).click()
    field = place.get_by_role("textbox", name="Tavs teksts")

    place.get_by_role("button", name="Sākt no dotā teksta").click()
    expect(mine(place, "Ciešamā kārta")).to_have_text("4 daudz")
    place.get_by_role("button", name="Parādīt tekstā: Neskaidrību gadījumā").click()
    tab.keyboard.type("Ja kaut kas nav skaidrs,")
    expect(mine(place, "Kancelejas vārdi")).to_have_text("10 daudz")
    expect(field).to_have_value(re.compile("Ja kaut kas nav skaidrs, aicinām sazināties"))
    assert [each["text"] for each in actions(texts, EXERCISE)] == ["dokumenti"]
    expect(place.get_by_role("status").filter(has_text="Saglabāts")).to_have_count(1)
    tab.reload()

    again = tab.get_by_role("region", name=f"Izmēģini: {NAME}")
    again.get_by_role("button", name=re.compile("^2")).click(timeout=90_000)
    expect(again.get_by_role("textbox", name="Tavs teksts")).to_have_value(
        re.compile("Ja kaut kas nav skaidrs, aicinām sazināties")
    )
    expect(mine(again, "Kancelejas vārdi")).to_have_text("10 daudz")
