"""What the Voila services answer: pages at their addresses, and kernels only to their owners."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado import web
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.execution_request_handler import ExecutionRequestHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from lideri.hub.identity import Viewer, viewer_of
from lideri.hub.pages import address_in, frame_of, waits_for_output
from lideri.hub.roles import may_open
from lideri.kernels.environment import Visit
from lideri.kernels.managers import OwnedKernelManager, opening_for

_HEARTBEAT = "<script>window.voila_heartbeat()"
_MOST_HEARTBEATS = 8  # one in ten seconds

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

PAGE_BROKEN = "</div></article></div></main><script>window.lideriPage.broken()</script></body></html>"


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
    """Tells `lideri serve` that this service answers."""

    @allow_unauthenticated
    def get(self) -> None:
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


class PageHandler(OurPages, TornadoVoilaHandler):  # type: ignore[misc]  # voila is untyped
    """A notebook as a page, for one person, with a kernel of its own."""

    @web.authenticated
    async def get(self, path: str) -> None:
        address = address_in(self.settings["lideri_service"], path)
        if address is None or not self._exists(address.notebook):
            raise web.HTTPError(404, "No such page: %s", path)
        viewer = self.viewer
        if viewer is None or not may_open(viewer.role, address.page):
            self.log.warning("Refused page %s to %s", address.page, self.current_user.username)
            raise web.HTTPError(403)
        self.page = address.page
        self.progress: Mapping[str, str] = await self.settings["lideri_progress"](viewer)
        visit = Visit(viewer.person, viewer.role, address.page)
        with opening_for(visit) as opening:
            heartbeats = 0
            async for html in self.get_generator(path=str(address.notebook)):
                heartbeats += html.startswith(_HEARTBEAT)
                if heartbeats > _MOST_HEARTBEATS or (heartbeats and not _kernels_of(self).owner_of(opening.kernel)):
                    # Voila would go on for ever: an error while rendering never reaches this loop.
                    self.log.error("Page %s did not get its kernel %s", address.page, opening.kernel)
                    self.write(PAGE_BROKEN)
                    return
                self.write(html)
                await self.flush()

    def _exists(self, notebook: Path) -> bool:
        return (Path(self.contents_manager.root_dir) / notebook).is_file()

    def get_argument(self, name: str, *args: Any, **kwargs: Any) -> Any:
        # Voila takes template and theme from the address; the address of a page says neither.
        if name in {"template", "theme"}:
            return args[0] if args else kwargs.get("default")
        return super().get_argument(name, *args, **kwargs)


def prepare_notebook(handler: PageHandler, notebook: Any, cwd: str) -> Any:  # Voila's signature
    """Voila's prelaunch hook: put what stands around the content where the template finds it.

    The template's environment does not escape, so every text is escaped here.
    """
    viewer = handler.viewer
    if viewer is None:
        raise web.HTTPError(403)
    frame = frame_of(
        handler.page, notebook.metadata.get("lideri", {}), handler.settings["lideri_syllabus"], handler.progress
    )
    waiting = waits_for_output(notebook.cells)
    notebook.metadata["frame"] = _escaped(
        {
            "viewer": {"name": viewer.name, "role": viewer.role},
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
            "opened": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    )
    for number, cell in enumerate(notebook.cells):
        cell.metadata["waits"] = number in waiting
    return notebook


def _escaped(value: Any) -> Any:
    match value:
        case str():
            return escape(value)
        case dict():
            return {name: _escaped(each) for name, each in value.items()}
        case list() | tuple():
            return [_escaped(each) for each in value]
    return value


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


class OwnKernel(OwnersOnly, KernelHandler):
    """Is my kernel there? Nothing more: it is ended by leaving the page."""

    SUPPORTED_METHODS = ("GET",)


class OwnKernelSocket(OwnersOnly, VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """Widget messages; anything else is refused by the manager's `allowed_message_types`."""


class OwnShutdown(OwnersOnly, VoilaShutdownKernelHandler):  # type: ignore[misc]
    """Sent by the page when it is left."""


class OwnExecution(OwnersOnly, ExecutionRequestHandler):  # type: ignore[misc]
    """Runs the page's cells one by one. What went wrong goes to the log; the person sees one calm sentence."""

    _executor: Any = None

    def write_message(self, message: Any, binary: bool = False) -> Any:
        if isinstance(message, dict) and message.get("action") == "execution_result":
            cell = message["payload"]["output_cell"]
            cell["outputs"] = [_calm(output) for output in cell.get("outputs", [])]
        if isinstance(message, dict) and message.get("action") == "execution_error":
            self.log.warning("A page could not be run: %s", message["payload"])
        return super().write_message(message, binary)

    async def on_message(self, message_str: str | bytes) -> None:
        try:
            await super().on_message(message_str)
        except Exception:  # noqa: BLE001  # the outer edge: a kernel that ended while its page was being run
            self.log.error("Running a page was broken off: %s", traceback.format_exc())
            self.close(1011)

    def on_close(self) -> None:
        self._execution_data.pop(self.path_kwargs.get("kernel_id"), None)
        super().on_close()


def _calm(output: Mapping[str, Any]) -> Mapping[str, Any]:
    """The output itself; instead of an error, one sentence and no traceback."""
    if output.get("output_type") != "error" and output.get("name") != "stderr":
        return output
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": PART_BROKEN, "text/plain": ""}}
