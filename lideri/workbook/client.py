"""Answers kept by the service *answers*, over its API (docs/contracts.md)."""

from __future__ import annotations

import base64
import binascii
import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from lideri import errors
from lideri.errors import LideriError, NotAllowed, RefusedError, StoreBusy

SECONDS = 3.0  # the page counts a change as unsaved after 4
NO_ANSWER = "Serveris pašlaik neatbild. Tava atbilde nav zudusi, mēģinām to saglabāt vēlreiz."
NOT_UNDERSTOOD = "Serveris atbildēja nesaprotami. Tava atbilde nav zudusi, mēģinām to saglabāt vēlreiz."


class AnswersUnreachable(StoreBusy):
    """The service did not answer; asking again is safe, because every call may be repeated."""

    code = "serveris-neatbild"


class AnswersOverHttp:
    """One kept-open connection. Every call may be repeated without harm, so a connection that the service has closed
    meanwhile is opened again once; a slow service is not asked twice."""

    def __init__(self, url: str, token: str) -> None:
        address = urlsplit(url)
        if not address.hostname:
            raise AnswersUnreachable(
                "Nav zināms, kur glabāt atbildes. Pārlādē lapu; ja tas nepalīdz, raksti pasniedzējam."
            )
        self._connection = http.client.HTTPConnection(address.hostname, address.port or 80, timeout=SECONDS)
        self._prefix = address.path.rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        self.person = person_of(token)

    def page(self, page: str) -> Mapping[str, Mapping[str, Any]]:
        answers: Mapping[str, Mapping[str, Any]] = self._call("GET", f"page/{_part(page)}")["answers"]
        return answers

    def save(self, page: str, exercise: str, response: Mapping[str, Any], *, seq: int, checked: bool) -> str:
        body = {"response": response, "seq": seq, "checked": checked}
        return str(self._call("PUT", f"page/{_part(page)}/answer/{_part(exercise)}", body)["saved_at"])

    def outline(self, module: str) -> Mapping[str, Any]:
        return self._call("GET", f"attempt?module={_part(module)}")

    def attempt(self, module: str) -> Mapping[str, Any]:
        return self._call("POST", "attempt", {"module": module})

    def save_item(self, attempt: str, item: str, response: Mapping[str, Any], *, seq: int) -> str:
        body = {"response": response, "seq": seq}
        return str(self._call("PUT", f"attempt/{_part(attempt)}/answer/{_part(item)}", body)["saved_at"])

    def submit(self, attempt: str, *, answered: int) -> Mapping[str, Any]:
        return self._call("POST", f"attempt/{_part(attempt)}/submit", {"answered": answered})

    def trainer(self, cohort: str | None = None, module: str | None = None) -> Mapping[str, Any]:
        """The trainer's report (`lideri.reports.live`); the first cohort when none is named, and its own module."""
        asked = {"cohort": cohort, "module": module}
        query = "&".join(f"{name}={_part(value)}" for name, value in asked.items() if value)
        return self._call("GET", f"report/trainer?{query}" if query else "report/trainer")

    def programme(self) -> Mapping[str, Any]:
        """The programme's published report."""
        return self._call("GET", "report/programme")

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        status, raw = self._exchange(method, f"{self._prefix}/api/{path}", data)
        try:
            answer = json.loads(raw) if raw else {}
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise AnswersUnreachable(NOT_UNDERSTOOD)
        if status >= 400:
            raise refusal(status, answer)
        return answer

    def _exchange(self, method: str, path: str, data: bytes | None) -> tuple[int, bytes]:
        for again in (True, False):
            kept_open = self._connection.sock is not None
            try:
                self._connection.request(method, path, data, self._headers)
                response = self._connection.getresponse()
                return response.status, response.read()
            except TimeoutError:
                self._connection.close()
                raise AnswersUnreachable(NO_ANSWER) from None
            except (OSError, http.client.HTTPException):
                self._connection.close()
                if not (again and kept_open):
                    raise AnswersUnreachable(NO_ANSWER) from None
        raise AnswersUnreachable(NO_ANSWER)


def refusal(status: int, answer: Mapping[str, Any]) -> LideriError:
    """The service's error as the exception it was there, by its code; an unknown code by its status."""
    said = answer.get("error")
    error: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    code, message = error.get("code"), error.get("message")
    if not isinstance(message, str) or not message:
        return AnswersUnreachable(NO_ANSWER) if status >= 500 else RefusedError(NOT_UNDERSTOOD)
    known = {kind.code: kind for kind in _family(LideriError) if kind is not errors.ContentError}
    return known.get(str(code), StoreBusy if status >= 500 else RefusedError)(message)


def _family(kind: type[LideriError]) -> Iterator[type[LideriError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _family(child)


def person_of(token: str) -> str:
    """The person's id in the token, which is not verified here: the service does that, with a secret we do not have."""
    body = token.partition(".")[0]
    try:
        person = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["person"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise NotAllowed("Šai lapai nav tiesību. Atver to vēlreiz no burtnīcas sākuma.") from None
    return str(person)


def _part(text: str) -> str:
    return quote(text, safe="")
