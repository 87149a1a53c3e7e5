"""A form that people have begun is graded as they began it, whatever became of its files."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lideri.course.items import Form, Item, ReleasedForm, Simulation, SimulationResponse
from lideri.course.loading import load_course
from lideri.grader import Grader
from lideri.grader.content import Assessments, KeptForms, forms_in_force
from lideri.grading.simulation import grade
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.practice import machine
from lideri.practice.release import release, scenario_of
from lideri.store import Store
from tests.grader.queue_of_work import FORM, RULES, settings, submit
from tests.grading.items import RIGHT, form, one_of_each, rubric, single

OTHER_OPTIONS = [
    {"id": "a", "text": "Bankai", "feedback": "Banka var apturēt maksājumu."},
    {"id": "d", "text": "Kaimiņam", "feedback": "Kaimiņš naudu neapturēs."},
]
ANSWER = {"t-viens": RIGHT["t-viens"]}  # «a», the right one in the form as it was begun


def assessments(*, items: list[Item] | None = None, whole: Form | None = None) -> Assessments:
    """The small form, with these items in the place of its own ones of the same id."""
    bank = {item.id: item for item in one_of_each()} | {item.id: item for item in items or []}
    shown = whole or form()
    released = ReleasedForm(
        id=FORM,
        module="2",
        title="Darbs",
        minutes=30,
        explain="after_submit",
        items=tuple(release(bank[name], rubric()) for name in shown.items),
    )
    return Assessments({FORM: shown}, bank, {"saruna": rubric()}, {FORM: released.fingerprint})


def changed() -> Item:
    """Another question under the same id, where «a» is wrong."""
    return single(version=2, stem="Kam nezvani nekad?", key="c")


def a_grader(store: Store, folder: Path, content: Assessments) -> Grader:
    made = Grader(store, NbgraderCourse.of(settings(folder)), content, RULES)
    made.prepare()
    return made


def outcome(store: Store, submission: str, item: str = "t-viens") -> Any:
    return next(each for each in store.results.of_submission(submission).items if each.item == item)


def test_who_began_a_form_is_graded_by_it_after_it_was_changed(store: Store, data: Path) -> None:
    with closing(a_grader(store, data, assessments())) as before:
        first = submit(store, "anna", ANSWER)
        before.run_until_idle()

    with closing(a_grader(store, data, assessments(items=[changed()]))) as after:
        second = submit(store, "berta", ANSWER)
        after.run_until_idle()

    assert [outcome(store, each).outcome for each in (first, second)] == ["right", "right"]
    assert after.failures == []


def test_a_form_that_is_changed_before_anybody_handed_it_in_is_graded_as_begun_too(store: Store, data: Path) -> None:
    a_grader(store, data, assessments()).close()
    work = submit(store, "anna", ANSWER)

    with closing(a_grader(store, data, assessments(items=[changed()]))) as after:
        after.run_until_idle()

    assert outcome(store, work).outcome == "right"


def test_a_form_that_was_taken_away_is_still_graded(store: Store, data: Path) -> None:
    a_grader(store, data, assessments()).close()
    work = submit(store, "anna", ANSWER)

    with closing(a_grader(store, data, Assessments({}, {}, {}))) as after:
        after.run_until_idle()

    assert outcome(store, work).outcome == "right"


def test_without_a_copy_a_person_looks_and_nobody_is_graded_by_other_questions(
    store: Store, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    a_grader(store, data, assessments()).close()
    work = submit(store, "anna", ANSWER)
    shutil.rmtree(data / "course" / "kept")

    with closing(a_grader(store, data, assessments(items=[changed()]))) as after:
        after.run_until_idle()

    (stuck,) = store.results.stuck()
    assert stuck.submission_id == work
    assert "mainīts pēc tam, kad to sāka pildīt" in stuck.reason
    assert store.results.of_submission(work).items == ()
    assert "tāda, kādu to sāka pildīt, vairs nav" in caplog.text
    # Its files are as they were again: the person presses «Vērtēt vēlreiz».
    store.queue.try_again(work)
    with closing(a_grader(store, data, assessments())) as mended:
        mended.run_until_idle()
    assert outcome(store, work).outcome == "right"


def test_a_form_that_changed_while_the_grader_ran_is_not_graded_by_the_old_one(store: Store, data: Path) -> None:
    with closing(a_grader(store, data, assessments(items=[changed()]))) as running:
        submit(store, "anna", ANSWER)  # shown and noted by a service that has read other files
        running.run_until_idle()

    (stuck,) = store.results.stuck()
    assert "mainīts pēc tam, kad to sāka pildīt" in stuck.reason


def test_words_that_were_mended_without_a_build_keep_nobody_from_being_graded(
    store: Store, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(a_grader(store, data, assessments(items=[single(stem="Kam zvani pirmajam?")]))) as running:
        work = submit(store, "anna", ANSWER)  # shown by a service that has read the earlier words
        running.run_until_idle()

    assert outcome(store, work).outcome == "right"
    assert "mainīti tikai vārdi" in caplog.text


@pytest.mark.parametrize("change", [{"version": 2}, {"points": 5}, {"options": OTHER_OPTIONS}])
def test_what_is_judged_in_another_way_is_never_taken_for_a_change_of_words(
    store: Store, data: Path, change: dict[str, Any]
) -> None:
    with closing(a_grader(store, data, assessments(items=[single(**change)]))) as running:
        submit(store, "anna", ANSWER)
        running.run_until_idle()

    assert len(store.results.stuck()) == 1


def test_a_mended_key_holds_because_people_saw_the_same(store: Store, data: Path) -> None:
    a_grader(store, data, assessments()).close()
    work = submit(store, "anna", ANSWER)

    with closing(a_grader(store, data, assessments(items=[single(key="c")]))) as after:
        after.run_until_idle()

    assert outcome(store, work).outcome == "wrong"


def test_the_mended_key_is_the_one_that_is_kept(tmp_path: Path) -> None:
    kept, begun, mended = KeptForms(tmp_path), assessments(), assessments(items=[single(key="c")])
    used = begun.fingerprints
    forms_in_force(begun, used, kept)
    forms_in_force(mended, used, kept)

    found = forms_in_force(assessments(items=[changed()]), used, kept)[FORM]

    assert found.fingerprint == used[FORM]
    assert found.items["t-viens"] == single(key="c")
    assert found.in_order[1:] == one_of_each()[1:]


def test_a_talk_that_was_kept_is_graded_as_it_was_begun(tmp_path: Path) -> None:
    bank = load_course().items["m10.1-v1"]
    assert isinstance(bank, Simulation)
    talk = bank.model_copy(update={"id": "t-viens"})
    said = SimulationResponse(kind="simulation", actions=machine("talk").solution(scenario_of(talk)))
    kept, begun = KeptForms(tmp_path), assessments(items=[talk])
    forms_in_force(begun, begun.fingerprints, kept)

    found = forms_in_force(assessments(items=[changed()]), begun.fingerprints, kept)[FORM].items["t-viens"]

    assert isinstance(found, Simulation)
    assert list(found.scenario["nodes"]) == list(talk.scenario["nodes"])
    assert grade(found, said).points == talk.points


def test_copies_of_what_nobody_used_do_not_pile_up(tmp_path: Path) -> None:
    kept = KeptForms(tmp_path)
    contents = [assessments(items=[single(stem=f"{number}. jautājums?")]) for number in range(4)]
    for content in contents:
        forms_in_force(content, {FORM: contents[1].fingerprints[FORM]}, kept)

    assert {file.stem for file in (tmp_path / FORM).iterdir()} == {
        contents[1].fingerprints[FORM],
        contents[3].fingerprints[FORM],
    }


def test_a_broken_copy_is_said_and_never_graded_by(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept, begun = KeptForms(tmp_path), assessments()
    forms_in_force(begun, begun.fingerprints, kept)
    (file,) = (tmp_path / FORM).iterdir()
    file.write_text("{", encoding="utf-8")

    found = forms_in_force(assessments(items=[changed()]), begun.fingerprints, kept)

    assert found[FORM].fingerprint != begun.fingerprints[FORM]
    assert "nav nolasāma" in caplog.text
