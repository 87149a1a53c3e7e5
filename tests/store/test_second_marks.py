"""Second, blind marks: who may give one, that it stays as it is, and that it changes nobody's result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from lideri.errors import InvalidAnswer, MarkedMeanwhile, NotAllowed, NotFound
from lideri.store import Store
from lideri.store.people import Person
from lideri.store.queue import GradedItem, WaitingAnswer
from lideri.store.second_marks import is_sampled

ITEM = "m02-a.teksts"
LEVELS = [{"points": points, "description": f"līmenis {points}"} for points in (0, 1, 2)]
RUBRIC = {
    "id": "r",
    "title": "Skala",
    "criteria": [{"id": name, "title": name, "levels": LEVELS} for name in ("k1", "k2", "k3")],
}
FULL = {"k1": 2.0, "k2": 2.0, "k3": 2.0}


@pytest.fixture
def graded(store: Store, submitted: str, now: datetime) -> str:
    """A submission whose free text waits for a person, with its rubric."""
    store.queue.claim("a", now=now, lease=timedelta(minutes=1))
    choice = GradedItem("m02-a.izvele", 1, "right", 1.0, 1.0)
    text = GradedItem(ITEM, 1, "waiting", None, 6.0, {"task": "Ko teiksi?", "rubric": RUBRIC})
    assert store.queue.finish(submitted, "a", [choice, text], now=now)
    return submitted


@pytest.fixture
def first(store: Store, somebody: Callable[..., Person]) -> Person:
    return somebody(role="trainer")


@pytest.fixture
def cohort(store: Store, person: Person, first: Person, now: datetime) -> str:
    made = store.people.add_cohort("Grupa", now=now, trainers=[first.id])
    store.people.add_member(made.id, person.id, now=now)
    return made.id


@pytest.fixture
def marked(store: Store, graded: str, first: Person, cohort: str, now: datetime) -> str:
    store.queue.put_mark(graded, ITEM, FULL, comment="Labi", marked_by=first.id, now=now)
    return graded


def open_to(store: Store, marker: Person, share: float = 1.0) -> list[str]:
    answers = store.queue.waiting(marked_too=True)
    return [answer.submission_id for answer in store.second_marks.open_to(marker, answers, share=share)]


def test_only_somebody_who_has_not_marked_it_is_asked(
    store: Store, marked: str, first: Person, cohort: str, somebody: Callable[..., Person], now: datetime
) -> None:
    lead, stranger, colleague = somebody(role="lead_trainer"), somebody(role="trainer"), somebody(role="trainer")
    store.people.set_trainers(cohort, [first.id, colleague.id], now=now, made_by=None)

    assert open_to(store, lead) == open_to(store, colleague) == [marked]
    assert open_to(store, first) == open_to(store, stranger) == []


def test_a_trainer_is_not_asked_about_what_somebody_from_outside_the_group_marked(
    store: Store, graded: str, first: Person, cohort: str, somebody: Callable[..., Person], now: datetime
) -> None:
    lead = somebody(role="lead_trainer")
    store.queue.put_mark(graded, ITEM, FULL, comment="", marked_by=lead.id, now=now)

    assert open_to(store, first) == []


def test_whoever_marked_an_earlier_version_is_not_asked_either(
    store: Store, marked: str, first: Person, somebody: Callable[..., Person], now: datetime
) -> None:
    lead, third = somebody(role="lead_trainer"), somebody(role="lead_trainer")
    store.queue.put_mark(marked, ITEM, FULL, comment="", marked_by=lead.id, now=now, seen_version=1)

    assert open_to(store, lead) == open_to(store, first) == []
    assert open_to(store, third) == [marked]
    with pytest.raises(NotAllowed):
        store.second_marks.put(marked, ITEM, FULL, comment="", marked_by=first.id, now=now)


def test_nothing_is_asked_without_a_first_mark_by_the_rubric(
    store: Store, graded: str, somebody: Callable[..., Person], now: datetime
) -> None:
    lead = somebody(role="lead_trainer")
    assert open_to(store, lead) == []
    with pytest.raises(NotFound):
        store.second_marks.put(graded, ITEM, FULL, comment="", marked_by=lead.id, now=now)

    store.queue.take_formgrader_mark(graded, ITEM, 4.0, comment="", now=now)

    assert open_to(store, lead) == []
    with pytest.raises(NotFound):
        store.second_marks.put(graded, ITEM, FULL, comment="", marked_by=lead.id, now=now)


def test_a_second_mark_leaves_the_first_and_the_result_as_they_are(
    store: Store, marked: str, person: Person, somebody: Callable[..., Person], now: datetime
) -> None:
    mark = store.queue.pending_marks()[0]
    store.queue.mark_stored(mark.id, now=now)
    before = store.results.of_person(person.id)
    lead = somebody(role="lead_trainer")

    store.second_marks.put(marked, ITEM, {"k1": 0, "k2": 1, "k3": 2}, comment="?", marked_by=lead.id, now=now)

    assert store.results.of_person(person.id) == before
    assert store.queue.pending_marks() == []
    pair = store.second_marks.pairs()[0]
    assert (pair.first.points, pair.first.total, pair.second.total, pair.apart) == (FULL, 6.0, 3.0, 3.0)
    assert pair.now.id == pair.first.id == mark.id
    assert not pair.is_settled
    assert open_to(store, somebody(role="lead_trainer")) == []


def test_a_new_mark_settles_the_pair_and_the_pair_keeps_what_stood_before(
    store: Store, marked: str, first: Person, somebody: Callable[..., Person], now: datetime
) -> None:
    lead = somebody(role="lead_trainer")
    store.second_marks.put(marked, ITEM, {"k1": 0, "k2": 1, "k3": 2}, comment="", marked_by=lead.id, now=now)

    agreed = {"k1": 0.0, "k2": 1.0, "k3": 2.0}
    store.queue.put_mark(marked, ITEM, agreed, comment="", marked_by=first.id, now=now, seen_version=1)

    pair = store.second_marks.pairs()[0]
    assert pair.is_settled
    assert (pair.first.total, pair.now.total) == (6.0, 3.0)


def test_there_is_one_second_mark_and_nothing_changes_it(
    store: Store, marked: str, somebody: Callable[..., Person], now: datetime
) -> None:
    lead, other = somebody(role="lead_trainer"), somebody(role="lead_trainer")
    store.second_marks.put(marked, ITEM, FULL, comment="", marked_by=lead.id, now=now)

    for who in (lead, other):
        with pytest.raises(MarkedMeanwhile):
            store.second_marks.put(marked, ITEM, FULL, comment="", marked_by=who.id, now=now)
    for change in ("update second_marks set total = 0", "delete from second_marks"):
        with pytest.raises(sa.exc.DBAPIError, match=r"append-only|only grows"), store.database.engine.begin() as base:
            base.execute(sa.text(change))


@pytest.mark.parametrize(
    "points",
    [{}, {"k1": 2}, {"k1": 2, "k2": 2, "k3": 1.5}, {"k1": 2, "k2": 2, "k3": -1}, FULL | {"k4": 0}],
    ids=["nothing", "a part", "between levels", "negative", "one too many"],
)
def test_points_are_levels_of_the_rubric(
    store: Store, marked: str, somebody: Callable[..., Person], now: datetime, points: dict[str, float]
) -> None:
    lead = somebody(role="lead_trainer")

    with pytest.raises(InvalidAnswer):
        store.second_marks.put(marked, ITEM, points, comment="", marked_by=lead.id, now=now)


def test_pairs_are_of_the_cohorts_asked_for(
    store: Store, marked: str, cohort: str, somebody: Callable[..., Person], now: datetime
) -> None:
    store.second_marks.put(marked, ITEM, FULL, comment="", marked_by=somebody(role="lead_trainer").id, now=now)
    elsewhere = store.people.add_cohort("Cita", now=now, trainers=[])

    assert [pair.submission_id for pair in store.second_marks.pairs(cohort_ids=[cohort])] == [marked]
    assert store.second_marks.pairs(cohort_ids=[elsewhere.id]) == []


def test_the_sample_is_the_same_for_everybody_and_as_large_as_it_is_set(now: datetime) -> None:
    answers = [_answer(f"s{number}", now) for number in range(4000)]

    chosen = {answer.submission_id for answer in answers if is_sampled(answer, 0.2)}

    assert 700 < len(chosen) < 900
    assert chosen < {answer.submission_id for answer in answers if is_sampled(answer, 0.5)}
    assert not any(is_sampled(answer, 0.0) for answer in answers)
    assert all(is_sampled(answer, 1.0) for answer in answers)


def _answer(name: str, now: datetime) -> WaitingAnswer:
    result = GradedItem(ITEM, 1, "waiting", None, 6.0)
    return WaitingAnswer(name, "m", "p", "Vārds", False, "2", "m02-a", 1, now, result, None)
