"""JupyterHub's configuration; `lideri serve` starts the hub with this file and the environment it needs."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from lideri.hub.authenticator import LideriAuthenticator
from lideri.hub.places import HUB_FOLDER, PROJECT, Ports, proxy_command
from lideri.hub.processes import MARK
from lideri.hub.roles import hub_roles
from lideri.settings import LOOPBACK, SERVICE_PREFIX, Settings, read_settings

LONGEST_SESSION_DAYS = 1
# JupyterHub tells its own cookies' options to single-user servers, but not to services.
COOKIES_OF_SERVICES = {"samesite": "Lax", "expires_days": LONGEST_SESSION_DAYS}
IDLE_JUPYTERLAB = 3600  # seconds
HUB_DATABASE = "jupyterhub.sqlite"
SHARED_TEMPLATES = PROJECT / "lideri" / "answers" / "pages" / "templates"  # header and footer of all our pages
# Named on the log-in page, where they may log in (docs/contracts.md, «Roles»).
DEMO_ACCOUNTS = (
    ("dalibnieks", "dalībnieks, mācību burtnīca"),
    ("pasniedzejs", "pasniedzējs, sava grupa un vērtēšana"),
    ("vadosais", "vadošais pasniedzējs, visas grupas"),
    ("vadiba", "programmas vadība, Latvijas pārskats"),
)
# What every process may know; secrets are added one by one, to those that need them.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONUNBUFFERED", MARK)


def configure(c: Any, environment: Mapping[str, str]) -> None:
    """Fill the configuration object `c`."""
    settings = read_settings(environment)
    ports = Ports.from_text(environment["LIDERI_PORTS"])
    host = environment.get("LIDERI_HOST") or LOOPBACK
    run = settings.run_folder

    hub = c.JupyterHub
    hub.bind_url = f"http://{host}:{settings.port}"
    hub.hub_bind_url = f"http://{LOOPBACK}:{ports.hub}"
    hub.db_url = f"sqlite:///{run / HUB_DATABASE}"
    event.listen(Engine, "connect", _hub_need_not_wait_for_the_disk)
    hub.cookie_secret_file = str(run / "cookie_secret")
    hub.data_files_path = str(_hub_data_files())
    hub.template_paths = [str(HUB_FOLDER / "templates"), str(SHARED_TEMPLATES)]
    hub.default_url = SERVICE_PREFIX
    hub.redirect_to_server = False
    hub.implicit_spawn_seconds = 0
    hub.cleanup_servers = True
    hub.cleanup_proxy = True
    hub.authenticate_prometheus = True
    hub.cookie_max_age_days = LONGEST_SESSION_DAYS
    hub.admin_access = False
    hub.tornado_settings = {
        "headers": {"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff"},
        "cookie_options": {"samesite": "Lax"},
        "slow_spawn_timeout": 0,  # show our waiting page at once
    }
    c.ConfigurableHTTPProxy.command = proxy_command()
    c.ConfigurableHTTPProxy.api_url = f"http://{LOOPBACK}:{ports.proxy_api}"
    c.ConfigurableHTTPProxy.pid_file = str(run / "proxy.pid")
    c.ConfigurableHTTPProxy.log_level = "warn"

    hub.authenticator_class = LideriAuthenticator
    c.Authenticator.allow_all = True  # everybody the store lets in
    c.Authenticator.manage_groups = True
    c.Authenticator.auth_refresh_age = 30
    c.LideriAuthenticator.demo_allowed = settings.demo and is_loopback(host)
    hub.template_vars = {"demo_accounts": DEMO_ACCOUNTS if c.LideriAuthenticator.demo_allowed else ()}

    hub.load_roles = hub_roles()
    hub.services = services(settings, ports, environment)
    _configure_jupyterlab(c, settings, environment)


def _hub_need_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
    """The hub's own database knows who is logged in, nothing that people typed. It is never damaged this way; after a
    power cut the last people to log in would log in once more. A class logs in with hundreds of commits.

    People's own store is opened in this process too, to check passwords: it keeps waiting for the disk.
    """
    if isinstance(connection, sqlite3.Connection):
        _, _, file = connection.execute("pragma database_list").fetchone()
        if Path(file).name == HUB_DATABASE:
            connection.execute("pragma journal_mode=wal")
            connection.execute("pragma synchronous=normal")


def is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def services(settings: Settings, ports: Ports, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """The services the hub starts and puts behind its log-in; each knows only the secrets it needs."""
    common = {name: environment[name] for name in (*_PASSED_ON, "LIDERI_DATA", "LIDERI_PORT") if environment.get(name)}
    common["LIDERI_DEMO"] = "1" if settings.demo else "0"
    database = {"LIDERI_DATABASE_URL": settings.database_url}
    scheduler = {"LIDERI_SCHEDULER": settings.scheduler} if settings.scheduler else {}
    secret = {"LIDERI_SECRET": settings.secret}
    address = {"LIDERI_ADDRESS": settings.address} if settings.address else {}
    answers_url = {"LIDERI_ANSWERS_URL": f"http://{LOOPBACK}:{ports.answers}{SERVICE_PREFIX}"}
    pages = {name: environment[name] for name in ("LIDERI_PAGES",) if environment.get(name)}
    # Jupyter's own files (a key that signs notebooks) stay in our folder too.
    jupyter = {
        f"JUPYTER_{kind}_DIR": str(settings.run_folder / "jupyter" / kind.lower())
        for kind in ("CONFIG", "DATA", "RUNTIME")
    }
    voila = common | secret | answers_url | pages | jupyter
    return [
        _service("lideri", ports.answers, ["-m", "lideri.answers"], common | database | secret | address),
        _service("macibas", ports.workbook, ["-m", "lideri.hub.voila_app", "macibas"], voila),
        _service("paneli", ports.dashboards, ["-m", "lideri.hub.voila_app", "paneli"], voila),
        _service("grader", None, ["-m", "lideri.grader"], common | database | scheduler),
    ]


def _service(name: str, port: int | None, arguments: list[str], environment: dict[str, str]) -> dict[str, Any]:
    service: dict[str, Any] = {
        "name": name,
        "command": [sys.executable, *arguments],
        "environment": environment | {"JUPYTERHUB_COOKIE_OPTIONS": json.dumps(COOKIES_OF_SERVICES)},
        "display": False,
        "admin": False,
    }
    if port is not None:
        service |= {"url": f"http://{LOOPBACK}:{port}", "oauth_no_confirm": True}
    return service


def _configure_jupyterlab(c: Any, settings: Settings, environment: Mapping[str, str]) -> None:
    """JupyterLab with formgrader, on demand, for those whose role may start it."""
    c.JupyterHub.spawner_class = "simple"
    spawner = c.SimpleLocalProcessSpawner
    spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
    spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
    spawner.home_dir_template = str(settings.data / "home" / "{username}")
    spawner.notebook_dir = str(settings.data / "course")
    spawner.default_url = "/lab"
    spawner.env_keep = ["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", MARK]
    spawner.environment = {
        "LIDERI_DATA": str(settings.data),
        "LIDERI_DATABASE_URL": settings.database_url,
        "JUPYTER_CONFIG_PATH": str(HUB_FOLDER / "singleuser"),
        "JUPYTER_DEFAULT_PROVISIONER_NAME": "lideri-warm",
        "JUPYTER_PATH": str(HUB_FOLDER / "singleuser" / "share"),  # a template that keeps formgrader from asking a CDN
    }
    spawner.start_timeout = 90
    spawner.http_timeout = 90
    spawner.ip = LOOPBACK


def _hub_data_files() -> str:
    from jupyterhub._data import DATA_FILES_PATH

    return str(DATA_FILES_PATH)


if "get_config" in globals():  # read by JupyterHub
    configure(globals()["get_config"](), os.environ)
