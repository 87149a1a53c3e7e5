from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import course_data
from lideri.course.catalogue import AssessmentEntry, Module, Part, Syllabus
from lideri.course.items import AnsweredItem, FreeTextResponse, ReleasedForm, ReleasedItem, SubmissionData
from lideri.reports.trainee import TraineeHome, TraineeResult, trainee_home, trainee_result
from lideri.settings import read_course_settings
from lideri.store.learning import AttemptOutline, ExerciseAnswer
from lideri.store.queue import GradedItem, Mark
from lideri.store.results import AttemptResult

NOW = datetime(2026, 11, 21, 8, 42, tzinfo=UTC)
SETTINGS = read_course_settings(Path(str(course_data.path("settings.yml"))))
EXERCISES = {"2.1": ("a", "b"), "2.2": ("c",)}
SYLLABUS = Syllabus(
    modules=(
        Module(id="1", title="Pirmais"),
        Module(
            id="2",
            title="Otrais",
            written=True,
            parts=(
                Part(id="2.1", title="Riski", minutes=45, written=True),
                Part(id="2.2", title="Pratība", minutes=30, written=True),
            ),
            assessment=AssessmentEntry(title="2. moduļa pārbaudes darbs", minutes=30),
        ),
    )
)
FRESH = AttemptOutline(number=1, of=2, open=None, deadline=None, last=None)
USED_UP = AttemptOutline(number=None, of=2, open=None, deadline=None, last=None)
DONE = [("2.1", "a"), ("2.1", "b"), ("2.2", "c")]


def an_answer(page: str, exercise: str, *, done: bool = True, minutes: int = 0) -> ExerciseAnswer:
    saved = NOW + timedelta(minutes=minutes)
    return ExerciseAnswer(page, exercise, {}, 1, saved, checked=done, checks=int(done), outcome=None)


def graded(
    item: str, points: float | None, most: float = 2.0, outcome: str | None = None, **detail: object
) -> GradedItem:
    found = outcome or ("waiting" if points is None else "right" if points == most else "partly" if points else "wrong")
    return GradedItem(item, 1, found, points, most, detail)


def a_result(*items: GradedItem, number: int = 1, state: str = "graded", **marks: Mark) -> AttemptResult:
    return AttemptResult(f"darbs-{number}", f"s-{number}", "p", "2", "m02-a", number, NOW, state, items, marks)


def home(
    answers: list[ExerciseAnswer] | None = None,
    *results: AttemptResult,
    outline: AttemptOutline = FRESH,
    exercises: dict[str, tuple[str, ...]] | None = None,
) -> TraineeHome:
    return trainee_home(
        SYLLABUS,
        exercises=EXERCISES if exercises is None else exercises,
        answers=answers or [],
        outlines={"2": outline},
        results=results,
        settings=SETTINGS,
        now=NOW,
    )


def all_done() -> list[ExerciseAnswer]:
    return [an_answer(page, exercise) for page, exercise in DONE]


# ── where things stand ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_module_that_is_not_written_is_a_draft_whatever_anybody_did() -> None:
    assert [module.status for module in home(all_done()).modules] == ["draft", "now"]


def test_a_page_is_done_when_every_exercise_was_checked_once() -> None:
    parts = home([an_answer("2.1", "a"), an_answer("2.1", "b", done=False), an_answer("2.2", "c")]).modules[1].parts

    assert [(part.status, part.done_exercises, part.exercises) for part in parts] == [("now", 1, 2), ("done", 1, 1)]


def test_an_answer_to_an_exercise_that_is_no_longer_on_the_page_does_not_finish_it() -> None:
    parts = home([an_answer("2.2", "vecs")]).modules[1].parts

    assert parts[1].status == "now"


def test_a_page_without_exercises_is_never_done() -> None:
    assert home(all_done(), exercises={}).modules[1].parts[0].status == "now"


def test_minutes_of_a_module_are_those_of_its_parts_unless_said() -> None:
    assert home().modules[1].minutes == 75


def test_a_module_is_done_when_its_pages_are_done_and_its_assessment_is_passed() -> None:
    passed = a_result(graded("x", 2.0))

    assert home(all_done(), passed, outline=USED_UP).modules[1].status == "done"
    assert home(all_done(), a_result(graded("x", 0.0)), outline=USED_UP).modules[1].status == "now"


def test_the_assessment_waits_only_while_the_verdict_depends_on_a_person() -> None:
    def state(*items: GradedItem) -> str:
        assessment = home(all_done(), a_result(*items)).modules[1].assessment
        assert assessment is not None
        return assessment.state

    assert state(graded("x", 2.0), graded("y", None)) == "waiting"  # 2 of 4, 2.4 needed
    assert state(graded("x", 3.0, 3.0), graded("y", None)) == "passed"
    assert state(graded("x", 0.0, 8.0), graded("y", None)) == "not_passed"
    assert state() == "grading"


# ── the next step ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_step_is_the_first_written_page() -> None:
    step = home().next

    assert (step.kind, step.part.id if step.part else None) == ("start_page", "2.1")


def test_the_page_touched_last_is_the_one_to_go_on_with() -> None:
    step = home([an_answer("2.1", "a", minutes=1), an_answer("2.2", "c", done=False, minutes=2)]).next

    assert (step.kind, step.part.id if step.part else None) == ("continue_page", "2.2")


def test_an_open_assessment_comes_before_pages() -> None:
    outline = replace(FRESH, open="darbs-1")

    assert home([an_answer("2.1", "a")], outline=outline).next.kind == "continue_assessment"


def test_an_open_assessment_after_its_deadline_is_no_step() -> None:
    late = replace(FRESH, open="darbs-1", deadline=NOW - timedelta(minutes=1))

    assert home([an_answer("2.1", "a")], outline=late).next.kind == "continue_page"


def test_after_the_pages_comes_the_assessment_then_its_result_then_a_second_try() -> None:
    second = replace(FRESH, number=2)

    assert home(all_done()).next.kind == "take_assessment"
    assert home(all_done(), a_result(state="queued"), outline=second).next.kind == "see_result"
    assert home(all_done(), a_result(graded("x", None)), outline=second).next.kind == "see_result"
    assert home(all_done(), a_result(graded("x", 0.0)), outline=second).next.kind == "try_again"
    assert home(all_done(), a_result(graded("x", 0.0)), outline=USED_UP).next.kind == "see_result"
    assert home(all_done(), a_result(graded("x", 2.0)), outline=second).next.kind == "all_done"


# ── a result ────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_form(explain: str = "after_submit") -> ReleasedForm:
    def item(item_id: str, submodule: str, kind: str = "short_text", most: float = 2.0) -> ReleasedItem:
        return ReleasedItem(
            id=item_id, version=1, kind=kind, submodule=submodule, stem=f"Jautājums {item_id}", points=most
        )

    items = (item("x", "2.1"), item("y", "2.2"), item("z", "2.1", "free_text", 6.0))
    return ReleasedForm(id="m02-a", module="2", title="A", minutes=30, explain=explain, items=items)


def read(
    *items: GradedItem,
    explain: str = "after_submit",
    outline: AttemptOutline = FRESH,
    marks: dict[str, Mark] | None = None,
) -> TraineeResult:
    data = SubmissionData(
        submission="s-1",
        person="p",
        form="m02-a",
        answers=(AnsweredItem(item="z", version=1, response=FreeTextResponse(kind="free_text", text="Mans\nteksts")),),
    )
    result = replace(a_result(*items), marks=marks or {})
    return trainee_result(result, data, a_form(explain), SYLLABUS, outline=outline, settings=SETTINGS, now=NOW)


EXPLAINED = {"your_answer": ["mans"], "right_answer": ["pareizais"], "why": ["tāpēc"]}


def test_points_known_and_points_waiting_are_told_apart() -> None:
    result = read(graded("x", 1.5), graded("y", None, outcome="unsure"), graded("z", None, 6.0))

    assert (result.points, result.waiting_points, result.max_points, result.pass_points) == (1.5, 8.0, 10.0, 6.0)
    assert result.passed is None
    assert result.pass_is_assumption
    assert (result.count("partly"), result.count("unsure")) == (1, 1)


def test_the_key_is_shown_for_what_was_not_right_and_hidden_for_what_nobody_has_judged() -> None:
    result = read(graded("x", 0.0, **EXPLAINED), graded("y", None, outcome="unsure", **EXPLAINED))

    assert (result.items[0].right_answer, result.items[0].why) == (("pareizais",), ("tāpēc",))
    assert (result.items[1].your_answer, result.items[1].right_answer, result.items[1].why) == (("mans",), (), ())


def test_explanations_wait_for_the_last_attempt_or_its_deadline() -> None:
    def shown(outline: AttemptOutline, explain: str = "after_last_attempt") -> bool:
        result = read(graded("x", 0.0, **EXPLAINED), explain=explain, outline=outline)
        return bool(result.items[0].right_answer) and bool(result.items[0].why)

    over = replace(FRESH, number=2, deadline=NOW - timedelta(seconds=1))
    assert not shown(replace(FRESH, number=2))
    assert shown(over) and shown(USED_UP)
    assert not shown(USED_UP, "never")


def test_a_free_text_shows_what_was_typed_and_the_mark_by_criterion() -> None:
    rubric = {"criteria": [{"id": "k", "title": "Drošība", "levels": [{"points": 0}, {"points": 6}]}]}
    mark = Mark("m", "s-1", "z", 1, {"k": 4.0}, 4.0, "Labi!", "t", "vertesana", NOW, "stored")

    task = read(graded("z", 4.0, 6.0, rubric=rubric), marks={"z": mark}).free_texts[0]

    assert (task.text, task.points, task.comment) == ("Mans\nteksts", 4.0, "Labi!")
    assert [(each.title, each.points, each.max_points) for each in task.criteria] == [("Drošība", 4.0, 6.0)]


def test_a_lost_point_of_a_free_text_is_explained_by_the_scale_when_the_work_is_explained() -> None:
    levels = [{"points": 0, "description": "Nav nekā."}, {"points": 1, "description": "Ir viens."}, {"points": 2}]
    rubric = {"criteria": [{"id": "k", "title": "Drošība", "levels": levels}]}

    def why(points: float, explain: str = "after_submit") -> str:
        mark = Mark("m", "s-1", "z", 1, {"k": points}, points, "", "t", "vertesana", NOW, "stored")
        work = read(graded("z", points, 2.0, rubric=rubric), marks={"z": mark}, explain=explain)
        return work.free_texts[0].criteria[0].why

    assert (why(1.0), why(2.0)) == ("Ir viens.", "")
    assert why(1.0, "never") == ""


def test_a_mark_made_in_formgrader_has_a_comment_but_no_criteria() -> None:
    mark = Mark("m", "s-1", "z", 1, {"punkti": 4.0}, 4.0, "Good", None, "formgrader", NOW, "stored")

    task = read(graded("z", 4.0, 6.0, rubric={"criteria": []}), marks={"z": mark}).free_texts[0]

    assert (task.points, task.comment, task.criteria) == (4.0, "Good", ())


def test_the_part_to_read_again_is_where_the_largest_share_was_lost() -> None:
    weakest = read(graded("x", 1.5), graded("y", 0.5), graded("z", 0.0, 6.0)).weakest

    assert weakest is not None
    assert (weakest.id, weakest.points, weakest.max_points) == ("2.2", 0.5, 2.0)
    assert read(graded("x", 2.0), graded("y", 2.0)).weakest is None
