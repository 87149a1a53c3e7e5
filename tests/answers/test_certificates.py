"""Certificates: who gets one, who may issue and revoke, and what the page shows that anybody can open."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lideri.answers.limits import Limit
from lideri.answers.pages import certificates as pages
from lideri.course.catalogue import PageEntry
from lideri.credentials import Certificate, Content, new_code
from lideri.credentials.badge import as_badge
from lideri.credentials.proof import KEY_FILE
from lideri.store.people import Person
from lideri.store.queue import GradedItem
from tests.answers.test_pages import CHROMIUM, EVIL, NOW, World, heading
from tests.credentials.paper import content
from tests.credentials.test_badge import opinions_with

PAGES = {
    "2.1": PageEntry(page="2.1", title="Riski", lead="…", minutes=30, exercises=("p1",)),
    "2.2": PageEntry(page="2.2", title="Informācija", lead="…", minutes=30, exercises=("p3",)),
}


class Certifying(World):
    """A course in which one module and its pages are all that a certificate needs, unless `rule` says more."""

    def __init__(self, folder: Path, **rule: Any) -> None:
        super().__init__(folder, pages=PAGES)
        asked = {"modules_passed": "visi", "all_pages_done": True, "final_test": False, "confirmed_people": 0} | rule
        decision = self.settings.certificate.model_copy(
            update={"value": self.settings.certificate.value.model_copy(update=asked)}
        )
        self.settings = self.settings.model_copy(update={"certificate": decision})
        object.__setattr__(self.context, "course_settings", self.settings)

    def finish_everything(self, person: Person) -> None:
        self.do_pages(person)
        self.pass_module(person)

    def do_pages(self, person: Person) -> None:
        for page, exercise in (("2.1", "p1"), ("2.1", "p2"), ("2.2", "p3")):
            self.store.learning.save_answer(
                person.id, page, exercise, {"kind": "x"}, seq=1, checked=True, now=NOW, outcome="right"
            )

    def pass_module(self, person: Person) -> None:
        self.submit(person)
        submission = self.store.queue.claim("test", now=NOW, lease=timedelta(minutes=1))
        assert submission is not None
        right = [GradedItem(f"{submission.form}.{n}", 1, "right", 2.0, 2.0, {"your_answer": ["a"]}) for n in (1, 2, 3)]
        assert self.store.queue.finish(submission.id, "test", right, now=NOW)

    def give(self, person: Person, **stated: Any) -> Certificate:
        values: dict[str, Any] = {"name": person.name} | stated
        return self.store.certificates.issue(person.id, content(**values), now=NOW)

    def events(self, kind: str) -> list[tuple[str | None, str]]:
        for future in list(self.context.background):
            future.result()
        return [(event.person_id, event.subject) for event in self.store.people.events(kind=kind)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Certifying]:
    made = Certifying(tmp_path)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _nobody_asked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LIMIT", Limit(each=60, together=3000, within=timedelta(minutes=10)))
    pages._forget_lists()


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


# ── getting one ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_trainee_sees_what_is_missing_and_cannot_take_it_before(world: Certifying) -> None:
    daina = world.browser("daina")
    world.do_pages(world.daina)

    page = plain(daina.see("apliecibas/mana"))
    daina.fill_in("apliecibas/mana", 403)

    assert "Ieskaitīti 0 no 1." in page
    assert "Pabeigtas 2 no 2." in page
    assert "jāapstiprina VARAM" in page
    assert "saņemt apliecību" not in page.lower()
    assert "Apliecība: kas tai vajadzīgs" in daina.see()
    assert world.store.certificates.of_person(world.daina.id) == []


def test_when_everything_is_done_it_is_there_to_take_with_the_name_to_look_at_first(world: Certifying) -> None:
    daina = world.browser("daina")
    world.finish_everything(world.daina)

    assert "Apliecība ir gatava" in daina.see()
    assert "Daina Paraudziņa" in plain(daina.see("apliecibas/mana"))
    daina.fill_in("apliecibas/mana", 302)
    daina.fill_in("apliecibas/mana", 302)

    (made,) = world.store.certificates.of_person(world.daina.id)
    assert made.content.name == "Daina Paraudziņa" and not made.content.by_decision
    assert [module.id for module in made.content.modules] == ["2"]
    page = daina.see("apliecibas/mana")
    assert made.code in page and "aplieciba.pdf" in page and "nozimite.json" in page
    assert "Atvērt apliecību" in daina.see()
    assert world.events("certificate-issued") == [(world.daina.id, made.id)]


def test_what_a_rule_asks_that_this_course_does_not_have_yet_is_said_and_holds_it_back(tmp_path: Path) -> None:
    world = Certifying(tmp_path, final_test=True, confirmed_people=10)
    try:
        world.finish_everything(world.daina)
        daina = world.browser("daina")

        page = plain(daina.see("apliecibas/mana"))
        daina.fill_in("apliecibas/mana", 403)

        assert "Noslēguma tests ir nokārtots" in page
        assert "Palīdzība 10 cilvēkiem ir apstiprināta" in page
        assert "Ieskaitīti 1 no 1." in page
    finally:
        world.close()


def test_the_paper_and_the_badge_are_for_their_owner(world: Certifying) -> None:
    made = world.give(world.daina)

    pdf = world.browser("daina").get(world.at("apliecibas/mana/aplieciba.pdf"), timeout=20)
    badge = world.browser("daina").get(world.at("apliecibas/mana/nozimite.json"), timeout=20)

    assert pdf.headers["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    assert f"aplieciba-{made.code}.pdf" in pdf.headers["Content-Disposition"]
    assert badge.json()["credentialSubject"]["identifier"][0]["identityHash"] == "Daina Paraudziņa"
    assert len(world.events("certificate-downloaded")) == 2
    world.browser("cita").see("apliecibas/mana/aplieciba.pdf", 404)
    world.browser("cita").see(f"apliecibas/cilveki/{world.daina.id}", 403)
    world.browser("cita").see(f"apliecibas/cilveki/{world.daina.id}/aplieciba.pdf", 403)
    assert "login" in world.browser().goes_to("apliecibas/mana/aplieciba.pdf")


def test_the_badge_from_the_page_passes_the_other_verifier_until_it_is_revoked(world: Certifying) -> None:
    world.give(world.daina)
    badge = world.browser("daina").get(world.at("apliecibas/mana/nozimite.json"), timeout=20).json()
    issuer = pages.issuer_in(world.context.settings.run_folder)

    def public() -> dict[str, Any]:
        return dict(world.browser().get(world.at("apliecibas/stavokli"), timeout=20).json())

    assert issuer.has_signed(public()) and issuer.has_signed(badge)
    assert badge["credentialStatus"]["statusListCredential"] == public()["id"]
    assert opinions_with([badge], public()) == [{"verified": True, "why": []}]
    world.browser("vadosais").fill_in(f"apliecibas/cilveki/{world.daina.id}/atsaukt", 302, iemesls="Kļūda vārdā.")
    assert opinions_with([badge], public()) == [{"verified": False, "why": ["revoked"]}]


def test_the_issuers_page_says_which_key_signs_and_never_the_key_itself(world: Certifying) -> None:
    answer = world.browser().get(world.at("apliecibas/izdevejs"), timeout=20)

    said = answer.json()

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert said["id"] == pages.issuer_in(world.context.settings.run_folder).id
    assert "PRIVATE" in (world.context.settings.run_folder / KEY_FILE).read_text()
    assert "PRIVATE" not in answer.text
    world.browser().see(f"apliecibas/{KEY_FILE}", 404)


# ── issuing and revoking ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_trainer_sees_the_cohort_but_only_a_lead_trainer_decides(world: Certifying) -> None:
    place = f"apliecibas/cilveki/{world.daina.id}"

    page = plain(world.browser("ineta").see(f"grupas/{world.cohort.id}/apliecibas"))

    assert "Daina Paraudziņa" in page and "Izpildīts 0 no 2 prasībām." in page
    assert "Apliecību izsniedz un atsauc vadošais pasniedzējs." in world.browser("ineta").see(place)
    world.browser("ineta").fill_in(place, 403, iemesls="Es gribu.")
    world.browser("ineta").fill_in(f"{place}/atsaukt", 403, iemesls="Es gribu.")
    world.browser("svess").see(place, 404)
    world.browser("svess").see(f"grupas/{world.cohort.id}/apliecibas", 404)
    world.browser("daina").fill_in(place, 403, iemesls="Es gribu.")
    world.browser("vadiba").see(place, 403)
    assert world.store.certificates.of_person(world.daina.id) == []


def test_a_decision_needs_a_reason_and_the_certificate_says_that_it_was_one(world: Certifying) -> None:
    place = f"apliecibas/cilveki/{world.daina.id}"
    lead = world.browser("vadosais")

    refused = lead.fill_in(place, 400, iemesls="   ").text
    lead.fill_in(place, 302, iemesls="Darbi nodoti klātienē.")

    assert "Uzraksti iemeslu vismaz vienā teikumā." in refused
    (made,) = world.store.certificates.of_person(world.daina.id)
    assert made.content.by_decision and made.reason == "Darbi nodoti klātienē."
    assert made.content.modules == ()
    shown = plain(world.browser().see(f"apliecibas/{made.code}"))
    assert "ar vadošā pasniedzēja lēmumu" in shown and "klātienē" not in shown
    assert world.events("certificate-issued") == [(world.lead.id, made.id)]


def test_revoked_is_shown_to_all_and_the_reason_to_the_owner_alone(world: Certifying) -> None:
    world.finish_everything(world.daina)
    made = world.give(world.daina)
    place = f"apliecibas/cilveki/{world.daina.id}"
    lead = world.browser("vadosais")

    refused = lead.fill_in(f"{place}/atsaukt", 400, iemesls="").text
    lead.fill_in(f"{place}/atsaukt", 302, iemesls="Vārds ierakstīts nepareizi.")
    lead.fill_in(f"{place}/atsaukt", 404, iemesls="Vēlreiz.")

    assert "Uzraksti iemeslu" in refused
    public = plain(world.browser().see(f"apliecibas/{made.code}"))
    assert "Apliecība ir atsaukta" in public and "2026. gada 21. novembrī" in public
    assert "Daina" not in public and "nepareizi" not in public and "Apgūti" not in public
    own = plain(world.browser("daina").see("apliecibas/mana"))
    assert "Apliecība ir atsaukta" in own and "Vārds ierakstīts nepareizi." in own
    world.browser("daina").see("apliecibas/mana/aplieciba.pdf", 404)
    world.browser("daina").see("apliecibas/mana/nozimite.json", 404)
    world.browser("daina").fill_in("apliecibas/mana", 403)
    assert world.events("certificate-revoked") == [(world.lead.id, made.id)]

    lead.fill_in(place, 302, iemesls="Vārds izlabots.")
    new = world.store.certificates.of_person(world.daina.id)
    assert [each.valid for each in new] == [True, False] or [each.valid for each in new] == [False, True]
    assert len({each.code for each in new}) == 2
    assert "Apliecība ir atsaukta" in world.browser().see(f"apliecibas/{made.code}")


def test_what_it_states_never_changes(world: Certifying) -> None:
    made = world.give(world.daina)

    again = world.store.certificates.issue(world.daina.id, content("Cita Persona"), now=NOW + timedelta(days=1))

    assert again == made
    assert "Daina Paraudziņa" in world.browser().see(f"apliecibas/{made.code}")


# ── the page that anybody can open ──────────────────────────────────────────────────────────────────────────────────


def test_anybody_with_the_code_sees_what_the_paper_says_and_nothing_more(world: Certifying) -> None:
    made = world.give(world.daina)

    answer = world.browser().get(world.at(f"apliecibas/{made.code}"), timeout=20)
    page = plain(answer.text)

    assert heading(answer.text) == "Apliecība ir derīga"
    for words in ("Daina Paraudziņa", "2026. gada 20. novembrī", "Nokārtots noslēguma tests.", made.code):
        assert words in page
    for secret in (world.daina.id, made.id, "daina@", "pagasts.example", world.daina.username + '"', "Alūksnes grupa"):
        assert secret not in answer.text
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert len(world.events("certificate-checked")) == 1


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: f" {code.replace('-', ' ')} ",
        lambda code: code.replace("-", "–").replace("0", "O").replace("1", "l"),
    ],
)
def test_a_code_may_be_typed_as_people_type(world: Certifying, typed: Callable[[str], str]) -> None:
    made = world.give(world.daina)

    answer = world.browser().get(world.at("apliecibas"), params={"kods": typed(made.code)}, timeout=20)

    assert answer.url == world.at(f"apliecibas/{made.code}")
    assert heading(answer.text) == "Apliecība ir derīga"


def test_a_wrong_code_says_so_and_nothing_else(world: Certifying) -> None:
    made = world.give(world.daina)
    last = made.code[-1]
    slip = made.code[:-1] + ("0" if last != "0" else "2")

    unknown = [world.browser().see(f"apliecibas/{new_code()}", 404) for _ in range(3)]
    mistyped = world.browser().see(f"apliecibas/{slip}", 404)

    for page in unknown:
        assert "Apliecības ar šādu kodu nav." in page and "Daina" not in page
    assert "Kods nav uzrakstīts pareizi." in mistyped and "Daina" not in mistyped
    assert len({re.sub(r"[0-9A-Z-]{23}", "", plain(page)) for page in unknown}) == 1, "one answer for all of them"


@pytest.mark.parametrize(
    "path",
    ["cilveki", "mana.pdf", "%3Cscript%3E", "' or 1=1 --", "a" * 150, "%00", "%F0%9F%98%80", "..%2f..%2fetc", "%25s%n"],
)
def test_odd_addresses_find_nothing_and_break_nothing(world: Certifying, path: str) -> None:
    world.give(world.daina)

    page = world.browser().see(f"apliecibas/{path}", 404)

    assert "Daina" not in page
    assert "<script>" not in page.split("<main", 1)[-1]


def test_html_in_a_name_is_a_name(world: Certifying) -> None:
    evil = world.person("launs", EVIL)
    made = world.give(evil)

    page = world.browser().see(f"apliecibas/{made.code}")
    own = world.browser("launs").see("apliecibas/mana")
    lead = world.browser("vadosais").see(f"apliecibas/cilveki/{evil.id}")
    pdf = world.browser("launs").get(world.at("apliecibas/mana/aplieciba.pdf"), timeout=20)

    for each in (page, own, lead):
        assert "<script>document" not in each and "&lt;script&gt;" in each
    assert pdf.content.startswith(b"%PDF-")


def test_a_demonstration_never_looks_valid(world: Certifying) -> None:
    person = world.person("paraugs", "Paraugs Paraudziņš", is_demo=True)
    made = world.give(person, is_demo=True)

    page = world.browser().see(f"apliecibas/{made.code}")

    assert heading(page) == "Demonstrācijas apliecība – nav derīga"
    assert "Apliecība ir derīga" not in page


def test_guessing_is_slowed_down_for_the_guesser_alone(world: Certifying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LIMIT", Limit(each=5, together=100, within=timedelta(minutes=10)))
    made = world.give(world.daina)

    def ask(code: str, address: str) -> int:
        claimed = {"X-Forwarded-For": f"9.9.9.9, {address}"}
        return int(world.browser().get(world.at(f"apliecibas/{code}"), headers=claimed, timeout=20).status_code)

    assert [ask(new_code(), "10.0.0.1") for _ in range(7)] == [404] * 5 + [429] * 2
    assert ask(made.code, "10.0.0.1") == 429, "a right guess among too many is no answer either"
    assert ask(made.code, "10.0.0.2") == 200
    assert world.browser().get(world.at("apliecibas"), timeout=20).status_code == 200, "the form is always there"


def test_the_limit_forgets_after_a_while_and_holds_for_all_together() -> None:
    limit = Limit(each=2, together=3, within=timedelta(minutes=10))

    first = [limit.allow(address, NOW) for address in ("a", "a", "a", "b", "c")]
    later = limit.allow("a", NOW + timedelta(minutes=10))

    assert first == [True, True, False, True, False]
    assert later


def test_the_store_keeps_one_valid_certificate_for_a_person_whoever_presses_first(world: Certifying) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def press(_: int) -> str:
        return world.store.certificates.issue(world.daina.id, content(), now=NOW).id

    with ThreadPoolExecutor(4) as several:
        made = set(several.map(press, range(8)))

    assert len(made) == 1
    assert len(world.store.certificates.of_person(world.daina.id)) == 1


def test_contents_are_checked_when_they_are_read_back(world: Certifying) -> None:
    made = world.give(world.daina)

    assert Content.model_validate(json.loads(made.content.model_dump_json())) == made.content
    badge = as_badge(made, pages.issuer_in(world.context.settings.run_folder), check_page="https://x.example/a")
    assert badge["id"] == f"https://x.example/a/{made.code}"


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_in_a_browser_it_is_taken_checked_and_revoked(world: Certifying, tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    world.finish_everything(world.daina)

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])

        def come(who: str = "") -> Any:
            context = chromium.new_context()
            if who:
                context.add_cookies([{"name": "as", "value": who, "url": world.origin}])
            return context.new_page()

        daina = come("daina")
        daina.goto(world.at())
        daina.get_by_role("link", name="Saņemt apliecību").click()
        daina.get_by_role("button", name="Vārds ir pareizs, saņemt apliecību").click()
        with daina.expect_download() as waiting:
            daina.get_by_role("link", name="Apliecība (PDF, A4)").click()
        waiting.value.save_as(tmp_path / "aplieciba.pdf")
        code = daina.locator(".card .address").inner_text()
        assert (tmp_path / "aplieciba.pdf").read_bytes().startswith(b"%PDF-")

        stranger = come()
        stranger.goto(world.at("apliecibas"))
        stranger.get_by_label("Apliecības kods").press_sequentially(code.lower().replace("-", " "))
        stranger.keyboard.press("Enter")
        expect(stranger.get_by_role("heading", name="Apliecība ir derīga")).to_be_visible()
        expect(stranger.get_by_text("Daina Paraudziņa")).to_be_visible()

        lead = come("vadosais")
        lead.goto(world.at(f"grupas/{world.cohort.id}"))
        lead.get_by_role("link", name="Apliecības").click()
        lead.get_by_role("link", name="Daina Paraudziņa").click()
        lead.get_by_label("Iemesls").fill("Vārds ierakstīts nepareizi.")
        lead.get_by_role("button", name="Atsaukt apliecību").click()
        expect(lead.get_by_role("heading", name="Atsauktās apliecības")).to_be_visible()

        stranger.reload()
        expect(stranger.get_by_role("heading", name="Apliecība ir atsaukta")).to_be_visible()
        assert "Daina" not in stranger.content()
        chromium.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_every_new_page_is_free_of_axe_findings_and_fits(world: Certifying) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    long_name = world.person("garais", ("Žanete Ķēniņa-Čūskiņa " * 10)[:200].strip())
    made = world.give(long_name)
    world.finish_everything(world.daina)
    revoked = world.give(world.other)
    world.store.certificates.revoke(revoked.id, reason="Kļūda.", revoked_by=world.lead.id, now=NOW)
    visits = [
        ("daina", ""),
        ("daina", "apliecibas/mana"),
        ("garais", "apliecibas/mana"),
        ("cita", "apliecibas/mana"),
        ("", "apliecibas"),
        ("", f"apliecibas/{made.code}"),
        ("", f"apliecibas/{revoked.code}"),
        ("", "apliecibas/nepareizi"),
        ("vadosais", f"grupas/{world.cohort.id}/apliecibas"),
        ("vadosais", f"apliecibas/cilveki/{long_name.id}"),
        ("vadosais", f"apliecibas/cilveki/{world.daina.id}"),
        ("vadosais", f"apliecibas/cilveki/{world.other.id}"),
    ]
    wrong = []

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for theme, width in (("light", 1280), ("dark", 320)):
            for who, path in visits:
                context = chromium.new_context(color_scheme=theme, viewport={"width": width, "height": 800})
                if who:
                    context.add_cookies([{"name": "as", "value": who, "url": world.origin}])
                page = context.new_page()
                page.goto(world.at(path))
                found = Axe().run(page).response["violations"]
                wrong += [(path, theme, each["id"], each["nodes"][0]["html"][:120]) for each in found]
                if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                    wrong.append((path, theme, "too wide", ""))
                context.close()
        chromium.close()

    assert wrong == []
