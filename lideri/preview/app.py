"""The preview's server: a page, its widgets' modules, and a websocket between each widget and its browser side."""

from __future__ import annotations

import asyncio
import json
import logging
import webbrowser
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from tornado import ioloop, web, websocket
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from lideri.preview.content import Shown, read, watched

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
EVERY_MS = 400  # how often files are looked at


def serve(root: Path, what: str, *, port: int = 0, browser: bool = True, say: Callable[[str], None] = print) -> int:
    """Serve until interrupted; the exit code. ``port`` 0: any that is free. Listens on this machine only."""

    async def run() -> None:
        sockets = bind_sockets(port, "127.0.0.1")
        address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"
        changes = Changes(root, what)
        server = HTTPServer(make_app(root, what, changes))
        server.add_sockets(sockets)
        watching = ioloop.PeriodicCallback(changes.look, EVERY_MS)
        watching.start()
        say(f"Priekšskatījums: {address}  (aptur ar Ctrl-C)")
        if browser:
            webbrowser.open(address)
        await asyncio.Event().wait()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        say("Priekšskatījums ir apturēts.")
    return 0


class Changes:
    """Tells every open page when a watched file was saved, added or removed."""

    def __init__(self, root: Path, what: str = "") -> None:
        self._root, self._what = root, what
        self._seen = self._now()
        self.pages: set[Live] = set()

    def look(self) -> None:
        now = self._now()
        if now != self._seen:
            self._seen = now
            for page in list(self.pages):
                page.tell({"type": "reload"})

    def _now(self) -> dict[Path, int]:
        found = {}
        for file in watched(self._root, self._what):
            try:
                found[file] = file.stat().st_mtime_ns
            except FileNotFoundError:  # saved by renaming, just now
                continue
        return found


def make_app(root: Path, what: str, changes: Changes) -> web.Application:
    static = root / "lideri" / "answers" / "pages" / "static"
    with_content = {"root": root, "what": what}
    return web.Application(
        [
            (r"/", Page, with_content),
            (r"/live", Live, {**with_content, "changes": changes}),
            (r"/widgets/(\w+)\.js", Module),
            (r"/widgets\.css", Styles),
            (r"/preview/(.*)", web.StaticFileHandler, {"path": HERE / "static"}),
            (r"/static/(.*)", web.StaticFileHandler, {"path": static}),
        ],
        websocket_ping_interval=20,
    )


class _Own(web.RequestHandler):
    def prepare(self) -> None:
        # Somebody else's site must not read this machine's drafts through a name of its own (DNS rebinding).
        if self.request.host_name not in ("127.0.0.1", "localhost"):
            raise web.HTTPError(404)

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")


class Page(_Own):
    def initialize(self, root: Path, what: str) -> None:
        self._root, self._what = root, what

    def get(self) -> None:
        self.finish(_html(read(self._root, self.get_query_argument("ko", self._what))))


class Module(_Own):
    def get(self, name: str) -> None:
        from widgets import base

        if name not in json.loads((base.HERE / "bundles.json").read_text(encoding="utf-8")):
            raise web.HTTPError(404)
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        base.esm.cache_clear()
        self.finish(base.esm(name))


class Styles(_Own):
    def get(self) -> None:
        from widgets import base

        bundles = json.loads((base.HERE / "bundles.json").read_text(encoding="utf-8"))
        names = dict.fromkeys(name for bundle in bundles.values() for name in bundle["css"])
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish("\n".join((base.HERE / name).read_text(encoding="utf-8") for name in names))


class Live(websocket.WebSocketHandler):
    """A page's widgets: states out at the beginning, messages both ways after it."""

    def initialize(self, root: Path, what: str, changes: Changes) -> None:
        self._root, self._what, self._changes = root, what, changes
        self._widgets: list[Any] = []

    def check_origin(self, origin: str) -> bool:
        return super().check_origin(origin) and self.request.host_name in ("127.0.0.1", "localhost")

    def open(self) -> None:
        self._changes.pages.add(self)
        shown = read(self._root, self.get_query_argument("ko", self._what))
        if shown.page is None:
            return
        import widgets

        for number, block in enumerate(shown.blocks):
            if not block.widget:
                continue
            try:
                widget = getattr(widgets, block.widget)(block.exercise, shown.page)
            except Exception as error:  # the outer edge: a mistake in one exercise must not hide the others
                log.exception("preview of %s failed", block.exercise)
                self.tell({"type": "broken", "block": number, "message": str(error) or type(error).__name__})
                continue
            self._widgets.append((number, widget))
            self.tell({"type": "widget", "block": number, "module": widget.bundle, "state": _state(widget)})

    def on_message(self, message: str | bytes) -> None:
        sent = json.loads(message)
        for number, widget in self._widgets:
            if number != sent.get("block"):
                continue
            before = _state(widget)
            if sent.get("type") == "state":
                widget.set_state(sent.get("state", {}))
                replies: list[Mapping[str, Any]] = []
            else:
                replies = widget.receive(sent.get("content"))
            changed = {name: value for name, value in _state(widget).items() if before.get(name) != value}
            if changed:
                self.tell({"type": "state", "block": number, "state": changed})
            for reply in replies:
                self.tell({"type": "message", "block": number, "content": reply})

    def on_close(self) -> None:
        self._changes.pages.discard(self)
        for _, widget in self._widgets:
            widget.close()

    def tell(self, message: Mapping[str, Any]) -> None:
        try:
            self.write_message(json.dumps(message, ensure_ascii=False, default=str))
        except websocket.WebSocketClosedError:
            self._changes.pages.discard(self)


def _state(widget: Any) -> dict[str, Any]:
    """The traits that the browser gets."""
    return {
        name: value
        for name, value in widget.get_state().items()
        if not name.startswith("_") and isinstance(value, str | int | float | bool | list | tuple | dict | None)
    }


def _html(shown: Shown) -> str:
    body = "".join(
        block.html
        if not block.widget
        else f'<div data-block="{number}" data-exercise="{escape(block.exercise)}"></div>'
        for number, block in enumerate(shown.blocks)
    )
    problems = "".join(f"<li>{escape(str(problem))}</li>" for problem in shown.problems)
    wrong = f'<section class="prose"><h2>Saturā ir kļūdas</h2><ul>{problems}</ul></section>' if problems else ""
    lead = f'<p class="lead">{escape(shown.lead)}</p>' if shown.lead else ""
    return f"""<!doctype html>
<html lang="lv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(shown.title)} – priekšskatījums</title>
<link rel="stylesheet" href="/static/lideri.css"><link rel="stylesheet" href="/widgets.css">
<script type="module" src="/preview/preview.js"></script></head>
<body class="page"><main id="saturs"><div class="wrap"><article class="stack">
<p class="small soft" role="status" id="stavoklis">Priekšskatījums: nekas no šejienes netiek saglabāts.</p>
<header><h1>{escape(shown.title)}</h1>{lead}</header>{wrong}
<div class="stack" id="lapa">{body}</div>
</article></div></main></body></html>"""
