"""Everything an author can get wrong, found in one pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from lideri.authoring.exams import problems_of_exam
from lideri.authoring.pages import SourcePage, read_page
from lideri.authoring.talks import problems_of_talk
from lideri.course.exams import is_exam
from lideri.course.help_log import read_help_lists
from lideri.course.items import (
    Blueprint,
    FreeText,
    Item,
    MarkSpots,
    Match,
    MultipleChoice,
    Number,
    Order,
    ShortText,
    Simulation,
    SingleChoice,
)
from lideri.course.loading import Course, Place, read_course
from lideri.course.personal_codes import could_be_real, personal_codes
from lideri.course.problems import Problem
from lideri.course.validation import validate
from lideri.course.yaml_lines import dotted, read_yaml
from lideri.errors import InvalidAnswer, SettingsError
from lideri.practice import machine, replay
from lideri.practice.release import released_form, scenario_of
from lideri.practice.scenarios import MODELS
from lideri.practice.talk import TalkScenario
from lideri.settings import read_course_settings

FORBIDDEN_OPTIONS = re.compile(r"^\s*(visi|visas|neviens|neviena|nav)\b.*\b(minēt|iepriekš|pareiz)", re.IGNORECASE)
LENGTH_RATIO = 2.6  # the longest option of a question may be at most this many times the shortest …
LENGTH_SLACK = 45  # … unless they differ by fewer characters than this
KEY_PLACES_FROM = 20  # the right option's place is judged once the bank has this many questions
KEY_PLACE_SHARE = 0.45  # no place may hold more than this share of a module's right options …
BANK_FROM = 60  # … and of the whole bank's, once it has this many questions with four options:
BANK_PLACE_SHARE = 0.33
LONGEST_SHARE = 0.45  # the right option may be the longest one in at most this share of a module's questions
SUPPORTING_LEAST = 3  # so many items of modules have to ask for each outcome of supporting others
SCORED_KINDS = (
    "single_choice",
    "multiple_choice",
    "order",
    "match",
    "number",
    "short_text",
    "mark_spots",
    "simulation",
)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """``items_live``: live scored items (free text not counted) by module; ``kinds``: the same by kind."""

    problems: tuple[Problem, ...]
    items_live: Mapping[str, int]
    kinds: Mapping[str, int]
    course: Course
    pages: Mapping[str, SourcePage]


def check(root: Path, *, used_forms: Mapping[str, str] | None = None) -> CheckReport:
    """Read all content under ``root`` and judge it.

    ``used_forms`` maps a form that people have answered to its fingerprint at first use (`ReleasedForm.fingerprint`).
    """
    course, problems = read_course(root)
    pages = read_pages(root)
    problems += [problem for page in pages.values() for problem in page.problems]
    for name, item in course.items.items():
        problems += _item(item, course.places[f"item:{name}"], course)
        if item.pool == "practice":
            problems.append(
                course.places[f"item:{name}"].problem("vingrinājums te nedrīkst būt (pool: practice)", "pool")
            )
    for name, item in course.practice.items():
        problems += _item(item, course.places[f"item:{name}"], course)
        if isinstance(item, Simulation):
            message = "vingrinājumam mācību vietu raksti mapē course_data/scenarios un lapā sauc ar Place(…)"
            problems.append(course.places[f"item:{name}"].problem(message, "kind"))
        if item.pool != "practice":
            problems.append(course.places[f"item:{name}"].problem("šajā datnē drīkst būt tikai pool: practice", "pool"))
    for name, blueprint in course.blueprints.items():
        problems += _blueprint(blueprint, course.places[f"blueprint:{name}"], course, used_forms or {})
    problems += _key_places(course)
    problems += _supporting(course)
    problems += _settings(root)
    problems += read_help_lists(root / "course_data")[1]
    problems += _scenarios(course, root)
    problems += _pages(pages, course, root)
    problems += _personal_codes(root)
    live = [item for item in course.items.values() if item.status == "live" and item.kind in SCORED_KINDS]
    return CheckReport(
        problems=tuple(sorted(set(problems))),
        items_live=dict(sorted(Counter(item.module for item in live).items())),
        kinds=dict(sorted(Counter(item.kind for item in live).items())),
        course=course,
        pages=pages,
    )


def read_pages(root: Path) -> dict[str, SourcePage]:
    """Every page source by file name."""
    return {
        file.name: read_page(file.read_text(encoding="utf-8"), file.relative_to(root).as_posix())
        for file in sorted((root / "notebooks" / "source").glob("*.md"))
    }


# ── items ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _item(item: Item, place: Place, course: Course) -> list[Problem]:
    problems = [
        place.problem(f"kompetences «{code}» DigComp sarakstā nav (1.1–5.4)", "competences", index)
        for index, code in enumerate(item.competences)
        if code not in course.competences
    ]
    problems += [
        place.problem(f"mācīšanās rezultāta «{code}» DigComp 3.0 sarakstā nav", "outcomes", index)
        for index, code in enumerate(item.outcomes)
        if code not in course.outcomes
    ]
    problems += [
        place.problem(f"avota «{name}» nav mapē course_data/facts; pievieno faktu vai izlabo nosaukumu", "facts", index)
        for index, name in enumerate(item.facts)
        if name not in course.facts
    ]
    if course.syllabus.part(item.submodule) is None and course.syllabus.module(item.submodule) is None:
        problems.append(place.problem(f"apakšmoduļa «{item.submodule}» programmā nav", "submodule"))
    problems += list(_key(item, place))
    if isinstance(item, SingleChoice | MultipleChoice):
        problems += _options(item, place)
    return problems


def _key(item: Item, place: Place) -> Iterable[Problem]:
    match item:
        case SingleChoice():
            yield from _doubled(item.options, place, "options")
            yield from _among([item.key], [option.id for option in item.options], place)
        case MultipleChoice():
            yield from _doubled(item.options, place, "options")
            yield from _among(item.key, [option.id for option in item.options], place)
            if len(set(item.key)) >= len(item.options):
                yield place.problem("visi varianti ir pareizi; pievieno vismaz vienu nepareizu", "key")
        case MarkSpots():
            yield from _doubled(item.spots, place, "spots")
            yield from _among(item.key, [spot.id for spot in item.spots], place)
            if len(set(item.key)) >= len(item.spots):
                yield place.problem("visas rindas ir pazīmes; pievieno vismaz vienu nekaitīgu", "key")
        case Order():
            yield from _doubled(item.pieces, place, "pieces")
            named = [name for group in item.key for name in group]
            yield from _among(named, [piece.id for piece in item.pieces], place)
            for piece in item.pieces:
                if named.count(piece.id) != 1:
                    yield place.problem(f"atslēgā «{piece.id}» jābūt tieši vienu reizi", "key")
        case Match():
            yield from _doubled(item.left, place, "left")
            yield from _doubled(item.right, place, "right")
            left, right = [piece.id for piece in item.left], [piece.id for piece in item.right]
            for name in sorted(set(left) ^ set(item.key)):
                yield place.problem(f"atslēgai jābūt tieši visiem kreisās puses elementiem; pārbaudi «{name}»", "key")
            yield from _among(item.key.values(), right, place)
        case ShortText():
            for word in item.reject:
                if word.casefold() in {accepted.casefold() for accepted in item.accept}:
                    yield place.problem(f"«{word}» ir gan starp pareizajām, gan nepareizajām atbildēm", "reject")
        case Simulation():
            yield from _simulation(item, place)
        case Number() | FreeText():
            return


def _simulation(item: Simulation, place: Place) -> Iterable[Problem]:
    """The scenario has the shape of its kind, and its own solution reaches every goal."""
    kind = item.scenario.get("kind")
    model = MODELS.get(kind) if isinstance(kind, str) else None
    if model is None:
        yield place.problem(f"nezināma mācību vieta «{kind}»; ir {', '.join(sorted(MODELS))}", "scenario", "kind")
        return
    whole = {"id": item.id, **item.scenario}
    read, problems = validate(TypeAdapter(model), place.document, (*place.path, "scenario"), whole)
    yield from problems
    if problems:
        return
    if isinstance(read, TalkScenario):
        for where, message in problems_of_talk(read, scored=True):
            yield place.problem(message, "scenario", *where)
    runs, scenario = machine(kind), scenario_of(item)
    try:
        state = replay(runs.kind, scenario, runs.solution(scenario))
        missed = [goal.id for goal in runs.goals(scenario, state) if goal.reached < 1]
    except NotImplementedError:
        yield place.problem(f"mācību vietu «{kind}» par punktiem lietot nevar; izvēlies citu", "scenario", "kind")
    except InvalidAnswer as error:
        yield place.problem(f"uzdevumu nevar izpildīt: {error}", "scenario")
    else:
        if missed:
            yield place.problem(f"ar paraugrisinājumu nesasniedz mērķi {', '.join(missed)}", "scenario")


def _among(keys: Iterable[str], options: list[str], place: Place) -> Iterable[Problem]:
    for key in keys:
        if key not in options:
            yield place.problem(f"atslēga «{key}» nav starp variantiem {', '.join(options)}", "key")


def _doubled(parts: Iterable[object], place: Place, name: str) -> Iterable[Problem]:
    seen: set[str] = set()
    for index, part in enumerate(parts):
        identifier = str(getattr(part, "id", ""))
        if identifier in seen:
            yield place.problem(f"id «{identifier}» atkārtojas; izvēlies citu", name, index, "id")
        seen.add(identifier)


def _options(item: SingleChoice | MultipleChoice, place: Place) -> list[Problem]:
    problems = [
        place.problem(
            "variants «visi minētie» vai «neviens» nemāca; uzraksti konkrētu variantu", "options", index, "text"
        )
        for index, option in enumerate(item.options)
        if FORBIDDEN_OPTIONS.search(option.text)
    ]
    lengths = [len(option.text) for option in item.options]
    if max(lengths) > LENGTH_RATIO * min(lengths) and max(lengths) - min(lengths) > LENGTH_SLACK:
        message = f"varianti ir pārāk atšķirīga garuma ({min(lengths)}–{max(lengths)} zīmes); izlīdzini tos"
        problems.append(place.problem(message, "options"))
    return problems


def _key_places(course: Course) -> list[Problem]:
    """Nobody should score by choosing the same place, or the longest text, throughout."""
    problems = []
    bank = [item for item in course.items.values() if isinstance(item, SingleChoice) and item.status == "live"]
    for module in sorted({item.module for item in bank}):
        choice = [item for item in bank if item.module == module]
        if len(choice) < KEY_PLACES_FROM:
            continue
        where = course.places[f"item:{choice[0].id}"]
        place, count = Counter(map(_key_place, choice)).most_common(1)[0]
        if count / len(choice) > KEY_PLACE_SHARE:
            message = f"{count} no {len(choice)} jautājumiem pareizais ir {place + 1}. variants; sajauc variantus"
            problems.append(where.problem(message))
        longest = sum(_key_is_longest(item) for item in choice)
        if longest / len(choice) > LONGEST_SHARE:
            message = f"{longest} no {len(choice)} jautājumiem pareizais ir garākais variants; pagarini nepareizos"
            problems.append(where.problem(message))
    of_four = [item for item in bank if len(item.options) == 4]
    if len(of_four) >= BANK_FROM:
        place, count = Counter(map(_key_place, of_four)).most_common(1)[0]
        if count / len(of_four) > BANK_PLACE_SHARE:
            found = f"visā krājumā {count} no {len(of_four)} jautājumiem pareizais ir {place + 1}. variants"
            message = f"{found}; sajauc variantus"
            problems.append(course.places[f"item:{of_four[0].id}"].problem(message))
    return problems


def _key_place(item: SingleChoice) -> int:
    return [option.id for option in item.options].index(item.key)


def _key_is_longest(item: SingleChoice) -> bool:
    lengths = {option.id: len(option.text) for option in item.options}
    return all(length < lengths[item.key] for name, length in lengths.items() if name != item.key)


# ── blueprints and forms ────────────────────────────────────────────────────────────────────────────────────────────


def _blueprint(blueprint: Blueprint, place: Place, course: Course, used_forms: Mapping[str, str]) -> list[Problem]:
    if blueprint.pool != "module" or is_exam(blueprint.module):
        return [
            *problems_of_exam(blueprint, place, course, used_forms),
            *_used(blueprint, place, course, used_forms),
        ]
    problems = []
    owner: dict[str, str] = {}
    if not blueprint.free_text:
        return [place.problem("trūkst brīvā uzdevuma; katram variantam vajag vienu", "free_text")]
    if len(blueprint.free_text) not in (1, len(blueprint.forms)):
        problems.append(place.problem("brīvo uzdevumu skaits: viens visiem vai katram variantam savs", "free_text"))
    for index, form in enumerate(blueprint.forms):
        free = blueprint.free_text[index if len(blueprint.free_text) > 1 else 0]
        counted: Counter[str] = Counter()
        for number, name in enumerate(form.items):
            item = course.items.get(name)
            below = ("forms", index, "items", number)
            if item is None:
                problems.append(place.problem(f"uzdevuma «{name}» bankā nav", *below))
                continue
            if item.status != "live" and form.id not in used_forms:
                problems.append(place.problem(f"uzdevums «{name}» nav «live»; izvēlies citu", *below))
            if item.pool != "module" or item.module != blueprint.module:
                problems.append(place.problem(f"uzdevums «{name}» nav šī moduļa krājumā", *below))
            if isinstance(item, FreeText):
                if name not in blueprint.free_text:
                    problems.append(place.problem(f"«{name}» jābūt arī laukā free_text", *below))
            else:
                counted[item.submodule] += 1
                if name in owner:
                    problems.append(place.problem(f"«{name}» jau ir variantā {owner[name]}; izvēlies citu", *below))
                owner[name] = form.id
        if free not in form.items:
            problems.append(place.problem(f"variantā trūkst brīvā uzdevuma «{free}»", "forms", index, "items"))
        for submodule, wanted in blueprint.per_submodule.items():
            if counted[submodule] != wanted:
                message = f"no {submodule}. nodaļas jābūt {wanted} uzdevumiem, ir {counted[submodule]}"
                problems.append(place.problem(message, "forms", index, "items"))
    for free in blueprint.free_text:
        item = course.items.get(free)
        if not isinstance(item, FreeText):
            problems.append(place.problem(f"«{free}» nav brīvais uzdevums (kind: free_text)", "free_text"))
        elif item.rubric not in course.rubrics:
            problems.append(course.places[f"item:{free}"].problem(f"vērtēšanas skalas «{item.rubric}» nav", "rubric"))
        elif course.rubrics[item.rubric].max_points != item.points:
            most = course.rubrics[item.rubric].max_points
            problems.append(
                course.places[f"item:{free}"].problem(f"punktiem jāsakrīt ar skalas summu ({most:g})", "points")
            )
    return problems + _used(blueprint, place, course, used_forms)


def _used(blueprint: Blueprint, place: Place, course: Course, used_forms: Mapping[str, str]) -> list[Problem]:
    problems = []
    for form_id, fingerprint in used_forms.items():
        index = next((i for i, form in enumerate(blueprint.forms) if form.id == form_id), None)
        if index is None:
            if form_id.startswith(f"{blueprint.id}-"):
                message = f"variantu «{form_id}» cilvēki jau ir pildījuši; atjauno to un jaunu veido ar citu nosaukumu"
                problems.append(place.problem(message, "forms"))
        elif _fingerprint(blueprint, index, course) != fingerprint:
            message = (
                f"variantu «{form_id}» cilvēki jau ir pildījuši, to mainīt nedrīkst; atjauno to un veido jaunu variantu"
            )
            problems.append(place.problem(message, "forms", index))
    return problems


def _fingerprint(blueprint: Blueprint, index: int, course: Course) -> str | None:
    form = blueprint.forms[index]
    if any(name not in course.items for name in form.items):
        return None
    return released_form(blueprint, form, course.items, course.rubrics).fingerprint


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pages(pages: Mapping[str, SourcePage], course: Course, root: Path) -> list[Problem]:
    problems = []
    scenarios = _scenario_ids(root)
    shown: set[str] = set()
    for page in pages.values():
        for fact, line in page.facts:
            if fact not in course.facts:
                problems.append(Problem(page.file, line, f"{{f}}`{fact}`", "tāda fakta nav mapē course_data/facts"))
        for exercise in page.exercises:
            known = course.practice if exercise.widget == "Question" else scenarios
            if exercise.id and exercise.id not in known:
                problems.append(
                    Problem(page.file, exercise.line, exercise.id, "tāda vingrinājuma nav; pārbaudi nosaukumu")
                )
            if exercise.id and exercise.id in shown:  # each module has an assessment, which has no id
                problems.append(
                    Problem(page.file, exercise.line, exercise.id, "vingrinājums lapās jau ir; atstāj vienu")
                )
            shown.add(exercise.id)
        if page.header is not None and "/" not in page.header.page:
            part = course.syllabus.part(page.header.page)
            if part is None:
                problems.append(Problem(page.file, 2, "page", f"nodaļas «{page.header.page}» programmā nav"))
            elif part.title != page.header.title:
                problems.append(Problem(page.file, 3, "title", f"programmā nosaukums ir «{part.title}»"))
            if not page.facts:
                problems.append(Problem(page.file, 1, "", "lapā nav neviena avota ({f}`…`)"))
    written = {page.header.page for page in pages.values() if page.header is not None}
    place = Problem("course_data/syllabus.yml", 1, "", "")
    problems += [
        Problem(place.file, 1, part.id, "nodaļa atzīmēta kā uzrakstīta, bet lapas nav mapē notebooks/source")
        for module in course.syllabus.modules
        for part in module.parts
        if part.written and part.id not in written
    ]
    return problems


def _supporting(course: Course) -> list[Problem]:
    """Each outcome of supporting others is known, and asked for often enough to say something about it."""
    file = "course_data/digcomp/supporting.csv"
    asked = Counter(
        code
        for item in course.items.values()
        if item.status == "live" and item.pool == "module" and item.kind in SCORED_KINDS
        for code in set(item.outcomes)
    )
    problems = []
    for line, outcome in enumerate(course.supporting, start=2):
        if outcome.code not in course.outcomes:
            problems.append(Problem(file, line, "code", f"rezultāta «{outcome.code}» DigComp 3.0 sarakstā nav"))
        elif asked[outcome.code] < SUPPORTING_LEAST:
            message = f"vajag vismaz {SUPPORTING_LEAST} moduļu uzdevumus ar šo rezultātu; ir {asked[outcome.code]}"
            problems.append(Problem(file, line, outcome.code, message))
    return problems


def _settings(root: Path) -> list[Problem]:
    file = root / "course_data" / "settings.yml"
    try:
        read_course_settings(file)
    except SettingsError as error:
        name = file.relative_to(root).as_posix()
        found = [re.match(r"(?:.*?):(\d+): (?:([^:]+): )?(.*)", line) for line in str(error).splitlines()]
        return [Problem(name, int(one[1]), one[2] or "", one[3]) for one in found if one] or [
            Problem(name, 1, "", str(error))
        ]
    return []


def _scenarios(course: Course, root: Path) -> list[Problem]:
    problems: list[Problem] = []
    for file in sorted((root / "course_data" / "scenarios").glob("*.yml")):
        document = read_yaml(file.read_text(encoding="utf-8"), file.relative_to(root).as_posix())
        problems += document.problems
        if not isinstance(document.data, dict):
            continue
        model = MODELS.get(document.data.get("kind", ""))
        if model is None:
            known = ", ".join(sorted(MODELS))
            problems.append(
                Problem(document.file, document.line(("kind",)), "kind", f"nezināms simulatora veids; ir {known}")
            )
            continue
        read, found = validate(TypeAdapter(model), document, (), document.data)
        problems += found
        if isinstance(read, TalkScenario):
            problems += [
                Problem(document.file, document.line(where), dotted(where), message)
                for where, message in problems_of_talk(read, scored=False)
            ]
        problems += [
            Problem(document.file, document.line(path), dotted(path), f"avota «{name}» nav mapē course_data/facts")
            for path, name in _named_facts(document.data)
            if name not in course.facts
        ]
    return problems


def _named_facts(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every fact that a scenario names in a list «facts», with its place."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "facts" and isinstance(value, list):
                yield from (((*path, key, index), str(name)) for index, name in enumerate(value))
            else:
                yield from _named_facts(value, (*path, str(key)))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _named_facts(value, (*path, index))


def _scenario_ids(root: Path) -> frozenset[str]:
    return frozenset(
        match.group(1)
        for file in (root / "course_data" / "scenarios").glob("*.yml")
        for match in re.finditer(r"^id:\s*[\"']?([\w.-]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    )


def _personal_codes(root: Path) -> list[Problem]:
    problems = []
    folders = ("course_data/practice", "course_data/scenarios", "notebooks/source", "assessments")
    for folder in folders:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in {".yml", ".md"}:
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                for code in personal_codes(line):
                    if could_be_real(code):
                        message = "šāds personas kods var piederēt īstam cilvēkam; lieto 000000-00000 vai 009900-00001"
                        problems.append(Problem(file.relative_to(root).as_posix(), number, code, message))
    return problems
