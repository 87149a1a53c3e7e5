"""Tokens of pages and passwords: what is accepted, and what people are told."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lideri.errors import NotAllowed, SessionExpired, WeakPassword
from lideri.store.tokens import PageToken, mint, require_strong_password, verify

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SECRET = "noslēpums testiem"
TOKEN = PageToken(person="p1", kernel="k1", page="2.1", role="trainee", exp=int((NOW + timedelta(hours=1)).timestamp()))


def test_a_token_says_what_was_signed() -> None:
    assert verify(mint(TOKEN, SECRET), SECRET, now=NOW) == TOKEN


def test_a_token_holds_until_its_time_and_not_a_second_longer() -> None:
    text = mint(TOKEN, SECRET)

    assert verify(text, SECRET, now=NOW + timedelta(minutes=59, seconds=59)) == TOKEN
    with pytest.raises(SessionExpired, match="Ielādē to no jauna"):
        verify(text, SECRET, now=NOW + timedelta(hours=1))


def test_a_token_of_another_secret_or_with_other_words_is_forged() -> None:
    body, signature = mint(TOKEN, SECRET).split(".")
    changed = json.loads(base64.urlsafe_b64decode(body + "==")) | {"person": "p2"}
    other = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()

    for text in (
        mint(TOKEN, "cits noslēpums"),
        f"{other}.{signature}",
        f"{body}.",
        body,
        f"{body}.{signature}.x",
        f".{signature}",
        "",
        "ā.ē",
    ):
        with pytest.raises(NotAllowed) as refused:
            verify(text, SECRET, now=NOW)
        assert not isinstance(refused.value, SessionExpired)


def test_without_a_secret_nothing_is_accepted() -> None:
    with pytest.raises(NotAllowed):
        verify(mint(TOKEN, ""), "", now=NOW)


@given(st.text(max_size=300))
def test_whatever_is_sent_is_refused_politely(text: str) -> None:
    with pytest.raises(NotAllowed):
        verify(text, SECRET, now=NOW)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("isa", "par īsu"),
        ("x" * 201, "par garu"),
        ("aaaaaaaaaaaaaa", "«aaa»"),
        ("qwertyuiop", "uzmin ātri"),
        ("password123", "uzmin ātri"),
        ("vijaozola1", "tavs vārds"),
        ("Digitalie1", "uzmin|tavs"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why):
        require_strong_password(password, personal=["Vija Ozola", "vija.ozola@novads.example"])


@pytest.mark.parametrize("password", ["kaste zirnis lampa jumts", "mžW7-qpL2e-33", "ā" * 5 + "ķīļš un zāģis" * 6])
def test_a_good_password_passes(password: str) -> None:
    require_strong_password(password, personal=["Vija Ozola", ""])
