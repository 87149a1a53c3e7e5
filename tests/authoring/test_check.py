from __future__ import annotations

from pathlib import Path

import pytest

from lideri.authoring.check import check
from lideri.authoring.forms import draw_form
from lideri.course.loading import Course
from lideri.practice.release import released_form

ROOT = Path(__file__).resolve().parents[2]
ITEMS = "assessments/items/m02.yml"
BLUEPRINT = "assessments/blueprints/m02.yml"


def change(root: Path, file: str, old: str, new: str, *, count: int = 1) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, count), encoding="utf-8")


def line_of(root: Path, file: str, text: str) -> int:
    lines = (root / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_a_sound_course_has_no_problem_and_is_counted(course_folder: Path) -> None:
    report = check(course_folder)

    assert report.problems == ()
    assert report.items_live == {"2": 2}
    assert report.kinds == {"multiple_choice": 1, "single_choice": 1}


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "message"),
    [
        (ITEMS, "stem: Kas jādara", "stem: [Kas jādara", "version: 1", "YAML nav salasāms"),
        (ITEMS, "    stem: Kas", "    stemm: Kas", "stemm: Kas", "tāda lauka šeit nav"),
        (ITEMS, "    stem: Kas", "    stemm: Kas", "- id: m02.1-01", "trūkst lauka"),
        (ITEMS, "key: a\n", "key: z\n", "key: z", "atslēga «z» nav starp variantiem a, b"),
        (ITEMS, "- id: m02.1-02", "- id: m02.1-01", "kind: multiple_choice", "jau ir lietots"),
        (ITEMS, 'competences: ["4.1"]', 'competences: ["9.1"]', 'competences: ["9.1"]', "kompetences «9.1»"),
        (ITEMS, "outcomes: [LO4.1.15]", "outcomes: [LO9.9.99]", "outcomes: [LO9", "mācīšanās rezultāta"),
        (ITEMS, "facts: [banka-vispirms]", "facts: [nav-tada]", "facts: [nav-tada]", "avota «nav-tada» nav"),
        (ITEMS, "    facts: [banka-vispirms]\n", "", "- id: m02.1-01", "trūkst lauka"),
        (ITEMS, "facts: [banka-vispirms]", "facts: []", "facts: []", "par maz elementu"),
        (ITEMS, "kind: single_choice", "kind: vienizvele", "- id: m02.1-01", "nezināms uzdevuma veids"),
        (ITEMS, "key: a\n", "key: a\n    key: b\n", "key: b", "atkārtojas"),
        (ITEMS, "text: Gaidīt rītu", "text: Visi minētie", "Visi minētie", "nemāca"),
        (ITEMS, "Krāpniekam", "Klientam 010190-11111", "010190-11111", "personas kods"),
        (ITEMS, "{id: a, text: Bankai", f"{{id: a, text: {'Bankai ' * 20}", "Bankai Bankai", "atšķirīga garuma"),
        (BLUEPRINT, "[m02.1-02, m02-brivs]", "[m02.1-01, m02-brivs]", "id: m02-b", "jau ir variantā m02-a"),
        (BLUEPRINT, "[m02.1-02, m02-brivs]", "[m02.1-77, m02-brivs]", "id: m02-b", "bankā nav"),
        (BLUEPRINT, '{"2.1": 1}', '{"2.1": 2}', "id: m02-a", "jābūt 2 uzdevumiem"),
        ("notebooks/source/m02_1.md", "`banka-vispirms`", "`cits`", "`cits`", "tāda fakta nav"),
        ("notebooks/source/m02_1.md", "m02.1-p1", "m02.1-p9", 'Question("m02.1-p9"', "tāda vingrinājuma nav"),
        ("notebooks/source/m02_1.md", "## Kā", "<b>HTML</b>\n\n## Kā", "<b>HTML", "HTML lapā neraksti"),
        ("notebooks/source/m02_1.md", "Vispirms banka.", "2025. gada rudenī.", "2025. gada", "top saraksts"),
        ("course_data/settings.yml", "value: best", "value: labs", "value: labs", "nav starp atļautajām"),
        ("course_data/help_log.yml", "{id: atnaks, name: Nāks vēlreiz}", "{id: atnaks}", "atnaks", "trūkst lauka"),
        ("notebooks/source/m02_1.md", "title: Kiber", "title: Cits", "title:", "programmā nosaukums ir"),
    ],
)
def test_each_mistake_is_reported_with_its_line_and_what_to_do(
    course_folder: Path, file: str, old: str, new: str, where: str, message: str
) -> None:
    change(course_folder, file, old, new)

    problems = check(course_folder).problems

    found = [problem for problem in problems if message in problem.message]
    assert found, [str(problem) for problem in problems]
    assert found[0].file == file
    if "YAML nav" not in message:
        wanted = line_of(course_folder, file, where)
        if wanted and "Question(" in where:
            wanted -= 1  # the block begins one line above the call
        assert abs(found[0].line - wanted) <= 1, str(found[0])


def test_an_outcome_of_supporting_others_that_too_few_items_ask_for_is_told(course_folder: Path) -> None:
    rows = ["code,text_lv", "LO4.1.15,Palīdzēt pasargāt ierīci", "LO9.9.99,Palīdzēt kaut ko"]
    (course_folder / "course_data" / "digcomp" / "supporting.csv").write_text("\n".join(rows), encoding="utf-8")

    problems = [one for one in check(course_folder).problems if one.file.endswith("supporting.csv")]

    assert [(one.line, one.path) for one in problems] == [(2, "LO4.1.15"), (3, "code")]
    assert "vajag vismaz 3 moduļu uzdevumus ar šo rezultātu; ir 2" in problems[0].message


def test_all_mistakes_are_reported_at_once(course_folder: Path) -> None:
    change(course_folder, ITEMS, "key: a\n", "key: z\n")
    change(course_folder, ITEMS, 'competences: ["4.1"]', 'competences: ["9.1"]')
    change(course_folder, BLUEPRINT, '{"2.1": 1}', '{"2.1": 2}')

    problems = check(course_folder).problems

    assert len({problem.message for problem in problems}) >= 3


def first_fingerprint(course: Course) -> str:
    blueprint = course.blueprints["m02"]
    return released_form(blueprint, blueprint.forms[0], course.items, course.rubrics).fingerprint


def test_a_form_that_people_have_used_may_not_change(course_folder: Path) -> None:
    before = check(course_folder).course
    used = {"m02-a": first_fingerprint(before)}
    assert check(course_folder, used_forms=used).problems == ()

    change(course_folder, ITEMS, "stem: Kas jādara vispirms?", "stem: Kas jādara pēc tam?")

    (problem,) = check(course_folder, used_forms=used).problems
    assert problem.file == BLUEPRINT
    assert "cilvēki jau ir pildījuši" in problem.message


def test_a_wrong_key_of_a_used_form_may_be_mended(course_folder: Path) -> None:
    before = check(course_folder).course
    used = {"m02-a": first_fingerprint(before)}

    change(course_folder, ITEMS, "key: a\n", "key: b\n")

    assert check(course_folder, used_forms=used).problems == ()


def test_drawing_a_form_is_repeatable_and_shares_no_item(course_folder: Path) -> None:
    course = check(course_folder).course
    blueprint = course.blueprints["m02"]

    first = draw_form(blueprint, course.items, taken=[], form_id="m02-c", title="C variants")
    again = draw_form(blueprint, course.items, taken=[], form_id="m02-c", title="C variants")
    other = draw_form(blueprint, course.items, taken=first.items, form_id="m02-d", title="D variants")

    assert first == again
    assert set(first.items) & set(other.items) <= {"m02-brivs"}


def test_a_mistake_in_a_simulators_scenario_is_reported_with_its_line(course_folder: Path) -> None:
    scenarios = course_folder / "course_data" / "scenarios"
    scenarios.mkdir()
    original = (ROOT / "course_data/scenarios/mailbox.yml").read_text(encoding="utf-8")
    broken = original.replace("genuine: false", "genuin: false", 1)
    (scenarios / "mailbox.yml").write_text(broken, encoding="utf-8")

    problems = check(course_folder).problems

    assert any(
        one.file == "course_data/scenarios/mailbox.yml" and one.line > 1 and "tāda lauka šeit nav" in one.message
        for one in problems
    ), problems
    assert any("nav mapē course_data/facts" in one.message for one in problems), "the small course has one fact only"


def add_questions(root: Path, count: int, *, key: str = "", longest: bool = False) -> None:
    """`count` single-choice questions with four options; ``key`` empty: the right place goes round."""
    text = (root / ITEMS).read_text(encoding="utf-8")
    for number in range(count):
        right = key or "abcd"[number % 4]
        more = " un tad mierīgi pagaidīt" if longest else ""
        options = "".join(
            f"      - {{id: {name}, text: Rīkoties {name} veidā{more if name == right else ''}, feedback: Jā.}}\n"
            for name in "abcd"
        )
        text += (
            f"  - id: m02.1-k{number}\n    version: 1\n    kind: single_choice\n    pool: final\n    status: live\n"
            f'    submodule: "2.1"\n    stem: Ko darīt {number}?\n    options:\n{options}    key: {right}\n'
            f"    points: 1\n"
            f'    explanation: Tā.\n    competences: ["4.1"]\n    outcomes: [LO4.1.15]\n    level: 4\n'
            f"    facts: [banka-vispirms]\n"
        )
    (root / ITEMS).write_text(text, encoding="utf-8")


def test_right_options_spread_over_places_are_no_problem(course_folder: Path) -> None:
    add_questions(course_folder, 64)

    assert check(course_folder).problems == ()


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"count": 24, "key": "b"}, "pareizais ir 2. variants; sajauc variantus"),
        ({"count": 24, "longest": True}, "pareizais ir garākais variants; pagarini nepareizos"),
    ],
)
def test_a_bank_in_which_one_could_score_without_reading_is_reported(
    course_folder: Path, made: dict[str, object], message: str
) -> None:
    add_questions(course_folder, **made)  # type: ignore[arg-type]

    assert any(message in problem.message for problem in check(course_folder).problems)


def test_the_whole_bank_is_held_to_a_narrower_spread_than_a_module(course_folder: Path) -> None:
    add_questions(course_folder, 48)
    text = (course_folder / ITEMS).read_text(encoding="utf-8").replace("m02.1-k", "m02.1-z")
    (course_folder / ITEMS).write_text(text, encoding="utf-8")
    add_questions(course_folder, 12, key="c")

    found = [problem.message for problem in check(course_folder).problems]

    assert found == ["visā krājumā 24 no 60 jautājumiem pareizais ir 3. variants; sajauc variantus"]
