"""A person in a talk: by mouse, by keyboard alone, on a phone, and in a scored task."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import SCENARIOS, actions, assert_accessible
from playwright.sync_api import Locator, Page, expect
from test_browser import open_tab

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
PIN = "m10.2-pin-uz-lapinas"
SCORED = f"""
import fake_page
from lideri.course.items import ReleasedItem
from lideri.practice import machine
from lideri.practice.scenarios import read_scenario
goals = [{{"id": "pin", "text": "PIN paliek", "none_of": ["takes_pin"], "why": "PIN ir klienta."}}]
whole = read_scenario({{**page.scenarios["{PIN}"], "goals": goals, "tries": 2}})
fake_page.ITEMS.clear()
fake_page.ITEMS["saruna"] = ReleasedItem(id="saruna", version=1, kind="simulation", submodule="10.2", points=2.0,
    stem="Palīdzi Valijai", scenario=machine("talk").shown(whole))
"""
BEST = ("Lapiņu paturiet", "Kaitinoši", "Vai drīkstu", "Skatieties, vai abos", "Jūs to izdarījāt", "Mājās, atsevišķi")


@pytest.fixture(scope="module")
def talks(serve: Serve) -> Served:
    return serve(SCENARIOS, f'Place("{PIN}", page)')


def begun(tab: Page, served: Served) -> Locator:
    """The talk as it is before anything was said."""
    served.answers.unlink(missing_ok=True)
    open_tab(tab, served, "Ko tu teiksi?")
    return tab.get_by_role("region", name="Izmēģini: PIN uz lapiņas")


def say(place: Locator, words: str) -> None:
    place.get_by_role("button", name=words).click()


def focused(tab: Page) -> str:
    return str(tab.evaluate("document.activeElement === document.body ? '' : document.activeElement.textContent"))


def test_a_talk_is_held_and_its_picture_shown(tab: Page, talks: Served) -> None:
    place = begun(tab, talks)
    expect(place.get_by_role("list", name="Saruna").get_by_role("listitem")).to_have_count(1)
    expect(place).to_contain_text("Valija (izdomāts cilvēks).")
    assert_accessible(tab)

    for words in BEST:
        say(place, words)

    expect(place.get_by_role("list", name="Saruna").get_by_role("listitem")).to_have_count(13)
    ended = place.get_by_role("region", name="Kā saruna beidzās")
    expect(ended.get_by_text("Ievadīja pati")).to_be_visible()
    expect(ended).to_contain_text("Labāks pavērsiens nebija vajadzīgs")
    expect(ended.get_by_role("img", name="sākumā 0, pēc 1. atbildes +1")).to_be_visible()
    expect(ended.get_by_role("heading", name="Tavs ceļš un kāpēc")).to_be_visible()
    ended.get_by_text("Tas pats tabulā").click()
    expect(ended.get_by_role("row")).to_have_count(8)
    expect(place).to_contain_text("Saruna pabeigta")
    assert_accessible(tab)
    assert [each["do"] for each in actions(talks, PIN, at_least=6)] == ["say"] * 6


def test_a_talk_is_held_by_keyboard_alone_and_the_focus_goes_to_the_new_words(tab: Page, talks: Served) -> None:
    place = begun(tab, talks)
    place.get_by_role("button").first.focus()

    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    assert "Ko jūs tajā atbildē" in focused(tab)
    tab.keyboard.press("Enter")

    expect(place.get_by_text("Vai piešķīra. Rakstīja").first).to_be_visible()
    assert focused(tab) == "Valijapastumj lapiņu tuvāk un paskatās pār plecu"
    expect(place.locator("[aria-live=polite]").filter(has_text="Vai piešķīra. Rakstīja")).to_have_count(1)
    for expected in ("Jūs gribat zināt", "Neviens negaida", "Labi, šoreiz"):
        tab.keyboard.press("Tab")
        assert expected in focused(tab)
    tab.keyboard.press("Space")
    expect(place.get_by_text("Paldies! Cik ātri.").first).to_be_visible()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")

    ended = place.get_by_role("region", name="Kā saruna beidzās")
    expect(ended.get_by_text("Kods svešās rokās")).to_be_visible()
    expect(ended).to_contain_text("2. atbildē tu teici: «Labi, šoreiz ierakstīšu")
    assert "pamāj no durvīm" in focused(tab)
    again = place.get_by_role("button", name="Sākt sarunu no jauna")
    while "Sākt sarunu no jauna" not in focused(tab):
        tab.keyboard.press("Tab")
        assert focused(tab), "the button is not reached by Tab"
    expect(again).to_be_focused()
    tab.keyboard.press("Enter")
    expect(place.get_by_role("list", name="Saruna").get_by_role("listitem")).to_have_count(1)
    assert "ieliek tev rokā telefonu" in focused(tab)
    expect(place).to_contain_text("Saruna pabeigta")
    expect(ended).to_have_count(0)


def test_new_words_are_on_the_screen_of_a_phone_and_nothing_scrolls_sideways(tab: Page, talks: Served) -> None:
    place = begun(tab, talks)
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.emulate_media(color_scheme="dark", reduced_motion="reduce")

    for words in BEST:
        say(place, words)
        expect(place.get_by_role("list", name="Saruna").get_by_role("listitem").last).to_be_in_viewport()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    expect(place.get_by_role("region", name="Kā saruna beidzās")).to_be_visible()
    assert_accessible(tab)


def test_a_double_click_says_one_thing(tab: Page, talks: Served) -> None:
    place = begun(tab, talks)

    place.get_by_role("button", name="Lapiņu paturiet").dblclick()

    expect(place.get_by_role("button", name="Kaitinoši")).to_be_visible()
    expect(place.get_by_role("list", name="Saruna").get_by_role("listitem")).to_have_count(3)
    assert [each["do"] for each in actions(talks, PIN, at_least=1)] == ["say"]


def test_a_talk_that_was_mended_says_so(tab: Page, talks: Served) -> None:
    place = begun(tab, talks)

    for words in ("To mums noteikumi neļauj", "Uzgaidiet", *BEST[1:]):
        say(place, words)

    ended = place.get_by_role("region", name="Kā saruna beidzās: PIN uz lapiņas")
    expect(ended.get_by_role("heading", name="Tu sarunu izlaboji")).to_be_visible()
    expect(ended).to_contain_text("1. atbildē tu teici: «To mums noteikumi neļauj.")
    expect(ended).to_contain_text("Te vairāk palīdz: «Lapiņu paturiet")
    assert_accessible(tab)


def test_a_talk_goes_on_where_it_was_when_the_page_is_opened_again(tab: Page, talks: Served) -> None:
    place = begun(tab, talks)
    say(place, "Lapiņu paturiet")
    expect(place.get_by_role("status").filter(has_text="Saglabāts")).to_have_count(1)

    open_tab(tab, talks, "Ko tu teiksi?")

    expect(place.get_by_role("list", name="Saruna").get_by_role("listitem")).to_have_count(3)
    expect(place.get_by_role("button", name="Kaitinoši")).to_be_visible()


def test_a_scored_talk_says_nothing_about_better_and_worse(tab: Page, serve: Serve) -> None:
    served = serve(SCENARIOS, SCORED, "Assessment(page)")
    open_tab(tab, served, "Pirms sāc")
    tab.get_by_role("button", name="Sākt pārbaudes darbu").click()
    task = tab.get_by_role("region", name="Palīdzi Valijai")

    say(task, "Labi, dodiet šurp")
    expect(task).to_contain_text("To var vēl 1 reizi. Tad vērtēs jauno sarunu, nevis šo.")
    overview = tab.locator(".lideri-overview")
    expect(overview).to_contain_text("1. uzdevums: saruna nav pabeigta")
    task.get_by_role("button", name="Sākt sarunu no jauna").click()
    for words in BEST:
        say(task, words)

    expect(task).to_contain_text("Saruna ir beigusies. Tavas atbildes ir pierakstītas.")
    expect(overview).to_contain_text("1. uzdevums: saruna pabeigta")
    expect(task.get_by_role("button")).to_have_count(0)
    for word in ("Uzticēšanās", "pavērsiens", "Ievadīja pati", "Kāpēc"):
        expect(task).not_to_contain_text(word)
    assert_accessible(tab)
    done = actions(served, "saruna", at_least=8)
    assert [each["do"] for each in done] == ["say", "again", *["say"] * 6]
