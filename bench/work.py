"""Made-up work for benchmarks of grading: module 2's form, answers as people give them, and a store full of them."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from lideri.course.items import Form, Item, Rubric, SubmissionData
from lideri.course.loading import load_course
from lideri.grader import Grader, Pace
from lideri.grader.content import Assessments
from lideri.grader.pool import Scorer
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.settings import AttemptRules, Settings
from lideri.store import Store
from lideri.store.tables import AttemptRow, PersonRow, SubmissionRow

SUBMITTED = datetime(2026, 11, 21, 10, 42, tzinfo=UTC)
SEED = 42
RULES = AttemptRules(allowed=3, counts="best")


def module_form(module: str) -> tuple[Form, list[Item], dict[str, Rubric]]:
    course = load_course()
    blueprint = next(one for one in course.blueprints.values() if one.module == module)
    form = blueprint.forms[0]
    return form, [course.items[name] for name in form.items], dict(course.rubrics)


def assessments(form: Form, items: Sequence[Item], rubrics: dict[str, Rubric]) -> Assessments:
    return Assessments({form.id: form}, {item.id: item for item in items}, rubrics)


def grader(store: Store, folder: Path, content: Assessments, scorer: Scorer) -> Grader:
    course = NbgraderCourse.of(Settings(data=folder))
    made = Grader(store, course, content, RULES, worker="bench", pace=Pace(), scorer=scorer)
    made.prepare()
    return made


def made_up_works(
    form: Form, items: Sequence[Item], number: int, *, first: int = 0, seed: int = SEED
) -> list[SubmissionData]:
    """The same for the same numbers."""
    return [
        made_up_work(f"persona-{who:05}", form, items, random.Random(seed * 1_000_003 + who))
        for who in range(first, first + number)
    ]


def made_up_work(person: str, form: Form, items: Sequence[Item], rng: random.Random) -> SubmissionData:
    """Answers as people give them: mostly sensible, some blank, some that no program can judge."""
    lines = [
        {"item": item.id, "version": item.version, "response": None if rng.random() < 0.05 else answer(item, rng)}
        for item in items
    ]
    return SubmissionData.model_validate(
        {"submission": f"darbs-{person}", "person": person, "form": form.id, "answers": lines}
    )


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


def put_into_queue(store: Store, works: Iterable[SubmissionData], **fields: Any) -> None:
    """People, their attempts and submissions, as *answers* leaves them after «Iesniegt»; in one transaction."""
    works = list(works)
    people, attempts, submissions = [], [], []
    for place, work in enumerate(works):
        content = json.dumps(work.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        at = SUBMITTED + timedelta(seconds=place)
        attempt = f"meginajums-{work.person}"
        people.append(
            {
                "id": work.person,
                "username": work.person,
                "name": f"Vārds Uzvārds {work.person[-5:]}",
                "role": "trainee",
                "created_at": at,
            }
        )
        attempts.append(
            {
                "id": attempt,
                "person_id": work.person,
                "module": "2",
                "form": work.form,
                "number": 1,
                "state": fields.get("state", "submitted"),
                "seed": 1,
                "started_at": at,
                "submitted_at": at,
            }
        )
        submissions.append(
            {
                "id": work.submission,
                "attempt_id": attempt,
                "person_id": work.person,
                "module": "2",
                "form": work.form,
                "number": 1,
                "submitted_at": at,
                "content": content,
                "sha256": hashlib.sha256(content.encode()).hexdigest(),
                "answered": len(work.answers),
                "state": fields.get("state", "queued"),
                "graded_at": at if fields.get("state") == "graded" else None,
                "tries": 0,
            }
        )

    def write(session: Any) -> None:
        session.execute(insert(PersonRow), people)
        session.execute(insert(AttemptRow), attempts)
        session.execute(insert(SubmissionRow), submissions)

    store.database.write(write)
