"""The exercises' files: what our check says of each, and what software that is not ours says."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from lideri.signatures import authority, check
from lideri.signatures.examples import CHECKED_AT, built
from tests.signatures.second_opinion import (
    NS,
    by_openssl,
    by_pdfsig,
    by_signxml,
    by_xmlsec,
    signature_files,
    stamp_by_openssl,
)
from widgets.signatures import signed

ROOT = Path(__file__).resolve().parents[2]
FILES = {name: data for name, data in built().items() if name != "index.json"}
CONTAINERS = [name for name in FILES if name.endswith((".asice", ".edoc"))]
PDFS = [name for name in FILES if name.endswith(".pdf")]
PICTURES = ["pilnvarojums.pdf", "atlauja.pdf"]
CHANGED = ["paradzime.asice", "vienosanas.pdf", "auto_ligums.pdf"]
EXPIRED = ["piekrisana.asice", "saskanojums.asice"]
EXPIRED_LATER = ["ligums_2023.asice", "senaks_saskanojums.asice"]
UNKNOWN_ISSUER = ["apliecinajums.asice"]
UNSTAMPED = ["pensijas_iesniegums.asice", "iesniegums_bez_laika.edoc"]
SEALED = ["vienosanas_ar_novadu.asice", "izzina.pdf", "uzzina.pdf"]
TWO_SIGNERS = ["telpu_noma.edoc", "protokols.edoc"]


def found(name: str) -> tuple[str, ...]:
    return tuple(reason for one in check(FILES[name], name, CHECKED_AT).signatures for reason in one.reasons)


def signing_moment(name: str) -> datetime:
    when = check(FILES[name], name, CHECKED_AT).signatures[0].when
    assert when is not None
    return when


# ── what we say ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_more_than_ten_files_and_each_stands_in_the_index() -> None:
    index = json.loads(built()["index.json"])

    assert len(FILES) >= 10
    assert set(index) == set(FILES)


def expected_reasons(name: str) -> set[str]:
    table = {"changed": CHANGED, "expired": EXPIRED, "issuer": UNKNOWN_ISSUER, "no_stamp": UNSTAMPED}
    return {reason for reason, names in table.items() if name in names}


@pytest.mark.parametrize("name", list(FILES))
def test_each_file_has_its_own_fault_and_no_other(name: str) -> None:
    assert set(found(name)) == expected_reasons(name)


@pytest.mark.parametrize("name", PICTURES)
def test_a_drawn_signature_is_no_signature(name: str) -> None:
    assert check(FILES[name], name, CHECKED_AT).signatures == ()


def test_people_and_seals_are_told_apart() -> None:
    kinds = {name: {one.who for one in check(FILES[name], name, CHECKED_AT).signatures} for name in FILES}

    assert {name for name, who in kinds.items() if "seal" in who} == set(SEALED)
    assert all(who == {"person"} for name, who in kinds.items() if name not in [*SEALED, *PICTURES])


@pytest.mark.parametrize("name", TWO_SIGNERS)
def test_two_signers_sign_one_document(name: str) -> None:
    report = check(FILES[name], name, CHECKED_AT)

    assert len({one.signer for one in report.signatures}) == 2
    assert [document.signatures for document in report.documents] == [2]


def test_a_file_that_was_put_in_afterwards_is_signed_by_nobody() -> None:
    report = check(FILES["kompensacija.asice"], "kompensacija.asice", CHECKED_AT)

    assert {document.name: document.signatures for document in report.documents} == {
        "iesniegums.pdf": 1,
        "pielikums.txt": 0,
    }
    assert report.signatures[0].covers == ("iesniegums.pdf",)


def test_the_document_in_the_container_is_not_the_one_that_the_name_promises() -> None:
    report = check(FILES["nomas_ligums.edoc"], "nomas_ligums.edoc", CHECKED_AT)

    assert [document.name for document in report.documents] == ["velo_marsruts.pdf"]
    assert report.signatures[0].verdict == "valid"


@pytest.mark.parametrize("name", list(FILES))
def test_every_letter_says_that_it_is_made_up(name: str) -> None:
    for document in json.loads(built()["index.json"])[name]["documents"]:
        assert any("Mācību piemērs" in line for line in document["text"])


# ── the same bytes always ───────────────────────────────────────────────────────────────────────────────────────────


def test_another_process_with_another_seed_and_time_zone_makes_the_same_bytes() -> None:
    program = (
        "import hashlib; from lideri.signatures.examples import built; "
        "print(hashlib.sha256(b''.join(built().values())).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }

    assert len(said) == 1


def test_the_files_in_the_course_are_these() -> None:
    folder = ROOT / "course_data" / "signed"

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == dict(built())


def test_no_private_key_lies_in_the_repository() -> None:
    for folder in ("lideri/signatures", "course_data/signed", "widgets/signatures"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert b"PRIVATE KEY" not in path.read_bytes(), path


# ── what others say: containers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", CONTAINERS)
def test_signxml_finds_the_same_digests_and_signature_values_right(name: str) -> None:
    at = datetime(2023, 1, 1, tzinfo=UTC) if name in EXPIRED + EXPIRED_LATER else signing_moment(name)

    opinions = [by_signxml(FILES[name], entry, at=at) for entry in signature_files(FILES[name])]

    assert [opinion.good for opinion in opinions] == [name not in CHANGED] * len(opinions), opinions
    if name in CHANGED:
        assert "Digest mismatch" in opinions[0].words


@pytest.mark.parametrize("name", EXPIRED)
def test_signxml_finds_the_certificate_expired_when_it_was_signed(name: str) -> None:
    opinion = by_signxml(FILES[name], signature_files(FILES[name])[0], at=signing_moment(name))

    assert not opinion.good
    assert "expired" in opinion.words


@pytest.mark.parametrize("name", CONTAINERS)
def test_xmlsec_says_of_each_container_what_we_say(name: str, tmp_path: Path) -> None:
    at = signing_moment(name)

    opinions = [by_xmlsec(FILES[name], entry, tmp_path, at=at) for entry in signature_files(FILES[name])]

    faulty = name in CHANGED + EXPIRED + UNKNOWN_ISSUER
    assert [opinion.good for opinion in opinions] == [not faulty] * len(opinions), opinions
    reason = {
        **dict.fromkeys(CHANGED, "data and digest do not match"),
        **dict.fromkeys(EXPIRED, "expired"),
        **dict.fromkeys(UNKNOWN_ISSUER, "unable to get local issuer certificate"),
    }.get(name, "")
    assert reason in opinions[0].words


@pytest.mark.parametrize("name", UNKNOWN_ISSUER)
def test_xmlsec_finds_nothing_else_wrong_once_it_trusts_that_issuer(name: str, tmp_path: Path) -> None:
    entry = signature_files(FILES[name])[0]

    assert by_xmlsec(FILES[name], entry, tmp_path, at=signing_moment(name), root=authority.STRANGE_ROOT).good


@pytest.mark.parametrize("name", CONTAINERS)
def test_openssl_finds_every_time_stamp_right_and_none_where_there_is_none(name: str, tmp_path: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(FILES[name]))
    for entry in signature_files(FILES[name]):
        xml = etree.fromstring(archive.read(entry))
        token = xml.findtext(".//xades:EncapsulatedTimeStamp", None, NS)
        if name in UNSTAMPED:
            assert token is None
            continue
        value = xml.find(".//ds:SignatureValue", NS)
        # The canonical form written by hand, so that nobody's canonicaliser is believed here.
        covered = (
            '<ds:SignatureValue xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
            f' xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Id="{value.get("Id")}">{value.text}</ds:SignatureValue>'
        )
        assert stamp_by_openssl(base64.b64decode(token), covered.encode(), tmp_path).good
        assert not stamp_by_openssl(base64.b64decode(token), covered.encode() + b" ", tmp_path).good


def test_a_container_is_as_the_standard_wants_it() -> None:
    for name in CONTAINERS:
        first = zipfile.ZipFile(io.BytesIO(FILES[name])).infolist()[0]

        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert FILES[name][30:38] == b"mimetype"
        assert FILES[name][38:].startswith(b"application/vnd.etsi.asic-e+zip")


# ── what others say: PDF ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [name for name in PDFS if name not in PICTURES])
def test_openssl_says_of_each_pdf_what_we_say(name: str, tmp_path: Path) -> None:
    opinion = by_openssl(FILES[name], tmp_path, at=signing_moment(name))

    assert opinion.good == (name not in CHANGED), opinion.words
    if name in CHANGED:
        assert "content verify error" in opinion.words


def test_openssl_does_not_know_the_issuer_without_our_root(tmp_path: Path) -> None:
    at = signing_moment("atsauksme.pdf")

    opinion = by_openssl(FILES["atsauksme.pdf"], tmp_path, at=at, root=authority.STRANGE_ROOT)

    assert "unable to get local issuer certificate" in opinion.words


@pytest.mark.parametrize("name", PDFS)
def test_poppler_says_of_each_pdf_what_we_say(name: str, tmp_path: Path) -> None:
    words = by_pdfsig(FILES[name], tmp_path)

    if name in PICTURES:
        assert "does not contain any signatures" in words
    elif name in CHANGED:
        assert "Digest Mismatch" in words
    else:
        assert "Signature is Valid" in words
        assert "Certificate issuer is unknown" in words
        assert "Total document signed" in words


# ── the trainee's own files ─────────────────────────────────────────────────────────────────────────────────────────

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def made_by_a_trainee(kind: str) -> bytes:
    state = {
        "signed": True,
        "signed_at": (NOW - timedelta(minutes=5)).isoformat(),
        "format": kind,
        "text": "Čaklā ūdenszīle\n№ 1",
    }
    return base64.b64decode(signed(state, NOW)["data"])


@pytest.mark.parametrize("kind", ["asice", "edoc"])
def test_a_trainees_container_is_whole_and_its_issuer_trusted_by_nobody_else(kind: str, tmp_path: Path) -> None:
    data = made_by_a_trainee(kind)
    (entry,) = signature_files(data)

    assert by_signxml(data, entry, at=NOW).good
    assert by_xmlsec(data, entry, tmp_path, at=NOW).good
    stranger = by_xmlsec(data, entry, tmp_path, at=NOW, root=authority.STRANGE_ROOT)
    assert not stranger.good
    assert "unable to get local issuer certificate" in stranger.words


def test_a_trainees_pdf_is_whole_and_its_issuer_trusted_by_nobody_else(tmp_path: Path) -> None:
    data = made_by_a_trainee("pdf")

    assert by_openssl(data, tmp_path, at=NOW).good
    words = by_pdfsig(data, tmp_path)
    assert "Signature is Valid" in words
    assert "Certificate issuer is unknown" in words


@pytest.mark.parametrize("kind", ["asice", "edoc", "pdf"])
def test_a_trainees_file_says_when_it_was_signed(kind: str) -> None:
    (one,) = check(made_by_a_trainee(kind), f"mans.{kind}", NOW).signatures

    assert one.verdict == "valid"
    assert one.when == NOW - timedelta(minutes=5)


def test_a_clock_that_is_far_off_is_not_believed() -> None:
    answer = signed({"signed": True, "signed_at": "2019-01-01T00:00:00Z", "format": "asice", "text": "x"}, NOW)

    assert ["Kad", "2026. gada 22. novembrī plkst. 10.30"] in answer["found"]["signatures"][0]["lines"]
