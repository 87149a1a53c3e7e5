"""The whole loop with real parts: a trainee learns and is assessed, a trainer judges, the ministry sees."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from lideri.course.loading import Course
from tests.browser.person import Person, right_answer
from tests.hub.system import RunningSystem

pytestmark = [pytest.mark.browser, pytest.mark.hub]
Come = Callable[..., Person]
SAVED = re.compile("[Ss]aglabāts|[Ss]aglabāta")
ASSESSMENT = "/services/macibas/2/parbaude"


def take_the_assessment(me: Person, course: Course, form_id: str, *, start: str) -> None:
    """Answer everything right but the free text, which a person has to judge, and submit."""
    page = me.page
    me.open(ASSESSMENT)
    me.press(page.get_by_role("button", name=start))
    form = next(form for form in course.blueprints["m02"].forms if form.id == form_id)
    expect(page.get_by_text("Atbildēts uz 0 no 13")).to_be_visible()
    for name in form.items:
        me.answer(course.items[name], right_answer(course.items[name]))
    expect(page.get_by_text("Atbildēts uz 13 no 13")).to_be_visible()
    me.press(page.get_by_role("button", name="Iesniegt darbu"))
    me.press(page.get_by_role("dialog").get_by_role("button", name="Iesniegt", exact=True))
    page.wait_for_url(re.compile(r"/services/lideri/rezultati/"))
    expect(page.get_by_text(re.compile("24 no 30"))).to_be_visible()


def judge(trainer: Person, text: str, *, comment: str) -> None:
    """Open the text in «Vērtēšana», give two points for every criterion, say something, save."""
    page = trainer.page
    trainer.open("/services/lideri/vertesana")
    trainer.press(page.get_by_role("link", name=re.compile(r"^Vērtēt(?!ā)")).last)  # the newest one; names are hidden
    expect(page.get_by_text(text)).to_be_visible()
    groups = page.get_by_role("group").filter(has=page.get_by_role("radio"))
    for group in groups.all():
        trainer.tick(group.get_by_role("radio").first)  # the fullest level stands first
    trainer.write(page.get_by_role("textbox", name=re.compile("omentārs")), comment)
    trainer.press(page.get_by_role("button", name=re.compile("^Saglabāt")))
    expect(page.get_by_text(SAVED).first).to_be_visible()


def test_from_the_first_log_in_to_the_ministry(somebody: Come, course: Course, system: RunningSystem) -> None:
    trainee = somebody("dalibnieks")
    page = trainee.page
    expect(page.get_by_role("heading", name=re.compile("Esi digitālais līderis"))).to_be_visible()
    expect(page.get_by_role("heading", name="Pildi sākuma testu")).to_be_visible()

    expect(page.get_by_role("link", name=re.compile("Informācijpratība"))).to_be_hidden()  # the first module is open
    trainee.press(page.get_by_text("Nodaļas 2. modulī"))
    trainee.press(page.get_by_role("link", name=re.compile("Informācijpratība")).first)
    expect(page.get_by_role("heading", name="2.2. Informācijpratība")).to_be_visible()
    question = page.get_by_role("group").filter(has=page.get_by_role("radio")).first
    chosen = question.get_by_role("radio").first
    trainee.tick(chosen)
    expect(page.get_by_text(re.compile(r"Saglabāts \d")).first).to_be_visible()
    page.reload()
    expect(
        page.get_by_role("group").filter(has=page.get_by_role("radio")).first.get_by_role("radio").first
    ).to_be_checked()

    take_the_assessment(trainee, course, "m02-a", start="Sākt pārbaudes darbu")
    expect(page.get_by_text("Gaida pasniedzēja vērtējumu").first).to_be_visible()
    expect(page.get_by_text("<b>Tad</b> policija.")).to_be_visible()
    result = page.url

    trainer = somebody("pasniedzejs")
    expect(trainer.page.get_by_role("heading", name=re.compile("gaida vērtējumu"))).to_be_visible()
    judge(trainer, "<b>Tad</b> policija.", comment="Mierīgi un skaidri.")

    for _ in range(20):  # nobody runs a command: the grader writes the mark into the gradebook and shows it
        page.goto(result)
        if page.get_by_text("Mierīgi un skaidri.").count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text("Mierīgi un skaidri.")).to_be_visible()
    expect(page.get_by_text(re.compile("30 no 30"))).to_be_visible()
    gradebook = sqlite3.connect(system.data / "gradebook.sqlite")
    marks = gradebook.execute("select manual_score from grade where manual_score = 6.0").fetchall()
    assert marks, "the mark is in nbgrader's gradebook"

    trainee.keyboard = True  # the second attempt has the other form and is done without a mouse
    take_the_assessment(trainee, course, "m02-b", start="Sākt nākamo mēģinājumu")
    expect(page.get_by_text("Gaida pasniedzēja vērtējumu").first).to_be_visible()
    trainee.open(ASSESSMENT)
    expect(page.get_by_text("Visi mēģinājumi ir izmantoti.")).to_be_visible()

    ministry = somebody("vadiba")
    expect(ministry.page.get_by_role("heading", name="Apmācītie darbinieki")).to_be_visible()
    expect(ministry.page.get_by_text("no 400")).to_be_visible()
    expect(ministry.page.get_by_text(re.compile("80 % līdz 2030"))).to_be_visible()
    assert trainee.errors + trainer.errors + ministry.errors == []


PAGES = [
    ("dalibnieks", "/services/lideri/", "11 moduļi"),
    ("dalibnieks", "/services/macibas/2.1", "Izmēģini: Pastkaste"),
    ("dalibnieks", "/services/macibas/2.4", "Avoti"),
    ("dalibnieks", "/services/macibas/2.6", "Avoti"),
    ("dalibnieks", "/services/macibas/3.2", "Izmēģini: Vienotā pieteikšanās"),
    ("dalibnieks", "/services/macibas/4.2", "Izmēģini: Parakstu laboratorija"),
    ("dalibnieks", "/services/macibas/6.1", "Izmēģini: Mācību portāls"),
    ("dalibnieks", ASSESSMENT, "2. moduļa pārbaudes darbs"),
    ("dalibnieks", "/services/lideri/rezultati", "rezultāti"),
    ("pasniedzejs", "/services/paneli/grupa", "Grūtākie uzdevumi"),
    ("pasniedzejs", "/services/lideri/vertesana", "Vērtēšana"),
    ("vadiba", "/services/paneli/latvija", "Līmenis pašvaldībās"),
]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True), (1280, True), (320, False)])
def test_every_page_is_free_of_axe_findings_and_fits(somebody: Come, width: int, dark: bool) -> None:
    found = []
    people: dict[str, Person] = {}
    for username, path, heading in PAGES:
        if username not in people:
            people[username] = somebody(username, width=width, dark=dark)
        page = people[username].page
        people[username].open(path)
        expect(page.get_by_role("heading", name=re.compile(heading)).first).to_be_visible()
        people[username].settle()
        results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
        found += [f"{path} {one['id']}: {one['nodes'][0]['target']}" for one in results.response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{path}: {wide} px too wide")

    assert found == []


def test_a_trainer_needs_no_mouse_to_log_in_and_grade(somebody: Come) -> None:
    trainer = somebody("vadosais", keyboard=True)
    page = trainer.page
    trainer.open("/services/lideri/vertesana")
    before = page.get_by_role("link", name=re.compile(r"^Vērtēt\b")).count()
    trainer.press(page.get_by_role("link", name=re.compile(r"^Vērtēt\b")).first)
    expect(page.get_by_role("heading", name="Kritēriji")).to_be_visible()
    for group in page.get_by_role("group").filter(has=page.get_by_role("radio")).all():
        trainer.tick(group.get_by_role("radio").last)
    trainer.write(page.get_by_role("textbox", name=re.compile("omentārs")), "Labi, tieši tā.")
    trainer.press(page.get_by_role("button", name=re.compile("^Saglabāt")))
    expect(page.get_by_text(SAVED).first).to_be_visible()
    trainer.open("/services/lideri/vertesana")
    expect(page.get_by_role("link", name=re.compile(r"^Vērtēt\b"))).to_have_count(before - 1)
