from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import project
from tests.grading.items import form, one_of_each
from tests.nbgrader_bridge.people import NOON, work

FORM = form().id
CONFIG = Path(__file__).parents[2] / "assessments" / "nbgrader_config.py"


def shown_by_formgrader(course: NbgraderCourse, person: str, *, first_name: str = "", last_name: str = "") -> str:
    """What formgrader's page holds, made as its extension and handler make it."""
    config = course.config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    resources = {
        "assignment_id": FORM,
        "notebook_id": FORM,
        "submission_id": "x",
        "index": 0,
        "total": 1,
        "base_url": "",
        "student": person,
        "last_name": last_name,
        "first_name": first_name,
        "notebook_path": "",
    }
    notebook = course.autograded / person / FORM / f"{FORM}.ipynb"
    html, _ = HTMLExporter(config=config).from_filename(str(notebook), resources=resources)
    return str(html)


def answer_panel(html: str) -> str:
    return html[html.index("Student&#39;s answer" if "Student&#39;s answer" in html else "Student's answer") :]


def test_formgrader_shows_hostile_text_as_text(course: NbgraderCourse) -> None:
    project(course, work("nezinams"), one_of_each(), submitted_at=NOON)

    html = shown_by_formgrader(course, "nezinams")

    assert "<img src" not in html
    assert "alert(2)</script>" not in html
    assert "&lt;img src" in html or "&#60;img src" in html
    assert "<h1" not in answer_panel(html)


def test_formgrader_shows_text_even_when_the_file_was_tampered_with(course: NbgraderCourse) -> None:
    project(course, work("dala"), one_of_each(), submitted_at=NOON)
    path = course.autograded / "dala" / FORM / f"{FORM}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] == "t-brivs":
            cell["source"] = "<pre>sveiki</pre><img src=x onerror=alert(1)>"
        if cell["id"] == "t-viens":
            cell["outputs"] = [
                {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<svg onload=alert(3)>"}},
                {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": "alert(4)"}},
            ]
        if cell["id"] == "j-t-viens":
            cell["source"] = "<iframe src=//x></iframe>"
    path.chmod(0o644)
    path.write_text(json.dumps(notebook), encoding="utf-8")

    html = shown_by_formgrader(course, "dala")

    assert "<img src=x" not in html
    assert "<svg onload" not in html
    assert "alert(4)" not in html
    assert "<iframe" not in html


def test_formgrader_shows_a_hostile_name_as_text(course: NbgraderCourse) -> None:
    project(course, work("dala"), one_of_each(), submitted_at=NOON)

    html = shown_by_formgrader(
        course, "dala", first_name="<svg/onload=alert(5)>", last_name='"><script>alert(6)</script>'
    )

    assert "<svg/onload" not in html
    assert "<script>alert(6)" not in html
    assert "&lt;svg/onload=alert(5)&gt;" in html


def test_formgrader_shows_the_task_and_every_line_of_the_answer(course: NbgraderCourse) -> None:
    project(course, work("dala"), one_of_each(), submitted_at=NOON)

    html = shown_by_formgrader(course, "dala")

    assert "Ko teiksi klientam, kurš nosauca kodu" in html
    assert "Nomierina" in html
    assert "Otrdien piezvanīsim." in answer_panel(html)
    assert "Kopā." in answer_panel(html)


def test_one_config_serves_the_command_line_and_formgrader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIDERI_DATA", str(tmp_path))
    monkeypatch.setenv("LIDERI_DATABASE_URL", "")
    config = Config()

    runpy.run_path(str(CONFIG), {"get_config": lambda: config})

    assert config.CourseDirectory.root == str(tmp_path / "course")
    assert config.CourseDirectory.db_url == f"sqlite:///{tmp_path / 'gradebook.sqlite'}"
    assert config.HTMLExporter.preprocessors == ["lideri.nbgrader_bridge.rendering.ShowAnswersAsText"]


def test_with_postgresql_the_gradebook_has_a_schema_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from lideri.nbgrader_bridge.course import nbgrader_settings

    config = nbgrader_settings({"LIDERI_DATABASE_URL": "postgresql://lideri:slepens@db/lideri"})

    assert config.CourseDirectory.db_url == (
        "postgresql+psycopg://lideri:slepens@db/lideri?options=-csearch_path%3Dgradebook"
    )
