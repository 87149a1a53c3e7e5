"""The API for kernels, as a page uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from service import NOW, Service, a_course, a_form

from lideri.answers.api import shuffled
from lideri.store.people import Person

Make = Callable[..., Person]
EXERCISE = "api/page/2.1/answer/m02.1-p1"
RIGHT = {"kind": "single_choice", "choice": "a"}
WRONG = {"kind": "single_choice", "choice": "b"}


def an_attempt(service: Service, person: Person) -> tuple[str, dict[str, Any]]:
    token = service.token(person, "2/parbaude")
    started = service.call("POST", "api/attempt", token, {"module": "2"})
    assert started.status == 200, started.body
    return token, started.body


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_saved_is_there_when_the_page_is_opened_again(service: Service, somebody: Make) -> None:
    token = service.token(somebody())

    saved = service.call("PUT", EXERCISE, token, {"response": WRONG, "seq": 7, "checked": False})
    opened = service.call("GET", "api/page/2.1", token)

    assert (saved.status, saved.body) == (200, {"saved_at": NOW.isoformat(), "seq": 7, "applied": True})
    assert opened.body["person"]["name"] == "Vija Ozola"
    assert opened.body["answers"] == {
        "m02.1-p1": {"response": WRONG, "seq": 7, "saved_at": NOW.isoformat(), "checked": False}
    }


def test_the_server_judges_practice_itself(service: Service, somebody: Make) -> None:
    person = somebody()
    token = service.token(person)

    for seq, response in ((1, WRONG), (2, RIGHT)):
        service.call("PUT", EXERCISE, token, {"response": response, "seq": seq, "checked": True})

    kept = service.store.learning.page_answers(person.id, "2.1")["m02.1-p1"]
    assert (kept.outcome, kept.checks, kept.done) == ("right", 2, True)


def test_an_outcome_sent_by_a_browser_is_not_taken(service: Service, somebody: Make) -> None:
    body = {"response": WRONG, "seq": 1, "checked": True, "outcome": "right"}

    answer = service.call("PUT", EXERCISE, service.token(somebody()), body)

    assert (answer.status, answer.code) == (400, "atbilde-nederiga")


def test_an_older_answer_changes_nothing_and_says_what_is_stored(service: Service, somebody: Make) -> None:
    token = service.token(somebody())
    service.call("PUT", EXERCISE, token, {"response": RIGHT, "seq": 7, "checked": False})
    service.clock.now += timedelta(minutes=5)

    late = service.call("PUT", EXERCISE, token, {"response": WRONG, "seq": 6, "checked": False})

    assert late.body == {"saved_at": NOW.isoformat(), "seq": 7, "applied": False}
    assert service.call("GET", "api/page/2.1", token).body["answers"]["m02.1-p1"]["response"] == RIGHT


def test_opening_a_page_is_noted(service: Service, somebody: Make) -> None:
    person = somebody()
    service.call("GET", "api/page/2.1", service.token(person))
    service.refusals()  # waits for the log

    assert [event.subject for event in service.store.people.events(kind="page-opened")] == ["2.1"]


# ── the assessment ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_outline_tells_what_is_ahead_and_starts_nothing(service: Service, somebody: Make) -> None:
    person = somebody()

    outline = service.call("GET", "api/attempt?module=2", service.token(person, "2/parbaude"))

    assert outline.body == {
        "title": "2. moduļa pārbaudes darbs",
        "items": 7,
        "minutes": 30,
        "number": 1,
        "of": 2,
        "open": False,
        "counts": "best",
        "pass_mark": 0.6,
        "passed": False,
        "deadline": None,
        "last": None,
    }
    assert service.store.learning.attempts(person.id, rules=service.context.course_settings.attempt_rules) == []


def test_an_assessment_from_start_to_submission(service: Service, somebody: Make) -> None:
    person = somebody()
    token, attempt = an_attempt(service, person)
    answers = {
        "m02-a.viena": RIGHT,
        "m02-a.vairakas": {"kind": "multiple_choice", "choices": ["s1", "s3"]},
        "m02-a.seciba": {"kind": "order", "order": ["s2", "s1", "s3", "s4", "s5", "s6"]},
        "m02-a.pari": {"kind": "match", "pairs": {"s1": "s4", "s2": "s4"}},
        "m02-a.skaitlis": {"kind": "number", "text": "12,5 eiro"},
        "m02-a.iezimes": {"kind": "mark_spots", "marked": ["s6"]},
        "m02-a.teksts": {"kind": "free_text", "text": "<b>Mierīgi</b>\nun pa solim."},
    }

    for item, response in answers.items():
        saved = service.call(
            "PUT", f"api/attempt/{attempt['id']}/answer/{item}", token, {"response": response, "seq": 1}
        )
        assert saved.status == 200, saved.body
    submitted = service.call("POST", f"api/attempt/{attempt['id']}/submit", token, {"answered": 7})

    assert (attempt["state"], attempt["form"], attempt["number"], attempt["of"]) == ("open", "m02-a", 1, 2)
    assert submitted.body["state"] == "submitted"
    assert submitted.body["result_url"] == f"/services/lideri/rezultati/{attempt['id']}"
    data = service.store.queue.submission(submitted.body["submission"]).data
    kept = {line.item: line.response.model_dump(mode="json") for line in data.answers if line.response is not None}
    assert kept == answers
    assert {line.version for line in data.answers} == {2}
    assert service.store.learning.used_forms() == {"m02-a": a_form("m02-a").fingerprint}


def test_a_second_attempt_gets_the_other_form(service: Service, somebody: Make) -> None:
    person = somebody()
    token, first = an_attempt(service, person)
    service.call("POST", f"api/attempt/{first['id']}/submit", token, {"answered": 0})

    _, second = an_attempt(service, person)
    service.call("POST", f"api/attempt/{second['id']}/submit", token, {"answered": 0})
    third = service.call("POST", "api/attempt", token, {"module": "2"})

    assert (second["form"], second["number"]) == ("m02-b", 2)
    assert (third.status, third.code) == (409, "meginajumi-beigusies")
    outline = service.call("GET", "api/attempt?module=2", token).body
    assert (outline["number"], outline["last"]["number"]) == (None, 2)


def test_coming_back_continues_where_the_person_left(service: Service, somebody: Make) -> None:
    person = somebody()
    token, attempt = an_attempt(service, person)
    path = f"api/attempt/{attempt['id']}/answer/m02-a.teksts"
    service.call("PUT", path, token, {"response": {"kind": "free_text", "text": "Sāku rakst"}, "seq": 3})

    _, again = an_attempt(service, person)

    assert again["id"] == attempt["id"]
    assert again["answers"]["m02-a.teksts"] == {
        "response": {"kind": "free_text", "text": "Sāku rakst"},
        "seq": 3,
        "saved_at": NOW.isoformat(),
    }
    assert again["items"] == attempt["items"]


def test_options_stand_in_an_order_of_the_attempts_own(service: Service) -> None:
    item = a_course().forms["m02-a"].items[1]

    orders = {tuple(option.id for option in shuffled(item, seed).options) for seed in range(30)}

    assert len(orders) > 10
    assert {frozenset(order) for order in orders} == {frozenset(option.id for option in item.options)}
    assert shuffled(item, 5) == shuffled(item, 5)


def test_a_trainer_gets_the_report_of_the_own_cohort(service: Service, somebody: Make) -> None:
    trainer = somebody("Ineta Upmane", role="trainer")
    cohort = service.store.people.add_cohort("Rudens grupa", trainers=[trainer.id], now=NOW)
    service.store.people.add_member(cohort.id, somebody().id, now=NOW)

    answer = service.call("GET", f"api/report/trainer?cohort={cohort.id}", service.token(trainer, "grupa"))

    assert answer.status == 200
    assert answer.body["cohorts"] == [{"id": cohort.id, "name": "Rudens grupa"}]
    assert "Vija Ozola" in str(answer.body["report"])


def test_the_programmes_report_names_nobody(service: Service, somebody: Make) -> None:
    somebody()

    answer = service.call("GET", "api/report/programme", service.token(somebody("V", role="programme_lead"), "latvija"))

    assert answer.status == 200
    assert answer.body["staff_target"] == 400
    assert "Vija" not in str(answer.body)


def test_health_answers_without_log_in(service: Service) -> None:
    assert service.call("GET", "health").body == {"ok": True}


@pytest.mark.parametrize("path", ["api/page/2.1", "api/attempt?module=2"])
def test_a_closed_account_is_refused_at_once(service: Service, somebody: Make, path: str) -> None:
    person = somebody()
    token = service.token(person, "2.1" if "page" in path else "2/parbaude")
    assert service.call("GET", path, token).status == 200

    service.store.people.deactivate(person.id, now=NOW)

    assert service.call("GET", path, token).status == 403


# ── how far ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_frame_around_a_page_learns_how_far_the_person_is(service: Service, somebody: Make) -> None:
    person = somebody()
    frame = service.token(person, "")
    before = service.call("GET", "api/progress", frame)

    service.call("PUT", EXERCISE, service.token(person), {"response": WRONG, "seq": 1, "checked": False})
    an_attempt(service, person)
    after = service.call("GET", "api/progress", frame)

    assert before.body["pages"]["2.1"] == "none"
    assert (after.body["pages"]["2.1"], after.body["pages"]["2/parbaude"]) == ("now", "now")


def test_the_frame_around_a_page_learns_what_is_new(service: Service, somebody: Make) -> None:
    person, trainer, lead = somebody(), somebody("Ineta", role="trainer"), somebody("Līga", role="lead_trainer")
    cohort = service.store.people.add_cohort("Grupa", now=NOW, trainers=[trainer.id])
    service.store.people.add_member(cohort.id, person.id, now=NOW)
    notes, place = service.store.notes, {"page": "2.1", "exercise": ""}
    thread = notes.ask(person, "Kāpēc?", key="1", now=NOW, **place)
    notes.report(person, "Kļūda", kind="broken", width=None, key="2", now=NOW, **place)

    def news() -> list[dict[str, int]]:
        calls = [service.call("GET", "api/progress", service.token(each, "")) for each in (person, trainer, lead)]
        return [
            {name: new for name, new in call.body["news"].items() if name not in ("dienasgramata", "ieraksti")}
            for call in calls
        ]

    assert news() == [{"jautajumi": 0}, {"jautajumi": 1}, {"jautajumi": 1, "zinojumi": 1}]
    notes.write(trainer, thread, "Tāpēc.", key="3", now=NOW)
    assert news() == [{"jautajumi": 1}, {"jautajumi": 0}, {"jautajumi": 0, "zinojumi": 1}]
    assert service.call("GET", "api/progress", service.token(trainer, "")).body["pages"] == {}


def test_a_page_may_not_ask_how_far_its_person_is(service: Service, somebody: Make) -> None:
    assert service.call("GET", "api/progress", service.token(somebody())).status == 403
