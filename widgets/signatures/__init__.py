"""What the signature places ask their kernel besides saving: files to take along, a check of one's own."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from lideri.errors import InvalidAnswer
from lideri.signatures import MOST_BYTES, Signing, check, container, paper, pdf, words
from lideri.signatures.apart import check_apart

TYPES = MappingProxyType(
    {"pdf": "application/pdf", "asice": container.MIMETYPE.decode(), "edoc": container.MIMETYPE.decode()}
)
SIGNER = "dalibnieks"
TITLE = "Parakstīts mācību vidē"
Answer = dict[str, Any]


def answer(scenario: Mapping[str, Any], state: Mapping[str, Any], question: Mapping[str, Any]) -> Answer:
    """The answer to one question of the browser; raises `InvalidAnswer` for one that no page of ours asks."""
    known: Mapping[str, Callable[[], Answer]] = {
        "file": lambda: _file(scenario, question),
        "own": lambda: _own(question),
        "signed": lambda: signed(state, datetime.now(UTC)),
    }
    what = known.get(str(question.get("what")))
    if what is None:
        raise InvalidAnswer("Tādu jautājumu šī lapa neprot. Pārlādē lapu un mēģini vēlreiz.")
    return what()


def _file(scenario: Mapping[str, Any], question: Mapping[str, Any]) -> Answer:
    """One of the scenario's own files and no other."""
    name = str(question.get("file"))
    if name not in {case["file"] for case in scenario.get("cases", ())}:
        raise InvalidAnswer("Šajā uzdevumā tādas datnes nav.")
    return _given(name, (files("course_data") / "signed" / name).read_bytes())


def _own(question: Mapping[str, Any]) -> Answer:
    """A file of the person's own: checked and forgotten, neither kept nor sent on."""
    raw, name = question.get("data"), str(question.get("name", ""))[:200]
    if not isinstance(raw, str) or len(raw) > MOST_BYTES * 4 // 3 + 8:
        raise InvalidAnswer("Datne ir lielāka par 5 MB. Izvēlies mazāku.")
    try:
        data = base64.b64decode(raw, validate=True)
    except binascii.Error:
        raise InvalidAnswer("Datni neizdevās nolasīt. Izvēlies to vēlreiz.") from None
    return {"found": check_apart(data, name)}


def signed(state: Mapping[str, Any], now: datetime) -> Answer:
    """The file that the person signed, and what a check of it shows."""
    if not state.get("signed"):
        raise InvalidAnswer("Dokuments vēl nav parakstīts.")
    signing = Signing(SIGNER, _moment(str(state["signed_at"]), now))
    letter = paper.Letter(TITLE, ("Mācību piemērs", "", *str(state["text"]).splitlines()))
    name = f"mans_teksts.{state['format']}"
    if state["format"] == "pdf":
        data = pdf.make(letter, signing)
    else:
        document = {"mans_teksts.txt": letter.text.encode() + b"\n"}
        data = container.make(document, [signing], edoc=state["format"] == "edoc")
    return {**_given(name, data), "found": words.told(check(data, name, now))}


def _moment(claimed: str, now: datetime) -> datetime:
    """When it was signed, as the browser had it; a clock that is a day or more off is not believed."""
    try:
        when = datetime.fromisoformat(claimed).astimezone(UTC)
    except ValueError:
        return now.replace(microsecond=0)
    believable = timedelta(days=-400) < when - now < timedelta(days=1)
    return (when if believable else now).replace(microsecond=0)


def _given(name: str, data: bytes) -> Answer:
    kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    return {"name": name, "type": kind, "data": base64.b64encode(data).decode()}
