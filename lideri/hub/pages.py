"""Addresses of the Voila services and the notebooks behind them. No file name ever appears in an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lideri.course.catalogue import Module, Syllabus
from lideri.course.exams import EXAMS

HOME = "/services/lideri/"
_CHAPTER = re.compile(r"(\d{1,2})\.(\d)")
_ASSESSMENT = re.compile(r"(\d{1,2})/parbaude")
_EXAM = re.compile(rf"({'|'.join(EXAMS)})/parbaude")
_DASHBOARDS = {"grupa": "Mana grupa", "latvija": "Latvija"}
_EXERCISE = re.compile(r"^[A-Z]\w*\(", re.MULTILINE)  # a widget is shown by the line that makes it


@dataclass(frozen=True)
class PageAddress:
    """One page: what its address says (`page`, as in tokens) and the notebook under the pages' root."""

    page: str
    notebook: Path


def address_in(service: str, path: str) -> PageAddress | None:
    """The page at `path` (no leading slash) of `service`; None when there can be no such page."""
    path = path.rstrip("/")
    if service == "macibas":
        if chapter := _CHAPTER.fullmatch(path):
            return PageAddress(path, Path("notebooks", f"m{int(chapter[1]):02d}_{chapter[2]}.ipynb"))
        if assessment := _ASSESSMENT.fullmatch(path):
            return PageAddress(path, Path("notebooks", f"m{int(assessment[1]):02d}_parbaude.ipynb"))
        if exam := _EXAM.fullmatch(path):
            return PageAddress(path, Path("notebooks", f"{exam[1]}_parbaude.ipynb"))
    if service == "paneli" and path in _DASHBOARDS:
        return PageAddress(path, Path("voila_apps", f"{path}.ipynb"))
    return None


@dataclass(frozen=True)
class Chapter:
    href: str
    title: str
    status: str  # "done", "now", "none"; "" when not known
    here: bool


@dataclass(frozen=True)
class Frame:
    """What stands around a page's content."""

    title: str
    current: str  # key of the navigation's entry
    kind: str  # "chapter", "assessment", "dashboard"
    lead: str = ""
    minutes: int = 0
    crumbs: tuple[tuple[str, str], ...] = ()
    module_title: str = ""
    chapters: tuple[Chapter, ...] = ()
    before: tuple[str, str, str] | None = None  # address, what it is, title
    after: tuple[str, str, str] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""  # the address that «Jautāt pasniedzējam» and «Ziņot par kļūdu» send along


def frame_of(page: str, about: Mapping[str, Any], syllabus: Syllabus, progress: Mapping[str, str]) -> Frame:
    """`about` is the notebook's `metadata["lideri"]`, `progress` the pages' states as *answers* tells them."""
    if page in _DASHBOARDS:
        return Frame(
            title=str(about.get("title") or _DASHBOARDS[page]), current=page, kind="dashboard", page=f"paneli/{page}"
        )
    if _EXAM.fullmatch(page):
        return _frame_of_exam(page, about)
    module = syllabus.module(re.split(r"[./]", page)[0])
    part = syllabus.part(page)
    is_assessment = page.endswith("/parbaude")
    plain_title = str(about.get("title") or (part.title if part else "Pārbaudes darbs"))
    if is_assessment and module and module.assessment:
        plain_title = module.assessment.title
    title = plain_title if is_assessment or plain_title.startswith(page) else f"{page}. {plain_title}"
    chapters = _chapters(module, page, progress) if module else ()
    before, after = _neighbours(chapters)
    return Frame(
        title=title,
        current="macibas",
        kind="assessment" if is_assessment else "chapter",
        lead=str(about.get("lead") or ""),
        minutes=int(about.get("minutes") or (part.minutes if part else 0)),
        crumbs=(
            (HOME, "Sākums"),
            (f"{HOME}macibas", f"{module.id}. {module.title}" if module else "Mācības"),
        ),
        module_title=f"{module.id}. moduļa nodaļas" if module else "",
        page=page,
        chapters=chapters,
        before=before,
        after=after,
    )


def _frame_of_exam(page: str, about: Mapping[str, Any]) -> Frame:
    """A test about the whole course belongs to no module and has no chapters beside it. How long it takes is said by
    the test itself: it grows with the course.
    """
    return Frame(
        title=EXAMS[page.partition("/")[0]],
        current="macibas",
        kind="assessment",
        lead=str(about.get("lead") or ""),
        crumbs=((HOME, "Sākums"),),
        page=page,
    )


def _chapters(module: Module, page: str, progress: Mapping[str, str]) -> tuple[Chapter, ...]:
    chapters = [
        Chapter(f"/services/macibas/{part.id}", f"{part.id}. {part.title}", progress.get(part.id, ""), part.id == page)
        for part in module.parts
        if part.written
    ]
    if module.assessment:
        own = f"{module.id}/parbaude"
        chapters.append(
            Chapter(f"/services/macibas/{own}", module.assessment.title, progress.get(own, ""), own == page)
        )
    return tuple(chapters)


def _neighbours(chapters: tuple[Chapter, ...]) -> tuple[tuple[str, str, str] | None, tuple[str, str, str] | None]:
    here = next((number for number, chapter in enumerate(chapters) if chapter.here), None)
    if here is None:
        return None, None
    before = (HOME, "Atpakaļ", "Visi moduļi")
    if here > 0:
        before = (chapters[here - 1].href, "Iepriekšējā nodaļa", chapters[here - 1].title)
    after = None
    if here + 1 < len(chapters):
        following = chapters[here + 1]
        what = "Tālāk" if following.href.endswith("/parbaude") else "Nākamā nodaļa"
        after = (following.href, what, following.title)
    return before, after


def waits_for_output(cells: list[Any]) -> set[int]:
    """Numbers of the cells that will show something once run: exercises, and the last code cell of a page."""
    code = [number for number, cell in enumerate(cells) if cell["cell_type"] == "code"]
    return {number for number in code if _EXERCISE.search(cells[number]["source"])} | set(code[-1:])
