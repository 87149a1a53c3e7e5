"""A page's Markdown → a notebook for Voila: static parts as finished HTML, each exercise in a cell of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from pydantic import ValidationError

from lideri.course.catalogue import Fact, Leaflet, PageHeader, Source
from lideri.course.latvian import on_partial_day
from lideri.course.problems import Problem
from lideri.settings import SERVICE_PREFIX

WIDGETS = ("AddressReader", "Assessment", "Mailbox", "OpenData", "Place", "Question")
BLOCKS = ("piemers", "skaitlis", "termini", "klientam", "iedomas", "lapina")
LONGEST_LEAFLET = 650  # characters, in at most MOST_LINES lines: what fits on half a sheet of A4 with its sources
MOST_LINES = 8
LONGEST_LIST = 50  # a «list» that begins later is a sentence that begins with a year
DIRECTIVE = re.compile(r"^\{(?P<name>[a-z-]+)\}\s*(?P<title>.*)$")
CALL = re.compile(r"^(?P<widget>[A-Za-z]+)\(")


@dataclass(frozen=True, slots=True)
class Exercise:
    """A widget on a page; ``id`` is empty for the assessment."""

    widget: str
    id: str
    line: int


@dataclass(frozen=True, slots=True)
class LeafletSource:
    """The block «lapina» of a page: what a client takes home; ``line`` and ``last_line`` are the file's."""

    title: str
    content: str
    line: int
    last_line: int
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as its author wrote it, taken apart."""

    file: str
    header: PageHeader | None
    body: str
    first_line: int
    exercises: tuple[Exercise, ...]
    facts: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...] = field(default=())
    leaflet: LeafletSource | None = None

    @property
    def facts_in_text(self) -> tuple[str, ...]:
        """The facts of the page itself, each once; those that stand only on its leaflet are left out."""
        own = self.leaflet
        return tuple(dict.fromkeys(n for n, line in self.facts if not own or not own.line <= line <= own.last_line))


def read_page(text: str, file: str) -> SourcePage:
    """Front matter, exercises and fact references of a page, with everything that is wrong with their form."""
    problems: list[Problem] = []
    header: PageHeader | None = None
    match = re.match(r"\A---\n(.*?)\n---\n", text, re.DOTALL)
    if match is None:
        problems.append(Problem(file, 1, "", "trūkst galvenes starp divām «---» rindām (page, title, lead, minutes)"))
        return SourcePage(file, None, text, 1, (), (), tuple(problems))
    try:
        header = PageHeader.model_validate(yaml.safe_load(match.group(1)))
    except (ValidationError, yaml.YAMLError) as error:
        found = (
            ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
            if isinstance(error, ValidationError)
            else "YAML nav salasāms"
        )
        problems.append(Problem(file, 2, "galvene", f"jābūt laukiem page, title, lead, minutes; kļūda: {found}"))
    first_line = match.group(0).count("\n") + 1
    body = text[match.end() :]
    exercises: list[Exercise] = []
    facts: list[tuple[str, int]] = []
    for token in _markdown().parse(body):
        line = first_line + (token.map[0] if token.map else 0)
        _look(token, line, file, exercises, facts, problems)
    leaflet = _leaflet(body, first_line, file, header, facts, problems)
    return SourcePage(file, header, body, first_line, tuple(exercises), tuple(facts), tuple(problems), leaflet)


def _leaflet(
    body: str,
    first_line: int,
    file: str,
    header: PageHeader | None,
    facts: list[tuple[str, int]],
    problems: list[Problem],
) -> LeafletSource | None:
    """The page's leaflet, with what is wrong about it; a page has at most one."""
    found: list[LeafletSource] = []
    for token in _markdown().parse(body):
        directive = DIRECTIVE.match(token.info.strip()) if token.type == "colon_fence" and token.map else None
        if directive is None or directive["name"] != "lapina" or token.map is None:
            continue
        line, last = first_line + token.map[0], first_line + token.map[1]
        names = tuple(dict.fromkeys(name for name, where in facts if line <= where <= last))
        found.append(LeafletSource(leaflet_title(directive["title"]), token.content, line, last, names))
    for number, one in enumerate(found):
        words = re.sub(r"\{f\}`[^`]*`|[*_#>`]", "", one.content)
        length = len(" ".join(words.split()))
        lines = sum(token.type == "inline" for token in _markdown().parse(one.content))
        if number:
            problems.append(Problem(file, one.line, "lapina", "lapā drīkst būt viena lapiņa; apvieno tās"))
        if not one.title:
            problems.append(Problem(file, one.line, "lapina", "lapiņai vajag nosaukumu: :::{lapina} Nosaukums"))
        if not one.facts:
            problems.append(Problem(file, one.line, "lapina", "lapiņā nav neviena avota ({f}`…`)"))
        if length > LONGEST_LEAFLET or lines > MOST_LINES:
            message = (
                f"lapiņa ir par garu: {length} zīmes, {lines} rindas; "
                f"uz pusi A4 ietilpst {LONGEST_LEAFLET} zīmes {MOST_LINES} rindās; saīsini"
            )
            problems.append(Problem(file, one.line, "lapina", message))
        if header is not None and "/" in header.page:
            problems.append(Problem(file, one.line, "lapina", "lapiņa drīkst būt tikai nodaļas lapā"))
    return found[0] if found else None


def _look(
    token: Token,
    line: int,
    file: str,
    exercises: list[Exercise],
    facts: list[tuple[str, int]],
    problems: list[Problem],
) -> None:
    if token.type == "fence":
        if token.info.strip() != "{code-cell}":
            problems.append(Problem(file, line, "", "koda bloks drīkst būt tikai ```{code-cell} ar vienu vingrinājumu"))
            return
        exercise = _exercise(token.content, line)
        if exercise is None:
            known = ", ".join(WIDGETS)
            message = f'šeit jābūt vienam izsaukumam, piemēram, Question("m02.1-p1", page); pazīstami: {known}'
            problems.append(Problem(file, line, token.content.strip()[:40], message))
        else:
            exercises.append(exercise)
    elif token.type == "colon_fence":
        directive = DIRECTIVE.match(token.info.strip())
        if directive is None or directive["name"] not in BLOCKS:
            problems.append(Problem(file, line, token.info.strip(), f"nezināms bloks; pazīstami: {', '.join(BLOCKS)}"))
            return
        for inner in _markdown().parse(token.content):
            inner_line = line + 1 + (inner.map[0] if inner.map else 0)
            _look(inner, inner_line, file, exercises, facts, problems)
    elif token.type == "ordered_list_open" and int(token.attrGet("start") or 1) > LONGEST_LIST:
        message = "rinda sākas ar skaitli un punktu, tāpēc top saraksts; raksti «2025\\. gada» vai sāc teikumu citādi"
        problems.append(Problem(file, line, f"{token.attrGet('start')}.", message))
    for child in token.children or ():
        if child.type == "myst_role":
            if child.meta.get("name") == "f":
                facts.extend((name.strip(), line) for name in child.content.split(","))
            else:
                problems.append(Problem(file, line, str(child.meta.get("name")), "nezināma loma; ir tikai {f}"))
        if child.type == "html_inline":
            problems.append(Problem(file, line, child.content, "HTML lapā neraksti; lieto Markdown"))
    if token.type == "html_block":
        problems.append(Problem(file, line, token.content.strip()[:40], "HTML lapā neraksti; lieto Markdown"))


def _exercise(code: str, line: int) -> Exercise | None:
    try:
        tree = ast.parse(code.strip(), mode="eval")
    except SyntaxError:
        return None
    call = tree.body
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in WIDGETS):
        return None
    if call.keywords or not call.args or not (isinstance(call.args[-1], ast.Name) and call.args[-1].id == "page"):
        return None
    if call.func.id == "Assessment":
        return Exercise("Assessment", "", line) if len(call.args) == 1 else None
    first = call.args[0]
    if len(call.args) == 2 and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return Exercise(call.func.id, first.value, line)
    return None


def build_page(page: SourcePage, facts: Mapping[str, Fact]) -> str:
    """The notebook as text. Same source, same bytes. Raises ``KeyError`` for an unknown fact (`check` names them)."""
    if page.header is None:
        raise ValueError(f"{page.file}: page has no header")
    notes = _Notes(facts, page.header.page)
    widgets = sorted({exercise.widget for exercise in page.exercises})
    setup = [f"from widgets import {', '.join(widgets)}", "", f'page = open_page("{page.header.page}")']
    cells: list[dict[str, Any]] = []
    slug = re.sub(r"[^a-z0-9]+", "-", page.header.page.lower())

    def add(kind: str, source: str) -> None:
        cell: dict[str, Any] = {"cell_type": kind, "id": f"l-{slug}-{len(cells):02d}", "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)

    if widgets:
        add("code", "\n".join(["from lideri.workbook import open_page", *setup]))
    markdown = _markdown()
    run: list[Token] = []

    def flush() -> None:
        if run:
            add("markdown", _wrapped(_render(run, notes, markdown)))
            run.clear()

    for token in markdown.parse(page.body):
        if token.type == "fence":
            flush()
            add("code", token.content.strip())
        else:
            run.append(token)
    flush()
    if notes.numbers:
        add("markdown", notes.section())
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "lideri": page.header.model_dump(),
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return str(nbformat.writes(nbformat.from_dict(notebook))) + "\n"  # type: ignore[no-untyped-call]  # nbformat has no types


def leaflet_title(written: str) -> str:
    """The leaflet's own name: «Lapiņa klientam:» before it is said by the page.

    >>> leaflet_title("Lapiņa klientam: kas ir e-adrese")
    'Kas ir e-adrese'
    """
    title = re.sub(r"^Lapiņa klientam\s*:?\s*", "", written.strip(), flags=re.IGNORECASE)
    return title[:1].upper() + title[1:]


def build_leaflet(page: SourcePage, facts: Mapping[str, Fact]) -> Leaflet | None:
    """The page's leaflet as it is kept in ``leaflets.json``; ``KeyError`` as `build_page`."""
    if page.leaflet is None or page.header is None:
        return None
    markdown = _markdown()
    html = _render(markdown.parse(page.leaflet.content), _NoNotes(facts, page.header.page), markdown)
    used = [facts[name] for name in page.leaflet.facts]
    return Leaflet(
        page=page.header.page,
        title=page.leaflet.title,
        html=html.strip(),
        facts=page.leaflet.facts,
        sources=tuple(dict.fromkeys(_source(source) for fact in used for source in fact.sources)),
        checked=on_partial_day(min(fact.checked for fact in used)),
    )


def _source(source: Source) -> str:
    return source.title + (f", {on_partial_day(source.date)}" if source.date else "")


class _Notes:
    """Numbered references: facts with the same sources share a number. ``page`` is where they stand."""

    def __init__(self, facts: Mapping[str, Fact], page: str) -> None:
        self.facts = facts
        self.page = page
        self.numbers: dict[tuple[str, ...], int] = {}
        self.lines: list[str] = []

    def reference(self, names: str) -> str:
        shown = []
        for name in names.split(","):
            fact = self.facts[name.strip()]
            sources = tuple(_source(source) for source in fact.sources)
            if sources not in self.numbers:
                self.numbers[sources] = len(self.numbers) + 1
                self.lines.append(f"{'; '.join(sources)}. Pārbaudīts {on_partial_day(fact.checked)}.")
            shown.append(self.numbers[sources])
        links = " ".join(
            f'<a href="#avots-{number}" aria-label="{number}. avots">{number}</a>' for number in sorted(set(shown))
        )
        return f'<span class="ref">{links}</span>'

    def section(self) -> str:
        items = "".join(f'<li id="avots-{n}">{escape(line)}</li>\n' for n, line in enumerate(self.lines, start=1))
        return (
            '<section class="prose sources small" aria-labelledby="avoti">\n<h2 id="avoti">Avoti</h2>\n'
            f"<ol>\n{items}</ol>\n</section>"
        )


class _NoNotes(_Notes):
    """A leaflet names its sources at its end, without numbers."""

    def reference(self, names: str) -> str:
        return ""


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").enable("table")
    return markdown.use(myst_role_plugin).use(deflist_plugin).use(colon_fence_plugin)


def _render(tokens: list[Token], notes: _Notes, markdown: MarkdownIt) -> str:
    html: list[str] = []
    plain: list[Token] = []

    def flush() -> None:
        if plain:
            _prepare(plain, notes)
            html.append(str(markdown.renderer.render(plain, markdown.options, {})))
            plain.clear()

    for token in tokens:
        if token.type == "colon_fence":
            flush()
            html.append(_block(token, notes, markdown))
        else:
            plain.append(token)
    flush()
    return "".join(html)


def _prepare(tokens: list[Token], notes: _Notes) -> None:
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _anchor(tokens[index + 1].content))
        elif token.type == "dl_open":
            token.attrSet("class", "terms")
        elif token.type == "table_open":
            token.attrSet("class", "table")
        for child in token.children or ():
            if child.type == "myst_role":
                child.type, child.content = "html_inline", notes.reference(child.content)


def _anchor(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-")


def _block(token: Token, notes: _Notes, markdown: MarkdownIt) -> str:
    directive = DIRECTIVE.match(token.info.strip())
    if directive is None:
        raise ValueError(token.info)
    name, title = directive["name"], escape(directive["title"])
    if name == "lapina":
        return _leaflet_card(notes.page, escape(leaflet_title(directive["title"])))
    inner = _render(markdown.parse(token.content), notes, markdown)
    heading = f'<h2 id="{_anchor(directive["title"])}">{title}</h2>\n' if title else ""
    label = f' aria-labelledby="{_anchor(directive["title"])}"' if title else ""
    match name:
        case "piemers" | "iedomas":
            return f'<section class="aside prose"{label}>\n{heading}{inner}</section>\n'
        case "skaitlis":
            return f'<div class="fact">\n<p class="fact__value">{title}</p>\n{inner}</div>\n'
        case "klientam":
            button = '<button class="btn" type="button" data-print>Izdrukāt klientam</button>\n'
            return (
                f'<section class="say prose"{label}>\n{heading}<blockquote>\n{inner}</blockquote>\n{button}</section>\n'
            )
        case _:
            return inner


def _leaflet_card(page: str, title: str) -> str:
    return (
        '<section class="aside prose leaflet-card" aria-labelledby="lapina-klientam">\n'
        f'<h2 id="lapina-klientam">Lapiņa klientam: {title}</h2>\n'
        "<p>Īsa lapiņa, ko izdrukāt un iedot līdzi. Uz vienas A4 lapas ir divas.</p>\n"
        f'<p><a class="btn" href="{SERVICE_PREFIX}lapinas/{page}">Atvērt lapiņu</a></p>\n</section>\n'
    )


def _wrapped(html: str) -> str:
    # An empty line would end the HTML block when the notebook's Markdown is rendered.
    lines = [line for line in html.splitlines() if line.strip()]
    return "\n".join(['<div class="prose">', *lines, "</div>"])


def notebook_name(source: Path) -> str:
    """``m02_1.md`` → ``m02_1.ipynb``."""
    return source.with_suffix(".ipynb").name
