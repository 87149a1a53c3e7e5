"""The small parts, without starting anything."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from lideri.course.catalogue import AssessmentEntry, Module, Part, Syllabus
from lideri.hub.authenticator import FailedLogins
from lideri.hub.config import _hub_need_not_wait_for_the_disk, is_loopback, services
from lideri.hub.first_people import write_secret
from lideri.hub.handlers import Around, about_page
from lideri.hub.identity import Viewer, viewer_of
from lideri.hub.pages import address_in, frame_of, waits_for_output
from lideri.hub.places import Ports
from lideri.hub.rendering import build_page
from lideri.hub.roles import ROLES, hub_roles, may_open, role_from_groups
from lideri.settings import Settings


@pytest.mark.parametrize(
    ("service", "path", "notebook"),
    [
        ("macibas", "2.1", "notebooks/m02_1.ipynb"),
        ("macibas", "10.3/", "notebooks/m10_3.ipynb"),
        ("macibas", "2/parbaude", "notebooks/m02_parbaude.ipynb"),
        ("paneli", "grupa", "voila_apps/grupa.ipynb"),
        ("paneli", "latvija", "voila_apps/latvija.ipynb"),
    ],
)
def test_addresses_lead_to_notebooks(service: str, path: str, notebook: str) -> None:
    address = address_in(service, path)

    assert address is not None
    assert address.notebook == Path(notebook)


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("macibas", ""),
        ("macibas", "grupa"),
        ("macibas", "../voila_apps/grupa"),
        ("macibas", "2.1.ipynb"),
        ("macibas", "222.1"),
        ("macibas", "٢.١/x"),
        ("paneli", "2.1"),
        ("paneli", "template"),
    ],
)
def test_nothing_else_is_an_address(service: str, path: str) -> None:
    assert address_in(service, path) is None


def test_a_trainee_sees_no_dashboard_and_a_programme_lead_no_group() -> None:
    assert not may_open("trainee", "grupa")
    assert not may_open("trainee", "latvija")
    assert not may_open("programme_lead", "grupa")
    assert not may_open("trainer", "latvija")
    assert not may_open(None, "2.1")
    assert all(may_open(role, "2.1") for role in ROLES)


def test_two_roles_at_once_are_no_role() -> None:
    assert role_from_groups(["trainee", "admin"]) is None
    assert role_from_groups(["trainee", "somebody-elses-group"]) == "trainee"
    assert role_from_groups([]) is None


def test_only_lead_trainers_and_administrators_get_servers() -> None:
    groups = {
        group for role in hub_roles() for group in role.get("groups", ()) if {"self", "servers"} & set(role["scopes"])
    }

    assert groups == {"lead_trainer", "admin"}


def test_somebody_whom_the_store_does_not_know_is_no_viewer() -> None:
    user = SimpleNamespace(hub_user={"name": "kads", "groups": ["trainee"], "user_info": None})

    assert viewer_of(user) is None


def test_after_enough_wrong_passwords_one_waits_and_then_may_try_again() -> None:
    clock = SimpleNamespace(now=1000.0)
    failed = FailedLogins(allowed=3, pause=60, clock=lambda: clock.now)
    who, other = ("daina", "192.0.2.1"), ("daina", "192.0.2.2")
    for _ in range(3):
        assert failed.seconds_to_wait(who) == 0
        failed.failed(who)

    assert failed.seconds_to_wait(who) == 60
    assert failed.seconds_to_wait(other) == 0
    clock.now += 61
    assert failed.seconds_to_wait(who) == 0


def test_a_success_forgets_earlier_failures() -> None:
    failed = FailedLogins(allowed=1)
    failed.failed(("a", "b"))

    failed.succeeded(("a", "b"))

    assert failed.seconds_to_wait(("a", "b")) == 0


def test_failed_log_ins_do_not_fill_the_memory() -> None:
    failed = FailedLogins(allowed=1, most=2)
    for name in ("a", "b", "c"):
        failed.failed((name, "x"))

    assert failed.seconds_to_wait(("a", "x")) == 0
    assert failed.seconds_to_wait(("c", "x")) > 0


@pytest.mark.parametrize(
    ("host", "answer"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.5", False)]
)
def test_the_demonstration_is_for_loopback(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer


def test_each_service_gets_only_the_secrets_it_needs(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url="postgresql://u:p@h/d", secret="paraksts")
    around = {"PATH": "/bin", "HOME": "/root", "AWS_SECRET": "x", "LIDERI_DATA": str(tmp_path), "LIDERI_PORT": "8000"}

    made = {each["name"]: each["environment"] for each in services(settings, Ports(1, 2, 3, 4, 5), around)}

    assert "AWS_SECRET" not in json.dumps(made)
    assert "LIDERI_DATABASE_URL" not in made["macibas"] and "LIDERI_DATABASE_URL" not in made["paneli"]
    assert "LIDERI_SECRET" not in made["grader"]
    assert made["lideri"]["LIDERI_SECRET"] == made["macibas"]["LIDERI_SECRET"] == "paraksts"


def test_a_secret_is_written_for_this_user_only(tmp_path: Path) -> None:
    write_secret(tmp_path / "s", "abc")

    assert (tmp_path / "s").read_text() == "abc"
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_free_ports_differ() -> None:
    ports = Ports.free()

    assert len(set(json.loads(ports.to_text()).values())) == 5
    assert Ports.from_text(ports.to_text()) == ports


SYLLABUS = Syllabus(
    modules=(
        Module(
            id="2",
            title="Drošība",
            written=True,
            parts=(
                Part(id="2.1", title="Pirmā", minutes=10, written=True),
                Part(id="2.2", title="Otrā", minutes=10, written=True),
                Part(id="2.3", title="Vēl nav", minutes=10),
            ),
            assessment=AssessmentEntry(title="Pārbaudes darbs", minutes=30),
        ),
    )
)


def test_a_chapter_shows_where_one_is_and_what_is_next() -> None:
    frame = frame_of("2.1", {"title": "Pirmā", "lead": "Vārds", "minutes": 10}, SYLLABUS, {"2.1": "now"})

    assert frame.title == "2.1. Pirmā"
    assert [(chapter.title, chapter.here) for chapter in frame.chapters] == [
        ("2.1. Pirmā", True),
        ("2.2. Otrā", False),
        ("Pārbaudes darbs", False),
    ]
    assert frame.chapters[0].status == "now"
    assert frame.after == ("/services/macibas/2.2", "Nākamā nodaļa", "2.2. Otrā")


def test_a_page_says_where_a_question_is_asked_from() -> None:
    assert [frame_of(page, {}, SYLLABUS, {}).page for page in ("2.1", "2/parbaude", "grupa")] == [
        "2.1",
        "2/parbaude",
        "paneli/grupa",
    ]


def test_a_cell_is_named_after_its_exercise(tmp_path: Path) -> None:
    sources = ["from widgets import Question", 'Question("m02.1-p1", page)', "Assessment(page)"]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    file = tmp_path / "m02_1.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), file)

    assert [piece.exercise for piece in build_page(file).pieces] == ["", "m02.1-p1", ""]


def test_what_is_new_stands_in_the_navigation_around_a_page() -> None:
    frame = frame_of("2.1", {}, SYLLABUS, {})
    viewer = Viewer("1", "vards", "Vārds", "trainee")

    about = about_page(frame, viewer, Around(news={"jautajumi": 2}, done={frame.page: (3, 5)}))

    assert (about["page"], about["news"]) == ("2.1", {"jautajumi": 2})
    assert about["done"] == "Izdarīts: 3 no 5 uzdevumiem."
    assert about_page(frame, viewer, Around())["done"] == ""  # nobody could be asked, or there is nothing to do


def test_the_last_chapter_leads_to_the_assessment() -> None:
    frame = frame_of("2.2", {}, SYLLABUS, {})

    assert frame.after == ("/services/macibas/2/parbaude", "Tālāk", "Pārbaudes darbs")
    assert frame_of("2/parbaude", {}, SYLLABUS, {}).after is None


def test_places_are_kept_for_exercises_only() -> None:
    cells = [
        {"cell_type": "code", "source": "from widgets import Question\npage = 1"},
        {"cell_type": "markdown", "source": "<p>Question(</p>"},
        {"cell_type": "code", "source": 'Question("m02.1-x", page)'},
        {"cell_type": "code", "source": "x"},
    ]

    assert waits_for_output(cells) == {2, 3}


def test_only_the_hubs_own_database_need_not_wait_for_the_disk(tmp_path: Path) -> None:
    def synchronous(name: str) -> int:
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            _hub_need_not_wait_for_the_disk(connection, None)
            return int(connection.execute("pragma synchronous").fetchone()[0])

    full, normal = 2, 1
    assert synchronous("jupyterhub.sqlite") == normal
    assert synchronous("lideri.sqlite") == full
