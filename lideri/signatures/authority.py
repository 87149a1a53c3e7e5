"""The training certificate authority: a root that nobody trusts, its signers, its seal, its time-stamp authority.

No key is kept anywhere: each is computed from a label that stands here for everybody to read, and certificates have
fixed serial numbers and dates, so that every run makes the same bytes. Why that harms nobody: decision 0011.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group P-256 (FIPS 186-5)
QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
QC_TYPE = "0.4.0.1862.1.6"  # ETSI EN 319 412-5
QC_SIGNATURE, QC_SEAL = "0.4.0.1862.1.6.1", "0.4.0.1862.1.6.2"
ORGANISATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")

ROOT = "sakne"
STRANGE_ROOT = "svesa-sakne"
TIME_STAMPS = "laika-zimogi"
Names = tuple[tuple[x509.ObjectIdentifier, str], ...]


class _Statement(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]  # noqa: RUF012


class _Statements(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Statement


class _Types(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.ObjectIdentifier


@dataclass(frozen=True)
class Holder:
    """Whoever a training certificate is made for. ``use`` decides what the certificate may be used for."""

    label: str
    names: Names
    use: str  # root, person, seal, time-stamps
    issuer: str = ROOT
    valid: tuple[str, str] = ("2025-01-01", "2035-01-01")


def _person(label: str, given: str, family: str, code: str, **how: object) -> Holder:
    names = (
        (NameOID.COUNTRY_NAME, "LV"),
        (NameOID.COMMON_NAME, f"{given} {family}".upper()),
        (NameOID.SURNAME, family.upper()),
        (NameOID.GIVEN_NAME, given.upper()),
        (NameOID.SERIAL_NUMBER, code),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Mācību piemērs"),
    )
    return Holder(label, names, "person", **how)  # type: ignore[arg-type]


def _named(common: str, organisation: str) -> Names:
    return (
        (NameOID.COUNTRY_NAME, "LV"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.COMMON_NAME, common),
    )


TRAINING = "Digitālie līderi (mācību vide)"
HOLDERS = {
    holder.label: holder
    for holder in (
        Holder(
            ROOT,
            _named("Mācību sertifikātu centrs – nav uzticams", TRAINING),
            "root",
            valid=("2020-01-01", "2040-01-01"),
        ),
        Holder(
            TIME_STAMPS,
            _named("Mācību laika zīmogi – nav uzticami", TRAINING),
            "time-stamps",
            valid=("2020-01-01", "2039-01-01"),
        ),
        Holder(
            STRANGE_ROOT,
            _named("Ātrie paraksti 24 – izdomāts izdevējs", "Ātrie paraksti 24 (mācību piemērs)"),
            "root",
            issuer=STRANGE_ROOT,
            valid=("2020-01-01", "2040-01-01"),
        ),
        _person("anna", "Anna", "Parauga", "MACIBU-01"),
        _person("juris", "Juris", "Piemērs", "MACIBU-02"),
        _person("ilze", "Ilze", "Izdomāta", "MACIBU-03"),
        _person("peteris", "Pēteris", "Senparaugs", "MACIBU-04", valid=("2021-03-01", "2024-03-01")),
        _person("rita", "Rita", "Nezināma", "MACIBU-05", issuer=STRANGE_ROOT),
        _person("dalibnieks", "Mācību", "Dalībnieks", "MACIBU-00"),
        Holder(
            "novads",
            (
                (NameOID.COUNTRY_NAME, "LV"),
                (NameOID.ORGANIZATION_NAME, "Ezerkrasta novada pašvaldība (mācību piemērs)"),
                (ORGANISATION_IDENTIFIER, "NTRLV-00000000000"),
                (NameOID.COMMON_NAME, "Ezerkrasta novada pašvaldība (mācību piemērs)"),
            ),
            "seal",
        ),
    )
}


def key(label: str) -> ec.EllipticCurvePrivateKey:
    """The training key of that name: the same for everybody, always, and good for nothing but exercises."""
    digest = hashlib.sha256(f"lideri-macibu-atslega: {label}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(digest, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def sign(label: str, data: bytes) -> bytes:
    """ECDSA over SHA-256 in DER, deterministic (RFC 6979): the same signature each time."""
    return key(label).sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


@cache
def certificate(label: str) -> x509.Certificate:
    holder = HOLDERS[label]
    serial = hashlib.sha256(f"lideri-macibu-numurs: {label}".encode()).digest()[:15]
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in holder.valid)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(label))
        .issuer_name(_name(holder.issuer))
        .public_key(key(label).public_key())
        .serial_number(int.from_bytes(b"\x01" + serial, "big"))
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(
            x509.BasicConstraints(ca=holder.use == "root", path_length=0 if holder.use == "root" else None), True
        )
        .add_extension(_key_usage(holder.use), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key(label).public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key(holder.issuer).public_key()), False)
    )
    if holder.use == "time-stamps":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
    if holder.use in ("person", "seal"):
        # What the key is for; that it would be a qualified certificate (QcCompliance) is not said, because it is not.
        kind = _Types([QC_SIGNATURE if holder.use == "person" else QC_SEAL])
        statements = _Statements([_Statement({"id": QC_TYPE, "info": core.Any(kind)})])
        builder = builder.add_extension(x509.UnrecognizedExtension(QC_STATEMENTS, statements.dump()), False)
    return builder.sign(key(holder.issuer), hashes.SHA256(), ecdsa_deterministic=True)


def der(label: str) -> bytes:
    return certificate(label).public_bytes(Encoding.DER)


def pem(labels: Iterable[str]) -> bytes:
    """For other software: the training root may be handed to it as the one to trust."""
    return b"".join(certificate(label).public_bytes(Encoding.PEM) for label in labels)


def _name(label: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in HOLDERS[label].names])


def _key_usage(use: str) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=use == "time-stamps",
        content_commitment=use in ("person", "seal"),
        key_cert_sign=use == "root",
        crl_sign=use == "root",
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
