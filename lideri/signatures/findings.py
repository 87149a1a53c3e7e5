"""What a check finds, as data; and how a signer's certificate is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lideri.signatures import authority
from lideri.signatures.cms import Stamp

Who = Literal["person", "seal", "unknown"]
Verdict = Literal["valid", "invalid", "uncertain"]
Format = Literal["container", "pdf", "none"]
Time = Literal["stamped", "claimed", "none"]
TRUSTED_HERE = (authority.ROOT,)  # for exercises only; nobody outside trusts it

REASONS: Mapping[str, str] = {
    "changed": "Dokuments pēc parakstīšanas ir mainīts.",
    "added": "Dokumentam pēc parakstīšanas kaut kas pievienots.",
    "missing": "Parakstā minētās datnes te nav.",
    "signature": "Paraksts neatbilst sertifikātam.",
    "expired": "Parakstīšanas brīdī sertifikāta derīguma termiņš bija beidzies.",
    "early": "Parakstīšanas brīdī sertifikāts vēl nebija spēkā.",
    "issuer": "Sertifikāta izdevējs nav zināms, tāpēc parakstītāju nevar apstiprināt.",
    "purpose": "Sertifikāts nav paredzēts parakstīšanai.",
    "no_stamp": "Laika zīmoga nav. Parakstīšanas laiks ir tikai tas, ko rādīja parakstītāja dators.",
    "stamp": "Laika zīmogs neder.",
    "stamp_issuer": "Laika zīmoga izdevējs nav zināms.",
    "unsupported": "Šī pārbaude tādu parakstu neprot nolasīt līdz galam.",
    "broken": "Paraksta datni nevar nolasīt.",
    "certificate": "Parakstā nav parakstītāja sertifikāta.",
    "which": "Parakstā norādīts cits sertifikāts.",
}
INVALID = {"changed", "added", "missing", "signature", "expired", "early", "purpose", "stamp", "which"}


@dataclass(frozen=True)
class Signature:
    """One signature. ``when`` is the time stamp's time, or the one that the signer's computer claimed.

    ``intact``: the digests and the signature value hold; None when that could not be computed. ``covers`` are the names
    of the files it signs. ``reasons`` are keys of `REASONS`, the gravest first.
    """

    signer: str
    who: Who
    organisation: str
    code: str
    issuer: str
    training: bool
    when: datetime | None
    time: Time
    intact: bool | None
    covers: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        if any(reason in INVALID for reason in self.reasons):
            return "invalid"
        return "uncertain" if self.reasons else "valid"

    def as_dict(self) -> dict[str, Any]:
        when = self.when.isoformat() if self.when else None
        return {
            **asdict(self),
            "when": when,
            "covers": list(self.covers),
            "reasons": list(self.reasons),
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class Document:
    """A file inside a container (or the PDF itself) and how many signatures cover it."""

    name: str
    size: int
    signatures: int


@dataclass(frozen=True)
class Findings:
    """The whole file. ``problem`` says why it could not be read at all; then there is nothing else."""

    name: str
    format: Format
    documents: tuple[Document, ...] = ()
    signatures: tuple[Signature, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "format": self.format,
            "documents": [asdict(each) for each in self.documents],
            "signatures": [each.as_dict() for each in self.signatures],
            "notes": list(self.notes),
            "problem": self.problem,
        }


@dataclass(frozen=True)
class Holder:
    """What a certificate says about its holder, and what speaks against it at a moment."""

    signer: str = "Nav zināms"
    who: Who = "unknown"
    organisation: str = ""
    code: str = ""
    issuer: str = ""
    training: bool = False
    reasons: tuple[str, ...] = ()


def signature(
    certificate: x509.Certificate | None,
    *,
    intact: bool | None,
    stamp: Stamp | None,
    claimed: datetime | None,
    now: datetime,
    covers: Sequence[str] = (),
    reasons: Sequence[str] = (),
) -> Signature:
    """Everything about one signature together: cryptography (``intact``, ``reasons``), certificate, time.

    The certificate is judged at the time stamp's time; without one, at ``now``, because a claimed time proves nothing,
    and at the claimed time too.
    """
    if "broken" in reasons:
        return _unreadable()
    found = list(reasons)
    stamped = stamp is not None and not stamp.reason and stamp.when is not None
    if stamp is not None and not stamped:
        found.append("stamp")
    elif stamp is not None and stamp.certificate is not None and not _stamps(stamp.certificate, stamp.when):
        found.append("stamp_issuer")
    when = stamp.when if stamped and stamp else claimed
    moments = [when] if stamped and when else [moment for moment in (claimed, now) if moment]
    holder = Holder(reasons=("certificate",)) if certificate is None else judge(certificate, moments)
    found.extend(holder.reasons)
    if stamp is None:
        found.append("no_stamp")
    return Signature(
        signer=holder.signer,
        who=holder.who,
        organisation=holder.organisation,
        code=holder.code,
        issuer=holder.issuer,
        training=holder.training,
        when=when,
        time="stamped" if stamped else "claimed" if claimed else "none",
        intact=intact,
        covers=tuple(covers),
        reasons=tuple(sorted(dict.fromkeys(found), key=list(REASONS).index)),
    )


def _unreadable() -> Signature:
    return Signature("Nav zināms", "unknown", "", "", "", False, None, "none", None, (), ("broken",))


def judge(certificate: x509.Certificate, moments: Sequence[datetime]) -> Holder:
    """Whose certificate it is, who issued it, and whether it was in force at each of ``moments``."""
    subject = certificate.subject
    reasons: list[str] = []
    training = any(_issued(certificate, authority.certificate(root)) for root in TRUSTED_HERE)
    if not training:
        reasons.append("issuer")
    if any(moment > certificate.not_valid_after_utc for moment in moments):
        reasons.append("expired")
    elif any(moment < certificate.not_valid_before_utc for moment in moments):
        reasons.append("early")
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not (usage.content_commitment or usage.digital_signature):
        reasons.append("purpose")
    return Holder(
        signer=_first(subject, NameOID.COMMON_NAME) or subject.rfc4514_string() or "Nav zināms",
        who=_who(certificate),
        organisation=_first(subject, NameOID.ORGANIZATION_NAME),
        code=_first(subject, NameOID.SERIAL_NUMBER),
        issuer=_first(certificate.issuer, NameOID.COMMON_NAME) or certificate.issuer.rfc4514_string(),
        training=training,
        reasons=tuple(reasons),
    )


def _stamps(certificate: x509.Certificate, when: datetime | None) -> bool:
    """Whether this is a time-stamp authority's certificate that counts here and was in force."""
    usage = _extension(certificate, x509.ExtendedKeyUsage)
    known = any(_issued(certificate, authority.certificate(root)) for root in TRUSTED_HERE)
    in_force = when is not None and certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc
    return known and in_force and usage is not None and ExtendedKeyUsageOID.TIME_STAMPING in usage


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _who(certificate: x509.Certificate) -> Who:
    """A person or a seal: as the certificate says (ETSI EN 319 412-5), else by the names in it."""
    types = _qc_types(certificate)
    if authority.QC_SEAL in types:
        return "seal"
    if authority.QC_SIGNATURE in types:
        return "person"
    subject = certificate.subject
    if _first(subject, NameOID.GIVEN_NAME) and _first(subject, NameOID.SURNAME):
        return "person"
    return "seal" if _first(subject, NameOID.ORGANIZATION_NAME) else "unknown"


def _qc_types(certificate: x509.Certificate) -> set[str]:
    try:
        raw = certificate.extensions.get_extension_for_oid(authority.QC_STATEMENTS).value
        statements = core.SequenceOf.load(raw.value, spec=core.Sequence)  # type: ignore[attr-defined]
        found: set[str] = set()
        for statement in statements:
            if statement[0].native == authority.QC_TYPE:
                found.update(each.native for each in statement[1])
    except (x509.ExtensionNotFound, ValueError, TypeError, IndexError, KeyError, AttributeError):
        return set()
    return found


def _extension(certificate: x509.Certificate, kind: type[Any]) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""
