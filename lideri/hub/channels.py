"""A page's websocket to its kernel, without asking a kernel that is known to run whether it runs."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import zmq
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

WELCOME_SECONDS = 2.0


def ask_for_welcome(iopub: zmq.Socket[Any]) -> None:
    """Have the kernel say `iopub_welcome`: it does so for every topic that nobody has listened to before.

    What was subscribed to earlier on this socket is in force by then, because the kernel reads them in their order.
    """
    iopub.setsockopt(zmq.SUBSCRIBE, b"lideri.welcome." + uuid4().hex.encode())


class PageConnection(ZMQChannelsWebsocketConnection):
    """jupyter_server opens three more connections for each page and asks the kernel three times who it is.

    Here the kernel has been started by this server a moment ago, and it welcomes who listens to it: when the welcome is
    there, nothing it says can be missed any more.
    """

    async def prepare(self) -> None:
        await self._register_session()  # type: ignore[no-untyped-call]  # jupyter_server is half typed
        self.session.key = self.kernel_manager.session.key

    def nudge(self) -> asyncio.Future[None]:
        return asyncio.ensure_future(self._welcomed())

    async def _welcomed(self) -> None:
        iopub = self.channels["iopub"]
        welcomed = asyncio.get_running_loop().create_future()

        def heard(_message: Any) -> None:
            if not welcomed.done():
                welcomed.set_result(None)

        iopub.on_recv(heard)
        ask_for_welcome(iopub.socket)
        try:
            await asyncio.wait_for(welcomed, WELCOME_SECONDS)
        except TimeoutError:  # a busy machine, or a kernel that welcomes nobody: ask as jupyter_server does
            await super().nudge()
        finally:
            if not iopub.closed():
                iopub.stop_on_recv()
