"""What the documents say is so: links lead somewhere, commands exist, examples are valid, steps can be followed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer
import yaml

import lideri
from lideri.authoring.build import built_files
from lideri.authoring.check import check
from lideri.authoring.exams import draw_tests, drawn_text
from lideri.authoring.pages import read_page
from lideri.cli import app
from lideri.course.items import ITEM, Item
from lideri.course.loading import FACT, RUBRIC, read_course
from lideri.settings import _VARIABLES

ROOT = Path(__file__).resolve().parents[2]
FRONT = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
DOCUMENTS = [*FRONT, *sorted((ROOT / "docs").rglob("*.md"))]
GUIDE = ROOT / "docs" / "guides" / "autoram.md"
LARGEST_PICTURE = 250_000  # bytes


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def prose(document: Path) -> str:
    """The text without blocks of code, in which brackets are no links."""
    return re.sub(r"^(`{3,}).*?^\1", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def links(document: Path) -> Iterator[tuple[str, str]]:
    """(text, target) of every link and picture that stays in the project."""
    for text, target in re.findall(r"!?\[([^\]]*)\]\(([^)\s]+)\)", prose(document)):
        if not re.match(r"[a-z]+:", target):
            yield text, unquote(target)


def anchors(document: Path) -> set[str]:
    """What GitHub makes of the headings."""
    titles = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# ── links and pictures ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_to_something_that_is_there(document: Path) -> None:
    broken = []
    for _, target in links(document):
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or ROOT not in (file, *file.parents) or (anchor and anchor not in anchors(file)):
            broken.append(target)

    assert broken == []


def test_pictures_are_small_and_described() -> None:
    shown = [
        (document, text, target)
        for document in DOCUMENTS
        for text, target in links(document)
        if target.endswith((".png", ".jpg", ".svg"))
    ]

    assert len(shown) >= 3
    for document, text, target in shown:
        assert len(text) > 40, f"{target}: say in words what is to be seen"
        assert (document.parent / target).stat().st_size < LARGEST_PICTURE, target


def test_every_decision_is_listed_and_every_number_is_used_once() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(file.name for file in folder.glob("[0-9]*.md"))

    listed = {target for _, target in links(folder / "README.md")}

    assert listed == set(files)
    assert [name[:4] for name in files] == [f"{n:04d}" for n in range(1, len(files) + 1)]


# ── commands and settings ───────────────────────────────────────────────────────────────────────────────────────────


def commands_of_lideri() -> dict[str, set[str]]:
    """Command → its options."""
    found: dict[str, set[str]] = {}

    def collect(group: Any, before: str) -> None:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                collect(command, f"{before}{name} ")
            else:
                found[before + name] = {option for one in command.params for option in one.opts} | {"--help"}

    collect(typer.main.get_command(app), "")
    return found


def targets_of_make() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_that_is_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    written = re.findall(r"`([^`\n]+)`", text) + re.findall(
        r"^(?: {3})?((?:\S+=\S+ )*\S*(?:lideri|make) .*)$", text, re.M
    )
    commands, targets = commands_of_lideri(), targets_of_make()

    wrong = []
    for line in written:
        if found := re.match(r"(?:\w+=\S+ )*(?:[\w./-]*/)?lideri ([a-z][a-z-]*)( [a-z]+)?(.*)", line):
            name = next((one for one in (f"{found[1]}{found[2]}", found[1]) if one in commands), "")
            options = set(re.findall(r"(?<=\s)--[a-z-]+", found[3]))
            if not name or not options <= commands[name]:
                wrong.append(line)
        elif (found := re.match(r"(?:\w+=\S+ )*make ([a-z-]+)", line)) and found[1] not in targets:
            wrong.append(line)

    assert wrong == []


def test_the_readme_names_every_command_and_both_that_everybody_needs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for command in commands_of_lideri():
        assert f"`lideri {command}`" in readme, command
    assert "make run" in readme
    assert "make test" in readme


@pytest.mark.parametrize("name", ["README.md", "docs/guides/administratoram.md"])
def test_every_setting_is_explained(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    for variable in {*_VARIABLES.values(), "LIDERI_HOST", "LIDERI_PAGES"} - {"LIDERI_SECRET"}:
        assert f"| `{variable}` |" in text, variable


def test_the_folder_map_names_every_folder_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    drawn = re.search(r"## Folder map\n+```\n(.*?)```", readme, re.DOTALL)
    assert drawn
    top = {line.split("/")[0] for line in re.findall(r"^([\w.]+/\S*)", drawn[1], re.MULTILINE)}
    inside = set(re.findall(r"^  (\w+)/ ", drawn[1], re.MULTILINE))

    made = {"var", "build", "dist", "node_modules", "test-results"}  # and nothing of it is in the repository
    packages = {file.parent.name for file in (ROOT / "lideri").glob("*/__init__.py")}
    folders = {one.name for one in ROOT.iterdir() if one.is_dir() and not one.name.startswith((".", "__"))} - made
    assert inside == packages
    assert top == folders | {".ci"}


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    if headings[0] == "Nākamā":  # what has changed since
        del headings[0]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert headings[0] == lideri.__version__
    assert f'version = "{lideri.__version__}"' in project


def test_the_conda_environment_names_the_lock_file_and_no_second_list_of_versions() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [one for one in environment["dependencies"] if isinstance(one, str)]
    from_pip = [line for one in environment["dependencies"] if isinstance(one, dict) for line in one["pip"]]

    assert sorted(one.split()[0] for one in plain) == ["make", "pip", "python"]
    assert from_pip
    for line in from_pip:
        option, file = line.split()
        assert option == "-r"
        assert file.endswith(".lock")
        assert (ROOT / file).is_file()


# ── the guide for authors ───────────────────────────────────────────────────────────────────────────────────────────


def yaml_blocks() -> list[list[Mapping[str, Any]]]:
    """The guide's examples; what is not YAML or not a list makes this raise."""
    found = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    blocks = [yaml.safe_load(block) for block in found]
    assert all(isinstance(block, list) for block in blocks)
    return blocks


def example_page() -> str:
    found = re.search(r"^````markdown\n(.*?)^````", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def example_items() -> list[Mapping[str, Any]]:
    return [one for block in yaml_blocks() for one in block if "kind" in one]


def test_the_guide_shows_a_valid_item_of_every_kind() -> None:
    items: list[Item] = [ITEM.validate_python(one) for one in example_items()]

    kinds = {
        one["properties"]["kind"]["const"]
        for one in ITEM.json_schema()["$defs"].values()
        if "kind" in one["properties"]
    }
    assert sorted(item.kind for item in items) == sorted(kinds)


def test_every_other_example_is_a_fact_or_a_rubric() -> None:
    others = [one for block in yaml_blocks() for one in block if "kind" not in one]

    assert len(others) == 2
    assert FACT.validate_python(others[0]).mark == "V"
    assert RUBRIC.validate_python(others[1]).max_points == next(
        one["points"] for one in example_items() if one["kind"] == "free_text"
    )


def test_the_page_in_the_guide_has_no_mistake() -> None:
    page = read_page(example_page(), "autoram.md")

    assert page.problems == ()
    assert [exercise.widget for exercise in page.exercises] == ["Question"]


def test_the_guides_steps_make_another_module(tmp_path: Path) -> None:
    for folder in ("course_data", "assessments", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    follow_the_guide(tmp_path)

    report = check(tmp_path)

    assert [str(problem) for problem in report.problems] == []
    built = {path.as_posix() for path in built_files(report)}
    assert {"notebooks/m08_1.ipynb", "notebooks/m08_parbaude.ipynb", "course_data/released/m08-a.json"} <= built


def follow_the_guide(root: Path) -> None:
    """«Jauns modulis», step by step, with the guide's own examples."""
    data, assessments, pages = root / "course_data", root / "assessments", root / "notebooks" / "source"
    syllabus = yaml.safe_load((data / "syllabus.yml").read_text(encoding="utf-8"))
    added = {
        "id": "12",
        "title": "Paraugs",
        "written": True,
        "minutes": 20,
        "parts": [{"id": "12.1", "title": "Paraugs", "minutes": 20, "written": True}],
        "assessment": {"title": "12. moduļa pārbaudes darbs", "minutes": 30},
    }
    syllabus["modules"].append(added)
    items = [{**one, "submodule": "12.1", "status": "live"} for one in example_items()]
    kept = [
        {**items[0], "id": f"m12.1-{pool[0]}{number}", "pool": pool} for pool in ("start", "final") for number in (1, 2)
    ]
    practice = {**items[0], "id": "m12.1-p1", "pool": "practice"}
    others = [one for block in yaml_blocks() for one in block if "kind" not in one]
    blueprint = {
        "id": "m12",
        "module": "12",
        "title": "12. moduļa pārbaudes darbs",
        "minutes": 30,
        "per_submodule": {"12.1": 2},
        "free_text": ["paraugs.brivi"],
        "explain": "after_submit",
        "seed": 1,
        "forms": [{"id": "m12-a", "title": "A variants", "items": ["paraugs.viens", "paraugs.pari", "paraugs.brivi"]}],
    }
    for file, content in {
        data / "syllabus.yml": syllabus,
        data / "facts" / "m12.yml": {"facts": [others[0]]},
        data / "practice" / "m12.yml": {"items": [practice]},
        assessments / "items" / "m12.yml": {"items": [*items, *kept]},
        assessments / "rubrics" / "m12.yml": {"rubrics": [others[1]]},
        assessments / "blueprints" / "m12.yml": blueprint,
    }.items():
        file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    chapter = example_page().replace('"2.1"', '"12.1"').replace("Kibernoziegumu riski", "Paraugs")
    (pages / "m12_1.md").write_text(chapter.replace("m02.1-p1", "m12.1-p1"), encoding="utf-8")
    assessment = (pages / "m02_parbaude.md").read_text(encoding="utf-8")
    (pages / "m12_parbaude.md").write_text(assessment.replace("2/parbaude", "12/parbaude"), encoding="utf-8")
    for name, test in draw_tests(read_course(root)[0]).items():
        file = assessments / "blueprints" / f"{name}.yml"
        file.write_text(drawn_text(file.read_text(encoding="utf-8"), test), encoding="utf-8")
