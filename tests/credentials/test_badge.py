"""The badge: another maker's verifier accepts it, and nothing in it can be changed.

The second opinion is Digital Bazaar's `@digitalbazaar/vc` with the cryptosuite eddsa-rdfc-2022 (deploy/verifier), which
knows nothing of ours.
"""

from __future__ import annotations

import copy
import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyld.jsonld import JsonLdError

from lideri.credentials.badge import LIST_LENGTH, STATES, as_badge, profile, states
from lideri.credentials.contexts import contexts
from lideri.credentials.proof import KEY_FILE, Issuer, open_issuer
from lideri.hub.places import PROJECT, node
from tests.credentials.paper import CHECK_PAGE, ISSUED, certificate

VERIFIER = next(
    (folder for folder in (Path(sys.prefix) / "verifier", PROJECT / ".venv" / "verifier") if folder.is_dir()), None
)


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return open_issuer(tmp_path / "run")


def opinions(badges: list[dict[str, Any]], issuer: Issuer, revoked: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """What the other verifier says of each badge, with `revoked` in the public list of states."""
    return opinions_with(badges, states(revoked, issuer, check_page=CHECK_PAGE, now=ISSUED))


def opinions_with(badges: list[dict[str, Any]], public: dict[str, Any]) -> list[dict[str, Any]]:
    """What the other verifier says of each badge when the server's list of states is `public`."""
    if VERIFIER is None:
        pytest.skip("the verifier is not installed (make install-dev does that)")
    asked = {"badges": badges, "documents": {public["id"]: public}}
    done = subprocess.run(
        [str(node()), str(VERIFIER / "verify.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every text, number and truth in a badge, by its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def changed(badge: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    """The badge with one leaf changed by as little as possible."""
    forged: Any = copy.deepcopy(badge)
    where = forged
    for step in path[:-1]:
        where = where[step]
    old = where[path[-1]]
    if isinstance(old, bool):
        where[path[-1]] = not old
    elif old.startswith("20") and old.endswith("Z"):
        where[path[-1]] = old.replace("2026", "2025")
    else:
        middle = len(old) // 2
        where[path[-1]] = old[:middle] + ("a" if old[middle] != "a" else "b") + old[middle + 1 :]
    return forged  # type: ignore[no-any-return]


def test_the_other_verifier_accepts_it_with_any_name(issuer: Issuer) -> None:
    names = ["Anna Bērziņa", "ĀČĒĢĪĶĻŅŠŪŽ āčēģīķļņšūž", '<script>alert(1)</script> "q" \\ \u2028', "W" * 200]

    said = opinions([as_badge(certificate(name), issuer, check_page=CHECK_PAGE) for name in names], issuer)

    assert [(each["verified"], each["why"]) for each in said] == [(True, [])] * len(names)


def test_the_other_verifier_refuses_it_with_any_one_thing_changed(issuer: Issuer) -> None:
    badge = as_badge(certificate(is_demo=True), issuer, check_page=CHECK_PAGE)
    paths = list(leaves(badge))

    said = opinions([badge, *(changed(badge, path) for path in paths)], issuer)

    assert len(paths) > 30
    assert said[0]["verified"]
    accepted = [path for path, each in zip(paths, said[1:], strict=True) if each["verified"]]
    assert accepted == []


def test_nothing_can_be_added_or_left_out(issuer: Issuer) -> None:
    badge = as_badge(certificate(), issuer, check_page=CHECK_PAGE)
    more = copy.deepcopy(badge)
    more["credentialSubject"]["achievement"]["tag"] = ["izcilība"]
    without_state = {name: what for name, what in badge.items() if name != "credentialStatus"}
    without_proof = {name: what for name, what in badge.items() if name != "proof"}
    other = as_badge(certificate("Cita Persona", code=certificate().code), issuer, check_page=CHECK_PAGE)
    borrowed = other | {"proof": badge["proof"]}
    two = badge | {"proof": [*badge["proof"], *other["proof"]]}

    said = opinions([more, without_state, without_proof, borrowed], issuer)

    assert [each["verified"] for each in said] == [False] * 4
    assert not issuer.has_signed(two)


def test_each_changed_byte_of_the_signed_text_is_refused_by_our_own_check_too(issuer: Issuer) -> None:
    badge = as_badge(certificate(), issuer, check_page=CHECK_PAGE)

    assert issuer.has_signed(badge)
    for path in leaves(badge):
        if path[0] == "@context" or path[-1] == "proofValue":
            continue  # another context is not installed; another signature is for the other verifier
        assert not issuer.has_signed(changed(badge, path)), path


def test_a_revoked_one_is_refused_and_its_neighbours_are_not(issuer: Issuer) -> None:
    badges = [as_badge(certificate(number=number), issuer, check_page=CHECK_PAGE) for number in (0, 8, 9, 131_071)]

    said = opinions(badges, issuer, revoked=(9, 131_071))

    assert [each["verified"] for each in said] == [True, True, False, False]
    assert said[2]["why"] == ["revoked"]


def test_a_badge_by_another_key_is_refused_where_ours_is_expected(issuer: Issuer, tmp_path: Path) -> None:
    stranger = open_issuer(tmp_path / "other")
    forged = as_badge(certificate(), stranger, check_page=CHECK_PAGE)

    (said,) = opinions([forged], issuer)

    assert stranger.id != issuer.id
    assert not said["verified"], "its issuer is not the one that signs our list of states"
    assert not issuer.has_signed(forged)


def test_it_has_what_open_badges_3_asks_for_and_no_more_than_the_paper(issuer: Issuer) -> None:
    made = certificate(is_demo=True)
    badge = as_badge(made, issuer, check_page=CHECK_PAGE)
    subject, achievement = badge["credentialSubject"], badge["credentialSubject"]["achievement"]

    assert badge["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert badge["issuer"] == profile(issuer, check_page=CHECK_PAGE)
    assert badge["issuer"]["type"] == ["Profile"] and badge["issuer"]["id"].startswith("did:key:z6Mk")
    assert subject["type"] == ["AchievementSubject"] and achievement["type"] == ["Achievement"]
    assert {"id", "name", "description", "criteria"} <= achievement.keys() and achievement["criteria"]["narrative"]
    assert badge["validFrom"] == "2026-11-22T09:00:00Z"
    assert [proof["cryptosuite"] for proof in badge["proof"]] == ["eddsa-rdfc-2022"]
    assert subject["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": "Anna Bērziņa", "identityType": "name"}
    ]
    assert "id" not in subject
    assert badge["name"].startswith("DEMONSTRĀCIJA – nav derīga")
    assert made.person_id not in json.dumps({**badge, "proof": None}).split('"')


def test_the_same_certificate_gives_the_same_badge(issuer: Issuer) -> None:
    made = certificate()

    assert as_badge(made, issuer, check_page=CHECK_PAGE) == as_badge(made, issuer, check_page=CHECK_PAGE)


def test_the_public_list_is_long_enough_to_hide_in_and_small_enough_to_send(issuer: Issuer) -> None:
    public = states(range(0, 400, 7), issuer, check_page=CHECK_PAGE, now=ISSUED)

    assert public["id"] == f"{CHECK_PAGE}/{STATES}"
    assert LIST_LENGTH >= 131_072
    assert len(json.dumps(public)) < 5000
    assert issuer.has_signed(public)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "run"

    first, again = open_issuer(folder), open_issuer(folder)

    assert first.id == again.id
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == [KEY_FILE]


def test_contexts_are_on_this_machine_and_no_other_address_is_asked(issuer: Issuer) -> None:
    assert contexts() is not None
    with pytest.raises(JsonLdError):
        issuer.signed({"@context": ["https://example.org/other"], "id": "urn:x"}, created=ISSUED)
