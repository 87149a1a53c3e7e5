"""Signed PDF files (PAdES, ETSI EN 319 142-1): made here, checked with pyHanko."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from asn1crypto import cms as asn1
from cryptography import x509

from lideri.signatures import authority, cms, findings, paper
from lideri.signatures.container import Signing

MOST_SIGNATURES = 20


class UnreadablePdf(ValueError):
    """No PDF that can be read; the message says so in Latvian."""


def make(letter: paper.Letter, signing: Signing) -> bytes:
    """The letter with one signature by a training key; the same bytes each time."""
    name = authority.HOLDERS[signing.label].names[1][1]
    place = paper.SignaturePlace(name, signing.when, "Mācību piemērs")

    def sign(digest: bytes) -> bytes:
        content = cms.signed_data(signing.label, "data", b"", digest=digest)
        if signing.stamped:
            content = cms.add_time_stamp(content, signing.when)
        dumped: bytes = content.dump()
        return dumped

    return paper.fill(paper.write(letter, place=place), sign)


def check(data: bytes, name: str, now: datetime) -> findings.Findings:
    """Every signature of the PDF; raises `UnreadablePdf`. May need much memory for a hostile file: see `apart`."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypted:
            raise UnreadablePdf("PDF ir šifrēts ar paroli, tāpēc parakstus nevar nolasīt.")
        embedded = list(reader.embedded_regular_signatures)
        if len(embedded) > MOST_SIGNATURES:
            raise UnreadablePdf("PDF ir pārāk daudz parakstu.")
        found = tuple(_check(each, name, now) for each in embedded)
    except UnreadablePdf:
        raise
    except (
        PdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
        AssertionError,
    ) as error:
        raise UnreadablePdf("PDF nevar nolasīt: datne ir bojāta.") from error
    document = findings.Document(name, len(data), len(found))
    return findings.Findings(name, "pdf", (document,), found)


def _check(embedded: object, name: str, now: datetime) -> findings.Signature:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    assert isinstance(embedded, EmbeddedPdfSignature)  # noqa: S101  # for mypy; pyHanko's lists have no types
    reasons: list[str] = []
    intact: bool | None = None
    certificate: x509.Certificate | None = None
    try:
        signer = embedded.signer_cert
        certificate = x509.load_der_x509_certificate(signer.dump())
        embedded.compute_integrity_info()  # type: ignore[no-untyped-call]  # pyHanko is half typed
        whole, right = validate_sig_integrity(
            embedded.signer_info, signer, expected_content_type="data", actual_digest=embedded.compute_digest()
        )
        if not whole:
            reasons.append("changed")
        if not right:
            reasons.append("signature")
        if embedded.coverage is not None and embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            reasons.append("changed")
        elif embedded.diff_result is not None and not _harmless(embedded.diff_result):
            reasons.append("added")
        intact = not reasons
    except (SignatureValidationError, PdfError) as error:
        reasons.append("changed" if "ByteRange" in str(error) else "unsupported")
    stamp = _stamp(embedded.signer_info)
    claimed = embedded.self_reported_timestamp
    claimed = claimed.astimezone(UTC) if claimed and claimed.tzinfo else None
    return findings.signature(
        certificate, intact=intact, stamp=stamp, claimed=claimed, now=now, covers=[name], reasons=reasons
    )


def _harmless(difference: object) -> bool:
    """Whether what was added after this signature is only what signing again and archiving add."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    return isinstance(difference, DiffResult) and difference.modification_level <= ModificationLevel.FORM_FILLING


def _stamp(signer: asn1.SignerInfo) -> cms.Stamp | None:
    for attribute in signer["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            try:
                return cms.check_time_stamp(attribute["values"][0].dump(), signer["signature"].native)
            except (ValueError, TypeError, KeyError):
                return cms.Stamp(None, None, "laika zīmogu nevar nolasīt")
    return None
