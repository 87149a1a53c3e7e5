"""The password lab and the backup puzzle in a real browser; and that a password typed in the lab stays in its field."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from conftest import Served
from place_pages import SCENARIOS, STYLES, actions, assert_accessible, opened
from playwright.sync_api import Locator, Page, WebSocket, expect

from lideri.practice import estimator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(estimator.library() is None, reason="zxcvbn is not installed: make install"),
]
Serve = Callable[..., Served]
MARKER = "Zvirgzdene-4711-slepens"
AS_ITEMS = (
    "import fake_page\nfrom lideri.course.loading import load_course\nfrom lideri.practice.release import release\n"
    "items = load_course().items\nfake_page.ITEMS.clear()\n"
    "fake_page.ITEMS.update({name: release(items[name]) for name in ('m02.5-v1', 'm02.5-v2')})"
)
STORED = """async () => {
  const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie,
    location.href, JSON.stringify(history.state)];
  for (const { name } of await indexedDB.databases()) {
    const ask = indexedDB.open(name);
    const base = await new Promise((done) => { ask.onsuccess = () => done(ask.result); });
    for (const store of base.objectStoreNames) {
      const all = base.transaction(store).objectStore(store).getAll();
      found.push(JSON.stringify(await new Promise((done) => { all.onsuccess = () => done(all.result); })));
    }
    base.close();
  }
  for (const name of await caches.keys()) {
    found.push(name, ...(await (await caches.open(name)).keys()).map((each) => each.url));
  }
  return found;
}"""


def test_a_password_typed_in_the_lab_leaves_no_trace_outside_its_field(tab: Page, serve: Serve) -> None:
    sent: list[str] = []

    def hear(frame: str | bytes) -> None:
        sent.append(frame.decode("utf-8", "replace") if isinstance(frame, bytes) else frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", hear)
        socket.on("framereceived", hear)

    tab.on("websocket", listen)
    tab.on("request", lambda asked: sent.append(f"{asked.url} {asked.headers} {asked.post_data_buffer!r}"))
    tab.on("console", lambda said: sent.append(said.text))
    served = serve(SCENARIOS, 'Place("m02.5-paroles", page)')
    lab = opened(tab, served, "Paroļu laboratorija")
    field = lab.get_by_label("Izdomāta parole")
    expect(field).to_be_enabled(timeout=60_000)

    # Typed as people type, left with Enter and Tab; then the page works on and is opened again.
    field.press_sequentially(MARKER, delay=20)
    expect(lab.locator(".password-lab__word")).to_have_text("Ļoti stipra parole")
    expect(lab.get_by_text("Vērtējumi, ko jau redzēji: ļoti stipra")).to_be_visible()
    field.press("Enter")
    field.press("Tab")
    lab.get_by_role("button", name="Šī secība ir pareiza").click()
    lab.get_by_role("button", name="Pārbaudīt").first.click()
    expect(lab.get_by_text("Pareizi: 2 no 5.")).to_be_visible()
    stored = tab.evaluate(STORED)

    assert sent and any('"tried"' in text for text in sent)  # the listening itself works
    kept = served.answers.read_text(encoding="utf-8")
    for text in (*sent, *stored, kept):
        for piece in (MARKER, MARKER.lower(), "Zvirgzdene", "4711-slepens", "slepens"):
            assert piece not in text
    assert [each for each in actions(served, "m02.5-paroles") if each["do"] == "tried"] == [
        {"do": "tried", "score": 4, "length": "16+"}
    ]
    tab.reload()
    field.wait_for(timeout=90_000)
    assert field.input_value() == ""
    assert MARKER not in json.dumps(tab.evaluate(STORED), ensure_ascii=False)
    # Nothing in the browser keeps, corrects or fills it either: it has no name and asks for no help with spelling.
    assert field.get_attribute("autocomplete") == "off"
    assert field.get_attribute("spellcheck") == "false"
    assert field.get_attribute("name") is None


def test_the_lab_says_in_latvian_how_strong_and_why(tab: Page, serve: Serve) -> None:
    served = serve(SCENARIOS, 'Place("m02.5-paroles", page)')
    lab = opened(tab, served, "Paroļu laboratorija")
    expect(lab).to_contain_text("Neraksti šeit savu īsto paroli.")
    field = lab.get_by_label("Izdomāta parole")
    expect(field).to_be_enabled(timeout=60_000)

    for typed, word, said in (
        ("1234", "Ļoti vāja parole", "viena no desmit biežākajām parolēm"),
        ("mīlestība", "Ļoti vāja parole", "«mīlestība» – izplatīts vārds"),
        ("Rezekne2024", "Vāja parole", "«Rezekne» – vieta"),
        ("asdfghjkl", "Ļoti vāja parole", "«asdfghjkl» – izplatīta parole"),
        ("Janis1978", "Vāja parole", "«Janis» – personvārds"),
        ("Kaija nes trīs zilas pogas", "Ļoti stipra parole", "kvintiljon"),
    ):
        field.fill(typed)
        expect(lab.locator(".password-lab__word")).to_have_text(word)
        expect(lab.locator(".password-lab__result")).to_contain_text(said)
    field.fill("Saulite2024")
    lab.get_by_text("Cik ilgi to minētu?").click()
    expect(lab.get_by_text("Tie ir programmas pieņēmumi, nevis solījums.")).to_be_visible()
    expect(lab.locator(".password-lab__result > p")).to_have_text(
        "Lai to uzminētu, jāizdara apmēram 20 tūkstoši minējumu."
    )
    assert_accessible(tab)
    lab.get_by_role("button", name="Notīrīt").click()
    expect(field).to_be_focused()
    expect(lab.locator(".password-lab__result")).to_be_hidden()


def test_the_labs_tasks_by_keyboard_alone(tab: Page, serve: Serve) -> None:
    served = serve(SCENARIOS, 'Place("m02.5-paroles", page)')
    lab = opened(tab, served, "Paroļu laboratorija")
    checks = lab.get_by_role("button", name="Pārbaudīt")

    def key(control: Locator, name: str = "Enter") -> None:
        control.focus()
        tab.keyboard.press(name)

    key(checks.nth(1))
    expect(
        lab.get_by_text("Vispirms atbildi uz visu. Pirmais, kas palicis: «Katram kontam ir sava frāze")
    ).to_be_visible()
    for move, times in (("parole: augstāk", 2), ("Kaija nes trīs zilas pogas: zemāk", 3), ("xk7#Qpw9Lm2: zemāk", 1)):
        for _ in range(times):
            key(lab.get_by_role("button", name=move, exact=True))
    key(checks.nth(0))
    for habit, answer in (
        ("Katram kontam ir sava frāze", "Droši"),
        ("Parole ir mājas tālruņa numurs", "Nedroši"),
        ("Paroli drīkst nosaukt zvanītājam", "Nedroši"),
        ("Pēc noplūdes paroli nomaina", "Droši"),
        ("Visiem kontiem der suņa vārds", "Nedroši"),
        ("E-pastam ir parole", "Droši"),
    ):
        key(lab.get_by_role("group", name=habit).get_by_label(answer, exact=True), "Space")
    key(checks.nth(1))
    for account in ("Internetbanka", "E-pasts", "Sociālais tīkls"):
        lab.get_by_label(account).focus()
        tab.keyboard.type("Parole")
    key(checks.nth(2))

    expect(lab.get_by_text("Pareizi. Viss ir savā vietā.")).to_have_count(3)
    expect(lab).to_contain_text("Pārbaudīts 3 no 3")
    assert_accessible(tab)
    tab.reload()
    expect(lab.get_by_text("Pareizi. Viss ir savā vietā.")).to_have_count(3, timeout=90_000)


def test_the_backup_puzzle_by_mouse_then_by_keyboard(tab: Page, serve: Serve) -> None:
    served = serve(SCENARIOS, 'Place("m02.5-kopijas", page)')
    place = opened(tab, served, "Rezerves kopijas 3-2-1")
    photos, thesis, contacts = (
        place.get_by_role("group", name=name) for name in ("Ģimenes foto", "Diplomdarbs", "Tālruņa kontakti")
    )

    # What does not fit is not copied, and that is said where it was tried.
    photos.get_by_label("Mākonis").click()
    expect(photos.get_by_text("Mākonis: vietas nepietiek. Nav iekopēts: Ģimenes foto.")).to_be_visible()
    expect(photos.get_by_label("Mākonis")).not_to_be_checked()
    photos.get_by_label("USB disks mājās").click()
    expect(photos.get_by_text("Eksemplāri: 2 · nesēju veidi: 2 · citā vietā: 0")).to_be_visible()
    place.get_by_role("button", name="No dzīvokļa nozog visas ierīces").click()
    expect(place.get_by_text("Ģimenes foto: pazuda", exact=True)).to_be_visible()
    place.get_by_role("button", name="Pārbaudīt plānu").click()
    expect(place.get_by_text("Izdevies: 0 no 7.")).to_be_visible()
    assert_accessible(tab)
    place.get_by_role("button", name="Sākt no sākuma").click()
    expect(photos.get_by_label("USB disks mājās")).not_to_be_checked()
    expect(place.get_by_text("Ģimenes foto: pazuda", exact=True)).to_have_count(0)

    def key(control: Locator, name: str = "Space") -> None:
        control.focus()
        tab.keyboard.press(name)
        expect(control).to_be_focused()

    key(place.get_by_label("Visu laiku pieslēgts datoram"))
    for thing, media in (
        (photos, ("USB disks mājās", "USB disks pie draudzenes")),
        (thesis, ("USB disks mājās", "Mākonis")),
        (contacts, ("Dators mājās", "Mākonis")),
    ):
        for medium in media:
            key(thing.get_by_label(medium))
            expect(thing.get_by_label(medium)).to_be_checked()
    for disaster in ("Saplīst datora disks", "No dzīvokļa nozog", "Izspiedējvīruss", "Aizmirstas mākoņa parole"):
        key(place.get_by_role("button", name=disaster), "Enter")
    expect(place.locator("strong", has_text="Ģimenes foto: palika")).to_have_count(4)
    expect(place.get_by_text("pazuda")).to_have_count(0)
    key(place.get_by_role("button", name="Pārbaudīt plānu"), "Enter")
    expect(place.get_by_text("Plāns iztur visas nelaimes, un princips 3-2-1 ir ievērots.")).to_be_visible()
    assert_accessible(tab)
    tab.reload()
    expect(place.get_by_text("Plāns iztur visas nelaimes")).to_be_visible(timeout=90_000)


def test_scored_tasks_say_nothing_about_right_and_wrong_and_ask_for_no_password(tab: Page, serve: Serve) -> None:
    served = serve(AS_ITEMS, "Assessment(page)")
    tab.goto(served.url)
    tab.get_by_role("button", name="Sākt pārbaudes darbu").click(timeout=90_000)
    tab.add_style_tag(content=STYLES)
    backup, passwords = (tab.locator(f"#uzdevums-{place}") for place in (1, 2))

    backup.get_by_role("group", name="Kora notis").get_by_label("Mākonis").click()
    expect(backup.get_by_role("group", name="Kora notis")).to_contain_text("Eksemplāri: 2")
    passwords.get_by_role("button", name="Šī secība ir pareiza").click()
    passwords.get_by_role("group", name="E-pastam, bankai un veikalam").get_by_label("Droši", exact=True).check()

    expect(tab.get_by_text("Atbildēts uz 2 no 2 uzdevumiem")).to_be_visible()
    expect(tab.get_by_role("status").filter(has_text="Saglabāts")).to_have_count(2)
    expect(tab.get_by_role("button", name="Pārbaudīt")).to_have_count(0)
    expect(tab.get_by_role("textbox")).to_have_count(0)
    expect(tab.locator(".feedback, .part-why")).to_have_count(0)
    assert_accessible(tab)
    tab.reload()
    expect(tab.get_by_text("Atbildēts uz 2 no 2 uzdevumiem")).to_be_visible(timeout=90_000)
    assert actions(served, "m02.5-v1") == [{"do": "copy", "thing": "notis", "medium": "makonis"}]


def test_without_the_estimator_it_is_said_and_the_tasks_go_on(tab: Page, serve: Serve) -> None:
    gone = "from lideri.practice import estimator\nestimator.module_text = lambda: 'throw new Error()'"
    served = serve(SCENARIOS, gone, 'Place("m02.5-paroles", page)')
    lab = opened(tab, served, "Paroļu laboratorija")

    expect(lab.get_by_text("Vērtētāju neizdevās ielādēt.")).to_be_visible()
    expect(lab.get_by_label("Izdomāta parole")).to_be_disabled()
    lab.get_by_role("group", name="E-pastam ir parole").get_by_label("Droši", exact=True).check()
    expect(lab.get_by_role("status").filter(has_text="Saglabāts")).to_be_visible()
