"""A running *answers* without a hub: a small course, a fake identity, and a caller that speaks as kernels do."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

import course_data
from lideri.answers.app import make_context, make_server
from lideri.answers.context import Context
from lideri.answers.exercises import exercises_by_page
from lideri.course.catalogue import AssessmentEntry, Module, PageEntry, Part, Syllabus
from lideri.course.items import ITEM, Item, Piece, ReleasedForm, ReleasedItem
from lideri.course.loading import Course
from lideri.practice.release import release
from lideri.settings import SERVICE_PREFIX, Settings, read_course_settings
from lideri.store import Store
from lideri.store.people import Person
from lideri.store.tokens import PageToken, mint

SECRET = "noslēpums testiem"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time of the service; tests move it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])


class Service:
    """`with Service(store, settings) as service: service.call("GET", "api/page/2.1", token)`."""

    def __init__(self, store: Store, settings: Settings, *, forms: Mapping[str, ReleasedForm] | None = None) -> None:
        """`forms`: in the place of the small course's own."""
        self.store = store
        self.clock = Clock()
        course = a_course() if forms is None else replace(a_course(), forms=forms)
        self.context: Context = make_context(
            store,
            course,
            course_settings=read_course_settings(Path(str(course_data.path("settings.yml")))),
            settings=settings.model_copy(update={"secret": SECRET}),
            exercises=exercises_by_page(course, {}),
            identify=lambda request: request.headers.get("X-Test-Person"),
            now=self.clock,
        )

    def __enter__(self) -> Service:
        sockets = bind_sockets(0, "127.0.0.1")
        self.port: int = sockets[0].getsockname()[1]
        self._loop = asyncio.new_event_loop()
        started = threading.Event()

        async def serve() -> None:
            self._stop = asyncio.Event()
            server: HTTPServer = make_server(self.context)
            server.add_sockets(sockets)
            started.set()
            await self._stop.wait()
            server.stop()
            await server.close_all_connections()

        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(serve()))
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()
        self.context.threads.shutdown(wait=True)

    def token(self, whose: Person, page: str = "2.1", **changes: Any) -> str:
        exp = int((self.clock.now + timedelta(hours=1)).timestamp())
        claims = {"person": whose.id, "kernel": "k", "page": page, "role": whose.role, "exp": exp} | changes
        return mint(PageToken(**claims), SECRET)

    def call(self, method: str, path: str, token: str | None = None, body: Any = None, **headers: str) -> Answer:
        """A JSON call; `body` bytes are sent as they are."""
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, SERVICE_PREFIX + path, sent, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        is_json = found.get("content-type", "").startswith("application/json")
        return Answer(answer.status, json.loads(text) if is_json else text, found)

    def refusals(self) -> list[tuple[str | None, str, int]]:
        """(person, path, status) of what was refused, oldest first; waits for what is still being logged."""
        for future in list(self.context.background):
            future.result()
        return [
            (event.person_id, event.subject.removeprefix(SERVICE_PREFIX), event.detail["status"])
            for event in reversed(self.store.people.events(kind="refused"))
        ]


# ── a small course ──────────────────────────────────────────────────────────────────────────────────────────────────


def practice_item() -> Item:
    return ITEM.validate_python(
        {
            "id": "m02.1-p1",
            "version": 1,
            "kind": "single_choice",
            "pool": "practice",
            "submodule": "2.1",
            "stem": "Ko dari vispirms?",
            "points": 1,
            "explanation": "Zvanītāju vienmēr pārbauda.",
            "competences": ["4.2"],
            "outcomes": ["LO4.2.1"],
            "level": 3,
            "facts": ["fakts"],
            "status": "live",
            "options": [
                {"id": "a", "text": "Piezvanu bankai", "feedback": "Tieši tā."},
                {"id": "b", "text": "Nosaucu kodu", "feedback": "Kodu nesauc nevienam."},
            ],
            "key": "a",
        }
    )


def a_course() -> Course:
    practice = {"m02.1-p1": practice_item()}
    pages = {
        "2.1": PageEntry(page="2.1", title="Riski", lead="…", minutes=30, exercises=("m02.1-p1",)),
        "2.2": PageEntry(page="2.2", title="Informācija", lead="…", minutes=30, exercises=("m02.1-p1",)),
    }
    return Course(
        root=Path(),
        syllabus=Syllabus(
            modules=(
                Module(
                    id="2",
                    title="Drošība",
                    written=True,
                    parts=(
                        Part(id="2.1", title="Riski", written=True),
                        Part(id="2.2", title="Informācija", written=True),
                    ),
                    assessment=AssessmentEntry(title="2. moduļa pārbaudes darbs", minutes=30),
                ),
            )
        ),
        facts={},
        competences={},
        areas={},
        outcomes=frozenset(),
        practice=practice,
        items={},
        rubrics={},
        blueprints={},
        forms={form.id: form for form in (a_form("m02-a"), a_form("m02-b"))},
        pages=pages,
    )


def a_form(form_id: str) -> ReleasedForm:
    pieces = tuple(Piece(id=f"s{number}", text=f"{number}. solis") for number in range(1, 7))
    shown = release(practice_item())
    base = {"version": 2, "submodule": "2.1", "stem": "Jautājums?", "points": 2.0}
    return ReleasedForm(
        id=form_id,
        module="2",
        title="2. moduļa pārbaudes darbs",
        minutes=30,
        explain="after_submit",
        items=(
            shown.model_copy(update={"id": f"{form_id}.viena", "version": 2}),
            ReleasedItem(id=f"{form_id}.vairakas", kind="multiple_choice", options=pieces, **base),
            ReleasedItem(id=f"{form_id}.seciba", kind="order", pieces=pieces, **base),
            ReleasedItem(id=f"{form_id}.pari", kind="match", left=pieces[:3], right=pieces[3:], **base),
            ReleasedItem(id=f"{form_id}.skaitlis", kind="number", **base),
            ReleasedItem(id=f"{form_id}.iezimes", kind="mark_spots", spots=pieces, **base),
            ReleasedItem(id=f"{form_id}.teksts", kind="free_text", max_words=200, **base),
        ),
    )
