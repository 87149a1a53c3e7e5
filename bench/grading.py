"""Grading 40 submissions of module 2's form: ours beside stock `nbgrader autograde`, on the same released notebook.

`python bench/grading.py` prints both times and their ratio, checks that both gradebooks hold the same rows, and writes
`grading_40` into bench/latest.json. Exit code 1 when the rows differ. How it is measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lideri.course.items import Form, Item, Rubric, SubmissionData
from lideri.course.loading import load_course
from lideri.nbgrader_bridge import grade_id
from lideri.nbgrader_bridge.comparison import Comparison, compare_with_stock
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import project
from lideri.nbgrader_bridge.release import release

LATEST = Path(__file__).parent / "latest.json"
SUBMITTED = datetime(2026, 11, 21, 10, 42, tzinfo=UTC)
SEED = 42


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--module", default="2")
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    chosen = parser.parse_args(arguments)
    form, items, rubrics = module_form(chosen.module)
    with tempfile.TemporaryDirectory() as folder:
        ours, compared = measure(Path(folder), form, items, rubrics, chosen.submissions)
    ratio = compared.stock_seconds / ours
    print(f"{form.id}: {len(items)} items, {chosen.submissions} submissions")
    print(f"ours   {ours:7.2f} s  ({ours / chosen.submissions:.3f} s each)")
    print(f"stock  {compared.stock_seconds:7.2f} s  ({compared.stock_seconds / chosen.submissions:.3f} s each)")
    print(f"ratio  {ratio:7.1f}")
    print(f"rows   {compared.rows} compared, {'equal' if compared.equal else 'NOT EQUAL'}")
    for difference in compared.differences[:20]:
        print(f"       {difference}")
    if not chosen.no_write:
        write_latest(
            f"grading_{chosen.submissions}",
            {
                "ours": round(ours, 2),
                "stock": round(compared.stock_seconds, 2),
                "unit": "s",
                "ratio": round(ratio, 1),
                "rows_equal": compared.equal,
            },
        )
    return 0 if compared.equal else 1


def module_form(module: str) -> tuple[Form, list[Item], dict[str, Rubric]]:
    course = load_course()
    blueprint = next(one for one in course.blueprints.values() if one.module == module)
    form = blueprint.forms[0]
    return form, [course.items[name] for name in form.items], dict(course.rubrics)


def measure(
    folder: Path, form: Form, items: list[Item], rubrics: dict[str, Rubric], submissions: int
) -> tuple[float, Comparison]:
    """Seconds that we take for all submissions, and the comparison with stock nbgrader."""
    course = NbgraderCourse.in_data(folder / "ours")
    release(course, form, items, rubrics)
    rng = random.Random(SEED)
    works = [made_up_work(f"persona-{number:02}", form, items, rng) for number in range(submissions)]
    unsure = set()
    started = time.perf_counter()
    graded = [(work, project(course, work, items, submitted_at=SUBMITTED)) for work in works]
    ours = time.perf_counter() - started
    for work, scores in graded:
        unsure |= {
            (work.person, form.id, grade_id(item)) for item, score in scores.items() if score.outcome == "unsure"
        }
    return ours, compare_with_stock(course, folder / "stock", forms=[form.id], unsure=unsure)


def made_up_work(person: str, form: Form, items: list[Item], rng: random.Random) -> SubmissionData:
    """Answers as people give them: mostly sensible, some blank, some that no program can judge."""
    lines = [
        {"item": item.id, "version": item.version, "response": None if rng.random() < 0.05 else answer(item, rng)}
        for item in items
    ]
    return SubmissionData.model_validate({"submission": person, "person": person, "form": form.id, "answers": lines})


def answer(item: Item, rng: random.Random) -> dict[str, Any]:
    knows = rng.random() < 0.6
    match item.kind:
        case "single_choice":
            return {"kind": item.kind, "choice": item.key if knows else rng.choice(item.options).id}
        case "multiple_choice":
            ticked = item.key if knows else [option.id for option in item.options if rng.random() < 0.5]
            return {"kind": item.kind, "choices": list(ticked)}
        case "order":
            order = [piece for group in item.key for piece in group]
            if not knows:
                rng.shuffle(order)
            return {"kind": item.kind, "order": order}
        case "match":
            partners = [piece.id for piece in item.right]
            pairs = {left: right if knows else rng.choice(partners) for left, right in item.key.items()}
            return {"kind": item.kind, "pairs": pairs}
        case "number":
            typed = f"{item.key:g}".replace(".", ",") if knows else rng.choice(["12", "0,5", "nezinu", "1 000"])
            return {"kind": item.kind, "text": typed}
        case "short_text":
            return {
                "kind": item.kind,
                "text": item.accept[0].upper() if knows else rng.choice(["vīruss", "nezinu", "?"]),
            }
        case "mark_spots":
            marked = item.key if knows else [spot.id for spot in item.spots if rng.random() < 0.5]
            return {"kind": item.kind, "marked": list(marked)}
        case _:
            return {
                "kind": item.kind,
                "text": "Es teiktu: labi, ka atnācāt. <b>Zvanām</b> bankai kopā." * rng.randint(1, 5),
            }


def write_latest(key: str, value: dict[str, Any]) -> None:
    """Put one result beside the others."""
    latest = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else {}
    latest[key] = value
    LATEST.write_text(json.dumps(latest, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
