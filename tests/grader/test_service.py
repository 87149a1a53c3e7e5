from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin

from lideri.course.items import RESPONSE
from lideri.errors import StoreBusy
from lideri.grader import Grader, Pace, scoring
from lideri.grader import service as grader_service
from lideri.grader.pool import HereAndNow
from lideri.grader.scoring import WorkerLost, read_scored
from lideri.nbgrader_bridge.comparison import gradebook_rows
from lideri.nbgrader_bridge.course import COURSE_ID, NbgraderCourse
from lideri.nbgrader_bridge.gradebook import (
    BatchGradebook,
    CourseGradebook,
    ManualMark,
    manual_marks,
    put_mark,
    standing,
)
from lideri.settings import AttemptRules
from lideri.store import Store
from lideri.store.queue import MAX_TRIES, GradedItem, GradingQueue
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

    def tampered(answer: bytes) -> Any:
        scored = read_scored(answer)
        if scored.submission == bad:
            return replace(scored, grades={name: said for name, said in scored.grades.items() if name != "t-pari"})
        return scored

    monkeypatch.setattr(grader_service, "read_scored", tampered)
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

    monkeypatch.setattr(CourseGradebook, "write", broken)
    work.run_until_idle()

    waiting = store.queue.submission(submission)
    assert (waiting.state, waiting.failure) == ("queued", "ZeroDivisionError: dalīja ar nulli")
    assert "Traceback" in caplog.text


def test_a_busy_disk_or_database_costs_no_try_and_loses_nothing(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    work = grader(store, data, pace=Pace(busy=0.01))
    submission = submit(store, "anna", RIGHT)
    real, calls = CourseGradebook.write, []

    def busy_twice(*given: Any) -> Any:
        calls.append(given)
        if len(calls) < 3:
            raise StoreBusy("disks: No space left on device")
        return real(*given)

    monkeypatch.setattr(CourseGradebook, "write", busy_twice)
    work.run_until_idle()

    graded = store.queue.submission(submission)
    assert (graded.state, graded.tries, len(calls)) == ("graded", 1, 3)
    assert "nevar ierakstīt (disks: No space left on device)" in caplog.text


CUTS: list[tuple[type, str]] = [
    (GradingQueue, "claim_batch"),
    (HereAndNow, "score"),
    (Grader, "_keep_standing_marks"),
    (CourseGradebook, "write"),
    (CourseGradebook, "_remove"),
    (BatchGradebook, "put"),
    (GradingQueue, "finish_batch"),
    (Grader, "_let_counting_one_stand"),
]


class KilledHere(BaseException):
    """Nothing catches it, like a kill."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "cut"), CUTS)
def test_killed_at_any_step_there_is_exactly_one_result_for_each_item(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch, owner: type, cut: str, after: bool
) -> None:
    work = grader(store, data, pace=Pace(lease=0.0), rules=AttemptRules(allowed=3, counts="last"))
    earlier = submit(store, "anna", ANSWERS["dala"])
    work.run_until_idle()
    submission = submit(store, "anna", RIGHT)  # takes the place of the earlier one
    others = [submit(store, name, RIGHT) for name in ("berta", "cilda")]
    real: Callable[..., Any] = getattr(owner, cut)

    def killed(*given: Any, **options: Any) -> Any:
        if after:
            real(*given, **options)
        raise KilledHere

    with monkeypatch.context() as patched:
        patched.setattr(owner, cut, killed)
        with pytest.raises(KilledHere):
            work.run_until_idle()
    grader(store, data, worker="nākamais", rules=AttemptRules(allowed=3, counts="last")).run_until_idle()

    for one in (submission, *others):
        found = store.results.of_submission(one)
        assert found.state == "graded"
        assert len(found.items) == len(RIGHT)
        assert found.points == 15.0
    assert store.results.of_submission(earlier).points == 5.87
    assert standing(course(data), person(store, "anna"), FORM) == submission
    rows = gradebook_rows(course(data))
    assert len([row for row in rows if row[0] == "submission"]) == 3
    assert rows["grade", person(store, "anna"), FORM, "t-pari"]["auto_score"] == 2.0


def test_a_damaged_record_and_an_odd_id_are_put_aside_and_named_and_the_rest_is_graded(
    store: Store, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    work = grader(store, data)
    damaged, odd, good = (submit(store, name, RIGHT) for name in ("anna", "berta", "cilda"))
    with sqlite3.connect(data / "lideri.sqlite") as connection:
        connection.execute("drop trigger submissions_fixed")
        connection.execute("update submissions set content = content || ' ' where id = ?", [damaged])
        told = connection.execute("select content from submissions where id = ?", [odd]).fetchone()[0]
        told = told.replace(person(store, "berta"), "../berta")
        connection.execute(
            "update submissions set content = ?, sha256 = ? where id = ?",
            [told, hashlib.sha256(told.encode()).hexdigest(), odd],
        )

    assert work.run_until_idle() == 1

    assert {one.submission: one.again for one in work.failures} == {damaged: False, odd: False}
    assert "kontrolsummai" in caplog.text and "pierakstīts citam cilvēkam" in caplog.text
    assert store.queue.counts() == {"failed": 2, "graded": 1}
    assert store.results.of_submission(good).points == 15.0


def test_what_spoils_a_whole_batch_is_found_and_the_others_are_graded(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(TogetherOnly(6)) as scorer:
        work = grader(store, data, scorer=scorer)
        people = [submit(store, f"p{number}", RIGHT) for number in range(6)]
        real, sizes = CourseGradebook.write, []

        def broken(self: CourseGradebook, works: Any) -> None:
            sizes.append(len(works))
            if any(one.submission == people[3] for one in works):
                raise ZeroDivisionError("dalīja ar nulli")
            real(self, works)

        monkeypatch.setattr(CourseGradebook, "write", broken)

        assert work.run_until_idle() == 5

    assert sizes == [6, 1, 1, 1, 1, 1, 1]
    assert [(one.submission, one.reason, one.again) for one in work.failures] == [
        (people[3], "ZeroDivisionError: dalīja ar nulli", True)
    ]


def test_two_attempts_of_one_person_that_wait_together_are_graded_one_after_the_other(store: Store, data: Path) -> None:
    with closing(TogetherOnly(3)) as scorer:
        work = grader(store, data, scorer=scorer, rules=AttemptRules(allowed=3, counts="last"))
        first, second = submit(store, "anna", RIGHT), submit(store, "anna", ANSWERS["dala"])
        submit(store, "berta", RIGHT)

        assert work.run_until_idle() == 3

    assert store.results.of_submission(first).points == 15.0
    assert store.results.of_submission(second).points == 5.87
    assert standing(course(data), person(store, "anna"), FORM) == second


def test_no_batch_for_the_gradebook_holds_two_works_of_one_person(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[list[tuple[str, str]]] = []
    write = CourseGradebook.write

    def spied(self: CourseGradebook, works: Any) -> None:
        batches.append([(work.person, work.form) for work in works])
        write(self, works)

    monkeypatch.setattr(CourseGradebook, "write", spied)
    with closing(TogetherOnly(3)) as scorer:
        work = grader(store, data, scorer=scorer, rules=AttemptRules(allowed=3, counts="last"))
        for name, answers in (("anna", RIGHT), ("anna", ANSWERS["dala"]), ("berta", RIGHT)):
            submit(store, name, answers)

        assert work.run_until_idle() == 3

    assert sorted(len(batch) for batch in batches) == [1, 2]
    assert all(len(set(batch)) == len(batch) for batch in batches)


def test_a_submission_that_ends_its_worker_is_tried_again_and_at_last_left_to_a_person(
    store: Store, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Deadly(HereAndNow):
        def score(self, works: Any) -> Any:
            futures = super().score(works)
            for place, one in enumerate(works):
                if bad.encode() in one.content:
                    futures[place] = Future()
                    futures[place].set_exception(WorkerLost("vērtēšanas process negaidīti beidzās"))
            return futures

    clock = [NOW]
    work = grader(store, data, scorer=Deadly(), now=lambda: clock[0])
    bad, good = submit(store, "anna", RIGHT), submit(store, "berta", RIGHT)

    for _ in range(MAX_TRIES):
        clock[0] += timedelta(minutes=1)
        work.run_until_idle()

    assert store.results.of_submission(good).state == "graded"
    assert store.queue.submission(bad).state == "failed"
    assert [one.again for one in work.failures] == [True] * (MAX_TRIES - 1) + [False]
    assert "vērtēšanas process negaidīti beidzās" in caplog.text


def test_while_nothing_can_be_scored_submissions_wait_and_lose_no_try(store: Store, data: Path) -> None:
    class Away(HereAndNow):
        away = 3

        def score(self, works: Any) -> Any:
            if self.away and works:
                self.away -= 1
                future: Future[bytes] = Future()
                future.set_exception(StoreBusy("vērtēšanas procesu nevar sākt"))
                return [future]
            return super().score(works)

    work = grader(store, data, scorer=Away(), pace=Pace(busy=0.01))
    submission = submit(store, "anna", RIGHT)

    assert work.run_until_idle() == 1

    assert (store.queue.submission(submission).state, store.queue.submission(submission).tries) == ("graded", 1)


def test_files_that_a_power_cut_took_are_written_again_at_the_next_start(store: Store, data: Path) -> None:
    work = grader(store, data)
    submission = submit(store, "anna", RIGHT)
    work.run_until_idle()
    trainer_marks(store, submission, {"miers": 2}, "Labi")
    work.store_marks()
    before = gradebook_rows(course(data))
    notebook = course(data).autograded / person(store, "anna") / FORM / f"{FORM}.ipynb"
    kept = notebook.read_bytes()
    notebook.chmod(0o644)
    notebook.write_bytes(b"")

    grader(store, data)

    assert notebook.read_bytes() == kept
    assert gradebook_rows(course(data)) == before


def test_after_a_start_known_marks_are_recognised_and_new_ones_taken(store: Store, data: Path) -> None:
    work = grader(store, data)
    submissions = [submit(store, f"p{number}", RIGHT) for number in range(grader_service.A_FEW + 5)]
    work.run_until_idle()
    for submission in submissions:
        store.queue.put_mark(submission, "t-brivs", {"k": 3}, comment="Labi", marked_by=person(store, "p0"), now=NOW)
    assert work.store_marks() == len(submissions)
    put_mark(course(data), person(store, "p4"), FORM, "t-brivs", ManualMark(1, "Citādi"))

    assert grader(store, data).read_marks() == 1

    assert store.queue.marks(submissions[4])["t-brivs"].total == 1
    assert len(store.queue.mark_versions(submissions[5], "t-brivs")) == 1


def test_a_comment_changed_in_formgrader_comes_back_too(store: Store, data: Path) -> None:
    submission = submit(store, "anna", RIGHT)
    work = grader(store, data)
    work.run_until_idle()
    put_mark(course(data), person(store, "anna"), FORM, "t-brivs", ManualMark(4, "Lieliski"))
    work.read_marks()

    with Gradebook(course(data).db_url, COURSE_ID) as formgrader:
        formgrader.find_comment("t-brivs", FORM, FORM, person(store, "anna")).manual_comment = "Ļoti lieliski"
        formgrader.db.commit()

    assert (work.read_marks(), work.read_marks()) == (1, 0)
    assert store.queue.marks(submission)["t-brivs"].comment == "Ļoti lieliski"


def test_a_late_submission_is_penalised_by_nbgraders_own_rule(
    store: Store, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Gradebook(course(data).db_url, COURSE_ID) as formgrader:
        formgrader.find_assignment(FORM).duedate = datetime(2026, 1, 1)
        formgrader.db.commit()
    monkeypatch.setattr(LateSubmissionPlugin, "late_submission_penalty", lambda *_: 2.5)

    submit(store, "anna", RIGHT)
    grader(store, data).run_until_idle()

    rows = gradebook_rows(course(data))
    assert rows["submitted", person(store, "anna"), FORM, FORM]["late_submission_penalty"] == 2.5


class TogetherOnly:
    """Says nothing until it has so many, so that they come back as one batch."""

    def __init__(self, number: int) -> None:
        self.capacity = 2 * number
        self._number = number
        self._waiting: list[tuple[Any, Future[bytes]]] = []

    def score(self, works: Any) -> list[Future[bytes]]:
        futures: list[Future[bytes]] = [Future() for _ in works]
        self._waiting += zip(works, futures, strict=True)
        if len(self._waiting) >= self._number:
            for one, future in self._waiting:
                future.set_result(scoring.score(one.kit, one.content))
            self._waiting, self._number = [], 1
        return futures

    def close(self) -> None: ...


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
    from tests.grader.queue_of_work import assessments

    return replace(assessments(), rubrics={})
