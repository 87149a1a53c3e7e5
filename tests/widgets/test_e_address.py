"""The e-address box and the calendar of notified letters, by mouse and by keyboard, in practice and scored."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import SCENARIOS, STYLES, actions, assert_accessible, opened, press
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
SCORED = ("m05.2-v1", "m05.3-v1", "m05.3-v2", "m05.4-v1")
AS_ITEMS = (
    "import fake_page\nfrom lideri.course.loading import load_course\nfrom lideri.practice.release import release\n"
    "items = load_course().items\nfake_page.ITEMS.clear()\n"
    f"fake_page.ITEMS.update({{name: release(items[name]) for name in {SCORED!r}}})"
)


@pytest.fixture(scope="module")
def places(serve: Serve) -> Served:
    names = ("m05.2-kaste", "m05.3-diena", "m05.4-pilnvara")
    return serve(SCENARIOS, *[f'Place("{name}", page)' for name in names])


def test_the_box_is_activated_read_and_answered_with_the_mouse(tab: Page, places: Served) -> None:
    box = opened(tab, places, "E-adreses mācību pastkaste")
    expect(box).to_contain_text("Mācību vide – nav īsts portāls.")

    # Wrong turns first: each is told, none is an end.
    box.get_by_label("E-pasts un parole").check()
    box.get_by_role("button", name="Pieteikties").click()
    expect(box.get_by_text("Ar e-pastu un paroli e-adresei nepiekļūst")).to_be_visible()
    assert_accessible(tab)
    box.get_by_label("Smart-ID").check()
    box.get_by_role("button", name="Pieteikties").click()
    box.get_by_role("button", name="Sākt lietot e-adresi").click()
    expect(box.get_by_text("vispirms izlasi un apstiprini")).to_be_visible()
    box.get_by_label("Noteikumi ir izlasīti").check()
    box.get_by_role("button", name="Sākt lietot e-adresi").click()
    expect(box.get_by_text("E-adrese ir izveidota un aktīva.")).to_be_visible()
    expect(box.get_by_text("E-pasts paziņojumiem nav norādīts")).to_be_visible()

    box.get_by_role("button", name="Ezera ielas remonts").click()
    expect(box.get_by_text("Uzskatāma par paziņotu piektdien, 20. novembrī")).to_be_visible()
    box.get_by_role("button", name="Lūdzam atsūtīt malkas rēķinu").click()
    assert_accessible(tab)
    box.get_by_role("button", name="Atbildēt").click()
    expect(box.get_by_role("heading", name="Atbilde")).to_be_focused()
    box.get_by_label("Teksts").fill("Labdien! Sūtu prasīto.")
    box.get_by_label("Mana pase.jpg").check()
    box.get_by_role("button", name="Nosūtīt").click()
    expect(box.get_by_text("Pievienotā datne: Mana pase.jpg.")).to_be_visible()

    box.get_by_role("button", name="Rakstīt jaunu vēstuli").click()
    box.get_by_label("Kam").select_option(label="SIA «Malkas šķūnis» (uzņēmums)")
    box.get_by_label("Temats").fill("Ekskursija")
    box.get_by_label("Teksts").fill("Labdien! Gribam pieteikties.")
    box.get_by_role("button", name="Nosūtīt").click()
    expect(box.get_by_text("nevar rakstīt uzņēmumam")).to_be_visible()
    # What was typed is still there.
    expect(box.get_by_label("Temats")).to_have_value("Ekskursija")
    box.get_by_label("Kam").select_option(label="Ezerkrasta pamatskola (iestāde)")
    assert_accessible(tab)
    box.get_by_role("button", name="Nosūtīt").click()
    expect(box.get_by_text("Vēstule ir nosūtīta. Adresāts: Ezerkrasta pamatskola.")).to_be_visible()

    # What was said of the letter does not stay when another part is opened.
    box.get_by_role("button", name="Iestatījumi").click()
    expect(box.get_by_text("Vēstule ir nosūtīta.")).to_have_count(0)
    box.get_by_label("E-pasta adrese").fill("mans.pasts")
    box.get_by_role("button", name="Saglabāt").click()
    field = box.get_by_label("E-pasta adrese")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("«mans.pasts» nav pilna e-pasta adrese"))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("mans.pasts")
    assert_accessible(tab)
    field.fill("mans@pasts.example")
    field.press("Enter")
    expect(field).to_have_accessible_description(re.compile("Par jaunām vēstulēm ziņos uz mans@pasts.example"))
    expect(field).not_to_have_attribute("aria-invalid", "true")

    box.get_by_role("button", name="Pārbaudīt").click()
    expect(box.get_by_text("Izdarīts: 4 no 5.")).to_be_visible()
    expect(box.get_by_role("listitem").filter(has_text="Atbildi sociālajam dienestam")).to_contain_text(
        "Vēl nav izdarīts"
    )
    expect(box.get_by_role("listitem").filter(has_text="Atbildi sociālajam dienestam")).to_contain_text(
        "«Mana pase.jpg»"
    )
    assert_accessible(tab)
    box.get_by_role("button", name="Vēstules").click()
    box.get_by_role("button", name="Lūdzam atsūtīt malkas rēķinu").click()
    box.get_by_role("button", name="Atbildēt").click()
    box.get_by_label("Teksts").fill("Labdien! Atvainojiet, te ir rēķins.")
    box.get_by_label("Malkas rēķins.pdf").check()
    box.get_by_role("button", name="Nosūtīt").click()
    expect(box.get_by_text("Pievienotā datne: Malkas rēķins.pdf.")).to_be_visible()
    box.get_by_role("button", name="Pārbaudīt").click()
    expect(box.get_by_text("Viss izdarīts.")).to_be_visible()

    # Everything is still there when the page is opened again.
    tab.reload()
    tab.add_style_tag(content=STYLES)
    expect(box.get_by_text("Viss izdarīts.")).to_be_visible(timeout=90_000)
    expect(box.get_by_text("Nosūtītās (3)")).to_be_visible()
    box.get_by_role("button", name="Sākt no sākuma").click()
    box.get_by_role("button", name="Jā, no sākuma").click()
    expect(box.get_by_text("nav aktīva")).to_be_visible()
    assert actions(places, "m05.2-kaste")[-1] == {"do": "restart"}


def test_a_half_written_letter_survives_opening_the_page_again(tab: Page, places: Served) -> None:
    box = opened(tab, places, "Piekļuve citam")
    box.get_by_role("button", name="Rakstīt", exact=True).click()
    box.get_by_role("button", name="Rakstīt jaunu vēstuli").click()
    box.get_by_label("Teksts").fill("Labdien! Vai varu nākt")
    box.get_by_label("Temats").fill("Jautājums")
    box.get_by_label("Temats").press("Tab")
    expect(box.get_by_role("button", name="Rakstīt (melnraksts)")).to_be_visible()
    expect(box.get_by_role("status").filter(has_text="Saglabāts")).to_be_visible()

    tab.reload()
    box.get_by_role("button", name="Rakstīt (melnraksts)").click(timeout=90_000)

    expect(box.get_by_label("Teksts")).to_have_value("Labdien! Vai varu nākt")
    expect(box.get_by_label("Temats")).to_have_value("Jautājums")


def test_a_right_is_given_looked_at_and_taken_back_with_the_keyboard(tab: Page, places: Served) -> None:
    box = opened(tab, places, "Piekļuve citam")
    liene, rasma = (box.get_by_role("group", name=name) for name in ("Liene Ozoliņa", "Rasma Kalniņa"))

    press(tab, box.get_by_role("button", name="Piekļuve citam"))
    expect(box.get_by_role("heading", name="Kam ir piekļuve")).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(liene).to_contain_text("Drīkst apskatīt")
    # The button is gone; the keyboard is not lost.
    expect(box.get_by_role("heading", name="Kam ir piekļuve")).to_be_focused()
    press(tab, liene.get_by_role("button", name="Skatīt, ko drīkst"))
    expect(liene).to_contain_text("Sūtīt vēstules no šīs e-adreses: nedrīkst.")
    expect(liene.get_by_role("button", name="Skatīt, ko drīkst")).to_be_focused()
    assert_accessible(tab)
    press(tab, rasma.get_by_role("button", name="Atsaukt"))
    expect(rasma).to_contain_text("Piekļuves nav")
    press(tab, liene.get_by_role("button", name="Atsaukt"), "Space")
    expect(box.get_by_text("Liene Ozoliņa šai e-adresei vairs nepiekļūst.")).to_be_visible()
    press(tab, box.get_by_role("button", name="Pārbaudīt"))

    expect(box.get_by_text("Viss izdarīts.")).to_be_visible()


def test_cases_are_solved_in_the_calendar_and_by_typing(tab: Page, places: Served) -> None:
    place = opened(tab, places, "Kad vēstule uzskatāma par paziņotu")
    expect(place.get_by_role("table")).to_contain_text("nosūtīta")
    expect(place).to_contain_text("Oficiāli pārceltas darba dienas te nav ņemtas vērā")

    place.get_by_role("button", name="Pārbaudīt").click()
    expect(place.get_by_text("Vispirms izvēlies vai ieraksti dienu.")).to_be_visible()
    place.get_by_role("button", name="pirmdiena, 12. oktobris").click()
    place.get_by_role("button", name="Pārbaudīt").click()
    expect(place.get_by_text("Tava diena ir tikai pirmā darba diena")).to_be_visible()
    assert_accessible(tab)
    place.get_by_role("button", name="otrdiena, 13. oktobris").click()
    expect(place.get_by_text("Tava diena ir tikai pirmā darba diena")).to_have_count(0)
    place.get_by_role("button", name="Pārbaudīt").click()
    expect(place.get_by_text("Pareizi: otrdien, 13. oktobrī.")).to_be_visible()

    # By keyboard: the next case, the date typed, Enter.
    press(tab, place.get_by_role("button", name="2. Pirms valsts svētkiem"))
    expect(place.get_by_role("heading", name="2. Pirms valsts svētkiem")).to_be_focused()
    expect(place.get_by_role("table")).to_contain_text("Latvijas Republikas Proklamēšanas diena")
    typed = place.get_by_label("Vai ieraksti dienu un mēnesi").locator("visible=true")
    typed.focus()
    tab.keyboard.type("drīz")
    tab.keyboard.press("Enter")
    expect(place.get_by_text("Šo datumu nevarējām saprast.")).to_be_visible()
    typed.fill("20.11.")
    tab.keyboard.press("Enter")
    expect(place.get_by_text("Tava atbilde: piektdiena, 20. novembris.")).to_be_visible()
    press(tab, place.get_by_role("button", name="Pārbaudīt"))
    expect(place.get_by_text("Pareizi: piektdien, 20. novembrī.")).to_be_visible()
    expect(place).to_contain_text("Pārbaudīts: 2 no 7")

    place.get_by_label("Nosūtīšanas diena").fill("19.06.2026.")
    place.get_by_role("button", name="Aprēķināt").click()
    expect(place.get_by_text("Uzskatāma par paziņotu ceturtdien, 25. jūnijā.")).to_be_visible()
    expect(place.get_by_text("ir oficiāli pārcelta uz 27.06.2026.")).to_be_visible()
    assert_accessible(tab)
    tab.reload()
    expect(place.get_by_text("Pārbaudīts: 2 no 7")).to_be_visible(timeout=90_000)


def test_scored_tasks_say_nothing_about_right_and_wrong(tab: Page, serve: Serve) -> None:
    served = serve(AS_ITEMS, "Assessment(page)")
    tab.goto(served.url)
    tab.get_by_role("button", name="Sākt pārbaudes darbu").click(timeout=90_000)
    tab.add_style_tag(content=STYLES)
    box, calendar, _, rights = (tab.locator(f"#uzdevums-{place}") for place in (1, 2, 3, 4))
    # Nothing inside an item is named as an item is: «7. uzdevums» in the list leads to the seventh.
    expect(tab.locator("[id^='uzdevums-']")).to_have_count(len(SCORED))

    box.get_by_label("eID karte").check()
    box.get_by_role("button", name="Pieteikties").click()
    box.get_by_label("Noteikumi ir izlasīti").check()
    box.get_by_role("button", name="Sākt lietot e-adresi").click()
    expect(box.get_by_text("E-adrese ir izveidota un aktīva.")).to_be_visible()
    calendar.get_by_role("button", name="piektdiena, 13. novembris").click()
    expect(calendar.get_by_text("Tava atbilde: piektdiena, 13. novembris.")).to_be_visible()
    calendar.get_by_role("button", name="pirmdiena, 16. novembris").click()
    expect(calendar.get_by_text("Tava atbilde: pirmdiena, 16. novembris.")).to_be_visible()
    rights.get_by_role("button", name="Piekļuve citam").click()
    rights.get_by_role("group", name="Uldis Kalniņš").get_by_role("button", name="Atļaut apskatīt").click()
    expect(rights.get_by_role("group", name="Uldis Kalniņš")).to_contain_text("Drīkst apskatīt")

    expect(tab.get_by_text("Atbildēts uz 2 no 4 uzdevumiem, 1 iesākts")).to_be_visible()
    expect(tab.get_by_role("button", name="Pārbaudīt")).to_have_count(0)
    expect(tab.get_by_text("Kalkulators")).to_have_count(0)
    expect(tab.locator(".feedback, .part-why")).to_have_count(0)
    expect(tab.get_by_role("status").filter(has_text="Saglabāts")).to_have_count(3)
    assert_accessible(tab)
    tab.reload()
    expect(tab.get_by_text("Atbildēts uz 2 no 4 uzdevumiem, 1 iesākts")).to_be_visible(timeout=90_000)
    expect(calendar.get_by_text("Tava atbilde: pirmdiena, 16. novembris.")).to_be_visible()
    assert actions(served, "m05.4-v1") == [{"do": "grant", "person": "uldis", "scope": "view"}]
