"""What a trainer needs to see of a cohort, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lideri.course.items import ReleasedItem
from lideri.course.latvian import RIGA, counted, number, on_day, since_day
from lideri.course.loading import Course
from lideri.measurement.classical import facility, hardest
from lideri.measurement.levels import CutScores, Level, ScoredItem, level, middle
from lideri.reports.evidence import (
    PersonEvidence,
    Submission,
    counting,
    has_passed,
    module_of,
    pages_done,
    released_items,
    scored_items,
)
from lideri.reports.exams import GainLine, gain_of
from lideri.reports.supporting import CohortSupporting, cohort_supporting
from lideri.settings import FINAL_TEST, CourseSettings

QUIET_DAYS = 7  # a person who has done nothing for so long may need a word
TRIED_OFTEN = 4  # an exercise checked so many times without success
LEAST_PEOPLE_FOR_ITEM = 3
LEAST_PEOPLE_FOR_GAIN = 3
LEAST_PEOPLE_FOR_OUTCOME = 3
_SITE = "/services/lideri"
HOW_MANY_HARD = 6


@dataclass(frozen=True, slots=True)
class LevelCell:
    """A person's level on one scale. ``index`` None: «vēl par maz datu»."""

    code: str
    index: int | None
    items: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Scale:
    """A submodule or a competence across the cohort.

    ``counts``: people at each of the four levels; ``people``: how many have one; ``items``: different items answered;
    ``cohort``: level of all answers together, ``middle``: the lower median of the people's levels.
    """

    code: str
    title: str
    note: str
    counts: tuple[int, ...]
    people: int
    items: int
    middle: int | None
    cohort: int | None
    cohort_share: float | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    id: str
    name: str
    state: str
    state_text: str
    pages_done: int
    attempts: int
    points: float | None
    max_points: float | None
    waiting_points: float
    last_seen: datetime | None
    submodules: tuple[LevelCell, ...]
    competences: tuple[LevelCell, ...]
    people_confirmed: int = 0  # residents helped, of the practical task's `people_needed`


@dataclass(frozen=True, slots=True)
class HardItem:
    item: str
    stem: str
    submodule: str
    people: int
    right: int
    facility: float
    common_wrong: str | None
    common_wrong_count: int


@dataclass(frozen=True, slots=True)
class HelpLine:
    person: str
    name: str
    why: str
    do: str  # text of the button
    where: str  # address


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a trainer can do now: a sentence, why, and a button that leads there. ``where`` empty: nothing to press."""

    title: str
    why: str
    do: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module that people can work on; ``waiting``: submissions that a person has to look at."""

    id: str
    title: str
    started: int
    submitted: int
    passed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class TrainerReport:
    """``waiting``, ``help``, ``supporting``, ``steps`` are about all modules, the rest about ``module``."""

    cohort_id: str
    cohort: str
    is_demo: bool
    made_at: datetime
    module: str
    module_title: str
    modules: tuple[ModuleLine, ...]
    pages: int
    people: int
    started: int
    submitted: int
    passed: int
    waiting: int
    pass_share: float
    level_names: tuple[str, ...]
    level_cuts: tuple[float, ...]
    min_items: int
    assumptions: tuple[str, ...]
    lines: tuple[PersonLine, ...]
    submodules: tuple[Scale, ...]
    competences: tuple[Scale, ...]
    hardest: tuple[HardItem, ...]
    help: tuple[HelpLine, ...]
    people_needed: int = 0  # by the practical task; 0: not asked for
    gain: GainLine | None = None  # from the start test to the final test; None: this course has none
    supporting: CohortSupporting | None = None  # about all modules
    steps: tuple[NextStep, ...] = ()  # the most pressing one first; never empty in a report that was made


def trainer_report(
    *,
    cohort_id: str,
    cohort: str,
    is_demo: bool,
    people: Sequence[PersonEvidence],
    course: Course,
    settings: CourseSettings,
    exercises_of: Mapping[str, Sequence[str]],
    now: datetime,
    module: str | None = None,
) -> TrainerReport:
    """The cohort's report on ``module``; without one, on the module that people worked on last.

    ``exercises_of``: page → exercises that make it done.
    """
    modules = [entry.id for entry in course.syllabus.modules if course.forms_of(entry.id)]
    if module not in modules:
        module = _current(people, modules)
    own_pages = {page: names for page, names in exercises_of.items() if module_of(page) == module}
    items = released_items(course.forms)
    cuts = cut_scores(settings)
    entry = course.syllabus.module(module)
    parts = entry.parts if entry else ()
    scored = {person.id: _of_module(scored_items(person, items), module) for person in people}
    competence_codes = sorted({code for results in scored.values() for one in results for code in one.competences})
    lines = []
    for person in people:
        results = scored[person.id]
        lines.append(
            _person_line(
                person,
                results,
                [part.id for part in parts],
                competence_codes,
                cuts,
                own_pages,
                module,
                settings,
            )
        )
    every = [one for results in scored.values() for one in results]
    waiting = sorted((one.submitted_at, one.id) for person in people for one in person.submissions if _waits(one))
    scale = _Scales(every, list(lines), cuts)
    help_lines = tuple(
        line for person in people for line in _help(person, cohort_id, modules, items, exercises_of, settings, now)
    )
    return TrainerReport(
        cohort_id=cohort_id,
        cohort=cohort,
        is_demo=is_demo,
        made_at=now,
        module=module,
        module_title=entry.title if entry else "",
        modules=tuple(_module_line(name, people, course, settings) for name in modules),
        pages=len(parts),
        people=len(people),
        started=sum(person.started_module(module) for person in people),
        submitted=sum(any(one.module == module for one in person.submissions) for person in people),
        passed=sum(has_passed(person, module, settings) is not None for person in people),
        waiting=len(waiting),
        pass_share=settings.pass_share.value,
        level_names=tuple(one.name for one in settings.levels.value),
        level_cuts=cuts.shares,
        min_items=cuts.min_items,
        assumptions=assumptions(settings),
        lines=tuple(lines),
        submodules=tuple(
            scale.of(part.id, part.title, "", [o for o in every if o.submodule == part.id], "submodules")
            for part in parts
        ),
        competences=tuple(
            scale.of(
                code,
                course.competences[code].name,
                "savs tulkojums" if course.competences[code].own_translation else "",
                [one for one in every if code in one.competences],
                "competences",
            )
            for code in competence_codes
            if code in course.competences
        ),
        hardest=_hardest(people, items, module),
        help=help_lines,
        people_needed=settings.certificate.value.confirmed_people,
        gain=gain_of(people, items, least=LEAST_PEOPLE_FOR_GAIN) if course.forms_of(FINAL_TEST) else None,
        supporting=cohort_supporting(people, items, course.supporting, cuts, least=LEAST_PEOPLE_FOR_OUTCOME),
        steps=_steps(people, cohort_id, waiting, help_lines),
    )


def _steps(
    people: Sequence[PersonEvidence],
    cohort_id: str,
    waiting: Sequence[tuple[datetime, str]],
    help_lines: Sequence[HelpLine],
) -> tuple[NextStep, ...]:
    """Somebody who asked waits first, then who handed in, then who is stuck, then what can be confirmed any day."""
    if not people:
        why = "Grupā vēl nav neviena. Vajadzīgs saraksts CSV datnē: vārds, e-pasts, iestāde, pašvaldība."
        where = f"{_SITE}/grupas/{cohort_id}/imports"
        return (NextStep("Jāievada grupas cilvēki", why, "Ievadīt sarakstu", where),)
    steps = []
    if questions := sum(person.questions_waiting for person in people):
        title = counted(questions, "jautājums gaida atbildi", "jautājumi gaida atbildi")
        why = "Tavi dalībnieki gaida, ko teiksi; atbilde bieži ļauj tikt tālāk uzreiz."
        steps.append(NextStep(title, why, "Atbildēt", f"{_SITE}/jautajumi"))
    if waiting:
        oldest, first = waiting[0]
        title = f"{counted(len(waiting), 'darbs gaida', 'darbi gaida')} vērtējumu"
        why = f"Vecākais gaida kopš {since_day(oldest.astimezone(RIGA))}."
        steps.append(NextStep(title, why, "Sākt vērtēt", f"{_SITE}/vertesana/{first}"))
    steps += [NextStep(f"Jāuzrunā: {line.name}", line.why, line.do, line.where) for line in help_lines[:1]]
    if entries := sum(person.entries_new for person in people):
        title = counted(entries, "palīdzības ieraksts gaida", "palīdzības ieraksti gaida") + " apstiprinājumu"
        why = "Tos var apstiprināt vairākus uzreiz; ja kas nav skaidrs, pajautā."
        steps.append(NextStep(title, why, "Skatīt ierakstus", f"{_SITE}/ieraksti"))
    nothing = NextStep("Pagaidām nekas negaida", "Visi darbi ir novērtēti, un neviens nav iestrēdzis.")
    return tuple(steps) or (nothing,)


def _current(people: Sequence[PersonEvidence], modules: Sequence[str]) -> str:
    """The module that most people worked on last; the first one when nobody has begun. Ties: the later module."""
    last = []
    for person in people:
        worked = [(at, modules.index(name)) for name in modules if (at := person.worked_on(name)) is not None]
        if worked:
            last.append(max(worked)[1])
    if not last:
        return modules[0] if modules else ""
    return modules[max(set(last), key=lambda place: (last.count(place), place))]


def _waits(submission: Submission) -> bool:
    return submission.state == "failed" or any(result.points is None for result in submission.results)


def _module_line(module: str, people: Sequence[PersonEvidence], course: Course, settings: CourseSettings) -> ModuleLine:
    entry = course.syllabus.module(module)
    handed_in = [[one for one in person.submissions if one.module == module] for person in people]
    return ModuleLine(
        id=module,
        title=entry.title if entry else "",
        started=sum(person.started_module(module) for person in people),
        submitted=sum(bool(own) for own in handed_in),
        passed=sum(has_passed(person, module, settings) is not None for person in people),
        waiting=sum(_waits(one) for own in handed_in for one in own),
    )


def cut_scores(settings: CourseSettings) -> CutScores:
    return CutScores(
        shares=tuple(one.from_share for one in settings.levels.value), min_items=settings.min_items_for_level.value
    )


def assumptions(settings: CourseSettings) -> tuple[str, ...]:
    """What on the page is an assumption, in words."""
    said = []
    if settings.levels.is_assumption:
        cuts = ", ".join(
            f"{one.name} no {number(100 * one.from_share)} % punktu" for one in settings.levels.value if one.from_share
        )
        said.append(f"Līmeņu robežas ({cuts}) ir pieņēmums, jāapstiprina VARAM.")
    if settings.pass_share.is_assumption:
        said.append(f"Ieskaitīts no {number(100 * settings.pass_share.value)} % punktu: pieņēmums, jāapstiprina VARAM.")
    return tuple(said)


class _Scales:
    def __init__(self, every: Sequence[ScoredItem], lines: Sequence[PersonLine], cuts: CutScores) -> None:
        self.every = every
        self.lines = lines
        self.cuts = cuts

    def of(self, code: str, title: str, note: str, results: Sequence[ScoredItem], kind: str) -> Scale:
        levels = [
            cell.index
            for line in self.lines
            for cell in (line.submodules if kind == "submodules" else line.competences)
            if cell.code == code and cell.index is not None
        ]
        judged = [one for one in results if one.points is not None]
        different = len({one.item for one in judged})
        together: Level | None = None
        if different >= self.cuts.min_items:
            numbered = [
                ScoredItem(f"{one.item}#{n}", one.submodule, one.competences, one.points, one.max_points, one.outcome)
                for n, one in enumerate(judged)
            ]
            together = level(numbered, self.cuts)
        return Scale(
            code=code,
            title=title,
            note=note,
            counts=tuple(levels.count(index) for index in range(len(self.cuts.shares))),
            people=len(levels),
            items=different,
            middle=middle(levels),
            cohort=together.index if together else None,
            cohort_share=together.share if together else None,
        )


def _of_module(results: Sequence[ScoredItem], module: str) -> list[ScoredItem]:
    return [one for one in results if module_of(one.submodule) == module]


def _person_line(
    person: PersonEvidence,
    results: Sequence[ScoredItem],
    submodules: Sequence[str],
    competences: Sequence[str],
    cuts: CutScores,
    exercises_of: Mapping[str, Sequence[str]],
    module: str,
    settings: CourseSettings,
) -> PersonLine:
    best = counting(person.submissions, module, settings.attempt_that_counts.value)
    attempts = sum(one.module == module for one in person.submissions)
    state, text = _state(person, module, settings)
    return PersonLine(
        id=person.id,
        name=person.name,
        state=state,
        state_text=text,
        pages_done=pages_done(person, exercises_of),
        attempts=attempts,
        points=best.points if best else None,
        max_points=best.max_points if best else None,
        waiting_points=best.waiting if best else 0.0,
        last_seen=person.last_seen,
        submodules=tuple(_cell(code, [one for one in results if one.submodule == code], cuts) for code in submodules),
        competences=tuple(
            _cell(code, [one for one in results if code in one.competences], cuts) for code in competences
        ),
        people_confirmed=len(person.people_confirmed or ()),
    )


def _cell(code: str, results: Sequence[ScoredItem], cuts: CutScores) -> LevelCell:
    found = level(results, cuts)
    return LevelCell(code, found.index, found.items, found.share)


def _state(person: PersonEvidence, module: str, settings: CourseSettings) -> tuple[str, str]:
    if has_passed(person, module, settings) is not None:
        return "passed", "Ieskaitīts"
    mine = [one for one in person.submissions if one.module == module]
    if any(one.state in {"queued", "grading"} for one in mine):
        return "grading", "Tiek vērtēts"
    if any(one.state == "failed" or one.waiting for one in mine):
        return "waiting", "Gaida vērtējumu"
    if mine:
        return "not_passed", "Nav ieskaitīts"
    return ("started", "Iesākts") if person.started_module(module) else ("none", "Nav sākts")


def _hardest(people: Sequence[PersonEvidence], items: Mapping[str, ReleasedItem], module: str) -> tuple[HardItem, ...]:
    answers: dict[str, list[tuple[float, float, str, str]]] = {}
    for person in people:
        for submission in person.submissions:
            if submission.module != module:
                continue
            for result in submission.results:
                if result.points is not None and result.item in items and items[result.item].kind != "free_text":
                    line = (result.points, result.max_points, result.outcome, result.answer)
                    answers.setdefault(result.item, []).append(line)
    found = hardest(
        (facility(name, results) for name, results in answers.items()),
        how_many=HOW_MANY_HARD,
        least_people=LEAST_PEOPLE_FOR_ITEM,
    )
    return tuple(
        HardItem(
            item=one.item,
            stem=items[one.item].stem,
            submodule=items[one.item].submodule,
            people=one.people,
            right=one.right,
            facility=one.facility,
            common_wrong=one.common_wrong,
            common_wrong_count=one.common_wrong_count,
        )
        for one in found
    )


def _help(
    person: PersonEvidence,
    cohort_id: str,
    modules: Sequence[str],
    items: Mapping[str, ReleasedItem],
    exercises_of: Mapping[str, Sequence[str]],
    settings: CourseSettings,
    now: datetime,
) -> list[HelpLine]:
    """At most one line for a person: the most pressing reason, in whichever module it is."""
    group = f"/services/lideri/grupas/{cohort_id}"
    if not person.started and not person.has_password:
        invited = f" Saite sagatavota {on_day(person.invited_at)}." if person.invited_at else ""
        return [
            HelpLine(person.id, person.name, f"Vēl nav atvērta pirmās ienākšanas saite.{invited}", "Jauna saite", group)
        ]
    states = {module: _state(person, module, settings)[0] for module in modules}
    for module, state in states.items():
        best = counting(person.submissions, module, settings.attempt_that_counts.value)
        if state == "not_passed" and best is not None:
            attempts = sum(one.module == module for one in person.submissions)
            left = settings.attempts_allowed.value - attempts
            weakest = _weakest(_of_module(scored_items(person, items), module), cut_scores(settings))
            hint = f" Grūtākā nodaļa: {weakest}." if weakest else ""
            points = f"{number(best.points)} no {number(best.max_points)} punktiem"
            rest = "Mēģinājumu vairs nav." if left <= 0 else f"Vēl ir {counted(left, 'mēģinājums', 'mēģinājumi')}."
            why = f"{module}. moduļa pārbaudes darbs nav ieskaitīts ({points}). {rest}{hint}"
            return [HelpLine(person.id, person.name, why, "Skatīt darbu", f"/services/lideri/vertesana/{best.id}")]
    tried = [
        one
        for one in person.exercises
        if one.checks >= TRIED_OFTEN
        and one.outcome in {"wrong", "partly"}
        and now - one.saved_at < timedelta(days=30)
        and states.get(module_of(one.page)) != "passed"
    ]
    if tried:
        one = max(tried, key=lambda state: state.checks)
        why = f"Vingrinājums {one.page}. nodaļā pārbaudīts {counted(one.checks, 'reizi', 'reizes')}, vēl neizdodas."
        return [HelpLine(person.id, person.name, why, "Skatīt grupu", group)]
    unfinished = any(state in {"started", "none"} for state in states.values())
    if unfinished and person.last_seen and now - person.last_seen >= timedelta(days=QUIET_DAYS):
        days = (now - person.last_seen).days
        done = pages_done(person, exercises_of)
        why = f"Burtnīca nav atvērta {counted(days, 'dienu', 'dienas')}. Pabeigtas nodaļas: {done}."
        return [HelpLine(person.id, person.name, why, "Skatīt grupu", group)]
    return []


def _weakest(results: Sequence[ScoredItem], cuts: CutScores) -> str | None:
    """The submodule with the smallest share of points among those where enough is known."""
    shares = {
        code: found.share
        for code in sorted({one.submodule for one in results})
        if (found := level([one for one in results if one.submodule == code], cuts)).share is not None
    }
    return min(shares, key=lambda code: shares[code] or 0.0) if shares else None
