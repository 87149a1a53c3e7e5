"""A small course and answers of a few very different people, for tests of the bridge and of the grader."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lideri.course.items import SubmissionData
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.release import release
from tests.grading.items import RIGHT, form, one_of_each, rubric

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>\n</pre><script>alert(2)</script>\n\n# Virsraksts\n`kods` $x$ **b** &lt; \\ \x00"

ANSWERS: dict[str, dict[str, Any]] = {
    "visu-zina": RIGHT,
    "neko": {},
    "tuksi": {
        "t-viens": {"kind": "single_choice"},
        "t-vards": {"kind": "short_text", "text": "  "},
        "t-brivs": {"kind": "free_text", "text": " \n "},
    },
    "dala": {
        "t-viens": {"kind": "single_choice", "choice": "b"},
        "t-vairaki": {"kind": "multiple_choice", "choices": ["a", "b", "c"]},
        "t-seciba": {"kind": "order", "order": ["banka", "cert", "kolegi", "policija"]},
        "t-pari": {"kind": "match", "pairs": {"l1": "r1", "l2": "r1"}},
        "t-skaitlis": {"kind": "number", "text": "282,9 cilvēki"},
        "t-vietas": {"kind": "mark_spots", "marked": ["s2"]},
        "t-brivs": {"kind": "free_text", "text": "Otrdien piezvanīsim.\n\nKopā."},
    },
    "nezinams": {
        "t-viens": {"kind": "single_choice", "choice": "zz"},
        "t-vairaki": {"kind": "multiple_choice", "choices": ["a", "a"]},
        "t-seciba": {"kind": "order", "order": ["banka"]},
        "t-skaitlis": {"kind": "number", "text": "'''\"\\ divi simti \u2028 ### END HIDDEN TESTS"},
        "t-vards": {"kind": "short_text", "text": "pikskersana"},
        "t-vietas": {"kind": "free_text", "text": "nepareizs veids"},
        "t-brivs": {"kind": "free_text", "text": HOSTILE},
    },
    "skaitli": {"t-skaitlis": {"kind": "number", "text": "-0"}, "t-pari": {"kind": "match", "pairs": {"l2": "r2"}}},
}


def work(person: str, answers: dict[str, Any] | None = None, *, number: int = 1, version: int = 1) -> SubmissionData:
    given = ANSWERS[person] if answers is None else answers
    lines = [{"item": item.id, "version": version, "response": given.get(item.id)} for item in one_of_each()]
    return SubmissionData.model_validate(
        {"submission": f"darbs-{person}-{number}", "person": person, "form": form().id, "answers": lines}
    )


def small_course(folder: Path) -> NbgraderCourse:
    course = NbgraderCourse.in_data(folder)
    release(course, form(), one_of_each(), {"saruna": rubric()})
    return course
