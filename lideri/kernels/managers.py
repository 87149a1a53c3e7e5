"""The kernel manager of the shared Voila servers: every kernel belongs to one person."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Instance, Integer

from lideri.kernels.environment import KernelHome, Visit, kernel_environment


@dataclass
class Opening:
    """A page being opened; `kernel` is its kernel's id once one was started."""

    visit: Visit
    kernel: str = ""


_OPENING: ContextVar[Opening | None] = ContextVar("opening", default=None)


@dataclass(frozen=True)
class Ownership:
    person: str
    page: str
    since: datetime


@contextmanager
def opening_for(visit: Visit) -> Iterator[Opening]:
    """Kernels started inside this block, in this task, are `visit`'s; outside of it none can be started."""
    opening = Opening(visit)
    mark = _OPENING.set(opening)
    try:
        yield opening
    finally:
        _OPENING.reset(mark)


class OwnedKernelManager(AsyncMappingKernelManager):
    """Remembers whose each kernel is, gives it only the allow-listed environment, and limits how many a person has."""

    home = Instance(KernelHome)
    most_per_person = Integer(6, config=True, help="Pages a person may keep open; one more closes the oldest.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # jupyter_server is half typed
        self._owners: dict[str, Ownership] = {}

    def owner_of(self, kernel_id: str) -> Ownership | None:
        """Whose the kernel is; None when there is no such kernel (any more)."""
        return self._owners.get(kernel_id) if kernel_id in self else None

    async def start_kernel(  # type: ignore[override]  # a coroutine, as in the class above
        self, *, kernel_id: str | None = None, path: str | None = None, **kwargs: Any
    ) -> str:
        """Start a kernel for the visit of `opening_for`. A given id, folder or environment is ignored."""
        opening = _OPENING.get()
        if opening is None:
            raise HTTPError(403, "A kernel was asked for outside of a page")
        visit = opening.visit
        await self._make_room_for(visit.person)
        new_id = self.new_kernel_id()
        now = datetime.now(UTC)
        kwargs["env"] = kernel_environment(visit, new_id, self.home, around=os.environ, now=now)
        kwargs["cwd"] = str(self.home.folder)
        kwargs["extra_arguments"] = ["--HistoryManager.enabled=False"]  # one file for all kernels, and nobody types
        # Known before the process is: nobody can reach a kernel that has no owner yet.
        self._owners[new_id] = Ownership(visit.person, visit.page, now)
        try:
            started: str = await super()._async_start_kernel(kernel_id=new_id, **kwargs)
        except BaseException:
            self._owners.pop(new_id, None)
            raise
        opening.kernel = started
        self.log.info("Kernel %s is page %s of person %s", started, visit.page, visit.person)
        return started

    def remove_kernel(self, kernel_id: str) -> Any:
        self._owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    def _handle_kernel_died(self, kernel_id: str) -> None:
        self._owners.pop(kernel_id, None)
        super()._handle_kernel_died(kernel_id)  # type: ignore[no-untyped-call]

    async def _make_room_for(self, person: str) -> None:
        own = [kernel for kernel, owner in self._owners.items() if owner.person == person and kernel in self]
        # Pages nobody looks at go first, then the one opened longest ago.
        own.sort(key=lambda kernel: (self._kernel_connections.get(kernel, 0) > 0, self._owners[kernel].since))
        surplus = own[: max(0, len(own) - self.most_per_person + 1)]
        if surplus:
            self.log.info("Person %s has %d pages open; closing %d", person, len(own), len(surplus))
        ends: list[Any] = [self.shutdown_kernel(kernel, now=True) for kernel in surplus]  # type: ignore[no-untyped-call]
        await asyncio.gather(*ends, return_exceptions=True)
