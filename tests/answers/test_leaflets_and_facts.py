"""«Lapiņa klientam», printed on half a sheet, and the list of facts that tells an editor what to check next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import course_data
from lideri.answers.exercises import Exercise
from lideri.answers.pages.facts import named_facts
from lideri.authoring.pages import LONGEST_LEAFLET, MOST_LINES
from lideri.course.catalogue import Fact, Leaflet, PageEntry
from lideri.course.loading import load_course
from tests.answers.service import practice_item
from tests.answers.test_pages import CHROMIUM, World

LEAFLET = Leaflet(
    page="2.1",
    title="Ja zvana «banka»",
    html="<ol>\n<li>Beidziet sarunu.</li>\n<li>Zvaniet savai bankai.</li>\n</ol>",
    facts=("fakts",),
    sources=("Valsts policija, 2025. gada 9. oktobrī",),
    checked="2026. gada oktobrī",
)


def a_fact(name: str, checked: str, mark: str = "V", text: str = "") -> Fact:
    return Fact.model_validate(
        {
            "id": name,
            "text": text or f"Apgalvojums {name}.",
            "mark": mark,
            "sources": [{"id": "S1", "title": "Valsts policija", "date": "2025-10-09"}],
            "checked": checked,
        }
    )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    facts = [a_fact("jauns", "2026-11-05", "V2"), a_fact("fakts", "2026-10", "Z+"), a_fact("vecs", "2025-02")]
    pages = {
        "2.1": PageEntry(page="2.1", title="Riski", lead="…", minutes=30, facts=("jauns",)),
        "2.2": PageEntry(page="2.2", title="Informācija", lead="…", minutes=30, facts=("jauns",)),
    }
    made = World(tmp_path, facts={fact.id: fact for fact in facts}, pages=pages, leaflets={"2.1": LEAFLET})
    scenario = {"title": "Pastkaste", "messages": [{"facts": ["jauns"]}, {"why": {"facts": ("fakts",)}}]}
    made.context.exercises["2.1"]["p1"] = Exercise("p1", item=practice_item())  # type: ignore[index]  # a dict here
    made.context.exercises["2.2"]["p3"] = Exercise("p3", scenario=scenario)  # type: ignore[index]
    yield made
    made.close()


# ── leaflets ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_leaflet_says_its_steps_its_sources_and_when_they_were_checked(world: World) -> None:
    for who in ("daina", "ineta", "vadiba"):
        page = world.browser(who).see("lapinas/2.1")

        assert page.count("<li>Beidziet sarunu.</li>") == 2  # twice on the sheet
        assert "Avoti: Valsts policija, 2025. gada 9. oktobrī. Pārbaudīts 2026. gada oktobrī." in page
        assert page.count("<h1") == 1 and 'aria-hidden="true"' in page


def test_all_leaflets_are_listed_by_module_and_a_missing_one_is_not_found(world: World) -> None:
    listed = world.browser("daina").see("lapinas")

    assert "2. Vispārpieņemtie drošības principi" in listed
    assert 'href="/services/lideri/lapinas/2.1">Ja zvana «banka»</a>' in listed
    assert "Šai nodaļai lapiņas nav" in world.browser("daina").see("lapinas/2.2", 404)
    assert 'href="/services/lideri/lapinas"' in world.browser("daina").see()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_every_leaflet_of_the_course_fits_on_half_a_sheet_and_on_a_small_screen(world: World, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    line = ("Uzrakstiet savai bankai vai piezvaniet pa tālruni, kas redzams uz kartes otrā pusē. " * 9)[
        : LONGEST_LEAFLET // MOST_LINES
    ]
    longest = LEAFLET.model_copy(
        update={
            "page": "2.2",
            "title": "Kā iestatīt, lai ziņa par jaunu vēstuli atnāk arī e-pastā",
            "html": "<ol>" + f"<li>{line}" * MOST_LINES + "</ol>",
            "sources": ("Valsts policija, «Interneta krāpnieki turpina», vp.gov.lv, 2021. gada februārī",) * 4,
        }
    )
    leaflets = {**load_course(keys=False).leaflets, "2.1": LEAFLET, "2.2": longest}
    world.course.leaflets.update(leaflets)  # type: ignore[attr-defined]  # a dict here
    wrong = []

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = started.new_context(viewport={"width": 320, "height": 700})
        context.add_cookies([{"name": "as", "value": "daina", "url": world.origin}])
        page = context.new_page()
        for name in leaflets:
            page.emulate_media(media="screen")
            page.goto(world.at(f"lapinas/{name}"))
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append(f"{name}: too wide")
            wrong += [f"{name}: {one['id']}" for one in Axe().run(page).response["violations"]]
            page.emulate_media(media="print")
            halves = page.locator(".leaflet")
            for half in halves.all():
                over = half.evaluate("node => node.scrollHeight - node.clientHeight")
                size = half.evaluate("node => parseFloat(getComputedStyle(node.querySelector('li')).fontSize) * .75")
                if over > 0 or size < 12:
                    wrong.append(f"{name}: {over} px too high, {size} pt")
            if name in ("2.1", "2.2"):
                file = tmp_path / f"{name}.pdf"
                page.pdf(path=file, prefer_css_page_size=True)
                sheets = len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))
                wrong += [f"{name}: {sheets} sheets"] if sheets != 1 else []
                wrong += [f"{name}: not twice"] if [half.is_visible() for half in halves.all()] != [True, True] else []
                for around in ("header", "footer", "nav", "button"):
                    if any(each.is_visible() for each in page.locator(around).all()):
                        wrong.append(f"{name}: {around} on paper")
        started.close()

    assert wrong == []


# ── facts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_facts_stand_oldest_first_with_mark_source_and_day_in_words(world: World) -> None:
    page = world.browser("ineta").see("fakti")

    found = [page.index(f"Apgalvojums {name}.") for name in ("vecs", "fakts", "jauns")]
    assert found == sorted(found)
    assert "Pārbaudīts 2025. gada februārī." in page and "Pārbaudīts 2026. gada 5. novembrī." in page
    assert "Izlasīts divos vai vairākos avotos" in page
    assert "Avoti: Valsts policija, 2025. gada 9. oktobrī" in page
    assert "3 fakti." in page


def test_each_fact_says_which_pages_exercises_and_leaflets_use_it(world: World) -> None:
    page = world.browser("vadosais").see("fakti")

    lines = {
        name: re.sub(r"<[^>]+>", "", page.split(f"Apgalvojums {name}.")[1].split("</li>")[0])
        for name in ("jauns", "fakts", "vecs")
    }
    assert "2.1. Riski (tekstā); 2.2. Informācija (tekstā, vingrinājumā «Pastkaste»)" in lines["jauns"]
    assert "2.1. Riski (vingrinājumā «Ko dari vispirms?», lapiņā klientam)" in lines["fakts"]
    assert "nav lietots" in lines["vecs"]


def test_the_list_can_be_kept_to_one_module(world: World) -> None:
    page = world.browser("ineta").see("fakti?modulis=2")

    assert "Apgalvojums jauns." in page and "Apgalvojums vecs." not in page
    assert "2 fakti no 3." in page and '<option value="2" selected>' in page
    assert "0 fakti" in world.browser("ineta").see("fakti?modulis=%3Cscript%3E")


def test_facts_are_for_those_who_teach_or_write(world: World) -> None:
    for who, status in (("daina", 403), ("ineta", 200), ("vadosais", 200), ("vadiba", 200), ("admins", 200)):
        world.browser(who).see("fakti", status)


def test_a_scenario_names_facts_at_any_depth() -> None:
    assert list(named_facts({"a": [{"facts": ["x"]}, {"b": {"facts": ("y", "x")}}], "c": "facts"})) == ["x", "y", "x"]


def test_every_fact_of_the_course_has_a_page_that_can_be_shown(tmp_path: Path) -> None:
    course = load_course(keys=False)
    made = World(tmp_path, facts=course.facts, pages=course.pages, leaflets=course.leaflets, places=course.places)

    page = made.browser("ineta").see("fakti")

    assert page.count("<p><strong>Pārbaudīts ") == len(course.facts) > 50
    made.close()
    assert Path(str(course_data.path("leaflets.json"))).is_file()


def test_no_scored_item_is_named_in_the_list(world: World) -> None:
    page: Any = world.browser("ineta").see("fakti")

    assert "m02-a" not in page
