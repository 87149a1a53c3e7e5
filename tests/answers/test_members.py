"""Taking people out of cohorts and closing accounts: who may, what stays, how it is undone, what the log keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_pages import CHROMIUM, NOW, PASSWORD, World, heading


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def events(world: World, kind: str) -> list[tuple[str | None, str, Any]]:
    return [(event.person_id, event.subject, event.detail) for event in world.store.people.events(kind=kind)]


def members(world: World) -> list[str]:
    return [person.username for person in world.store.people.members(world.cohort.id)]


def test_a_person_is_taken_out_of_a_cohort_and_put_back(world: World) -> None:
    lead, group = world.browser("vadosais"), f"grupas/{world.cohort.id}"
    attempt = world.submit(world.daina)
    assert f"{group}/iznemt?cilveks={world.daina.id}" in lead.see(group)

    confirm = lead.see(f"{group}/iznemt?cilveks={world.daina.id}")
    assert heading(confirm) == "Izņemt no grupas?"
    assert "Daina Paraudziņa vairs nebūs grupā «Alūksnes grupa»" in confirm
    assert members(world) == ["daina"]  # looking changes nothing
    lead.fill_in(f"{group}/iznemt", 302, cilveks=world.daina.id)

    assert members(world) == []
    assert world.store.results.of_attempt(attempt, person_id=world.daina.id).state == "queued"  # the work stays
    assert world.browser("daina").see("rezultati")
    after = lead.see(f"{group}?saglabats=i")
    assert "Cilvēks ir izņemts no grupas" in after and "Atlikt atpakaļ grupā" in after
    lead.fill_in(f"{group}/atlikt", 302, cilveks=world.daina.id)
    assert members(world) == ["daina"]
    assert "Atlikt atpakaļ grupā" not in lead.see(group)
    detail = {"person": world.daina.id}
    assert events(world, "member-removed") == [(world.lead.id, world.cohort.id, detail)]
    assert events(world, "member-returned") == [(world.lead.id, world.cohort.id, detail)]


def test_the_trainer_no_longer_sees_the_work_of_somebody_who_was_taken_out(world: World) -> None:
    world.submit(world.daina)
    submission = world.grade()
    world.browser("ineta").see(f"vertesana/{submission}?uzdevums=m02-a.3")

    world.browser("admins").fill_in(f"grupas/{world.cohort.id}/iznemt", 302, cilveks=world.daina.id)

    world.browser("ineta").see(f"vertesana/{submission}?uzdevums=m02-a.3", status=404)
    world.browser("vadosais").see(f"vertesana/{submission}?uzdevums=m02-a.3")


@pytest.mark.parametrize("who", ["daina", "ineta", "svess", "vadiba"])
def test_only_those_who_organise_take_people_out_of_cohorts(world: World, who: str) -> None:
    group, intruder = f"grupas/{world.cohort.id}", world.browser(who)

    intruder.see(f"{group}/iznemt?cilveks={world.daina.id}", status=403)
    intruder.fill_in(f"{group}/iznemt", 403, cilveks=world.daina.id)
    world.browser("vadosais").fill_in(f"{group}/iznemt", 302, cilveks=world.daina.id)
    intruder.fill_in(f"{group}/atlikt", 403, cilveks=world.daina.id)

    assert members(world) == []
    if who == "ineta":
        page = intruder.see(group)
        assert "Izņemt no grupas" not in page and "Daina" not in page


def test_an_address_made_by_hand_moves_nobody(world: World) -> None:
    lead, group = world.browser("vadosais"), f"grupas/{world.cohort.id}"

    lead.fill_in(f"{group}/iznemt", 404, cilveks=world.other.id)  # of another cohort
    lead.fill_in(f"{group}/iznemt", 404, cilveks="nav-tada")
    lead.fill_in("grupas/nav-tadas/iznemt", 404, cilveks=world.daina.id)
    lead.fill_in(f"{group}/atlikt", 404, cilveks=world.other.id)  # was never in it
    lead.fill_in(f"{group}/atlikt", 404, cilveks=world.ineta.id)  # a trainer
    forged = lead.post(world.at(f"{group}/iznemt"), data={"cilveks": world.daina.id}, timeout=20)

    assert forged.status_code == 403  # without the form's token
    assert members(world) == ["daina"]
    assert events(world, "member-removed") == []


def test_an_account_is_closed_at_once_and_opened_again(world: World) -> None:
    admin, daina = world.browser("admins"), world.browser("daina")
    assert heading(admin.see(f"cilveki/{world.daina.id}/slegt")) == "Slēgt kontu?"
    daina.see("rezultati")

    admin.fill_in(f"cilveki/{world.daina.id}/slegt", 302)

    daina.see("rezultati", status=403)
    assert world.store.people.authenticate("daina", PASSWORD, now=NOW) is None
    page = admin.see("cilveki?saglabats=s")
    assert "Slēgtie konti (1)" in page and "Konts ir slēgts" in page
    admin.fill_in(f"cilveki/{world.daina.id}/atvert", 302)
    daina.see("rezultati")
    assert "Slēgtie konti" not in admin.see("cilveki")
    me = world.store.people.by_username("admins")
    assert me is not None
    assert events(world, "account-closed") == [(world.daina.id, "", {"by": me.id})]
    assert events(world, "account-opened") == [(world.daina.id, "", {"by": me.id})]


@pytest.mark.parametrize("who", ["daina", "ineta", "vadosais", "vadiba"])
def test_only_an_administrator_closes_and_opens_accounts(world: World, who: str) -> None:
    intruder = world.browser(who)

    intruder.see(f"cilveki/{world.other.id}/slegt", status=403)
    intruder.fill_in(f"cilveki/{world.other.id}/slegt", 403)
    world.store.people.deactivate(world.stranger.id, now=NOW)
    intruder.fill_in(f"cilveki/{world.stranger.id}/atvert", 403)

    assert world.store.people.get(world.other.id).active
    assert not world.store.people.get(world.stranger.id).active


def test_nobody_locks_themselves_out(world: World) -> None:
    me = world.store.people.by_username("admins")
    assert me is not None
    admin = world.browser("admins")

    admin.see(f"cilveki/{me.id}/slegt", status=400)
    refused = admin.fill_in(f"cilveki/{me.id}/slegt", 400)
    admin.fill_in("cilveki/nav-tada/slegt", 404)

    assert "Savu kontu slēgt nevar" in refused.text
    assert world.store.people.get(me.id).active
    assert f"cilveki/{me.id}/slegt" not in admin.see("cilveki")


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
@pytest.mark.parametrize("width", [1280, 320])
def test_taking_out_and_putting_back_with_the_keyboard(world: World, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([{"name": "as", "value": "vadosais", "url": world.origin}])
        page = context.new_page()
        page.goto(world.at(f"grupas/{world.cohort.id}"))

        page.get_by_role("link", name=re.compile("Izņemt no grupas ?: Daina")).press("Enter")
        expect(page.get_by_role("heading", name="Izņemt no grupas?")).to_be_visible()
        assert Axe().run(page).response["violations"] == []
        page.get_by_role("button", name=re.compile("Izņemt no grupas ?: Daina")).press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Cilvēks ir izņemts no grupas.")
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name=re.compile("Atlikt atpakaļ grupā ?: Daina")).press("Enter")

        expect(page.get_by_role("status")).to_contain_text("Cilvēks atkal ir grupā.")
        expect(page.get_by_role("heading", name="Daina Paraudziņa")).to_be_visible()
        chromium.close()
