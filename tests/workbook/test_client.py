from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from lideri.errors import AttemptClosed, NotAllowed, RefusedError, SessionExpired, StoreBusy
from lideri.workbook import open_page
from lideri.workbook.client import AnswersOverHttp, AnswersUnreachable, refusal

Reply = tuple[int, Any]
TOKEN = base64.urlsafe_b64encode(json.dumps({"person": "p-1"}).encode()).rstrip(b"=").decode() + ".paraksts"


class Service:
    """*answers* as a kernel sees it: remembers what it was asked and says what the test wants."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any, str | None]] = []
        self.reply: Callable[[str, str], Reply] = lambda _method, _path: (200, {})
        self.drop_after = False  # close each connection without telling
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = (self.command, self.path, json.loads(body) if body else None, self.headers.get("Authorization"))
                service.asked.append(asked)
                status, content = service.reply(self.command, self.path)
                raw = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
                self.close_connection = service.drop_after

            do_GET = do_PUT = do_POST = answer  # noqa: N815  # names that the library looks for

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/services/lideri/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.server.shutdown()
    running.server.server_close()


def test_a_page_under_the_hub_reads_and_saves_by_its_token(service: Service) -> None:
    stored = {"response": {"kind": "number", "text": "1"}, "seq": 3, "saved_at": "t0", "checked": False}
    service.reply = lambda method, _path: (
        200,
        {"answers": {"a-1": stored}} if method == "GET" else {"saved_at": "t1", "seq": 4},
    )
    page = open_page("2.1", {"LIDERI_ANSWERS_URL": service.url, "LIDERI_TOKEN": TOKEN})

    before = page.saved("a-1")
    saved_at = page.save("a-1", {"kind": "number", "text": "2"}, seq=4, checked=True)

    assert (page.person, before, saved_at) == ("p-1", stored, "t1")
    body = {"response": {"kind": "number", "text": "2"}, "seq": 4, "checked": True}
    assert ("PUT", "/services/lideri/api/page/2.1/answer/a-1", body, f"Bearer {TOKEN}") in service.asked


def test_the_assessment_speaks_about_its_own_attempt(service: Service) -> None:
    service.reply = lambda _method, path: (200, {"id": "m-7", "items": [], "saved_at": "t2", "state": "submitted"})
    page = open_page("2/parbaude", {"LIDERI_ANSWERS_URL": service.url, "LIDERI_TOKEN": TOKEN})

    page.outline()
    page.attempt()
    page.save_answer("m02-1", {"kind": "number", "text": "2"}, seq=1)
    page.submit(answered=1)

    assert [(method, path.removeprefix("/services/lideri/api/")) for method, path, _, _ in service.asked] == [
        ("GET", "attempt?module=2"),
        ("POST", "attempt"),
        ("PUT", "attempt/m-7/answer/m02-1"),
        ("POST", "attempt/m-7/submit"),
    ]


def test_a_connection_that_the_service_closed_meanwhile_is_opened_again(service: Service) -> None:
    service.drop_after = True
    service.reply = lambda _method, _path: (200, {"saved_at": "t"})
    answers = AnswersOverHttp(service.url, TOKEN)

    times = [answers.save("2.1", "a", {}, seq=seq, checked=False) for seq in (1, 2, 3)]

    assert times == ["t", "t", "t"]


def test_a_service_that_is_away_is_said_to_be_away(service: Service) -> None:
    service.server.shutdown()
    service.server.server_close()

    with pytest.raises(AnswersUnreachable, match="Serveris pašlaik neatbild"):
        AnswersOverHttp(service.url, TOKEN).save("2.1", "a", {}, seq=1, checked=False)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (409, "darbs-iesniegts", AttemptClosed),
        (401, "sesija-beigusies", SessionExpired),
        (503, "datubaze-aiznemta", StoreBusy),
        (418, "jauns-kods", RefusedError),
        (500, "jauns-kods", StoreBusy),
    ],
)
def test_a_refusal_is_the_same_error_here_as_there(
    service: Service, status: int, code: str, kind: type[Exception]
) -> None:
    service.reply = lambda _method, _path: (status, {"error": {"code": code, "message": "Tā nevar."}})

    with pytest.raises(kind, match="Tā nevar") as caught:
        AnswersOverHttp(service.url, TOKEN).attempt("2")

    assert type(caught.value) is kind


@pytest.mark.parametrize("content", [b"<html>502</html>", b"[]", b"\xff"])
def test_an_answer_that_makes_no_sense_is_no_success(service: Service, content: bytes) -> None:
    service.reply = lambda _method, _path: (200, content)

    with pytest.raises(AnswersUnreachable, match="nesaprotami"):
        AnswersOverHttp(service.url, TOKEN).save("2.1", "a", {}, seq=1, checked=False)


def test_a_refusal_without_words_still_has_some() -> None:
    assert "Serveris pašlaik neatbild" in str(refusal(502, {}))
    assert "nesaprotami" in str(refusal(400, {"error": "x"}))


def test_a_token_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(NotAllowed, match="Atver to vēlreiz"):
        AnswersOverHttp("http://127.0.0.1:1/", "muļķības")
