"""What is refused and asked about in a note, measured on notes made here; and the browser's program beside ours."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lideri.hub.places import node
from lideri.private_data import Verdict, examine, explain, rules

sys.path.insert(0, str(Path(__file__).parent))  # for `notes`, beside this file

from notes import FORGED, HONEST, Note, notes

SCRIPT = Path(__file__).parents[2] / "lideri/answers/pages/static/private_data.js"
SEEDS = (20261122, 1, 2, 3, 4, 5)
HOW_MANY = 200


def missed(made: list[Note]) -> list[str]:
    """Templates of forged notes that nothing was found in; never the notes themselves."""
    return [note.template for note in made if not examine(note.text).refused]


def refused_for_nothing(made: list[Note]) -> list[str]:
    return [note.template for note in made if examine(note.text).refused]


@pytest.mark.parametrize("seed", SEEDS)
def test_of_200_forged_notes_at_least_95_in_100_are_caught(seed: int) -> None:
    made = notes(FORGED, HOW_MANY, seed)

    wrong = missed(made)

    assert len(made) == HOW_MANY
    assert len(wrong) <= 0.05 * HOW_MANY, sorted(wrong)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_200_honest_notes_at_most_3_in_100_are_refused(seed: int) -> None:
    made = notes(HONEST, HOW_MANY, seed)

    wrong = refused_for_nothing(made)

    assert len(made) == HOW_MANY
    assert len(wrong) <= 0.03 * HOW_MANY, sorted(wrong)


def test_every_kind_of_private_data_is_caught_by_itself() -> None:
    made = notes(FORGED, 20 * len(FORGED), seed=7)

    caught: dict[str, list[bool]] = {}
    for note in made:
        caught.setdefault(note.template.partition(",")[0], []).append(bool(examine(note.text).refused))

    assert {kind: sum(found) / len(found) for kind, found in caught.items() if sum(found) < 0.9 * len(found)} == {}


def test_the_browser_finds_exactly_what_the_server_finds() -> None:
    made = [note for seed in SEEDS[:2] for note in (*notes(FORGED, HOW_MANY, seed), *notes(HONEST, HOW_MANY, seed))]
    texts = [note.text for note in made] + NAMES_ASKED + NAMES_NOT_ASKED + ODD

    found = in_the_browsers_program(texts)

    different = [index for index, text in enumerate(texts) if found[index] != as_json(examine(text))]
    assert [made[index].template if index < len(made) else texts[index] for index in different] == []


def test_the_place_found_is_the_place_in_the_text_as_typed() -> None:
    text = "😀 zvanīt\u200b uz 21\u200b23\u2009 45 67, rīt"

    (found,) = examine(text).refused

    assert text[found.start : found.end] == "21\u200b23\u2009 45 67"
    assert found.kind == "phone"


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────

NAMES_ASKED = [
    "Palīdzēju Annai ar e-adresi.",
    "palīdzēju annai",
    "Atnāca Kalniņas kundze ar meitu.",
    "Ozoliņa kungs ieguva PIN.",
    "Kopā ar Jāni un Pēteri",
    "Šodien bija Zaļkalne Tiltiņa ar eID.",
    "A. Bērziņa parakstīja līgumu",
    "Uldim iestatījām burtus",
    "Kliente Ļubova baidās no datora",
    "Solvitas telefons",
]
NAMES_NOT_ASKED = [
    "Kāda kundze samaksāja rēķinu.",
    "Vecāka kundze un jauns kungs nāca kopā.",
    "Maijā Latvijas Pastā un Valsts sociālās apdrošināšanas aģentūrā.",
    "Jūlijā nāks uz Alūksnes bibliotēku, tur Google Maps.",
    "Rīgas domē un Swedbank filiālē nepalīdzēja.",
    "Zina, kur spiest. Ilgas pārrunas. Valda iestāde.",
    "Kopā atvērām Smart-ID un eParaksts mobile.",
    "Windows Update un Google Chrome.",
]
ODD = [
    "",
    " ",
    "\u200b",
    "@",
    "+",
    "PIN",
    "0",
    "😀😀 21 234 567 😀",
    "İstanbul ıI ß 2",
    "a" * 280,
    "1" * 280,
    "1 " * 140,
    "- " * 140,
]


@pytest.mark.parametrize("text", NAMES_ASKED)
def test_what_looks_like_a_name_is_asked_about_and_not_refused(text: str) -> None:
    found = examine(text)

    assert found.asked and not found.refused


@pytest.mark.parametrize("text", NAMES_NOT_ASKED)
def test_places_institutions_and_months_are_not_asked_about(text: str) -> None:
    found = examine(text)

    assert found.is_clean, [text[one.start : one.end] for one in (*found.refused, *found.asked)]


def test_few_honest_notes_are_asked_about() -> None:
    made = notes(HONEST, 1000, seed=11)

    asked = [note.template for note in made if examine(note.text).asked]

    assert len(asked) <= 0.03 * len(made), sorted(asked)


# ── what is said, and the rules themselves ──────────────────────────────────────────────────────────────────────────


def test_each_kind_is_explained_once() -> None:
    phone, mail = "2" + "1" * 7, "vards@inbox.lv"

    found = examine(f"Zvanīt {phone}; ja neceļ, tad rīt {phone}. Vai arī {mail}")

    assert found.words() == (explain("phone"), explain("email"))
    assert all("Izdzēs" in explain(kind) for kind in ("personal_code", "phone", "email", "account", "card", "pin"))


def test_the_official_numbers_that_pass_are_facts_of_the_course() -> None:
    root = Path(__file__).parents[2] / "course_data/facts"
    facts = "\n".join(file.read_text(encoding="utf-8") for file in root.glob("*.yml"))

    assert [number for number in rules()["official_phones"] if number not in facts] == []


def test_the_rules_use_only_what_python_and_javascript_read_alike() -> None:
    found = rules()
    named = ("pattern", "must", "unless")
    rest = [value for rule in found["found_first"] for name, value in rule.items() if name in named]
    patterns = [*rest, *found["masks_first"], *found["masks"], found["names"]["titles"], found["names"]["initial"]]

    assert [each for each in patterns if re.search(r"\(\?<|\(\?P|\\[wWbBdDsS]", each)] == []


def in_the_browsers_program(texts: list[str]) -> list[object]:
    program = (
        "const fs = require('fs'); eval(fs.readFileSync(process.argv[1], 'utf8'));"
        "const given = JSON.parse(fs.readFileSync(0, 'utf8'));"
        "const judge = globalThis.privateData(given.rules);"
        "process.stdout.write(JSON.stringify(given.texts.map((text) => judge.examine(text))));"
    )
    answer = subprocess.run(
        [node(), "-e", program, str(SCRIPT)],
        input=json.dumps({"rules": rules(), "texts": texts}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[object] = json.loads(answer.stdout)
    return found


def as_json(verdict: Verdict) -> object:
    def listed(findings: tuple[object, ...]) -> list[dict[str, object]]:
        return [{"kind": one.kind, "start": one.start, "end": one.end} for one in findings]  # type: ignore[attr-defined]

    return {"refused": listed(verdict.refused), "asked": listed(verdict.asked)}
