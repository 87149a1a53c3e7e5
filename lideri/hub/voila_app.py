"""A shared Voila server behind the hub's log-in: `python -m lideri.hub.voila_app macibas` (or `paneli`)."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlparse

import jinja2
from jupyter_server.utils import url_path_join
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.app import Voila
from voila.paths import collect_static_paths, collect_template_paths
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.utils import get_page_config

from lideri.course.loading import read_course
from lideri.hub import handlers
from lideri.hub.assets import (
    SCRIPT,
    STYLES,
    Asset,
    AssetFile,
    KeptFile,
    address,
    estimator_asset,
    front_end,
    widget_assets,
)
from lideri.hub.channels import PageConnection
from lideri.hub.identity import HubIdentity, Viewer
from lideri.hub.places import PROJECT, pages_root
from lideri.hub.rendering import BuiltPages, PageTemplate
from lideri.hub.runs import PageRuns
from lideri.kernels.environment import KernelHome, shared_environment
from lideri.kernels.managers import OwnedKernelManager
from lideri.kernels.warm import PRELOAD as WARM
from lideri.kernels.warm import REHEARSE as WARM_REHEARSE
from lideri.kernels.warm import prewarm
from lideri.settings import Settings, read_settings
from lideri.store.tokens import PageToken, mint

TEMPLATE = PROJECT / "voila_apps" / "template" / "lideri"
SHARED_TEMPLATES = PROJECT / "lideri" / "answers" / "pages" / "templates"
KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
LEFT_PAGE_SECONDS = 180  # how long a kernel outlives the page's connection: time to come back from a dead spot
EXTENSIONS = ["anywidget", "@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager"]
PROGRESS_SECONDS = 2.0
# Imported once, before kernels are forked: what the pages' cells use.
PRELOAD = {
    "macibas": (
        *("widgets.question", "widgets.mailbox", "widgets.open_data", "widgets.open_data.chart"),
        *("widgets.address_reader", "widgets.assessment", "widgets.save_status"),
        *("lideri.workbook.client", "lideri.workbook.content", "lideri.course.items", "lideri.course.loading"),
        *("lideri.grading", "lideri.practice", "lideri.practice.mailbox", "lideri.practice.open_data"),
        "lideri.practice.address",
    ),
    "paneli": ("widgets.panels", "widgets.panels.rendering", "lideri.workbook.client"),
}

REHEARSE: Mapping[str, tuple[str, ...]] = {
    "macibas": ("lideri.workbook.rehearsal:content",),
    "paneli": ("widgets.panels.rendering:rehearse",),
}
MOST_MEMORY = 512 * 2**20  # bytes that one page's kernel may take; a chart takes a tenth of it

AskAround = Callable[[Viewer], Awaitable[handlers.Around]]


class LideriVoila(Voila):  # type: ignore[misc]  # voila is untyped
    """Voila with our addresses and nothing else: no list of files, no files, no kernel of somebody else."""

    name = "voila"
    config_file_paths: list[str] = []  # noqa: RUF012  # traitlets; no settings from anybody's home folder

    service = ""
    settings_of_lideri: Settings
    answers_url = ""

    @cached_property
    def assets(self) -> dict[str, Asset]:
        """What browsers keep, by name."""
        own = {name: (TEMPLATE / "static" / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")}
        return {
            **widget_assets(PROJECT / "widgets"),
            **estimator_asset(),
            "page.css": Asset.of(own["page.css"], "text/css"),
            "page.js": Asset.of(own["page.js"], "text/javascript"),
            SCRIPT: front_end(TEMPLATE / "pieces.json", self.static_paths, self.labextensions_path),
        }

    def asset(self, name: str) -> str:
        """Where a browser finds an asset, on the page's own site."""
        return self.assets_address + address(self.assets, name)

    @property
    def assets_address(self) -> str:
        return str(url_path_join(self.base_url, "assets/"))

    def load_config_file(self, *_args: Any, **_kwargs: Any) -> None:
        """None is read: what this server does is decided here."""

    def setup_template_dirs(self) -> None:
        """Our template first, then Voila's own for the parts its script needs."""
        voila = collect_template_paths(["voila", "nbconvert"], "lab", prune=True)
        self.template_paths = [str(TEMPLATE), str(SHARED_TEMPLATES), *voila]
        self.static_paths = collect_static_paths(["voila", "nbconvert"], "lab")

    def init_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().init_settings()
        run = self.settings_of_lideri.run_folder
        self.kernel_manager.home = KernelHome(
            answers_url=self.answers_url,
            secret=self.settings_of_lideri.secret,
            token_life=timedelta(hours=12),
            widgets=self.assets_address,
            folder=run / "empty",
            home=run / "kernel-home",
        )
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(TEMPLATE), str(SHARED_TEMPLATES)]), autoescape=True
        )
        course, problems = read_course(PROJECT, keys=False)
        for problem in problems:
            self.log.warning("%s", problem)
        settings |= {
            "lideri_service": self.service,
            "lideri_warm": asyncio.Event(),
            "lideri_error_page": environment.get_template("kluda.html"),
            "lideri_syllabus": course.syllabus,
            "lideri_pages": BuiltPages(),
            "lideri_template": PageTemplate(
                [TEMPLATE, SHARED_TEMPLATES],
                self.base_url,
                # What Voila finds out anew for each page: it reads the folders of all extensions.
                get_page_config(
                    base_url=self.base_url,
                    settings=settings,
                    log=self.log,
                    voila_configuration=self.voila_configuration,
                ),
                styles=[self.asset("page.css"), self.asset(STYLES)],
                watch=self.asset("page.js"),
                script=self.asset(SCRIPT),
            ),
            "lideri_runs": PageRuns(calm=handlers.calm, lives=self.kernel_manager.owner_of),
            "lideri_around": around_from(self.answers_url, self.settings_of_lideri.secret, self.log),
            "default_handler_class": handlers.NotFoundPage,
            "headers": {
                "Content-Security-Policy": "frame-ancestors 'none'; object-src 'none'; base-uri 'self'",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin",
            },
        }
        return settings

    def init_handlers(self) -> list[Any]:
        """Voila's own list is not used: it would add a tree of files, their contents and other ways to a notebook."""

        def at(path: str) -> str:
            return str(url_path_join(self.server_url, path))

        return [
            *self.identity_provider.get_handlers(),
            (at("health"), handlers.Health),
            (at("") + "/?", handlers.ToHome),
            (at("assets/(.*)"), AssetFile, {"assets": self.assets}),
            (at(f"api/kernels/{KERNEL_ID}"), handlers.OwnKernel),
            (at(f"api/kernels/{KERNEL_ID}/channels"), handlers.OwnKernelSocket),
            (at(f"voila/execution/{KERNEL_ID}"), handlers.OwnExecution),
            (at(f"voila/api/shutdown/{KERNEL_ID}"), handlers.OwnShutdown),
            (at(r"voila/templates/(\w+/static/.*)"), TemplateStaticFileHandler),
            (at("voila/static/(.*)"), MultiStaticFileHandler, {"paths": self.static_paths}),
            (at("voila/labextensions/(.*)"), KeptFile, {"path": self.labextensions_path}),
            (at("(.+)"), handlers.PageHandler),
        ]

    def start(self) -> None:
        IOLoop.current().add_callback(self._prewarm)
        super().start()

    async def _prewarm(self) -> None:
        """Have the libraries imported before the first person comes."""
        environment = shared_environment(self.kernel_manager.home, around=os.environ)
        try:
            await prewarm(environment, config=self.config, log=self.log)
        except Exception:
            self.log.exception("Kernels are not warm; pages open slowly")
        self.app.settings["lideri_warm"].set()

    def random_ports(self, port: int, _n: int) -> list[int]:
        """The hub sends people to this port; on any other nobody would find us."""
        return [port]


def around_from(answers_url: str, secret: str, log: logging.Logger) -> AskAround:
    """Asks *answers* how far a person is and what is new (`GET api/progress`); without an answer nothing is shown."""
    client = AsyncHTTPClient()

    async def around(viewer: Viewer) -> handlers.Around:
        if viewer.role == "programme_lead":  # reads nobody's questions and learns nothing here
            return handlers.Around()
        until = datetime.now(UTC) + timedelta(minutes=1)
        token = PageToken(person=viewer.person, kernel="", page="", role=viewer.role, exp=int(until.timestamp()))
        try:
            answer = await client.fetch(
                f"{answers_url}api/progress",
                headers={"Authorization": f"Bearer {mint(token, secret)}"},
                request_timeout=PROGRESS_SECONDS,
                raise_error=False,
            )
            if answer.code != 200:
                return handlers.Around()
            told = json.loads(answer.body)
            return handlers.Around(
                {page: state for page, state in told["pages"].items() if state in {"done", "now", "none", "wait"}},
                {entry: count for entry, count in told["news"].items() if isinstance(count, int)},
                {page: (done, of) for page, (done, of) in told["done"].items()},
            )
        except (OSError, ValueError, KeyError, AttributeError) as error:
            log.warning("No progress to show: %r", error)
            return handlers.Around()

    return around


def configuration(service: str, environment: Mapping[str, str], settings: Settings) -> Config:
    """Everything Voila and its parts are told."""
    inside = urlparse(environment["JUPYTERHUB_SERVICE_URL"])
    c = Config()
    c.Voila.ip = inside.hostname
    c.Voila.port = inside.port
    c.Voila.base_url = environment["JUPYTERHUB_SERVICE_PREFIX"]
    c.Voila.open_browser = False
    c.Voila.root_dir = str(pages_root(environment))
    c.Voila.connection_dir_root = str(settings.run_folder / "kernels")
    c.Voila.identity_provider_class = HubIdentity
    c.Voila.kernel_websocket_connection_class = PageConnection
    # The same after a restart, so that an open page is told to open anew and not to log in.
    c.Voila.cookie_secret = hmac.digest(settings.secret.encode(), f"cookies of {service}".encode(), "sha256")
    c.VoilaConfiguration.template = "lab"
    c.VoilaConfiguration.allow_template_override = "NO"
    c.VoilaConfiguration.allow_theme_override = "NO"
    c.VoilaConfiguration.progressive_rendering = True
    c.VoilaConfiguration.show_tracebacks = False
    c.VoilaConfiguration.file_allowlist = []
    c.VoilaConfiguration.extension_allowlist = EXTENSIONS
    c.VoilaConfiguration.multi_kernel_manager_class = OwnedKernelManager
    c.KernelProvisionerFactory.default_provisioner_name = "lideri-warm"
    c.WarmProvisioner.preload = [*WARM, *PRELOAD[service]]
    c.WarmProvisioner.rehearse = [*WARM_REHEARSE, *REHEARSE[service]]
    c.WarmProvisioner.memory_limit = MOST_MEMORY
    c.OwnedKernelManager.cull_idle_timeout = LEFT_PAGE_SECONDS
    c.OwnedKernelManager.cull_interval = 30
    c.OwnedKernelManager.cull_connected = False
    c.OwnedKernelManager.buffer_offline_messages = True
    # A kernel that died must not come back empty behind a page that looks alive.
    c.KernelRestarter.restart_limit = 0
    return c


def main(service: str, environment: Mapping[str, str]) -> None:
    settings = read_settings(environment)
    app = LideriVoila(config=configuration(service, environment, settings))
    app.service = service
    app.settings_of_lideri = settings
    app.answers_url = environment["LIDERI_ANSWERS_URL"]
    app.initialize([])
    app.start()


if __name__ == "__main__":
    main(sys.argv[1], os.environ)
