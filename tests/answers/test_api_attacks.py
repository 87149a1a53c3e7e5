"""What somebody gets who guesses addresses, forges tokens, repeats calls or sends what no page sends."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from service import NOW, SECRET, Service, a_form, practice_item

from lideri.answers.exercises import Exercise, read_answer
from lideri.errors import AnswerTooLarge, InvalidAnswer
from lideri.settings import SERVICE_PREFIX
from lideri.store.people import Person
from lideri.store.tokens import PageToken, mint

Make = Callable[..., Person]
EXERCISE = "api/page/2.1/answer/m02.1-p1"
GOOD = {"response": {"kind": "single_choice", "choice": "a"}, "seq": 1, "checked": False}


def an_attempt(service: Service, person: Person) -> tuple[str, str]:
    token = service.token(person, "2/parbaude")
    return token, service.call("POST", "api/attempt", token, {"module": "2"}).body["id"]


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_token_nothing_is_told(service: Service) -> None:
    for method, path in (("GET", "api/page/2.1"), ("PUT", EXERCISE), ("GET", "api/report/programme")):
        answer = service.call(method, path, None, GOOD if method == "PUT" else None)

        assert (answer.status, answer.code) == (403, "nav-tiesibu")
    assert [status for _, _, status in service.refusals()] == [403, 403, 403]


def test_a_log_in_cookie_or_identity_opens_nothing_here(service: Service, somebody: Make) -> None:
    person = somebody()

    answer = service.call("GET", "api/page/2.1", None, **{"X-Test-Person": person.username, "Cookie": "token=x"})

    assert answer.status == 403


def test_a_forged_token_is_refused_and_logged(service: Service, somebody: Make) -> None:
    person = somebody()
    token = service.token(person)
    body, signature = token.split(".")
    for forged in (
        mint(PageToken(person=person.id, kernel="k", page="2.1", role="trainee", exp=2**40), "minēts noslēpums"),
        f"{body}.{signature[:-2]}AA",
        body,
        "x" * 5000,
    ):
        assert service.call("GET", "api/page/2.1", forged).status == 403
    assert [path for _, path, _ in service.refusals()] == ["api/page/2.1"] * 4


def test_an_expired_token_says_to_open_the_page_again(service: Service, somebody: Make) -> None:
    token = service.token(somebody())
    service.clock.now += timedelta(hours=2)

    answer = service.call("PUT", EXERCISE, token, GOOD)

    assert (answer.status, answer.code) == (401, "sesija-beigusies")
    assert "Ielādē to no jauna" in answer.message


def test_a_token_for_a_person_who_does_not_exist_is_refused(service: Service, somebody: Make) -> None:
    token = service.token(somebody(), person="00000000-0000-4000-8000-000000000000")

    assert service.call("GET", "api/page/2.1", token).status == 403


def test_the_role_is_the_stores_not_the_tokens(service: Service, somebody: Make) -> None:
    token = service.token(somebody(), "latvija", role="programme_lead")

    answer = service.call("GET", "api/report/programme", token)

    assert (answer.status, answer.code) == (403, "nav-tiesibu")


# ── other people's work ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_opens_only_its_own_page(service: Service, somebody: Make) -> None:
    person = somebody()
    token = service.token(person, "2.1")

    for method, path, body in (
        ("GET", "api/page/2.2", None),
        ("PUT", "api/page/2.2/answer/m02.1-p1", GOOD),
        ("POST", "api/attempt", {"module": "2"}),
        ("GET", "api/attempt?module=2", None),
        ("GET", "api/report/trainer", None),
        ("GET", "api/report/programme", None),
    ):
        assert service.call(method, path, token, body).status == 403, path

    assert service.store.learning.versions(person.id) == []
    assert len(service.refusals()) == 6


def test_somebody_elses_attempt_is_neither_read_nor_changed_nor_submitted(service: Service, somebody: Make) -> None:
    victim, attacker = somebody("Vija Ozola"), somebody("Zane Zaķe")
    token, attempt = an_attempt(service, victim)
    secret_text = {"kind": "free_text", "text": "Mana slepenā atbilde"}
    service.call("PUT", f"api/attempt/{attempt}/answer/m02-a.teksts", token, {"response": secret_text, "seq": 1})
    other = service.token(attacker, "2/parbaude")

    answers = [
        service.call("GET", f"api/attempt/{attempt}", other),
        service.call("PUT", f"api/attempt/{attempt}/answer/m02-a.teksts", other, {"response": secret_text, "seq": 9}),
        service.call("POST", f"api/attempt/{attempt}/submit", other, {"answered": 0}),
        service.call("GET", "api/attempt/00000000-0000-4000-8000-000000000000", other),
    ]

    assert [(answer.status, answer.code) for answer in answers] == [(404, "nav-atrasts")] * 4
    assert len({answer.message for answer in answers}) == 1  # «not there» and «not yours» look alike
    assert "slepenā" not in json.dumps([answer.body for answer in answers], ensure_ascii=False)
    mine = service.call("GET", f"api/attempt/{attempt}", token).body
    assert (mine["state"], mine["answers"]["m02-a.teksts"]["seq"]) == ("open", 1)
    assert [person for person, _, _ in service.refusals()] == [attacker.id] * 4


def test_a_trainer_gets_no_report_of_another_trainers_cohort(service: Service, somebody: Make) -> None:
    mine, other = somebody(role="trainer"), somebody(role="trainer")
    cohort = service.store.people.add_cohort("Cita grupa", trainers=[other.id], now=NOW)

    answer = service.call("GET", f"api/report/trainer?cohort={cohort.id}", service.token(mine, "grupa"))

    assert (answer.status, answer.code) == (404, "nav-atrasts")
    assert "Cita grupa" not in str(answer.body)


@pytest.mark.parametrize("role", ["trainee", "programme_lead"])
def test_only_trainers_get_a_cohorts_report(service: Service, somebody: Make, role: str) -> None:
    assert service.call("GET", "api/report/trainer", service.token(somebody(role=role), "grupa")).status == 403


@pytest.mark.parametrize("role", ["trainee", "trainer"])
def test_only_leads_get_the_programmes_report(service: Service, somebody: Make, role: str) -> None:
    assert service.call("GET", "api/report/programme", service.token(somebody(role=role), "latvija")).status == 403


# ── calls repeated and out of place ─────────────────────────────────────────────────────────────────────────────────


def test_a_replayed_submit_shows_the_first(service: Service, somebody: Make) -> None:
    token, attempt = an_attempt(service, somebody())

    first = service.call("POST", f"api/attempt/{attempt}/submit", token, {"answered": 0})
    service.clock.now += timedelta(minutes=1)
    again = service.call("POST", f"api/attempt/{attempt}/submit", token, {"answered": 7})

    assert again.status == 200
    assert again.body == first.body
    assert service.store.queue.counts() == {"queued": 1}


def test_a_submitted_attempt_takes_nothing_more(service: Service, somebody: Make) -> None:
    person = somebody()
    token, attempt = an_attempt(service, person)
    service.call("POST", f"api/attempt/{attempt}/submit", token, {"answered": 0})

    answer = service.call(
        "PUT",
        f"api/attempt/{attempt}/answer/m02-a.viena",
        token,
        {"response": {"kind": "single_choice", "choice": "a"}, "seq": 1},
    )

    assert (answer.status, answer.code) == (409, "darbs-iesniegts")
    assert service.store.learning.versions(person.id) == []


def test_after_the_deadline_the_page_is_told_and_the_work_stays(service: Service, somebody: Make) -> None:
    person = somebody()
    cohort = service.store.people.add_cohort("Grupa", now=NOW)
    service.store.people.add_member(cohort.id, person.id, now=NOW)
    service.store.people.set_deadline(cohort.id, "2", NOW + timedelta(minutes=10), now=NOW)
    token, attempt = an_attempt(service, person)
    path = f"api/attempt/{attempt}/answer/m02-a.teksts"
    service.call("PUT", path, token, {"response": {"kind": "free_text", "text": "laikā"}, "seq": 1})
    service.clock.now += timedelta(minutes=11)

    late = service.call("PUT", path, token, {"response": {"kind": "free_text", "text": "vēlu"}, "seq": 2})
    submit = service.call("POST", f"api/attempt/{attempt}/submit", token, {"answered": 1})

    assert (late.status, late.code, submit.status, submit.code) == (409, "termins-beidzies", 409, "termins-beidzies")
    kept = service.call("GET", f"api/attempt/{attempt}", token).body["answers"]["m02-a.teksts"]
    assert kept["response"]["text"] == "laikā"


# ── bodies that no page sends ───────────────────────────────────────────────────────────────────────────────────────


def test_a_body_of_50_megabytes_is_refused_before_it_is_read(service: Service, somebody: Make) -> None:
    head = (
        f"PUT {SERVICE_PREFIX}{EXERCISE} HTTP/1.1\r\nHost: x\r\nContent-Length: {50 * 2**20}\r\n"
        f"Authorization: Bearer {service.token(somebody())}\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(head.encode() + b"x" * 1000)
        received = connection.recv(65536).decode()

    assert received.startswith("HTTP/1.1 413")
    assert "atbilde-par-lielu" in received
    assert "iepriekš saglabātais paliek" in received
    assert service.call("GET", "health").status == 200


def test_a_body_that_does_not_say_how_long_it_is_is_cut_off_all_the_same(service: Service, somebody: Make) -> None:
    person = somebody()
    head = (
        f"PUT {SERVICE_PREFIX}{EXERCISE} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        f"Authorization: Bearer {service.token(person)}\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(head.encode())
        for _ in range(3):
            connection.sendall(b"8000\r\n" + b" " * 0x8000 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        received = connection.recv(65536).decode()

    assert received.startswith("HTTP/1.1 413")
    assert service.store.learning.versions(person.id) == []


@pytest.mark.parametrize("length", ["-5", "daudz", "1e9", "9" * 400])
def test_a_length_that_is_no_number_harms_nobody(service: Service, somebody: Make, length: str) -> None:
    head = (
        f"PUT {SERVICE_PREFIX}{EXERCISE} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n"
        f"Authorization: Bearer {service.token(somebody())}\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(head.encode())
        received = connection.recv(65536).decode()

    assert received.split(" ")[1] in ("400", "413")
    assert service.call("GET", "health").status == 200


def test_an_answer_of_more_than_64_kibibytes_is_refused(service: Service, somebody: Make) -> None:
    token, attempt = an_attempt(service, somebody())
    body = {"response": {"kind": "free_text", "text": "a" * 70_000}, "seq": 1}

    answer = service.call("PUT", f"api/attempt/{attempt}/answer/m02-a.teksts", token, body)

    assert (answer.status, answer.code) == (413, "atbilde-par-lielu")


def test_a_text_beyond_its_limit_says_the_limit(service: Service, somebody: Make) -> None:
    token, attempt = an_attempt(service, somebody())

    answer = service.call(
        "PUT",
        f"api/attempt/{attempt}/answer/m02-a.teksts",
        token,
        {"response": {"kind": "free_text", "text": "a" * 8001}, "seq": 1},
    )

    assert (answer.status, answer.code) == (413, "atbilde-par-lielu")
    assert "līdz 8000 zīmēm" in answer.message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"response": {}, "seq": 1}',
        b"[" * 60_000,
        json.dumps(GOOD | {"seq": "1"}).encode(),
        json.dumps(GOOD | {"seq": 1.5}).encode(),
        json.dumps(GOOD | {"seq": True}).encode(),
        json.dumps(GOOD | {"seq": -1}).encode(),
        json.dumps(GOOD | {"seq": 10**30}).encode(),
        json.dumps(GOOD | {"checked": 1}).encode(),
        json.dumps(GOOD | {"response": "a"}).encode(),
        json.dumps(GOOD | {"response": {"kind": "single_choice", "choice": "z"}}).encode(),
        json.dumps(GOOD | {"response": {"kind": "single_choice", "choice": ["a"]}}).encode(),
        json.dumps(GOOD | {"response": {"kind": "number", "text": "1"}}).encode(),
        json.dumps(GOOD | {"response": {"kind": "single_choice", "choice": "a", "points": 99}}).encode(),
        json.dumps(GOOD | {"response": {"kind": "mailbox", "actions": []}}).encode(),
        json.dumps(GOOD | {"person": "cits"}).encode(),
    ],
    ids=lambda body: str(body[:60]),
)
def test_what_no_page_sends_is_refused_and_nothing_is_stored(service: Service, somebody: Make, body: bytes) -> None:
    person = somebody()

    answer = service.call("PUT", EXERCISE, service.token(person), body)

    assert (answer.status, answer.code) == (400, "atbilde-nederiga")
    assert service.store.learning.versions(person.id) == []


@pytest.mark.parametrize(
    ("item", "response"),
    [
        ("m02-a.viena", {"kind": "single_choice", "choice": "s1"}),
        ("m02-a.vairakas", {"kind": "multiple_choice", "choices": ["s1", "s1"]}),
        ("m02-a.vairakas", {"kind": "multiple_choice", "choices": ["s1", "key"]}),
        ("m02-a.seciba", {"kind": "order", "order": ["s1", "s2", "s1"]}),
        ("m02-a.pari", {"kind": "match", "pairs": {"s1": "s1"}}),
        ("m02-a.pari", {"kind": "match", "pairs": {"s4": "s4"}}),
        ("m02-a.iezimes", {"kind": "mark_spots", "marked": ["s7"]}),
        ("m02-a.skaitlis", {"kind": "free_text", "text": "12"}),
        ("m02-a.teksts", {"kind": "free_text", "text": "nulle \x00 beigas"}),
        ("m02-a.teksts", {"kind": "free_text", "text": "puse \ud800 zīmes"}),
        ("m02-b.viena", {"kind": "single_choice", "choice": "a"}),
        ("m02.1-p1", {"kind": "single_choice", "choice": "a"}),
    ],
)
def test_an_answer_that_names_what_the_item_has_not_is_refused(
    service: Service, somebody: Make, item: str, response: dict[str, Any]
) -> None:
    person = somebody()
    token, attempt = an_attempt(service, person)

    answer = service.call("PUT", f"api/attempt/{attempt}/answer/{item}", token, {"response": response, "seq": 1})

    assert (answer.status, answer.code) == (400, "atbilde-nederiga")
    assert service.store.learning.versions(person.id) == []


def test_script_in_a_text_is_kept_as_text_and_sent_as_json(service: Service, somebody: Make) -> None:
    token, attempt = an_attempt(service, somebody())
    text = "<img src=x onerror=alert(1)></script>"
    service.call(
        "PUT",
        f"api/attempt/{attempt}/answer/m02-a.teksts",
        token,
        {"response": {"kind": "free_text", "text": text}, "seq": 1},
    )

    answer = service.call("GET", f"api/attempt/{attempt}", token)

    assert answer.body["answers"]["m02-a.teksts"]["response"]["text"] == text
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["nav", "api/nav", "api/page/..%2f..%2fetc", "api/attempt/a'--/submit", "static/../app.py"]
)
def test_guessed_addresses_lead_nowhere(service: Service, somebody: Make, path: str) -> None:
    answer = service.call("GET", path, service.token(somebody()))

    assert answer.status in (403, 404, 405)
    assert "Traceback" not in str(answer.body)


def test_no_answer_names_the_server_or_shows_a_traceback(
    service: Service, somebody: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("iekšējs noslēpums")

    monkeypatch.setattr(service.store.learning, "page_answers", breaks)

    answer = service.call("GET", "api/page/2.1", service.token(somebody()))

    assert answer.status == 500
    assert "Iepriekš saglabātais ir drošībā" in answer.message
    assert "noslēpums" not in str(answer.body)
    assert "server" not in answer.headers


def test_a_busy_store_asks_to_try_again(service: Service, somebody: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from lideri.errors import StoreBusy

    def busy(*_: object, **__: object) -> None:
        raise StoreBusy("Datubāze ir aizņemta. Mēģini vēlreiz.")

    monkeypatch.setattr(service.store.learning, "save_answer", busy)

    answer = service.call("PUT", EXERCISE, service.token(somebody()), GOOD)

    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "datubaze-aiznemta", "5")
    assert answer.message == "Datubāze ir aizņemta. Mēģini vēlreiz."


def test_no_key_is_in_anything_that_a_kernel_gets(service: Service, somebody: Make) -> None:
    person = somebody()
    token, attempt = an_attempt(service, person)
    got = [
        service.call("GET", f"api/attempt/{attempt}", token).body,
        service.call("GET", "api/attempt?module=2", token).body,
        service.call("GET", "api/page/2.1", service.token(person)).body,
    ]

    text = json.dumps(got, ensure_ascii=False)
    for telling in ("key", "feedback", "Tieši tā", "explanation", "Zvanītāju vienmēr", SECRET):
        assert telling not in text


# ── whatever is sent ────────────────────────────────────────────────────────────────────────────────────────────────

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["kind", "choice", "choices", "order", "pairs", "text", "marked"]) | st.text(max_size=5),
            inner | st.sampled_from([item.kind for item in a_form("m02-a").items]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=anything, index=st.integers(0, 6))
def test_whatever_is_sent_is_an_answer_or_politely_refused(raw: Any, index: int) -> None:
    item = a_form("m02-a").items[index]
    try:
        read = read_answer(item, raw)
    except (InvalidAnswer, AnswerTooLarge):
        return

    assert read["kind"] == item.kind
    json.dumps(read, allow_nan=False).encode()


@pytest.mark.parametrize("raw", [None, [], {"kind": "single_choice"}, {"kind": "single_choice", "choice": None}])
def test_a_practice_item_is_judged_right_only_when_it_is(raw: Any) -> None:
    exercise = Exercise("m02.1-p1", item=practice_item())
    try:
        response = exercise.read(raw)
    except InvalidAnswer:
        return

    assert exercise.judge(response) != "right"


def test_saving_does_not_make_others_wait(service: Service, somebody: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A save that waits for the disk leaves the service answering: the loop itself never asks the store."""
    import threading

    waiting, go_on = threading.Event(), threading.Event()
    original = service.store.learning.save_answer

    def slow(*args: Any, **kwargs: Any) -> Any:
        waiting.set()
        assert go_on.wait(20)
        return original(*args, **kwargs)

    monkeypatch.setattr(service.store.learning, "save_answer", slow)
    token = service.token(somebody())
    answers: list[int] = []
    saving = threading.Thread(target=lambda: answers.append(service.call("PUT", EXERCISE, token, GOOD).status))
    saving.start()
    assert waiting.wait(20)

    health = service.call("GET", "health").status

    assert answers == []
    go_on.set()
    saving.join()
    assert (health, answers) == (200, [200])
