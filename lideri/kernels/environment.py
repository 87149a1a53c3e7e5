"""What a page's kernel finds in its environment: an allow-list, and a token bound to one person, page and kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from lideri.store.tokens import PageToken, mint

# Everything else (the hub's token, the database, the signing secret) stays with the server that starts the kernel.
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")


@dataclass(frozen=True)
class Visit:
    """One person opening one page: for whom a kernel is started."""

    person: str  # id in the store
    role: str
    page: str  # "2.1", "2/parbaude", "grupa", "latvija"


@dataclass(frozen=True)
class KernelHome:
    """What the server that starts kernels gives each of them."""

    answers_url: str  # where *answers* listens, on the inside
    secret: str
    token_life: timedelta
    widgets: str  # where browsers find the widgets' modules, on the page's own site
    folder: Path  # empty; a kernel starts there
    home: Path  # HOME of kernels: nobody's own start-up files run in a page


def kernel_environment(
    visit: Visit, kernel: str, home: KernelHome, *, around: Mapping[str, str], now: datetime
) -> dict[str, str]:
    """The whole environment of kernel `kernel`; `around` is the server's own, of which only `KEPT` is taken over."""
    token = PageToken(
        person=visit.person,
        kernel=kernel,
        page=visit.page,
        role=visit.role,
        exp=int((now + home.token_life).timestamp()),
    )
    return shared_environment(home, around=around) | {
        "LIDERI_TOKEN": mint(token, home.secret),
        "LIDERI_PAGE": visit.page,
    }


def shared_environment(home: KernelHome, *, around: Mapping[str, str]) -> dict[str, str]:
    """The part of a kernel's environment that is the same for all."""
    return {name: around[name] for name in KEPT if name in around} | {
        "HOME": str(home.home),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(home.home / "matplotlib"),
        "LIDERI_ANSWERS_URL": home.answers_url,
        "LIDERI_WIDGETS": home.widgets,
    }
