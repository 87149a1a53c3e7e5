"""Proofs of who somebody is: a page's token, a one-time link, a password. Nothing here touches a database."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lideri.errors import NotAllowed, SessionExpired, WeakPassword

MIN_PASSWORD = 10
MAX_PASSWORD = 200
_ZXCVBN_READS = 72  # it refuses longer texts; a longer password is only stronger
_WANTED_STRENGTH = 2  # of 0…4: over 10⁶ guesses; log-ins are slowed down besides
_OWN_SIGNS = 7  # that must be left of a password without the person's own name and institution
_MAX_TOKEN = 2_000
_PERSONAL = "Parolē ir tavs vārds, e-pasts vai iestāde; to uzmin vispirms."
_ADVICE = "Izvēlies trīs četrus vārdus, kas kopā nav sakāms teiciens, vai pievieno vēl kādu vārdu."

# ── a page's token (LIDERI_TOKEN) ───────────────────────────────────────────────────────────────────────────────────


class PageToken(BaseModel):
    """Whom a kernel speaks for: one person, one page, one kernel, until `exp` (seconds since 1970)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    person: str = Field(min_length=1, max_length=64)  # id in the store, not the user name
    kernel: str = Field(max_length=64)
    page: str = Field(max_length=64)  # "2.1", "2/parbaude", "grupa", "latvija"
    role: str = Field(max_length=32)
    exp: int


def mint(token: PageToken, secret: str) -> str:
    """`token` as text, signed with `secret`: base64url(json).base64url(hmac-sha256)."""
    body = _encode(json.dumps(token.model_dump(), sort_keys=True, separators=(",", ":")).encode())
    return f"{body}.{_encode(_signature(body, secret))}"


def verify(text: str, secret: str, *, now: datetime) -> PageToken:
    """What `text` says, if it was signed with `secret` and still holds.

    Raises `NotAllowed` for anything forged or misshapen and `SessionExpired` for a true token that is too old.
    """
    forged = NotAllowed("Šai lapai nav tiesību. Atver to vēlreiz no burtnīcas sākuma.")
    if not secret or len(text) > _MAX_TOKEN or text.count(".") != 1:
        raise forged
    body, signature = text.split(".")
    if not hmac.compare_digest(_decode(signature), _signature(body, secret)):
        raise forged
    try:
        token = PageToken.model_validate_json(_decode(body))
    except ValidationError:
        raise forged from None
    if now.astimezone(UTC).timestamp() >= token.exp:
        raise SessionExpired("Lapa bija atvērta ilgi. Ielādē to no jauna; saglabātais paliek.")
    return token


def _signature(body: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), body.encode("utf-8", "replace"), "sha256")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


# ── one-time links ──────────────────────────────────────────────────────────────────────────────────────────────────


def new_link_token() -> str:
    """32 random bytes as text: the last part of `ievads/<token>`. Only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def link_hash(token: str) -> str:
    """What the store keeps of a link. Plain SHA-256: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


# ── passwords ───────────────────────────────────────────────────────────────────────────────────────────────────────

# Argon2id as OWASP's Password Storage Cheat Sheet recommends for servers: 19 MiB, two passes, one lane. The library's
# own parameters take eight times the time: a class that logs in at nine o'clock would wait for that alone.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobodys_hash() -> str:
    """Compared with when there is no such person, so that an unknown name takes as long as a wrong password."""
    return _HASHER.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """False also when there is no hash; takes about as long either way."""
    if len(password) > MAX_PASSWORD:
        return False
    try:
        _HASHER.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def require_strong_password(password: str, *, personal: Iterable[str] = ()) -> None:
    """Raises `WeakPassword` with a Latvian reason. `personal`: the person's name, e-mail, institution."""
    from zxcvbn import zxcvbn  # its word lists take 30 MB, which servers that only sign tokens need not carry

    if len(password) < MIN_PASSWORD:
        raise WeakPassword(
            f"Parole ir par īsu. Vajag vismaz {MIN_PASSWORD} zīmes; labi der trīs četri vārdi pēc kārtas."
        )
    if len(password) > MAX_PASSWORD:
        raise WeakPassword(f"Parole ir par garu. Atļautas līdz {MAX_PASSWORD} zīmēm.")
    words = [word for text in personal for word in _words(text)]
    if _is_mostly(password, words):
        raise WeakPassword(f"{_PERSONAL} {_ADVICE}")
    result = zxcvbn(password[:_ZXCVBN_READS], user_inputs=[*words, "lideri", "digitalie", "digitālie"])
    if result["score"] < _WANTED_STRENGTH:
        raise WeakPassword(_why_weak(result["sequence"], words))


def _words(text: str) -> Iterable[str]:
    cleaned = "".join(character if character.isalnum() else " " for character in text.lower())
    return [word for word in (text.lower(), *cleaned.split()) if len(word) > 2]


def _is_mostly(password: str, personal: Sequence[str]) -> bool:
    """Whether too little is left when the person's own words are taken out, with and without Latvian marks."""
    left = _unmarked(password)
    for word in sorted({_unmarked(word) for word in personal}, key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < _OWN_SIGNS


def _unmarked(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def _why_weak(sequence: Sequence[dict[str, object]], personal: Sequence[str]) -> str:
    patterns = {str(part.get("pattern")) for part in sequence}
    if any(str(part.get("matched_word", "")) in personal for part in sequence):
        return f"{_PERSONAL} {_ADVICE}"
    if "spatial" in patterns:
        return f"Blakus esošus taustiņus uzmin ātri. {_ADVICE}"
    if "repeat" in patterns or "sequence" in patterns:
        return f"Atkārtojumus un rindas kā «aaa» vai «1234» uzmin ātri. {_ADVICE}"
    if "date" in patterns:
        return f"Datumus un gadskaitļus uzmin ātri. {_ADVICE}"
    return f"Šādu paroli uzmin ātri. {_ADVICE}"
