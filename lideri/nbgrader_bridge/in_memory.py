"""One submission through nbgrader's own Autograde converter and preprocessors, without a file and without a database.

What decides a score is nbgrader's code: `OverwriteCells` puts the hidden tests back, `determine_grade` reads the
points, `SaveAutoGrades` says what is to be stored. They get the form's cells from a `FormKit` in place of the
gradebook, and a notebook that is handed on in place of one that is written to disk and read again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.writers.files import FilesWriter
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets.config import Config

from lideri.course.items import AnsweredItem, FreeText, FreeTextResponse, SubmissionData
from lideri.errors import GradingError
from lideri.grading import Score, grade_answer
from lideri.nbgrader_bridge.assignment import grade_id
from lideri.nbgrader_bridge.kit import FormKit, KitCell
from lideri.nbgrader_bridge.notebook_json import text_of
from lideri.nbgrader_bridge.running import NBGRADER_LOG
from lideri.nbgrader_bridge.scoring import ScoreAnswers
from lideri.nbgrader_bridge.submission import Blank


@dataclass(slots=True)
class StoredGrade:
    """What `SaveAutoGrades` wants in a row of nbgrader's table ``grade``."""

    auto_score: float | None = None
    needs_manual_grade: bool = True
    manual_score: None = None  # what people gave is no business of a scoring worker


@dataclass(slots=True)
class StoredComment:
    """… and in a row of ``comment``."""

    auto_comment: str | None = None


@dataclass(frozen=True, slots=True)
class AutogradedWork:
    """One submission scored; `lideri.nbgrader_bridge.gradebook` writes it."""

    submission: str
    person: str
    form: str
    submitted: str  # the notebook as submitted, for submitted/
    autograded: str  # and with keys and outputs, for autograded/
    grades: Mapping[str, StoredGrade]
    comments: Mapping[str, StoredComment]
    scores: Mapping[str, Score]  # by item; of every item of the form


def autograde(kit: FormKit, submission: SubmissionData) -> AutogradedWork:
    """Score a submission. Touches no file, no database and no network.

    Raises `GradingError` when nbgrader would store anything but the computed scores.
    """
    blank = _blank(kit.released)
    sources = blank.sources(submission)
    gradebook = FormCells(kit)
    try:
        filled = blank.filled(sources, submission.submission)
        node = _converter().convert(filled, kit.form, submission.person, gradebook)
    except (GradingError, MemoryError):
        raise
    except Exception as error:  # whatever nbgrader finds wrong with a notebook or a form, a person has to see
        raise GradingError(f"nbgrader: {type(error).__name__}: {error}") from error
    answered = {answer.item: answer for answer in submission.answers}
    scores = {item.id: grade_answer(item, answered.get(item.id)) for item in kit.items}
    _compare(kit, answered, scores, gradebook.grades)
    return AutogradedWork(
        submission=submission.submission,
        person=submission.person,
        form=submission.form,
        submitted=blank.text(sources, submission.submission),
        autograded=text_of(node),
        grades=gradebook.grades,
        comments=gradebook.comments,
        scores=scores,
    )


@lru_cache(maxsize=32)
def _blank(released: str) -> Blank:
    return Blank(released)


def _compare(
    kit: FormKit,
    answered: Mapping[str, AnsweredItem],
    scores: Mapping[str, Score],
    grades: Mapping[str, StoredGrade],
) -> None:
    """What nbgrader is about to store has to be what was computed, for the form's items and nothing else."""
    left = dict(grades)
    for item in kit.items:
        grade = left.pop(grade_id(item.id), None)
        answer = answered.get(item.id)
        written = isinstance(item, FreeText) and answer is not None and _is_text(answer.response)
        expected = None if written else scores[item.id].points
        if grade is None or grade.auto_score != expected:
            found = "nekā" if grade is None else grade.auto_score
            raise GradingError(f"{item.id}: žurnālā ir {found}, bet aprēķināti {expected} punkti; jāskatās cilvēkam")
        grade.needs_manual_grade = scores[item.id].needs_person
    if left:
        raise GradingError(f"{kit.form}: žurnālā ir lieki uzdevumi: {', '.join(sorted(left))}")


def _is_text(response: object) -> bool:
    return isinstance(response, FreeTextResponse) and bool(response.text.strip())


# ── what nbgrader's preprocessors ask ────────────────────────────────────────────────────────────────────────────────


class _NothingToCommit:
    def commit(self) -> None:
        """What was stored is in `FormCells`; the writer takes it from there."""


@dataclass
class FormCells:
    """Answers `Gradebook`'s questions about one form, and keeps what is stored about one submission."""

    kit: FormKit
    grades: dict[str, StoredGrade] = field(default_factory=dict)
    comments: dict[str, StoredComment] = field(default_factory=dict)
    db: _NothingToCommit = field(default_factory=_NothingToCommit)

    def find_notebook(self, _name: str, _assignment: str) -> FormKit:
        return self.kit

    def find_source_cell(self, name: str, _notebook: str, _assignment: str) -> KitCell:
        return _cell(self.kit, name)

    def find_graded_cell(self, name: str, _notebook: str, _assignment: str) -> KitCell:
        cell = _cell(self.kit, name)
        if cell.max_score is None:
            raise MissingEntry(f"No such grade cell: {name}")
        return cell

    def find_grade(self, name: str, notebook: str, assignment: str, _student: str) -> StoredGrade:
        self.find_graded_cell(name, notebook, assignment)
        return self.grades.setdefault(name, StoredGrade())

    def find_comment(self, name: str, _notebook: str, _assignment: str, _student: str) -> StoredComment:
        _cell(self.kit, name)
        return self.comments.setdefault(name, StoredComment())


def _cell(kit: FormKit, name: str) -> KitCell:
    found = kit.by_name.get(name)
    if found is None:
        raise MissingEntry(f"No such cell: {name}")
    return found


class KernelspecOfKit(OverwriteKernelspec):  # type: ignore[misc]  # nbgrader ships no types
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        kernelspec = json.loads(self.parent.gradebook.kit.kernelspec or "null")
        if kernelspec:
            nb.metadata["kernelspec"] = kernelspec
        return nb, resources


class CellsOfKit(OverwriteCells):  # type: ignore[misc]  # nbgrader ships no types
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        self.gradebook = self.parent.gradebook
        self.notebook_id = self.assignment_id = resources["nbgrader"]["assignment"]
        return super(OverwriteCells, self).preprocess(nb, resources)  # type: ignore[no-any-return]  # without its session


class GradesForLater(SaveAutoGrades):  # type: ignore[misc]  # nbgrader ships no types
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        self.gradebook = self.parent.gradebook
        self.notebook_id = self.assignment_id = resources["nbgrader"]["assignment"]
        self.student_id = resources["nbgrader"]["student"]
        return super(SaveAutoGrades, self).preprocess(nb, resources)  # type: ignore[no-any-return]  # without its session


class MetadataOnce(MetadataValidator):  # type: ignore[misc]  # nbgrader ships no types
    """A cell whose metadata were found right once are right; people's work does not change them."""

    def __init__(self) -> None:
        super().__init__()
        self._right: set[str] = set()

    def validate_cell(self, cell: NotebookNode) -> None:
        said = json.dumps([cell.cell_type, cell.metadata.get("nbgrader")], sort_keys=True)
        if said not in self._right:
            super().validate_cell(cell)
            self._right.add(said)


class CheckMetadataOnce(CheckCellMetadata):  # type: ignore[misc]  # nbgrader ships no types
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        self.parent.metadata.validate_nb(nb)
        return nb, resources


# ── the converter ────────────────────────────────────────────────────────────────────────────────────────────────────


class HandedOver(NotebookExporter):
    """Takes the converter's notebook and gives it back: nobody else has it, so nothing is copied, written or read."""

    gradebook: FormCells
    metadata: MetadataOnce

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **_: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        node: NotebookNode = self.parent.node  # type: ignore[union-attr]  # it always has one
        for preprocessor in self._preprocessors:
            node, resources = preprocessor(node, resources)
        return node, resources or {}


class AutogradeInMemory(Autograde):  # type: ignore[misc]  # nbgrader ships no types
    """nbgrader's two passes (sanitise, autograde) over a notebook in memory."""

    SANITIZE = (ClearOutput, DeduplicateIds, KernelspecOfKit, CellsOfKit, CheckMetadataOnce)
    SCORE = (ScoreAnswers, GradesForLater)

    def __init__(self) -> None:
        config = Config()
        config.Exporter.default_preprocessors = []
        config.CourseDirectory.root = "/"  # nothing is looked for; without it nbgrader asks for the working folder
        super().__init__(coursedir=CourseDirectory(config=config), config=config, log=NBGRADER_LOG)
        self.exporter = HandedOver(parent=self, config=config)  # type: ignore[no-untyped-call]  # nbconvert
        self.exporter.metadata = MetadataOnce()
        self.writer = FilesWriter(parent=self)  # type: ignore[no-untyped-call]  # asked for its folder, never to write
        self._passes = {
            sanitizing: [kind(parent=self.exporter) for kind in kinds]
            for sanitizing, kinds in ((True, self.SANITIZE), (False, self.SCORE))
        }
        self.node = NotebookNode()  # type: ignore[no-untyped-call]  # nbformat

    def convert(self, node: NotebookNode, form: str, person: str, gradebook: FormCells) -> NotebookNode:
        self.node, self._form, self._person = node, form, person
        self.exporter.gradebook = gradebook
        self.convert_single_notebook(f"{form}.ipynb")
        nbformat.validate(self.node, relax_add_props=True)
        return self.node

    def _init_preprocessors(self) -> None:
        self.exporter._preprocessors = self._passes[self._sanitizing]

    def init_single_notebook_resources(self, notebook_filename: str) -> dict[str, Any]:
        about = {"student": self._person, "assignment": self._form, "notebook": self._form, "db_url": ""}
        return {"unique_key": self._form, "nbgrader": about}

    def write_single_notebook(self, output: NotebookNode, resources: dict[str, Any]) -> None:
        self.node = output


@lru_cache(maxsize=1)
def _converter() -> AutogradeInMemory:
    return AutogradeInMemory()
