"""What one submission costs with 10,000 in the gradebook and the store, beside what it costs with 100.

`python -m bench.gradebook_growth` prints both and their ratio, and writes `gradebook_growth` into bench/latest.json.
How it is measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import insert

from bench.latest import write_latest
from bench.work import SUBMITTED, assessments, grader, made_up_works, module_form, put_into_queue
from lideri.course.items import Form, Item, SubmissionData
from lideri.grader import Grader
from lideri.grader.content import Assessments
from lideri.grader.pool import LocalPool
from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse
from lideri.settings import Settings
from lideri.store import Store, open_store
from lideri.store.tables import ItemResultRow, MarkRow

FIRST_MEASURED = 90_000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=31, help="submissions measured with each; medians count")
    parser.add_argument("--quick", action="store_true", help="2000 submissions, 7 rounds")
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.large, chosen.rounds = min(chosen.large, 2_000), min(chosen.rounds, 7)
    form, items, rubrics = module_form("2")
    content = assessments(form, items, rubrics)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        pool = stack.enter_context(closing(LocalPool()))
        sides = {
            number: filled(stack, Path(folder) / str(number), form, items, content, pool, number)
            for number in (chosen.small, chosen.large)
        }
        seconds: dict[int, list[float]] = {number: [] for number in sides}
        works = made_up_works(form, items, chosen.rounds + 3, first=FIRST_MEASURED)
        for place, work in enumerate(works):
            for number, (store, running) in sides.items():  # side by side, so that noise meets both
                took = one_more(store, running, work)
                if place >= 3:  # the first ones warm caches
                    seconds[number].append(took)
    small, large = (statistics.median(seconds[number]) for number in (chosen.small, chosen.large))
    print(f"with {chosen.small:6} in the gradebook {small * 1000:7.1f} ms")
    print(f"with {chosen.large:6} in the gradebook {large * 1000:7.1f} ms")
    print(f"ratio {large / small:.2f}")
    if not chosen.no_write:
        write_latest(
            "gradebook_growth",
            {
                "ours": round(large / small, 3),
                "stock": None,
                "unit": "ratio",
                "small": chosen.small,
                "large": chosen.large,
                "ms_small": round(small * 1000, 1),
                "ms_large": round(large * 1000, 1),
                "rounds": chosen.rounds,
            },
        )
    return 0


def filled(
    stack: ExitStack, folder: Path, form: Form, items: list[Item], content: Assessments, pool: LocalPool, number: int
) -> tuple[Store, Grader]:
    """A data folder whose store and gradebook hold so many graded submissions, and a grader that has read its marks."""
    store = stack.enter_context(closing(open_store(Settings(data=folder))))
    running = stack.enter_context(closing(grader(store, folder, content, pool)))
    works = made_up_works(form, items, number)
    put_into_queue(store, works, state="graded")
    fill_results(store, items, works)
    fill_gradebook(NbgraderCourse.of(Settings(data=folder)), form, works)
    started = time.perf_counter()
    taken = running.read_marks()
    print(f"{number}: filled; marks read at the start in {time.perf_counter() - started:.1f} s, {taken} new")
    return store, running


def one_more(store: Store, running: Grader, work: SubmissionData) -> float:
    """From the queue to the result, and a look for marks made elsewhere, as the service does it."""
    put_into_queue(store, [work])
    started = time.perf_counter()
    graded = running.run_until_idle()
    running.read_marks()
    seconds = time.perf_counter() - started
    assert graded == 1, running.failures
    return seconds


def fill_results(store: Store, items: Sequence[Item], works: Sequence[SubmissionData]) -> None:
    rng = random.Random(1)
    results, marks = [], []
    for place, work in enumerate(works):
        at = SUBMITTED - timedelta(hours=len(works) - place)
        for position, item in enumerate(items):
            by_person = item.kind == "free_text"
            points = round(item.points * rng.choice([0, 0.5, 1]), 2)
            results.append(
                {
                    "submission_id": work.submission,
                    "item": item.id,
                    "position": position,
                    "version": item.version,
                    "outcome": "right" if points >= item.points else "partly" if points else "wrong",
                    "points": points,
                    "max_points": item.points,
                    "detail": {
                        "your_answer": ["Atbilde"],
                        "right_answer": ["Pareizā"],
                        "why": [item.explanation],
                    },
                    "updated_at": at,
                }
            )
            if by_person:
                marks.append(
                    {
                        "id": new_uuid(),
                        "submission_id": work.submission,
                        "item": item.id,
                        "version": 1,
                        "points": {"punkti": 1.0},
                        "total": 1.0,
                        "comment": "Labi.",
                        "source": "vertesana",
                        "marked_at": at,
                        "state": "stored",
                        "stored_at": at,
                    }
                )

    def write(session: Any) -> None:
        session.execute(insert(ItemResultRow), results)
        session.execute(insert(MarkRow), marks)

    store.database.write(write)


def fill_gradebook(course: NbgraderCourse, form: Form, works: Sequence[SubmissionData]) -> None:
    """The rows that nbgrader would have: everybody's grades and comments, and a person's mark for each free text."""
    with Gradebook(course.gradebook_url, COURSE_ID) as gradebook:
        assignment = gradebook.find_assignment(form.id)
        notebook = gradebook.find_notebook(form.id, form.id)
        by_person = {cell.id for cell in notebook.grade_cells if cell.cell_type == "markdown"}
        texts = {cell.name for cell in notebook.grade_cells if cell.id in by_person}
        rows: dict[Any, list[dict[str, Any]]] = {
            kind: [] for kind in (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)
        }
        for work in works:
            submitted, its_notebook = new_uuid(), new_uuid()
            rows[Student].append({"id": work.person, "last_name": "Liepa"})
            rows[SubmittedAssignment].append(
                {
                    "id": submitted,
                    "assignment_id": assignment.id,
                    "student_id": work.person,
                    "timestamp": SUBMITTED.replace(tzinfo=None),
                }
            )
            rows[SubmittedNotebook].append(
                {"id": its_notebook, "assignment_id": submitted, "notebook_id": notebook.id, "flagged": False}
            )
            for cell in notebook.grade_cells:
                rows[Grade].append(
                    {
                        "id": new_uuid(),
                        "cell_id": cell.id,
                        "notebook_id": its_notebook,
                        "auto_score": None if cell.id in by_person else 1.0,
                        "manual_score": 1.0 if cell.id in by_person else None,
                        "needs_manual_grade": False,
                    }
                )
            for cell in notebook.solution_cells:
                rows[Comment].append(
                    {
                        "id": new_uuid(),
                        "cell_id": cell.id,
                        "notebook_id": its_notebook,
                        "manual_comment": "Labi." if cell.name in texts else None,
                    }
                )
        for kind, given in rows.items():
            gradebook.db.execute(insert(kind.__table__), given)
        gradebook.db.commit()


if __name__ == "__main__":
    sys.exit(main())
