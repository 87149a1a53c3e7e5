from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lideri.errors import GradingError
from lideri.grader import scoring
from lideri.grader.scoring import ScoringMistake, read_scored, score
from lideri.grader.worker import small_kit
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import CourseGradebook
from lideri.nbgrader_bridge.kit import FormKit, unpack_kit
from tests.grader.queue_of_work import FORM, settings
from tests.grading.items import one_of_each, rubric
from tests.nbgrader_bridge.people import ANSWERS, work


@pytest.fixture(scope="module")
def kit(prepared: Path) -> Iterator[FormKit]:
    with CourseGradebook(NbgraderCourse.of(settings(prepared))) as gradebook:
        yield gradebook.kit(FORM, one_of_each(), {"saruna": rubric()})


def content(name: str) -> bytes:
    return work(name).model_dump_json().encode()


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_becomes_results_grades_and_two_notebooks(kit: FormKit, name: str) -> None:
    scored = read_scored(score(kit, content(name)))

    assert scored.submission == f"darbs-{name}-1"
    assert [result.item for result in scored.results] == [item.id for item in one_of_each()]
    assert scored.grades.keys() == kit.graded.keys()
    assert "correct" not in scored.submitted and '"key' not in scored.submitted
    assert json.loads(scored.autograded)["metadata"]["lideri"] == {"submission": scored.submission}
    for result in scored.results:
        stored = scored.grades[result.item].auto_score
        assert result.points is None or stored == result.points


def test_a_kit_that_went_through_a_pipe_scores_the_same(kit: FormKit) -> None:
    sent = unpack_kit(kit.packed)

    assert sent == kit
    assert sent.key == kit.key
    assert score(sent, content("dala")) == score(kit, content("dala"))


def test_what_is_no_submission_is_a_mistake_with_its_place_and_nothing_is_raised(kit: FormKit) -> None:
    with pytest.raises(ScoringMistake, match="ValidationError") as told:
        read_scored(score(kit, b"{}"))

    assert any("scoring.py" in place and place.endswith(" score") for place in told.value.where)


def test_nothing_that_is_raised_leaves_the_worker(kit: FormKit, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(scoring, "autograde", broken)

    with pytest.raises(ScoringMistake, match="MemoryError"):
        read_scored(score(kit, content("dala")))


def test_a_form_that_nbgrader_finds_inconsistent_is_refused(kit: FormKit) -> None:
    bare = replace(kit, cells=tuple(replace(cell, source="# nekā", checksum="") for cell in kit.cells))

    with pytest.raises(GradingError, match="nbgrader: RuntimeError: Inconsistent checksums"):
        read_scored(score(bare, content("dala")))


def test_the_form_for_warming_up_scores_like_a_real_one() -> None:
    kit = small_kit()
    answers = [{"item": "v", "version": 1, "response": {"kind": "short_text", "text": "jā"}}]
    said = {"submission": "s", "person": "p", "form": kit.form, "answers": answers}

    assert read_scored(score(kit, json.dumps(said).encode())).points == 1.0
