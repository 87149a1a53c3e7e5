"""«Otrais vērtējums» and «Vērtētāju saskaņa»: blind until one's own mark is in, by no other way either."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_pages import CHROMIUM, NOW, RUBRIC, World

from lideri.measurement.agreement import agreement
from lideri.reports.marking import marker_agreement
from lideri.store.people import Person

COMMENT = "Slepenais pirmais komentārs"
TEXT = "Vispirms piezvanām bankai, tad rakstām iesniegumu."
LOW, HIGH = {"drosiba": 0.0, "valoda": 0.0}, {"drosiba": 3.0, "valoda": 3.0}


class Marking(World):
    """Two trainers of one cohort, one of another, a lead trainer; every free answer is to be marked twice."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, second_share=1.0)
        self.zigurds = self.person("zigurds", "Zigurds Kolēģis", role="trainer")
        self.store.people.set_trainers(self.cohort.id, [self.ineta.id, self.zigurds.id], now=NOW, made_by=None)

    def marked(self, whose: Person | None = None, points: dict[str, float] | None = None) -> str:
        """A free answer with a first mark by Ineta; the submission's id."""
        self.submit(whose or self.daina, text=TEXT)
        submission = self.grade()
        self.store.queue.put_mark(
            submission, "m02-a.3", points or HIGH, comment=COMMENT, marked_by=self.ineta.id, now=NOW
        )
        return submission

    def trainee(self, number: int) -> Person:
        made = self.person(f"dalibnieks{number}", f"Dalībniece Numur{number}")
        self.store.people.add_member(self.cohort.id, made.id, now=NOW)
        return made

    def link(self, who: str) -> str:
        """The address of the first answer that waits for a second mark."""
        return links(self.browser(who).see("vertesana"))[0]

    def link_of_talk(self, who: str) -> str:
        """The address of the first pair to talk over."""
        page = self.browser(who).see("vertesana").split("Vērtējumi atšķiras – pārrunājiet")[1]
        return links(page)[0]


def links(page: str) -> list[str]:
    return re.findall(r'href="/services/lideri/(otrais/[0-9a-f]{32})"', page)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Marking]:
    made = Marking(tmp_path)
    yield made
    made.close()


def test_a_colleague_marks_blind_and_then_both_see_the_pair(world: Marking) -> None:
    submission = world.marked()
    before = world.store.queue.marks(submission)
    link = world.link("zigurds")
    form = world.browser("zigurds").see(link)
    assert TEXT in form and "Ko tu teiksi klientam?" in form and "Vispirms banka" in form

    answer = world.browser("zigurds").fill_in(link, 302, k_drosiba="1", k_valoda="0", komentars="Kur banka?")

    assert answer.headers["Location"] == f"/services/lideri/{link}"
    for who in ("zigurds", "ineta", "vadosais"):
        pair = world.browser(who).see(link)
        assert "Vērtējumi atšķiras – pārrunājiet" in pair
        assert "Ineta Pasniedzēja" in pair or who == "ineta"
        assert "Kur banka?" in pair and "Banka nav minēta" in pair
        assert "Vērtējumi atšķiras – pārrunājiet" in world.browser(who).see("vertesana")
    assert world.store.queue.marks(submission) == before
    assert "Vērtēt no jauna" in world.browser("ineta").see(link)
    assert "Vērtēt no jauna" not in world.browser("zigurds").see(link)


def test_marking_anew_takes_the_pair_from_the_list_and_leaves_it_in_the_agreement(world: Marking) -> None:
    submission = world.marked()
    link = world.link("zigurds")
    world.browser("zigurds").fill_in(link, 302, k_drosiba="1", k_valoda="0", komentars="")

    world.browser("ineta").fill_in(
        f"vertesana/{submission}", 302, uzdevums="m02-a.3", k_drosiba="1", k_valoda="0", komentars="", redzets="1"
    )

    assert "pārrunājiet" not in world.browser("ineta").see("vertesana")
    assert "saglabāts no jauna: tagad 3 punkti" in world.browser("ineta").see(link)
    assert world.store.second_marks.pairs()[0].apart == 3.0


def test_marks_that_are_near_are_nothing_to_talk_over(world: Marking) -> None:
    world.marked()
    link = world.link("vadosais")

    answer = world.browser("vadosais").fill_in(link, 302, k_drosiba="0", k_valoda="0", komentars="")

    assert answer.headers["Location"] == "/services/lideri/vertesana?otrais=1"
    assert "pārrunājiet" not in world.browser("vadosais").see("vertesana")


# ── what must not be seen, and by whom ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["zigurds", "vadosais", "admins"])
def test_the_first_mark_is_seen_by_no_address_before_ones_own_is_in(world: Marking, who: str) -> None:
    submission = world.marked(points={"drosiba": 3.0, "valoda": 0.0})
    browser = world.browser(who)
    code = world.link(who)
    pages = {path: browser.see(path) for path in ("vertesana", code, "saskana")}

    refused = [
        browser.see(path, 404)
        for path in (f"vertesana/{submission}?uzdevums=m02-a.3", f"otrais/{submission.replace('-', '')}")
    ]
    other_item = browser.see(f"vertesana/{submission}")  # the answer that the program could not tell is there as ever

    for path, page in [*pages.items(), *enumerate(refused), ("other", other_item)]:
        assert COMMENT not in page, path
        assert "Jau novērtētās" not in page, path
    assert "Ineta" not in pages[code] and "Daina" not in pages[code] and submission not in pages[code]
    assert " checked" not in pages[code].split("<main")[1]
    assert "Daina" not in pages["vertesana"]
    assert submission not in "".join(re.findall(r"otrais/[^\"]+", pages["vertesana"]))
    assert "Divreiz novērtētu atbilžu vēl nav" in pages["saskana"]


def test_a_mark_given_at_the_same_time_is_offered_as_the_second_and_overwrites_nothing(world: Marking) -> None:
    submission = world.marked()

    answer = world.browser("zigurds").fill_in(
        f"vertesana/{submission}",
        409,
        uzdevums="m02-a.3",
        k_drosiba="1",
        k_valoda="1",
        komentars="Mans teksts",
        redzets="1",
    )

    assert "tikmēr novērtēja kolēģis" in answer.text and "Mans teksts" in answer.text
    assert COMMENT not in answer.text and "Ineta" not in answer.text
    assert len(re.findall(r'value="1"[^>]* checked', answer.text.split("<main")[1])) == 2
    assert world.store.queue.marks(submission)["m02-a.3"].total == 6.0
    assert world.store.second_marks.pairs() == []


def test_nobody_else_gets_to_the_answer_or_the_pair(world: Marking) -> None:
    world.marked()
    link = world.link("zigurds")
    marks = {"k_drosiba": "0", "k_valoda": "0", "komentars": ""}

    world.browser("svess").see(link, 404)
    world.browser("svess").fill_in(link, 404, **marks)
    world.browser("ineta").see(link, 404)  # her own mark
    world.browser("ineta").fill_in(link, 404, **marks)
    for who in ("daina", "vadiba"):
        world.browser(who).see(link, 403)
        world.browser(who).fill_in(link, 403, **marks)
        world.browser(who).see("saskana", 403)
    assert world.store.second_marks.pairs() == []

    world.browser("vadosais").fill_in(link, 302, **marks)

    for who in ("svess", "zigurds"):  # neither gave one of the two
        world.browser(who).see(link, 404)
    for who in ("daina", "vadiba"):
        world.browser(who).see(link, 403)
    assert "Divreiz novērtētu atbilžu vēl nav" in world.browser("svess").see("saskana")


def test_a_second_mark_is_given_once(world: Marking) -> None:
    world.marked()
    link = world.link("zigurds")
    world.browser("zigurds").fill_in(link, 302, k_drosiba="1", k_valoda="1", komentars="")

    again = world.browser("zigurds").fill_in(link, 200, k_drosiba="0", k_valoda="0", komentars="")

    assert "jau ir saglabāts" in again.text
    assert world.store.second_marks.pairs()[0].second.total == 0.0
    world.browser("vadosais").fill_in(link, 409, k_drosiba="0", k_valoda="0", komentars="")


def test_a_mark_that_is_not_whole_keeps_what_was_typed_and_a_form_without_token_changes_nothing(
    world: Marking,
) -> None:
    world.marked()
    link, zigurds = world.link("zigurds"), world.browser("zigurds")

    answer = zigurds.fill_in(link, 400, k_drosiba="1", komentars="Garš teksts <b>")
    assert "Saprotami: izvēlies punktus" in answer.text and "Garš teksts &lt;b&gt;" in answer.text
    assert zigurds.post(world.at(link), data={"k-drosiba": "0", "k-valoda": "0"}, timeout=20).status_code == 403
    for odd in ("2", "-1", "x", "٣"):
        zigurds.fill_in(link, 400, k_drosiba=odd, k_valoda="0", komentars="")

    assert world.store.second_marks.pairs() == []


def test_the_result_of_the_trainee_says_nothing_of_a_second_mark(world: Marking) -> None:
    world.marked()
    world.write_marks()
    attempt = world.store.queue.submissions()[0].attempt_id
    before = world.browser("daina").see(f"rezultati/{attempt}")

    world.browser("zigurds").fill_in(world.link("zigurds"), 302, k_drosiba="1", k_valoda="1", komentars="Otrais!")

    after = world.browser("daina").see(f"rezultati/{attempt}")
    assert (after == before) and "Otrais!" not in after


# ── how far they agree ──────────────────────────────────────────────────────────────────────────────────────────────


FIRST = [(3, 3), (3, 0), (0, 0), (3, 3), (0, 3), (3, 3)]
SECOND = [(3, 3), (0, 0), (0, 0), (3, 0), (0, 3), (0, 3)]


def many(world: Marking, first: list[Any], second: list[Any]) -> None:
    for number, (one, other) in enumerate(zip(first, second, strict=True)):
        submission = world.marked(world.trainee(number), dict(zip(("drosiba", "valoda"), one, strict=True)))
        world.store.second_marks.put(
            submission,
            "m02-a.3",
            dict(zip(("drosiba", "valoda"), other, strict=True)),
            comment="",
            marked_by=world.zigurds.id,
            now=NOW,
        )


def test_the_page_shows_the_kappa_of_the_same_pairs(world: Marking) -> None:
    many(world, FIRST, SECOND)
    expected = [
        agreement([one[k] // 3 for one in FIRST], [one[k] // 3 for one in SECOND], 2, weights="quadratic")
        for k in (0, 1)
    ]
    sums = agreement([sum(one) for one in FIRST], [sum(one) for one in SECOND], 7, weights="quadratic")

    page = world.browser("vadosais").see("saskana")

    for found in (*expected, sums):
        assert f"{found.kappa:.2f} – ".replace(".", ",") in page
        assert f"{round(found.exact * 6)} no 6" in page
    found = marker_agreement(world.store.second_marks.pairs(), min_pairs=5)
    assert [row.kappa for row in found.tasks[0].criteria] == [one.kappa for one in expected]
    assert found.total.kappa == found.tasks[0].total.kappa == sums.kappa
    assert "Dalībniece" not in page and "Daina" not in page and "Ineta" not in page


def test_the_page_says_which_levels_are_taken_for_each_other(world: Marking) -> None:
    many(world, FIRST, SECOND)

    page = world.browser("zigurds").see("saskana")

    worst = page.split("Kur vērtētāji visvairāk atšķiras")[1].split("Pa uzdevumiem")[0]
    assert worst.index("Klients: Drošība vispirms") < worst.index("Klients: Saprotami")
    assert "Visbiežāk sajauc 0 un 3 punktus: 2 no 2 atšķirībām" in worst
    assert "Banka nav minēta" in worst and "Vispirms banka" in worst


def test_too_few_pairs_are_counted_but_not_called_agreement(world: Marking) -> None:
    many(world, FIRST[:4], SECOND[:4])

    page = world.browser("vadosais").see("saskana")

    assert page.count("vēl par maz pāru") == 4  # two criteria, their sum, everything
    assert "Kur vērtētāji visvairāk atšķiras" not in page
    assert "simulēti" not in page


def test_agreement_without_any_spread_is_no_number(world: Marking) -> None:
    many(world, [(3, 3)] * 5, [(3, 3)] * 5)

    assert "nevar aprēķināt: visi vērtējumi ir vienādi" in world.browser("vadosais").see("saskana")


def test_a_trainer_sees_the_agreement_of_the_own_cohorts_only(world: Marking) -> None:
    many(world, FIRST, SECOND)

    assert "Divreiz novērtētu atbilžu vēl nav" in world.browser("svess").see("saskana")
    assert RUBRIC["title"] in world.browser("ineta").see("saskana")


def test_simulated_markers_are_said_to_be_simulated(world: Marking) -> None:
    izdoma = world.person("izdoma", "Izdomāta Dalībniece", is_demo=True)
    world.store.people.add_member(world.cohort.id, izdoma.id, now=NOW)
    submission = world.marked(izdoma)
    world.store.second_marks.put(submission, "m02-a.3", LOW, comment="", marked_by=world.zigurds.id, now=NOW)

    for path in ("saskana", world.link_of_talk("ineta")):
        assert "simulēti vērtētāji" in world.browser("ineta").see(path)


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_every_new_page_is_free_of_axe_findings_and_fits(world: Marking) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    many(world, FIRST, SECOND)
    world.marked()
    code, pair = world.link("zigurds"), world.link_of_talk("ineta")

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for theme, width in (("light", 1280), ("dark", 320)):
            for who, path in (("ineta", "vertesana"), ("zigurds", code), ("ineta", pair), ("vadosais", "saskana")):
                context = chromium.new_context(color_scheme=theme, viewport={"width": width, "height": 800})
                context.add_cookies([{"name": "as", "value": who, "url": world.origin}])
                page = context.new_page()
                page.goto(world.at(path))
                violations = Axe().run(page).response["violations"]
                assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == [], (path, theme, width)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
                context.close()
        chromium.close()
