"""What the Voila services answer: pages at their addresses, and kernels only to their owners."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler, read_header_from_binary_message

from lideri.course.latvian import exercises_done
from lideri.hub.identity import Viewer, viewer_of
from lideri.hub.pages import Frame, address_in, frame_of
from lideri.hub.rendering import BuiltPage, PageTemplate
from lideri.hub.roles import may_open
from lideri.hub.runs import PageRuns
from lideri.kernels.environment import Visit
from lideri.kernels.managers import OwnedKernelManager

KEPT_BACK = frozenset({"stream", "error"})  # types of a kernel's messages that no page needs

NOT_FOUND = (
    "Šādas lapas nav",
    "Iespējams, adresē ir kļūda vai lapa ir pārvietota. Atgriezies sākumā un izvēlies nodaļu no saraksta.",
)
NOT_YOURS = (
    "Šī lapa nav tev paredzēta",
    "Tavam kontam nav tiesību to skatīt. Ja tai jābūt pieejamai, pajautā savam pasniedzējam.",
)
BROKEN = (
    "Lapu neizdevās atvērt",
    "Kaut kas mūsu pusē nenostrādāja; tas ir ierakstīts žurnālā. Viss, ko ierakstīji, ir saglabāts. "
    "Pamēģini pēc minūtes vēlreiz.",
)

PART_BROKEN = (
    '<div class="banner banner--lost" role="alert"><div><p><strong>Šo daļu neizdevās parādīt.</strong> '
    "Tā nav tava vaina; kļūda ir ierakstīta žurnālā. Viss, ko ierakstīji, ir saglabāts. "
    'Pamēģini <a href="">ielādēt lapu vēlreiz</a>; ja nepalīdz, pasaki pasniedzējam.</p></div></div>'
)


class OurPages(JupyterHandler):
    """Errors of these handlers are pages of ours: Latvian, calm, without a traceback."""

    @property
    def viewer(self) -> Viewer | None:
        return viewer_of(self.current_user) if getattr(self, "current_user", None) else None

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        title, text = {404: NOT_FOUND, 403: NOT_YOURS}.get(status_code, BROKEN if status_code >= 500 else NOT_FOUND)
        try:
            viewer = self.viewer
        except Exception:  # noqa: BLE001  # the error page itself must not fail
            viewer = None
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            self.settings["lideri_error_page"].render(title=title, text=text, viewer=viewer, status=status_code)
        )


class Health(OurPages):
    """Tells `lideri serve` that this service answers, and that its first page will be a quick one."""

    @allow_unauthenticated
    async def get(self) -> None:
        await self.settings["lideri_warm"].wait()
        self.finish({"status": "ok"})


class NotFoundPage(OurPages):
    """Everything that is not a page."""

    @allow_unauthenticated
    def get(self, *_args: str) -> None:
        raise web.HTTPError(404)

    post = put = delete = patch = head = get


class ToHome(OurPages):
    @allow_unauthenticated
    def get(self) -> None:
        self.redirect("/services/lideri/")


class PageHandler(OurPages):
    """A notebook as a page, for one person, with a kernel of its own.

    The kernel starts and runs the page's cells while the page is on its way and the browser loads its scripts.
    """

    @web.authenticated
    async def get(self, path: str) -> None:
        address = address_in(self.settings["lideri_service"], path)
        if address is None:
            raise web.HTTPError(404, "No such page: %s", path)
        try:
            page: BuiltPage = self.settings["lideri_pages"](Path(self.contents_manager.root_dir) / address.notebook)
        except FileNotFoundError:
            raise web.HTTPError(404, "No such page: %s", path) from None
        viewer = self.viewer
        if viewer is None or not may_open(viewer.role, address.page):
            self.log.warning("Refused page %s to %s", address.page, self.current_user.username)
            raise web.HTTPError(403)
        kernel_id = self._begin(page, Visit(viewer.person, viewer.role, address.page)) if page.code else ""
        around: Around = await self.settings["lideri_around"](viewer)
        frame = frame_of(address.page, page.about, self.settings["lideri_syllabus"], around.pages)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        template: PageTemplate = self.settings["lideri_template"]
        self.finish(template.render(page, about_page(frame, viewer, around), kernel_id))

    def _begin(self, page: BuiltPage, visit: Visit) -> str:
        kernels = _kernels_of(self)
        kernel_id = kernels.begin(visit, page.kernel_name)
        runs: PageRuns = self.settings["lideri_runs"]
        runs.begin(kernel_id, page.code, kernels.opened(kernel_id))
        return kernel_id


@dataclass(frozen=True)
class Around:
    """What *answers* knows about the person who opens a page; empty when it could not be asked."""

    pages: Mapping[str, str] = field(default_factory=dict)  # page → how far
    news: Mapping[str, int] = field(default_factory=dict)  # entry of the navigation → how many new
    done: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # page → exercises done, and all of them


def about_page(frame: Frame, viewer: Viewer, around: Around) -> dict[str, Any]:
    """What the template needs of the frame and of the person who looks."""
    return {
        "viewer": {"name": viewer.name, "role": viewer.role},
        "page": frame.page,
        "news": around.news,
        "done": exercises_done(*around.done.get(frame.page, (0, 0))),
        "state": around.pages.get(frame.page, ""),
        "title": frame.title,
        "current": frame.current,
        "kind": frame.kind,
        "lead": frame.lead,
        "minutes": frame.minutes,
        "crumbs": frame.crumbs,
        "module_title": frame.module_title,
        "chapters": [
            {"href": each.href, "title": each.title, "status": each.status, "here": each.here}
            for each in frame.chapters
        ],
        "before": frame.before,
        "after": frame.after,
    }


def _kernels_of(handler: JupyterHandler) -> OwnedKernelManager:
    manager = handler.kernel_manager
    assert isinstance(manager, OwnedKernelManager)  # noqa: S101  # set by this server's own configuration
    return manager


# ── kernels ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class OwnersOnly(JupyterHandler):
    """Before anything else: the kernel in the address must belong to the asker; to others it is not there (404)."""

    async def prepare(self, *args: Any, **kwargs: Any) -> None:
        outcome: Any = super().prepare(*args, **kwargs)
        while isinstance(outcome, Awaitable):
            outcome = await outcome
        if self._finished:
            return
        viewer = viewer_of(self.current_user) if self.current_user else None
        kernel_id = self.path_kwargs.get("kernel_id", "")
        owner = _kernels_of(self).owner_of(kernel_id)
        if viewer is None or owner is None or owner.person != viewer.person:
            if owner is not None:
                who = viewer.username if viewer else "somebody without a role"
                self.log.warning("Refused kernel %s of person %s to %s", kernel_id, owner.person, who)
            raise web.HTTPError(404)
        try:
            await _kernels_of(self).opened(kernel_id)
        except Exception:  # noqa: BLE001  # in the log already: the page says that it has to be opened anew
            raise web.HTTPError(404) from None

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Read by scripts: a person never sees it."""
        self.finish({"message": HTTPStatus(status_code).phrase})


class OwnKernel(OwnersOnly, KernelHandler):
    """Is my kernel there? Nothing more: it is ended by leaving the page."""

    SUPPORTED_METHODS = ("GET",)


class KeptAlive:
    """tornado asks every half a minute whether the browser is still there, and ends what did not answer.

    jupyter_server's own asking is left out: it reads the same numbers as milliseconds, and with a timeout that is no
    longer than the interval, which is all that tornado allows, it ends every connection before it has asked once.
    """

    ping_interval = ping_timeout = 30.0  # seconds
    ping_callback: Any

    def send_ping(self) -> None:
        self.ping_callback.stop()


class OwnKernelSocket(KeptAlive, OwnersOnly, VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """Widget messages; anything else is refused by the manager's `allowed_message_types`.

    What a kernel prints is for us and not for the page: only a message made by hand brings it about, and a traceback
    tells where our files lie.
    """

    def write_message(self, message: bytes | str | dict[str, Any], binary: bool = False) -> Any:
        if message_type(message) in KEPT_BACK:
            return None
        return super().write_message(message, binary)


def message_type(message: bytes | str | dict[str, Any]) -> str:
    """The type of a kernel's message as any of the websocket protocols writes it; "" for anything else."""
    if isinstance(message, bytes):
        header = read_header_from_binary_message(message)
    else:
        whole = json.loads(message) if isinstance(message, str) else message
        header = whole.get("header")
    return str(header.get("msg_type", "")) if isinstance(header, dict) else ""


class OwnShutdown(OwnersOnly, VoilaShutdownKernelHandler):  # type: ignore[misc]
    """Sent by the page when it is left."""


class OwnExecution(KeptAlive, OwnersOnly, WebSocketMixin, WebSocketHandler, JupyterHandler):
    """What the page's cells show, as Voila's script expects it. The cells run in any case; here one only listens."""

    def open(self, kernel_id: str) -> None:
        super().open()
        self._kernel_id = kernel_id
        self.write_message({"action": "initialized", "payload": {}})

    async def on_message(self, message: str | bytes) -> None:
        if asked_kernel(message) != self._kernel_id:
            self.write_message({"action": "execution_error", "payload": {"error": "Kernel ID does not match"}})
            return
        run = self.settings["lideri_runs"].of(self._kernel_id)
        if run is None:
            self.write_message({"action": "execution_error", "payload": {"error": "Missing notebook data"}})
            return
        try:
            async for payload in run.results():
                await self.write_message({"action": "execution_result", "payload": payload})
        except WebSocketClosedError:
            return
        if not run.complete:
            self.close(1011)


def asked_kernel(message: str | bytes) -> str | None:
    """The kernel that a message of Voila's script wants to be run; None for any other message."""
    try:
        asked = json.loads(message)
        return str(asked["payload"]["kernel_id"]) if asked["action"] == "execute" else None
    except (ValueError, KeyError, TypeError):
        return None


def calm(output: Mapping[str, Any]) -> Mapping[str, Any]:
    """The output itself; instead of an error, one sentence and no traceback."""
    if output.get("output_type") != "error" and output.get("name") != "stderr":
        return output
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": PART_BROKEN, "text/plain": ""}}
