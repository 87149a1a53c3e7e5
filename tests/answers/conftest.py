"""A running service with an empty SQLite store."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `service`, beside this file

from service import NOW, Service

from lideri.settings import Settings
from lideri.store import Store, open_store
from lideri.store.people import NewPerson, Person


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(data=tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def service(store: Store, tmp_path: Path) -> Iterator[Service]:
    with Service(store, Settings(data=tmp_path)) as running:
        yield running


@pytest.fixture
def somebody(store: Store) -> Callable[..., Person]:
    """Makes people: `somebody("Vija", role="trainer")`."""

    def make(name: str = "Vija Ozola", **changes: object) -> Person:
        return store.people.add(NewPerson(name, **changes), now=NOW)  # type: ignore[arg-type]

    return make
