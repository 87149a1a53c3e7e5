"""«Adreses lasīšana»: what counts is computed, and every slip is answered."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import course_data
from lideri.errors import InvalidAnswer
from lideri.practice import MACHINES, Feedback, replay
from lideri.practice.address import choices, normalised
from lideri.practice.domains import host_of, public_suffix, registrable_domain
from lideri.practice.scenarios import read_scenario

POLICE_PUBLISHED = {"lv-express-safe.xyz", "lvdpd-safe.xyz"}


def told(addresses: Mapping[str, Any], name: str, domain: str, verdict: str, of: str | None = None) -> Feedback:
    actions = [
        {"do": "pick", "address": name, "domain": domain},
        {"do": "say", "address": name, "verdict": verdict, "of": of},
        {"do": "check", "address": name},
    ]
    return MACHINES["address"].feedback(addresses, replay("address", addresses, actions), name)


@pytest.mark.parametrize(
    ("host", "domain", "suffix"),
    [
        ("latvija.gov.lv", "latvija.gov.lv", "gov.lv"),
        ("www.vid.gov.lv", "vid.gov.lv", "gov.lv"),
        ("gov.lv", "", "gov.lv"),
        ("e.csdd.lv", "csdd.lv", "lv"),
        ("portal.smart-id.com", "smart-id.com", "com"),
        ("latvija.gov.lv.pieteikties.example", "pieteikties.example", "example"),
        ("eparaksts.lv.atjaunot.example", "atjaunot.example", "example"),
    ],
)
def test_the_registrable_domain_follows_the_bundled_public_suffix_list(host: str, domain: str, suffix: str) -> None:
    assert registrable_domain(host) == domain
    assert public_suffix(host) == suffix


def test_nothing_is_fetched_to_read_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    from lideri.practice import domains

    domains._splitter.cache_clear()
    monkeypatch.setattr(socket, "socket", _no_network)

    assert registrable_domain("vsaa.gov.lv") == "vsaa.gov.lv"


def _no_network(*_args: object, **_more: object) -> None:
    raise AssertionError("the public suffix list must come from the package")


def test_every_part_that_counts_is_computed_and_among_the_choices(addresses: Mapping[str, Any]) -> None:
    shown = {address["id"]: address for address in MACHINES["address"].shown(addresses)["addresses"]}

    for address in addresses["addresses"]:
        domain = registrable_domain(host_of(address["url"]))
        assert domain and domain in shown[address["id"]]["choices"], address["url"]
        assert len(shown[address["id"]]["choices"]) >= 3
        assert "domain" not in address and "genuine" not in address


def test_there_are_enough_addresses_and_every_false_one_is_reserved_or_published(addresses: Mapping[str, Any]) -> None:
    real = {owner["domain"] for owner in addresses["owners"] if owner["domain"]}
    domains = [registrable_domain(host_of(address["url"])) for address in addresses["addresses"]]

    false = [domain for domain in domains if domain not in real]

    assert len(domains) >= 24
    assert 0.3 <= len(false) / len(domains) <= 0.7
    assert all(domain.endswith(".example") or domain in POLICE_PUBLISHED for domain in false)


def test_every_trick_is_there(addresses: Mapping[str, Any]) -> None:
    urls = " ".join(address["url"] for address in addresses["addresses"])

    for trick in (
        "eparaksts.lv.",
        "latvija.gov.lv@",
        "latvija-gov-lv",
        "/csdd.lv/",
        "omn1va",
        "xn--",
        "?lapa=https://",
    ):
        assert trick in urls


def test_the_disguised_letters_look_like_the_name_they_imitate(addresses: Mapping[str, Any]) -> None:
    host = next(host_of(each["url"]) for each in addresses["addresses"] if "xn--" in each["url"])

    disguised = host.split(".")[0].encode().decode("idna")

    assert disguised != "eparaksts"
    assert disguised.replace("\N{CYRILLIC SMALL LETTER A}", "a") == "eparaksts"


def test_the_right_part_and_the_right_verdict_are_right_and_say_which_part_counts(addresses: Mapping[str, Any]) -> None:
    feedback = told(addresses, "a02", "atjaunot.example", "fake", "eparaksts")

    assert feedback.outcome == "right"
    assert feedback.body[0] == "Svarīgā daļa ir «atjaunot.example»."
    assert feedback.body[1] == "Tā ir viltota adrese. Ko tā atdarina: eParaksts."


@pytest.mark.parametrize(
    ("name", "domain", "verdict", "of", "outcome", "says"),
    [
        ("a01", "latvija.gov.lv", "real", None, "right", "Beigas «gov.lv» ir kopīgas"),
        ("a01", "gov.lv", "real", None, "partly", "tikai adreses beigas"),
        ("a01", "latvija.gov.lv", "fake", "latvija", "wrong", "Tā ir īsta adrese"),
        ("a02", "eparaksts.lv", "real", None, "wrong", "tieši pirms pirmās «/»"),
        ("a03", "xcsdd.lv", "real", None, "partly", "Skaties uz beigām"),
        ("a02", "eparaksts.lv.atjaunot.example", "fake", "eparaksts", "partly", "priekšā pielikta daļa"),
        ("a02", "atjaunot.example", "fake", "csdd", "partly", "Ko tā atdarina: eParaksts"),
        ("a02", "atjaunot.example", "fake", None, "partly", "Ko tā atdarina: eParaksts"),
        ("a04", "csdd.lv", "fake", "csdd", "partly", "ir tikai teksts"),
        ("a05", "latvija.gov.lv", "real", None, "wrong", "ir tikai teksts"),
    ],
)
def test_each_slip_is_answered_with_its_reason(
    name: str, domain: str, verdict: str, of: str | None, outcome: str, says: str, addresses: Mapping[str, Any]
) -> None:
    feedback = told(addresses, name, domain, verdict, of)

    assert feedback.outcome == outcome
    assert says in " ".join(feedback.body)


@pytest.mark.parametrize(
    "typed",
    ["atjaunot.example", " Atjaunot.Example ", "https://atjaunot.example/", "«atjaunot.example»", "atjaunot.example."],
)
def test_the_way_a_domain_is_typed_does_not_matter(typed: str, addresses: Mapping[str, Any]) -> None:
    assert told(addresses, "a02", typed, "fake", "eparaksts").outcome == "right"


@given(st.text(max_size=40))
def test_anything_typed_can_be_read_without_harm(typed: str) -> None:
    assert " " not in normalised(typed)


@given(st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,6}[a-z0-9]", fullmatch=True), min_size=1, max_size=5))
def test_the_part_that_counts_is_always_among_the_choices(labels: list[str]) -> None:
    url = f"https://{'.'.join([*labels, 'vieta', 'example'])}/cels?x=latvija.gov.lv"

    assert registrable_domain(host_of(url)) in choices(url)


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        ([{"do": "pick", "address": "a99", "domain": "x"}], "adrese «a99»"),
        ([{"do": "pick", "address": "a01", "domain": 5}], "nevarēja nolasīt"),
        ([{"do": "pick", "address": "a01", "domain": "x" * 201}], "par garu"),
        ([{"do": "check", "address": "a01"}], "kura adreses daļa"),
        ([{"do": "pick", "address": "a01", "domain": "gov.lv"}, {"do": "check", "address": "a01"}], "īsta vai viltota"),
        ([{"do": "say", "address": "a01", "verdict": "varbūt"}], "atbilde «varbūt»"),
        ([{"do": "say", "address": "a01", "verdict": "fake", "of": "nasa"}], "iestāde vai uzņēmums «nasa»"),
        ([{"do": "retry", "address": "a01"}], "vēl nav pārbaudīta"),
    ],
)
def test_an_impossible_action_says_what_to_do(
    actions: list[dict[str, Any]], says: str, addresses: Mapping[str, Any]
) -> None:
    with pytest.raises(InvalidAnswer, match=says):
        replay("address", addresses, actions)


def test_a_checked_address_changes_only_after_retry(addresses: Mapping[str, Any]) -> None:
    locked = [
        {"do": "pick", "address": "a01", "domain": "gov.lv"},
        {"do": "say", "address": "a01", "verdict": "real"},
        {"do": "check", "address": "a01"},
    ]

    with pytest.raises(InvalidAnswer, match="Mēģināt vēlreiz"):
        replay("address", addresses, [*locked, locked[0]])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"imitates": None}, "nav ne īsta, ne kādu atdarina"),
        ({"imitates": "nasa"}, "kā nav sarakstā"),
        ({"url": "https://gov.lv/"}, "nav reģistrējama domēna"),
        ({"url": "https:///lapa"}, "nav datora vārda"),
    ],
)
def test_an_address_that_holds_no_water_does_not_load(
    change: dict[str, Any], says: str, addresses: Mapping[str, Any]
) -> None:
    broken = {**addresses, "addresses": [{**addresses["addresses"][1], **change}]}

    with pytest.raises(ValidationError, match=says):
        read_scenario(broken, course_data.path())
