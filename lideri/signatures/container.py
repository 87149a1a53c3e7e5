"""ASiC-E containers (ETSI EN 319 162-1), also as Latvian eDoc: a ZIP with files and signatures over them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import quoteattr

from lideri.signatures import findings, xades

MIMETYPE = b"application/vnd.etsi.asic-e+zip"
SIMPLE_MIMETYPE = b"application/vnd.etsi.asic-s+zip"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
DAY = (2026, 10, 1, 12, 0, 0)  # every entry of a container that we make
MOST_ENTRIES = 100
MOST_IN_ONE = 20 * 1024 * 1024
MOST_TOGETHER = 40 * 1024 * 1024
MEDIA = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class UnreadableContainer(ValueError):
    """The ZIP is broken or does not keep to what a container may hold; the message says what, in Latvian."""


@dataclass(frozen=True)
class Signing:
    """Who signs with which training key, when, and whether the time-stamp authority is asked."""

    label: str
    when: datetime
    stamped: bool = True


def media_type(name: str) -> str:
    return MEDIA.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def make(files: Mapping[str, bytes], signings: Sequence[Signing], *, edoc: bool = False) -> bytes:
    """A container with ``files`` and one signature by each of ``signings``, over all. The same bytes each time."""
    described = {name: (media_type(name), data) for name, data in files.items()}
    entries: dict[str, bytes] = {"mimetype": MIMETYPE, **files, "META-INF/manifest.xml": _manifest(described)}
    for place, one in enumerate(signings):
        # eDoc 2.0 has its own name for them; both follow «META-INF/*signatures*.xml».
        name = f"META-INF/edoc-signatures-S{place + 1}.xml" if edoc else f"META-INF/signatures{place}.xml"
        entries[name] = xades.make(one.label, described, when=one.when, stamped=one.stamped, number=place)
    return pack(entries)


def pack(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP of stored entries, in this order, always the same bytes: nothing depends on a compressor's version."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name, DAY)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return made.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Everything in the ZIP, in its order.

    Raises `UnreadableContainer` for bombs, doubled or wandering names, encryption.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise UnreadableContainer(f"Konteinerā ir pārāk daudz datņu ({len(entries)}).")
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names):
                raise UnreadableContainer(
                    "Konteinerā divām datnēm ir viens nosaukums, tāpēc nevar pateikt, kura parakstīta."
                )
            found: dict[str, bytes] = {}
            left = MOST_TOGETHER
            for entry in entries:
                if entry.is_dir():
                    continue
                _allow(entry)
                with archive.open(entry) as stream:
                    most = min(MOST_IN_ONE, left)
                    content = stream.read(most + 1)
                if len(content) > most:
                    raise UnreadableContainer("Konteinera saturs izpakots ir pārāk liels.")
                left -= len(content)
                found[entry.filename] = content
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
        struct.error,
    ) as error:
        raise UnreadableContainer("Konteineru nevar izpakot: datne ir bojāta.") from error
    except (UnicodeDecodeError, IndexError, OverflowError) as error:
        raise UnreadableContainer("Konteineru nevar izpakot: datne ir bojāta.") from error
    return found


def _allow(entry: zipfile.ZipInfo) -> None:
    parts = entry.filename.replace("\\", "/").split("/")
    if entry.filename.startswith("/") or ".." in parts or "\\" in entry.filename or "\x00" in entry.filename:
        raise UnreadableContainer("Konteinerā ir datne ar nederīgu nosaukumu.")
    if entry.flag_bits & 0x1:
        raise UnreadableContainer("Konteinerā ir ar paroli šifrēta datne.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableContainer("Konteinerā ir datne, kas saspiesta neparastā veidā.")


def check(data: bytes, name: str, now: datetime) -> findings.Findings:
    """Every signature of the container; raises `UnreadableContainer`."""
    entries = unpack(data)
    documents = {
        each: content for each, content in entries.items() if each != "mimetype" and not each.startswith("META-INF/")
    }
    notes: list[str] = []
    kind = entries.get("mimetype", b"").strip()
    if kind not in (MIMETYPE, SIMPLE_MIMETYPE):
        notes.append("Datne nesaka, ka ir ASiC konteiners: tas var būt parasts ZIP arhīvs.")
    elif next(iter(entries)) != "mimetype":
        notes.append("Konteinera iekšējā kārtība nav tāda, kā prasa standarts.")
    signatures: list[findings.Signature] = []
    for entry, content in entries.items():
        if entry.startswith("META-INF/") and "signatures" in entry and entry.endswith(".xml"):
            try:
                signatures += xades.check(content, documents, now)
            except xades.UnreadableXml as error:
                notes.append(f"Vienu parakstu nevar nolasīt: {error}.")
                signatures.append(
                    findings.signature(None, intact=None, stamp=None, claimed=None, now=now, reasons=["broken"])
                )
            if len(signatures) > xades.MOST_SIGNATURES:
                raise UnreadableContainer("Konteinerā ir pārāk daudz parakstu.")
        elif entry.startswith("META-INF/") and entry.endswith((".p7s", ".p7m")):
            notes.append("Konteinerā ir CAdES paraksts, ko šī pārbaude nelasa.")
    covered = Counter(each for one in signatures for each in one.covers)
    return findings.Findings(
        name,
        "container",
        tuple(findings.Document(each, len(content), covered[each]) for each, content in documents.items()),
        tuple(signatures),
        tuple(notes),
    )


def _manifest(files: Mapping[str, tuple[str, bytes]]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<manifest:manifest xmlns:manifest="{MANIFEST}" manifest:version="1.2">',
        f'  <manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE.decode()}"/>',
        *(
            f"  <manifest:file-entry manifest:full-path={quoteattr(name)} manifest:media-type={quoteattr(media)}/>"
            for name, (media, _) in files.items()
        ),
        "</manifest:manifest>",
    ]
    return ("\n".join(lines) + "\n").encode()
