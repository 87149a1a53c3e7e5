"""A lesson is put together for two people: by mouse, by keyboard alone, kept over a reload, and in a scored task."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import SCENARIOS, actions, assert_accessible, opened, press, press_twice_at_once
from playwright.sync_api import Locator, Page, expect
from test_browser import open_tab

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
PLACE = "m08.2-pusstunda"
TITLE = "Mācību pusstunda"
SCORED = f"""
import fake_page
from lideri.course.items import ReleasedItem
from lideri.practice import machine
whole = page.scenarios["{PLACE}"]
fake_page.ITEMS.clear()
fake_page.ITEMS["plans"] = ReleasedItem(id="plans", version=1, kind="simulation", submodule="8.2", points=3.0,
    stem="Saliec pusstundu", scenario=machine("lesson_plan").shown(whole))
"""
STEPS = (
    "paradi",
    "kopa",
    "viens",
    "stasta",
    "norunajiet",
)  # «es daru, mēs darām, tu dari», a check and what comes later


@pytest.fixture(scope="module")
def lessons(serve: Serve) -> Served:
    return serve(SCENARIOS, f'Place("{PLACE}", page)')


def begun(tab: Page, served: Served) -> Locator:
    served.answers.unlink(missing_ok=True)
    return opened(tab, served, TITLE)


def add(place: Locator, card: str) -> Locator:
    return place.locator(f'[data-key="{card}-add"]')


def rule(place: Locator, words: str) -> Locator:
    return place.locator(".lesson__rule", has_text=words)


def test_a_plan_is_put_together_with_the_mouse_and_the_rules_are_ticked_meanwhile(tab: Page, lessons: Served) -> None:
    place = begun(tab, lessons)
    order = rule(place, "Vispirms es daru")
    expect(order).not_to_have_class(re.compile("is-met"))

    for card in STEPS:
        add(place, card).click()
        expect(place.locator(f'[data-key="{card}-out"]')).to_be_visible()
    expect(order).to_have_class(re.compile("is-met"))
    expect(place.locator(".lesson__total")).to_contain_text("no 30 minūtēm")
    place.get_by_role("button", name="Pārbaudīt", exact=True).click()

    expect(place.get_by_text("Mērķis vēl nav izvēlēts.")).to_be_visible()
    assert_accessible(tab)
    place.get_by_role("radio", name=re.compile("pati nosūtīs")).check()
    place.locator('[data-key="viens-min"]').select_option(label="12 min")
    place.get_by_role("button", name="Pārbaudīt", exact=True).click()
    expect(place.get_by_text("Plāns ir labs.")).to_be_visible()


def test_an_empty_plan_is_not_checked_and_after_a_good_one_the_next_person_comes(tab: Page, lessons: Served) -> None:
    place = begun(tab, lessons)
    check = place.get_by_role("button", name="Pārbaudīt", exact=True)

    check.click()
    hint = place.get_by_text("Plānā vēl nav neviena soļa. Vispirms pieliec tos")
    expect(hint).to_be_visible()
    expect(place.get_by_text("Pārbaudīti 0 no 2 plāniem")).to_be_visible()
    for card in STEPS:
        add(place, card).click()
    expect(hint).to_be_hidden()
    check.click()
    expect(place.get_by_text("Mērķis vēl nav izvēlēts.")).to_be_visible()

    opened_again = opened(tab, lessons, TITLE)
    expect(opened_again.get_by_role("heading", name=re.compile("Valda"))).to_be_visible()
    opened_again.get_by_role("radio", name=re.compile("pati nosūtīs")).check()
    opened_again.locator('[data-key="viens-min"]').select_option(label="12 min")
    opened_again.get_by_role("button", name="Pārbaudīt", exact=True).click()
    opened_again.get_by_role("button", name="Tālāk: Ilmārs Izdomātais").click()

    expect(opened_again.get_by_role("heading", name="Ilmārs Izdomātais")).to_be_focused()


def test_with_the_keyboard_alone_the_focus_follows_what_was_added_moved_and_taken_away(
    tab: Page, lessons: Served
) -> None:
    place = begun(tab, lessons)

    press(tab, add(place, "kopa"))
    expect(place.locator('[data-key="kopa-min"]')).to_be_focused()
    press(tab, add(place, "paradi"))
    expect(place.locator('[data-key="paradi-min"]')).to_be_focused()
    press(tab, place.locator('[data-key="paradi-up"]'))
    expect(place.locator('[data-key="paradi-up"]')).to_be_focused()
    expect(place.locator(".lesson__steps > li").first).to_contain_text("Es daru")
    press(tab, place.locator('[data-key="kopa-out"]'))
    expect(add(place, "kopa")).to_be_focused()

    done = [each["do"] for each in actions(lessons, PLACE, at_least=4)]
    assert done == ["add", "add", "move", "remove"]


def test_two_quick_presses_move_a_step_by_two_places(tab: Page, lessons: Served) -> None:
    place = begun(tab, lessons)
    steps = place.locator(".lesson__steps > li")
    for card in ("kopa", "viens", "paradi"):
        add(place, card).click()
    expect(steps).to_have_count(3)
    first = place.locator('[data-key="paradi-up"]')

    press_twice_at_once(place, first.get_attribute("aria-label") or "")

    expect(steps.first.locator('[data-key="paradi-out"]')).to_be_visible()
    moves = [each["to"] for each in actions(lessons, PLACE, at_least=5) if each["do"] == "move"]
    assert moves == [1, 0]
    again = opened(tab, lessons, TITLE)
    expect(again.locator(".lesson__steps > li").first.locator('[data-key="paradi-out"]')).to_be_visible()


def test_the_plan_is_there_when_the_page_is_opened_again(tab: Page, lessons: Served) -> None:
    place = begun(tab, lessons)
    add(place, "paradi").click()
    add(place, "kopa").click()
    actions(lessons, PLACE, at_least=2)

    again = opened(tab, lessons, TITLE)

    expect(again.locator(".lesson__steps > li")).to_have_count(2)


def test_a_scored_task_shows_no_verdict_and_no_check(tab: Page, serve: Serve) -> None:
    served = serve(SCENARIOS, SCORED, "Assessment(page)")
    open_tab(tab, served, "Pirms sāc")
    tab.get_by_role("button", name="Sākt pārbaudes darbu").click()
    task = tab.get_by_role("region", name="Saliec pusstundu")

    task.locator('[data-key="testins-add"]').click()

    expect(task.locator(".lesson__steps > li")).to_have_count(1)
    expect(task.get_by_role("button", name="Pārbaudīt")).to_have_count(0)
    expect(task.get_by_text("Mācīšanās stiliem")).to_have_count(0)
    expect(task.locator(".part-why, .feedback")).to_have_count(0)
