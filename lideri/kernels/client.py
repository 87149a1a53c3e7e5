"""A kernel client that knows when a kernel is ready, where the stock one waits to see whether anything else comes.

`c.AsyncKernelManager.client_factory = "lideri.kernels.client.PromptClient"`. The stock client's `wait_for_ready` ends
with a pause of 0.2 s, or two when it asks before the kernel has heard of its subscription. A kernel of ipykernel 7 says
when it has heard of it (`iopub_welcome`), and after that nothing is lost: ready is when it has said that it is idle.
"""

from __future__ import annotations

import asyncio
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

from lideri.kernels.forking import KernelProcess

WELCOME_SECONDS = 1.0


class PromptClient(AsyncKernelClient):
    """Prompt with a kernel that was forked and already listens; with any other kernel it is the stock client."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (timeout if timeout is not None else 3600.0)
        provisioner = getattr(self.parent, "provisioner", None)
        if isinstance(getattr(provisioner, "process", None), KernelProcess) and await self._answers(until):
            return
        await super()._async_wait_for_ready(timeout=timeout)

    wait_for_ready = _async_wait_for_ready

    async def _answers(self, until: float) -> bool:
        """Whether the kernel heard of the subscription, answered one request, and was idle again."""
        if await self._next(self.iopub_channel, "iopub_welcome", "", time.monotonic() + WELCOME_SECONDS) is None:
            return False
        asked = self.kernel_info()
        reply = await self._next(self.shell_channel, "kernel_info_reply", asked, until)
        if reply is None:
            return False
        while (said := await self._next(self.iopub_channel, "status", asked, until)) is not None:
            if said["content"]["execution_state"] == "idle":
                self._handle_kernel_info_reply(reply)
                return True
        return False

    async def _next(self, channel: Any, kind: str, asked: str, until: float) -> dict[str, Any] | None:
        """The next message of that kind that answers `asked`; None when none came, or the kernel has ended."""
        while (left := until - time.monotonic()) > 0:
            try:
                message: dict[str, Any] = await channel.get_msg(timeout=min(left, 1.0))
            except Empty:
                if not await self._async_is_alive():
                    return None
                continue
            if message["msg_type"] == kind and (not asked or message["parent_header"].get("msg_id") == asked):
                return message
            await asyncio.sleep(0)
        return None
