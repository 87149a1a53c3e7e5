from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lideri.grader import Grader
from lideri.nbgrader_bridge.comparison import gradebook_rows
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import ManualMark, manual_marks, put_mark
from lideri.settings import Settings
from lideri.store import open_store
from tests.grader.queue_of_work import FORM, RULES, assessments, submit
from tests.nbgrader_bridge.people import ANSWERS
from tests.store.conftest import postgres

__all__ = ["postgres"]


@pytest.mark.postgres
def test_in_postgresql_store_and_gradebook_live_side_by_side(postgres: str, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("drop schema if exists lideri cascade")
        connection.execute("drop schema if exists gradebook cascade")
    settings = Settings(data=tmp_path, database_url=postgres)
    store = open_store(settings)
    course = NbgraderCourse.of(settings)
    work = Grader(store, course, assessments(), RULES)
    work.prepare()
    first, second = submit(store, "anna", ANSWERS["dala"]), submit(store, "berta", ANSWERS["nezinams"])

    assert work.run_until_idle() == 2
    anna = store.queue.submission(first).person_id
    put_mark(course, anna, FORM, "t-brivs", ManualMark(3, "Labi"))
    assert work.read_marks() == 1
    store.queue.put_mark(second, "t-vards", {"punkti": 1}, comment="", marked_by=anna, now=datetime.now(UTC))
    assert work.store_marks() == 1

    assert store.results.of_submission(first).points == 5.87 + 3
    assert {mark.cell for mark in manual_marks(course)} == {"t-brivs", "t-vards"}
    assert gradebook_rows(course)["grade", anna, FORM, "t-pari"]["auto_score"] == 0.67
    with psycopg.connect(postgres) as connection:
        tables = connection.execute("select schemaname from pg_tables where tablename = 'grade'").fetchall()
    assert tables == [("gradebook",)]
    store.close()
