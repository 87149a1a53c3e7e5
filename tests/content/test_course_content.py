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
from lideri.course.items import FreeText, MarkSpots, MultipleChoice, SingleChoice

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "course_data" / "vardnica.txt"


@cache
def report() -> CheckReport:
    return check(ROOT)


def test_the_content_has_no_problem() -> None:
    assert [str(problem) for problem in report().problems] == []


def test_what_is_built_is_up_to_date() -> None:
    assert stale_files(ROOT, built_files(report())) == []


def test_the_bank_of_module_2_is_large_and_varied() -> None:
    live = [item for item in report().course.items.values() if item.status == "live" and not isinstance(item, FreeText)]
    by_submodule = Counter(item.submodule for item in live)

    assert len(live) >= 26
    assert len({item.kind for item in live}) >= 7
    assert set(by_submodule) == {"2.1", "2.2", "2.3", "2.4", "2.5", "2.6"}
    assert min(by_submodule.values()) >= 4


def test_two_forms_share_no_item_and_take_two_from_each_submodule() -> None:
    first, second = report().course.blueprints["m02"].forms

    assert set(first.items) & set(second.items) == set()
    for form in (first, second):
        counted = Counter(
            report().course.items[name].submodule
            for name in form.items
            if not isinstance(report().course.items[name], FreeText)
        )
        assert counted == {f"2.{n}": 2 for n in range(1, 7)}


def secrets() -> Iterator[tuple[str, str]]:
    for item in report().course.items.values():
        yield item.id, item.explanation
        if isinstance(item, SingleChoice | MultipleChoice):
            yield from ((item.id, option.feedback) for option in item.options)
        elif isinstance(item, MarkSpots):
            yield from ((item.id, spot.why) for spot in item.spots)


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
        for field in ('"key"', '"feedback"', '"explanation"', '"why"', '"accept"', '"tolerance"', '"reject"'):
            assert field not in text, f"{file.name} {field}"


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
    assert [len(module.parts) for module in modules] == [0, 6, 0, 4, 4, 2, 0, 0, 3, 1, 0]
    assert "vismaz 10 personām" in modules[4].practical


# ── language ────────────────────────────────────────────────────────────────────────────────────────────────────────


TECHNICAL = {
    "id", "kind", "pool", "status", "facts", "competences", "outcomes", "key", "accept", "reject", "mark", "checked",
    "date", "channel", "setting", "submodule", "module", "rubric", "items", "address", "link", "url", "sources",
    "target", "host", "sender", "explain", "free_text", "pick", "column", "columns", "place", "like", "order", "forms",
}  # fmt: skip


def latvian_texts() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "notebooks" / "source").glob("*.md")):
        text = re.sub(r"\{f\}`[^`]*`|```.*?```|`[^`]*`|:::\{[a-z]+\}", " ", file.read_text("utf-8"), flags=re.DOTALL)
        yield file.name, re.sub(r"^(page|minutes|title|lead):", " ", text, flags=re.MULTILINE)
    for folder in ("course_data/facts", "course_data/practice", "course_data/scenarios", "assessments"):
        for file in sorted((ROOT / folder).rglob("*.yml")):
            # One line each: hunspell cuts lines longer than its buffer in the middle of a word.
            yield file.name, "\n".join(strings(yaml.safe_load(file.read_text("utf-8"))))


def strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for one in data:
            yield from strings(one)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key not in TECHNICAL or (isinstance(value, list | dict) and key in {"items", "free_text"}):
                yield from strings(value)


def unknown_words(text: str) -> list[str]:
    plain = re.sub(r"\S*[\w-]+(\.[\w-]+)+\S*|\S+@\S+|https?:\S+", " ", text)  # addresses are no words
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
