from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lideri.course.items import RESPONSE
from lideri.errors import StoreBusy
from lideri.grader import Grader, Pace
from lideri.grader import service as grader_service
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import ManualMark, manual_marks, put_mark, standing
from lideri.settings import AttemptRules
from lideri.store import Store
from lideri.store.queue import GradedItem
from tests.grader.queue_of_work import FORM, RULES, grader, settings, submit
from tests.grading.items import RIGHT
from tests.nbgrader_bridge.people import ANSWERS

NOW = datetime.now(UTC)


def results(store: Store, submission: str) -> dict[str, GradedItem]:
    return {item.item: item for item in store.results.of_submission(submission).items}


def course(folder: Path) -> NbgraderCourse:
    return NbgraderCourse.of(settings(folder))


def person(store: Store, name: str) -> str:
    found = store.people.by_username(name)
    assert found is not None
    return found.id


def trainer_marks(store: Store, submission: str, points: dict[str, float], comment: str, *, seen: int = 0) -> None:
    trainer = store.people.by_username("anna")
    assert trainer is not None
    store.queue.put_mark(
        submission, "t-brivs", points, comment=comment, marked_by=trainer.id, now=NOW, seen_version=seen
    )


def test_a_submission_gets_a_result_and_an_explanation_for_every_item(store: Store, data: Path) -> None:
    submission = submit(store, "anna", ANSWERS["dala"])

    graded = grader(store, data).run_until_idle()

    found = results(store, submission)
    assert graded == 1
    assert store.queue.submission(submission).state == "graded"
    assert {item: (result.outcome, result.points) for item, result in found.items()} == {
        "t-viens": ("wrong", 0.0),
        "t-vairaki": ("partly", 1.0),
        "t-seciba": ("partly", 1.2),
        "t-pari": ("partly", 0.67),
        "t-skaitlis": ("right", 2.0),
        "t-vards": ("wrong", 0.0),
        "t-vietas": ("partly", 1.0),
        "t-brivs": ("waiting", None),
    }
    assert found["t-viens"].detail["your_answer"] == ["Draugam"]
    assert found["t-viens"].detail["right_answer"] == ["Bankai"]
    assert found["t-vards"].detail["your_answer"] == ["Atbildes nav"]


def test_free_text_and_what_could_not_be_told_reach_the_person_who_judges(store: Store, data: Path) -> None:
    submit(store, "anna", ANSWERS["nezinams"])

    grader(store, data).run_until_idle()

    waiting = {one.result.item: one.result for one in store.queue.waiting()}
    assert waiting["t-brivs"].outcome == "waiting"
    assert waiting["t-brivs"].detail["rubric"]["criteria"][0]["title"] == "Nomierina"
    assert waiting["t-brivs"].detail["task"] == "Ko teiksi klientam, kurš nosauca kodu?"
    assert waiting["t-vards"].outcome == "unsure"
    assert "t-pari" not in waiting  # not answered at all: nothing to judge


def test_a_trainers_mark_reaches_the_gradebook_and_the_result(store: Store, data: Path) -> None:
    submission = submit(store, "anna", RIGHT)
    work = grader(store, data)
    work.run_until_idle()
    trainer_marks(store, submission, {"miers": 2, "soli": 1}, "Labi!")

    assert work.store_marks() == 1

    assert manual_marks(course(data))[0].mark == ManualMark(3.0, "Labi!")
    assert (results(store, submission)["t-brivs"].outcome, results(store, submission)["t-brivs"].points) == (
        "partly",
        3.0,
    )
    assert store.queue.marks(submission)["t-brivs"].state == "stored"
    assert work.store_marks() == 0


def test_a_mark_made_in_formgrader_comes_back_and_only_once(store: Store, data: Path) -> None:
    submission = submit(store, "anna", RIGHT)
    work = grader(store, data)
    work.run_until_idle()
    put_mark(course(data), person(store, "anna"), FORM, "t-brivs", ManualMark(4, "Lieliski"))

    assert (work.read_marks(), work.read_marks()) == (1, 0)

    mark = store.queue.marks(submission)["t-brivs"]
    assert (mark.total, mark.comment, mark.source) == (4.0, "Lieliski", "formgrader")
    assert results(store, submission)["t-brivs"].points == 4.0


def test_formgrader_may_overrule_and_a_newer_mark_of_ours_overrules_it_again(store: Store, data: Path) -> None:
    submission = submit(store, "anna", RIGHT)
    work = grader(store, data)
    work.run_until_idle()
    trainer_marks(store, submission, {"miers": 1}, "Sākums")
    work.store_marks()
    put_mark(course(data), person(store, "anna"), FORM, "t-brivs", ManualMark(2, "Vairāk"))
    work.read_marks()

    trainer_marks(store, submission, {"miers": 2, "soli": 2}, "Viss", seen=2)
    work.read_marks()
    work.store_marks()
    work.read_marks()

    versions = [(mark.total, mark.source) for mark in store.queue.mark_versions(submission, "t-brivs")]
    assert versions == [(1.0, "vertesana"), (2.0, "formgrader"), (4.0, "vertesana")]
    assert manual_marks(course(data))[0].mark == ManualMark(4.0, "Viss")


def test_points_given_for_an_unsure_answer_keep_the_trainers_comment(store: Store, data: Path) -> None:
    submission = submit(store, "anna", ANSWERS["nezinams"])
    work = grader(store, data)
    work.run_until_idle()
    store.queue.put_mark(submission, "t-vards", {"punkti": 2}, comment="Der.", marked_by=person(store, "anna"), now=NOW)
    work.store_marks()

    work.read_marks()

    mark = store.queue.marks(submission)["t-vards"]
    assert (mark.total, mark.comment, mark.source) == (2.0, "Der.", "vertesana")
    assert results(store, submission)["t-vards"].outcome == "right"


def test_a_new_text_never_keeps_the_old_ones_mark(store: Store, data: Path) -> None:
    work = grader(store, data, rules=AttemptRules(allowed=3, counts="last"))
    first = submit(store, "anna", RIGHT)
    work.run_until_idle()
    put_mark(course(data), person(store, "anna"), FORM, "t-brivs", ManualMark(4, "Pirmais teksts"))
    second = submit(store, "anna", {"t-brivs": {"kind": "free_text", "text": "Otrais teksts"}})

    work.run_until_idle()
    work.read_marks()

    assert store.queue.marks(first)["t-brivs"].total == 4.0  # made in formgrader a moment before; kept with its text
    assert store.queue.marks(second) == {}
    assert manual_marks(course(data)) == []
    assert results(store, second)["t-brivs"].outcome == "waiting"
    assert standing(course(data), person(store, "anna"), FORM) == second


def test_when_the_best_attempt_counts_the_better_earlier_one_stands_with_its_mark(store: Store, data: Path) -> None:
    work = grader(store, data)
    first = submit(store, "anna", RIGHT)
    work.run_until_idle()
    trainer_marks(store, first, {"miers": 2}, "Labi")
    work.store_marks()
    second = submit(store, "anna", ANSWERS["dala"])
    work.run_until_idle()

    assert standing(course(data), person(store, "anna"), FORM) == first
    assert manual_marks(course(data))[0].mark == ManualMark(2.0, "Labi")
    assert results(store, second)["t-vairaki"].points == 1.0

    trainer_marks(store, second, {"miers": 2, "soli": 2}, "Arī labi")
    work.store_marks()

    assert results(store, second)["t-brivs"].points == 4.0
    assert standing(course(data), person(store, "anna"), FORM) == first


def test_one_bad_submission_is_put_aside_with_a_reason_and_the_rest_goes_on(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work = grader(store, data)
    bad, good = submit(store, "anna", RIGHT), submit(store, "berta", RIGHT)
    broken = person(store, "anna")
    real = grader_service.project

    def tampered(course: NbgraderCourse, submission: Any, items: Any, **options: Any) -> Any:
        if submission.person == broken:
            fewer = [item for item in items if item.id != "t-pari"]
            return real(course, submission, fewer, **options)
        return real(course, submission, items, **options)

    monkeypatch.setattr(grader_service, "project", tampered)
    work.run_until_idle()

    assert store.queue.submission(bad).state == "failed"
    assert store.queue.submission(bad).failure == "t02-a: žurnālā ir lieki uzdevumi: t-pari"
    assert store.queue.submission(good).state == "graded"
    assert f"iesniegums {bad}" in caplog.text


def test_a_mistake_of_the_program_is_logged_with_its_traceback_and_tried_again_later(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work = grader(store, data)
    submission = submit(store, "anna", RIGHT)

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("dalīja ar nulli")

    monkeypatch.setattr(grader_service, "project", broken)
    work.run_until_idle()

    waiting = store.queue.submission(submission)
    assert (waiting.state, waiting.failure) == ("queued", "ZeroDivisionError: dalīja ar nulli")
    assert "Traceback" in caplog.text


def test_a_busy_disk_or_database_costs_no_try_and_loses_nothing(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work = grader(store, data, pace=Pace(busy=0.01))
    submission = submit(store, "anna", RIGHT)
    real, calls = grader_service.project, []

    def busy_twice(*given: Any, **options: Any) -> Any:
        calls.append(given)
        if len(calls) < 3:
            raise StoreBusy("disks: No space left on device")
        return real(*given, **options)

    monkeypatch.setattr(grader_service, "project", busy_twice)
    work.run_until_idle()

    graded = store.queue.submission(submission)
    assert (graded.state, graded.tries, len(calls)) == ("graded", 1, 3)
    assert "nevar ierakstīt (disks: No space left on device)" in caplog.text


CUTS = ("_keep_standing_marks", "project", "graded_items", "finish", "_let_counting_one_stand")


class KilledHere(BaseException):
    """Nothing catches it, like a kill."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("cut", CUTS)
def test_killed_at_any_step_there_is_exactly_one_result_for_each_item(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch, cut: str, after: bool
) -> None:
    work = grader(store, data, pace=Pace(lease=0.0))
    submission = submit(store, "anna", RIGHT)
    owner: Any = grader_service if cut in ("project", "graded_items") else Grader
    owner = type(store.queue) if cut == "finish" else owner
    real: Callable[..., Any] = getattr(owner, cut)

    def killed(*given: Any, **options: Any) -> Any:
        if after:
            real(*given, **options)
        raise KilledHere

    with monkeypatch.context() as patched:
        patched.setattr(owner, cut, killed)
        with pytest.raises(KilledHere):
            work.run_until_idle()
    grader(store, data, worker="nākamais").run_until_idle()

    found = store.results.of_submission(submission)
    assert found.state == "graded"
    assert len(found.items) == len(RIGHT)
    assert found.points == 15.0
    assert standing(course(data), person(store, "anna"), FORM) == submission


def test_an_unchanged_answer_is_what_the_result_explains(store: Store, data: Path) -> None:
    typed = "  Labdien!\n\n\tOtrā rinda ar <b>zīmēm</b>  "
    submission = submit(store, "anna", {"t-brivs": {"kind": "free_text", "text": typed}})

    grader(store, data).run_until_idle()

    assert results(store, submission)["t-brivs"].detail["your_answer"] == ["Labdien!", "\tOtrā rinda ar <b>zīmēm</b>"]
    assert RESPONSE.validate_python({"kind": "free_text", "text": typed}) == next(
        answer.response for answer in store.queue.submission(submission).data.answers if answer.item == "t-brivs"
    )


def test_a_form_that_cannot_be_released_does_not_stop_the_service(
    store: Store, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    work = Grader(store, course(data), _without_rubric(), RULES)

    work.prepare()

    assert "nav vērtēšanas kritēriju «saruna»" in caplog.text


def _without_rubric() -> Any:
    from dataclasses import replace

    from tests.grader.queue_of_work import assessments

    return replace(assessments(), rubrics={})
