"""A browser's worth of network traffic without a browser: log in, open a page, fetch its files, use its widgets.

What a page of ours or of stock Voila makes a browser do is done here message by message, so cheaply that one process
plays hundreds of people. Which files a browser fetches is not guessed: `bench.chromium` writes them down from a real
one (`Footprint`). What JavaScript itself costs is left out: it runs on the people's machines.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
import uuid
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import quote, urljoin

import aiohttp
from yarl import URL

AT_ONCE = 6  # connections a browser opens to one host for HTTP; websockets do not count
IDLE_SECONDS = 4  # the proxy closes idle connections after 5; a browser would ask again on a new one
KERNEL_PROTOCOL = "v1.kernel.websocket.jupyter.org"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
POLL_SECONDS = 0.3  # as lideri/answers/pages/static/pages.js asks on the result page
_CONFIG = re.compile(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', re.DOTALL)
_XSRF = re.compile(r'name="_xsrf"\s+value="([^"]+)"')
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')
_VIEW = re.compile(r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*?)</script>', re.DOTALL)
_PROGRESS = re.compile(r'EventSource\("([^"]+)"\)')
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class NotAsExpected(Exception):
    """The server did something a person would complain about."""


# ── which files ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class StaticFile:
    """`when`: "parser" as soon as the HTML begins, "script" once it is there, "later" after the kernel's connection."""

    path: str
    when: str
    etag: str | None = None  # set when the browser only asked whether its copy is still good (304)


@dataclass
class Footprint:
    """The files of a first visit by kind of document ("login", "waiting", "page", "plain"); empty: none are fetched."""

    files: dict[str, list[StaticFile]] = field(default_factory=dict)

    def of(self, document: str, when: str) -> list[StaticFile]:
        return [file for file in self.files.get(document, []) if file.when == when]

    @property
    def count(self) -> int:
        return sum(len(files) for files in self.files.values())


def kind_of_document(path: str) -> str:
    if path.startswith("/hub/login"):
        return "login"
    if path.startswith(("/hub/spawn", "/hub/user/")):
        return "waiting"
    return "plain" if path.startswith("/services/lideri/") else "page"


# ── a browser ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Document:
    url: URL
    text: str
    status: int


class Browser:
    """One person's browser with an empty cache. `marks` says how many seconds after `begun` each thing was reached."""

    def __init__(self, base_url: str, *, footprint: Footprint | None = None, user: str = "") -> None:
        self.base_url = base_url
        self.footprint = footprint or Footprint()
        self.user = user
        self.begun = time.perf_counter()
        self.marks: dict[str, float] = {}
        self.requests = 0
        self.bytes = 0
        self.failed_files: list[str] = []
        self.pages: list[OpenPage] = []  # that are open
        self._free = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._page_files: list[asyncio.Task[None]] = []
        self._modules: list[asyncio.Task[None]] = []
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
            cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=60),
            auto_decompress=False,
            headers={"Accept-Encoding": "gzip", "User-Agent": "lideri-bench"},
            read_bufsize=2**18,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    def mark(self, name: str) -> None:
        self.marks[name] = time.perf_counter() - self.begun

    # ── documents and files ─────────────────────────────────────────────────────────────────────────────────────────

    async def visit(self, path: str, *, form: Mapping[str, str] | None = None) -> Document:
        """Navigate; every redirect is followed and every file that the document needs is there at the end."""
        document, files = await self._navigate(path, form)
        await asyncio.gather(*files)
        return document

    async def look(self, path: str) -> Document:
        """Navigate, and wait only for what is needed to see what stands in the HTML itself."""
        document, files = await self._navigate(path)
        await asyncio.gather(*files[: len(self.footprint.of(kind_of_document(document.url.path), "parser"))])
        return document

    async def _navigate(
        self, path: str, form: Mapping[str, str] | None = None
    ) -> tuple[Document, list[asyncio.Task[None]]]:
        method = "GET" if form is None else "POST"
        files: list[asyncio.Task[None]] = []
        self.requests += 1
        async with (
            self._free,
            self._session.request(
                method,
                urljoin(self.base_url, path),
                data=form,
                headers={"Sec-Fetch-Mode": "navigate", "Accept": "text/html"},
                max_redirects=20,
            ) as answer,
        ):
            kind = kind_of_document(answer.url.path)
            pieces: list[bytes] = []
            async for piece in answer.content.iter_any():
                if not pieces:
                    self.mark(f"{kind}: first byte")
                    files += self._fetch_all(kind, "parser")
                pieces.append(piece)
            body = b"".join(pieces)
        self.bytes += len(body)
        if answer.headers.get("Content-Encoding") == "gzip":
            body = zlib.decompress(body, wbits=31)
        self.mark(f"{kind}: html")
        document = Document(answer.url, body.decode(), answer.status)
        if document.status >= 400:
            raise NotAsExpected(f"{document.status} {document.url}: {_plain(document.text)[:300]}")
        files += self._fetch_all(kind, "script")
        return document, files

    def fetch_later(self) -> None:
        files = self.footprint.of("page", "later")
        tasks = self._fetch_all("page", "later")
        self._modules = [task for file, task in zip(files, tasks, strict=True) if _is_script(file.path)]

    async def modules(self) -> None:
        """The scripts that came last: without a widget's own module nobody can use it."""
        await asyncio.gather(*self._modules)

    def _fetch_all(self, kind: str, when: str) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self._fetch(file)) for file in self.footprint.of(kind, when)]
        self._tasks.update(tasks)
        for task in tasks:
            task.add_done_callback(self._tasks.discard)
        return tasks

    async def _fetch(self, file: StaticFile) -> None:
        path = file.path.replace("{user}", quote(self.user))
        headers = {"If-None-Match": file.etag} if file.etag else {}
        async with self._free:
            self.requests += 1
            async with self._session.get(URL(self.base_url + path, encoded=True), headers=headers) as answer:
                self.bytes += len(await answer.read())
                if answer.status not in {200, 304}:
                    self.failed_files.append(f"{answer.status} {path}")

    async def json(self, path: str) -> Any:
        async with self._free:
            self.requests += 1
            async with self._session.get(urljoin(self.base_url, path)) as answer:
                body = await answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            body = zlib.decompress(body, wbits=31)
        if answer.status != 200:
            raise NotAsExpected(f"{answer.status} {path}: {body[:300]!r}")
        return json.loads(body)

    def cookie(self, name: str, path: str) -> str:
        found = self._session.cookie_jar.filter_cookies(URL(urljoin(self.base_url, path)))
        return found[name].value if name in found else ""

    # ── logging in ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def log_in(self, path: str, password: str) -> Document:
        """Ask for `path`, fill in the hub's form, follow; where a server has to be started first, wait for it."""
        document = await self.visit(path)
        if kind_of_document(document.url.path) == "login":
            xsrf, action = _XSRF.search(document.text), _FORM.search(document.text)
            if not xsrf or not action:
                raise NotAsExpected(f"no log-in form at {document.url}")
            form = {"username": self.user, "password": password, "_xsrf": xsrf[1]}
            target = str(document.url.join(URL(html.unescape(action[1]))))
            self.mark("login sent")
            document = await self._follow(target, form)
        return document

    async def _follow(self, path: str, form: Mapping[str, str] | None = None) -> Document:
        document, files = await self._navigate(path, form)
        self._page_files = files
        while kind_of_document(document.url.path) == "waiting":
            progress = _PROGRESS.search(document.text)
            if not progress:
                raise NotAsExpected(f"neither a page nor a waiting page: {document.url}: {_plain(document.text)[:300]}")
            await self._wait_for_server(html.unescape(progress[1]).replace("\\u0026", "&"))
            document, self._page_files = await self._navigate(str(document.url))
        return document

    async def _wait_for_server(self, path: str) -> None:
        async with self._session.get(urljoin(self.base_url, path), headers={"Accept": "text/event-stream"}) as answer:
            async for line in answer.content:
                if not line.startswith(b"data:"):
                    continue
                event = json.loads(line[5:])
                if event.get("failed"):
                    raise NotAsExpected(f"the person's server did not start: {event}")
                if event.get("ready"):
                    return
        raise NotAsExpected("the person's server did not say that it is ready")

    # ── pages with a kernel ─────────────────────────────────────────────────────────────────────────────────────────

    async def log_in_and_open(self, path: str, password: str) -> OpenPage:
        document = await self.log_in(path, password)
        return await self._connect(document)

    async def open(self, path: str) -> OpenPage:
        return await self._connect(await self._follow(path))

    async def _connect(self, document: Document) -> OpenPage:
        await asyncio.gather(*self._page_files)
        self.mark("files")
        config = _CONFIG.search(document.text)
        about = json.loads(config[1]) if config else {}
        if not about.get("kernelId"):
            raise NotAsExpected(f"no kernel in {document.url}: {_plain(document.text)[-300:]}")
        page = OpenPage(self, document, about)
        self.pages.append(page)
        await page.connect()
        return page

    async def leave(self) -> None:
        """Leave every page that is still open, as closing the browser does."""
        await asyncio.gather(*(page.close() for page in list(self.pages)))

    async def ended(self, timeout: float = 30) -> None:
        """Wait for the files that were still coming."""
        async with asyncio.timeout(timeout):
            await asyncio.gather(*self._tasks)


class OpenPage:
    """A page with its kernel connected: `models` by id, `views` in the order in which the cells showed them."""

    def __init__(self, browser: Browser, document: Document, about: Mapping[str, Any]) -> None:
        self.browser = browser
        self.document = document
        self.kernel = str(about["kernelId"])
        self.base = str(about["baseUrl"])
        self.models: dict[str, dict[str, Any]] = {}
        self.views: list[str] = [json.loads(each)["model_id"] for each in _VIEW.findall(document.text)]
        self.cells_left = -1  # not known yet; a page that came whole has none
        self.broken: list[str] = []
        self._progressive = bool(about.get("progressiveRendering"))
        self._session = uuid.uuid4().hex
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._execution: aiohttp.ClientWebSocketResponse | None = None
        self._changed = asyncio.Event()
        self._listeners: set[Callable[[str, Mapping[str, Any]], None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._asked_for_states = False
        self._seq = int((datetime.now(UTC) - EPOCH).total_seconds())

    # ── connecting ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def connect(self) -> None:
        """What voila.js does: look at the kernel, open its channel, have the cells run, learn of the widgets."""
        await self.browser.json(f"{self.base}api/kernels/{self.kernel}?{int(time.time() * 1000)}")
        address = f"{self.base}api/kernels/{self.kernel}/channels?session_id={self._session}"
        self._socket = await self._open_socket(address, protocols=(KERNEL_PROTOCOL,))
        self.browser.mark("kernel socket")
        self._tasks.append(asyncio.create_task(self._read_kernel()))
        await self._send("kernel_info_request", {})
        if self._progressive:
            self._execution = await self._open_socket(f"{self.base}voila/execution/{self.kernel}")
            await self._execution.send_str(json.dumps({"action": "execute", "payload": {"kernel_id": self.kernel}}))
            self._tasks.append(asyncio.create_task(self._read_cells()))
        else:
            self.cells_left = 0
        self.browser.fetch_later()

    async def _open_socket(self, path: str, protocols: tuple[str, ...] = ()) -> aiohttp.ClientWebSocketResponse:
        return await self.browser._session.ws_connect(
            urljoin(self.browser.base_url, path),
            protocols=protocols,
            origin=self.browser.base_url,
            compress=15,
            max_msg_size=0,
            autoping=True,
        )

    async def close(self) -> None:
        """Leave the page as a browser does: tell the server, then the connections end."""
        self.browser.pages.remove(self)
        xsrf = quote(self.browser.cookie("_xsrf", self.base))
        address = f"{self.browser.base_url}{self.base}voila/api/shutdown/{self.kernel}?_xsrf={xsrf}"
        try:
            async with self.browser._session.post(URL(address, encoded=True)) as answer:
                await answer.read()
            if answer.status >= 400:
                raise NotAsExpected(f"leaving the page: {answer.status}")
        finally:
            await self.disconnect()

    async def disconnect(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in (self._socket, self._execution):
            if socket is not None:
                await socket.close()

    # ── waiting ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def until(self, reached: Callable[[], bool], what: str, timeout: float = 600) -> None:
        try:
            async with asyncio.timeout(timeout):
                while not reached():
                    if self.broken:
                        raise NotAsExpected(f"{what}: {self.broken[0]}")
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise NotAsExpected(f"{what}: not within {timeout} s (page {self.document.url})") from None

    async def shown(self, timeout: float = 600) -> None:
        """Every cell has run and every widget that the cells show is known."""
        await self.until(
            lambda: self.cells_left == 0 and bool(self.views) and all(view in self.models for view in self.views),
            "page fully shown",
            timeout,
        )
        await self.browser.modules()
        for view in self.views:
            if self.models[view].get("spec", {}).get("kind") == "open_data":  # asks for its table once it stands there
                await self.ask(view, {"type": "view"}, lambda reply: reply.get("type") == "view", timeout)

    async def exercise(self, number: int = 0, timeout: float = 600) -> str:
        """The model of the exercise with this number on the page, once it can be seen and used."""
        await self.until(
            lambda: len(self.views) > number and self.views[number] in self.models, f"exercise {number}", timeout
        )
        await self.browser.modules()
        return self.views[number]

    # ── acting ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def save(
        self, model: str, response: Mapping[str, Any], *, check: bool = False, timeout: float = 120
    ) -> float:
        """Change an answer as our widgets do; seconds until «Saglabāts», with `check` until the feedback is there."""
        state = self.models[model]
        exercise = state["context"]["exercise"]
        self._seq += 1
        wanted = "feedback" if check and state["spec"].get("kind") not in SIMULATORS else "saved"
        content = {
            "type": "check" if check else "save",
            "exercise": exercise,
            "seq": self._seq,
            "response": dict(response),
        }
        seq = self._seq
        return await self.ask(
            model,
            content,
            lambda reply: reply.get("type") == wanted and reply.get("exercise") == exercise and reply["seq"] == seq,
            timeout,
        )

    async def ask(
        self,
        model: str,
        content: Mapping[str, Any],
        answered: Callable[[Mapping[str, Any]], bool],
        timeout: float = 120,
    ) -> float:
        """Send a widget's own message; seconds until the reply that `answered` accepts. Its last reply: `reply`."""
        done = asyncio.get_running_loop().create_future()

        def listen(comm: str, data: Mapping[str, Any]) -> None:
            if comm != model or data.get("method") != "custom" or done.done():
                return
            if data["content"].get("type") == "failed":
                done.set_exception(NotAsExpected(f"failed: {data['content'].get('message')}"))
            elif answered(data["content"]):
                done.set_result(data["content"])

        self._listeners.add(listen)
        started = time.perf_counter()
        try:
            await self._send("comm_msg", {"comm_id": model, "data": {"method": "custom", "content": dict(content)}})
            async with asyncio.timeout(timeout):
                self.reply: Mapping[str, Any] = await done
        except TimeoutError:
            raise NotAsExpected(f"no answer to {content.get('type')} within {timeout} s") from None
        finally:
            self._listeners.discard(listen)
        return time.perf_counter() - started

    async def change(self, model: str, state: Mapping[str, Any], reached: Callable[[], bool]) -> float:
        """Change a stock widget's state as its view does; seconds until `reached` holds."""
        started = time.perf_counter()
        data = {"method": "update", "state": dict(state), "buffer_paths": []}
        await self._send("comm_msg", {"comm_id": model, "data": data})
        await self.until(reached, "acknowledged", 300)
        return time.perf_counter() - started

    # ── the wire ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _send(self, kind: str, content: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> str:
        number = str(uuid.uuid4())
        header = {
            "date": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "msg_id": number,
            "msg_type": kind,
            "session": self._session,
            "username": "",
            "version": "5.2",
        }
        assert self._socket is not None
        await self._socket.send_bytes(packed("shell", header, {}, metadata or {}, content))
        return number

    async def _read_kernel(self) -> None:
        assert self._socket is not None
        async for frame in self._socket:
            if frame.type != aiohttp.WSMsgType.BINARY:
                continue
            header, rest = unpacked(frame.data)
            kind = header["msg_type"]
            if kind == "kernel_info_reply" and not self._asked_for_states:
                self._asked_for_states = True
                await self._ask_for_states()
            elif kind == "comm_open":
                content = rest()
                if content["target_name"] == "jupyter.widget":
                    self.models.setdefault(content["comm_id"], {}).update(content["data"]["state"])
                    self._happened()
            elif kind == "comm_msg":
                self._widget_said(rest())
            elif kind == "status" and b'"dead"' in frame.data:
                self.broken.append("the kernel died")
                self._happened()
        self.broken.append(f"the kernel's connection ended ({self._socket.close_code})")
        self._happened()

    async def _ask_for_states(self) -> None:
        control = str(uuid.uuid4())
        self._control = control
        opening = {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}
        await self._send("comm_open", opening, {"version": "1.0.0"})
        await self._send("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        await self._send("comm_info_request", {"target_name": "jupyter.widget"})

    def _widget_said(self, content: Mapping[str, Any]) -> None:
        data = content["data"]
        method = data.get("method")
        if method == "update":
            self.models.setdefault(content["comm_id"], {}).update(data.get("state", {}))
        elif method == "update_states":
            for model, about in data["states"].items():
                self.models.setdefault(model, {}).update(about["state"])
        for listener in list(self._listeners):
            listener(content["comm_id"], data)
        self._happened()

    async def _read_cells(self) -> None:
        assert self._execution is not None
        async for frame in self._execution:
            if frame.type != aiohttp.WSMsgType.TEXT:
                continue
            message = json.loads(frame.data)
            payload = message.get("payload", {})
            if message["action"] == "execution_error":
                self.broken.append(f"the page was not run: {payload}")
            if message["action"] == "execution_result":
                for output in payload["output_cell"].get("outputs", []):
                    self._shown(output)
                self.cells_left = payload["total_cell"] - payload["cell_index"] - 1
            self._happened()
            if self.cells_left == 0:
                return
        self.broken.append("the page was not run to its end")
        self._happened()

    def _shown(self, output: Mapping[str, Any]) -> None:
        data = output.get("data", {})
        if output.get("output_type") == "error" or "neizdevās parādīt" in str(data.get("text/html", "")):
            self.broken.append(f"a cell failed: {str(output)[:300]}")
        view = data.get("application/vnd.jupyter.widget-view+json")
        if view:
            self.views.append(view["model_id"])

    def _happened(self) -> None:
        self._changed.set()


SIMULATORS = {"mailbox", "open_data", "address"}


def packed(channel: str, *parts: Mapping[str, Any]) -> bytes:
    """A message in Jupyter's binary websocket format: a table of offsets, then the parts."""
    pieces = [channel.encode(), *(json.dumps(part, ensure_ascii=False).encode() for part in parts)]
    at = 8 * (len(pieces) + 2)
    offsets = [at]
    for piece in pieces:
        at += len(piece)
        offsets.append(at)
    numbers = [len(offsets), *offsets]
    return b"".join(number.to_bytes(8, "little") for number in numbers) + b"".join(pieces)


def unpacked(frame: bytes) -> tuple[dict[str, Any], Callable[[], dict[str, Any]]]:
    """Header, and the content on demand: most messages are only looked at by their type."""
    count = int.from_bytes(frame[:8], "little")
    at = [int.from_bytes(frame[8 * (number + 1) : 8 * (number + 2)], "little") for number in range(min(count, 6))]
    header: dict[str, Any] = json.loads(frame[at[1] : at[2]])
    return header, lambda: json.loads(frame[at[4] : at[5]])


def some_response(spec: Mapping[str, Any], turn: int) -> tuple[dict[str, Any], bool]:
    """An answer to a released exercise, another one each turn, and whether this click is «Pārbaudīt»."""
    kind = spec["kind"]
    check = turn % 2 == 1
    pick = turn // 2
    match kind:
        case "mailbox":
            messages = [message["id"] for message in spec["messages"]]
            opened = [messages[number % len(messages)] for number in range(turn + 1)]
            return {"kind": kind, "actions": [{"do": "open", "message": each} for each in opened]}, False
        case "open_data":
            column = spec["columns"][turn % len(spec["columns"])]["id"]
            action = (
                {"do": "chart", "column": column} if check else {"do": "sort", "column": column, "descending": True}
            )
            return {"kind": kind, "actions": [action]}, False
        case "address":
            address = spec["addresses"][turn % len(spec["addresses"])]["id"]
            verdict = "real" if check else "fake"
            return {"kind": kind, "actions": [{"do": "say", "address": address, "verdict": verdict}]}, False
        case "single_choice":
            return {"kind": kind, "choice": spec["options"][pick % len(spec["options"])]["id"]}, check
        case "multiple_choice":
            return {"kind": kind, "choices": [spec["options"][pick % len(spec["options"])]["id"]]}, check
        case "order":
            pieces = [piece["id"] for piece in spec["pieces"]]
            turned = pick % len(pieces)
            return {"kind": kind, "order": pieces[turned:] + pieces[:turned]}, check
        case "match":
            rights = [piece["id"] for piece in spec["right"]]
            pairs = {piece["id"]: rights[(pick + n) % len(rights)] for n, piece in enumerate(spec["left"])}
            return {"kind": kind, "pairs": pairs}, check
        case "mark_spots":
            spots = [spot["id"] for spot in spec["spots"]]
            return {"kind": kind, "marked": [spots[pick % len(spots)]]}, check
        case "number" | "short_text" | "free_text":
            return {"kind": kind, "text": str(10 + pick)}, check
    raise NotAsExpected(f"an exercise of unknown kind: {kind}")


@asynccontextmanager
async def browsers(base_url: str, users: list[str], footprint: Footprint | None = None) -> AsyncIterator[list[Browser]]:
    """One browser for each person, all closed at the end."""
    made = [Browser(base_url, footprint=footprint, user=user) for user in users]
    try:
        yield made
    finally:
        await asyncio.gather(*(browser.leave() for browser in made), return_exceptions=True)
        await asyncio.gather(*(browser.__aexit__() for browser in made), return_exceptions=True)


def _is_script(path: str) -> bool:
    return path.partition("?")[0].endswith((".js", ".mjs"))


def without_ids(path: str) -> bool:
    """Whether an address is the same for everybody: one with a kernel's id in it is no file."""
    return not _UUID.search(path)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())
