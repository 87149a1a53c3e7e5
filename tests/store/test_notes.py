"""Questions to trainers and reports of mistakes: who sees what, what is counted, what is refused."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from lideri.errors import InvalidAnswer, NotAllowed, NotFound, TooManyMessages
from lideri.store import Store
from lideri.store.notes import LONGEST_NOTE, News, tidy
from lideri.store.people import Person

Make = Callable[..., Person]


def key() -> str:
    return str(uuid.uuid4())


def ask(store: Store, asker: Person, text: str = "Kāpēc zvana?", *, now: datetime, **changes: Any) -> str:
    return store.notes.ask(asker, text, **({"page": "2.1", "exercise": "m02.1-p1", "key": key()} | changes), now=now)


@pytest.fixture
def trainer(store: Store, somebody: Make, person: Person, now: datetime) -> Person:
    """Teaches `person`."""
    trainer = somebody(role="trainer")
    cohort = store.people.add_cohort("Grupa", now=now, trainers=[trainer.id])
    store.people.add_member(cohort.id, person.id, now=now)
    return trainer


def report(store: Store, reporter: Person, *, now: datetime, text: str = "Nedarbojas.", **changes: Any) -> str:
    given = {"kind": "broken", "page": "2.1", "exercise": "", "width": 320, "key": key()} | changes
    return store.notes.report(reporter, text, **given, now=now)


# ── questions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_waits_is_answered_and_waits_again(
    store: Store, person: Person, trainer: Person, now: datetime
) -> None:
    thread = ask(store, person, now=now)
    states = [store.notes.thread(person, thread).state]

    for writer, text in ((trainer, "Tāpēc."), (person, "Paldies, bet kāpēc tad?")):
        store.notes.write(writer, thread, text, key=key(), now=now)
        states.append(store.notes.thread(person, thread).state)

    read = store.notes.thread(trainer, thread)
    assert states == ["waiting", "answered", "waiting"]
    assert [(note.text, note.from_asker) for note in read.messages] == [
        ("Kāpēc zvana?", True),
        ("Tāpēc.", False),
        ("Paldies, bet kāpēc tad?", True),
    ]
    assert (read.page, read.exercise) == ("2.1", "m02.1-p1")


def test_only_the_asker_and_those_who_teach_the_asker_see_a_question(
    store: Store, somebody: Make, person: Person, trainer: Person, now: datetime
) -> None:
    thread = ask(store, person, now=now)
    see = [person, trainer, somebody(role="lead_trainer"), somebody(role="admin")]
    do_not = [somebody(), somebody(role="trainer"), somebody(role="programme_lead")]

    assert [store.notes.thread(each, thread).id for each in see] == [thread] * 4
    for each in do_not:
        for refused in (
            lambda who=each: store.notes.thread(who, thread),
            lambda who=each: store.notes.write(who, thread, "Sveiki!", key=key(), now=now),
            lambda who=each: store.notes.mark_done(who, thread, now=now),
        ):
            with pytest.raises(NotFound, match="Šāda jautājuma nav vai tas nav tavs"):
                refused()
        assert store.notes.threads_for(each) == []
        assert store.notes.news(each) == News()
    assert len(store.notes.thread(person, thread).messages) == 1


def test_a_trainer_who_leaves_the_cohort_sees_its_questions_no_more(
    store: Store, somebody: Make, person: Person, trainer: Person, now: datetime
) -> None:
    thread = ask(store, person, now=now)
    cohort = store.people.cohorts_of_member(person.id)[0]

    store.people.set_trainers(cohort.id, [somebody(role="trainer").id], now=now, made_by=None)

    assert store.notes.threads_for(trainer) == []
    with pytest.raises(NotFound):
        store.notes.thread(trainer, thread)


def test_new_is_what_waits_for_the_trainer_and_what_the_trainee_has_not_read(
    store: Store, person: Person, trainer: Person, now: datetime
) -> None:
    first, second = ask(store, person, now=now), ask(store, person, "Un tas?", now=now)
    assert (store.notes.news(trainer), store.notes.news(person)) == (News(2), News(0))

    store.notes.write(trainer, first, "Tāpēc.", key=key(), now=now)
    assert (store.notes.news(trainer), store.notes.news(person)) == (News(1), News(1))

    store.notes.seen(person, store.notes.thread(person, first))
    store.notes.mark_done(trainer, second, now=now)  # solved otherwise: the trainee is told that too
    assert (store.notes.news(trainer), store.notes.news(person)) == (News(0), News(1))


def test_an_answer_that_comes_while_an_older_page_is_read_stays_new(
    store: Store, person: Person, trainer: Person, now: datetime
) -> None:
    thread = ask(store, person, now=now)
    store.notes.write(trainer, thread, "Pirmā.", key=key(), now=now)
    shown = store.notes.thread(person, thread)
    store.notes.write(trainer, thread, "Otrā.", key=key(), now=now)

    store.notes.seen(person, shown)

    assert store.notes.news(person).questions == 1


def test_the_same_text_sent_twice_is_there_once_and_another_text_is_never_dropped(
    store: Store, person: Person, trainer: Person, now: datetime
) -> None:
    own = key()
    first = ask(store, person, key=own, now=now)

    assert ask(store, person, key=own, now=now) == first
    other = ask(store, person, "Cits jautājums", key=own, now=now)
    store.notes.write(person, first, "Vēl", key=own, now=now)

    assert other != first
    assert [len(store.notes.thread(person, each).messages) for each in (first, other)] == [2, 1]


def test_two_presses_at_once_make_one_question(store: Store, person: Person, now: datetime) -> None:
    own = key()

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: ask(store, person, key=own, now=now), range(4)))

    assert len(set(made)) == 1
    assert len(store.notes.threads_of(person)) == 1


def test_nobody_marks_an_own_question_as_solved(store: Store, somebody: Make, person: Person, now: datetime) -> None:
    thread = ask(store, person, now=now)

    with pytest.raises(NotAllowed, match="atzīmē pasniedzējs"):
        store.notes.mark_done(person, thread, now=now)


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00\u0007", "…!?"])
def test_a_text_without_words_is_refused(store: Store, person: Person, now: datetime, text: str) -> None:
    with pytest.raises(InvalidAnswer, match="Uzraksti vismaz vienu teikumu"):
        ask(store, person, text, now=now)

    assert store.notes.threads_of(person) == []


def test_the_longest_text_is_kept_and_a_longer_one_refused_with_its_length(
    store: Store, person: Person, now: datetime
) -> None:
    thread = ask(store, person, "ā" * LONGEST_NOTE, now=now)

    with pytest.raises(InvalidAnswer, match="4001 zīmes, atļauts līdz 4000"):
        ask(store, person, "ā" * (LONGEST_NOTE + 1), now=now)

    assert store.notes.thread(person, thread).messages[0].text == "ā" * LONGEST_NOTE


def test_a_text_is_kept_as_typed_without_what_no_keyboard_makes() -> None:
    assert tidy(" a\r\nb\rc\x00\ud800\x1b[1m ") == "a\nb\nc[1m"


def test_too_many_messages_too_soon_are_refused_until_some_time_has_passed(
    store: Store, person: Person, trainer: Person, now: datetime
) -> None:
    for number in range(8):
        ask(store, person, f"{number}. jautājums", now=now)
    for _ in range(2):
        report(store, person, now=now)

    with pytest.raises(TooManyMessages, match="Pagaidi desmit minūtes"):
        ask(store, person, now=now)
    with pytest.raises(TooManyMessages):
        report(store, person, now=now)

    later = now + timedelta(minutes=11)
    thread = ask(store, person, now=later)
    for _ in range(11):  # a trainer answers many at once
        store.notes.write(trainer, thread, "Atbilde", key=key(), now=later)


def test_a_day_has_a_limit_too(store: Store, person: Person, now: datetime) -> None:
    for number in range(60):
        ask(store, person, f"{number}", now=now + timedelta(minutes=11 * number))

    with pytest.raises(TooManyMessages, match="līdz rītdienai"):
        ask(store, person, now=now + timedelta(minutes=11 * 61))


# ── reports of mistakes ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_decision_and_its_reason_reach_the_reporter(
    store: Store, somebody: Make, person: Person, now: datetime
) -> None:
    author = somebody(role="lead_trainer")
    made = report(store, person, now=now)
    assert store.notes.news(author) == News(0, 1)

    store.notes.decide(author, made, "declined", "Tā ir iecerēts.", now=now)

    own = store.notes.problems_of(person)[0]
    assert (own.state, own.reason, own.unread, own.width) == ("declined", "Tā ir iecerēts.", True, 320)
    assert (store.notes.news(person), store.notes.news(author)) == (News(0, 1), News(0, 0))
    store.notes.decisions_seen(person, [own])
    assert store.notes.news(person) == News()


def test_not_mending_needs_a_reason_and_mending_none(
    store: Store, somebody: Make, person: Person, now: datetime
) -> None:
    author = somebody(role="admin")
    made = report(store, person, now=now)

    with pytest.raises(InvalidAnswer, match="Uzraksti, kāpēc nelabosim"):
        store.notes.decide(author, made, "declined", " ", now=now)
    store.notes.decide(author, made, "fixed", "", now=now)
    assert [each.state for each in store.notes.problems(author)] == ["fixed"]
    store.notes.decide(author, made, "new", "", now=now)
    assert [(each.state, each.unread) for each in store.notes.problems(author)] == [("new", False)]

    with pytest.raises(NotFound, match="Šāda ziņojuma nav"):
        store.notes.decide(author, "cits", "fixed", "", now=now)


@pytest.mark.parametrize("role", ["trainee", "trainer", "programme_lead"])
def test_only_those_who_keep_the_course_read_and_decide_all_reports(
    store: Store, somebody: Make, person: Person, now: datetime, role: str
) -> None:
    made = report(store, person, now=now)
    other = somebody(role=role)

    with pytest.raises(NotAllowed, match="Visus ziņojumus redz vadošais pasniedzējs"):
        store.notes.problems(other)
    with pytest.raises(NotAllowed, match="izlemj vadošais pasniedzējs"):
        store.notes.decide(other, made, "fixed", "", now=now)
    assert store.notes.problems_of(other) == []
    assert store.notes.problems_of(person)[0].state == "new"


def test_a_report_sent_twice_is_there_once(store: Store, person: Person, now: datetime) -> None:
    own = key()

    assert report(store, person, key=own, now=now) == report(store, person, key=own, now=now)
    report(store, person, key=own, text="Cita kļūda", now=now)

    assert len(store.notes.problems_of(person)) == 2


@pytest.mark.parametrize("width", [0, -5, 10**9, None])
def test_a_width_that_no_window_has_is_left_out(store: Store, person: Person, now: datetime, width: int | None) -> None:
    report(store, person, width=width, now=now)

    assert store.notes.problems_of(person)[0].width is None
