"""What every page and call of *answers* works with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from tornado.httputil import HTTPServerRequest

from lideri.answers.exercises import Exercise
from lideri.answers.used_forms import ChangedForm
from lideri.course.loading import Course
from lideri.settings import SERVICE_PREFIX, CourseSettings, Settings
from lideri.store import Store

Result = TypeVar("Result")
Identify = Callable[[HTTPServerRequest], str | None]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """Handed to every handler. `identify` (tests only) names who asks by user name, in place of the hub."""

    store: Store
    course: Course
    course_settings: CourseSettings
    settings: Settings
    exercises: Mapping[str, Mapping[str, Exercise]]  # page → exercise
    identify: Identify | None = None
    now: Callable[[], datetime] = _utc_now
    prefix: str = SERVICE_PREFIX
    changed_forms: tuple[ChangedForm, ...] = ()  # whose files are no longer what people have begun
    # The store waits for the disk; it does so beside the loop that answers everybody else.
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="store"))
    background: set[Future[Any]] = field(default_factory=set)

    async def run(self, work: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Result:
        """`work(*args, **kwargs)` on a thread of its own: for everything that asks the store."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(work, *args, **kwargs))

    def log(self, kind: str, *, person_id: str | None, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Add to the log of events without making anybody wait for it."""
        future = self.threads.submit(
            self.store.people.log, kind, now=self.now(), person_id=person_id, subject=subject, detail=detail
        )
        self.background.add(future)
        future.add_done_callback(self.background.discard)

    @property
    def login_link_life(self) -> timedelta:
        return timedelta(days=self.course_settings.login_link_days.value)

    def link(self, path: str = "") -> str:
        """The address of a page of this service, e.g. `link("rezultati")`."""
        return f"{self.prefix}{path}"
