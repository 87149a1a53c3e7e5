"""Plain pages as a browser gets them: who sees what, what forms do, and (marked `browser`) how Chromium shows them."""

from __future__ import annotations

import asyncio
import io
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import requests

import course_data
from lideri.answers.app import make_context, make_server
from lideri.answers.exercises import Exercise
from lideri.answers.pages.site import about_minutes, points_of, shortened
from lideri.course.catalogue import AssessmentEntry, Module, Part, SupportingOutcome, Syllabus
from lideri.course.items import Piece, ReleasedForm, ReleasedItem
from lideri.course.loading import Course
from lideri.settings import Settings, read_course_settings
from lideri.store import open_store
from lideri.store.help_log import Help
from lideri.store.people import Cohort, NewPerson, Person
from lideri.store.queue import GradedItem
from tests.hub.system import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Locator

NOW = datetime(2026, 11, 21, 8, 42, tzinfo=UTC)
PASSWORD = "kaķis dzer tēju ziemā"
CHROMIUM = Path(chromium() or "nav")  # the one that `make test` found
EVIL = "<script>document.title='uzlauzts'</script><img src=x onerror=\"document.title='uzlauzts'\">"

SYLLABUS = Syllabus(
    modules=(
        Module(id="1", title="Esi digitālais līderis!"),
        Module(
            id="2",
            title="Vispārpieņemtie drošības principi",
            written=True,
            parts=(
                Part(id="2.1", title="Kibernoziegumu riski", minutes=45, written=True),
                Part(id="2.2", title="Informācijpratība", minutes=30, written=True),
            ),
            assessment=AssessmentEntry(title="2. moduļa pārbaudes darbs", minutes=30),
        ),
        Module(id="4", title="Paraksties digitāli!", parts=(Part(id="4.1", title="Kā iegūt parakstu?"),)),
    )
)


def a_form(form_id: str, explain: str = "after_submit") -> ReleasedForm:
    choice = ReleasedItem(
        id=f"{form_id}.1",
        version=1,
        kind="single_choice",
        submodule="2.1",
        stem="Kurš domēns ir īsts?",
        points=2,
        options=(Piece(id="a", text="latvija.gov.lv"), Piece(id="b", text="latvija.example")),
    )
    short = ReleasedItem(
        id=f"{form_id}.2", version=1, kind="short_text", submodule="2.2", stem="Kā sauc bezmaksas rīku?", points=2
    )
    free = ReleasedItem(
        id=f"{form_id}.3",
        version=1,
        kind="free_text",
        submodule="2.1",
        stem="Ko tu teiksi klientam?",
        points=6,
        max_words=400,
    )
    return ReleasedForm(
        id=form_id, module="2", title="Variants", minutes=30, explain=explain, items=(choice, short, free)
    )


RUBRIC = {
    "id": "klients",
    "title": "Klients",
    "criteria": [
        {
            "id": "drosiba",
            "title": "Drošība vispirms",
            "levels": [
                {"points": 0, "description": "Banka nav minēta"},
                {"points": 3, "description": "Vispirms banka"},
            ],
        },
        {
            "id": "valoda",
            "title": "Saprotami",
            "levels": [{"points": 0, "description": "Vaino"}, {"points": 3, "description": "Mierīgi"}],
        },
    ],
}


class World:
    """A running service without a hub, with made-up people; who asks is said by a cookie."""

    def __init__(
        self, folder: Path, *, explain: str = "after_submit", second_share: float = 0.0, **course: Any
    ) -> None:
        """`second_share`: how many free answers wait for a second mark; chance must not choose them in tests."""
        settings = Settings(data=folder, secret="s" * 40)
        self.store = open_store(settings)
        self.forms = (a_form("m02-a", explain), a_form("m02-b", explain))
        content: dict[str, Any] = {
            "facts": {},
            "competences": {},
            "areas": {},
            "outcomes": frozenset(),
            "practice": {},
            "items": {},
            "rubrics": {},
            "blueprints": {},
            "forms": {form.id: form for form in self.forms},
        }
        self.course = Course(root=folder, syllabus=SYLLABUS, **{**content, **course})
        decided = read_course_settings(Path(str(course_data.path("settings.yml"))))
        twice = decided.second_marking.value.model_copy(update={"share": second_share})
        second_marking = decided.second_marking.model_copy(update={"value": twice})
        self.settings = decided.model_copy(update={"second_marking": second_marking})
        self.context = make_context(
            self.store,
            self.course,
            course_settings=self.settings,
            settings=settings,
            exercises={"2.1": {"p1": Exercise("p1"), "p2": Exercise("p2")}, "2.2": {"p3": Exercise("p3")}},
            identify=lambda request: request.cookies["as"].value if "as" in request.cookies else None,
            now=lambda: NOW,
        )
        self.daina = self.person("daina", "Daina Paraudziņa")
        self.other = self.person("cita", "Cita Dalībniece")
        self.ineta = self.person("ineta", "Ineta Pasniedzēja", role="trainer")
        self.stranger = self.person("svess", "Svešs Pasniedzējs", role="trainer")
        self.lead = self.person("vadosais", "Vadošais Paraugs", role="lead_trainer")
        self.person("vadiba", "Vadība Paraugs", role="programme_lead")
        self.person("admins", "Admins Paraugs", role="admin")
        self.cohort = self.cohort_of("Alūksnes grupa", self.ineta, self.daina)
        self.far_cohort = self.cohort_of("Tālā grupa", self.stranger, self.other)
        self._start()

    def person(self, username: str, name: str, role: str = "trainee", **more: object) -> Person:
        new = NewPerson(name=name, username=username, email=f"{username}@pagasts.example", role=role, **more)
        # Hashing is slow on purpose; only one person here ever types a password.
        return self.store.people.add(new, now=NOW, password=PASSWORD if username == "daina" else None)

    def cohort_of(self, name: str, trainer: Person, *members: Person) -> Cohort:
        cohort = self.store.people.add_cohort(name, now=NOW, trainers=[trainer.id])
        for member in members:
            self.store.people.add_member(cohort.id, member.id, now=NOW)
        return cohort

    # ── work of trainees ────────────────────────────────────────────────────────────────────────────────────────────

    def submit(self, person: Person, text: str = "Vispirms banka.") -> str:
        rules, learning = self.settings.attempt_rules, self.store.learning
        attempt = learning.start_attempt(person.id, "2", forms=[f.id for f in self.forms], rules=rules, now=NOW)
        learning.save_attempt_answer(
            attempt.id,
            f"{attempt.form}.3",
            1,
            {"kind": "free_text", "text": text},
            person_id=person.id,
            seq=1,
            rules=rules,
            now=NOW,
        )
        form = self.course.forms[attempt.form]
        learning.submit(attempt.id, form, person_id=person.id, answered=1, rules=rules, now=NOW)
        return attempt.id

    def grade(self, *, second: str = "unsure") -> str:
        """What the grader would do: one right, one as said, the free text for a person. Gives the submission's id."""
        submission = self.store.queue.claim("test", now=NOW, lease=timedelta(minutes=1))
        assert submission is not None
        form = submission.form
        explained = {"your_answer": ["dns muris"], "right_answer": ["DNS ugunsmūris"], "why": ["Tā to sauc."]}
        items = [
            GradedItem(f"{form}.1", 1, "right", 2.0, 2.0, {"your_answer": ["latvija.gov.lv"], "why": ["Pareizi."]}),
            GradedItem(f"{form}.2", 1, second, None if second == "unsure" else 0.0, 2.0, explained),
            GradedItem(f"{form}.3", 1, "waiting", None, 6.0, {"task": "Ko tu teiksi klientam?", "rubric": RUBRIC}),
        ]
        assert self.store.queue.finish(submission.id, "test", items, now=NOW)
        return submission.id

    def write_marks(self) -> None:
        """What the grader does with marks: into the gradebook (not here), then shown."""
        for mark in self.store.queue.pending_marks():
            self.store.queue.mark_stored(mark.id, now=NOW)

    # ── the service ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _start(self) -> None:
        ready = threading.Event()

        def run() -> None:
            asyncio.run(serve())

        async def serve() -> None:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            server = make_server(self.context)
            server.listen(0, "127.0.0.1")
            port = next(iter(server._sockets.values())).getsockname()[1]
            self.origin = f"http://127.0.0.1:{port}"
            ready.set()
            await self._stop.wait()
            server.stop()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)
        self.context.threads.shutdown(wait=True)
        self.store.close()

    def at(self, path: str = "") -> str:
        return f"{self.origin}/services/lideri/{path}"

    def browser(self, who: str = "") -> Browser:
        return Browser(self, who)


class Browser(requests.Session):
    """A person's browser: keeps cookies, follows forms, no JavaScript."""

    def __init__(self, world: World, who: str) -> None:
        super().__init__()
        self.world = world
        if who:
            self.cookies.set("as", who)

    def see(self, path: str = "", status: int = 200) -> str:
        answer = self.get(self.world.at(path), allow_redirects=False, timeout=20)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        return answer.text

    def goes_to(self, path: str = "") -> str:
        answer = self.get(self.world.at(path), allow_redirects=False, timeout=20)
        assert answer.status_code == 302, (path, answer.status_code)
        return str(answer.headers["Location"])

    def fill_in(self, path: str, status: int = 200, files: dict | None = None, **form: object) -> requests.Response:
        token = re.search(r'name="_xsrf" value="([^"]+)"', self.get(self.world.at("profils"), timeout=20).text)
        if token is None:  # nobody is logged in
            token = re.search(r'name="_xsrf" value="([^"]+)"', self.get(self.world.at(path), timeout=20).text)
        fields = {name.replace("_", "-") if name.startswith("k_") else name: value for name, value in form.items()}
        data = {"_xsrf": token[1] if token else "", **fields}
        answer = self.post(self.world.at(path), data=data, files=files, allow_redirects=False, timeout=20)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:800])
        return answer


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1]).strip()


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_points_and_minutes_are_declined_as_latvian_asks() -> None:
    assert [points_of(value) for value in (30, 21, 11, 1.5, 1)] == [
        "30 punktiem",
        "21 punkta",
        "11 punktiem",
        "1,5 punktiem",
        "1 punkta",
    ]
    assert [about_minutes(value) for value in (45, 195, 60, 61, 0)] == [
        "ap 45 minūtēm",
        "ap 3 stundām 15 minūtēm",
        "ap 1 stundu",
        "ap 1 stundu 1 minūti",
        "",
    ]


def test_a_long_task_is_cut_between_words() -> None:
    assert shortened("viens divi trīs", 10) == "viens…"
    assert shortened("īss", 10) == "īss"


# ── home ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_home_greets_shows_every_module_and_says_which_are_not_written(world: World) -> None:
    page = world.browser("daina").see()

    assert heading(page) == "Labdien, Daina!"
    assert page.count('class="module ') == 3
    assert page.count("Vēl nav uzrakstīts") == 2
    assert 'href="/services/macibas/2.1"' in page
    assert "Kā iegūt parakstu?" in page
    assert 'href="/services/macibas/4.1"' not in page


def test_home_takes_each_role_to_where_it_works(world: World) -> None:
    assert world.browser("ineta").goes_to() == "/services/paneli/grupa"
    assert world.browser("vadosais").goes_to() == "/services/paneli/grupa"
    assert world.browser("vadiba").goes_to() == "/services/paneli/latvija"
    assert world.browser("admins").goes_to() == "/services/lideri/cilveki"


def test_learning_goes_on_at_the_page_that_was_begun(world: World) -> None:
    assert world.browser("daina").goes_to("macibas") == "/services/macibas/2.1"

    world.store.learning.save_answer(world.daina.id, "2.2", "p9", {"kind": "number"}, seq=1, checked=False, now=NOW)

    assert world.browser("daina").goes_to("macibas") == "/services/macibas/2.2"


def test_a_page_asks_how_far_it_is_and_hears_of_nothing_else(world: World) -> None:
    daina, learning = world.browser("daina"), world.store.learning

    def asked() -> object:
        return daina.get(world.at("macibas/stavoklis?lapa=2.1"), timeout=20).json()

    assert asked() == {"state": "none", "words": "Izdarīts: 0 no 2 uzdevumiem."}
    learning.save_answer(world.daina.id, "2.1", "p1", {"kind": "number"}, seq=1, checked=True, now=NOW)
    learning.save_answer(world.other.id, "2.1", "p2", {"kind": "number"}, seq=1, checked=True, now=NOW)
    assert asked() == {"state": "now", "words": "Izdarīts: 1 no 2 uzdevumiem."}
    learning.save_answer(world.daina.id, "2.1", "p2", {"kind": "number"}, seq=1, checked=True, now=NOW)

    assert asked() == {"state": "done", "words": "Izdarīti visi 2 uzdevumi. Nodaļa ir pabeigta."}
    daina.see("macibas/stavoklis?lapa=4.1", status=404)
    daina.see("macibas/stavoklis", status=404)
    world.browser("ineta").see("macibas/stavoklis?lapa=2.1", status=403)


def test_a_demonstration_account_says_so_on_every_page(world: World) -> None:
    world.person("demo", "Demo Paraugs", is_demo=True)

    for path in ("", "rezultati", "profils"):
        assert "Demonstrācijas dati" in world.browser("demo").see(path)
        assert "Demonstrācijas dati" not in world.browser("daina").see(path)


# ── results ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_submitted_work_first_waits_and_then_shows_points_and_explanations(world: World) -> None:
    attempt = world.submit(world.daina, text=EVIL)
    daina = world.browser("daina")

    waiting = daina.see(f"rezultati/{attempt}")
    assert f'data-wait="/services/lideri/rezultati/{attempt}/stavoklis"' in waiting
    assert '"state": "queued"' in daina.see(f"rezultati/{attempt}/stavoklis")

    world.grade()
    page = daina.see(f"rezultati/{attempt}")

    assert '"state": "graded"' in daina.see(f"rezultati/{attempt}/stavoklis")
    assert "no 10 punktiem" in page
    assert "Nevarējām novērtēt" in page and "Tavi punkti nav zaudēti" in page
    assert "Gaida pasniedzēja vērtējumu" in page
    assert "pieņēmums, jāapstiprina VARAM" in page
    assert "vajag 6 punktus" in page
    assert "&lt;script&gt;" in page and "<script>document" not in page
    assert 'href="/services/macibas/2/parbaude"' in page  # the second attempt


def test_a_trainers_mark_and_comment_reach_the_trainee(world: World) -> None:
    attempt = world.submit(world.daina)
    submission = world.grade(second="wrong")
    world.store.queue.put_mark(
        submission,
        "m02-a.3",
        {"drosiba": 3, "valoda": 3},
        comment="Ļoti labi!\nPiemini CERT.LV.",
        marked_by=world.ineta.id,
        now=NOW,
    )
    assert "Ļoti labi!" not in world.browser("daina").see(f"rezultati/{attempt}")

    world.write_marks()
    page = world.browser("daina").see(f"rezultati/{attempt}")

    assert heading(page) == "Darbs ir ieskaitīts!"
    assert "<p>Ļoti labi!</p>" in page and "<p>Piemini CERT.LV.</p>" in page
    assert "Drošība vispirms" in page
    assert "Banka nav minēta" not in page  # the rubric's levels are the trainer's


@pytest.mark.parametrize(
    ("explain", "shown"), [("after_submit", True), ("after_last_attempt", False), ("never", False)]
)
def test_explanations_are_shown_only_as_the_blueprint_allows(tmp_path: Path, explain: str, shown: bool) -> None:
    world = World(tmp_path, explain=explain)
    attempt = world.submit(world.daina)
    world.grade(second="wrong")

    page = world.browser("daina").see(f"rezultati/{attempt}")

    assert ("DNS ugunsmūris" in page) is shown
    assert ("Tā to sauc." in page) is shown
    assert "dns muris" in page
    world.close()


def test_after_the_last_attempt_the_explanations_of_both_are_shown(tmp_path: Path) -> None:
    world = World(tmp_path, explain="after_last_attempt")
    first = world.submit(world.daina)
    world.grade(second="wrong")
    world.submit(world.daina)
    world.grade(second="wrong")

    page = world.browser("daina").see(f"rezultati/{first}")

    assert "DNS ugunsmūris" in page
    assert "vēlreiz, ar citiem uzdevumiem" not in page
    world.close()


def test_the_list_of_results_says_which_attempt_counts(world: World) -> None:
    assert "Vēl neviens darbs nav sākts" in world.browser("daina").see("rezultati")
    world.submit(world.daina)
    world.grade(second="wrong")
    world.submit(world.daina)

    page = world.browser("daina").see("rezultati")

    assert page.count("2. moduļa pārbaudes darbs, 1. mēģinājums") == 2  # heading and hidden words of the link
    assert page.count("šis rezultāts skaitās") == 1
    assert "Iesniegts" in page


def test_a_trainees_results_say_how_well_they_help_others_once_there_is_enough(tmp_path: Path) -> None:
    asked = frozenset({"m02-a.1", "m02-a.2", "m02-b.1", "m02-b.2"})
    outcome = SupportingOutcome(code="LO4.2.23", text="Palīdzēt sargāt datus", items=asked)
    world = World(tmp_path, supporting=(outcome,))
    world.submit(world.daina)
    world.grade(second="wrong")
    after_one = world.browser("daina").see("rezultati")
    world.submit(world.daina)
    world.grade(second="wrong")
    after_two = world.browser("daina").see("rezultati")
    world.close()

    assert "Līmeni rādām, kad novērtēta atbilde vismaz uz 4 uzdevumiem." in after_one
    assert "Tavs līmenis: <strong>Vidējais</strong> (4 uzdevumi)" in after_two
    assert "To robežas ir pieņēmums, jāapstiprina VARAM." in after_two


def test_whoever_asks_can_take_their_own_data_away_and_nobody_elses(world: World) -> None:
    attempt = world.submit(world.daina)

    given = world.browser("daina").get(world.at("profils/mani-dati.json"), timeout=20)
    stranger = world.browser("cita").get(world.at("profils/mani-dati.json"), timeout=20).json()

    assert given.headers["Content-Disposition"] == 'attachment; filename="mani-dati.json"'
    assert given.headers["Cache-Control"] == "no-store"
    assert given.json()["konts"]["name"] == "Daina Paraudziņa"
    assert [one["id"] for one in given.json()["mēģinājumi"]] == [attempt]
    assert stranger["konts"]["name"] == "Cita Dalībniece" and stranger["mēģinājumi"] == []
    assert world.browser().goes_to("profils/mani-dati.json") == "/hub/login"


def test_an_open_attempt_is_not_a_result_yet(world: World) -> None:
    attempt = world.store.learning.start_attempt(
        world.daina.id, "2", forms=["m02-a"], rules=world.settings.attempt_rules, now=NOW
    )

    assert world.browser("daina").goes_to(f"rezultati/{attempt.id}") == "/services/macibas/2/parbaude"


# ── who may see what ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_strangers_work_is_as_if_it_were_not_there_and_the_try_is_logged(world: World) -> None:
    attempt = world.submit(world.daina)
    submission = world.grade()

    for who, path in (
        ("cita", f"rezultati/{attempt}"),
        ("cita", f"rezultati/{attempt}/stavoklis"),
        ("svess", f"vertesana/{submission}"),
        ("svess", f"grupas/{world.cohort.id}"),
        ("svess", f"grupas/{world.cohort.id}/imports"),
        ("svess", f"grupas/{world.cohort.id}/rezultati.csv"),
        ("ineta", f"grupas/{world.far_cohort.id}"),
    ):
        page = world.browser(who).see(path, status=404)
        assert "Daina" not in page and "Vispirms banka" not in page
    world.browser("svess").fill_in(f"vertesana/{submission}", 404, uzdevums="m02-a.3", k_drosiba="0")
    world.browser("svess").fill_in(f"grupas/{world.cohort.id}/saite", 404, cilveks=world.daina.id)

    assert world.store.queue.marks(submission) == {}
    assert {event.person_id for event in world.store.people.events(kind="refused")} >= {
        world.other.id,
        world.stranger.id,
    }


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("rezultati", {"daina"}),
        ("vertesana", {"ineta", "vadosais", "admins"}),
        ("grupas", {"ineta", "vadosais", "admins"}),
        ("zurnals", {"vadosais", "admins"}),
        ("cilveki", {"admins"}),
        ("noteikumi", {"ineta", "vadosais", "vadiba", "admins"}),
        ("profils", {"daina", "ineta", "vadosais", "vadiba", "admins"}),
    ],
)
def test_each_page_opens_only_for_its_roles(world: World, path: str, allowed: set[str]) -> None:
    for who in ("daina", "ineta", "vadosais", "vadiba", "admins"):
        page = world.browser(who).see(path, status=200 if who in allowed else 403)
        if who not in allowed:
            assert heading(page) == "Šī lapa tev nav pieejama"


def test_whoever_has_not_logged_in_is_sent_to_the_log_in_page(world: World) -> None:
    for path in ("", "rezultati", "vertesana", "grupas", "profils", "cilveki"):
        assert world.browser().goes_to(path) == "/hub/login"


def test_pages_for_everybody_open_without_log_in(world: World) -> None:
    for path, words in (
        ("palidziba", "Man nav paroles"),
        ("pieklustamiba", "WCAG 2.1"),
        ("personas-dati", "mazāk nekā 5"),
    ):
        assert words in world.browser().see(path)
        assert "Daina Paraudziņa" in world.browser("daina").see(path)


def test_every_page_carries_safe_headers_and_no_inline_script_or_style(world: World) -> None:
    attempt = world.submit(world.daina)
    world.grade()

    for who, path in (("daina", ""), ("daina", f"rezultati/{attempt}"), ("ineta", "vertesana"), ("", "nav-tadas")):
        answer = world.browser(who).get(world.at(path), timeout=20)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", answer.text)


def test_an_unknown_address_is_answered_by_a_page_of_ours(world: World) -> None:
    page = world.browser("daina").see("nav-tadas-lapas", status=404)

    assert heading(page) == "Šādas lapas nav"
    assert 'href="/services/lideri/"' in page
    assert "Traceback" not in page


def test_a_form_without_its_token_changes_nothing(world: World) -> None:
    answer = world.browser("vadosais").post(world.at("grupas"), data={"nosaukums": "Viltota"}, timeout=20)

    assert answer.status_code == 403
    assert "Viltota" not in [cohort.name for cohort in world.store.people.cohorts()]


# ── grading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_trainer_marks_what_waits_one_after_the_other(world: World) -> None:
    world.submit(world.daina, text=f"Vispirms banka.\n\n{EVIL}")
    submission = world.grade()
    ineta = world.browser("ineta")

    listed = ineta.see("vertesana")
    assert "2 atbildes gaida" in listed
    unsure, free = (f"vertesana/{submission}?uzdevums=m02-a.{number}" for number in (2, 3))
    page = ineta.see(free)
    assert "Banka nav minēta" in page and "&lt;script&gt;" in page and "<script>document" not in page
    assert "DNS ugunsmūris" in ineta.see(unsure)

    answer = ineta.fill_in(f"vertesana/{submission}", 302, uzdevums="m02-a.2", k_punkti="1", komentars="Tuvu!")
    assert answer.headers["Location"] == f"/services/lideri/{free}&saglabats=1"
    answer = ineta.fill_in(
        f"vertesana/{submission}", 302, uzdevums="m02-a.3", k_drosiba="0", k_valoda="1", komentars="Labi.", redzets="0"
    )
    assert answer.headers["Location"] == "/services/lideri/vertesana?saglabats=1"

    marks = world.store.queue.marks(submission)
    assert marks["m02-a.2"].points == {"punkti": 1.0}
    assert marks["m02-a.3"].points == {"drosiba": 3.0, "valoda": 0.0}  # the best level stands first
    assert marks["m02-a.3"].marked_by == world.ineta.id
    assert "Nekas negaida vērtējumu" in ineta.see("vertesana")


def test_a_mark_that_is_not_whole_keeps_what_was_typed(world: World) -> None:
    world.submit(world.daina)
    submission = world.grade()

    answer = world.browser("ineta").fill_in(
        f"vertesana/{submission}", 400, uzdevums="m02-a.3", k_drosiba="0", komentars="Garš komentārs"
    )

    assert "Saprotami: izvēlies punktus" in answer.text
    assert "Garš komentārs" in answer.text
    assert re.search(r'name="k-drosiba" value="0"[^>]* checked', answer.text)
    assert world.store.queue.marks(submission) == {}


def test_two_trainers_at_once_do_not_overwrite_each_other(world: World) -> None:
    world.submit(world.daina)
    submission = world.grade()
    form = {"uzdevums": "m02-a.2", "redzets": "0"}
    world.browser("ineta").fill_in(f"vertesana/{submission}", 302, k_punkti="0", komentars="", **form)

    answer = world.browser("vadosais").fill_in(
        f"vertesana/{submission}", 409, k_punkti="2", komentars="Mans teksts", **form
    )

    assert "tikmēr novērtēja" in answer.text
    assert "Mans teksts" in answer.text
    assert world.store.queue.marks(submission)["m02-a.2"].total == 2.0


def test_the_name_is_not_in_sight_while_grading(world: World) -> None:
    world.submit(world.daina)
    submission = world.grade()

    page = world.browser("ineta").see(f"vertesana/{submission}")

    assert "Vārds paslēpts" in page
    assert re.search(r"<details[^>]*><summary>Rādīt vārdu</summary><p><strong>Daina Paraudziņa", page)


# ── cohorts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


CSV = (
    "Vārds;E-pasts;Iestāde;Pašvaldība\n"
    "Anna Izdoma;anna@pagasts.example;Pagasta bibliotēka;Alūksnes novads\n"
    "Bez E-pasta;;VPVKAC;Alūksnes novads\n"
    "Daina Otrā;daina@pagasts.example;VPVKAC;Rīga\n"
)


def test_an_import_shows_every_row_first_and_adds_the_good_ones_after_consent(world: World) -> None:
    ineta, path = world.browser("ineta"), f"grupas/{world.cohort.id}/imports"

    preview = ineta.fill_in(path, solis="skatit", files={"datne": ("cilveki.csv", CSV.encode(), "text/csv")}).text

    assert "Trūkst e-pasta." in preview and "konts jau ir" in preview and "Anna Izdoma" in preview
    assert [person.name for person in world.store.people.members(world.cohort.id)] == ["Daina Paraudziņa"]

    hidden = {name: re.search(f'name="{name}" value="([^"]+)"', preview)[1] for name in ("dati", "parskatits")}
    done = ineta.fill_in(path, solis="apstiprinat", **hidden).text

    link = re.search(r"http://127\.0\.0\.1:\d+/services/lideri/ievads/[\w-]+", done)
    assert link is not None
    assert len(world.store.people.members(world.cohort.id)) == 2
    assert "Saites redzamas tikai tagad" in done
    assert link[0] not in ineta.see(f"grupas/{world.cohort.id}")
    again = ineta.fill_in(path, 400, solis="apstiprinat", **hidden).text
    assert "kaut kas ir mainījies" in again
    assert len(world.store.people.members(world.cohort.id)) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "Datne nav izv"), (b"PK\x03\x04xxxx", "Excel"), (b"a;b\n1;2\n", "trūkst virsraksta")],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(world: World, content: bytes, words: str) -> None:
    answer = world.browser("ineta").fill_in(
        f"grupas/{world.cohort.id}/imports", 400, solis="skatit", files={"datne": ("x.csv", content, "text/csv")}
    )

    assert words in answer.text


def test_results_can_be_taken_away_as_csv_and_xlsx(world: World) -> None:
    help_given = Help(NOW.date(), "e-adrese", "cits", 15, 3, "first", "viss", "resident", "spot")
    entry = world.store.help_log.save(
        world.daina, help_given, key="00000001-0000-4000-8000-000000000000", days_back=9, now=NOW, today=NOW.date()
    )
    world.store.help_log.confirm(world.ineta, {entry.id: 1}, now=NOW)
    world.submit(world.daina)
    world.grade(second="wrong")
    ineta = world.browser("ineta")

    as_csv = ineta.get(world.at(f"grupas/{world.cohort.id}/rezultati.csv"), timeout=20)
    as_xlsx = ineta.get(world.at(f"grupas/{world.cohort.id}/rezultati.xlsx"), timeout=20)

    assert as_csv.headers["Content-Disposition"].startswith("attachment")
    assert "Daina Paraudziņa" in as_csv.content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx.content))
    summary, module = (list(book[name].iter_rows(values_only=True)) for name in book.sheetnames)
    line = dict(zip(summary[0], summary[1], strict=True))
    assert book.sheetnames == ["Kopsavilkums", "2. modulis"]
    assert line["Vārds, uzvārds"] == module[1][0] == "Daina Paraudziņa"
    assert (line["Ieskaitīti moduļi"], line["Moduļi kopā"], line["Palīdzības reizes"]) == (0, 1, 1)
    assert (line["Palīdzēts cilvēkiem"], line["Apmācīti iedzīvotāji"], line["Kolēģi"]) == (1, 1, 0)
    assert len(summary) == 2, "nobody from another cohort"


def test_a_lead_trainer_makes_a_cohort_assigns_trainers_and_a_trainer_sets_the_deadline(world: World) -> None:
    lead = world.browser("vadosais")

    answer = lead.fill_in("grupas", 302, nosaukums="Jaunā grupa", pasniedzejs=world.ineta.id)
    cohort = answer.headers["Location"].rsplit("/", 1)[-1]
    assert "Jaunā grupa" in world.browser("ineta").see("grupas")
    world.browser("ineta").fill_in(f"grupas/{cohort}/termins", 302, modulis="2", termins="2026-12-18T23:59")
    lead.fill_in(f"grupas/{cohort}/pasniedzeji", 302, pasniedzejs=[world.stranger.id])

    made = world.store.people.cohort(cohort)
    assert made.trainers == (world.stranger.id,)
    assert made.deadlines["2"] == datetime(2026, 12, 18, 21, 59, tzinfo=UTC)  # Latvia's evening
    world.browser("ineta").see(f"grupas/{cohort}", status=404)
    world.browser("ineta").fill_in("grupas", 403, nosaukums="Nedrīkst")


def test_only_trainers_can_be_assigned(world: World) -> None:
    answer = world.browser("vadosais").fill_in(f"grupas/{world.cohort.id}/pasniedzeji", 400, pasniedzejs=world.daina.id)

    assert "tikai pasniedzēja kontu" in answer.text
    assert world.store.people.cohort(world.cohort.id).trainers == (world.ineta.id,)


def test_an_administrator_opens_accounts_for_those_who_teach(world: World) -> None:
    admin = world.browser("admins")

    refused = admin.fill_in("cilveki", 400, darbiba="konts", vards="", epasts="nav-epasts", loma="trainee").text
    made = admin.fill_in(
        "cilveki", darbiba="konts", vards="Jauna Pasniedzēja", epasts="jauna@pagasts.example", loma="trainer"
    )

    assert "Ieraksti vārdu un uzvārdu" in refused and "Izvēlies lomu" in refused
    assert "/services/lideri/ievads/" in made.text
    assert world.store.people.by_email("jauna@pagasts.example").role == "trainer"


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_one_time_link_sets_the_password_once(world: World) -> None:
    done = world.browser("ineta").fill_in(f"grupas/{world.cohort.id}/saite", cilveks=world.daina.id).text
    token = re.search(r"ievads/([\w-]+)", done)[1]
    newcomer = world.browser()

    assert "Daina Paraudziņa" in newcomer.see(f"ievads/{token}")
    weak = newcomer.fill_in(f"ievads/{token}", 400, parole="parole1234", atkartota="parole1234").text
    assert "uzmin ātri" in weak
    differ = newcomer.fill_in(f"ievads/{token}", 400, parole="zils ezis lec kokā", atkartota="cits").text
    assert "Paroles nesakrīt" in differ
    good = newcomer.fill_in(f"ievads/{token}", parole="zils ezis lec kokā", atkartota="zils ezis lec kokā").text

    assert "Tagad vari ieiet mācībās" in good
    assert world.store.people.authenticate("daina", "zils ezis lec kokā", now=NOW) is not None
    gone = newcomer.see(f"ievads/{token}", status=410)
    assert heading(gone) == "Saite vairs neder"
    assert "jaunu saiti" in gone


def test_a_password_is_changed_by_whoever_knows_the_old_one(world: World) -> None:
    daina, new = world.browser("daina"), "zils ezis lec kokā"

    wrong = daina.fill_in("profils", 400, pasreizeja="nav tā", parole=new, atkartota=new).text
    assert "Pašreizējā parole neder" in wrong
    daina.fill_in("profils", 302, pasreizeja=PASSWORD, parole=new, atkartota=new)

    assert world.store.people.authenticate("daina", new, now=NOW) is not None
    assert "Parole ir nomainīta" in daina.see("profils?nomainita=1")


def test_the_design_is_there_without_log_in_and_names_only_files_that_exist(world: World) -> None:
    css = world.browser().see("static/lideri.css")

    for name in re.findall(r'url\("(?!data:)([^"]+)"\)', css):
        font = world.browser().get(world.at(f"static/{name}"), timeout=20)
        assert font.status_code == 200 and font.content[:4] == b"wOF2"
    world.browser().see("static/../site.py", status=404)


# ── in Chromium ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_pages_pass_axe_fit_a_phone_and_run_nobodys_script(world: World) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    attempt = world.submit(world.daina, text=EVIL)
    submission = world.grade()
    visits = [
        ("daina", ""),
        ("daina", f"rezultati/{attempt}"),
        ("ineta", f"vertesana/{submission}?uzdevums=m02-a.3"),
        ("vadosais", f"grupas/{world.cohort.id}"),
        ("", "palidziba"),
    ]

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for theme, width in (("light", 1280), ("dark", 320)):
            for who, path in visits:
                context = chromium.new_context(color_scheme=theme, viewport={"width": width, "height": 800})
                if who:
                    context.add_cookies([{"name": "as", "value": who, "url": world.origin}])
                page = context.new_page()
                page.goto(world.at(path))
                violations = Axe().run(page).response["violations"]
                assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == [], (path, theme, width)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
                assert page.title() != "uzlauzts"
                context.close()
        chromium.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_the_result_appears_by_itself_and_the_chosen_look_stays(world: World) -> None:
    from playwright.sync_api import expect, sync_playwright

    attempt = world.submit(world.daina)

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = chromium.new_context(color_scheme="light")
        context.add_cookies([{"name": "as", "value": "daina", "url": world.origin}])
        page = context.new_page()
        page.goto(world.at(f"rezultati/{attempt}"))
        expect(page.get_by_role("heading", name="Skaitām punktus")).to_be_visible()

        world.grade()
        expect(page.get_by_role("heading", name="Visi uzdevumi")).to_be_visible()

        page.get_by_text("Izskats").click()
        page.get_by_label("Tumšas").check()
        page.get_by_label("Lielāks").check()
        page.goto(world.at())
        assert page.evaluate("[document.documentElement.dataset.theme, document.documentElement.dataset.text]") == [
            "dark",
            "large",
        ]
        chromium.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
def test_whoever_waits_longer_than_usual_is_told_that_the_work_is_safe(world: World) -> None:
    from playwright.sync_api import expect, sync_playwright

    attempt = world.submit(world.daina)

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = chromium.new_context()
        context.add_cookies([{"name": "as", "value": "daina", "url": world.origin}])
        page = context.new_page()
        page.clock.install()
        page.goto(world.at(f"rezultati/{attempt}"))
        expect(page.get_by_text("Parasti tas aizņem dažas sekundes.")).to_be_visible()
        long = page.get_by_role("status").filter(has_text="Šoreiz tas ilgst vairāk nekā parasti.")
        expect(long).to_have_count(0)

        page.clock.fast_forward("02:00")
        page.clock.run_for(10_000)

        expect(long).to_contain_text("Tavs darbs ir saglabāts, un to redz arī tavs pasniedzējs.")
        chromium.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
@pytest.mark.parametrize("width", [1280, 320])
def test_the_whole_line_of_a_module_opens_it_and_its_links_stay_links(world: World, width: int) -> None:
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([{"name": "as", "value": "daina", "url": world.origin}])
        page = context.new_page()
        page.goto(world.at())
        chapter = page.get_by_role("link", name="Kibernoziegumu riski")
        title = page.get_by_role("heading", name="Vispārpieņemtie drošības principi")
        unwritten = page.get_by_role("heading", name="Paraksties digitāli!")

        def press(what: Locator) -> None:
            what.scroll_into_view_if_needed()
            box = what.bounding_box()
            assert box is not None
            page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

        expect(chapter).to_be_visible()  # the module to go on with is open already
        press(title)
        expect(chapter).to_be_hidden()
        press(title)
        expect(chapter).to_be_visible()
        press(unwritten)
        expect(page.get_by_text("Kā iegūt parakstu?")).to_be_visible()
        page.locator(".module--open summary").press("Enter")
        expect(chapter).to_be_hidden()
        page.locator(".module--open summary").press("Enter")

        press(chapter)
        page.wait_for_url("**/services/macibas/2.1")
        chromium.close()


def test_work_that_could_not_be_graded_is_shown_to_its_trainer_and_graded_again(world: World) -> None:
    attempt = world.submit(world.daina)
    claimed = world.store.queue.claim("test", now=NOW, lease=timedelta(minutes=1))
    assert claimed is not None
    stuck = claimed.id
    world.store.queue.fail(stuck, "test", "šūna 3: nav atslēgas <b>", now=NOW, retry_after=None)

    assert "neizdevās novērtēt" not in world.browser("svess").see("vertesana")
    page = world.browser("ineta").see("vertesana")
    assert "1 darbu neizdevās" in page and "šūna 3: nav atslēgas &lt;b&gt;" in page
    world.browser("svess").fill_in(f"vertesana/{stuck}/velreiz", 404)
    assert world.store.queue.submission(stuck).state == "failed"

    world.browser("ineta").fill_in(f"vertesana/{stuck}/velreiz", 302)

    assert "nodots vērtēšanai vēlreiz" in world.browser("ineta").see("vertesana?velreiz=1")
    assert world.store.queue.submission(stuck).state == "queued"
    world.grade()
    assert world.store.results.of_attempt(attempt, person_id=world.daina.id).state == "graded"
