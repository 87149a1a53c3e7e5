"""Who is there on the first start: the demonstration, or one administrator with a one-time link."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, TextIO

from lideri.settings import SERVICE_PREFIX, Settings
from lideri.store import Store, open_store
from lideri.store.people import NewPerson

LINK_LIFE = timedelta(days=2)
_SYLLABLES = [
    "ba",
    "da",
    "ga",
    "ka",
    "la",
    "ma",
    "na",
    "pa",
    "ra",
    "sa",
    "ta",
    "va",
    "zi",
    "lu",
    "mi",
    "no",
    "ru",
    "te",
]


class DemoAccount(Protocol):
    """An account of the demonstration; `what` says what one sees with it."""

    @property
    def username(self) -> str: ...

    @property
    def what(self) -> str: ...


@dataclass(frozen=True)
class Demonstration:
    """How to make the demonstration; the hub does not know what it consists of."""

    accounts: Iterable[DemoAccount]
    make: Callable[[Settings, str, Callable[[str], None]], object]  # (settings, password, step) → anything


@dataclass(frozen=True)
class Welcome:
    """What is printed once everything works."""

    accounts: tuple[DemoAccount, ...] = ()
    password: str = ""


def prepare_people(
    settings: Settings,
    demonstration: Demonstration | None,
    out: TextIO,
    *,
    step: Callable[[str], None] = lambda _text: None,
) -> Welcome:
    """Make what the first start needs. Later starts change nothing, but print the same password again.

    `demonstration` is None when there must be none; then an administrator gets a link until a password is set.
    """
    if demonstration is None:
        _require_administrator(settings, out)
        return Welcome()
    password = _password_in(settings.run_folder / "demo-password")
    if _is_empty(settings):
        print("Pirmā reize: veidojam demonstrācijas datus (ap pusminūti) …", file=out, flush=True)
        _make(settings, demonstration, password, step)
    return Welcome(tuple(demonstration.accounts), password)


def _is_empty(settings: Settings) -> bool:
    store = open_store(settings)
    try:
        return not store.people.everybody(only_active=False)
    finally:
        store.close()


def _make(settings: Settings, demonstration: Demonstration, password: str, step: Callable[[str], None]) -> None:
    """All of the demonstration or nothing: broken off, it is made anew at the next start."""
    if settings.database_url:
        demonstration.make(settings, password, step)
        return
    workshop = settings.run_folder / "first-start"
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(mode=0o700)
    demonstration.make(settings.model_copy(update={"data": workshop}), password, step)
    # The store goes last: as long as it is empty, the next start begins from the beginning.
    made = sorted(workshop.iterdir(), key=lambda path: path.name == "lideri.sqlite")
    for path in made:
        if path.name not in {"run", "logs"}:
            _replace(path, settings.data / path.name)
    shutil.rmtree(workshop, ignore_errors=True)


def _replace(made: Path, place: Path) -> None:
    if made.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        for old in (place, *(place.with_name(place.name + end) for end in ("-wal", "-shm"))):
            old.unlink(missing_ok=True)
    made.replace(place)


def _password_in(file: Path) -> str:
    """This installation's password for all demo accounts, made once (0600)."""
    if not file.exists():
        write_secret(file, "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(3)) for _ in range(4)))
    return file.read_text(encoding="ascii").strip()


def write_secret(file: Path, text: str) -> None:
    """Write `text` so that nobody but this user can read it at any moment, and all of it or nothing."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write(text)
    fresh.replace(file)


def _require_administrator(settings: Settings, out: TextIO) -> None:
    store = open_store(settings)
    try:
        administrators = store.people.everybody(role="admin", with_demo=False)
        if not any(person.has_password for person in administrators):
            print(_link_for_administrator(settings, store, administrators[0].id if administrators else ""), file=out)
    finally:
        store.close()


def _link_for_administrator(settings: Settings, store: Store, person_id: str) -> str:
    now = datetime.now(UTC)
    if not person_id:
        new = NewPerson(name="Administrators", role="admin", username="administrators")
        person_id = store.people.add(new, now=now).id
    token = store.people.make_login_link(person_id, now=now, valid_for=LINK_LIFE)
    return (
        "Administratora vienreizējā saite (der 2 dienas; ar to izveido paroli, lietotājvārds ir administrators):\n"
        f"  http://127.0.0.1:{settings.port}{SERVICE_PREFIX}ievads/{token}\n"
    )
