"""The certificate as an Open Badges 3.0 credential (a W3C Verifiable Credential 2.0), and the public list of states.

A badge says what the PDF says and nothing more: the name stands in it as it stands on paper, no e-mail, no identifier.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lideri.credentials.contexts import CREDENTIALS, OPEN_BADGES
from lideri.credentials.proof import Issuer, iso
from lideri.credentials.record import COURSE, DEMO, NOT_CONFIRMED, Certificate, deeds, level_words

LIST_LENGTH = (
    131_072  # certificates in one public list: so long that a place in it tells nothing (the standard's least)
)
STATES = "stavokli"  # its address below the check page


def as_badge(certificate: Certificate, issuer: Issuer, *, check_page: str) -> dict[str, Any]:
    """The signed credential; `check_page` is the public address where a code is typed in."""
    content = certificate.content
    sentences = [*deeds(content), level_words(content), NOT_CONFIRMED if content.assumed else ""]
    if content.modules:
        modules = "; ".join(f"{module.id}. {module.title}" for module in content.modules)
        sentences.insert(1, f"Apgūtie moduļi: {modules}.")
    criteria = " ".join([DEMO + "." if content.is_demo else "", *sentences]).strip()
    title = f"{DEMO}: apliecība «{COURSE}»" if content.is_demo else f"Apliecība «{COURSE}»"
    own_page = f"{check_page}/{certificate.code}"
    credential = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": own_page,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title,
        "description": f"Kursa «{COURSE}» apliecība. Kods {certificate.code}.",
        "issuer": profile(issuer, check_page=check_page),
        "validFrom": iso(certificate.issued_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "activityEndDate": f"{content.completed_on.isoformat()}T00:00:00Z",
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": content.name, "identityType": "name"}
            ],
            "achievement": {
                "id": f"{check_page}/{certificate.code}#apliecina",
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "inLanguage": "lv",
                "name": title,
                "description": "Prot strādāt ar digitālajiem pakalpojumiem un palīdz tos apgūt citiem.",
                "criteria": {"narrative": criteria},
            },
        },
        "credentialStatus": {
            "id": f"{check_page}/{STATES}#{certificate.number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(certificate.number),
            "statusListCredential": f"{check_page}/{STATES}",
        },
    }
    return issuer.signed(credential, created=certificate.issued_at)


def profile(issuer: Issuer, *, check_page: str) -> dict[str, Any]:
    """Who issues, as each badge names it and as the server says at a fixed address."""
    return {"id": issuer.id, "type": ["Profile"], "name": f"Mācību kurss «{COURSE}»", "url": f"{check_page}/izdevejs"}


def states(revoked: Iterable[int], issuer: Issuer, *, check_page: str, now: datetime) -> dict[str, Any]:
    """The signed list of states: one bit for each number, set when that certificate was revoked."""
    bits = bytearray(LIST_LENGTH // 8)
    for number in revoked:
        bits[number // 8] |= 0x80 >> number % 8
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
    credential = {
        "@context": [CREDENTIALS],
        "id": f"{check_page}/{STATES}",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": iso(now),
        "credentialSubject": {
            "id": f"{check_page}/{STATES}#saraksts",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{packed}",
        },
    }
    return issuer.signed(credential, created=now)
