"""The course itself: what the programme was promised, and that no key stands where a trainee could read it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from lideri.authoring.build import built_files, stale_files
from lideri.authoring.check import CheckReport, check
from lideri.course.items import FreeText, Item, MarkSpots, MultipleChoice, Simulation, SingleChoice
from lideri.nbgrader_bridge.assignment import texts_in

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "course_data" / "vardnica.txt"


@cache
def report() -> CheckReport:
    return check(ROOT)


def test_the_content_has_no_problem() -> None:
    assert [str(problem) for problem in report().problems] == []


def test_what_is_built_is_up_to_date() -> None:
    assert stale_files(ROOT, built_files(report())) == []


LEAST = {"1": 12, "2": 26, "3": 26, "4": 26, "5": 26, "6": 26, "9": 26}  # live scored items of the modules' own pools


def live(pool: str) -> list[Item]:
    """Live scored items of the pool; free text, which a person grades, is not among them."""
    items = report().course.items.values()
    return [one for one in items if one.status == "live" and one.pool == pool and not isinstance(one, FreeText)]


@pytest.mark.parametrize("module", sorted(LEAST))
def test_every_module_has_a_large_and_varied_bank(module: str) -> None:
    own = [item for item in live("module") if item.module == module]
    entry = report().course.syllabus.module(module)
    assert entry is not None and entry.written
    by_part = Counter(item.submodule for item in own)

    assert len(own) >= LEAST[module]
    assert set(by_part) == {part.id for part in entry.parts}
    assert all(count >= (3 if part == "5.4" else 4) for part, count in by_part.items()), by_part
    assert len({item.kind for item in own}) >= (5 if module == "1" else 7)
    assert 3 * sum(item.setting == "desk" for item in own) >= len(own)
    single = sum(item.kind == "single_choice" for item in own)
    assert 2 * single <= len(own)


@pytest.mark.parametrize("pool", ["start", "final"])
def test_every_part_has_a_start_and_a_final_pool_of_its_own(pool: str) -> None:
    counted = Counter(item.submodule for item in live(pool))

    parts = [part.id for module in report().course.syllabus.modules if module.id in LEAST for part in module.parts]
    assert {part: counted[part] for part in parts if counted[part] < 2} == {}


@pytest.mark.parametrize("pool", ["start", "final"])
def test_every_question_of_the_start_and_of_the_final_test_weighs_the_same(pool: str) -> None:
    assert {item.points for item in live(pool)} == {2.0}


def test_at_least_twenty_tasks_are_judged_by_what_was_done_in_a_place() -> None:
    tasks = [item for item in live("module") if isinstance(item, Simulation)]

    assert len(tasks) >= 20
    assert len({item.scenario["kind"] for item in tasks}) >= 6


@pytest.mark.parametrize("module", sorted(LEAST))
def test_two_forms_share_no_item_and_take_alike_from_each_submodule(module: str) -> None:
    course = report().course
    blueprint = course.blueprints[f"m{int(module):02d}"]
    first, second = blueprint.forms

    assert set(first.items) & set(second.items) == set()
    for form in (first, second):
        items = [course.items[name] for name in form.items]
        counted = Counter(item.submodule for item in items if not isinstance(item, FreeText))
        assert counted == blueprint.per_submodule
        assert sum(isinstance(item, FreeText) for item in items) == 1
    points = [sum(course.items[name].points for name in form.items) for form in (first, second)]
    assert points[0] == points[1]


def secrets() -> Iterator[tuple[str, str]]:
    for item in report().course.items.values():
        yield item.id, item.explanation
        if isinstance(item, SingleChoice | MultipleChoice):
            yield from ((item.id, option.feedback) for option in item.options)
        elif isinstance(item, MarkSpots):
            yield from ((item.id, spot.why) for spot in item.spots)
        elif isinstance(item, Simulation):
            yield from ((item.id, text) for text in texts_in([item]))


def test_no_key_text_stands_in_anything_a_trainee_can_load() -> None:
    folders = ("course_data", "notebooks", "widgets", "lideri", "voila_apps")
    files = [
        file
        for folder in folders
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and file.suffix in {".json", ".yml", ".ipynb", ".py", ".js", ".html", ".md", ".txt", ".csv"}
    ]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)

    found = [f"{name}: {secret}" for name, secret in secrets() if len(secret) > 25 and secret in text]

    assert len(files) > 30
    assert found == []


def test_the_released_forms_hold_no_field_of_a_key() -> None:
    for file in (ROOT / "course_data" / "released").glob("*.json"):
        text = file.read_text(encoding="utf-8")
        for field in ("key", "feedback", "explanation", "why", "accept", "tolerance", "reject", "facts"):
            assert f'"{field}":' not in text, f"{file.name} {field}"


def test_the_syllabus_stands_as_the_programme_lists_it() -> None:
    modules = report().course.syllabus.modules

    assert [module.id for module in modules] == [str(n) for n in range(1, 12)]
    assert modules[0].title == "Esi digitālais līderis!"
    assert [part.title for part in modules[1].parts] == [
        "Kibernoziegumu riski",
        "Informācijpratība",
        "Personas datu drošība",
        "Atvērtie dati",
        "Kā pasargāt savus datus?",
        "Interneta drošas lietošanas vienkāršoti pamatnoteikumi",
    ]
    assert [len(module.parts) for module in modules] == [2, 6, 3, 4, 4, 2, 3, 2, 3, 2, 3]
    assert "vismaz 10 personām" in modules[4].practical


# ── language ────────────────────────────────────────────────────────────────────────────────────────────────────────


TECHNICAL = {
    "id", "kind", "pool", "status", "facts", "competences", "outcomes", "key", "accept", "reject", "mark", "checked",
    "date", "channel", "setting", "submodule", "module", "rubric", "items", "address", "link", "url", "sources",
    "target", "host", "sender", "explain", "free_text", "pick", "column", "columns", "place", "like", "order", "forms",
    "any",  # beginnings of words that a rewritten text is searched for
}  # fmt: skip


IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]*")  # names in lists, such as a portal task's «pmlp-dzivesvieta»


def latvian_texts() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "notebooks" / "source").glob("*.md")):
        text = re.sub(r"\{f\}`[^`]*`|```.*?```|`[^`]*`|:::\{[a-z]+\}", " ", file.read_text("utf-8"), flags=re.DOTALL)
        yield file.name, re.sub(r"^(page:.*|minutes:|title:|lead:)", " ", text, flags=re.MULTILINE)
    data = [ROOT / "course_data" / folder for folder in ("facts", "portal", "practice", "scenarios")]
    for folder in (*data, ROOT / "assessments"):
        for file in sorted(folder.rglob("*.yml")):
            # One line each: hunspell cuts lines longer than its buffer in the middle of a word.
            yield file.name, "\n".join(strings(yaml.safe_load(file.read_text("utf-8"))))


def strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        if not IDENTIFIER.fullmatch(data):
            yield data
    elif isinstance(data, list):
        for one in data:
            yield from strings(one)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key not in TECHNICAL or (isinstance(value, list | dict) and key in {"items", "free_text"}):
                yield from strings(value)


def unknown_words(text: str) -> list[str]:
    plain = re.sub(r"\S*[\w-]+(\.[\w-]+)+\S*|\S+@\S+|https?:\S+|#[0-9a-f]{6}", " ", text)  # addresses and colours
    command = ["hunspell", "-i", "utf-8", "-d", "lv_LV", "-l"]
    result = subprocess.run(command, input=plain, capture_output=True, text=True, check=False, encoding="utf-8")
    if result.returncode or "Can't open" in result.stderr:
        pytest.skip("hunspell's Latvian dictionary is not installed")
    return [word for word in result.stdout.split() if len(word) > 1]


@pytest.mark.skipif(shutil.which("hunspell") is None, reason="hunspell is not installed")
def test_every_word_is_in_the_dictionary_or_in_the_projects_word_list() -> None:
    known = {word.casefold() for word in WORDS.read_text(encoding="utf-8").split()}

    unknown: dict[str, set[str]] = {}
    for name, text in latvian_texts():
        for word in unknown_words(text):
            if word.casefold().strip("-") not in known:
                unknown.setdefault(word, set()).add(name)

    assert unknown == {}
