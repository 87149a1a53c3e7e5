"""XAdES signatures (ETSI EN 319 132-1, levels B and T) over files that stand beside them in a container."""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from lxml import etree

from lideri.signatures import authority, findings
from lideri.signatures.cms import HASHES, Stamp, check_time_stamp, digest_of, holds, time_stamp

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
ASIC = "http://uri.etsi.org/02918/v1.2.1#"
NS = {"ds": DS, "xades": XADES, "asic": ASIC}
PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
C14N11 = "http://www.w3.org/2006/12/xml-c14n11"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

DIGESTS = {
    SHA256: "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
SIGNATURES = {
    f"http://www.w3.org/2001/04/xmldsig-more#{kind}-{hash_name}": (kind, hash_name)
    for kind in ("ecdsa", "rsa")
    for hash_name in HASHES
} | {f"http://www.w3.org/2007/05/xmldsig-more#{name}-rsa-MGF1": ("pss", name) for name in HASHES}
# Canonical XML 1.1 differs from 1.0 only in xml:id and xml:base that a part would inherit; their users are turned away.
CANONICAL = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    C14N11: (False, False),
    f"{C14N11}#WithComments": (False, True),
    "http://www.w3.org/2001/10/xml-exc-c14n#": (True, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (True, True),
}
MOST_XML = 2 * 1024 * 1024
MOST_REFERENCES = 200
MOST_SIGNATURES = 20


class UnreadableXml(ValueError):
    """XML that we do not read: broken, too large, or with a document type of its own."""


# ── making ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def make(
    label: str, files: Mapping[str, tuple[str, bytes]], *, when: datetime, stamped: bool, number: int = 0
) -> bytes:
    """A signatures*.xml by the training key ``label`` over ``files`` (name → media type, bytes).

    The same bytes each time.
    """
    this = f"S{number}"
    root = etree.Element(_q(ASIC, "XAdESSignatures"), nsmap=NS)
    signature = _sub(root, DS, "Signature", Id=this)
    info = _sub(signature, DS, "SignedInfo")
    _sub(info, DS, "CanonicalizationMethod", Algorithm=C14N11)
    _sub(info, DS, "SignatureMethod", Algorithm=ECDSA_SHA256)
    for place, (name, (_, data)) in enumerate(files.items()):
        reference = _sub(info, DS, "Reference", Id=f"{this}-R{place}", URI=quote(name))
        _digest(reference, data)
    properties_reference = _sub(info, DS, "Reference", Type=PROPERTIES, URI=f"#{this}-SignedProperties")
    transforms = _sub(properties_reference, DS, "Transforms")
    _sub(transforms, DS, "Transform", Algorithm=C14N11)
    value = _sub(signature, DS, "SignatureValue", Id=f"{this}-SIG")
    x509_data = _sub(_sub(signature, DS, "KeyInfo"), DS, "X509Data")
    _sub(x509_data, DS, "X509Certificate").text = _base64(authority.der(label))
    qualifying = _sub(_sub(signature, DS, "Object"), XADES, "QualifyingProperties", Target=f"#{this}")
    properties = _sub(qualifying, XADES, "SignedProperties", Id=f"{this}-SignedProperties")
    about = _sub(properties, XADES, "SignedSignatureProperties")
    _sub(about, XADES, "SigningTime").text = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    cert = _sub(_sub(about, XADES, "SigningCertificateV2"), XADES, "Cert")
    cert_digest = _sub(cert, XADES, "CertDigest")
    _sub(cert_digest, DS, "DigestMethod", Algorithm=SHA256)
    _sub(cert_digest, DS, "DigestValue").text = _base64(hashlib.sha256(authority.der(label)).digest())
    data_objects = _sub(properties, XADES, "SignedDataObjectProperties")
    for place, (media, _) in enumerate(files.values()):
        described = _sub(data_objects, XADES, "DataObjectFormat", ObjectReference=f"#{this}-R{place}")
        _sub(described, XADES, "MimeType").text = media
    _digest(properties_reference, _canonical(properties, C14N11))
    value.text = _base64(_raw(authority.sign(label, _canonical(info, C14N11))))
    if stamped:
        unsigned = _sub(_sub(qualifying, XADES, "UnsignedProperties"), XADES, "UnsignedSignatureProperties")
        stamp = _sub(unsigned, XADES, "SignatureTimeStamp", Id=f"{this}-T0")
        _sub(stamp, DS, "CanonicalizationMethod", Algorithm=C14N11)
        token = time_stamp(_canonical(value, C14N11), when)
        _sub(stamp, XADES, "EncapsulatedTimeStamp").text = _base64(token)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=False)
    return written + b"\n"


def _digest(reference: etree._Element, data: bytes) -> None:
    _sub(reference, DS, "DigestMethod", Algorithm=SHA256)
    _sub(reference, DS, "DigestValue").text = _base64(hashlib.sha256(data).digest())


def _raw(signature: bytes) -> bytes:
    """XML Signature wants r and s side by side, CMS a DER sequence."""
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


# ── checking ────────────────────────────────────────────────────────────────────────────────────────────────────────


def check(xml: bytes, files: Mapping[str, bytes], now: datetime) -> list[findings.Signature]:
    """Every signature in one signatures*.xml, checked over ``files``. Raises `UnreadableXml`."""
    root = parse(xml)
    found = root.findall(".//ds:Signature", NS) if root.tag != _q(DS, "Signature") else [root]
    if len(found) > MOST_SIGNATURES:
        raise UnreadableXml("parakstu ir pārāk daudz")
    ids = [each.get("Id") for each in root.iter(etree.Element) if each.get("Id")]
    if len(ids) != len(set(ids)):
        raise UnreadableXml("paraksta daļu apzīmējumi atkārtojas")
    return [_check(each, files, now) for each in found]


def parse(xml: bytes) -> etree._Element:
    """XML without entities, document types, network, or surprising size."""
    if len(xml) > MOST_XML:
        raise UnreadableXml("paraksta datne ir pārāk liela")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableXml("paraksta datne nav pareizs XML") from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableXml("paraksta datnē ir DOCTYPE, kas parakstos nav vajadzīgs")
    return root


@dataclass
class _Looked:
    """What the references said: which files are covered, and what is wrong."""

    covers: list[str]
    reasons: list[str]
    properties: etree._Element | None = None


def _check(signature: etree._Element, files: Mapping[str, bytes], now: datetime) -> findings.Signature:
    info = signature.find("ds:SignedInfo", NS)
    if info is None:
        return findings.signature(None, intact=None, stamp=None, claimed=None, now=now, reasons=["broken"])
    try:
        certificate = _certificate(signature)
        looked = _references(signature, info, files)
        reasons = looked.reasons
        if certificate is not None:
            reasons += _value(signature, info, certificate)
            if looked.properties is not None:
                reasons += _which(looked.properties, certificate)
        claimed = _claimed(looked.properties)
        stamp = _stamp(signature)
    except (binascii.Error, ValueError, KeyError, AttributeError, TypeError, UnsupportedAlgorithm):
        return findings.signature(None, intact=None, stamp=None, claimed=None, now=now, reasons=["broken"])
    broken = {"changed", "missing", "signature", "which"} & set(reasons)
    intact = False if broken else None if "unsupported" in reasons or certificate is None else True
    return findings.signature(
        certificate, intact=intact, stamp=stamp, claimed=claimed, now=now, covers=looked.covers, reasons=reasons
    )


def _references(signature: etree._Element, info: etree._Element, files: Mapping[str, bytes]) -> _Looked:
    looked = _Looked([], [])
    references = info.findall("ds:Reference", NS)
    if len(references) > MOST_REFERENCES:
        raise ValueError("too many references")
    for reference in references:
        uri = reference.get("URI") or ""
        if uri.startswith("#"):
            _inner_reference(signature, reference, uri[1:], looked)
            continue
        name = unquote(uri)
        data = files.get(name)
        if data is None:
            looked.reasons.append("missing")
            continue
        looked.covers.append(name)
        if reference.find("ds:Transforms/ds:Transform", NS) is not None:
            looked.reasons.append("unsupported")
            continue
        looked.reasons += _compared(reference, data)
    if looked.properties is None:
        # Without signed properties nothing says which certificate was meant, or when: not what a baseline signature is.
        looked.reasons.append("unsupported")
    if not looked.covers and "missing" not in looked.reasons:
        looked.reasons.append("missing")
    return looked


def _inner_reference(signature: etree._Element, reference: etree._Element, wanted: str, looked: _Looked) -> None:
    """The reference to the signed properties, which must be those of this very signature."""
    same = [
        each
        for each in signature.findall("ds:Object/xades:QualifyingProperties/xades:SignedProperties", NS)
        if each.get("Id") == wanted
    ]
    if reference.get("Type") != PROPERTIES or len(same) != 1:
        looked.reasons.append("unsupported")
        return
    target = same[0].getparent().get("Target", "")
    if target and target != f"#{signature.get('Id')}":
        looked.reasons.append("signature")
        return
    methods = [each.get("Algorithm") for each in reference.findall("ds:Transforms/ds:Transform", NS)]
    method = methods[0] if methods else "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    if len(methods) > 1 or method not in CANONICAL:
        looked.reasons.append("unsupported")
        return
    prefixes = _prefixes(reference.find("ds:Transforms/ds:Transform", NS))
    wrong = _compared(reference, _canonical(same[0], method, prefixes))
    looked.reasons += ["signature" if each == "changed" else each for each in wrong]
    looked.properties = same[0]


def _compared(reference: etree._Element, data: bytes) -> list[str]:
    name = DIGESTS.get(reference.find("ds:DigestMethod", NS).get("Algorithm"))
    if name is None:
        return ["unsupported"]
    said = _bytes(reference.find("ds:DigestValue", NS))
    return [] if digest_of(name, data) == said else ["changed"]


def _value(signature: etree._Element, info: etree._Element, certificate: x509.Certificate) -> list[str]:
    """Whether the signature value over SignedInfo was made with the certificate's key."""
    method = info.find("ds:CanonicalizationMethod", NS).get("Algorithm")
    algorithm = SIGNATURES.get(info.find("ds:SignatureMethod", NS).get("Algorithm"))
    if method not in CANONICAL or algorithm is None:
        return ["unsupported"]
    kind, hash_name = algorithm
    public = certificate.public_key()
    value = _bytes(signature.find("ds:SignatureValue", NS))
    if (kind == "ecdsa") != isinstance(public, ec.EllipticCurvePublicKey):
        return ["signature"]
    if kind == "ecdsa":
        half = len(value) // 2
        if not half or len(value) % 2:
            return ["signature"]
        value = encode_dss_signature(int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))
    covered = _canonical(info, method, _prefixes(info.find("ds:CanonicalizationMethod", NS)))
    return [] if holds(public, value, covered, hash_name, pss=kind == "pss") else ["signature"]


def _which(properties: etree._Element, certificate: x509.Certificate) -> list[str]:
    """The signed properties name the certificate by its digest, so that no other can be put in its place."""
    about = properties.find("xades:SignedSignatureProperties", NS)
    for version in ("SigningCertificateV2", "SigningCertificate"):
        digest = about.find(f"xades:{version}/xades:Cert/xades:CertDigest", NS)
        if digest is not None:
            method = DIGESTS.get(digest.find("ds:DigestMethod", NS).get("Algorithm"))
            if method is None:
                return ["unsupported"]
            return (
                []
                if certificate.fingerprint(HASHES[method]()) == _bytes(digest.find("ds:DigestValue", NS))
                else ["which"]
            )
    return ["unsupported"]


def _certificate(signature: etree._Element) -> x509.Certificate | None:
    """The first certificate in KeyInfo; `_which` makes sure that it is the one that was meant."""
    found = signature.find("ds:KeyInfo/ds:X509Data/ds:X509Certificate", NS)
    return None if found is None else x509.load_der_x509_certificate(_bytes(found))


def _claimed(properties: etree._Element | None) -> datetime | None:
    text = (
        "" if properties is None else properties.findtext("xades:SignedSignatureProperties/xades:SigningTime", "", NS)
    )
    if not text:
        return None
    moment = datetime.fromisoformat(text.strip())
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp(signature: etree._Element) -> Stamp | None:
    unsigned = "xades:UnsignedProperties/xades:UnsignedSignatureProperties/xades:SignatureTimeStamp"
    stamp = signature.find(f"ds:Object/xades:QualifyingProperties/{unsigned}", NS)
    if stamp is None:
        return None
    method = stamp.find("ds:CanonicalizationMethod", NS)
    algorithm = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" if method is None else method.get("Algorithm")
    token = stamp.find("xades:EncapsulatedTimeStamp", NS)
    if algorithm not in CANONICAL or token is None:
        return Stamp(None, None, "laika zīmogu nevar nolasīt")
    try:
        return check_time_stamp(
            _bytes(token), _canonical(signature.find("ds:SignatureValue", NS), algorithm, _prefixes(method))
        )
    except (ValueError, TypeError, KeyError):
        return Stamp(None, None, "laika zīmogu nevar nolasīt")


def _canonical(element: etree._Element, method: str, prefixes: Sequence[str] = ()) -> bytes:
    """The element in canonical form, with the namespaces of everything around it, as inclusive canonical XML has it."""
    if any(
        name.startswith("{http://www.w3.org/XML/1998/namespace}")
        for each in (element, *element.iterancestors())
        for name in each.attrib
    ):
        raise ValueError("xml: attributes are inherited differently by the versions of canonical XML")
    exclusive, comments = CANONICAL[method]
    alone = etree.Element(element.tag, nsmap=element.nsmap)
    for name, value in element.attrib.items():
        alone.set(name, value)
    alone.text = element.text
    alone.extend(copy.deepcopy(child) for child in element)
    written: bytes = etree.tostring(
        alone, method="c14n", exclusive=exclusive, with_comments=comments, inclusive_ns_prefixes=list(prefixes) or None
    )
    return written


def _prefixes(method: etree._Element | None) -> list[str]:
    inclusive = None if method is None else method.find("{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces")
    return [] if inclusive is None else (inclusive.get("PrefixList") or "").split()


def _q(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def _sub(parent: etree._Element, namespace: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _q(namespace, name), attributes)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(element: etree._Element) -> bytes:
    return base64.b64decode("".join((element.text or "").split()), validate=True)
