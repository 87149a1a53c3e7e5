"""What people type: nothing is lost, nothing older replaces something newer, a submission stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lideri.course.items import ReleasedForm, SubmissionData
from lideri.errors import AttemptClosed, DeadlinePassed, InvalidAnswer, NoAttemptLeft, NotAllowed, NotFound
from lideri.settings import AttemptRules
from lideri.store import Store
from lideri.store.people import Person

FORMS = ["m02-a", "m02-b"]
DAY = timedelta(days=1)


def a_choice(option: str) -> dict[str, str]:
    return {"kind": "single_choice", "choice": option}


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_saved_answer_is_there_on_return(store: Store, person: Person, now: datetime) -> None:
    response = {"kind": "short_text", "text": "Ķiploku iela 1, «ā» \\ \U0001f600"}

    saved = store.learning.save_answer(person.id, "2.1", "adrese", response, seq=1, checked=False, now=now)

    kept = store.learning.page_answers(person.id, "2.1")["adrese"]
    assert (kept.response, kept.seq, kept.saved_at) == (response, 1, now)
    assert (saved.seq, saved.saved_at, saved.applied) == (1, now, True)


def test_an_answer_that_comes_late_changes_nothing_and_is_kept_in_the_log(
    store: Store, person: Person, now: datetime
) -> None:
    store.learning.save_answer(person.id, "2.1", "x", {"text": "jaunākais"}, seq=5, checked=True, now=now)

    late = store.learning.save_answer(person.id, "2.1", "x", {"text": "vecākais"}, seq=4, checked=False, now=now + DAY)

    kept = store.learning.page_answers(person.id, "2.1")["x"]
    assert (kept.response, kept.checked) == ({"text": "jaunākais"}, True)
    assert (late.seq, late.saved_at, late.applied) == (5, now, False)
    assert [(version.response["text"], version.applied) for version in store.learning.versions(person.id)] == [
        ("jaunākais", True),
        ("vecākais", False),
    ]


def test_sending_the_same_again_and_again_adds_one_line_to_the_log(store: Store, person: Person, now: datetime) -> None:
    for _ in range(20):
        again = store.learning.save_answer(person.id, "2.1", "x", {"text": "tas pats"}, seq=1, checked=False, now=now)

    assert again.applied
    assert len(store.learning.versions(person.id)) == 1


def test_an_exercise_stays_done_whatever_is_typed_later(store: Store, person: Person, now: datetime) -> None:
    store.learning.save_answer(person.id, "2.1", "x", {"t": 1}, seq=1, checked=True, outcome="wrong", now=now)
    store.learning.save_answer(person.id, "2.1", "x", {"t": 2}, seq=2, checked=False, now=now)

    assert store.learning.done_exercises(person.id) == {"2.1": {"x"}}
    assert store.learning.page_answers(person.id, "2.1")["x"].outcome is None


def test_asking_for_feedback_on_what_is_already_saved_makes_it_done(
    store: Store, person: Person, now: datetime
) -> None:
    store.learning.save_answer(person.id, "2.1", "x", {"t": 1}, seq=1, checked=False, now=now)

    saved = store.learning.save_answer(person.id, "2.1", "x", {"t": 1}, seq=1, checked=True, outcome="right", now=now)

    assert saved.applied
    assert store.learning.done_exercises(person.id) == {"2.1": {"x"}}


def test_one_person_never_sees_what_another_typed(store: Store, somebody: Callable[..., Person], now: datetime) -> None:
    one, other = somebody(), somebody()
    store.learning.save_answer(one.id, "2.1", "x", {"t": "mans"}, seq=1, checked=False, now=now)

    assert store.learning.page_answers(other.id, "2.1") == {}


@pytest.mark.parametrize("seq", [-1, 2**53 + 1])
def test_a_number_no_browser_counts_to_is_refused(store: Store, person: Person, now: datetime, seq: int) -> None:
    with pytest.raises(InvalidAnswer, match="Ielādē lapu no jauna"):
        store.learning.save_answer(person.id, "2.1", "x", {}, seq=seq, checked=False, now=now)


def test_a_closed_account_saves_nothing(store: Store, person: Person, now: datetime) -> None:
    store.people.deactivate(person.id, now=now)

    with pytest.raises(NotAllowed, match="Konts ir slēgts"):
        store.learning.save_answer(person.id, "2.1", "x", {}, seq=1, checked=False, now=now)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=12))
def test_in_whatever_order_saves_arrive_the_newest_stands_and_all_are_kept(
    store: Store, somebody: Callable[..., Person], now: datetime, saves: list[tuple[int, int]]
) -> None:
    person = somebody(email=None)

    for seq, text in saves:
        store.learning.save_answer(person.id, "2.1", "x", {"t": text}, seq=seq, checked=False, now=now)

    kept = store.learning.page_answers(person.id, "2.1")["x"]
    newest = max(seq for seq, _ in saves)
    assert kept.seq == newest
    assert kept.response == {"t": next(text for seq, text in saves if seq == newest)}
    assert {version.response["t"] for version in store.learning.versions(person.id)} == {text for _, text in saves}


def test_many_saves_at_once_leave_the_newest(store: Store, person: Person, now: datetime) -> None:
    def save(seq: int) -> None:
        store.learning.save_answer(person.id, "2.1", "x", {"t": seq}, seq=seq, checked=False, now=now)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(save, range(1, 41)))

    assert store.learning.page_answers(person.id, "2.1")["x"].response == {"t": 40}
    assert {version.seq for version in store.learning.versions(person.id)} == set(range(1, 41))


def test_the_log_of_answers_cannot_be_changed(store: Store, person: Person, now: datetime) -> None:
    store.learning.save_answer(person.id, "2.1", "x", {"t": 1}, seq=1, checked=False, now=now)

    for change in ("delete from answer_log", "update answer_log set seq = 9", "delete from events"):
        if change.endswith("events"):
            store.people.log("page-opened", now=now, person_id=person.id)
        with pytest.raises(sa.exc.DBAPIError, match=r"append-only|only grows"), store.database.engine.begin() as base:
            base.execute(sa.text(change))


# ── attempts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_second_attempt_gets_the_other_form_and_there_is_no_third(
    store: Store, person: Person, rules: AttemptRules, form: ReleasedForm, now: datetime
) -> None:
    first = store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now)
    store.learning.submit(first.id, form, person_id=person.id, answered=0, rules=rules, now=now)
    second = store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now)
    other_form = form.model_copy(update={"id": "m02-b"})
    store.learning.submit(second.id, other_form, person_id=person.id, answered=0, rules=rules, now=now)

    with pytest.raises(NoAttemptLeft, match="mēģinājumi ir izmantoti"):
        store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now)

    assert [(first.number, first.form), (second.number, second.form)] == [(1, "m02-a"), (2, "m02-b")]
    assert first.seed != second.seed
    assert store.learning.outline(person.id, "2", forms=FORMS, rules=rules).number is None


def test_starting_again_continues_the_open_attempt(
    store: Store, person: Person, rules: AttemptRules, now: datetime
) -> None:
    def start(_: int) -> str:
        return store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now).id

    with ThreadPoolExecutor(6) as threads:
        started = set(threads.map(start, range(12)))

    assert len(started) == 1


def test_attempts_are_bounded_by_the_forms_there_are(
    store: Store, person: Person, form: ReleasedForm, now: datetime
) -> None:
    rules = AttemptRules(allowed=5, counts="last")
    attempt = store.learning.start_attempt(person.id, "2", forms=["m02-a"], rules=rules, now=now)
    store.learning.submit(attempt.id, form, person_id=person.id, answered=0, rules=rules, now=now)

    with pytest.raises(NoAttemptLeft):
        store.learning.start_attempt(person.id, "2", forms=["m02-a"], rules=rules, now=now)


def test_the_outline_starts_nothing(store: Store, person: Person, rules: AttemptRules) -> None:
    outline = store.learning.outline(person.id, "2", forms=FORMS, rules=rules)

    assert (outline.number, outline.of, outline.open, outline.last) == (1, 2, None, None)
    assert store.learning.attempts(person.id, rules=rules) == []


def test_the_first_use_freezes_a_form(
    store: Store, person: Person, rules: AttemptRules, form: ReleasedForm, now: datetime
) -> None:
    store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now, released=[form])

    assert store.learning.used_forms() == {"m02-a": form.fingerprint}
    assert store.learning.frozen_forms() == {"m02-a": form}


def test_a_later_use_changes_nothing_in_the_frozen_form(
    store: Store,
    person: Person,
    somebody: Callable[..., Person],
    rules: AttemptRules,
    form: ReleasedForm,
    now: datetime,
) -> None:
    store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now, released=[form])
    changed = form.model_copy(update={"title": "Pārrakstīts"})

    other = store.learning.start_attempt(somebody().id, "2", forms=FORMS, rules=rules, now=now, released=[changed])
    store.learning.submit(other.id, changed, person_id=other.person_id, answered=0, rules=rules, now=now)

    assert store.learning.frozen_forms() == {"m02-a": form}
    assert store.learning.frozen_forms()["m02-a"].fingerprint == store.learning.used_forms()["m02-a"]


def test_a_use_noted_by_an_earlier_version_is_completed_while_the_form_is_the_same(
    store: Store, person: Person, rules: AttemptRules, form: ReleasedForm, now: datetime
) -> None:
    store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now, released=[form])
    with store.database.engine.begin() as connection:
        connection.execute(sa.text("update used_forms set content = null"))

    store.learning.keep_used([form.model_copy(update={"title": "Pārrakstīts"})])
    assert store.learning.frozen_forms() == {}
    store.learning.keep_used([form])

    assert store.learning.frozen_forms() == {"m02-a": form}


def test_somebody_elses_attempt_is_not_found(
    store: Store,
    person: Person,
    somebody: Callable[..., Person],
    rules: AttemptRules,
    form: ReleasedForm,
    now: datetime,
) -> None:
    attempt = store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now)
    other = somebody()

    with pytest.raises(NotFound):
        store.learning.attempt(attempt.id, person_id=other.id, rules=rules)
    with pytest.raises(NotFound):
        store.learning.save_attempt_answer(
            attempt.id, "m02-a.izvele", 1, a_choice("a"), person_id=other.id, seq=1, rules=rules, now=now
        )
    with pytest.raises(NotFound):
        store.learning.submit(attempt.id, form, person_id=other.id, answered=0, rules=rules, now=now)

    assert store.learning.attempt(attempt.id, person_id=person.id, rules=rules).answers == {}


# ── deadlines ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_the_deadline_nothing_new_is_taken_and_what_was_typed_stays(
    store: Store, person: Person, form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    cohort = store.people.add_cohort("Rudens grupa", now=now)
    store.people.add_member(cohort.id, person.id, now=now)
    store.people.set_deadline(cohort.id, "2", now + DAY, now=now)
    attempt = store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now)
    item = "m02-a.izvele"
    store.learning.save_attempt_answer(
        attempt.id, item, 1, a_choice("a"), person_id=person.id, seq=1, rules=rules, now=now + DAY
    )
    late = now + DAY + timedelta(seconds=1)

    with pytest.raises(DeadlinePassed, match="saglabātās atbildes paliek"):
        store.learning.save_attempt_answer(
            attempt.id, item, 1, a_choice("b"), person_id=person.id, seq=2, rules=rules, now=late
        )
    with pytest.raises(DeadlinePassed):
        store.learning.submit(attempt.id, form, person_id=person.id, answered=1, rules=rules, now=late)

    again = store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=late)
    assert (again.id, again.deadline) == (attempt.id, now + DAY)
    assert again.answers[item].response == a_choice("a")


def test_after_the_deadline_no_attempt_is_started(store: Store, person: Person, now: datetime) -> None:
    rules = AttemptRules(allowed=2, counts="best", deadline=now)

    with pytest.raises(DeadlinePassed):
        store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now + DAY)


def test_the_kindest_deadline_of_a_persons_cohorts_holds(
    store: Store, person: Person, rules: AttemptRules, now: datetime
) -> None:
    for days in (1, 3, 2):
        cohort = store.people.add_cohort(f"{days}. grupa", now=now)
        store.people.add_member(cohort.id, person.id, now=now)
        store.people.set_deadline(cohort.id, "2", now + days * DAY, now=now)

    assert store.learning.outline(person.id, "2", forms=FORMS, rules=rules).deadline == now + 3 * DAY

    free = store.people.add_cohort("Bez termiņa", now=now)
    store.people.add_member(free.id, person.id, now=now)
    assert store.learning.outline(person.id, "2", forms=FORMS, rules=rules).deadline is None


# ── submissions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_submission_holds_every_item_with_its_version_and_a_hash(
    store: Store, submitted: str, person: Person
) -> None:
    submission = store.queue.submission(submitted)

    assert [(line.item, line.version) for line in submission.data.answers] == [("m02-a.izvele", 1), ("m02-a.teksts", 1)]
    assert submission.data.person == person.id
    with store.database.engine.connect() as connection:
        content = connection.execute(sa.text("select content from submissions")).scalar_one()
    assert hashlib.sha256(content.encode()).hexdigest() == submission.sha256
    assert SubmissionData.model_validate_json(content) == submission.data


def test_an_item_nobody_answered_is_submitted_as_unanswered(
    store: Store, person: Person, form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    attempt = store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now)

    done = store.learning.submit(attempt.id, form, person_id=person.id, answered=0, rules=rules, now=now)

    assert done.submission_id is not None
    assert [line.response for line in store.queue.submission(done.submission_id).data.answers] == [None, None]


def test_sent_twice_the_first_stands(
    store: Store, person: Person, form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    attempt = store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now)

    def submit(seconds: int) -> tuple[str | None, datetime | None]:
        at = now + timedelta(seconds=seconds)
        done = store.learning.submit(attempt.id, form, person_id=person.id, answered=0, rules=rules, now=at)
        return done.submission_id, done.submitted_at

    with ThreadPoolExecutor(6) as threads:
        answers = set(threads.map(submit, range(12)))

    assert len(answers) == 1
    assert store.queue.counts() == {"queued": 1}


def test_a_submission_sent_again_after_the_deadline_still_shows_the_first(
    store: Store, submitted: str, person: Person, form: ReleasedForm, now: datetime
) -> None:
    rules = AttemptRules(allowed=2, counts="best", deadline=now)
    attempt_id = store.queue.submission(submitted).attempt_id

    again = store.learning.submit(attempt_id, form, person_id=person.id, answered=2, rules=rules, now=now + DAY)

    assert again.submission_id == submitted


def test_a_submitted_attempt_takes_no_more_answers(
    store: Store, submitted: str, person: Person, rules: AttemptRules, now: datetime
) -> None:
    attempt_id = store.queue.submission(submitted).attempt_id

    with pytest.raises(AttemptClosed, match="jau ir iesniegts"):
        store.learning.save_attempt_answer(
            attempt_id, "m02-a.izvele", 1, a_choice("b"), person_id=person.id, seq=9, rules=rules, now=now
        )

    assert store.learning.attempt(attempt_id, person_id=person.id, rules=rules).answers["m02-a.izvele"].seq == 1


def test_a_screen_that_counts_more_answers_than_are_saved_submits_nothing(
    store: Store, person: Person, form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    attempt = store.learning.start_attempt(person.id, "2", forms=FORMS, rules=rules, now=now)

    with pytest.raises(InvalidAnswer, match="vēl nav iesniegts"):
        store.learning.submit(attempt.id, form, person_id=person.id, answered=1, rules=rules, now=now)

    assert store.learning.attempt(attempt.id, person_id=person.id, rules=rules).state == "open"


def test_a_submission_cannot_be_changed_or_removed(store: Store, submitted: str) -> None:
    for change in (
        "update submissions set content = '{}'",
        "update submissions set sha256 = ''",
        "delete from submissions",
    ):
        with pytest.raises(sa.exc.DBAPIError), store.database.engine.begin() as connection:
            connection.execute(sa.text(change))

    assert store.queue.submission(submitted).data.answers
