"""«Pastkaste»: what a person is told for what they decide and mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

import course_data
from lideri.course.items import Frozen
from lideri.errors import InvalidAnswer
from lideri.practice import MACHINES, Feedback, replay
from lideri.practice.mailbox import MailboxScenario
from lideri.practice.scenarios import read_scenario

MAILBOX = MACHINES["mailbox"]
FRAUD, GENUINE, CALL = "m01", "m02", "m03"


def decided(
    mailbox: Mapping[str, Any], name: str, decision: str, marked: tuple[str, ...] = (), *, tries: int = 1
) -> Feedback:
    actions: list[dict[str, Any]] = [{"do": "open", "message": name}]
    actions += [{"do": "mark", "message": name, "spot": spot} for spot in marked]
    actions.append({"do": "decide", "message": name, "decision": decision})
    actions += [{"do": "check", "message": name}, {"do": "retry", "message": name}] * (tries - 1)
    actions.append({"do": "check", "message": name})
    return MAILBOX.feedback(mailbox, replay("mailbox", mailbox, actions), name)


def signs(mailbox: Mapping[str, Any], name: str) -> tuple[str, ...]:
    message = next(message for message in mailbox["messages"] if message["id"] == name)
    return tuple(spot["id"] for spot in message["spots"] if spot["sign"])


def test_finding_every_sign_of_a_fraud_is_right_and_says_why(mailbox: Mapping[str, Any]) -> None:
    told = decided(mailbox, FRAUD, "fraud", signs(mailbox, FRAUD))

    assert told.outcome == "right"
    assert told.title == "Pareizi. Tu atradi 4 pazīmes: tās ir visas."
    assert {mark.outcome for mark in told.marks.values()} == {"right"}
    assert "LVRTC" in told.marks["s5"].why


def test_a_right_decision_with_a_missed_sign_is_partly_right_and_shows_what_was_missed(
    mailbox: Mapping[str, Any],
) -> None:
    told = decided(mailbox, FRAUD, "fraud", signs(mailbox, FRAUD)[:-1])

    assert told.outcome == "partly"
    assert told.title == "Daļēji pareizi. Atrastas pazīmes: 3 no 4."
    assert told.body[0] == "Lēmums ir pareizs."
    assert told.marks["s5"].why.startswith("Neievērota pazīme.")


def test_marking_everything_does_not_pass_for_finding_the_signs(mailbox: Mapping[str, Any]) -> None:
    told = decided(mailbox, FRAUD, "fraud", ("s1", "s2", "s3", "s4", "s5", "s6"))

    assert told.outcome == "partly"
    assert told.marks["s1"].outcome == "wrong"


def test_believing_a_fraud_first_gets_a_hint_and_the_second_time_the_signs(mailbox: Mapping[str, Any]) -> None:
    first, second = (decided(mailbox, FRAUD, "real", tries=tries) for tries in (1, 2))

    assert (first.outcome, second.outcome) == ("wrong", "wrong")
    assert "uz kurieni ved saite" in first.body[0]
    assert not first.marks
    assert set(second.marks) == set(signs(mailbox, FRAUD))


def test_a_genuine_message_taken_for_a_fraud_is_wrong_but_kindly(mailbox: Mapping[str, Any]) -> None:
    told = decided(mailbox, GENUINE, "fraud", ("s3",))

    assert (told.outcome, told.title) == ("wrong", "Piesardzīgi, bet šī ziņa ir īsta.")
    assert "Ja šaubies" in told.body[1]


def test_a_genuine_message_is_right_only_without_marked_phrases(mailbox: Mapping[str, Any]) -> None:
    assert decided(mailbox, GENUINE, "real").outcome == "right"
    assert decided(mailbox, GENUINE, "real", ("s3",)).outcome == "partly"


def test_calling_the_official_number_is_never_wrong_and_never_full_marks(mailbox: Mapping[str, Any]) -> None:
    for message in mailbox["messages"]:
        told = decided(mailbox, message["id"], "ask", signs(mailbox, message["id"]))

        assert told.outcome == "partly", message["id"]
        assert told.title.startswith("Droša izvēle.")


def test_a_call_is_spoken_of_as_a_call(mailbox: Mapping[str, Any]) -> None:
    assert decided(mailbox, CALL, "real").title == "Vēl ne. Šis zvans ir krāpšana."
    assert decided(mailbox, CALL, "ask").title == "Droša izvēle. Šis zvans ir krāpniecisks."


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        ([{"do": "mark", "message": "m01", "spot": "s1"}], "Vispirms atver ziņu"),
        ([{"do": "open", "message": "m02"}, {"do": "reveal_link", "message": "m02"}], "nav saites"),
        ([{"do": "open", "message": "m01"}, {"do": "check", "message": "m01"}], "Vispirms izvēlies, ko darīsi"),
        ([{"do": "open", "message": "m01"}, {"do": "retry", "message": "m01"}], "vēl nav pārbaudīta"),
        ([{"do": "open", "message": "m01"}, {"do": "mark", "message": "m01", "spot": "s9"}], "frāze «s9»"),
        ([{"do": "open", "message": "m01"}, {"do": "decide", "message": "m01", "decision": "?"}], "lēmums"),
        ([{"do": "check_order"}], "Vispirms saliec soļus"),
        ([{"do": "order", "steps": "abc"}], "secību nevarēja nolasīt"),
        ([{"do": "order", "steps": ["a", "a", "b", "c", "d", "e"]}], "visiem soļiem"),
    ],
)
def test_an_impossible_action_says_what_to_do(
    actions: list[dict[str, Any]], says: str, mailbox: Mapping[str, Any]
) -> None:
    with pytest.raises(InvalidAnswer, match=says):
        replay("mailbox", mailbox, actions)


def test_a_checked_message_changes_only_after_retry(mailbox: Mapping[str, Any]) -> None:
    locked = [
        {"do": "open", "message": "m01"},
        {"do": "decide", "message": "m01", "decision": "fraud"},
        {"do": "check", "message": "m01"},
    ]
    change = {"do": "mark", "message": "m01", "spot": "s2"}

    with pytest.raises(InvalidAnswer, match="Mēģināt vēlreiz"):
        replay("mailbox", mailbox, [*locked, change])
    state = replay("mailbox", mailbox, [*locked, {"do": "retry", "message": "m01"}, change])

    assert state.as_dict()["messages"]["m01"]["marked"] == ("s2",)


def test_checking_twice_by_a_double_click_counts_once(mailbox: Mapping[str, Any]) -> None:
    actions = [
        {"do": "open", "message": "m01"},
        {"do": "decide", "message": "m01", "decision": "real"},
        *[{"do": "check", "message": "m01"}] * 2,
    ]

    state = replay("mailbox", mailbox, actions)

    assert state.as_dict()["messages"]["m01"]["tries"] == 1


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        ("cefbda", "right"),
        ("cedbfa", "right"),
        ("cebdfa", "right"),
        ("ecfbda", "wrong"),
        ("cfebda", "partly"),
        ("afbdec", "wrong"),
    ],
)
def test_the_bank_comes_first_and_police_cert_and_evidence_may_change_places(
    order: str, outcome: str, mailbox: Mapping[str, Any]
) -> None:
    state = replay("mailbox", mailbox, [{"do": "order", "steps": list(order)}, {"do": "check_order"}])

    assert MAILBOX.feedback(mailbox, state, "steps").outcome == outcome


def test_the_steps_are_not_shown_in_the_right_order(mailbox: Mapping[str, Any]) -> None:
    shown = [piece["id"] for piece in MAILBOX.shown(mailbox)["steps"]["pieces"]]

    state = replay("mailbox", mailbox, [{"do": "order", "steps": shown}, {"do": "check_order"}])

    assert MAILBOX.feedback(mailbox, state, "steps").outcome == "wrong"


# ── content ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_enough_messages_of_every_channel_and_a_third_of_them_is_genuine(mailbox: Mapping[str, Any]) -> None:
    messages = mailbox["messages"]

    genuine = sum(message["genuine"] for message in messages)

    assert len(messages) >= 16
    assert 0.28 <= genuine / len(messages) <= 0.4
    assert set(Counter(message["channel"] for message in messages)) == {"e-pasts", "īsziņa", "tērzēšana", "zvans"}


def test_every_link_and_mail_address_ends_in_example(mailbox: Mapping[str, Any]) -> None:
    for message in mailbox["messages"]:
        if message["link"]:
            assert (urlsplit(message["link"]["target"]).hostname or "").endswith(".example"), message["id"]
            assert not message["genuine"], message["id"]
        if message["channel"] == "e-pasts":
            assert message["address"].endswith(".example"), message["id"]


def test_neither_the_list_nor_the_number_of_phrases_gives_a_fraud_away(mailbox: Mapping[str, Any]) -> None:
    genuine = [message["genuine"] for message in mailbox["messages"]]

    assert not any(all(genuine[begin : begin + 3]) for begin in range(len(genuine)))
    for message in mailbox["messages"]:
        assert any(not spot["sign"] for spot in message["spots"]), message["id"]
        assert "«" not in message["sender"] or message["sender"].startswith("Ziņu portāls")


def test_every_fact_behind_a_message_is_in_the_fact_base(scenarios: Mapping[str, Mapping[str, Any]]) -> None:
    known = _fact_ids()
    named = set(_facts(scenarios))

    assert named
    assert not named - known


def _fact_ids() -> set[str]:
    import yaml

    files = [file for file in course_data.path("facts").iterdir() if file.name.endswith(".yml")]
    return {fact["id"] for file in files for fact in yaml.safe_load(file.read_text(encoding="utf-8"))}


def _facts(data: object) -> list[str]:
    if isinstance(data, Mapping):
        here = list(data.get("facts", ()))
        return here + [fact for value in data.values() for fact in _facts(value)]
    return [fact for part in data for fact in _facts(part)] if isinstance(data, list | tuple) else []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"genuine": True}, "ir īsta, tāpēc"),
        ({"facts": ()}, "vismaz vienu faktu"),
        ({"link": {"text": "cits teksts", "target": "https://x.example"}}, "saites tekstam"),
    ],
)
def test_a_message_that_contradicts_itself_does_not_load(
    change: dict[str, Any], says: str, mailbox: Mapping[str, Any]
) -> None:
    broken = {**mailbox, "messages": [{**mailbox["messages"][0], **change}]}

    with pytest.raises(ValidationError, match=says):
        read_scenario(broken, course_data.path())


def test_the_scenario_is_of_the_projects_frozen_data() -> None:
    assert issubclass(MailboxScenario, Frozen)
