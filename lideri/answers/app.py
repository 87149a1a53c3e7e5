"""The application: which address is answered by whom, and how the service starts and stops."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import importlib
import importlib.util
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from tornado.httpserver import HTTPServer
from tornado.web import Application

import course_data
from lideri.answers import api
from lideri.answers.auth import Handler, LogInDone, NotFoundHandler
from lideri.answers.context import Context, Identify, _utc_now
from lideri.answers.exercises import Exercise, exercises_by_page
from lideri.answers.used_forms import with_used_forms
from lideri.course.help_log import load_help_lists
from lideri.course.loading import Course, load_course
from lideri.credentials.proof import open_issuer
from lideri.errors import ContentError, SettingsError
from lideri.practice.scenarios import load_scenarios
from lideri.settings import SERVICE_PREFIX, CourseSettings, Settings, read_course_settings, read_settings
from lideri.store import Store, open_store

MAX_UPLOAD = 2 * 1024 * 1024  # bytes; a cohort's CSV is a few kilobytes
log = logging.getLogger(__name__)


class HealthHandler(Handler):
    async def get(self) -> None:
        """200 when the store answers."""
        await self.context.run(self.context.store.queue.counts)
        self.set_header("Content-Type", "application/json")
        self.finish('{"ok": true}')


def make_context(
    store: Store,
    course: Course,
    *,
    course_settings: CourseSettings,
    settings: Settings,
    exercises: Mapping[str, Mapping[str, Exercise]] | None = None,
    identify: Identify | None = None,
    now: Callable[[], datetime] = _utc_now,
) -> Context:
    """What handlers work with. Without `exercises` they are the course's practice items and simulators."""
    if exercises is None:
        exercises = exercises_by_page(course, load_scenarios(course_data.path()))
    course, changed_forms = with_used_forms(course, store)
    return Context(
        store=store,
        course=course,
        changed_forms=changed_forms,
        course_settings=course_settings,
        settings=settings,
        exercises=exercises,
        identify=identify,
        now=now,
    )


def make_app(context: Context) -> Application:
    """The application. Without a hub (`context.identify`) for tests and for working on pages."""
    routes: list[Any] = [(_at(path), handler, {"context": context}) for path, handler in api.ROUTES]
    routes.append((_at("health"), HealthHandler, {"context": context}))
    if context.identify is None:
        routes.append((_at("oauth_callback"), LogInDone, {"context": context}))
    error_page = None
    pages = _pages()
    if pages is not None:
        routes += pages.routes(context)
        error_page = getattr(pages, "error_page", None)
    for route in routes:
        if isinstance(route, tuple) and len(route) == 3 and issubclass(route[1], Handler):
            route[2].setdefault("error_page", error_page)
    return Application(
        routes,
        default_handler_class=NotFoundHandler,
        default_handler_args={"context": context, "error_page": error_page},
        xsrf_cookies=True,
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Lax"},
        cookie_secret=_cookie_secret(context.settings.secret),
    )


def make_server(context: Context) -> HTTPServer:
    """The application behind HTTP, with the limits that keep one request from hurting the rest."""
    return HTTPServer(
        make_app(context), max_body_size=MAX_UPLOAD, max_buffer_size=2 * MAX_UPLOAD, idle_connection_timeout=120
    )


def _pages() -> Any:
    """The plain pages, if they are installed."""
    if importlib.util.find_spec("lideri.answers.pages") is None:
        return None
    pages = importlib.import_module("lideri.answers.pages")
    return pages if hasattr(pages, "routes") else None


def _at(path: str) -> str:
    return SERVICE_PREFIX + path


def _cookie_secret(secret: str) -> bytes:
    """Signs the cookies of log-in; made of LIDERI_SECRET, so that a restart logs nobody out."""
    return hmac.digest(secret.encode(), b"answers: cookies", hashlib.sha256) if secret else os.urandom(32)


# ── the process ─────────────────────────────────────────────────────────────────────────────────────────────────────


def main(environment: Mapping[str, str] = os.environ) -> int:
    """Serve until told to stop. 2: cannot start as set up, one sentence on stderr says why."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = read_settings(environment)
        if not settings.secret:
            raise SettingsError("LIDERI_SECRET nav iestatīts. Palaid programmu ar `make run` vai `lideri serve`.")
        course_settings = read_course_settings(Path(str(course_data.path("settings.yml"))))
        course = load_course(keys=False)
        load_help_lists()
        address = urlparse(environment.get("JUPYTERHUB_SERVICE_URL", ""))
        if not address.port:
            raise SettingsError(
                "JUPYTERHUB_SERVICE_URL nav iestatīts. Palaid programmu ar `make run` vai `lideri serve`."
            )
        exercises = exercises_by_page(course, load_scenarios(course_data.path()))
        store = open_store(settings)
        open_issuer(settings.run_folder)  # the key that signs badges is made at the first start
    except (SettingsError, ContentError) as error:
        print(error, file=sys.stderr)  # noqa: T201  # the administrator reads this
        return 2
    context = make_context(store, course, course_settings=course_settings, settings=settings, exercises=exercises)
    asyncio.run(_serve(context, address.hostname or "127.0.0.1", address.port))
    context.threads.shutdown(wait=True)
    store.close()
    return 0


async def _serve(context: Context, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = make_server(context)
    server.listen(port, host)
    log.info("answers listens on %s:%s", host, port)
    await stop.wait()
    server.stop()
    await server.close_all_connections()
