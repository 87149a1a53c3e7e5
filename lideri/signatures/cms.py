"""CMS signed data (RFC 5652) as PAdES and RFC 3161 want it, and the time stamps of the training authority."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, Hash, HashAlgorithm
from cryptography.x509 import Certificate, load_der_x509_certificate

from lideri.signatures import authority

TRAINING_POLICY = "2.25.4242424242"  # under 2.25 anybody may make an identifier
HASHES: dict[str, type[HashAlgorithm]] = {"sha256": SHA256, "sha384": SHA384, "sha512": SHA512}


def signed_data(label: str, content_type: str, content: bytes, *, digest: bytes | None = None) -> cms.ContentInfo:
    """Signed by the training key ``label``. With ``digest`` the content stands elsewhere (in a PDF) and is left out."""
    certificate = x509.Certificate.load(authority.der(label))
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": [content_type]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest or hashlib.sha256(content).digest()]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [_which(certificate)]}),
        ]
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": authority.sign(label, attributes.dump()),
        }
    )
    inner: dict[str, Any] = {"content_type": content_type}
    if digest is None:
        inner["content"] = core.ParsableOctetString(content)
    return cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v3" if content_type == "tst_info" else "v1",
                    "digest_algorithms": [{"algorithm": "sha256"}],
                    "encap_content_info": inner,
                    "certificates": [certificate],
                    "signer_infos": [signer],
                }
            ),
        }
    )


def _which(certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    """RFC 5035: which certificate the signature was made with, so that no other can be put in its place."""
    return tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": certificate.sha256})]})


def time_stamp(data: bytes, when: datetime) -> bytes:
    """An RFC 3161 token of the training authority that ``data`` existed at ``when``, in DER."""
    imprint = hashlib.sha256(data).digest()
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": TRAINING_POLICY,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": imprint},
            "serial_number": int.from_bytes(hashlib.sha256(imprint + when.isoformat().encode()).digest()[:8], "big"),
            "gen_time": when.astimezone(UTC),
            "accuracy": {"seconds": 1},
        }
    )
    dumped: bytes = signed_data(authority.TIME_STAMPS, "tst_info", info.dump()).dump()
    return dumped


def add_time_stamp(content: cms.ContentInfo, when: datetime) -> cms.ContentInfo:
    """The same signed data with a time stamp over its signature (CAdES-T, as PAdES uses it)."""
    signer = content["content"]["signer_infos"][0]
    token = cms.ContentInfo.load(time_stamp(signer["signature"].native, when))
    signer["unsigned_attrs"] = [cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})]
    return content


# ── checking ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Stamp:
    """A time stamp that was checked; ``reason`` is empty when it holds. ``issuer`` is the authority's certificate."""

    when: datetime | None
    certificate: Certificate | None
    reason: str = ""


def check_time_stamp(token: bytes, data: bytes) -> Stamp:
    """Whether the token is about ``data`` and really signed by the certificate inside it.

    Whether that certificate may be believed is not asked here. Raises ``ValueError`` (asn1crypto) when it is no token.
    """
    content = cms.ContentInfo.load(token, strict=True)
    if content["content_type"].native != "signed_data":
        return Stamp(None, None, "laika zīmogu nevar nolasīt")
    signed = content["content"]
    if signed["encap_content_info"]["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        return Stamp(None, None, "laika zīmogu nevar nolasīt")
    inner = bytes(signed["encap_content_info"]["content"])
    info = tsp.TSTInfo.load(inner, strict=True)
    when: datetime = info["gen_time"].native
    signer = signed["signer_infos"][0]
    certificate = _certificate_of(signer, signed)
    if certificate is None:
        return Stamp(when, None, "laika zīmogā nav tā izdevēja sertifikāta")
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    if name not in HASHES or digest_of(name, data) != imprint["hashed_message"].native:
        return Stamp(when, certificate, "laika zīmogs pieder citam parakstam")
    if not _signer_holds(signer, inner, certificate):
        return Stamp(when, certificate, "laika zīmogs ir mainīts")
    return Stamp(when, certificate)


def digest_of(name: str, data: bytes) -> bytes:
    made = Hash(HASHES[name]())
    made.update(data)
    return made.finalize()


def holds(public: PublicKeyTypes, signature: bytes, data: bytes, hash_name: str, *, pss: bool = False) -> bool:
    """Whether the signature value is right; ECDSA in DER."""
    algorithm = HASHES[hash_name]()
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(public, rsa.RSAPublicKey):
            salted = padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO)
            public.verify(signature, data, salted if pss else padding.PKCS1v15(), algorithm)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _certificate_of(signer: cms.SignerInfo, signed: cms.SignedData) -> Certificate | None:
    for choice in signed["certificates"] or ():
        found = choice.chosen
        if signer["sid"].name == "issuer_and_serial_number":
            wanted = signer["sid"].chosen
            same = found.serial_number == wanted["serial_number"].native and found.issuer == wanted["issuer"]
        else:
            same = found.key_identifier == signer["sid"].chosen.native
        if same:
            return load_der_x509_certificate(found.dump())
    return None


def _signer_holds(signer: cms.SignerInfo, content: bytes, certificate: Certificate) -> bool:
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in HASHES or "message_digest" not in attributes or "content_type" not in attributes:
        return False
    if attributes["content_type"][0].native != "tst_info":
        return False
    if attributes["message_digest"][0].native != digest_of(name, content):
        return False
    covered = signer["signed_attrs"].untag().dump()
    hash_name, pss = signature_hash(signer["signature_algorithm"], name)
    return hash_name in HASHES and holds(
        certificate.public_key(), signer["signature"].native, covered, hash_name, pss=pss
    )


def signature_hash(algorithm: Any, default: str) -> tuple[str, bool]:
    """Which hash a CMS signature algorithm goes with, and whether it is RSA-PSS."""
    try:
        return algorithm.hash_algo, algorithm.signature_algo == "rsassa_pss"
    except ValueError:  # plain «rsa» or «ecdsa»: the hash is that of the digest
        return default, False
