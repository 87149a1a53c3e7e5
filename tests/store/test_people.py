"""Accounts, cohorts, links: who may enter, and who may see whom."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from lideri.errors import LinkUsedOrExpired, NotAllowed, NotFound, RefusedError, WeakPassword
from lideri.store import Store
from lideri.store.people import NewPerson, Person, username_from

GOOD = "kaste zirnis lampa jumts"
WEEK = timedelta(days=7)
Make = Callable[..., Person]


def test_a_user_name_is_made_of_the_email_and_never_taken_twice(store: Store, now: datetime) -> None:
    names = [
        store.people.add(NewPerson("Jānis Bērziņš", email=email), now=now).username
        for email in ("janis.berzins@a.example", "Janis.Berzins@b.example", "janis.berzins2@c.example")
    ]

    assert names == ["janis.berzins", "janis.berzins2", "janis.berzins22"]
    assert username_from("Šķēle Žanis") == "skele.zanis"


def test_an_email_belongs_to_one_person_however_it_is_written(store: Store, now: datetime) -> None:
    store.people.add(NewPerson("Viens", email="Viens@novads.example"), now=now)

    with pytest.raises(RefusedError, match="jau ir"):
        store.people.add(NewPerson("Otrs", email="viens@NOVADS.example"), now=now)


# ── passwords and log-in ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_right_password_lets_in_by_user_name_and_by_email(store: Store, person: Person, now: datetime) -> None:
    store.people.set_password(person.id, GOOD, now=now)

    assert store.people.authenticate(person.username, GOOD, now=now) is not None
    assert store.people.authenticate(" Vija.Ozola@NOVADS.example ", GOOD, now=now) is not None
    assert store.people.authenticate(person.username, GOOD + "x", now=now) is None
    assert store.people.authenticate("nav.tada", GOOD, now=now) is None


def test_nobody_gets_in_without_a_password_of_their_own(store: Store, person: Person, now: datetime) -> None:
    assert store.people.authenticate(person.username, "", now=now) is None


def test_the_password_itself_is_nowhere_in_the_database(store: Store, person: Person, now: datetime) -> None:
    store.people.set_password(person.id, GOOD, now=now)

    with store.database.engine.connect() as connection:
        kept = connection.execute(sa.text("select password_hash from people")).scalar_one()
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept


def test_after_ten_wrong_passwords_the_right_one_waits_a_quarter_of_an_hour(
    store: Store, person: Person, now: datetime
) -> None:
    store.people.set_password(person.id, GOOD, now=now)
    for _ in range(10):
        store.people.authenticate(person.username, "nepareiza", now=now)

    assert store.people.authenticate(person.username, GOOD, now=now + timedelta(minutes=14)) is None
    assert store.people.authenticate(person.username, GOOD, now=now + timedelta(minutes=31)) is not None


def test_a_closed_account_is_closed(store: Store, person: Person, now: datetime) -> None:
    store.people.set_password(person.id, GOOD, now=now)
    store.people.deactivate(person.id, now=now)

    assert store.people.authenticate(person.username, GOOD, now=now) is None
    with pytest.raises(NotAllowed, match="slēgts"):
        store.people.make_login_link(person.id, now=now, valid_for=WEEK)


def test_a_demo_password_is_for_demo_accounts_only(store: Store, person: Person) -> None:
    with pytest.raises(NotAllowed, match="demonstrācijas"):
        store.people.set_demo_password(person.id, "demo")


# ── one-time links ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_sets_a_password_once(store: Store, person: Person, now: datetime) -> None:
    token = store.people.make_login_link(person.id, now=now, valid_for=WEEK)

    assert store.people.look_at_login_link(token, now=now).id == person.id
    used = store.people.use_login_link(token, GOOD, now=now)

    assert (used.id, used.has_password) == (person.id, True)
    assert store.people.authenticate(person.username, GOOD, now=now) is not None
    with pytest.raises(LinkUsedOrExpired, match="jaunu saiti"):
        store.people.use_login_link(token, GOOD + " cits", now=now)


def test_two_clicks_at_once_use_a_link_once(store: Store, person: Person, now: datetime) -> None:
    token = store.people.make_login_link(person.id, now=now, valid_for=WEEK)

    def use(number: int) -> bool:
        try:
            store.people.use_login_link(token, f"{GOOD} {number}", now=now)
        except LinkUsedOrExpired:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(use, range(4))) == [False, False, False, True]


def test_a_weak_password_leaves_the_link_usable(store: Store, person: Person, now: datetime) -> None:
    token = store.people.make_login_link(person.id, now=now, valid_for=WEEK)

    with pytest.raises(WeakPassword):
        store.people.use_login_link(token, "parole", now=now)

    assert store.people.use_login_link(token, GOOD, now=now).id == person.id


def test_a_link_ends_with_its_time_and_with_a_newer_one(store: Store, person: Person, now: datetime) -> None:
    first = store.people.make_login_link(person.id, now=now, valid_for=WEEK)
    second = store.people.make_login_link(person.id, now=now, valid_for=WEEK)

    for token, when in ((first, now), (second, now + WEEK), ("izdomāta", now), ("", now)):
        with pytest.raises(LinkUsedOrExpired):
            store.people.look_at_login_link(token, now=when)
    assert store.people.look_at_login_link(second, now=now).id == person.id


def test_the_database_holds_no_link_that_could_be_used(store: Store, person: Person, now: datetime) -> None:
    token = store.people.make_login_link(person.id, now=now, valid_for=WEEK)

    with store.database.engine.connect() as connection:
        kept = connection.execute(sa.text("select token_sha256 from login_links")).scalar_one()
    assert token not in kept
    with pytest.raises(LinkUsedOrExpired):
        store.people.look_at_login_link(kept, now=now)


# ── who may see and help whom ───────────────────────────────────────────────────────────────────────────────────────


def test_a_trainer_sees_own_cohorts_and_nobody_elses(store: Store, somebody: Make, now: datetime) -> None:
    mine, other = somebody(role="trainer"), somebody(role="trainer")
    lead = somebody(role="lead_trainer")
    ours = store.people.add_cohort("Mana", trainers=[mine.id], now=now)
    theirs = store.people.add_cohort("Cita", trainers=[other.id], now=now)
    learner, stranger = somebody(), somebody()
    store.people.add_member(ours.id, learner.id, now=now)
    store.people.add_member(theirs.id, stranger.id, now=now)

    assert [cohort.name for cohort in store.people.cohorts(seen_by=mine)] == ["Mana"]
    assert [cohort.name for cohort in store.people.cohorts(seen_by=lead)] == ["Cita", "Mana"]
    assert store.people.require_may_see(mine, learner.id) == learner
    for hidden in (
        lambda: store.people.require_cohort(mine, theirs.id),
        lambda: store.people.require_may_see(mine, stranger.id),
    ):
        with pytest.raises(NotFound):
            hidden()


@pytest.mark.parametrize("role", ["trainee", "programme_lead"])
def test_trainees_and_programme_leads_see_no_cohort_even_when_named_as_its_trainer(
    store: Store, somebody: Make, now: datetime, role: str
) -> None:
    asker, learner = somebody(role=role), somebody()
    cohort = store.people.add_cohort("Grupa", trainers=[asker.id], now=now)
    store.people.add_member(cohort.id, learner.id, now=now)

    assert store.people.cohorts(seen_by=asker) == []
    with pytest.raises(NotFound):
        store.people.require_may_see(asker, learner.id)
    with pytest.raises(NotFound):
        store.people.make_login_link(learner.id, now=now, valid_for=WEEK, made_by=asker.id)


@pytest.mark.parametrize(
    ("helper", "helped", "allowed"),
    [
        ("trainer", "trainee", True),
        ("trainer", "trainer", False),
        ("trainer", "lead_trainer", False),
        ("lead_trainer", "trainee", True),
        ("lead_trainer", "trainer", True),
        ("lead_trainer", "admin", False),
        ("lead_trainer", "programme_lead", False),
        ("admin", "programme_lead", True),
        ("trainee", "trainee", False),
    ],
)
def test_nobody_gets_a_link_into_an_account_above_their_own(
    store: Store, somebody: Make, now: datetime, helper: str, helped: str, *, allowed: bool
) -> None:
    asker, person = somebody(role=helper), somebody(role=helped)
    cohort = store.people.add_cohort("Grupa", trainers=[asker.id], now=now)
    store.people.add_member(cohort.id, person.id, now=now)

    if allowed:
        assert store.people.make_login_link(person.id, now=now, valid_for=WEEK, made_by=asker.id)
    else:
        with pytest.raises(NotFound):
            store.people.make_login_link(person.id, now=now, valid_for=WEEK, made_by=asker.id)


# ── cohorts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_people_are_added_to_a_cohort_all_or_nobody(store: Store, person: Person, now: datetime) -> None:
    cohort = store.people.add_cohort("Grupa", now=now)
    newcomers = [
        NewPerson("Anna", email="anna@novads.example"),
        NewPerson("Vija", email=person.email),
    ]

    with pytest.raises(RefusedError, match="tikko jau ir pievienots"):
        store.people.add_cohort_members(cohort.id, newcomers, now=now, link_valid_for=WEEK, made_by=None)

    assert store.people.by_email("anna@novads.example") is None
    assert store.people.cohort(cohort.id).size == 0
    made = store.people.add_cohort_members(cohort.id, newcomers[:1], now=now, link_valid_for=WEEK, made_by=None)
    assert [store.people.look_at_login_link(token, now=now).name for _, token in made] == ["Anna"]
    assert [member.name for member in store.people.members(cohort.id)] == ["Anna"]


def test_a_deadline_can_be_set_moved_and_taken_away(store: Store, now: datetime) -> None:
    cohort = store.people.add_cohort("Grupa", now=now)

    store.people.set_deadline(cohort.id, "2", now, now=now)
    store.people.set_deadline(cohort.id, "2", now + WEEK, now=now)
    assert store.people.cohort(cohort.id).deadlines == {"2": now + WEEK}

    store.people.set_deadline(cohort.id, "2", None, now=now)
    assert store.people.cohort(cohort.id).deadlines == {}


def test_events_come_newest_first(store: Store, person: Person, now: datetime) -> None:
    store.people.log("page-opened", now=now, person_id=person.id, subject="2.1")
    store.people.log("refused", now=now + WEEK, person_id=person.id, subject="/rezultati/x", detail={"status": 404})

    assert [event.kind for event in store.people.events(person_id=person.id)] == ["refused", "page-opened"]
    assert store.people.last_seen([person.id]) == {person.id: now}


def test_a_moment_without_a_time_zone_is_never_stored(store: Store) -> None:
    with pytest.raises(sa.exc.StatementError, match="without a time zone"):
        store.people.log("page-opened", now=datetime(2026, 11, 21))


def test_only_who_is_in_a_cohort_is_taken_out_and_only_who_was_taken_out_comes_back(
    store: Store, person: Person, somebody: Callable[..., Person], now: datetime
) -> None:
    lead, other = somebody(role="lead_trainer"), somebody()
    cohort = store.people.add_cohort("Grupa", now=now)
    store.people.add_member(cohort.id, person.id, now=now)

    with pytest.raises(NotFound, match="Šī cilvēka grupā nav"):
        store.people.remove_member(cohort.id, other.id, now=now, made_by=lead.id)
    with pytest.raises(NotFound, match="no grupas nav izņemts"):
        store.people.return_member(cohort.id, other.id, now=now, made_by=lead.id)
    store.people.remove_member(cohort.id, person.id, now=now, made_by=lead.id)

    assert store.people.members(cohort.id) == []
    assert [each.id for each in store.people.removed_members(cohort.id)] == [person.id]
    store.people.return_member(cohort.id, person.id, now=now, made_by=lead.id)
    store.people.return_member(cohort.id, person.id, now=now, made_by=lead.id)  # a double click
    assert [each.id for each in store.people.members(cohort.id)] == [person.id]
    assert store.people.removed_members(cohort.id) == []
    assert len(store.people.events(kind="member-returned")) == 1


def test_a_reopened_account_has_no_password(store: Store, somebody: Callable[..., Person], now: datetime) -> None:
    closed, admin = somebody(), somebody(role="admin")
    store.people.set_password(closed.id, "kaķis dzer tēju ziemā", now=now)
    store.people.deactivate(closed.id, now=now, made_by=admin.id)

    store.people.reopen(closed.id, now=now, made_by=admin.id)

    again = store.people.get(closed.id)
    assert (again.active, again.has_password) == (True, False)
