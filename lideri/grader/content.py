"""The forms with their keys, as the grader works with them.

A form that somebody has begun stays as it was begun, whatever becomes of its files: that is what people see
(`lideri.answers.used_forms`), and that is what their answers are graded by. So that the keys are still there then, the
grader puts a copy of every form beside nbgrader's course (`KeptForms`) before anybody can use it.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lideri.course.items import Blueprint, Form, FreeText, Item, ReleasedForm, ReleasedItem, Rubric
from lideri.course.loading import Course, read_course
from lideri.errors import GradingError
from lideri.nbgrader_bridge.kit import ITEMS, RUBRICS
from lideri.practice.release import release, released_form

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WholeForm:
    """A form with everything that grading it needs. ``fingerprint``: as people meet it; "" where nobody can say."""

    form: Form
    items: Mapping[str, Item]
    rubrics: Mapping[str, Rubric]
    fingerprint: str = ""

    @property
    def in_order(self) -> list[Item]:
        return [self.items[name] for name in self.form.items]


@dataclass(frozen=True, slots=True)
class Assessments:
    forms: Mapping[str, Form]
    items: Mapping[str, Item]
    rubrics: Mapping[str, Rubric]
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, course: Course) -> Assessments:
        forms = {form.id: form for blueprint in course.blueprints.values() for form in blueprint.forms}
        fingerprints = {
            form.id: fingerprint
            for blueprint in course.blueprints.values()
            for form in blueprint.forms
            if (fingerprint := _fingerprint(blueprint, form, course))
        }
        return cls(forms, course.items, course.rubrics, fingerprints)

    def whole(self) -> Iterator[WholeForm]:
        """Every form with its items; one whose items the bank lacks is logged and left out."""
        for form in self.forms.values():
            missing = [name for name in form.items if name not in self.items]
            if missing:
                log.error("variants %s: uzdevumu bankā nav %s; palaid «lideri check»", form.id, ", ".join(missing))
                continue
            items = {name: self.items[name] for name in form.items}
            yield WholeForm(form, items, self.rubrics, self.fingerprints.get(form.id, ""))


class KeptForms:
    """Copies of forms with their keys, one file for each state a form was in: ``<form>/<fingerprint>.json``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, whole: WholeForm) -> None:
        """Write it, or write it anew: a key may be mended, and the mended one is what holds."""
        if not whole.fingerprint:
            return
        said = {
            "form": whole.form.model_dump(mode="json"),
            "items": ITEMS.dump_python(tuple(whole.in_order), mode="json"),
            "rubrics": RUBRICS.dump_python(dict(whole.rubrics), mode="json"),
        }
        text = json.dumps(said, ensure_ascii=False)  # keys stay in their order: in a talk it means something
        file = self._file(whole.form.id, whole.fingerprint)
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            return
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = file.with_suffix(".new")
        with new.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)

    def read(self, form: str, fingerprint: str) -> WholeForm | None:
        """The form as it was then; None when there is no copy, or none that can be read."""
        file = self._file(form, fingerprint)
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            items = ITEMS.validate_python(said["items"])
            rubrics = RUBRICS.validate_python(said["rubrics"])
            whole = Form.model_validate(said["form"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, ValidationError) as error:
            log.error("varianta %s kopija %s nav nolasāma: %s", form, file, error)
            return None
        return WholeForm(whole, {item.id: item for item in items}, rubrics, fingerprint)

    def forget(self, form: str, *, but: Iterable[str]) -> None:
        """Remove copies of states that nobody has used and that the form is no longer in."""
        stay = set(but)
        for file in (self._folder / form).glob("*.json"):
            if file.stem not in stay:
                file.unlink(missing_ok=True)

    def _file(self, form: str, fingerprint: str) -> Path:
        return self._folder / form / f"{fingerprint}.json"


def forms_in_force(assessments: Assessments, used: Mapping[str, str], kept: KeptForms) -> dict[str, WholeForm]:
    """What is graded: a form that was used as it was used (``used``: form → fingerprint), any other as it is now.

    A used form of which there is no copy stays as it is now; `require_same` keeps answers to another one from being
    graded by it.
    """
    found = {}
    for whole in assessments.whole():
        name = whole.form.id
        kept.keep(whole)
        kept.forget(name, but={whole.fingerprint, used.get(name, "")})
        found[name] = whole
    for name, fingerprint in used.items():
        now = found.get(name)
        if now is not None and (not now.fingerprint or now.fingerprint == fingerprint):
            continue
        as_used = kept.read(name, fingerprint)
        if as_used is not None:
            log.warning("variants %s ir mainīts pēc tam, kad to sāka pildīt; vērtēju pēc tā, ko cilvēki redz", name)
            found[name] = as_used
        else:
            log.error("variants %s ir mainīts, un tāda, kādu to sāka pildīt, vairs nav", name)
    return found


def require_same(whole: WholeForm, used: str | None, began: ReleasedForm | None) -> None:
    """Raises `GradingError` when people answer another form than this one; a person then has to look.

    ``used`` is the form's fingerprint at its first use, ``began`` the form as people see it; None: not known.
    Where only words differ (a slip that was mended without `lideri build`), the keys still fit.
    """
    if not whole.fingerprint or used is None or used == whole.fingerprint:
        return
    if began is not None and began.fingerprint == used and _same_to_judge(began, whole):
        log.warning("variantam %s ir mainīti tikai vārdi; vērtēju, palaid «lideri build»", whole.form.id)
        return
    raise GradingError(
        f"variants «{whole.form.id}» ir mainīts pēc tam, kad to sāka pildīt; "
        "atjauno to, kāds tas bija, palaid sistēmu no jauna un vērtē šo darbu vēlreiz"
    )


def _same_to_judge(began: ReleasedForm, whole: WholeForm) -> bool:
    """Whether every item has the version, the points and the parts to choose from that it had."""

    def judged(item: ReleasedItem) -> object:
        pieces = (item.options, item.pieces, item.left, item.right, item.spots)
        ids = [sorted(piece.id for piece in each) for each in pieces]
        return item.id, item.version, item.kind, item.points, ids, len(item.criteria), item.scenario

    rubrics = [whole.rubrics.get(item.rubric) if isinstance(item, FreeText) else None for item in whole.in_order]
    now = [release(item, rubric) for item, rubric in zip(whole.in_order, rubrics, strict=True)]
    # Through JSON, as the form that people see has gone.
    return [judged(item) for item in began.items] == [
        judged(ReleasedItem.model_validate_json(item.model_dump_json())) for item in now
    ]


def read_assessments(root: Path) -> Assessments:
    """What can be read of the assessments. A mistake in one file is logged and does not stop grading by the others."""
    course, problems = read_course(root)
    for problem in problems:
        log.error("saturs: %s", problem)
    return Assessments.of(course)


def _fingerprint(blueprint: Blueprint, form: Form, course: Course) -> str:
    if any(name not in course.items for name in form.items):
        return ""
    try:
        return released_form(blueprint, form, course.items, course.rubrics).fingerprint
    except ValidationError as error:
        log.error("variants %s: %s", form.id, error)
        return ""
