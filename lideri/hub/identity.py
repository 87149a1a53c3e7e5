"""Who looks at a page of a Voila service: the hub's word, never the browser's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyter_server.utils import url_path_join
from jupyterhub.services.auth import HubOAuth
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider, JupyterHubOAuthCallbackHandler
from traitlets import default

from lideri.hub.roles import role_from_groups

FORGEABLE = "X-Lideri-"


@dataclass(frozen=True)
class Viewer:
    """A logged-in person with exactly one role."""

    person: str  # id in the store
    username: str
    name: str
    role: str


class HubIdentity(JupyterHubIdentityProvider):  # type: ignore[misc]  # jupyterhub is untyped
    """The hub's log-in for a service: as for a single-user server, with the callback under the service's prefix."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("token", None)  # Voila passes one; here only the hub says who somebody is
        super().__init__(**kwargs)

    @default("hub_auth")
    def _hub_auth_of_the_service(self) -> HubOAuth:
        # A closed account or a new role holds within this time; until then answers come from memory.
        return HubOAuth(parent=self, cache_max_age=30)

    def get_handlers(self) -> list[tuple[Any, ...]]:
        return [
            (
                url_path_join(self.hub_auth.base_url, "oauth_callback"),
                JupyterHubOAuthCallbackHandler,
                {"hub_auth": self.hub_auth},
            )
        ]

    async def get_user(self, handler: Any) -> Any:
        for name in [name for name in handler.request.headers if name.lower().startswith(FORGEABLE.lower())]:
            del handler.request.headers[name]
        return await super().get_user(handler)


def viewer_of(user: Any) -> Viewer | None:
    """None for somebody without exactly one role, or whom the hub knows by name only."""
    model = getattr(user, "hub_user", None) or {}
    about = model.get("user_info") or {}
    role = role_from_groups(model.get("groups") or [])
    if role is None or not about.get("person"):
        return None
    return Viewer(
        person=about["person"], username=model["name"], name=about.get("display_name") or model["name"], role=role
    )
