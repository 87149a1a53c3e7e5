"""What to show: a chapter, a scenario file, an exercise by its id, or the gallery of every kind of practice place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lideri.authoring.pages import build_page, read_page
from lideri.course.loading import read_course
from lideri.course.problems import Problem
from lideri.course.validation import validate
from lideri.course.yaml_lines import read_yaml
from lideri.errors import InvalidAnswer, NotFound
from lideri.practice.scenarios import MODELS, read_scenario
from lideri.workbook.content import Content
from lideri.workbook.page import KernelPage

_WATCHED = (
    "course_data/**/*.yml",
    "notebooks/source/*.md",
    "widgets/**/*.js",
    "widgets/**/*.css",
    "widgets/**/*.yml",
)
_CLASSES = {"mailbox": "Mailbox", "address": "AddressReader", "open_data": "OpenData"}  # older than `Place`
_CALL = re.compile(r'^(?P<widget>[A-Z]\w+)\("(?P<exercise>[^"]+)", page\)$')


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of finished HTML, or a widget by its class and exercise."""

    html: str = ""
    widget: str = ""
    exercise: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """``page`` answers for the blocks' widgets; None while there are problems."""

    title: str
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    page: KernelPage | None = None
    problems: tuple[Problem, ...] = ()


class AnswersInMemory:
    """Nothing that is tried in a preview is kept."""

    person = "priekšskatījums"

    def page(self, page: str) -> Mapping[str, Mapping[str, Any]]:
        return {}

    def save(self, page: str, exercise: str, response: Mapping[str, Any], *, seq: int, checked: bool) -> str:
        return datetime.now(UTC).isoformat()

    def outline(self, module: str) -> Mapping[str, Any]:
        raise NotFound("Pārbaudes darbu priekšskatījumā nepilda; skaties to ar «make run».")

    attempt = outline

    def save_item(self, attempt: str, item: str, response: Mapping[str, Any], *, seq: int) -> str:
        raise InvalidAnswer("Priekšskatījumā pārbaudes darba nav.")

    def submit(self, attempt: str, *, answered: int) -> Mapping[str, Any]:
        raise InvalidAnswer("Priekšskatījumā pārbaudes darba nav.")


class OwnScenarios(Content):
    """The course's content, and before it the scenarios of the files that are being looked at."""

    def __init__(self, root: Path, own: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(root / "course_data")
        self._own = own

    def scenario(self, exercise: str) -> Mapping[str, Any] | None:
        return self._own.get(exercise) or super().scenario(exercise)


def read(root: Path, what: str) -> Shown:
    """``what``: a file (`.md`, `.yml`), a page («3.1»), the id of an exercise, or nothing for the gallery."""
    if not what:
        return _gallery(root)
    file = Path(what) if Path(what).is_file() else root / what
    if file.suffix == ".yml" and file.is_file():
        return _scenarios(root, "Priekšskatījums", [file])
    source = file if file.suffix == ".md" else _source_of(root, what)
    if source is not None and source.is_file():
        return _chapter(root, source)
    content = OwnScenarios(root, {})
    if content.scenario(what) is not None:
        return _of_ids(root, what, {}, [what])
    for module in range(1, 12):
        if content.item(str(module), what) is not None:
            return Shown(what, blocks=(Block(widget="Question", exercise=what),), page=_page(f"{module}.1", content))
    message = "tādas datnes, nodaļas vai vingrinājuma nav; raksti, piemēram, 3.1, paraugs.yml vai m03.1-p1"
    return Shown("Nav atrasts", problems=(Problem(what, 1, "", message),))


def watched(root: Path, what: str = "") -> Iterator[Path]:
    """Files whose change makes the preview new."""
    if what and Path(what).is_file():
        yield Path(what)
    for pattern in (
        "course_data/**/*.yml",
        "notebooks/source/*.md",
        "widgets/**/*.js",
        "widgets/**/*.css",
        "widgets/**/*.yml",
    ):
        yield from root.glob(pattern)


def _source_of(root: Path, page: str) -> Path | None:
    match = re.fullmatch(r"(\d{1,2})\.(\d)", page)
    return root / "notebooks" / "source" / f"m{int(match[1]):02d}_{match[2]}.md" if match else None


def _chapter(root: Path, file: Path) -> Shown:
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
    source = read_page(file.read_text(encoding="utf-8"), name)
    course, problems = read_course(root, keys=False)
    unknown = [
        Problem(name, line, f"{{f}}`{fact}`", "tāda fakta nav mapē course_data/facts")
        for fact, line in source.facts
        if fact not in course.facts
    ]
    wrong = (*source.problems, *unknown, *problems)
    if source.header is None or wrong:
        return Shown(name, problems=tuple(sorted(wrong)))
    blocks = []
    for cell in json.loads(build_page(source, course.facts))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            blocks.append(Block(html=text))
        elif call := _CALL.match(text.strip()):
            blocks.append(Block(widget=call["widget"], exercise=call["exercise"]))
    page = _page(source.header.page, OwnScenarios(root, {}))
    return Shown(source.header.title, source.header.lead, tuple(blocks), page)


def _gallery(root: Path) -> Shown:
    files = sorted((root / "widgets").glob("*/sample.yml"))
    return _scenarios(root, "Mācību vietu galerija", files)


def _scenarios(root: Path, title: str, files: list[Path]) -> Shown:
    own: dict[str, Mapping[str, Any]] = {}
    problems: list[Problem] = []
    for file in files:
        name = file.resolve().relative_to(root).as_posix() if file.resolve().is_relative_to(root) else str(file)
        document = read_yaml(file.read_text(encoding="utf-8"), name)
        problems += document.problems
        data = document.data
        if not isinstance(data, dict):
            continue
        kind = data.get("kind")
        model = MODELS.get(kind) if isinstance(kind, str) else None
        if model is None:
            known = ", ".join(sorted(MODELS))
            problems.append(
                Problem(name, document.line(("kind",)), "kind", f"mācību vietas veida «{kind}» nav; ir {known}")
            )
            continue
        _, found = validate(TypeAdapter(model), document, (), data)
        problems += found
        if not found:
            own[str(data["id"])] = read_scenario(data, root / "course_data")
    if problems:
        return Shown(title, problems=tuple(problems))
    return _of_ids(root, title, own, list(own))


def _of_ids(root: Path, title: str, own: Mapping[str, Mapping[str, Any]], ids: list[str]) -> Shown:
    content = OwnScenarios(root, own)
    kinds = {name: (content.scenario(name) or {}).get("kind", "") for name in ids}
    blocks = tuple(Block(widget=_CLASSES.get(kind, "Place"), exercise=name) for name, kind in kinds.items())
    return Shown(title, blocks=blocks, page=_page("2.1", content))


def _page(name: str, content: Content) -> KernelPage:
    return KernelPage(name, AnswersInMemory(), content)
