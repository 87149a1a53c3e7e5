"""What others say about a signed file: signxml and xmlsec1 of XAdES, openssl and pdfsig of PDF and time stamps."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from cryptography import x509
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

from lideri.signatures import authority

NS = {"ds": "http://www.w3.org/2000/09/xmldsig#", "xades": "http://uri.etsi.org/01903/v1.3.2#"}


@dataclass(frozen=True)
class Opinion:
    """``words`` is what the other program printed."""

    good: bool
    words: str


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (make test does that where it may)")
    return found


def signature_files(container: bytes) -> list[str]:
    names = zipfile.ZipFile(io.BytesIO(container)).namelist()
    return [name for name in names if name.startswith("META-INF/") and "signatures" in name]


def by_signxml(container: bytes, entry: str, *, at: datetime) -> Opinion:
    """signxml's XAdES verifier: digests of all files, signature value, which certificate was meant.

    Not the chain: it wants certificates of web servers. xmlsec1 and openssl judge the chain.
    """
    archive = zipfile.ZipFile(io.BytesIO(container))
    xml = etree.fromstring(archive.read(entry))
    references = xml.findall(".//ds:Reference", NS)
    config = XAdESSignatureConfiguration(
        require_x509=True,
        expect_references=len(references),
        signature_methods=frozenset({SignatureMethod.ECDSA_SHA256}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
        verification_time=at,
    )
    try:
        XAdESVerifier().verify(
            etree.tostring(xml.find("ds:Signature", NS)),
            uri_resolver=lambda uri: archive.read(unquote(uri)),
            x509_cert=_certificate(xml),
            expect_config=config,
        )
    except (SignXMLException, ValueError) as error:
        return Opinion(False, f"{type(error).__name__}: {error}")
    return Opinion(True, "")


def _certificate(xml: etree._Element) -> x509.Certificate:
    text = xml.findtext(".//ds:X509Certificate", "", NS)
    return x509.load_der_x509_certificate(base64.b64decode(text))


def by_xmlsec(container: bytes, entry: str, folder: Path, *, at: datetime, root: str = authority.ROOT) -> Opinion:
    """xmlsec1 over the unpacked container, with the training root as the one to trust, at the moment ``at``."""
    zipfile.ZipFile(io.BytesIO(container)).extractall(folder)
    (folder / "root.pem").write_bytes(authority.pem([root]))
    command = [
        tool("xmlsec1"), "--verify", "--id-attr:Id", "SignedProperties", "--trusted-pem", "root.pem",
        "--verification-gmt-time", at.strftime("%Y-%m-%d %H:%M:%S"), entry,
    ]  # fmt: skip
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return Opinion(run.returncode == 0, run.stdout + run.stderr)


def by_pdfsig(pdf: bytes, folder: Path) -> str:
    """Poppler's word about the PDF's signatures; NSS knows no training root, so the issuer is always unknown."""
    path = folder / "file.pdf"
    path.write_bytes(pdf)
    run = subprocess.run([tool("pdfsig"), str(path)], capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def by_openssl(pdf: bytes, folder: Path, *, at: datetime, root: str = authority.ROOT) -> Opinion:
    """openssl's word about the CMS signature in the PDF over the bytes that its ByteRange names."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", pdf)
    assert found is not None
    start, length, second, rest = map(int, found.groups())
    (folder / "content").write_bytes(pdf[start : start + length] + pdf[second : second + rest])
    (folder / "cms").write_bytes(bytes.fromhex(pdf[start + length + 1 : second - 1].decode()))
    (folder / "root.pem").write_bytes(authority.pem([root]))
    command = [
        tool("openssl"), "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "cms", "-content", "content",
        "-CAfile", "root.pem", "-no-CApath", "-purpose", "any", "-attime", str(int(at.timestamp())), "-out", "out",
    ]  # fmt: skip
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return Opinion(run.returncode == 0, run.stdout + run.stderr)


def stamp_by_openssl(token: bytes, data: bytes, folder: Path) -> Opinion:
    """openssl's word about an RFC 3161 token over ``data``."""
    (folder / "token").write_bytes(token)
    (folder / "stamped").write_bytes(data)
    (folder / "root.pem").write_bytes(authority.pem([authority.ROOT]))
    command = [tool("openssl"), "ts", "-verify", "-data", "stamped", "-in", "token", "-token_in", "-CAfile", "root.pem"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return Opinion(run.returncode == 0, run.stdout + run.stderr)
