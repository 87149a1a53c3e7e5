"""Submissions through grading: each graded once, whoever dies on the way; marks in versions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from lideri.course.items import ReleasedForm
from lideri.errors import GradingError, InvalidAnswer, MarkedMeanwhile, NotFound
from lideri.settings import AttemptRules
from lideri.store import Store
from lideri.store.people import Person
from lideri.store.queue import MAX_TRIES, GradedItem
from lideri.store.results import counting_attempt

LEASE = timedelta(minutes=1)
CHOICE = GradedItem("m02-a.izvele", 1, "right", 1.0, 1.0, {"why": ["Piezvanīt ir droši."]})
TEXT = GradedItem("m02-a.teksts", 1, "waiting", None, 6.0)


@pytest.fixture
def graded(store: Store, submitted: str, now: datetime) -> str:
    """A submission whose free text waits for a person."""
    store.queue.claim("a", now=now, lease=LEASE)
    assert store.queue.finish(submitted, "a", [CHOICE, TEXT], now=now)
    return submitted


# ── claiming ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_submission_is_taken_by_one_grader(
    store: Store, somebody: Callable[..., Person], form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    for _ in range(12):
        person = somebody()
        attempt = store.learning.start_attempt(person.id, "2", forms=["m02-a"], rules=rules, now=now)
        store.learning.submit(attempt.id, form, person_id=person.id, answered=0, rules=rules, now=now)
    together = Barrier(4)

    def claim_all(worker: str) -> list[str]:
        together.wait()
        taken = []
        while (one := store.queue.claim(worker, now=now, lease=LEASE)) is not None:
            taken.append(one.id)
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [one for each in threads.map(claim_all, "abcd") for one in each]

    assert (len(taken), len(set(taken))) == (12, 12)


def test_work_of_a_killed_grader_is_taken_up_again_when_its_lease_ends(
    store: Store, submitted: str, now: datetime
) -> None:
    store.queue.claim("killed", now=now, lease=LEASE)

    assert store.queue.claim("b", now=now + LEASE / 2, lease=LEASE) is None
    again = store.queue.claim("b", now=now + LEASE, lease=LEASE)

    assert again is not None
    assert (again.id, again.tries) == (submitted, 2)
    assert not store.queue.finish(submitted, "killed", [CHOICE, TEXT], now=now)
    assert store.queue.finish(submitted, "b", [CHOICE, TEXT], now=now)


def test_a_grader_that_renews_keeps_its_work(store: Store, submitted: str, now: datetime) -> None:
    store.queue.claim("a", now=now, lease=LEASE)

    assert store.queue.renew(submitted, "a", now=now + LEASE / 2, lease=LEASE)
    assert store.queue.claim("b", now=now + LEASE, lease=LEASE) is None
    assert not store.queue.renew(submitted, "b", now=now, lease=LEASE)


def test_the_oldest_submission_comes_first(
    store: Store, somebody: Callable[..., Person], form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    handed_in = []
    for hours in (2, 0, 1):
        person = somebody()
        attempt = store.learning.start_attempt(person.id, "2", forms=["m02-a"], rules=rules, now=now)
        at = now + timedelta(hours=hours)
        store.learning.submit(attempt.id, form, person_id=person.id, answered=0, rules=rules, now=at)
        handed_in.append((at, attempt.id))

    claimed = [store.queue.claim("a", now=now, lease=LEASE) for _ in range(3)]

    assert [one.attempt_id for one in claimed if one] == [attempt for _, attempt in sorted(handed_in)]


def test_a_submission_that_kills_its_graders_is_put_aside_and_the_queue_goes_on(
    store: Store, submitted: str, now: datetime
) -> None:
    for number in range(MAX_TRIES):
        assert store.queue.claim(f"g{number}", now=now + number * LEASE, lease=LEASE) is not None

    assert store.queue.claim("last", now=now + MAX_TRIES * LEASE, lease=LEASE) is None

    assert store.queue.submission(submitted).state == "failed"
    store.queue.try_again(submitted)
    assert store.queue.claim("fresh", now=now + MAX_TRIES * LEASE, lease=LEASE) is not None


def test_a_failed_grading_is_tried_later_and_says_why(store: Store, submitted: str, now: datetime) -> None:
    store.queue.claim("a", now=now, lease=LEASE)

    state = store.queue.fail(submitted, "a", "nbgrader: mape aizņemta", now=now, retry_after=LEASE)

    assert state == "queued"
    assert store.queue.claim("a", now=now, lease=LEASE) is None
    assert store.queue.submission(submitted).failure == "nbgrader: mape aizņemta"
    assert store.queue.claim("a", now=now + LEASE, lease=LEASE) is not None


def test_a_damaged_submission_is_never_graded(store: Store, submitted: str, now: datetime) -> None:
    with store.database.engine.begin() as connection:
        for trigger in ("drop trigger submissions_fixed", "drop trigger submissions_fixed on submissions"):
            if ("on" in trigger.split()) == (connection.dialect.name == "postgresql"):
                connection.execute(sa.text(trigger))
        connection.execute(sa.text("update submissions set content = replace(content, 'bankai', 'krapniekam')"))

    with pytest.raises(GradingError, match="kontrolsummai"):
        store.queue.claim("a", now=now, lease=LEASE)

    assert store.queue.counts() == {"failed": 1}


def crowd(
    store: Store, somebody: Callable[..., Person], form: ReleasedForm, rules: AttemptRules, now: datetime, number: int
) -> list[str]:
    """Submissions of so many people, a minute apart, the oldest first."""
    ids = []
    for place in range(number):
        person = somebody()
        attempt = store.learning.start_attempt(person.id, "2", forms=["m02-a"], rules=rules, now=now)
        at = now + timedelta(minutes=place)
        done = store.learning.submit(attempt.id, form, person_id=person.id, answered=0, rules=rules, now=at)
        ids.append(str(done.submission_id))
    return ids


def test_a_batch_is_what_waits_the_oldest_first_and_no_more_than_asked_for(
    store: Store, somebody: Callable[..., Person], form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    ids = crowd(store, somebody, form, rules, now, 5)

    first = store.queue.claim_batch("a", limit=3, now=now, lease=LEASE)
    rest = store.queue.claim_batch("b", limit=3, now=now, lease=LEASE)
    nothing = store.queue.claim_batch("c", limit=3, now=now, lease=LEASE)

    assert [one.id for one in first.submissions] == ids[:3]
    assert [one.id for one in rest.submissions] == ids[3:]
    assert (nothing.submissions, nothing.damaged) == ((), ())
    assert store.queue.renew_batch(ids, "a", now=now + LEASE, lease=LEASE) == 3
    again = store.queue.claim_batch("c", limit=9, now=now + LEASE, lease=LEASE)
    assert [(one.id, one.tries) for one in again.submissions] == [(one, 2) for one in ids[3:]]


def test_several_graders_that_take_batches_never_share_a_submission(
    store: Store, somebody: Callable[..., Person], form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    ids = crowd(store, somebody, form, rules, now, 20)
    together = Barrier(4)

    def claim_all(worker: str) -> list[str]:
        together.wait()
        taken: list[str] = []
        while batch := store.queue.claim_batch(worker, limit=3, now=now, lease=LEASE).submissions:
            taken += [one.id for one in batch]
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [one for each in threads.map(claim_all, "abcd") for one in each]

    assert sorted(taken) == sorted(ids)


def test_a_batch_names_what_was_put_aside(
    store: Store, somebody: Callable[..., Person], form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    worn, damaged, good = crowd(store, somebody, form, rules, now, 3)
    for number in range(MAX_TRIES):
        store.queue.claim_batch("a", limit=1, now=now + number * LEASE, lease=LEASE)
    with store.database.engine.begin() as connection:
        on = " on submissions" if connection.dialect.name == "postgresql" else ""
        connection.execute(sa.text(f"drop trigger submissions_fixed{on}"))
        connection.execute(sa.text("update submissions set content = content || ' ' where id = :id"), {"id": damaged})

    claimed = store.queue.claim_batch("b", limit=3, now=now + MAX_TRIES * LEASE, lease=LEASE)

    assert [one.id for one in claimed.submissions] == [good]
    assert {(one.id, one.worn_out) for one in claimed.damaged} == {(worn, True), (damaged, False)}
    assert store.queue.counts() == {"failed": 2, "grading": 1}


def test_a_record_that_cannot_be_read_is_put_aside_even_with_a_true_checksum(
    store: Store, submitted: str, now: datetime
) -> None:
    with store.database.engine.begin() as connection:
        on = " on submissions" if connection.dialect.name == "postgresql" else ""
        connection.execute(sa.text(f"drop trigger submissions_fixed{on}"))
        sha256 = hashlib.sha256(b"{}").hexdigest()
        connection.execute(sa.text("update submissions set content = '{}', sha256 = :sha256"), {"sha256": sha256})

    with pytest.raises(GradingError, match="saturu nevar nolasīt \\(kļūdas: 4\\)"):
        store.queue.claim("a", now=now, lease=LEASE)

    assert store.queue.counts() == {"failed": 1}


# ── delivering ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_results_delivered_twice_are_counted_once(store: Store, graded: str, person: Person, now: datetime) -> None:
    assert not store.queue.finish(graded, "a", [CHOICE, TEXT], now=now)

    result = store.results.of_person(person.id)[0]
    assert (result.state, result.points, result.max_points, result.waiting) == ("graded", 1.0, 7.0, 1)
    assert [item.item for item in result.items] == ["m02-a.izvele", "m02-a.teksts"]
    assert (
        store.learning.outline(person.id, "2", forms=["m02-a"], rules=AttemptRules(allowed=1, counts="best")).last.state
        == "graded"
    )  # type: ignore[union-attr]  # there is one


def test_a_batch_of_results_is_delivered_to_whom_still_has_the_work(
    store: Store, somebody: Callable[..., Person], form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    mine, lost, done = crowd(store, somebody, form, rules, now, 3)
    store.queue.claim_batch("a", limit=3, now=now, lease=LEASE)
    store.queue.finish(done, "a", [CHOICE, TEXT], now=now)
    store.queue.fail(lost, "a", "cits", now=now, retry_after=LEASE)

    taken = store.queue.finish_batch({one: [CHOICE, TEXT] for one in (mine, lost, done)}, "a", now=now)

    assert taken == {mine}
    assert store.queue.counts() == {"graded": 2, "queued": 1}
    assert [len(store.results.of_submission(one).items) for one in (mine, lost, done)] == [2, 0, 2]
    with pytest.raises(NotFound, match="nav-tada"):
        store.queue.finish_batch({"nav-tada": []}, "a", now=now)


def test_when_one_of_a_batch_does_not_fit_none_is_delivered(
    store: Store, somebody: Callable[..., Person], form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    good, bad = crowd(store, somebody, form, rules, now, 2)
    store.queue.claim_batch("a", limit=2, now=now, lease=LEASE)

    with pytest.raises(GradingError, match=r"m02-a\.teksts"):
        store.queue.finish_batch({good: [CHOICE, TEXT], bad: [CHOICE]}, "a", now=now)

    assert store.queue.counts() == {"grading": 2}
    assert store.results.of_submission(good).items == ()


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([CHOICE], "m02-a.teksts"),
        ([CHOICE, TEXT, GradedItem("m02-a.cits", 1, "right", 1, 1)], "m02-a.cits"),
        ([CHOICE, CHOICE, TEXT], "neatbilst"),
        ([CHOICE, GradedItem("m02-a.teksts", 2, "waiting", None, 6)], "m02-a.teksts"),
        ([GradedItem("m02-a.izvele", 1, "right", 1.5, 1), TEXT], "punkti 1.5 neder"),
        ([GradedItem("m02-a.izvele", 1, "wrong", -1, 1), TEXT], "punkti -1 neder"),
        ([CHOICE, GradedItem("m02-a.teksts", 1, "unsure", 6, 6)], "punkti 6 neder"),
        ([GradedItem("m02-a.izvele", 1, "right", None, 1), TEXT], "punkti None neder"),
    ],
)
def test_results_that_do_not_fit_are_refused_whole(
    store: Store, submitted: str, person: Person, now: datetime, results: list[GradedItem], said: str
) -> None:
    store.queue.claim("a", now=now, lease=LEASE)

    with pytest.raises(GradingError, match=said):
        store.queue.finish(submitted, "a", results, now=now)

    assert store.results.of_person(person.id)[0].items == ()
    assert store.queue.submission(submitted).state == "grading"


# ── marks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mark_is_shown_once_the_gradebook_has_it(
    store: Store, graded: str, person: Person, somebody: Callable[..., Person], now: datetime
) -> None:
    trainer = somebody(role="trainer")
    mark = store.queue.put_mark(
        graded, "m02-a.teksts", {"k1": 2, "k2": 1.5}, comment="Labi!", marked_by=trainer.id, now=now
    )

    assert store.queue.waiting() == []
    assert store.results.of_person(person.id)[0].marks == {}
    assert store.queue.pending_marks() == [mark]
    assert store.queue.mark_stored(mark.id, now=now)

    result = store.results.of_person(person.id)[0]
    assert (result.points, result.waiting, result.items[1].outcome) == (4.5, 0, "partly")
    assert result.marks["m02-a.teksts"].comment == "Labi!"
    assert not store.queue.mark_stored(mark.id, now=now)


def test_a_changed_mark_replaces_the_first_and_both_are_kept(
    store: Store, graded: str, somebody: Callable[..., Person], now: datetime
) -> None:
    trainer = somebody(role="trainer")
    first = store.queue.put_mark(graded, "m02-a.teksts", {"k": 2}, comment="", marked_by=trainer.id, now=now)

    second = store.queue.put_mark(
        graded, "m02-a.teksts", {"k": 6}, comment="", marked_by=trainer.id, now=now, seen_version=1
    )

    assert not store.queue.mark_stored(first.id, now=now)
    assert store.queue.mark_stored(second.id, now=now)
    assert [(mark.total, mark.state) for mark in store.queue.mark_versions(graded, "m02-a.teksts")] == [
        (2.0, "superseded"),
        (6.0, "stored"),
    ]
    assert store.results.of_submission(graded).items[1].outcome == "right"


def test_two_trainers_do_not_overwrite_each_other_unseen(
    store: Store, graded: str, somebody: Callable[..., Person], now: datetime
) -> None:
    one, other = somebody(role="trainer"), somebody(role="trainer")
    store.queue.put_mark(graded, "m02-a.teksts", {"k": 2}, comment="", marked_by=one.id, now=now)

    with pytest.raises(MarkedMeanwhile, match="tikmēr novērtēja vēl kāds"):
        store.queue.put_mark(graded, "m02-a.teksts", {"k": 3}, comment="", marked_by=other.id, now=now)

    assert store.queue.marks(graded)["m02-a.teksts"].total == 2


@pytest.mark.parametrize("points", [{}, {"k": -1}, {"k": 6.5}, {"k": 3, "l": 4}, {"k": float("nan")}])
def test_points_out_of_range_are_refused(
    store: Store, graded: str, somebody: Callable[..., Person], now: datetime, points: dict[str, float]
) -> None:
    with pytest.raises(InvalidAnswer):
        store.queue.put_mark(graded, "m02-a.teksts", points, comment="", marked_by=somebody().id, now=now)

    assert store.queue.pending_marks() == []


def test_what_the_program_judged_is_not_marked_by_hand(
    store: Store, graded: str, somebody: Callable[..., Person], now: datetime
) -> None:
    with pytest.raises(NotFound):
        store.queue.put_mark(graded, "m02-a.izvele", {"k": 0}, comment="", marked_by=somebody().id, now=now)


def test_a_mark_from_formgrader_is_taken_over_once(store: Store, graded: str, now: datetime) -> None:
    taken = store.queue.take_formgrader_mark(graded, "m02-a.teksts", 3.0, comment="No formgrader", now=now)

    assert taken is not None
    assert taken.source == "formgrader"
    assert store.queue.take_formgrader_mark(graded, "m02-a.teksts", 3.0, comment="No formgrader", now=now) is None
    assert store.results.of_submission(graded).points == 4.0


def test_a_pending_mark_is_newer_than_what_formgrader_shows(
    store: Store, graded: str, somebody: Callable[..., Person], now: datetime
) -> None:
    store.queue.put_mark(graded, "m02-a.teksts", {"k": 5}, comment="", marked_by=somebody().id, now=now)

    assert store.queue.take_formgrader_mark(graded, "m02-a.teksts", 0.0, comment="", now=now) is None
    assert store.queue.marks(graded)["m02-a.teksts"].total == 5


def test_marks_and_attempts_of_several_people_are_found_at_once(
    store: Store,
    graded: str,
    person: Person,
    somebody: Callable[..., Person],
    form: ReleasedForm,
    rules: AttemptRules,
    now: datetime,
) -> None:
    (other,) = crowd(store, somebody, form, rules, now, 1)
    mark = store.queue.put_mark(graded, "m02-a.teksts", {"k": 2}, comment="Labi", marked_by=person.id, now=now)

    assert store.queue.marks_of([graded, other]) == {graded: {"m02-a.teksts": mark}}
    assert store.queue.graded_attempts([person.id, "cits"]) == {(person.id, "m02-a"): 1}
    assert store.queue.graded_lately(within=LEASE) == [(person.id, "m02-a")]
    assert store.queue.marks_of_single_attempts() == {}  # not in the gradebook yet
    store.queue.mark_stored(mark.id, now=now)
    assert store.queue.marks_of_single_attempts() == {(person.id, "m02-a", "m02-a.teksts"): (2.0, "Labi")}

    second = store.learning.start_attempt(person.id, "2", forms=["m02-a", "m02-a"], rules=rules, now=now)
    store.learning.submit(second.id, form, person_id=person.id, answered=0, rules=rules, now=now)
    assert store.queue.marks_of_single_attempts() == {}


def test_the_waiting_list_shows_only_the_cohorts_asked_for(
    store: Store, graded: str, person: Person, now: datetime
) -> None:
    mine = store.people.add_cohort("Mana", now=now)
    other = store.people.add_cohort("Cita", now=now)
    store.people.add_member(mine.id, person.id, now=now)

    waiting = store.queue.waiting(cohort_ids=[mine.id])

    assert [(one.submission_id, one.person_name, one.result.item) for one in waiting] == [
        (graded, "Vija Ozola", "m02-a.teksts")
    ]
    assert store.queue.waiting(cohort_ids=[other.id]) == []
    assert store.queue.waiting(cohort_ids=[]) == []


# ── the attempt that counts ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_attempt_has_no_mark_of_the_old_one(
    store: Store, graded: str, person: Person, form: ReleasedForm, rules: AttemptRules, now: datetime
) -> None:
    store.queue.put_mark(graded, "m02-a.teksts", {"k": 6}, comment="Lieliski", marked_by=person.id, now=now)
    second = store.learning.start_attempt(person.id, "2", forms=["m02-a", "m02-a"], rules=rules, now=now)
    done = store.learning.submit(second.id, form, person_id=person.id, answered=0, rules=rules, now=now)
    assert done.submission_id is not None
    store.queue.claim("a", now=now, lease=LEASE)
    store.queue.finish(done.submission_id, "a", [CHOICE, TEXT], now=now)

    assert store.queue.marks(done.submission_id) == {}
    assert [one.submission_id for one in store.queue.waiting()] == [done.submission_id]


@pytest.mark.parametrize(("rule", "number"), [("best", 1), ("last", 2)])
def test_the_setting_says_which_attempt_counts(
    store: Store,
    graded: str,
    person: Person,
    form: ReleasedForm,
    rules: AttemptRules,
    now: datetime,
    rule: str,
    number: int,
) -> None:
    second = store.learning.start_attempt(person.id, "2", forms=["m02-a", "m02-a"], rules=rules, now=now)
    done = store.learning.submit(second.id, form, person_id=person.id, answered=0, rules=rules, now=now)
    assert done.submission_id is not None
    results = store.results.of_person(person.id)
    counts = counting_attempt(results, AttemptRules.model_validate({"allowed": 2, "counts": rule}))
    assert counts is not None
    assert counts.number == 1  # the second is not graded yet
    store.queue.claim("a", now=now, lease=LEASE)
    worse = GradedItem("m02-a.izvele", 1, "wrong", 0, 1)
    store.queue.finish(done.submission_id, "a", [worse, TEXT], now=now)

    counts = counting_attempt(
        store.results.of_person(person.id), AttemptRules.model_validate({"allowed": 2, "counts": rule})
    )

    assert counts is not None
    assert counts.number == number


def test_passed_is_not_said_while_it_depends_on_a_person(store: Store, graded: str) -> None:
    result = store.results.of_submission(graded)

    assert (result.passed(1 / 7), result.passed(0.6), result.share) == (True, None, None)
    assert result.passed(1.1) is False


def test_somebody_elses_result_is_not_found(store: Store, graded: str, somebody: Callable[..., Person]) -> None:
    attempt_id = store.queue.submission(graded).attempt_id

    with pytest.raises(NotFound):
        store.results.of_attempt(attempt_id, person_id=somebody().id)
