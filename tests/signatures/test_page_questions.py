"""What a page may ask its kernel: the scenario's own files, a check, the file it signed; nothing else."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from lideri.errors import InvalidAnswer
from lideri.practice import signatures as practice
from lideri.practice.scenarios import load_scenario
from lideri.signatures import MOST_BYTES, check
from lideri.signatures.examples import EXAMPLES, built
from widgets.signatures import answer

SCENARIO = load_scenario(files("course_data"), "m04.2-laboratorija")
SIGNED = Path(str(files("course_data"))) / "signed"


def asked(state: dict[str, Any] | None = None, **question: Any) -> dict[str, Any]:
    return answer(SCENARIO, state or {}, question)


def test_a_file_of_the_exercise_is_handed_out_as_it_was_built() -> None:
    given = asked(what="file", file="paradzime.asice")

    assert base64.b64decode(given["data"]) == (SIGNED / "paradzime.asice").read_bytes()
    assert given["type"] == "application/vnd.etsi.asic-e+zip"


@pytest.mark.parametrize("name", ["protokols.edoc", "index.json", "../settings.yml", "/etc/passwd", ""])
def test_no_other_file_is_handed_out(name: str) -> None:
    with pytest.raises(InvalidAnswer, match="tādas datnes nav"):
        asked(what="file", file=name)


def test_a_file_brought_along_is_checked() -> None:
    data = base64.b64encode(EXAMPLES["piekrisana.asice"].make()).decode()

    found = asked(what="own", name="mana.asice", data=data)["found"]

    assert found["signatures"][0]["reasons"] == ["Parakstīšanas brīdī sertifikāta derīguma termiņš bija beidzies."]
    assert "izdevējs nav uzticams" in found["remark"]


def test_a_changed_file_is_not_said_to_be_unchanged() -> None:
    data = base64.b64encode(EXAMPLES["paradzime.asice"].make()).decode()

    remark = asked(what="own", name="mana.asice", data=data)["found"]["remark"]

    assert "nav mainīts" not in remark
    assert "izdevējs nav uzticams" in remark


def test_a_real_issuer_is_not_judged_here() -> None:
    data = base64.b64encode(EXAMPLES["apliecinajums.asice"].make()).decode()

    assert "eparaksts.lv" in asked(what="own", name="x.asice", data=data)["found"]["remark"]


@pytest.mark.parametrize(
    ("data", "message"),
    [("nav base64!", "neizdevās nolasīt"), (None, "lielāka par 5 MB"), ("A" * (MOST_BYTES * 4 // 3 + 100), "5 MB")],
)
def test_what_is_no_file_is_refused_in_words(data: Any, message: str) -> None:
    with pytest.raises(InvalidAnswer, match=message):
        asked(what="own", name="x", data=data)


def test_nothing_is_handed_out_before_it_is_signed() -> None:
    with pytest.raises(InvalidAnswer, match="vēl nav parakstīts"):
        asked({"signed": False}, what="signed")


def test_unknown_questions_are_refused() -> None:
    with pytest.raises(InvalidAnswer, match="neprot"):
        asked(what="lidot")


def test_a_signed_text_of_every_kind_of_letter_can_be_checked() -> None:
    state = {"signed": True, "signed_at": "", "format": "pdf", "text": "Ž" * 200 + "\n\n😀 Привет"}

    given = asked(state, what="signed")

    (one,) = check(base64.b64decode(given["data"]), given["name"], datetime.now(UTC)).signatures
    assert one.verdict == "valid"
    assert given["found"]["signatures"][0]["status"] == "Paraksts ir derīgs"


def test_a_file_that_was_written_but_not_built_is_known_all_the_same() -> None:
    before = dict(practice.INDEX)
    try:
        practice.renew({})

        assert practice.known("iesniegums.asice")
        assert not practice.known("nav.asice")
        assert json.loads(built()["index.json"]) == practice.INDEX
    finally:
        practice.renew(before)
