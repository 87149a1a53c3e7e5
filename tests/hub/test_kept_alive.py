"""An open page stays connected for as long as its browser answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from jupyter_server.base.websocket import WebSocketMixin
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketClientConnection, WebSocketHandler, websocket_connect

from lideri.hub.handlers import KeptAlive, OwnExecution, OwnKernelSocket

ROUNDS = 3


class Socket(KeptAlive, WebSocketMixin, WebSocketHandler):
    """A websocket as our pages have it, without a kernel and without log-in; notes what happens to it."""

    happened: asyncio.Queue[str]
    log = logging.getLogger(__name__)

    async def prepare(self) -> None:
        """Everybody may."""

    def send_ping(self) -> None:
        super().send_ping()
        self.happened.put_nowait("jupyter_server asked")

    def on_pong(self, data: bytes) -> None:
        super().on_pong(data)
        self.happened.put_nowait("pong")

    def on_message(self, message: str | bytes) -> None:
        self.write_message(message)


class OftenAsked(Socket):
    ping_interval = ping_timeout = 0.05  # seconds for tornado


class OneRound(Socket):
    ping_interval = ping_timeout = 20.0  # milliseconds, if jupyter_server had its way


def connected(handler: type[Socket], use: Callable[[WebSocketClientConnection], Awaitable[object]]) -> object:
    async def work() -> object:
        Socket.happened = asyncio.Queue()
        held, port = bind_unused_port()
        server = HTTPServer(Application([("/", handler)]))
        server.add_socket(held)
        try:
            return await asyncio.wait_for(use(await websocket_connect(f"ws://127.0.0.1:{port}/")), 20)
        finally:
            server.stop()

    return asyncio.run(work())


def test_a_page_is_not_cut_off_before_it_was_asked_once() -> None:
    async def use(page: WebSocketClientConnection) -> object:
        while await Socket.happened.get() != "jupyter_server asked":
            pass
        await page.write_message("still there?")
        return await page.read_message()

    assert connected(OneRound, use) == "still there?"


def test_a_page_that_answers_is_asked_again_and_again() -> None:
    async def use(_page: WebSocketClientConnection) -> object:
        pongs = 0
        while pongs < ROUNDS:
            pongs += await Socket.happened.get() == "pong"
        return pongs

    assert connected(OftenAsked, use) == ROUNDS


def test_both_connections_of_a_page_are_asked_by_tornado_in_seconds() -> None:
    for handler in (OwnKernelSocket, OwnExecution):
        assert handler.ping_interval == handler.ping_timeout == 30.0
        assert handler.send_ping is KeptAlive.send_ping
