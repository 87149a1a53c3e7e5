"""A person at the widgets, in a real browser over a real Voila: by role, by keyboard, with a killed kernel."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import STYLES, assert_accessible
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
KINDS = ("viena", "vairakas", "seciba", "paros", "skaitlis", "vards", "pazimes", "teksts")
SAVED = "Saglabāts"


@pytest.fixture(scope="module")
def questions(serve: Serve) -> Served:
    return serve(*[f'Question("{kind}", page)' for kind in KINDS], "SaveStatus(page)")


@pytest.fixture(scope="module")
def simulators(serve: Serve) -> Served:
    return serve('Mailbox("mailbox", page)', 'AddressReader("address", page)', 'OpenData("open_data", page)')


def open_tab(tab: Page, served: Served, last: str) -> None:
    tab.goto(served.url)
    tab.get_by_text(last).first.wait_for(timeout=90_000)
    tab.add_style_tag(content=STYLES)


def stored(served: Served) -> dict[str, dict[str, object]]:
    return json.loads(served.answers.read_text(encoding="utf-8")) if served.answers.exists() else {}


def test_every_kind_of_question_is_answered_and_saved(tab: Page, questions: Served) -> None:
    open_tab(tab, questions, "Viss, ko ierakstīsi, saglabāsies uzreiz")

    # A stem with markup is shown as text.
    one = tab.get_by_role("group", name="Ko darīt <b>vispirms</b>?")
    one.get_by_label("Jāuzraksta iesniegums").check()
    tab.get_by_role("group", name="Kuras adreses ir īstas?").get_by_label("Jāgaida").check()
    tab.get_by_role("button", name="Jāgaida: augstāk").click()
    tab.get_by_label("Vikšķerēšana").select_option(label="Pa tālruni")
    tab.get_by_label("Cik uz 1000 iedzīvotājiem?").fill("105,4")
    tab.get_by_label("Kā sauc krāpšanu pa tālruni?").fill("vikšķerēšana")
    tab.get_by_role("button", name="Spied!").click()
    tab.get_by_label("Uzraksti klientam trīs teikumus").fill("Nolieciet klausuli.")
    expect(tab.get_by_role("status").filter(has_text=SAVED)).to_have_count(len(KINDS))

    answers = {name: answer["response"] for name, answer in stored(questions).items()}
    order = answers["seciba"].pop("order")  # type: ignore[attr-defined]
    assert sorted(order) == ["a", "b", "c"]
    assert answers == {
        "viena": {"kind": "single_choice", "choice": "a"},
        "vairakas": {"kind": "multiple_choice", "choices": ["c"]},
        "seciba": {"kind": "order"},
        "paros": {"kind": "match", "pairs": {"l2": "r2"}},
        "skaitlis": {"kind": "number", "text": "105,4"},
        "vards": {"kind": "short_text", "text": "vikšķerēšana"},
        "pazimes": {"kind": "mark_spots", "marked": ["s3"]},
        "teksts": {"kind": "free_text", "text": "Nolieciet klausuli."},
    }
    tab.get_by_role("button", name="Pārbaudīt").first.click()
    expect(tab.get_by_text("Vispirms pārbaudi <i>sūtītāju</i>.")).to_be_visible()
    expect(one.get_by_text("Iesniegums var pagaidīt.")).to_be_visible()
    assert_accessible(tab)


def test_what_is_right_is_said_after_the_second_wrong_answer_or_when_one_asks(tab: Page, serve: Serve) -> None:
    served = serve('Question("skaitlis", page)')
    field, check = tab.get_by_label("Cik uz 1000 iedzīvotājiem?"), tab.get_by_role("button", name="Pārbaudīt")
    why, ask = tab.get_by_text("27 500 dala ar 261."), tab.get_by_role("button", name="Parādīt paskaidrojumu")

    def answer(text: str) -> None:
        field.fill(text)
        check.click()
        expect(tab.get_by_text("Padomā vēlreiz.")).to_be_visible()

    open_tab(tab, served, "Cik uz 1000")
    answer("1")
    expect(ask).to_be_visible()
    expect(why).to_have_count(0)
    assert_accessible(tab)
    check.click()  # the same once more is no second try
    expect(ask).to_be_visible()
    answer("2")
    expect(why).to_be_visible()
    expect(ask).to_have_count(0)

    open_tab(tab, served, "Cik uz 1000")
    answer("3")
    ask.focus()
    tab.keyboard.press("Enter")
    expect(why).to_be_focused()


def test_a_question_is_answered_with_the_keyboard_only(tab: Page, questions: Served) -> None:
    open_tab(tab, questions, "Viss saglabāts")
    tab.get_by_role("group", name="Ko darīt <b>vispirms</b>?").get_by_label("Jāuzraksta iesniegums").focus()

    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")

    expect(tab.get_by_text("Katra minūte ir svarīga.")).to_be_visible()
    tab.get_by_role("button", name="Jāgaida: zemāk").focus()
    tab.keyboard.press("Enter")
    # The focus stays with the moved line.
    assert "Jāgaida" in (tab.evaluate("document.activeElement.getAttribute('aria-label')") or "")
    expect(tab.get_by_role("status").filter(has_text="Jāgaida: tagad")).to_have_count(1)


def test_a_killed_kernel_loses_nothing_that_was_typed(tab: Page, serve: Serve) -> None:
    served = serve('Question("teksts", page)', 'Question("viena", page)')
    open_tab(tab, served, "Vārdi: 0")
    text = tab.get_by_label("Uzraksti klientam trīs teikumus")
    text.fill("Pirmais teikums.")
    expect(tab.get_by_role("status").filter(has_text=SAVED)).to_have_count(1)

    assert served.kill_kernels() == 1
    text.press("End")
    text.press_sequentially(" Otrais teikums.")
    tab.get_by_label("Jāzvana bankai").check()

    banner = tab.get_by_role("alert")
    expect(banner).to_contain_text("Savienojums pārtrūka. Viss, kas ierakstīts līdz plkst.")
    expect(tab.get_by_role("status").filter(has_text="Nav saglabāts – mēģinām vēlreiz").first).to_be_visible()
    assert stored(served)["teksts"]["response"] == {"kind": "free_text", "text": "Pirmais teikums."}

    banner.get_by_role("button", name="Pārlādēt lapu").click()
    expect(text).not_to_have_value("", timeout=90_000)
    # Both answers: the one that was on disk before, and the one that never was.
    expect(text).to_have_value("Pirmais teikums. Otrais teikums.")
    expect(tab.get_by_label("Jāzvana bankai")).to_be_checked()
    expect(tab.get_by_role("status").filter(has_text=SAVED)).to_have_count(2)
    assert stored(served)["teksts"]["response"] == {"kind": "free_text", "text": "Pirmais teikums. Otrais teikums."}
    assert tab.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('lideri|'))") == []


def test_a_message_is_looked_behind_flagged_decided_and_explained(tab: Page, simulators: Served) -> None:
    open_tab(tab, simulators, "Atbildi pēc tabulas")
    box = tab.get_by_role("region", name="Izmēģini: Pastkaste")
    expect(box).to_contain_text("Mācību vide – nav īsts portāls.")

    box.get_by_role("button", name="Sertifikāts beidzas šodien").click()
    box.get_by_role("button", name="Skatīt sūtītāja adresi vai numuru").click()
    box.get_by_role("button", name="Jūsu eParaksta sertifikāts beidzas šodien.").click()
    box.get_by_label("Tā ir krāpšana.").check()
    box.get_by_role("button", name="Pārbaudīt", exact=True).click()

    expect(box.get_by_text("Daļēji pareizi. Atrastas pazīmes")).to_be_visible()
    expect(box).to_contain_text("Izskatīta 1 ziņa")
    # Changing the mind after checking is simply a new try.
    box.get_by_label("Ziņa ir īsta.").check()
    expect(box.get_by_text("Daļēji pareizi. Atrastas pazīmes")).to_have_count(0)
    expect(box.locator(".save--ok")).to_be_visible()
    assert [action["do"] for action in stored(simulators)["mailbox"]["response"]["actions"]][-2:] == ["retry", "decide"]  # type: ignore[index]


def test_on_a_phone_the_message_is_a_second_step(tab: Page, simulators: Served) -> None:
    open_tab(tab, simulators, "Atbildi pēc tabulas")
    tab.set_viewport_size({"width": 320, "height": 700})
    box = tab.get_by_role("region", name="Izmēģini: Pastkaste")
    second = box.get_by_role("button", name="Vija no lietvedības")

    second.focus()
    tab.keyboard.press("Enter")
    expect(second).to_be_hidden()
    box.get_by_role("button", name="Atpakaļ uz sarakstu").click()

    expect(second).to_be_focused()


def test_the_table_is_arranged_drawn_and_asked_about(tab: Page, simulators: Served) -> None:
    open_tab(tab, simulators, "Atbildi pēc tabulas")
    data = tab.get_by_role("region", name="Izmēģini: Atvērtie dati")

    data.get_by_label("Rādīt uz 1000 iedzīvotājiem").check()
    data.get_by_label("Reģions", exact=True).select_option(label="Latgales plānošanas reģions")
    data.get_by_role("button", name="Vecuma pensijas saņēmēji uz 1000 iedzīvotājiem").click()
    data.get_by_label("Diagramma").select_option(label="Vecuma pensijas saņēmēji")

    header = data.get_by_role("columnheader", name="Vecuma pensijas saņēmēji uz 1000 iedzīvotājiem").first
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(data.get_by_role("row").nth(1)).to_contain_text("Krāslavas novads")
    expect(data.get_by_role("img", name="Stabiņu diagramma")).to_be_visible()
    data.get_by_role("textbox").first.fill("Rīga")
    data.get_by_role("button", name="Pārbaudīt").first.click()
    expect(data.get_by_text("Pareizi.", exact=True)).to_be_visible()
    tab.get_by_role("region", name="Izmēģini: Adreses lasīšana").get_by_role("listitem").get_by_role(
        "button"
    ).first.click()
    assert_accessible(tab)


def test_an_assessment_is_submitted_once(tab: Page, serve: Serve) -> None:
    served = serve("Assessment(page)")
    open_tab(tab, served, "Sākt pārbaudes darbu")
    expect(tab.get_by_text("Šis būs 1. mēģinājums no 2.")).to_be_visible()
    assert stored(served) == {}

    tab.get_by_role("button", name="Sākt pārbaudes darbu").click()
    tab.get_by_role("group", name="1. uzdevums no 9").get_by_label("Jāzvana bankai").check()
    expect(tab.get_by_text("Atbildēts uz 1 no 9 uzdevumiem")).to_be_visible()
    expect(tab.get_by_role("button", name="Pārbaudīt")).to_have_count(0)
    assert_accessible(tab)
    tab.reload()
    tab.add_style_tag(content=STYLES)
    expect(tab.get_by_text("Atbildēts uz 1 no 9 uzdevumiem")).to_be_visible(timeout=90_000)
    tab.get_by_role("button", name="Iesniegt darbu").click()
    dialog = tab.get_by_role("dialog", name="Iesniegt darbu?")
    expect(dialog).to_contain_text("Vēl palikuši 8 uzdevumi.")
    expect(dialog.get_by_role("listitem")).to_have_count(8)
    dialog.get_by_role("button", name="Iesniegt").dblclick(no_wait_after=True)

    tab.wait_for_url("**/rezultats")
    assert stored(served)["!submitted"]["response"] == {"answered": 1, "times": 1}


def test_a_task_in_a_practice_place_is_done_with_the_keyboard_and_kept(tab: Page, serve: Serve) -> None:
    served = serve("Assessment(page)")
    open_tab(tab, served, "Sākt pārbaudes darbu")
    tab.get_by_role("button", name="Sākt pārbaudes darbu").click()
    card = tab.get_by_role("group", name="Ievada PIN")
    expect(card.get_by_role("radio")).to_have_count(2)

    card.get_by_label("Dara", exact=True).focus()
    tab.keyboard.press("ArrowDown")
    expect(tab.get_by_text("Atbildēts: 1 no 3")).to_be_visible()
    expect(tab.get_by_text("Atbildēts uz 0 no 9 uzdevumiem, 1 iesākts")).to_be_visible()
    expect(tab.get_by_role("status").filter(has_text=SAVED)).to_have_count(1)
    tab.reload()
    tab.add_style_tag(content=STYLES)

    expect(tab.get_by_text("Atbildēts: 1 no 3")).to_be_visible(timeout=90_000)
    expect(tab.get_by_role("group", name="Ievada PIN").get_by_label("Nedara")).to_be_checked()
    kept = stored(served)["vieta"]["response"]
    assert kept == {"kind": "simulation", "actions": [{"do": "put", "card": "k2", "bin": "b"}]}


@pytest.mark.parametrize("width", [1280, 320])
def test_before_handing_in_one_is_led_to_what_is_still_untouched(tab: Page, serve: Serve, width: int) -> None:
    served = serve("Assessment(page)")
    tab.set_viewport_size({"width": width, "height": 700})
    open_tab(tab, served, "Sākt pārbaudes darbu")
    tab.get_by_role("button", name="Sākt pārbaudes darbu").click()
    tab.get_by_role("group", name="Ievada PIN").get_by_label("Nedara").check()
    overview = tab.get_by_role("group").filter(has=tab.get_by_text("Uzdevumu saraksts"))

    tab.get_by_text("Uzdevumu saraksts").click()
    expect(overview.get_by_role("button", name="1. uzdevums: bez atbildes")).to_be_visible()
    overview.get_by_role("button", name="8. uzdevums: 2 no 3 kartītēm vēl neskartas").click()
    expect(tab.locator("#uzdevums-8")).to_be_focused()
    expect(overview.get_by_role("button")).to_have_count(0)  # the list has folded again
    tab.get_by_label("Pikšķerēšana").select_option(label="E-pastā")

    tab.get_by_role("button", name="Iesniegt darbu").click()
    dialog = tab.get_by_role("dialog", name="Iesniegt darbu?")
    expect(dialog.get_by_role("button", name="4. uzdevums: 1 no 2 rindām vēl bez atbildes")).to_be_visible()
    assert_accessible(tab)
    dialog.get_by_role("button", name="8. uzdevums: 2 no 3 kartītēm vēl neskartas").press("Enter")

    expect(dialog).to_have_count(0)
    expect(tab.locator("#uzdevums-8")).to_be_focused()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "!submitted" not in stored(served)
    tab.get_by_role("button", name="Iesniegt darbu").click()
    dialog.get_by_role("button", name="Iesniegt", exact=True).click()  # nothing stops one from handing in
    tab.wait_for_url("**/rezultats")
