"""Everything that is made from what people write: notebooks, released forms, nbgrader assignments, editor schemas.

And the signed files of the exercises, which are bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
from pydantic import TypeAdapter

from lideri.authoring.check import CheckReport
from lideri.authoring.pages import build_leaflet, build_page, notebook_name
from lideri.course.items import ITEM, Blueprint, Rubric
from lideri.practice.release import released_form

Content = str | bytes


def built_files(report: CheckReport) -> dict[Path, Content]:
    """Path (relative to the project) → content of every built file. The report must be free of problems."""
    return dict(_built(report))


def stale_files(root: Path, files: Mapping[Path, Content]) -> list[Path]:
    """Built files that are missing, differ, or should no longer exist."""
    stale = [path for path, content in files.items() if _read(root / path) != _bytes(content)]
    return sorted([*stale, *_left_over(root, files)])


def write_files(root: Path, files: Mapping[Path, Content]) -> list[Path]:
    """Bring the built files up to date; returns those that changed."""
    changed = stale_files(root, files)
    for path in changed:
        if path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(_bytes(files[path]))
        else:
            (root / path).unlink()
    return changed


def _built(report: CheckReport) -> Iterator[tuple[Path, Content]]:
    from lideri.nbgrader_bridge import build_assignment
    from lideri.practice import signatures
    from lideri.signatures import examples

    course = report.course
    signed = examples.built()
    signatures.renew(json.loads(signed["index.json"]))
    for name, page in report.pages.items():
        yield Path("notebooks") / notebook_name(Path(name)), build_page(page, course.facts)
    entries = []
    for page in report.pages.values():
        if page.header is not None:
            exercises = [exercise.id for exercise in page.exercises if exercise.id]
            entries.append({**page.header.model_dump(), "exercises": exercises, "facts": list(page.facts_in_text)})
    yield Path("course_data") / "pages.json", json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
    leaflets = [build_leaflet(page, course.facts) for page in report.pages.values()]
    shown_leaflets = [leaflet.model_dump(mode="json") for leaflet in leaflets if leaflet is not None]
    yield Path("course_data") / "leaflets.json", json.dumps(shown_leaflets, ensure_ascii=False, indent=1) + "\n"
    supporting = {
        outcome.code: sorted(name for name, item in course.items.items() if outcome.code in item.outcomes)
        for outcome in course.supporting
    }
    yield Path("course_data") / "supporting.json", json.dumps(supporting, ensure_ascii=False, indent=1) + "\n"
    for blueprint in course.blueprints.values():
        for form in blueprint.forms:
            shown = released_form(blueprint, form, course.items, course.rubrics)
            text = json.dumps(shown.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, indent=1) + "\n"
            yield Path("course_data") / "released" / f"{form.id}.json", text
            items = [course.items[name] for name in form.items]
            notebook = build_assignment(form, items, course.rubrics)
            path = Path("assessments") / "source" / form.id / f"{form.id}.ipynb"
            yield path, nbformat.writes(notebook) + "\n"  # type: ignore[no-untyped-call]  # nbformat has no types
    for name, adapter in (("item", ITEM), ("rubric", TypeAdapter(Rubric)), ("blueprint", TypeAdapter(Blueprint))):
        schema = json.dumps(adapter.json_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        yield Path("docs") / "schemas" / f"{name}.schema.json", schema
    for name, content in signed.items():
        yield Path("course_data") / "signed" / name, content


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _bytes(content: Content) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _left_over(root: Path, files: Mapping[Path, Content]) -> list[Path]:
    patterns = (
        "notebooks/*.ipynb",
        "course_data/released/*.json",
        "assessments/source/*/*.ipynb",
        "course_data/signed/*",
    )
    there = {path.relative_to(root) for pattern in patterns for path in root.glob(pattern)}
    return sorted(there - set(files))
