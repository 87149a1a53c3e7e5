"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022, and the issuer's key.

The issuer is named by its own public key (`did:key`), so that a badge can be checked without asking our server; the
server says at a fixed address which key it uses.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lideri.credentials.contexts import contexts

KEY_FILE = "issuer-key.pem"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # what follows is an Ed25519 public key (multicodec)
_SUITE = "eddsa-rdfc-2022"


class Issuer:
    """Signs in the course's name."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = "z" + base58(_ED25519 + key.public_key().public_bytes_raw())

    @property
    def id(self) -> str:
        return f"did:key:{self.public_key}"

    @property
    def verification_method(self) -> str:
        return f"{self.id}#{self.public_key}"

    def signed(self, credential: dict[str, Any], *, created: datetime) -> dict[str, Any]:
        """`credential` with a proof. The same credential and moment give the same bytes.

        The proof stands in a list of one: the Open Badges 3.0 schema asks for a list, and nothing refuses one.
        """
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": _SUITE,
            "created": iso(created),
            "verificationMethod": self.verification_method,
            "proofPurpose": "assertionMethod",
        }
        digest = _hash({"@context": credential["@context"]} | proof) + _hash(credential)
        return credential | {"proof": [proof | {"proofValue": "z" + base58(self._key.sign(digest))}]}

    def has_signed(self, credential: dict[str, Any]) -> bool:
        """Whether this key has signed it as it stands: our own check before anything is handed out."""
        if len(credential["proof"]) != 1:
            return False
        proof = dict(credential["proof"][0])
        value = _from_base58(str(proof.pop("proofValue")).removeprefix("z"))
        bare = {name: what for name, what in credential.items() if name != "proof"}
        try:
            self._key.public_key().verify(value, _hash({"@context": bare["@context"]} | proof) + _hash(bare))
        except InvalidSignature:
            return False
        return bool(proof["verificationMethod"] == self.verification_method)


def open_issuer(folder: Path) -> Issuer:
    """The course's key in `folder`; made at the first call, readable by nobody but this user."""
    file = folder / KEY_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(pem)
        try:
            os.link(fresh, file)  # whoever comes second keeps the first one's key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{file} holds another kind of key")
    return Issuer(key)


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base58(data: bytes) -> str:
    """Base 58 as Bitcoin writes it.

    >>> base58(b"\\0\\0\\x01hello")
    '11hfJiz6J'
    """
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _from_base58(text: str) -> bytes:
    number = 0
    for sign in text:
        number = number * 58 + _BASE58.index(sign)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _hash(document: dict[str, Any]) -> bytes:
    """SHA-256 of the document's canonical form as RDF (RDFC-1.0, once called URDNA2015)."""
    from pyld import jsonld  # only badges need it

    quads: str = jsonld.normalize(
        document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _from_our_shelf}
    )
    return hashlib.sha256(quads.encode()).digest()


def _from_our_shelf(address: str, _options: object = None) -> dict[str, Any]:
    found = (contexts() or {}).get(address)
    if found is None:
        raise LookupError(f"the context {address} is not installed")
    return {"contextUrl": None, "documentUrl": address, "document": found, "contentType": "application/ld+json"}
