"""«Jautāt pasniedzējam» and «Ziņot par kļūdu»: plain forms, who reads them, and what never gets lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lideri.course.catalogue import PageEntry
from lideri.store.database import BUSY
from lideri.store.people import NewPerson
from tests.answers.test_pages import CHROMIUM, NOW, Browser, World, heading


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def ask(world: World, who: str = "daina", text: str = "Kāpēc banka nezvana?", **more: str) -> str:
    """Ask from page 2.1; gives the thread's address below the service's."""
    answer = world.browser(who).fill_in("jautat", 302, **{"lapa": "2.1", "uzdevums": "p1", "teksts": text, **more})
    return re.sub(r"\?.*", "", answer.headers["Location"]).removeprefix("/services/lideri/")


def report(world: World, who: str = "daina", **more: str) -> None:
    given = {"lapa": "2.1", "uzdevums": "p2", "veids": "language", "teksts": "Trūkst komata.", "platums": "320"}
    world.browser(who).fill_in("zinot", 302, **(given | more))


def news(page: str) -> list[str]:
    """What the navigation counts as new."""
    return re.findall(r'class="nav__new">(\d+)', page)


# ── questions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_goes_to_the_trainer_and_the_answer_comes_back(world: World) -> None:
    thread = ask(world)
    trainer, trainee = world.browser("ineta"), world.browser("daina")

    waiting = trainer.see("jautajumi")
    assert "1 jautājums gaida atbildi" in waiting and "Kāpēc banka nezvana?" in waiting
    assert "Daina Paraudziņa" in waiting and "2.1. Kibernoziegumu riski" in waiting
    assert news(trainer.see("vertesana")) == ["1"]
    assert news(trainee.see()) == []

    trainer.fill_in(thread, 302, teksts="Tāpēc.\n\nParādi man rīt.")

    assert news(trainer.see("vertesana")) == []
    assert news(trainee.see()) == ["1"]
    assert "Jauna atbilde" in trainee.see("jautajumi")
    page = trainee.see(thread)
    assert '<p dir="auto">Tāpēc.</p>' in page and '<p dir="auto">Parādi man rīt.</p>' in page
    assert "Ineta Pasniedzēja" in page and "«Uzdevums»" in page
    assert news(page) == news(trainee.see()) == []
    assert "Jauna atbilde" not in trainee.see("jautajumi")


def test_the_question_is_on_disk_before_the_page_says_so(world: World) -> None:
    answer = world.browser("daina").fill_in("jautat", 302, lapa="2.1", teksts="Vai esi?")

    kept = world.store.notes.threads_of(world.daina)
    assert [note.text for note in kept[0].messages] == ["Vai esi?"]
    place = answer.headers["Location"].removeprefix("/services/lideri/")
    assert "Jautājums ir nosūtīts." in world.browser("daina").see(place)


def test_the_form_says_who_will_read_it_and_where_it_was_asked(world: World) -> None:
    page = world.browser("daina").see("jautat?lapa=2.1&uzdevums=p2")

    assert "Tavu jautājumu lasīs Ineta Pasniedzēja." in page
    assert "<strong>2.1. Kibernoziegumu riski</strong>" in page
    assert '<option value="p2" selected>' in page
    world.person("bez", "Bez Grupas")
    assert "lasīs vadošais pasniedzējs" in world.browser("bez").see("jautat")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("2/parbaude", "2. moduļa pārbaudes darbs"),
        ("2.2", "2.2. Informācijpratība"),
        ("", "Sākums"),
        ("../../etc/passwd", "Sākums"),
        ("<script>", "Sākums"),
        ("rezultati/svess", "Mani rezultāti"),
    ],
)
def test_every_page_is_named_in_words_and_a_made_up_one_is_home(world: World, page: str, words: str) -> None:
    shown = world.browser("daina").see(f"jautat?lapa={page}")

    assert f"<strong>{words}</strong>" in shown


def test_a_question_during_the_assessment_names_the_task(tmp_path: Path) -> None:
    page = PageEntry(page="2/parbaude", title="2. moduļa pārbaudes darbs", lead="…", minutes=30)
    world = World(tmp_path, pages={"2/parbaude": page})

    form = world.browser("daina").see("jautat?lapa=2/parbaude&uzdevums=3")
    seen = world.browser("ineta").see(ask(world, lapa="2/parbaude", uzdevums="3"))
    made_up = world.browser("ineta").see(ask(world, lapa="2/parbaude", uzdevums="33"))

    assert '<option value="3" selected>3. uzdevums</option>' in form
    assert "2. moduļa pārbaudes darbs</a>, «3. uzdevums»" in seen
    assert "33" not in made_up.split("<main")[1].split("</h1>")[1].split("<ol")[0]
    world.close()


def test_a_question_about_a_result_names_the_attempt_and_the_task(world: World) -> None:
    attempt = world.submit(world.daina)
    world.grade()
    result = world.browser("daina").see(f"rezultati/{attempt}")
    assert f'href="/services/lideri/jautat?lapa=rezultati/{attempt}"' in result

    thread = ask(world, lapa=f"rezultati/{attempt}", uzdevums="2")

    seen = world.browser("ineta").see(thread)
    assert "2. moduļa pārbaudes darbs, 1. mēģinājuma rezultāts, «2. uzdevums»" in seen
    assert f"rezultati/{attempt}" not in seen  # the page is the trainee's own
    others = world.browser("cita").see(f"jautat?lapa=rezultati/{attempt}")
    assert "1. mēģinājuma" not in others


def test_a_refused_text_is_shown_again_and_nothing_is_kept(world: World) -> None:
    too_long = "ā" * 4001

    page = world.browser("daina").fill_in("jautat", 400, lapa="2.1", uzdevums="p2", teksts=too_long).text

    assert "4001 zīmes, atļauts līdz 4000" in page
    assert too_long in page and '<option value="p2" selected>' in page
    assert world.store.notes.threads_of(world.daina) == []


def test_after_too_many_messages_the_text_stays_on_the_page(world: World) -> None:
    for number in range(10):
        ask(world, text=f"{number}. jautājums")

    page = world.browser("daina").fill_in("jautat", 429, lapa="2.1", teksts="Vienpadsmitais").text

    assert "Pagaidi desmit minūtes" in page and "Vienpadsmitais</textarea>" in page
    assert len(world.store.notes.threads_of(world.daina)) == 10


def test_a_form_sent_twice_asks_once(world: World) -> None:
    form = world.browser("daina").see("jautat?lapa=2.1")
    key = re.search(r'name="atslega" value="([^"]+)"', form)
    assert key is not None

    assert ask(world, atslega=key[1]) == ask(world, atslega=key[1])

    assert len(world.store.notes.threads_of(world.daina)) == 1


@pytest.mark.parametrize("path", ["jautat", "zinot"])
def test_a_session_that_ended_gives_the_text_back(world: World, path: str) -> None:
    nobody = world.browser()

    answer = nobody.post(
        world.at(path), data={"lapa": "2.1", "teksts": "Garš <b>teksts</b>"}, allow_redirects=False, timeout=20
    )

    assert answer.status_code == 403
    assert "Garš &lt;b&gt;teksts&lt;/b&gt;</textarea>" in answer.text
    assert f'href="/services/lideri/{path}?lapa=2.1"' in answer.text and "Ieiet un turpināt" in answer.text
    assert world.store.notes.threads_of(world.daina) == []


def test_a_busy_store_gives_the_text_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from lideri.errors import StoreBusy

    def busy(*_: Any, **__: Any) -> str:
        raise StoreBusy(BUSY)

    monkeypatch.setattr(world.store.notes, "ask", busy)

    page = world.browser("daina").fill_in("jautat", 503, lapa="2.1", teksts="Mans teksts").text

    assert "Mans teksts</textarea>" in page and "Pašlaik neizdodas saglabāt" in page


def test_a_solved_question_is_no_longer_counted_and_writing_opens_it_again(world: World) -> None:
    thread = ask(world)
    trainer = world.browser("ineta")

    trainer.fill_in(f"{thread}/gatavs", 302)

    assert news(trainer.see("jautajumi")) == []
    assert "Atrisināts" in world.browser("daina").see(thread)
    world.browser("daina").fill_in(thread, 302, teksts="Tomēr nē.")
    assert news(trainer.see("jautajumi")) == ["1"]


def test_a_lead_trainer_sees_all_cohorts_and_a_programme_lead_none(world: World) -> None:
    thread = ask(world)

    assert "Kāpēc banka nezvana?" in world.browser("vadosais").see("jautajumi")
    assert "Kāpēc banka nezvana?" not in world.browser("vadiba").see("jautajumi")
    world.browser("vadiba").see(thread, 404)
    world.browser("ineta").see("jautat", 403)


# ── reports of mistakes ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_reaches_the_author_and_the_decision_its_reporter(world: World) -> None:
    report(world)
    author, trainee = world.browser("vadosais"), world.browser("daina")

    listed = author.see("zinojumi")
    assert news(listed) == ["1"]
    for words in ("Trūkst komata.", "Valoda", "Daina Paraudziņa", "2.1. Kibernoziegumu riski", "320 px", "p2"):
        assert words in listed
    action = re.search(r'action="/services/lideri/(zinojumi/[^"]+)"', listed)
    assert action is not None

    refused = author.fill_in(action[1], 400, statuss="declined", teksts="").text
    assert "Uzraksti, kāpēc nelabosim" in refused
    author.fill_in(action[1], 302, statuss="declined", teksts="Šeit komatu neliek.")

    assert news(author.see("zinojumi")) == []
    assert news(trainee.see()) == ["1"]
    own = trainee.see("jautajumi")
    assert "Šeit komatu neliek." in own and "Nelabosim" in own and "Jauns lēmums" in own
    assert news(trainee.see()) == []


def test_a_report_needs_a_kind_and_a_text(world: World) -> None:
    browser = world.browser("ineta")

    assert "Izvēlies, kas ir nepareizi" in browser.fill_in("zinot", 400, lapa="2.1", teksts="Nedarbojas").text
    missing = browser.fill_in("zinot", 400, lapa="2.1", veids="broken", teksts=" ").text

    assert "Uzraksti vismaz vienu teikumu" in missing and 'value="broken" required checked' in missing
    assert world.store.notes.problems_of(world.ineta) == []


def test_everybody_who_has_logged_in_can_report_from_every_page_and_sees_own_reports_only(world: World) -> None:
    for who, path in (
        ("daina", "rezultati"),
        ("ineta", "vertesana"),
        ("vadosais", "grupas"),
        ("admins", "cilveki"),
        ("vadiba", "profils"),
    ):
        assert f'href="/services/lideri/zinot?lapa={path}"' in world.browser(who).see(path)
        report(world, who, lapa=path, teksts=f"Ziņo {who}")
    assert 'href="/services/lideri/zinot' in world.browser("daina").see("rezultati/nav-tada", 404)
    assert "zinot" not in world.browser().see("palidziba")

    assert re.findall(r"Ziņo \w+</p>", world.browser("ineta").see("zinojumi")) == ["Ziņo ineta</p>"]
    assert re.findall(r"Ziņo \w+</p>", world.browser("vadiba").see("zinojumi")) == ["Ziņo vadiba</p>"]
    assert len(re.findall(r"Ziņo \w+</p>", world.browser("admins").see("zinojumi"))) == 5
    assert len(re.findall(r"Ziņo \w+</p>", world.browser("admins").see("zinojumi?mani=1"))) == 1


def test_the_one_time_links_address_never_gets_into_a_report(world: World) -> None:
    from datetime import timedelta

    person = world.store.people.add(NewPerson("Jauna Persona", username="jauna"), now=NOW)
    token = world.store.people.make_login_link(person.id, now=NOW, valid_for=timedelta(days=1))

    for who in ("", "daina"):
        assert "zinot" not in world.browser(who).see(f"ievads/{token}")


# ── in a browser ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def chromium(world: World) -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = started.new_context(viewport={"width": 320, "height": 700})
        context.add_cookies([{"name": "as", "value": "daina", "url": world.origin}])
        yield context
        started.close()


@pytest.mark.browser
def test_a_lost_connection_keeps_the_text_and_the_second_press_sends_it_once(world: World, chromium: Any) -> None:
    from playwright.sync_api import expect

    page = chromium.new_page()
    page.goto(world.at("jautat?lapa=2.1"))
    page.get_by_label("Tavs jautājums").fill("Vai tas pazudīs?")
    chromium.set_offline(True)
    page.get_by_role("button", name="Nosūtīt jautājumu").click()
    expect(page.get_by_text("Nav savienojuma")).to_be_visible()
    chromium.set_offline(False)

    page.reload()
    expect(page.get_by_label("Tavs jautājums")).to_have_value("Vai tas pazudīs?")
    page.get_by_role("button", name="Nosūtīt jautājumu").click()
    expect(page.get_by_text("Jautājums ir nosūtīts.")).to_be_visible()

    assert len(world.store.notes.threads_of(world.daina)) == 1
    page.goto(world.at("jautat?lapa=2.1"))
    expect(page.get_by_label("Tavs jautājums")).to_have_value("")


@pytest.mark.browser
def test_after_logging_in_again_the_text_is_back_in_the_form(world: World, chromium: Any) -> None:
    from playwright.sync_api import expect

    page = chromium.new_page()
    page.goto(world.at("jautat?lapa=2.1"))
    page.get_by_label("Tavs jautājums").fill("Ilgi rakstīts")
    chromium.clear_cookies()
    page.get_by_role("button", name="Nosūtīt jautājumu").click()
    expect(page.get_by_role("heading", name="Teksts vēl nav nosūtīts")).to_be_visible()
    expect(page.get_by_label("Tavs teksts")).to_have_value("Ilgi rakstīts")

    chromium.add_cookies([{"name": "as", "value": "daina", "url": world.origin}])
    page.get_by_role("link", name="Ieiet un turpināt").click()

    expect(page.get_by_label("Tavs jautājums")).to_have_value("Ilgi rakstīts")
    chromium.add_cookies([{"name": "as", "value": "cita", "url": world.origin}])
    page.goto(world.at("jautat?lapa=2.1"))
    expect(page.get_by_label("Tavs jautājums")).to_have_value("")  # a draft belongs to one person


@pytest.mark.browser
def test_without_a_script_a_question_and_a_report_can_be_sent(world: World, chromium: Any) -> None:
    from playwright.sync_api import expect

    context = chromium.browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "as", "value": "daina", "url": world.origin}])
    page = context.new_page()
    page.goto(world.at("jautat?lapa=2.1"))
    page.get_by_label("Tavs jautājums").fill("Bez skripta?")
    page.get_by_role("button", name="Nosūtīt jautājumu").click()
    expect(page.get_by_text("Jautājums ir nosūtīts.")).to_be_visible()

    page.get_by_role("link", name="Ziņot par kļūdu").click()
    page.get_by_role("radio", name="Valoda").check()
    page.get_by_label("Kas tieši?").fill("Burts par daudz.")
    page.get_by_role("button", name="Nosūtīt ziņojumu").click()
    expect(page.get_by_text("Paldies! Ziņojums ir saglabāts.")).to_be_visible()
    expect(page.get_by_text("Burts par daudz.")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_every_new_page_is_free_of_axe_findings_and_fits(world: World, chromium: Any, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    long_word = "w" * 200
    thread = ask(world, text=f"Kāpēc?\n{long_word}")
    world.browser("ineta").fill_in(thread, 302, teksts="Tāpēc.")
    ask(world, text="Vēl viens")
    report(world, teksts=long_word)
    report(world, "ineta")
    found = []

    for who, path in (
        ("daina", "jautat?lapa=2.1"),
        ("daina", "zinot?lapa=2.1"),
        ("daina", "jautajumi"),
        ("daina", thread),
        ("ineta", "jautajumi"),
        ("ineta", thread),
        ("ineta", "zinojumi"),
        ("vadosais", "zinojumi"),
    ):
        context = chromium.browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
        context.add_cookies([{"name": "as", "value": who, "url": world.origin}])
        page = context.new_page()
        page.goto(world.at(path))
        for details in page.locator("main details").all():
            details.evaluate("node => { node.open = true; }")
        results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
        found += [f"{who} {path} {one['id']}: {one['nodes'][0]['target']}" for one in results.response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{who} {path}: {wide} px too wide"] if wide > 0 else []
        context.close()

    assert found == []


def test_the_forms_can_be_used_by_somebody_without_a_script(world: World) -> None:
    browser: Browser = world.browser("daina")

    assert heading(browser.see("jautat?lapa=2.1")) == "Jautāt pasniedzējam"
    assert 'method="post" action="/services/lideri/jautat"' in browser.see("jautat?lapa=2.1")
