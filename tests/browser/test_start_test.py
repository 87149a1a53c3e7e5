"""The start test in a browser: from the first log-in to the plan, by keyboard; and the final test's closed door."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from lideri.course.loading import Course
from lideri.settings import START_TEST
from tests.browser.person import Person, right_answer

pytestmark = [pytest.mark.browser, pytest.mark.hub]
Come = Callable[..., Person]


def test_a_new_person_gets_a_plan_and_never_a_right_answer(somebody: Come, course: Course) -> None:
    me = somebody("dalibnieks", keyboard=True)
    page = me.page
    expect(page.get_by_role("link", name="Sākšu bez testa")).to_be_visible()
    me.press(page.get_by_role("link", name=re.compile("Sākt testu")))
    me.press(page.get_by_role("button", name="Sākt testu"))
    form = course.forms_of(START_TEST)[0]
    of = len(form.items)
    expect(page.get_by_text(f"Atbildēts uz 0 no {of}")).to_be_visible()
    known = [course.items[shown.id] for shown in form.items if course.items[shown.id].module == "2"]
    for item in known:
        me.answer(item, right_answer(item))
    expect(page.get_by_text(f"Atbildēts uz {len(known)} no {of}")).to_be_visible()

    me.press(page.get_by_role("button", name="Iesniegt testu"))
    me.press(page.get_by_role("dialog").get_by_role("button", name="Iesniegt", exact=True))
    page.wait_for_url(re.compile(r"/services/lideri/rezultati/"))

    expect(page.get_by_role("heading", name="Tavs mācību plāns")).to_be_visible()
    lines = page.locator("[data-module]")
    expect(lines).to_have_count(len({course.items[shown.id].module for shown in form.items}))
    expect(page.locator("[data-module='2']")).to_contain_text("Vari izlaist")
    expect(page.locator("[data-module='2']")).to_contain_text(f"Pamatojas uz {len(known)} uzdevumiem")
    expect(page.locator("[data-module='3']")).to_contain_text("Iesakām mācīties")
    text = page.locator("main").inner_text()
    assert not [shown.id for shown in form.items if shown.stem in text]
    assert Axe().run(page).response["violations"] == []
    me.open("/services/lideri/")
    expect(page.get_by_role("heading", name="Tavs mācību plāns")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("Sāc ar nodaļu 1.1"))).to_be_visible()
    assert me.errors == []


def test_the_final_test_says_when_it_opens_and_offers_nothing_to_press(somebody: Come) -> None:
    me = somebody("dalibnieks")

    me.open("/services/macibas/noslegums/parbaude")

    expect(me.page.get_by_text(re.compile("Noslēguma tests atvērsies, kad būs ieskaitīti"))).to_be_visible()
    expect(me.page.get_by_role("button", name=re.compile("Sākt"))).to_have_count(0)
