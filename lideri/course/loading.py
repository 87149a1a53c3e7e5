"""Read the whole course from its folders; report every problem at once."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from lideri.course.catalogue import Competence, Fact, Leaflet, PageEntry, SupportingOutcome, Syllabus
from lideri.course.items import ITEM, Blueprint, Item, ReleasedForm, Rubric
from lideri.course.problems import Problem
from lideri.course.validation import validate
from lideri.course.yaml_lines import PathInFile, YamlDocument, dotted, read_yaml
from lideri.errors import ContentError

T = TypeVar("T")

FACT: TypeAdapter[Fact] = TypeAdapter(Fact)
RUBRIC: TypeAdapter[Rubric] = TypeAdapter(Rubric)
BLUEPRINT: TypeAdapter[Blueprint] = TypeAdapter(Blueprint)
SYLLABUS: TypeAdapter[Syllabus] = TypeAdapter(Syllabus)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands, for reports."""

    document: YamlDocument
    path: PathInFile

    def problem(self, message: str, *below: str | int) -> Problem:
        path = (*self.path, *below)
        return Problem(self.document.file, self.document.line(path), dotted(path), message)


@dataclass(frozen=True, slots=True)
class Course:
    """Everything the course consists of. ``items``, ``rubrics`` and ``blueprints`` are empty where keys must not be."""

    root: Path
    syllabus: Syllabus
    facts: Mapping[str, Fact]
    competences: Mapping[str, Competence]
    areas: Mapping[str, str]
    outcomes: frozenset[str]
    practice: Mapping[str, Item]
    items: Mapping[str, Item]
    rubrics: Mapping[str, Rubric]
    blueprints: Mapping[str, Blueprint]
    forms: Mapping[str, ReleasedForm]
    pages: Mapping[str, PageEntry] = field(default_factory=dict)
    leaflets: Mapping[str, Leaflet] = field(default_factory=dict)
    supporting: tuple[SupportingOutcome, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def exercises_of(self) -> dict[str, tuple[str, ...]]:
        """Page → the exercises that make it done; pages without any (the assessment) are left out."""
        return {name: page.exercises for name, page in self.pages.items() if page.exercises}

    def forms_of(self, module: str) -> tuple[ReleasedForm, ...]:
        """The module's released forms in the order in which attempts get them, without those that nobody begins now."""
        return tuple(form for _, form in sorted(self.forms.items()) if form.module == module and not form.retired)


def project_root() -> Path:
    """The checkout this package is imported from (an editable install) — content lives beside the code."""
    return Path(__file__).resolve().parents[2]


def load_course(root: Path | None = None, *, keys: bool = True) -> Course:
    """The course under ``root``; raises `ContentError` with every problem. ``keys=False`` never opens assessments/."""
    course, problems = read_course(root or project_root(), keys=keys)
    if problems:
        raise ContentError(tuple(sorted(problems)))
    return course


def read_course(root: Path, *, keys: bool = True) -> tuple[Course, list[Problem]]:
    """What could be read, and every problem met while reading (syntax, shape, doubled ids)."""
    problems: list[Problem] = []
    places: dict[str, Place] = {}
    reader = _Reader(root, problems, places)
    data = root / "course_data"
    syllabus_document = reader.document(data / "syllabus.yml")
    syllabus = Syllabus(modules=())
    if syllabus_document is not None and syllabus_document.data is not None:
        read, found = validate(SYLLABUS, syllabus_document, (), syllabus_document.data)
        problems += found
        syllabus = read or syllabus
    facts = reader.listing(sorted((data / "facts").glob("*.yml")), "facts", FACT, "fact")
    practice = reader.listing(sorted((data / "practice").glob("*.yml")), "items", ITEM, "item")
    items: dict[str, Item] = {}
    rubrics: dict[str, Rubric] = {}
    blueprints: dict[str, Blueprint] = {}
    if keys:
        assessments = root / "assessments"
        items = reader.listing(sorted((assessments / "items").glob("*.yml")), "items", ITEM, "item")
        rubrics = reader.listing(sorted((assessments / "rubrics").glob("*.yml")), "rubrics", RUBRIC, "rubric")
        for file in sorted((assessments / "blueprints").glob("*.yml")):
            document = reader.document(file)
            if document is None or document.data is None:
                continue
            blueprint, found = validate(BLUEPRINT, document, (), document.data)
            problems += found
            if blueprint is not None:
                blueprints[blueprint.id] = blueprint
                places[f"blueprint:{blueprint.id}"] = Place(document, ())
    competences, areas = _competences(data / "digcomp" / "competences.csv")
    course = Course(
        root=root,
        syllabus=syllabus,
        facts=facts,
        competences=competences,
        areas=areas,
        outcomes=_outcomes(data / "digcomp" / "outcomes.en.csv"),
        practice=practice,
        items=items,
        rubrics=rubrics,
        blueprints=blueprints,
        forms=_forms(data / "released"),
        pages=_pages(data / "pages.json"),
        leaflets=_leaflets(data / "leaflets.json"),
        supporting=_supporting(data / "digcomp" / "supporting.csv", data / "supporting.json"),
        places=places,
    )
    return course, problems


class _Reader:
    def __init__(self, root: Path, problems: list[Problem], places: dict[str, Place]) -> None:
        self.root = root
        self.problems = problems
        self.places = places

    def document(self, file: Path) -> YamlDocument | None:
        name = file.relative_to(self.root).as_posix()
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.problems.append(Problem(name, 1, "", "datnes nav; izveido to"))
            return None
        except UnicodeDecodeError as error:
            message = f"datne nav UTF-8 kodējumā ({error.start}. baits); saglabā to kā UTF-8"
            self.problems.append(Problem(name, 1, "", message))
            return None
        document = read_yaml(text, name)
        self.problems += document.problems
        return document

    def listing(self, files: Iterable[Path], key: str, adapter: TypeAdapter[T], kind: str) -> dict[str, T]:
        found: dict[str, T] = {}
        for file in files:
            document = self.document(file)
            if document is None or document.data is None:
                continue
            data: Any = document.data
            base: PathInFile = ()
            if isinstance(data, dict):
                for other in data.keys() - {key}:
                    message = f"nezināma atslēga; šajā datnē drīkst būt tikai «{key}»"
                    self.problems.append(Problem(document.file, document.line((other,)), str(other), message))
                data, base = data.get(key), (key,)
            if not isinstance(data, list):
                self.problems.append(Problem(document.file, 1, key, f"šeit jābūt sarakstam «{key}»"))
                continue
            for index, raw in enumerate(data):
                path = (*base, index)
                value, problems = validate(adapter, document, path, raw)
                self.problems += problems
                if value is None:
                    continue
                identifier: str = value.id
                place = Place(document, path)
                if identifier in found or f"{kind}:{identifier}" in self.places:
                    first = self.places[f"{kind}:{identifier}"]
                    where = f"{first.document.file}:{first.document.line(first.path)}"
                    message = f"id «{identifier}» jau ir lietots ({where}); izvēlies citu"
                    self.problems.append(place.problem(message, "id"))
                    continue
                found[identifier] = value
                self.places[f"{kind}:{identifier}"] = place
        return found


def _competences(file: Path) -> tuple[dict[str, Competence], dict[str, str]]:
    competences: dict[str, Competence] = {}
    areas: dict[str, str] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code = row["kods"]
            if "." in code:
                own = row["lv_nosaukuma_statuss"].startswith("own")
                competences[code] = Competence(code=code, name=row["nosaukums_lv"], own_translation=own)
            else:
                areas[code] = row["nosaukums_lv"]
    return competences, areas


def _outcomes(file: Path) -> frozenset[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["location"].rsplit(".outcome.", 1)[-1] for row in csv.DictReader(lines))


def _supporting(file: Path, built: Path) -> tuple[SupportingOutcome, ...]:
    if not file.is_file():
        return ()
    items = json.loads(built.read_text(encoding="utf-8")) if built.is_file() else {}
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(
            SupportingOutcome(code=row["code"], text=row["text_lv"], items=frozenset(items.get(row["code"], ())))
            for row in csv.DictReader(lines)
        )


def _forms(folder: Path) -> dict[str, ReleasedForm]:
    forms = {}
    for file in sorted(folder.glob("*.json")):
        form = ReleasedForm.model_validate(json.loads(file.read_text(encoding="utf-8")))
        forms[form.id] = form
    return forms


def _pages(file: Path) -> dict[str, PageEntry]:
    if not file.is_file():
        return {}
    entries = [PageEntry.model_validate(entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    return {entry.page: entry for entry in entries}


def _leaflets(file: Path) -> dict[str, Leaflet]:
    if not file.is_file():
        return {}
    leaflets = [Leaflet.model_validate(entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    return {leaflet.page: leaflet for leaflet in leaflets}
