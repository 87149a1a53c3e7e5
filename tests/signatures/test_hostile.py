"""Files made to harm or to deceive: nothing is believed, nothing is unpacked without limit, nothing is raised."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from lideri.signatures import MOST_BYTES, Findings, apart, authority, check, cms, container, paper, pdf, xades
from lideri.signatures.container import Signing
from lideri.signatures.examples import EXAMPLES

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WHEN = datetime(2026, 10, 1, 9, tzinfo=UTC)
LETTER = {"vestule.txt": b"Labdien!"}
GOOD = container.make(LETTER, [Signing("anna", WHEN)])
GOOD_PDF = pdf.make(paper.Letter("Vēstule", ("Labdien!",)), Signing("anna", WHEN))
SIGNATURE = "META-INF/signatures0.xml"


def looked_at(data: bytes, name: str = "datne.asice") -> Findings:
    return check(data, name, NOW)


def with_entry(name: str, data: bytes, base: bytes = GOOD) -> bytes:
    return container.pack({**container.unpack(base), name: data})


def with_xml(change: Mapping[bytes, bytes]) -> bytes:
    xml = container.unpack(GOOD)[SIGNATURE]
    for old, new in change.items():
        assert old in xml
        xml = xml.replace(old, new)
    return with_entry(SIGNATURE, xml)


def zipped(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return made.getvalue()


def test_what_the_other_tests_start_from_is_valid() -> None:
    assert [one.verdict for one in looked_at(GOOD).signatures] == ["valid"]
    assert [one.verdict for one in looked_at(GOOD_PDF, "a.pdf").signatures] == ["valid"]


# ── XML ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_entities_that_multiply_are_turned_away() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><x>&a9;</x>'.encode()

    report = looked_at(with_entry(SIGNATURE, bomb))

    assert [one.verdict for one in report.signatures] == ["uncertain"]
    assert report.signatures[0].reasons == ("broken",)


def test_an_entity_that_names_a_file_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "noslepums.txt"
    secret.write_text("noslēpums")
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file://{secret}">]><x>&f;</x>'.encode()

    report = looked_at(with_entry(SIGNATURE, xml))

    assert "noslēpums" not in json.dumps(report.as_dict(), ensure_ascii=False)
    assert any("DOCTYPE" in note or "XML" in note for note in report.notes)


def test_deep_xml_and_huge_xml_are_turned_away() -> None:
    deep = b"<a>" * 5000 + b"</a>" * 5000
    huge = b"<a>" + b" " * (xades.MOST_XML + 1) + b"</a>"

    for xml in (deep, huge):
        report = looked_at(with_entry(SIGNATURE, xml))
        assert [one.verdict for one in report.signatures] in ([], ["uncertain"])
        assert all(one.intact is not True for one in report.signatures)


def test_parts_with_one_name_twice_are_turned_away() -> None:
    """The classic way to show one thing and have another verified."""
    xml = container.unpack(GOOD)[SIGNATURE]
    root = etree.fromstring(xml)
    properties = root.find(".//xades:SignedProperties", xades.NS)
    twin = etree.SubElement(root, "other")
    twin.append(etree.fromstring(etree.tostring(properties)))

    report = looked_at(with_entry(SIGNATURE, etree.tostring(root)))

    assert [one.intact for one in report.signatures] == [None]
    assert any("atkārtojas" in note for note in report.notes)


def test_a_changed_claimed_time_breaks_the_signature() -> None:
    report = looked_at(with_xml({b"2026-10-01T09:00:00Z": b"2026-09-01T09:00:00Z"}))

    assert report.signatures[0].verdict == "invalid"
    assert "signature" in report.signatures[0].reasons


def test_the_time_stamp_of_another_signature_does_not_count() -> None:
    other = container.unpack(container.make(LETTER, [Signing("juris", WHEN)]))[SIGNATURE]
    stamp = etree.fromstring(other).findtext(".//xades:EncapsulatedTimeStamp", None, xades.NS)
    mine = etree.fromstring(container.unpack(GOOD)[SIGNATURE])
    mine.find(".//xades:EncapsulatedTimeStamp", xades.NS).text = stamp

    (one,) = looked_at(with_entry(SIGNATURE, etree.tostring(mine))).signatures

    assert one.reasons == ("stamp",)
    assert one.verdict == "invalid"


def test_another_certificate_with_the_same_key_cannot_be_put_in() -> None:
    """Same signature value, other name: the signed properties say which certificate was meant."""
    mine = etree.fromstring(container.unpack(GOOD)[SIGNATURE])
    mine.find(".//ds:X509Certificate", xades.NS).text = xades._base64(authority.der("juris"))

    (one,) = looked_at(with_entry(SIGNATURE, etree.tostring(mine))).signatures

    assert {"signature", "which"} <= set(one.reasons)
    assert one.intact is False


def test_a_signature_without_signed_properties_is_not_called_valid() -> None:
    mine = etree.fromstring(container.unpack(GOOD)[SIGNATURE])
    info = mine.find(".//ds:SignedInfo", xades.NS)
    info.remove(info.findall("ds:Reference", xades.NS)[-1])
    covered = xades._canonical(info, xades.C14N11)
    mine.find(".//ds:SignatureValue", xades.NS).text = xades._base64(xades._raw(authority.sign("anna", covered)))

    (one,) = looked_at(with_entry(SIGNATURE, etree.tostring(mine))).signatures

    assert one.verdict != "valid"
    assert "unsupported" in one.reasons


def test_a_signature_over_nothing_is_invalid() -> None:
    empty = container.make({}, [Signing("anna", WHEN)])

    (one,) = looked_at(container.pack({**container.unpack(empty), "cits.txt": b"!"})).signatures

    assert one.verdict == "invalid"
    assert "missing" in one.reasons


def test_a_file_that_was_taken_out_is_missed() -> None:
    entries = container.unpack(container.make({**LETTER, "pielikums.txt": b"2"}, [Signing("anna", WHEN)]))
    del entries["pielikums.txt"]

    (one,) = looked_at(container.pack(entries)).signatures

    assert "missing" in one.reasons
    assert one.verdict == "invalid"


def test_an_issuer_that_only_has_our_issuers_name_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names can be copied, signatures cannot."""
    ours = authority.certificate(authority.ROOT)
    forged = {**authority.HOLDERS}
    forged["sakne"] = authority.Holder("sakne", authority.HOLDERS["sakne"].names, "root", issuer="viltus")
    forged["viltus"] = authority.Holder("viltus", authority.HOLDERS["sakne"].names, "root", issuer="viltus")
    forged["viltus-anna"] = authority.Holder("viltus-anna", authority.HOLDERS["anna"].names, "person", issuer="viltus")
    monkeypatch.setattr(authority, "HOLDERS", forged)
    data = container.make(LETTER, [Signing("viltus-anna", WHEN)])

    (one,) = looked_at(data).signatures

    assert authority.certificate("viltus-anna").issuer == ours.subject
    assert one.issuer == "Mācību sertifikātu centrs – nav uzticams"
    assert not one.training
    assert "issuer" in one.reasons


def test_a_signer_cannot_make_time_stamps() -> None:
    info = cms.time_stamp(b"x", WHEN)
    assert cms.check_time_stamp(info, b"x").reason == ""
    authority_label = authority.TIME_STAMPS
    try:
        authority.TIME_STAMPS = "juris"
        data = container.make(LETTER, [Signing("anna", WHEN)])
    finally:
        authority.TIME_STAMPS = authority_label

    (one,) = looked_at(data).signatures

    assert one.reasons == ("stamp_issuer",)
    assert one.verdict == "uncertain"


# ── ZIP ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped([("mimetype", container.MIMETYPE), ("liels.txt", b"\0" * (container.MOST_IN_ONE + 1))])

    report = looked_at(bomb)

    assert len(bomb) < 100_000
    assert "pārāk liels" in report.problem


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    packed = bytearray(zipped([("liels.txt", b"\0" * (container.MOST_IN_ONE + 1000))]))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = packed.index(mark) + at
        packed[place : place + 4] = struct.pack("<I", 10)

    assert looked_at(bytes(packed)).problem


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([(f"{n}.txt", b"") for n in range(container.MOST_ENTRIES + 1)], "pārāk daudz datņu"),
        ([("../../etc/passwd", b"x")], "nederīgu nosaukumu"),
        ([("/etc/passwd", b"x")], "nederīgu nosaukumu"),
    ],
)
def test_many_files_and_wandering_names_are_turned_away(entries: list[tuple[str, bytes]], said: str) -> None:
    assert said in looked_at(zipped(entries)).problem


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_turned_away() -> None:
    assert "viens nosaukums" in looked_at(zipped([("a.txt", b"1"), ("a.txt", b"2")])).problem


def test_an_encrypted_entry_is_turned_away() -> None:
    packed = bytearray(zipped([("a.txt", b"1")]))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1

    assert "šifrēta" in looked_at(bytes(packed)).problem


def test_too_many_signatures_are_turned_away() -> None:
    xml = container.unpack(GOOD)[SIGNATURE]
    many = {f"META-INF/signatures{n}.xml": xml for n in range(xades.MOST_SIGNATURES + 1)}

    assert "pārāk daudz parakstu" in looked_at(container.pack({**container.unpack(GOOD), **many})).problem


def test_a_plain_zip_says_that_it_is_no_container() -> None:
    report = looked_at(zipped([("a.txt", b"1")]))

    assert report.signatures == ()
    assert any("ZIP" in note for note in report.notes)


def test_other_files_and_too_large_ones_are_said_to_be_so() -> None:
    assert "nav ne ASiC-E" in looked_at(b"GIF89a").problem
    assert "nav ne ASiC-E" in looked_at(b"").problem
    assert "5 MB" in looked_at(b"PK" + bytes(MOST_BYTES)).problem


# ── PDF ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_something_added_after_the_signature_is_noticed() -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(GOOD_PDF))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    more = generic.StreamObject(stream_data=b"BT ET")
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(more)])
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    out = io.BytesIO()
    writer.write(out)

    (one,) = looked_at(out.getvalue(), "a.pdf").signatures

    assert "added" in one.reasons
    assert one.verdict == "invalid"


def test_a_byte_range_that_leaves_a_hole_is_noticed() -> None:
    """Only the beginning is covered; what follows could be anything."""
    start = GOOD_PDF.index(b"/ByteRange [")
    end = GOOD_PDF.index(b"]", start)
    numbers = GOOD_PDF[start + 12 : end].split()
    holed = b"/ByteRange [0 %010d %s %s" % (int(numbers[1]) - 4000, numbers[2], numbers[3])
    data = GOOD_PDF[:start] + holed + GOOD_PDF[end:]

    report = looked_at(data, "a.pdf")

    assert all(one.verdict != "valid" for one in report.signatures)


def bomb_pdf(megabytes: int) -> bytes:
    """A PDF whose cross-reference stream unpacks to very much."""
    squeeze = zlib.compressobj(9)
    first = squeeze.compress(bytes(1024 * 1024)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    again = squeeze.compress(bytes(1024 * 1024)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    stream = first + again * (megabytes - 1)
    head = b"%PDF-1.7\n"
    entry = (
        b"1 0 obj\n<< /Type /XRef /Size 9 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode"
        b" /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream\nendobj\n"
    )
    return head + entry + b"startxref\n%d\n%%%%EOF\n" % len(head)


def test_a_pdf_that_would_unpack_to_gigabytes_harms_nothing() -> None:
    data = bomb_pdf(3000)

    told = apart.check_apart(data, "bumba.pdf", seconds=10)

    assert len(data) < MOST_BYTES
    assert told["signatures"] == []
    assert told["headline"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_helper_may_not_take_much_memory() -> None:
    program = "from lideri.signatures.apart import MEMORY, _limit; _limit(); bytes(MEMORY)"

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "MemoryError" in run.stderr


def test_the_helper_says_the_same_as_we_do() -> None:
    told = apart.check_apart(EXAMPLES["paradzime.asice"].make(), "paradzime.asice")

    assert told["signatures"][0]["status"] == "Paraksts nav derīgs"
    assert "Mācību" in told["remark"]


def test_the_helper_does_not_wait_for_ever() -> None:
    told = apart.check_apart(GOOD, "a.asice", seconds=0.001)

    assert told["headline"] == apart.TOO_HARD


# ── anything at all ─────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.binary(max_size=300), st.sampled_from([b"PK\x03\x04", b"%PDF-1.7\n", b""]))
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise(data: bytes, head: bytes) -> None:
    report = looked_at(head + data)

    assert report.problem or not report.signatures


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_changed_byte_of_a_container_goes_unnoticed_as_valid_with_other_contents(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOOD) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = bytes([*GOOD[:place], GOOD[place] ^ flip, *GOOD[place + 1 :]])

    report = looked_at(changed)

    if any(one.verdict == "valid" and "vestule.txt" in one.covers for one in report.signatures):
        assert container.unpack(changed)["vestule.txt"] == LETTER["vestule.txt"]
        assert [one.signer for one in report.signatures] == ["ANNA PARAUGA"]


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_no_changed_byte_of_a_signed_pdf_goes_unnoticed(data: st.DataObject) -> None:
    hole = GOOD_PDF.index(b"/Contents <") + len(b"/Contents <")
    outside = st.one_of(st.integers(10, hole - 2), st.integers(hole + paper.ROOM + 1, len(GOOD_PDF) - 1))
    place, flip = data.draw(outside), data.draw(st.integers(1, 255))
    changed = bytes([*GOOD_PDF[:place], GOOD_PDF[place] ^ flip, *GOOD_PDF[place + 1 :]])

    report = looked_at(changed, "a.pdf")

    assert all(one.verdict != "valid" for one in report.signatures)


@given(st.binary(min_size=1, max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_bytes_in_place_of_the_signature_raise_or_are_believed(junk: bytes) -> None:
    report = looked_at(with_entry(SIGNATURE, junk))

    assert all(one.verdict != "valid" for one in report.signatures)


def test_nothing_is_left_in_the_working_folder() -> None:
    before = set(Path.cwd().iterdir())

    apart.check_apart(GOOD, "a.asice")

    assert set(Path.cwd().iterdir()) == before
