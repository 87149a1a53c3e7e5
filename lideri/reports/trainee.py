"""What one trainee sees of the own work: where things stand, what comes next, what came of an attempt.

Pure functions from records to frozen data; addresses and words are the pages' business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from lideri.course.catalogue import Module, Syllabus
from lideri.course.items import FreeTextResponse, ReleasedForm, ReleasedItem, SubmissionData
from lideri.measurement.placement import Advice
from lideri.reports.exams import PlanLine, missing_before_final_test, plan_of_results
from lideri.settings import FINAL_TEST, START_TEST, CourseSettings
from lideri.store.learning import AttemptOutline, ExerciseAnswer
from lideri.store.queue import GradedItem, Mark
from lideri.store.results import AttemptResult, counting_attempt
from lideri.store.tables import Outcome

Progress = Literal["done", "now", "none", "draft"]
AssessmentState = Literal["none", "open", "grading", "waiting", "passed", "not_passed"]
StartTestState = Literal["none", "open", "grading", "done", "missed"]  # missed: the final test has been begun
FinalTestState = Literal["closed", "none", "open", "grading", "waiting", "passed", "not_passed"]
NextKind = Literal[
    "take_start_test",
    "continue_start_test",
    "take_final_test",
    "continue_final_test",
    "retake_final_test",
    "continue_assessment",
    "continue_page",
    "start_page",
    "take_assessment",
    "see_result",
    "try_again",
    "all_done",
    "nothing",
]


@dataclass(frozen=True)
class PartProgress:
    """A submodule. `done_exercises` counts exercises that were checked at least once."""

    id: str
    title: str
    minutes: int
    written: bool
    status: Progress
    exercises: int = 0
    done_exercises: int = 0
    last_saved: datetime | None = None


@dataclass(frozen=True)
class AssessmentProgress:
    """A module's assessment. `attempt`: the attempt that counts, else the last submitted one; None: none submitted."""

    title: str
    minutes: int
    state: AssessmentState
    deadline: datetime | None
    attempt: str | None
    may_start: bool
    number: int | None = None  # of the open attempt, else of the next one
    of: int = 0


@dataclass(frozen=True)
class ModuleProgress:
    id: str
    title: str
    written: bool
    minutes: int
    practical: str
    status: Progress
    parts: tuple[PartProgress, ...]
    assessment: AssessmentProgress | None
    advice: Advice | None = None  # of the start test; None: not taken, or nothing about this module in it

    @property
    def skipped(self) -> bool:
        """Nothing leads into its chapters: the start test says that they may be left out, and none was begun."""
        return self.advice == "skip" and all(part.status in ("none", "draft") for part in self.parts)

    @property
    def done_parts(self) -> int:
        return sum(part.status == "done" for part in self.parts)


@dataclass(frozen=True)
class StartTest:
    """Where the person stands with the start test. `attempt`: the submitted one, which is the plan's page."""

    state: StartTestState
    minutes: int
    items: int
    plan: tuple[PlanLine, ...] = ()
    attempt: str | None = None


@dataclass(frozen=True)
class FinalTest:
    """Where the person stands with the final test. `missing`: modules to pass before it opens."""

    state: FinalTestState
    minutes: int
    items: int
    missing: tuple[str, ...] = ()
    attempt: str | None = None
    may_start: bool = False


@dataclass(frozen=True)
class NextStep:
    """The one thing to do next. `part` for pages, `attempt` for a result; `module` always but for «nothing» and the two
    tests about the whole course.
    """

    kind: NextKind
    module: ModuleProgress | None = None
    part: PartProgress | None = None
    attempt: str | None = None


@dataclass(frozen=True)
class TraineeHome:
    modules: tuple[ModuleProgress, ...]
    next: NextStep
    start_test: StartTest | None = None  # None: this course has none
    final_test: FinalTest | None = None

    @property
    def written(self) -> tuple[ModuleProgress, ...]:
        return tuple(module for module in self.modules if module.written)


def trainee_home(
    syllabus: Syllabus,
    *,
    exercises: Mapping[str, Sequence[str]],
    answers: Sequence[ExerciseAnswer],
    outlines: Mapping[str, AttemptOutline],
    results: Sequence[AttemptResult],
    settings: CourseSettings,
    now: datetime,
    tests: Mapping[str, Sequence[ReleasedForm]] | None = None,
) -> TraineeHome:
    """The whole programme as this person stands in it.

    `exercises` lists the exercises of each written page; `outlines` and `results` are of assessments that exist;
    `tests` are the forms of the start test and the final test, retired ones too. A page without exercises is never
    «done», because nothing tells that it was read.
    """
    tests = tests or {}
    start = _start_test(tests.get(START_TEST, ()), outlines, results, settings)
    advice = {line.module: line.advice for line in start.plan} if start else {}
    by_page: dict[str, list[ExerciseAnswer]] = {}
    for answer in answers:
        by_page.setdefault(answer.page, []).append(answer)
    modules = tuple(
        _module(module, exercises, by_page, outlines.get(module.id), results, settings, now, advice.get(module.id))
        for module in syllabus.modules
    )
    passed = [each.id for each in modules if each.assessment and each.assessment.state == "passed"]
    missing = missing_before_final_test(passed, settings, exercises)
    final = _final_test(tests.get(FINAL_TEST, ()), outlines, results, missing, settings, now)
    return TraineeHome(modules, _next_step(modules, start, final), start, final)


def _start_test(
    forms: Sequence[ReleasedForm],
    outlines: Mapping[str, AttemptOutline],
    results: Sequence[AttemptResult],
    settings: CourseSettings,
) -> StartTest | None:
    outline = outlines.get(START_TEST)
    form = next((form for form in forms if not form.retired), None)
    if outline is None or form is None:
        return None
    about = StartTest("none", form.minutes, len(form.items))
    own = [result for result in results if result.module == START_TEST]
    if own:
        last = own[-1]
        items = {item.id: item for each in forms for item in each.items}
        plan = plan_of_results(last.items, items, settings)
        return replace(about, state="done" if last.items else "grading", plan=plan, attempt=last.attempt_id)
    if outline.open is not None:
        return replace(about, state="open")
    after = outlines.get(FINAL_TEST)
    too_late = after is not None and (after.open is not None or after.last is not None)
    return replace(about, state="missed") if too_late else about


def _final_test(
    forms: Sequence[ReleasedForm],
    outlines: Mapping[str, AttemptOutline],
    results: Sequence[AttemptResult],
    missing: tuple[str, ...],
    settings: CourseSettings,
    now: datetime,
) -> FinalTest | None:
    outline = outlines.get(FINAL_TEST)
    form = next((form for form in forms if not form.retired), None)
    if outline is None or form is None:
        return None
    own = [result for result in results if result.module == FINAL_TEST]
    stands = _assessment("", form.minutes, FINAL_TEST, outline, own, settings, now)
    state: FinalTestState = "closed" if missing and stands.state in ("none", "not_passed") else stands.state
    may_start = stands.may_start and not missing
    return FinalTest(state, form.minutes, len(form.items), missing, stands.attempt, may_start)


def _module(
    module: Module,
    exercises: Mapping[str, Sequence[str]],
    answers: Mapping[str, Sequence[ExerciseAnswer]],
    outline: AttemptOutline | None,
    results: Sequence[AttemptResult],
    settings: CourseSettings,
    now: datetime,
    advice: Advice | None,
) -> ModuleProgress:
    parts = tuple(
        _part(part.id, part.title, part.minutes, part.written, exercises.get(part.id, ()), answers.get(part.id, ()))
        for part in module.parts
    )
    assessment = None
    if module.assessment is not None and outline is not None:
        own = [result for result in results if result.module == module.id]
        about = module.assessment
        assessment = _assessment(about.title, about.minutes, module.id, outline, own, settings, now)
    return ModuleProgress(
        id=module.id,
        title=module.title,
        written=module.written,
        minutes=module.minutes or sum(part.minutes for part in module.parts),
        practical=module.practical,
        status=_module_status(module.written, parts, assessment, skip=advice == "skip"),
        parts=parts,
        assessment=assessment,
        advice=advice,
    )


def _part(
    page: str, title: str, minutes: int, written: bool, exercises: Sequence[str], answers: Sequence[ExerciseAnswer]
) -> PartProgress:
    done = {answer.exercise for answer in answers if answer.done} & set(exercises)
    status: Progress = "none"
    if not written:
        status = "draft"
    elif exercises and len(done) == len(set(exercises)):
        status = "done"
    elif answers:
        status = "now"
    return PartProgress(
        id=page,
        title=title,
        minutes=minutes,
        written=written,
        status=status,
        exercises=len(set(exercises)),
        done_exercises=len(done),
        last_saved=max((answer.saved_at for answer in answers), default=None),
    )


def _assessment(
    title: str,
    minutes: int,
    module: str,
    outline: AttemptOutline,
    results: Sequence[AttemptResult],
    settings: CourseSettings,
    now: datetime,
) -> AssessmentProgress:
    counting = counting_attempt(results, settings.rules_of(module))
    shown = counting or (max(results, key=lambda result: result.number) if results else None)
    in_time = outline.deadline is None or now <= outline.deadline
    state: AssessmentState = "none"
    if outline.open is not None:
        state = "open"
    elif counting is not None:
        passed = counting.passed(settings.pass_share_of(module))
        state = "waiting" if passed is None else "passed" if passed else "not_passed"
    elif shown is not None:
        state = "grading"
    return AssessmentProgress(
        title=title,
        minutes=minutes,
        state=state,
        deadline=outline.deadline,
        attempt=shown.attempt_id if shown else None,
        may_start=in_time and outline.number is not None,
        number=outline.number,
        of=outline.of,
    )


def _module_status(
    written: bool, parts: Sequence[PartProgress], assessment: AssessmentProgress | None, *, skip: bool
) -> Progress:
    if not written:
        return "draft"
    read = all(part.status == "done" for part in parts) or (skip and assessment is not None)
    if read and (assessment is None or assessment.state == "passed"):
        return "done"
    touched = any(part.status != "none" for part in parts if part.written)
    return "now" if touched or (assessment is not None and assessment.state != "none") else "none"


def _next_step(
    modules: Sequence[ModuleProgress], start: StartTest | None = None, final: FinalTest | None = None
) -> NextStep:
    written = [module for module in modules if module.written]
    # Only before anything else is begun: whoever went past the test is not held up by it.
    if start is not None and start.state in ("none", "open") and all(module.status == "none" for module in written):
        return NextStep("take_start_test" if start.state == "none" else "continue_start_test")
    if final is not None and final.state == "open":
        return NextStep("continue_final_test")
    for module in written:
        if module.assessment and module.assessment.state == "open" and module.assessment.may_start:
            return NextStep("continue_assessment", module)
    started = [(part, module) for module in written for part in module.parts if part.status == "now"]
    if started:
        # The page touched last is the one the person remembers.
        part, module = max(started, key=lambda pair: pair[0].last_saved.timestamp() if pair[0].last_saved else 0.0)
        return NextStep("continue_page", module, part)
    for module in written:
        for part in module.parts:
            if part.status == "none" and module.advice != "skip":
                return NextStep("start_page", module, part)
    for module in written:
        assessment = module.assessment
        if assessment is None or assessment.state == "passed":
            continue
        if assessment.state == "none" and assessment.may_start:
            return NextStep("take_assessment", module)
        if assessment.state in ("grading", "waiting") and assessment.attempt:
            return NextStep("see_result", module, attempt=assessment.attempt)
        if assessment.state == "not_passed":
            kind: NextKind = "try_again" if assessment.may_start else "see_result"
            return NextStep(kind, module, attempt=assessment.attempt)
    if final is not None and final.state in ("none", "not_passed") and final.may_start:
        return NextStep("take_final_test" if final.state == "none" else "retake_final_test", attempt=final.attempt)
    if written and all(module.status == "done" for module in written):
        return NextStep("all_done", written[-1])
    return NextStep("nothing")


# ── one attempt's result ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ItemView:
    """One item of a result. The three explanations are empty when the blueprint does not allow them (yet)."""

    number: int
    item: str
    submodule: str
    stem: str
    outcome: Outcome
    points: float | None
    max_points: float
    your_answer: tuple[str, ...]
    right_answer: tuple[str, ...]
    why: tuple[str, ...]
    comment: str


@dataclass(frozen=True)
class CriterionView:
    """``why``: what the scale says of these points; empty where nothing was lost or nothing is explained."""

    title: str
    points: float
    max_points: float
    why: str = ""


@dataclass(frozen=True)
class FreeTextView:
    number: int
    item: str
    stem: str
    text: str
    points: float | None
    max_points: float
    comment: str
    criteria: tuple[CriterionView, ...]


@dataclass(frozen=True)
class SubmoduleShare:
    id: str
    title: str
    minutes: int
    points: float
    max_points: float


@dataclass(frozen=True)
class TraineeResult:
    """A graded attempt. `passed` None: it depends on what a person has yet to judge."""

    attempt: str
    module: str
    title: str
    number: int
    of: int
    submitted_at: datetime
    points: float
    max_points: float
    waiting_points: float
    pass_points: float
    pass_is_assumption: bool
    passed: bool | None
    explained: bool
    explain: str
    items: tuple[ItemView, ...]
    free_texts: tuple[FreeTextView, ...]
    weakest: SubmoduleShare | None  # where most was lost; None when nothing was
    may_try_again: bool

    def count(self, outcome: Outcome) -> int:
        return sum(item.outcome == outcome for item in self.items)


def trainee_result(
    result: AttemptResult,
    submission: SubmissionData,
    form: ReleasedForm,
    syllabus: Syllabus,
    *,
    outline: AttemptOutline,
    settings: CourseSettings,
    now: datetime,
) -> TraineeResult:
    """The result as its owner may see it now: explanations only as the form's `explain` allows.

    `after_last_attempt` counts an attempt as still possible until its deadline, so that nobody reads the answers first.
    """
    more_to_come = outline.number is not None and (outline.deadline is None or now <= outline.deadline)
    explained = form.explain == "after_submit" or (form.explain == "after_last_attempt" and not more_to_come)
    released = {item.id: item for item in form.items}
    texts = {
        line.item: line.response.text for line in submission.answers if isinstance(line.response, FreeTextResponse)
    }
    items: list[ItemView] = []
    free: list[FreeTextView] = []
    for position, graded in enumerate(result.items, start=1):
        known = released.get(graded.item)
        mark = result.marks.get(graded.item)
        if known is not None and known.kind == "free_text":
            free.append(_free_text(position, graded, known, texts.get(graded.item, ""), mark, explained=explained))
        else:
            items.append(_item(position, graded, known, mark, explained=explained))
    module = syllabus.module(result.module)
    title = module.assessment.title if module and module.assessment else form.title
    share = settings.pass_share_of(result.module)
    needed = share * result.max_points
    return TraineeResult(
        attempt=result.attempt_id,
        module=result.module,
        title=title,
        number=result.number,
        of=outline.of,
        submitted_at=result.submitted_at,
        points=result.points,
        max_points=result.max_points,
        waiting_points=sum(item.max_points for item in result.items if item.points is None),
        pass_points=needed,
        pass_is_assumption=settings.pass_share.is_assumption,
        passed=result.passed(share),
        explained=explained,
        explain=form.explain,
        items=tuple(items),
        free_texts=tuple(free),
        weakest=_weakest(result.items, released, syllabus),
        may_try_again=more_to_come,
    )


def _item(
    position: int, graded: GradedItem, known: ReleasedItem | None, mark: Mark | None, *, explained: bool
) -> ItemView:
    def lines(key: str) -> tuple[str, ...]:
        return tuple(str(line) for line in graded.detail.get(key, ()) if str(line).strip())

    return ItemView(
        number=position,
        item=graded.item,
        submodule=known.submodule if known else "",
        stem=known.stem if known else "",
        outcome=graded.outcome,
        points=graded.points,
        max_points=graded.max_points,
        your_answer=lines("your_answer"),
        right_answer=lines("right_answer") if explained and graded.outcome not in ("right", "unsure") else (),
        why=lines("why") if explained and graded.outcome != "unsure" else (),
        comment=mark.comment if mark else "",
    )


def _free_text(
    position: int, graded: GradedItem, known: ReleasedItem, text: str, mark: Mark | None, *, explained: bool
) -> FreeTextView:
    criteria: list[CriterionView] = []
    rubric = graded.detail.get("rubric")
    if mark is not None and isinstance(rubric, Mapping):
        for criterion in rubric.get("criteria", ()):
            if criterion["id"] in mark.points:
                highest = max(float(level["points"]) for level in criterion["levels"])
                points = float(mark.points[criterion["id"]])
                reached = (level for level in criterion["levels"] if float(level["points"]) == points)
                why = (
                    next((str(level.get("description", "")) for level in reached), "")
                    if explained and points < highest
                    else ""
                )
                criteria.append(CriterionView(str(criterion["title"]), points, highest, why))
    return FreeTextView(
        number=position,
        item=graded.item,
        stem=known.stem,
        text=text,
        points=graded.points,
        max_points=graded.max_points,
        comment=mark.comment if mark else "",
        criteria=tuple(criteria),
    )


def _weakest(
    items: Sequence[GradedItem], released: Mapping[str, ReleasedItem], syllabus: Syllabus
) -> SubmoduleShare | None:
    """The submodule with the smallest share of known points, if anything was lost there; equal: the earlier one."""
    sums: dict[str, tuple[float, float]] = {}
    for graded in items:
        known = released.get(graded.item)
        if known is None or graded.points is None or known.kind == "free_text":
            continue
        points, most = sums.get(known.submodule, (0.0, 0.0))
        sums[known.submodule] = (points + graded.points, most + graded.max_points)
    lost = sorted((points / most, part) for part, (points, most) in sums.items() if most and points < most)
    for _, part_id in lost:
        part = syllabus.part(part_id)
        if part is not None and part.written:
            points, most = sums[part_id]
            return SubmoduleShare(part_id, part.title, part.minutes, points, most)
    return None
