"""The start test and the final test: drawn from their pools for all written modules, and judged for `lideri check`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from lideri.course.catalogue import Module
from lideri.course.exams import EXAMS
from lideri.course.items import Blueprint, Form, FreeText, Item
from lideri.course.loading import Course, Place
from lideri.course.problems import Problem
from lideri.errors import ContentError
from lideri.settings import FINAL_TEST, START_TEST

POOLS = {START_TEST: "start", FINAL_TEST: "final"}
ANCHORS = 10  # drawn; below FEWEST_ANCHORS a gain says nothing
FEWEST_ANCHORS = 8
FINAL_FORMS = 2
MINUTES_AN_ITEM = 1.5
TRIES = 400
DRAWN = "# Tālāk esošo raksta «lideri draw-tests»; ar roku to nemaina."


# ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def draw_tests(course: Course, used: Collection[str] = ()) -> dict[str, Blueprint]:
    """Both tests drawn anew for the modules that are written now: blueprint's id → blueprint.

    Repeatable. Forms that people have begun (``used``) stay, retired where the draw is another one, and then the
    anchors stay as far as they can, so that those people's gain can still be measured. Raises `ContentError` when a
    pool is too small.
    """
    start, final = (course.blueprints.get(name) for name in (START_TEST, FINAL_TEST))
    if start is None or final is None:
        raise ContentError(("mapē assessments/blueprints trūkst sakums.yml vai noslegums.yml",))
    begun = [form for plan in (start, final) for form in plan.forms if form.id in used]
    kept = [name for name in start.anchors if _is_live(course, name, "start")] if begun else []
    chosen = _draw_start(start, course, kept)
    anchors = _draw_anchors(start, course, chosen, kept)
    finals = _draw_final(final, course, anchors)
    return {
        START_TEST: _with_forms(start, [chosen], anchors, used),
        FINAL_TEST: _with_forms(final, finals, anchors, used),
    }


def drawn_text(text: str, blueprint: Blueprint) -> str:
    """The blueprint's file with what was drawn in place of what stood below the line `DRAWN`."""
    lines = [DRAWN, f"minutes: {blueprint.minutes}", "anchors:", *(f"- {name}" for name in blueprint.anchors), "forms:"]
    for form in blueprint.forms:
        lines += [f"- id: {form.id}", f"  title: {form.title}"]
        lines += ["  retired: true"] if form.retired else []
        lines += ["  items:", *(f"  - {name}" for name in form.items)]
    return text.partition(DRAWN)[0] + "\n".join(lines) + "\n"


def _draw_start(plan: Blueprint, course: Course, kept: Sequence[str]) -> tuple[str, ...]:
    drawn: list[str] = []
    for module in _written(course):
        pools = {part.id: _pool(course, "start", part.id) for part in module.parts if part.written}
        if not any(pools.values()):
            raise ContentError((f"{plan.id}: {module.id}. modulim sākuma krājumā (pool: start) nav uzdevumu",))
        drawn += _of_module(plan, course, module, pools, [name for name in kept if _belongs(course, name, module.id)])
    return tuple(drawn)


def _of_module(
    plan: Blueprint, course: Course, module: Module, pools: Mapping[str, Sequence[str]], kept: Sequence[str]
) -> list[str]:
    """``per_module`` items, from as many submodules and of as many kinds as there are. A module's draw depends on no
    other module.
    """
    rng = _rng(plan, module.id)
    wanted = min(max(plan.per_module, len(kept)), sum(map(len, pools.values())))
    best: tuple[tuple[int, ...], list[str]] | None = None
    for _ in range(TRIES):
        names = list(kept)
        mixed = {part: map(str, rng.permutation(pool)) for part, pool in pools.items() if pool}
        left = {part: [name for name in pool if name not in kept] for part, pool in mixed.items()}
        while len(names) < wanted:
            there = Counter(course.items[name].submodule for name in names)
            parts = [str(part) for part in rng.permutation([part for part, pool in left.items() if pool])]
            names.append(left[min(parts, key=lambda part: there[part])].pop())
        kinds = Counter(course.items[name].kind for name in names)
        settings = Counter(course.items[name].setting for name in names)
        score = (len(kinds), -max(kinds.values()), -abs(settings["desk"] - settings["recall"]))
        if best is None or score > best[0]:
            best = (score, names)
    assert best is not None  # noqa: S101  # TRIES is positive
    return sorted(best[1])


def _draw_anchors(plan: Blueprint, course: Course, start: Sequence[str], kept: Sequence[str]) -> tuple[str, ...]:
    """One from each module, then more from the modules with most submodules, each from another submodule."""
    rng = _rng(plan, "anchors")
    found = [name for name in kept if name in start][:ANCHORS]
    modules = sorted(_written(course), key=lambda module: (-len(module.parts), int(module.id)))
    shuffled = [str(name) for name in rng.permutation(list(start)) if not isinstance(course.items[str(name)], FreeText)]
    while len(found) < min(ANCHORS, len(shuffled)):
        there = Counter(course.items[name].module for name in found)
        parts = {course.items[name].submodule for name in found}
        free = [name for name in shuffled if name not in found]
        with_some = {course.items[name].module for name in free}
        module = min((each for each in modules if each.id in with_some), key=lambda each: there[each.id])
        own = [name for name in free if _belongs(course, name, module.id)]
        kinds = Counter(course.items[name].kind for name in found)
        found.append(min(own, key=lambda name: (course.items[name].submodule in parts, kinds[course.items[name].kind])))
    return tuple(name for name in start if name in found)


def _draw_final(plan: Blueprint, course: Course, anchors: Sequence[str]) -> list[tuple[str, ...]]:
    rng = _rng(plan, "forms")
    parts = [part.id for module in _written(course) for part in module.parts if part.written]
    pools = {part: _pool(course, "final", part) for part in parts}
    needed = FINAL_FORMS * plan.per_part
    short = [f"{part}. nodaļai ir {len(pool)}" for part, pool in pools.items() if len(pool) < needed]
    if short:
        asked = f"noslēguma krājumā (pool: final) vajag {needed} uzdevumus katrai nodaļai"
        raise ContentError((f"{plan.id}: {asked}; {', '.join(short)}",))
    best: tuple[float, list[list[str]]] | None = None
    for _ in range(TRIES):
        forms: list[list[str]] = [[] for _ in range(FINAL_FORMS)]
        for pool in pools.values():
            mixed = [str(name) for name in rng.permutation(pool)]
            for number, form in enumerate(forms):
                form.extend(mixed[number * plan.per_part : (number + 1) * plan.per_part])
        unlike = _difference(*([course.items[name] for name in form] for form in forms))
        if best is None or unlike < best[0]:
            best = (unlike, forms)
    assert best is not None  # noqa: S101  # TRIES is positive
    order = {name: place for place, name in enumerate(anchors)}
    return [
        tuple(
            sorted(
                (*form, *anchors),
                key=lambda name: (int(course.items[name].module), name in order, course.items[name].submodule, name),
            )
        )
        for form in best[1]
    ]


def _difference(first: Sequence[Item], second: Sequence[Item]) -> float:
    """How unlike two forms are in kinds, settings, levels and points."""
    unlike = 0.0
    for ask in (lambda item: item.kind, lambda item: item.setting, lambda item: item.level, lambda item: item.points):
        one, other = Counter(map(ask, first)), Counter(map(ask, second))
        unlike += sum(abs(one[each] - other[each]) for each in one.keys() | other.keys())
    return unlike


def _with_forms(
    plan: Blueprint, drawn: Sequence[tuple[str, ...]], anchors: tuple[str, ...], used: Collection[str]
) -> Blueprint:
    same = [form.items for form in plan.forms_now] == list(drawn)
    stay = [form for form in plan.forms if form.id in used]
    if same:
        forms = plan.forms
    else:
        taken = {form.id for form in stay}
        names = [name for letter in "abcdefghijklmnopqrstuvwxyz" if (name := f"{plan.id}-{letter}") not in taken]
        # Attempts get forms by their names' order: a new form may not come before an old one of the same draw.
        names = [name for name in names if all(name > old for old in taken)]
        fresh = [
            Form(id=name, title=f"{name[-1].upper()} variants", items=items)
            for name, items in zip(names, drawn, strict=False)
        ]
        forms = (*(form.model_copy(update={"retired": True}) for form in stay), *fresh)
    longest = max(len(items) for items in drawn)
    minutes = plan.minutes if same else 5 * int(np.ceil(longest * MINUTES_AN_ITEM / 5))
    return plan.model_copy(update={"forms": tuple(forms), "anchors": anchors, "minutes": minutes})


def _rng(plan: Blueprint, what: str) -> np.random.Generator:
    seed = int.from_bytes(hashlib.sha256(f"{plan.seed}:{plan.id}:{what}".encode()).digest()[:8], "big")
    return np.random.default_rng(seed)


def _written(course: Course) -> list[Module]:
    return [module for module in course.syllabus.modules if module.written]


def _pool(course: Course, pool: str, part: str) -> list[str]:
    own = (name for name, item in course.items.items() if item.submodule == part)
    return sorted(name for name in own if _is_live(course, name, pool))


def _is_live(course: Course, name: str, pool: str) -> bool:
    item = course.items.get(name)
    return item is not None and item.pool == pool and item.status == "live" and not isinstance(item, FreeText)


def _belongs(course: Course, name: str, module: str) -> bool:
    return course.items[name].module == module


# ── checking ────────────────────────────────────────────────────────────────────────────────────────────────────────


def problems_of_exam(blueprint: Blueprint, place: Place, course: Course, used: Collection[str]) -> Iterator[Problem]:
    """What is wrong with a start or final test. Forms that people have begun are judged for what may still change."""
    pool = POOLS.get(blueprint.module)
    if pool != blueprint.pool:
        yield place.problem(f"pārbaudes vieta «{blueprint.module}» un krājums «{blueprint.pool}» nesader", "pool")
        return
    if blueprint.explain != "never":
        yield place.problem("sākuma un noslēguma testu neskaidro nekad; raksti explain: never", "explain")
    if blueprint.free_text:
        yield place.problem("testos brīvo uzdevumu nav; atstāj tukšu", "free_text")
    if not blueprint.forms_now:
        yield place.problem("nav neviena varianta, ko cilvēki varētu sākt; palaid «lideri draw-tests»", "forms")
    if len(blueprint.anchors) < FEWEST_ANCHORS:
        message = f"kopīgo uzdevumu ir {len(blueprint.anchors)}, vajag vismaz {FEWEST_ANCHORS}"
        yield place.problem(f"{message}; palaid «lideri draw-tests»", "anchors")
    owner: dict[str, str] = {}
    for index, form in enumerate(blueprint.forms):
        where = ("forms", index, "items")
        for number, name in enumerate(form.items):
            yield from _item(blueprint, form, name, (*where, number), place, course, used)
            if name in blueprint.anchors or form.retired:
                continue
            if name in owner:
                yield place.problem(f"«{name}» jau ir variantā {owner[name]}; izvēlies citu", *where, number)
            owner[name] = form.id
        if not form.retired:
            yield from _coverage(blueprint, form, where, place, course)
    yield from _anchors(blueprint, place, course)


def _item(
    blueprint: Blueprint,
    form: Form,
    name: str,
    below: tuple[str | int, ...],
    place: Place,
    course: Course,
    used: Collection[str],
) -> Iterator[Problem]:
    item = course.items.get(name)
    if item is None:
        yield place.problem(f"uzdevuma «{name}» bankā nav", *below)
        return
    if item.status != "live" and form.id not in used and not form.retired:
        yield place.problem(f"uzdevums «{name}» nav «live»; izvēlies citu", *below)
    if form.items.count(name) > 1:
        yield place.problem(f"«{name}» variantā ir divreiz", *below)
    if isinstance(item, FreeText):
        yield place.problem(f"«{name}» ir brīvais uzdevums; testos tādu nav", *below)
    allowed = "start" if name in blueprint.anchors else blueprint.pool
    if item.pool != allowed and not form.retired:
        yield place.problem(f"uzdevums «{name}» ir krājumā «{item.pool}», bet te drīkst būt tikai «{allowed}»", *below)


def _coverage(
    blueprint: Blueprint, form: Form, where: tuple[str | int, ...], place: Place, course: Course
) -> Iterator[Problem]:
    own = [course.items[name] for name in form.items if name in course.items]
    modules = Counter(item.module for item in own)
    parts = Counter(item.submodule for item in own if item.pool == blueprint.pool)
    for module in _written(course):
        written = [part.id for part in module.parts if part.written]
        wanted = min(blueprint.per_module, sum(len(_pool(course, blueprint.pool, part)) for part in written))
        if modules[module.id] < max(1, wanted):
            message = f"no {module.id}. moduļa jābūt vismaz {max(1, wanted)} uzdevumiem, ir {modules[module.id]}"
            yield place.problem(f"{message}; palaid «lideri draw-tests»", *where)
        for part in written:
            if parts[part] < blueprint.per_part:
                message = f"no {part}. nodaļas jābūt vismaz {blueprint.per_part} uzdevumiem, ir {parts[part]}"
                yield place.problem(f"{message}; palaid «lideri draw-tests»", *where)


def _anchors(blueprint: Blueprint, place: Place, course: Course) -> Iterator[Problem]:
    """Anchors are in every form that people may begin, of both tests, and both tests name the same ones."""
    for number, name in enumerate(blueprint.anchors):
        item = course.items.get(name)
        if item is not None and item.pool != "start":
            yield place.problem(f"kopīgais uzdevums «{name}» nav sākuma krājumā (pool: start)", "anchors", number)
        for form in blueprint.forms_now:
            if name not in form.items:
                yield place.problem(f"kopīgā uzdevuma «{name}» variantā {form.id} nav", "anchors", number)
    other = course.blueprints.get(next(name for name in EXAMS if name != blueprint.module))
    if other is None:
        yield place.problem("jābūt abiem testiem: sākuma (sakums.yml) un noslēguma (noslegums.yml)")
    elif set(other.anchors) != set(blueprint.anchors):
        yield place.problem(f"kopīgie uzdevumi nesakrīt ar {other.id}.yml; palaid «lideri draw-tests»", "anchors")
