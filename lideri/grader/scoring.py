"""What a scoring worker does: a form's kit and an answer in, bytes out. Touches no file, no database and no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from lideri.course.items import SubmissionData
from lideri.errors import GradingError
from lideri.grader.results import graded_items
from lideri.nbgrader_bridge.gradebook import ManualMark, ScoredWork
from lideri.nbgrader_bridge.in_memory import StoredComment, StoredGrade, autograde
from lideri.nbgrader_bridge.kit import FormKit
from lideri.store.queue import GradedItem

RESULTS: TypeAdapter[list[GradedItem]] = TypeAdapter(list[GradedItem])
LONGEST_REASON = 2_000


class ScoringMistake(Exception):
    """A mistake of the program while scoring; ``where`` are the places in the code, for the log."""

    def __init__(self, reason: str, where: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.where = tuple(where)


class WorkerLost(Exception):
    """The worker that had this submission died or took too long; scoring it again may do the same."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One submission as a worker scored it: what goes into the gradebook, and what the trainee sees."""

    submission: str
    submitted: str
    autograded: str
    grades: Mapping[str, StoredGrade]
    comments: Mapping[str, StoredComment]
    results: Sequence[GradedItem]

    def for_gradebook(
        self, person: str, form: str, *, submitted_at: datetime, name: str, marks: Mapping[str, ManualMark]
    ) -> ScoredWork:
        return ScoredWork(
            self.submission,
            person,
            form,
            self.submitted,
            self.autograded,
            self.grades,
            self.comments,
            submitted_at,
            name,
            marks,
        )

    @property
    def points(self) -> float:
        return sum(result.points or 0.0 for result in self.results)


def score(kit: FormKit, content: bytes) -> bytes:
    """Score a submission (JSON of `SubmissionData`). Never raises for what was answered: `read_scored` tells."""
    try:
        submission = SubmissionData.model_validate_json(content)
        work = autograde(kit, submission)
        items = {item.id: item for item in kit.items}
        results = graded_items(submission.answers, items, work.scores, kit.rubrics)
        said: dict[str, Any] = {
            "submission": work.submission,
            "grades": {name: [grade.auto_score, grade.needs_manual_grade] for name, grade in work.grades.items()},
            "comments": {name: comment.auto_comment for name, comment in work.comments.items()},
            "results": RESULTS.dump_python(results, mode="json"),
        }
        files = [work.submitted.encode(), work.autograded.encode()]
    except GradingError as error:
        said, files = {"refused": str(error)[:LONGEST_REASON]}, []
    except Exception as error:  # noqa: BLE001  # the outer edge of a worker: the next submission is not to suffer
        said, files = {"mistake": f"{type(error).__name__}: {error}"[:LONGEST_REASON], "where": _places(error)}, []
    header = json.dumps(said | {"files": [len(file) for file in files]}, ensure_ascii=False).encode()
    return b"".join([header, b"\n", *files])


def read_scored(answer: bytes) -> Scored:
    """What `score` said; raises `GradingError` when it cannot be graded, `ScoringMistake` for a mistake of ours."""
    header, _, rest = answer.partition(b"\n")
    said = json.loads(header)
    if "refused" in said:
        raise GradingError(said["refused"])
    if "mistake" in said:
        raise ScoringMistake(said["mistake"], said["where"])
    submitted, autograded = said["files"]
    return Scored(
        submission=said["submission"],
        submitted=rest[:submitted].decode(),
        autograded=rest[submitted : submitted + autograded].decode(),
        grades={name: StoredGrade(score, needs) for name, (score, needs) in said["grades"].items()},
        comments={name: StoredComment(comment) for name, comment in said["comments"].items()},
        results=[GradedItem(**result) for result in said["results"]],
    )


def _places(error: BaseException) -> list[str]:
    """Where in the code it happened. Not `traceback`, which reads source files: behind the door there are none."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-20:]
