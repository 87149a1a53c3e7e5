"""What an administrator does when a person asks for their data, or asks to be erased."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from lideri.errors import NotFound
from lideri.grader.app import only_grader
from lideri.hub.config import HUB_DATABASE
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.erasing import erase_student
from lideri.settings import Settings
from lideri.store import Store
from lideri.store.people import Person


def find_person(store: Store, who: str) -> Person:
    """The person with this e-mail or user name. Raises `NotFound`."""
    person = store.people.by_email(who) or store.people.by_username(who)
    if person is None:
        raise NotFound(f"Cilvēka ar e-pastu vai lietotājvārdu «{who}» nav. Pārbaudi, kā tas rakstīts.")
    return person


def export_person(store: Store, who: str) -> dict[str, Any]:
    """Everything kept about the person; the system may be running."""
    return store.personal_data.export(find_person(store, who).id)


def erase_person(settings: Settings, store: Store, who: str) -> None:
    """Erase the person from the store, nbgrader and the hub. Raises `AlreadyRunning` while the system runs.

    First where somebody could still see them: what fails later can be done again with the command repeated, because the
    person is found by their name until the store, which comes last, has let go of it.
    """
    person = find_person(store, who)
    store.personal_data.require_erasable(person.id)
    with only_grader(settings):
        erase_student(NbgraderCourse.of(settings), person.id)
        _erase_in_hub(settings, person.username)
        store.personal_data.erase(person.id)
        for file in (*settings.data.glob("*.sqlite"), settings.run_folder / HUB_DATABASE):
            _wipe(file)


def _wipe(file: Path) -> None:
    """SQLite keeps what was deleted in free pages and in its journal until it is written anew."""
    if not file.exists():
        return
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    try:
        connection.execute("vacuum")
        connection.execute("pragma wal_checkpoint(truncate)")
    finally:
        connection.close()


def _erase_in_hub(settings: Settings, username: str) -> None:
    file = settings.run_folder / HUB_DATABASE
    if not file.exists():
        return
    connection = sqlite3.connect(file)
    try:
        connection.execute("pragma foreign_keys = on")
        connection.execute("delete from users where name = ?", (username,))
        connection.commit()
    finally:
        connection.close()
