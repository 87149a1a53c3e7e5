"""One person in a real browser: which files it fetches, and when that person could act."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench.client import Footprint, StaticFile, kind_of_document, without_ids
from tests.hub.system import chromium

FILES = {"Stylesheet", "Script", "Font", "Image", "XHR", "Fetch", "Preload", "Other", "Manifest"}


@dataclass
class Visit:
    """What the browser saw. `seconds` run from the first request to the end of `act`, typing included (none)."""

    footprint: Footprint
    seconds: float
    marks: dict[str, float] = field(default_factory=dict)


def visit(
    base_url: str, path: str, user: str, password: str, act: Callable[[Any, Callable[[str], None]], None]
) -> Visit | None:
    """Log in, open `path`, `act(page, mark)`; None where there is no Chromium."""
    program = chromium()
    if program is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            page = browser.new_context().new_page()
            recorder = _Recorder(base_url, user)
            recorder.listen(page)
            page.set_default_timeout(180_000)
            started = time.perf_counter()
            marks: dict[str, float] = {}

            def mark(name: str) -> None:
                marks[name] = round(time.perf_counter() - started, 2)

            page.goto(base_url + path)
            if page.locator("input[name=username]").count():
                page.fill("input[name=username]", user)
                page.fill("input[name=password]", password)
                mark("login sent")
                page.press("input[name=password]", "Enter")
            act(page, mark)
            seconds = time.perf_counter() - started
            page.wait_for_timeout(1_000)  # files that come when everything can be used already
            footprint = recorder.footprint()
            page.goto("about:blank")  # leaving tells the server that the kernel is not needed
            page.wait_for_timeout(300)
            return Visit(footprint, seconds, marks)
        finally:
            browser.close()


class _Recorder:
    """Every request that really went over the network, in order, with the document it belongs to."""

    def __init__(self, base_url: str, user: str) -> None:
        self._base, self._user = base_url, user
        self._requests: dict[str, dict[str, Any]] = {}
        self._document = ("page", 0)  # its kind, and which one it was
        self._connected = False

    def listen(self, page: Any) -> None:
        cdp = page.context.new_cdp_session(page)
        cdp.send("Network.enable")
        cdp.on("Network.requestWillBeSent", self._asked)
        cdp.on("Network.requestServedFromCache", lambda event: self._requests.pop(event["requestId"], None))
        cdp.on("Network.responseReceived", self._answered)
        cdp.on("Network.responseReceivedExtraInfo", self._answered_on_the_wire)
        cdp.on("Network.webSocketCreated", self._socket)

    def _asked(self, event: dict[str, Any]) -> None:
        url, kind = event["request"]["url"], event.get("type")
        if kind == "Document":
            self._document = (kind_of_document(urlsplit(url).path), self._document[1] + 1)
            self._connected = False
            return
        if not url.startswith(self._base) or event["request"]["method"] != "GET" or kind not in FILES:
            return
        if not without_ids(url):
            return
        by_parser = event["initiator"]["type"] in {"parser", "preload"}
        self._requests[event["requestId"]] = {
            "document": self._document,
            "path": url.removeprefix(self._base),
            "when": "later" if self._connected else "parser" if by_parser else "script",
            "status": None,
            "etag": None,
            "cached": False,
        }

    def _answered(self, event: dict[str, Any]) -> None:
        request = self._requests.get(event["requestId"])
        if request is not None:
            response = event["response"]
            request["cached"] = bool(response.get("fromDiskCache"))
            request["status"] = request["status"] or response["status"]
            headers = {name.lower(): value for name, value in response["headers"].items()}
            request["etag"] = headers.get("etag")

    def _answered_on_the_wire(self, event: dict[str, Any]) -> None:
        request = self._requests.get(event["requestId"])
        if request is not None:
            request["status"] = event["statusCode"]
            request["wire"] = True

    def _socket(self, event: dict[str, Any]) -> None:
        if "/api/kernels/" in event["url"]:
            self._connected = True

    def footprint(self) -> Footprint:
        files: dict[str, list[StaticFile]] = {}
        last = dict(request["document"] for request in self._requests.values())
        for request in self._requests.values():
            kind, number = request["document"]
            if number != last[kind] or (request["cached"] and request["status"] != 304):
                continue
            path = request["path"].replace(f"/user/{self._user}/", "/user/{user}/")
            etag = request["etag"] if request["status"] == 304 else None
            files.setdefault(kind, []).append(StaticFile(path, request["when"], etag))
        return Footprint(files)
