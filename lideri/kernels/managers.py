"""The kernel manager of the shared Voila servers: every kernel belongs to one person."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import zmq
from jupyter_client.manager import KernelManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Instance, Integer, default

from lideri.kernels.environment import KernelHome, Visit, kernel_environment


@dataclass(frozen=True)
class Ownership:
    person: str
    page: str
    since: datetime


class OwnedKernelManager(AsyncMappingKernelManager):
    """Remembers whose each kernel is, gives it only the allow-listed environment, and limits how many a person has."""

    home = Instance(KernelHome)
    most_per_person = Integer(6, config=True, help="Pages a person may keep open; one more closes the oldest.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # jupyter_server is half typed
        self._owners: dict[str, Ownership] = {}
        self._openings: dict[str, asyncio.Task[None]] = {}

    @default("context")
    def _context_default(self) -> zmq.Context[Any]:
        """As many sockets as zmq can have: a page takes about six, and the usual 1023 were used up by 170 pages."""
        context: zmq.Context[Any] = super()._context_default()
        context.set(zmq.MAX_SOCKETS, context.get(zmq.SOCKET_LIMIT))
        return context

    def owner_of(self, kernel_id: str) -> Ownership | None:
        """Whose the kernel is, from `begin` on; None when there is no such kernel (any more)."""
        return self._owners.get(kernel_id)

    def begin(self, visit: Visit, kernel_name: str) -> str:
        """Start a kernel for a visit; its id, at once. `opened` tells when it is there."""
        kernel_id = self.new_kernel_id()
        surplus = self._surplus_of(visit.person)
        # Known before the process is: nobody can reach a kernel that has no owner yet.
        self._owners[kernel_id] = Ownership(visit.person, visit.page, datetime.now(UTC))
        task = asyncio.create_task(self._open(visit, kernel_id, kernel_name, surplus))
        # Somebody may never ask how it went; it is in the log then.
        task.add_done_callback(self._begun)
        self._openings[kernel_id] = task
        return kernel_id

    async def opened(self, kernel_id: str) -> KernelManager:
        """The kernel of `begin`, once it runs. Raises what went wrong; `KeyError` when it has gone."""
        opening = self._openings.get(kernel_id)
        if opening is not None:
            await asyncio.shield(opening)
        if kernel_id not in self:
            raise KeyError(kernel_id)
        return self.get_kernel(kernel_id)

    async def start_kernel(self, **_kwargs: Any) -> str:  # type: ignore[override]  # a coroutine, as in the class above
        """Refused: a kernel is only ever begun for somebody's visit."""
        raise HTTPError(403, "A kernel was asked for outside of a page")

    async def _open(self, visit: Visit, kernel_id: str, kernel_name: str, surplus: Sequence[str]) -> None:
        try:
            await asyncio.gather(*(self._close(kernel) for kernel in surplus), return_exceptions=True)
            environment = kernel_environment(visit, kernel_id, self.home, around=os.environ, now=datetime.now(UTC))
            await super()._async_start_kernel(
                kernel_id=kernel_id,
                kernel_name=kernel_name,
                env=environment,
                cwd=str(self.home.folder),
                # One file for all kernels, and nobody types.
                extra_arguments=["--HistoryManager.enabled=False"],
            )
        except BaseException:
            self._owners.pop(kernel_id, None)
            raise
        finally:
            self._openings.pop(kernel_id, None)
        self.log.info("Kernel %s is page %s of person %s", kernel_id, visit.page, visit.person)

    def _begun(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.log.error("A page got no kernel: %r", error)

    def remove_kernel(self, kernel_id: str) -> Any:
        self._owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    def _handle_kernel_died(self, kernel_id: str) -> None:
        self._owners.pop(kernel_id, None)
        super()._handle_kernel_died(kernel_id)  # type: ignore[no-untyped-call]

    def _surplus_of(self, person: str) -> list[str]:
        """The pages that one more page of this person closes. From now on they are nobody's.

        Decided at once, so that pages asked for in the same moment count too.
        """
        own = [kernel for kernel, owner in self._owners.items() if owner.person == person]
        # Pages nobody looks at go first, then the one opened longest ago.
        own.sort(key=lambda kernel: (self._kernel_connections.get(kernel, 0) > 0, self._owners[kernel].since))
        surplus = own[: max(0, len(own) - self.most_per_person + 1)]
        if surplus:
            self.log.info("Person %s has %d pages open; closing %d", person, len(own), len(surplus))
        for kernel in surplus:
            del self._owners[kernel]
        return surplus

    async def _close(self, kernel_id: str) -> None:
        await self.opened(kernel_id)
        ended: Any = self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]
        await ended
