"""Who may do what at the hub: as little as logging in and the pages need."""

from __future__ import annotations

from typing import Any

TRAINEE, TRAINER, LEAD_TRAINER = "trainee", "trainer", "lead_trainer"
PROGRAMME_LEAD, ADMIN = "programme_lead", "admin"
ROLES = frozenset({TRAINEE, TRAINER, LEAD_TRAINER, PROGRAMME_LEAD, ADMIN})

SERVICES_FOR_ALL = ("lideri", "macibas")
SEES_DASHBOARDS = frozenset({TRAINER, LEAD_TRAINER, PROGRAMME_LEAD, ADMIN})
STARTS_JUPYTERLAB = frozenset({LEAD_TRAINER, ADMIN})

# Voila services check each page besides: being let into the service is not being let into every page of it.
SEES_PAGE = {
    "grupa": frozenset({TRAINER, LEAD_TRAINER, ADMIN}),
    "latvija": frozenset({PROGRAMME_LEAD, LEAD_TRAINER, ADMIN}),
}


def role_from_groups(groups: list[str]) -> str | None:
    """The one role among a person's hub groups; None when there is none or they contradict."""
    found = [role for role in groups if role in ROLES]
    return found[0] if len(found) == 1 else None


def may_open(role: str | None, page: str) -> bool:
    return role in SEES_PAGE.get(page, ROLES)


def hub_roles() -> list[dict[str, Any]]:
    """`JupyterHub.load_roles`. The default role «user» is narrowed: a trainee cannot start a server or make tokens."""
    return [
        {
            "name": "user",
            "description": "Logs in and is known by name and role",
            "scopes": ["read:users:name!user", "read:users:groups!user"],
        },
        {
            "name": "everybody",
            "description": "Opens the workbook",
            "groups": sorted(ROLES),
            "scopes": [f"access:services!service={name}" for name in SERVICES_FOR_ALL],
        },
        {
            "name": "dashboards",
            "description": "Opens the dashboards service; each page asks once more",
            "groups": sorted(SEES_DASHBOARDS),
            "scopes": ["access:services!service=paneli"],
        },
        {
            "name": "jupyterlab",
            "description": "Starts the own JupyterLab with formgrader",
            "groups": sorted(STARTS_JUPYTERLAB),
            "scopes": ["self"],
        },
        {
            "name": "hub-admin",
            "description": "Looks after the hub",
            "groups": [ADMIN],
            "scopes": ["admin-ui", "list:users", "read:users", "read:hub", "delete:servers"],
        },
    ]
