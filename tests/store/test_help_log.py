"""The log of help: who may do what, what counts, what is kept, and what never gets in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lideri.errors import (
    InvalidAnswer,
    LinkUsedOrExpired,
    MaybeName,
    NotAllowed,
    NotFound,
    PrivateData,
    TooManyMessages,
)
from lideri.settings import TrainedWhen
from lideri.store import Store
from lideri.store.help_log import Help, HelpCounts, HelpEntry, counts
from lideri.store.people import Person
from lideri.store.survey import SurveyAnswer, region_to_keep, typed_code
from lideri.store.tables import HelpLogRow

Make = Callable[..., Person]
TODAY = date(2026, 11, 21)
RULE = TrainedWhen(alone_at_least=3, minutes_at_least=10)
HELP = Help(
    helped_on=TODAY,
    situation="e-adrese",
    service="cits",
    minutes=15,
    alone=3,
    before="first",
    next="viss",
    who="resident",
    how="spot",
)


def key() -> str:
    return str(uuid.uuid4())


def save(store: Store, helper: Person, now: datetime, *, key: str = "", **changes: Any) -> HelpEntry:
    given = replace(HELP, **changes)
    return store.help_log.save(helper, given, key=key or str(uuid.uuid4()), days_back=120, now=now, today=TODAY)


@pytest.fixture
def trainer(store: Store, somebody: Make, person: Person, now: datetime) -> Person:
    """Teaches `person`."""
    trainer = somebody(role="trainer")
    cohort = store.people.add_cohort("Grupa", now=now, trainers=[trainer.id])
    store.people.add_member(cohort.id, person.id, now=now)
    return trainer


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_entry_sent_twice_is_there_once(store: Store, person: Person, now: datetime) -> None:
    same = key()

    first, second = save(store, person, now, key=same), save(store, person, now, key=same)

    assert first == second
    assert len(store.help_log.entries_of(person)) == 1
    assert [event.what for event in store.help_log.history(person, first.id)] == ["written"]


def test_entries_that_arrive_together_are_there_once(store: Store, person: Person, now: datetime) -> None:
    same = key()

    with ThreadPoolExecutor(4) as pool:
        ids = {entry.id for entry in pool.map(lambda _: save(store, person, now, key=same), range(4))}

    assert len(ids) == 1
    assert len(store.help_log.entries_of(person)) == 1


def test_another_persons_key_is_no_way_to_another_persons_entry(
    store: Store, person: Person, somebody: Make, now: datetime
) -> None:
    same, other = key(), somebody()
    mine = save(store, person, now, key=same, minutes=15)

    theirs = save(store, other, now, key=same, minutes=90)

    assert theirs.id != mine.id
    assert store.help_log.entry(person, mine.id).help.minutes == 15


def test_a_change_keeps_what_was_before(store: Store, person: Person, now: datetime) -> None:
    same = key()
    entry = save(store, person, now, key=same, minutes=15)

    save(store, person, now + timedelta(minutes=5), key=same, minutes=30, note="Nāks vēlreiz")

    history = store.help_log.history(person, entry.id)
    assert [(event.what, event.content["minutes"]) for event in history] == [("written", 15), ("changed", 30)]
    assert store.help_log.entry(person, entry.id).version == 2


def test_what_happened_to_an_entry_can_be_neither_changed_nor_deleted(
    store: Store, person: Person, now: datetime
) -> None:
    save(store, person, now)

    for statement in (sa.update(HelpLogRow).values(what="x"), sa.delete(HelpLogRow)):
        with pytest.raises(sa.exc.DBAPIError):
            store.database.write(lambda session, each=statement: session.execute(each))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"helped_on": TODAY + timedelta(days=1)}, "nākotnē"),
        ({"helped_on": TODAY - timedelta(days=121)}, "pārāk sens"),
        ({"minutes": 0}, "minūšu"),
        ({"alone": 5}, "darīja pats"),
        ({"who": "ministrs"}, "neizdevās nolasīt"),
        ({"situation": "<b>"}, "neizdevās nolasīt"),
        ({"note": "a" * 281}, "par garu"),
    ],
)
def test_what_no_page_sends_is_refused(
    store: Store, person: Person, now: datetime, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidAnswer, match=words):
        save(store, person, now, **changes)

    assert store.help_log.entries_of(person) == []


def test_only_a_trainee_writes_a_log(store: Store, somebody: Make, now: datetime) -> None:
    for role in ("trainer", "lead_trainer", "programme_lead", "admin"):
        with pytest.raises(NotAllowed):
            save(store, somebody(role=role), now)


def test_more_than_one_person_can_have_done_is_not_taken(store: Store, person: Person, now: datetime) -> None:
    for _ in range(60):
        save(store, person, now)

    with pytest.raises(TooManyMessages, match="desmit minūtes"):
        save(store, person, now)
    save(store, person, now + timedelta(minutes=11))


# ── private data ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_private_data_get_into_no_table_at_all(store: Store, person: Person, trainer: Person, now: datetime) -> None:
    phone = "2" + "7" * 7
    entry = save(store, person, now)
    store.help_log.ask(trainer, entry.id, "Kas notika?", now=now)

    with pytest.raises(PrivateData, match="tālruņa numuram"):
        save(store, person, now, note=f"zvanīt {phone}")
    with pytest.raises(PrivateData):
        store.help_log.answer(person, entry.id, f"zvanīju {phone}", now=now)
    with pytest.raises(PrivateData):
        store.help_log.ask(trainer, entry.id, f"vai zvanīji {phone}?", now=now)

    def everything(session: Any) -> str:
        tables = sa.inspect(session.connection()).get_table_names()
        return str([session.execute(sa.text(f"select * from {table}")).all() for table in tables])

    assert phone not in store.database.read(everything)


def test_a_name_is_kept_only_when_the_writer_says_that_it_is_none(store: Store, person: Person, now: datetime) -> None:
    note = "Kopā ar Jūras Zvaigzni atvērām kontu."

    with pytest.raises(MaybeName, match="cilvēka vārdam"):
        save(store, person, now, note=note)
    entry = save(store, person, now, note=note, no_name=True)

    assert entry.help.note == note
    assert entry.help.no_name


# ── the trainer ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_trainer_asks_and_the_answer_makes_the_entry_new_again(
    store: Store, person: Person, trainer: Person, now: datetime
) -> None:
    entry = save(store, person, now)
    states = []

    store.help_log.ask(trainer, entry.id, "Ko cilvēks darīja pats?", now=now)
    states.append(store.help_log.entry(person, entry.id).state)
    store.help_log.answer(person, entry.id, "Ierakstīja adresi un nosūtīja.", now=now)
    read = store.help_log.entry(trainer, entry.id)
    states.append(read.state)
    store.help_log.confirm(trainer, {entry.id: read.version}, now=now)
    states.append(store.help_log.entry(person, entry.id).state)

    assert states == ["asked", "new", "confirmed"]
    assert [event.what for event in store.help_log.history(trainer, entry.id)] == [
        "written",
        "asked",
        "answered",
        "confirmed",
    ]


def test_an_entry_that_changed_after_it_was_seen_is_not_confirmed(
    store: Store, person: Person, trainer: Person, now: datetime
) -> None:
    same = key()
    seen = save(store, person, now, key=same, minutes=15)
    save(store, person, now, key=same, minutes=90)

    done = store.help_log.confirm(trainer, {seen.id: seen.version}, now=now)

    assert done == []
    assert store.help_log.entry(person, seen.id).state == "new"


def test_a_confirmed_entry_is_changed_by_nobody_but_may_be_withdrawn_and_asked_about(
    store: Store, person: Person, trainer: Person, now: datetime
) -> None:
    same = key()
    entry = save(store, person, now, key=same)
    store.help_log.confirm(trainer, {entry.id: 1}, now=now)

    assert save(store, person, now, key=same, minutes=90).help.minutes == 15
    store.help_log.ask(trainer, entry.id, "Vai tiešām pats?", now=now)
    assert counts(store.help_log.entries_of(person), RULE).people == 0
    store.help_log.withdraw(person, entry.id, now=now)
    with pytest.raises(NotAllowed, match="atsaucis"):
        store.help_log.ask(trainer, entry.id, "Kāpēc?", now=now)
    assert store.help_log.confirm(trainer, {entry.id: 4}, now=now) == []


def test_nobody_sees_or_changes_entries_that_are_not_theirs(
    store: Store, person: Person, trainer: Person, somebody: Make, now: datetime
) -> None:
    entry = save(store, person, now)
    log = store.help_log
    strangers = [somebody(), somebody(role="trainer"), somebody(role="programme_lead")]

    attempts: tuple[Callable[[Person], object], ...] = (
        lambda who: log.entry(who, entry.id),
        lambda who: log.history(who, entry.id),
        lambda who: log.withdraw(who, entry.id, now=now),
        lambda who: log.answer(who, entry.id, "Jā.", now=now),
        lambda who: log.ask(who, entry.id, "Kāpēc?", now=now),
        lambda who: log.confirm(who, {entry.id: 1}, now=now),
    )
    for stranger in strangers:
        for attempt in attempts:
            with pytest.raises(NotFound):
                attempt(stranger)
        assert log.entries_for(stranger) == []
        assert log.news(stranger) == 0
    with pytest.raises(NotFound):  # nobody confirms what is their own
        log.confirm(person, {entry.id: 1}, now=now)
    with pytest.raises(NotFound):  # a trainer does not write for a trainee
        log.withdraw(trainer, entry.id, now=now)
    assert log.entry(person, entry.id).state == "new"


def test_one_foreign_entry_among_many_and_none_is_confirmed(
    store: Store, person: Person, trainer: Person, somebody: Make, now: datetime
) -> None:
    mine, foreign = save(store, person, now), save(store, somebody(), now)

    with pytest.raises(NotFound):
        store.help_log.confirm(trainer, {mine.id: 1, foreign.id: 1}, now=now)

    assert store.help_log.entry(trainer, mine.id).state == "new"


def test_the_navigation_counts_what_waits_for_each(
    store: Store, person: Person, trainer: Person, somebody: Make, now: datetime
) -> None:
    lead = somebody(role="lead_trainer")
    entry = save(store, person, now)

    def news() -> list[int]:
        return [store.help_log.news(each) for each in (person, trainer, lead)]

    assert news() == [0, 1, 1]
    store.help_log.ask(trainer, entry.id, "Kas notika?", now=now)
    assert news() == [1, 0, 0]
    store.help_log.answer(person, entry.id, "Iestatījām burtus.", now=now)
    assert news() == [0, 1, 1]


# ── counting ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_three_counters_are_never_mixed(store: Store, person: Person, trainer: Person, now: datetime) -> None:
    kinds: list[dict[str, Any]] = [
        {},  # a new person, did it alone: a time, a person, trained
        {"alone": 2},  # a new person, done together: a time, a person
        {"before": "helped", "alone": 4},  # the same person, now alone: a time, trained
        {"before": "alone", "alone": 4},  # counted already: a time
        {"minutes": 5},  # too short for training: a time, a person
        {"who": "colleague", "alone": 4},  # a colleague
        {"who": "colleague", "before": "helped"},  # the same colleague
    ]
    entries = [save(store, person, now, **each) for each in kinds]

    assert counts(store.help_log.entries_of(person), RULE) == HelpCounts(waiting=7, people_waiting=3)
    store.help_log.confirm(trainer, {entry.id: 1 for entry in entries}, now=now)

    assert counts(store.help_log.entries_of(person), RULE) == HelpCounts(times=5, people=3, trained=2, colleagues=1)


# ── the resident's answers ──────────────────────────────────────────────────────────────────────────────────────────

ANSWER = SurveyAnswer("pats", ("drosiba.vietne",))


def test_a_code_works_once_however_it_is_typed(store: Store) -> None:
    code = store.survey.make_code(region="", today=TODAY, days=14)
    typed = f" {code.lower().replace('-', ' ')} "

    assert store.survey.is_open(typed, today=TODAY)
    store.survey.answer(typed, ANSWER, today=TODAY)

    assert not store.survey.is_open(code, today=TODAY)
    with pytest.raises(LinkUsedOrExpired, match="jau ir izmantots"):
        store.survey.answer(code, ANSWER, today=TODAY)
    assert len(store.survey.answers()) == 1


def test_one_code_used_by_four_at_once_gives_one_answer(store: Store) -> None:
    code = store.survey.make_code(region="", today=TODAY, days=14)

    def use(_: int) -> bool:
        try:
            store.survey.answer(code, ANSWER, today=TODAY)
        except LinkUsedOrExpired:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        used = list(pool.map(use, range(4)))

    assert used.count(True) == 1
    assert len(store.survey.answers()) == 1


def test_a_code_opens_nothing_after_its_last_day_and_is_forgotten(store: Store) -> None:
    code = store.survey.make_code(region="", today=TODAY, days=14)
    late = TODAY + timedelta(days=15)

    with pytest.raises(LinkUsedOrExpired):
        store.survey.answer(code, ANSWER, today=late)
    store.survey.make_code(region="", today=late, days=14)

    kept = store.database.read(lambda session: session.execute(sa.text("select count(*) from survey_codes")).scalar())
    assert kept == 1


def test_nothing_kept_with_an_answer_leads_to_anybody(store: Store, person: Person, now: datetime) -> None:
    save(store, person, now)
    code = store.survey.make_code(region="Vidzeme", today=TODAY, days=14)
    store.survey.answer(code, ANSWER, today=TODAY)

    def columns(session: Any) -> dict[str, set[str]]:
        inspector = sa.inspect(session.connection())
        return {
            table: {column["name"] for column in inspector.get_columns(table)}
            for table in ("survey_answers", "survey_codes")
        }

    def rows(session: Any) -> str:
        return str(session.execute(sa.text("select * from survey_answers")).all())

    assert store.database.read(columns) == {
        "survey_answers": {"id", "week", "region", "answers"},
        "survey_codes": {"code_sha256", "region", "last_day"},
    }
    kept = store.database.read(rows)
    assert "2026-W47" in kept and "Vidzeme" in kept
    assert not any(each in kept for each in (person.id, code, typed_code(code), "2026-11"))


def test_a_region_where_few_learn_is_not_kept() -> None:
    assert region_to_keep("Vidzeme", {"Vidzeme": 5}, 5) == "Vidzeme"
    assert region_to_keep("Vidzeme", {"Vidzeme": 4}, 5) == ""
    assert region_to_keep("", {}, 5) == ""
