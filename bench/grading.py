"""Grading 400 submissions of module 2's form: ours beside stock `nbgrader autograde`, on the same released notebook.

`python -m bench.grading` prints both times and their ratio, checks that both gradebooks hold the same rows, and writes
`grading_400` into bench/latest.json. Exit code 1 when the rows differ. How it is measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench.latest import write_latest
from bench.work import assessments, grader, made_up_works, module_form, put_into_queue
from lideri.course.items import SubmissionData
from lideri.grader.content import Assessments
from lideri.grader.pool import LocalPool
from lideri.nbgrader_bridge import grade_id
from lideri.nbgrader_bridge.comparison import Comparison, compare_with_stock
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.settings import Settings
from lideri.store import open_store

STOCK_GROUP = 10  # submissions in one longer run of stock nbgrader


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=400)
    parser.add_argument("--runs", type=int, default=5, help="of ours; the median counts")
    parser.add_argument("--stock-runs", type=int, default=3, help="each with one submission and with ten")
    parser.add_argument("--module", default="2")
    parser.add_argument("--quick", action="store_true", help="50 submissions, one run of each")
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.submissions, chosen.runs, chosen.stock_runs = min(chosen.submissions, 50), 1, 1
    form, items, rubrics = module_form(chosen.module)
    content = assessments(form, items, rubrics)
    works = made_up_works(form, items, chosen.submissions)
    with tempfile.TemporaryDirectory() as folder:
        start, ours = measure(Path(folder), content, works, chosen.runs)
        course = NbgraderCourse.of(Settings(data=Path(folder) / "izmerits"))
        each, own_start, compared = measure_stock(course, Path(folder), works, form.id, chosen.stock_runs)
    stock = own_start + each * chosen.submissions
    seconds = statistics.median(ours)
    ratio = stock / seconds
    print(f"{form.id}: {len(items)} items, {chosen.submissions} submissions")
    print(f"ours   {seconds:8.2f} s  ({seconds / chosen.submissions * 1000:.1f} ms each; runs {_listed(ours)})")
    print(f"       {start:8.2f} s  once, to start the workers: not in it")
    print(f"stock  {stock:8.2f} s  ({each:.3f} s each and {own_start:.1f} s to start; {compared.stock_runs} runs)")
    print(f"ratio  {ratio:8.1f}")
    print(f"rows   {compared.rows} compared, {'equal' if compared.equal else 'NOT EQUAL'}")
    for difference in compared.differences[:20]:
        print(f"       {difference}")
    if not chosen.no_write:
        write_latest(
            f"grading_{chosen.submissions}",
            {
                "ours": round(seconds, 2),
                "stock": round(stock, 1),
                "unit": "s",
                "ratio": round(ratio, 1),
                "rows_equal": compared.equal,
                "rows": compared.rows,
                "runs": [round(run, 2) for run in ours],
                "worker_start": round(start, 2),
                "stock_submissions": compared.stock_submissions,
                "stock_each": round(each, 3),
                "stock_start": round(own_start, 2),
            },
        )
    return 0 if compared.equal else 1


def measure(
    folder: Path, content: Assessments, works: Sequence[SubmissionData], runs: int
) -> tuple[float, list[float]]:
    """Seconds to start the workers, and seconds from the queue to results and gradebook, of each run.

    The last run's data folder stays, as ``izmerits``.
    """
    prepared = folder / "sagatavots"
    settings = Settings(data=prepared)
    with closing(open_store(settings)) as store:
        put_into_queue(store, works)
        with closing(LocalPool()) as nobody, closing(grader(store, prepared, content, nobody)):
            pass
    started = time.perf_counter()
    with closing(LocalPool()) as pool:
        warm_up(pool, folder, prepared, content)
        start = time.perf_counter() - started
        return start, [once(folder, prepared, content, pool, len(works)) for _ in range(runs)]


def warm_up(pool: LocalPool, folder: Path, prepared: Path, content: Assessments) -> None:
    """Until every worker has answered."""
    from lideri.grader.pool import Work
    from lideri.nbgrader_bridge.gradebook import CourseGradebook

    (form,) = content.forms.values()
    with CourseGradebook(NbgraderCourse.of(Settings(data=prepared))) as gradebook:
        kit = gradebook.kit(form.id, content.items_of(form), content.rubrics)
    works = made_up_works(form, content.items_of(form), 4 * pool.processes, first=90_000)
    for future in pool.score([Work(kit, work.model_dump_json().encode()) for work in works]):
        future.result()


def once(folder: Path, prepared: Path, content: Assessments, pool: LocalPool, expected: int) -> float:
    data = folder / "izmerits"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(prepared, data)
    with closing(open_store(Settings(data=data))) as store, closing(grader(store, data, content, pool)) as running:
        started = time.perf_counter()
        graded = running.run_until_idle()
        seconds = time.perf_counter() - started
        assert graded == expected == store.queue.counts()["graded"], (graded, running.failures[:3])
    return seconds


def measure_stock(
    course: NbgraderCourse, folder: Path, works: Sequence[SubmissionData], form: str, runs: int
) -> tuple[float, float, Comparison]:
    """Seconds for one more submission and to start, as medians of runs with one and with ten; and what both stored."""
    chosen = [work.person for work in works[: runs * (STOCK_GROUP + 1)]]
    groups = []
    while chosen:
        groups += [chosen[:1], chosen[1 : STOCK_GROUP + 1]]
        chosen = chosen[STOCK_GROUP + 1 :]
    compared = compare_with_stock(
        course,
        folder / "stock",
        forms=[form],
        groups=[group for group in groups if group],
        unsure=unsure(course, folder),
    )
    seconds = [one for _, one in compared.stock_groups]
    one = statistics.median(seconds[0::2])
    ten = statistics.median(seconds[1::2])
    each = (ten - one) / (len(groups[1]) - 1)
    return each, one - each, compared


def unsure(course: NbgraderCourse, folder: Path) -> set[tuple[str, str, str]]:
    """Answers that no program can judge: the one column in which ours says more than stock."""
    with closing(open_store(Settings(data=folder / "izmerits"))) as store:
        return {
            (person, result.form, grade_id(item.item))
            for person, results in store.results.of_people().items()
            for result in results
            for item in result.items
            if item.outcome == "unsure"
        }


def _listed(seconds: Sequence[float]) -> str:
    return ", ".join(f"{one:.2f}" for one in seconds)


if __name__ == "__main__":
    sys.exit(main())
