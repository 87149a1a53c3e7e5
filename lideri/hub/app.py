"""The hub's program: JupyterHub, only that its services start side by side instead of one after another."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyterhub.app import JupyterHub


class LideriHub(JupyterHub):  # type: ignore[misc]  # jupyterhub is untyped
    """Each service takes seconds to import what it needs; together they take hardly longer than the slowest."""

    name = "jupyterhub"
    _starting: dict[str, asyncio.Task[bool]]

    async def start_service(self, service_name: str, service: Any, ssl_context: Any = None) -> bool:
        """The first call starts every service; each call waits for its own."""
        if not hasattr(self, "_starting"):
            self._starting = {
                name: asyncio.create_task(super(LideriHub, self).start_service(name, each, ssl_context))
                for name, each in self._service_map.items()
            }
        task = self._starting.pop(service_name, None)
        return await (task or super().start_service(service_name, service, ssl_context))


if __name__ == "__main__":
    LideriHub.launch_instance()
