"""The start test and the final test: how they are drawn, and what `lideri check` finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lideri.authoring.exams import ANCHORS, DRAWN, draw_tests, drawn_text, problems_of_exam
from lideri.course.catalogue import Module, Part, Syllabus
from lideri.course.items import ITEM, Blueprint, Form, Item
from lideri.course.loading import Course, Place, read_course
from lideri.course.yaml_lines import read_yaml
from lideri.errors import ContentError
from lideri.practice.release import released_form
from lideri.settings import FINAL_TEST, START_TEST

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("single_choice", "number", "short_text")


@cache
def real() -> Course:
    return read_course(ROOT)[0]


def an_item(pool: str, part: str, number: int, kind: str = "single_choice", **changes: Any) -> Item:
    own: dict[str, Any] = {
        "single_choice": {
            "options": [{"id": "a", "text": "Jā", "feedback": "Jā."}, {"id": "b", "text": "Nē", "feedback": "Nē."}],
            "key": "a",
        },
        "number": {"key": 3, "tolerance": 0},
        "short_text": {"accept": ["tīkls"]},
    }[kind]
    common = {
        "id": f"m{int(part.partition('.')[0]):02d}.{part.partition('.')[2]}-{pool[0]}{number}",
        "version": 1,
        "kind": kind,
        "pool": pool,
        "submodule": part,
        "stem": "Ko dari vispirms?",
        "points": 2,
        "explanation": "Vispirms banka.",
        "competences": ["4.1"],
        "outcomes": ["LO4.1.15"],
        "level": 4,
        "facts": ["f"],
        "setting": "desk" if number % 2 else "recall",
        "status": "live",
    }
    return ITEM.validate_python({**common, **own, **changes})


def plan(name: str, **changes: Any) -> Blueprint:
    pool = {START_TEST: "start", FINAL_TEST: "final"}[name]
    given_here = {
        "id": name,
        "module": name,
        "pool": pool,
        "title": "Tests",
        "minutes": 5,
        "explain": "never",
        "seed": 1,
        "per_module": 4 if pool == "start" else 0,
        "per_part": 1 if pool == "final" else 0,
        "forms": [{"id": f"{name}-a", "title": "A variants", "items": ["x"]}],
    }
    return Blueprint.model_validate({**given_here, **changes})


def a_course(
    parts: Mapping[str, int], *, start: int = 2, final: int = 2, written: Callable[[str], bool] = bool
) -> Course:
    """Modules with so many parts each, and so many start and final items in each part."""
    modules, items = [], {}
    for module, count in parts.items():
        names = [f"{module}.{n}" for n in range(1, count + 1)]
        for part in names:
            made = [an_item("start", part, n, KINDS[(n + count) % 3]) for n in range(1, start + 1)]
            made += [an_item("final", part, n, KINDS[n % 3]) for n in range(1, final + 1)]
            made.append(an_item("module", part, 1))
            items |= {item.id: item for item in made}
        modules.append(
            Module(
                id=module,
                title=f"{module}. modulis",
                written=written(module),
                parts=tuple(Part(id=part, title=part, written=written(module)) for part in names),
            )
        )
    blueprints = {name: plan(name) for name in (START_TEST, FINAL_TEST)}
    return replace(real(), syllabus=Syllabus(modules=tuple(modules)), items=items, blueprints=blueprints)


def drawn(course: Course, used: tuple[str, ...] = ()) -> Course:
    return replace(course, blueprints=draw_tests(course, used))


def problems(course: Course, used: tuple[str, ...] = ()) -> list[str]:
    place = Place(read_yaml("id: x\n", "assessments/blueprints/x.yml"), ())
    return [
        found.message
        for blueprint in course.blueprints.values()
        for found in problems_of_exam(blueprint, place, course, used)
    ]


SHAPES = st.dictionaries(
    st.sampled_from([str(n) for n in range(1, 12)]), st.integers(1, 6), min_size=3, max_size=11
).filter(lambda shape: sum(min(4, 2 * parts) for parts in shape.values()) >= ANCHORS)


@settings(max_examples=8, deadline=None)
@given(SHAPES)
def test_whatever_modules_are_written_the_draw_keeps_every_rule_and_is_repeatable(shape: dict[str, int]) -> None:
    course = a_course(shape)

    found = drawn(course)

    assert problems(found) == []
    assert draw_tests(course) == found.blueprints
    (start,) = found.blueprints[START_TEST].forms
    first, second = (set(form.items) for form in found.blueprints[FINAL_TEST].forms)
    anchors = set(found.blueprints[FINAL_TEST].anchors)
    assert first & second == anchors == set(start.items) & first == set(start.items) & second
    assert {found.items[name].pool for name in first - anchors} == {"final"}
    assert Counter(found.items[name].module for name in start.items) == {
        module: min(4, 2 * parts) for module, parts in shape.items()
    }
    assert {found.items[name].submodule for name in first - anchors} == {
        part.id for module in course.syllabus.modules for part in module.parts
    }
    assert len(anchors) == ANCHORS
    assert len({found.items[name].module for name in anchors}) == min(ANCHORS, len(shape))


def test_another_module_changes_nothing_in_what_the_start_test_asks_of_the_others() -> None:
    shape = {"1": 2, "2": 6, "3": 3, "4": 4}
    before = drawn(a_course(shape, written=lambda module: module != "4"))

    after = drawn(a_course(shape))

    old, new = (course.blueprints[START_TEST].forms[0].items for course in (before, after))
    assert [name for name in new if not name.startswith("m04")] == list(old)
    assert len(new) == len(old) + 4


def test_a_module_that_becomes_written_is_missed_by_the_check_until_it_is_drawn() -> None:
    shape = {"1": 2, "2": 6, "3": 3, "4": 4}
    course = drawn(a_course(shape, written=lambda module: module != "4"))

    grown = replace(course, syllabus=a_course(shape).syllabus)

    assert any("no 4. moduļa" in said for said in problems(grown))
    assert any("no 4.2. nodaļas" in said for said in problems(grown))
    assert problems(drawn(grown)) == []


def test_what_people_have_begun_stays_and_is_begun_by_nobody_else() -> None:
    shape = {"1": 2, "2": 6, "3": 3, "4": 4}
    before = drawn(a_course(shape, written=lambda module: module != "4"))
    grown = replace(a_course(shape), blueprints=before.blueprints)

    after = drawn(grown, used=("sakums-a", "noslegums-a"))

    start, final = after.blueprints[START_TEST], after.blueprints[FINAL_TEST]
    old = before.blueprints[START_TEST].forms[0]
    assert [(form.id, form.retired) for form in start.forms] == [("sakums-a", True), ("sakums-b", False)]
    assert [form.id for form in final.forms if not form.retired] == ["noslegums-b", "noslegums-c"]
    assert start.forms[0].items == old.items
    assert set(before.blueprints[START_TEST].anchors) == set(start.anchors)  # so that their gain can still be measured
    assert problems(after, used=("sakums-a", "noslegums-a")) == []
    assert drawn(after, used=("sakums-a", "noslegums-a")).blueprints == after.blueprints


def test_retiring_a_form_does_not_make_it_another_one() -> None:
    course = drawn(a_course({"1": 2, "2": 6, "3": 3}))
    blueprint = course.blueprints[START_TEST]

    def shown(form: Form) -> Any:
        return released_form(blueprint, form, course.items, {})

    first = shown(blueprint.forms[0])
    retired = shown(blueprint.forms[0].model_copy(update={"retired": True}))
    assert (first.retired, retired.retired) == (False, True)
    assert first.fingerprint == retired.fingerprint
    assert replace(course, forms={first.id: retired}).forms_of(START_TEST) == ()


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (START_TEST, {"explain": "after_submit"}, "neskaidro nekad"),
        (START_TEST, {"pool": "final"}, "nesader"),
        (FINAL_TEST, {"anchors": ()}, "kopīgo uzdevumu ir 0"),
        (FINAL_TEST, {"free_text": ("m01.1-m1",)}, "brīvo uzdevumu nav"),
    ],
)
def test_a_test_that_breaks_a_rule_is_found(name: str, change: dict[str, Any], said: str) -> None:
    course = drawn(a_course({"1": 2, "2": 6, "3": 3}))
    broken = course.blueprints[name].model_copy(update=change)

    assert any(said in found for found in problems(replace(course, blueprints={**course.blueprints, name: broken})))


def test_items_of_another_pool_shared_items_and_lost_anchors_are_found() -> None:
    course = drawn(a_course({"1": 2, "2": 6, "3": 3}))
    final = course.blueprints[FINAL_TEST]
    first, second = final.forms
    own = next(name for name in first.items if name not in final.anchors)
    stranger = next(name for name in course.blueprints[START_TEST].forms[0].items if name not in final.anchors)

    def with_items(items: tuple[str, ...]) -> list[str]:
        forms = (first, second.model_copy(update={"items": items}))
        changed = final.model_copy(update={"forms": forms})
        return problems(replace(course, blueprints={**course.blueprints, FINAL_TEST: changed}))

    assert any("jau ir variantā noslegums-a" in said for said in with_items((*second.items, own)))
    assert any("krājumā «start»" in said for said in with_items((*second.items, stranger)))
    assert any("krājumā «module»" in said for said in with_items((*second.items, "m01.1-m1")))
    without = tuple(name for name in second.items if name != final.anchors[0])
    assert any("variantā noslegums-b nav" in said for said in with_items(without))
    retired = {**course.items, own: course.items[own].model_copy(update={"status": "retired"})}
    assert any("nav «live»" in said for said in problems(replace(course, items=retired)))


def test_a_pool_that_is_too_small_is_said_so() -> None:
    with pytest.raises(ContentError, match="pool: final"):
        drawn(a_course({"1": 2, "2": 6, "3": 3}, final=1))
    with pytest.raises(ContentError, match="pool: start"):
        drawn(a_course({"1": 2, "2": 6, "3": 3}, start=0))


def test_the_draw_writes_only_below_its_line_and_what_it_writes_is_read_back() -> None:
    blueprint = drawn(a_course({"1": 2, "2": 6, "3": 3})).blueprints[START_TEST]
    head = (
        "# Mans vārds\nid: sakums\nmodule: sakums\npool: start\ntitle: Tests\nper_module: 4\nexplain: never\nseed: 1\n"
    )

    text = drawn_text(f"{head}{DRAWN}\nminutes: 5\nforms: []\n", blueprint)

    assert text.startswith(head + DRAWN)
    assert drawn_text(text, blueprint) == text
    assert Blueprint.model_validate(read_yaml(text, "sakums.yml").data) == blueprint


# ── the course itself ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_courses_tests_are_what_the_draw_gives_now() -> None:
    course = real()

    assert draw_tests(course) == {name: course.blueprints[name] for name in (START_TEST, FINAL_TEST)}


def test_start_and_final_items_are_in_no_modules_form_and_no_page_shows_them() -> None:
    course = real()
    kept = {name for name, item in course.items.items() if item.pool in ("start", "final")}
    pages = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "notebooks" / "source").glob("*.md"))

    assert kept
    for blueprint in course.blueprints.values():
        if blueprint.pool == "module":
            assert not kept & {name for form in blueprint.forms for name in form.items}
        else:
            assert blueprint.explain == "never"
    assert not kept & set(course.practice)
    assert [name for name in kept if name in pages or course.items[name].stem in pages] == []
