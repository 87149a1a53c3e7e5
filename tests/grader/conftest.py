from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lideri.store import Store
from tests.grader.queue_of_work import grader, open_store, settings


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with empty store and released form; made once, because making a gradebook takes seconds."""
    folder = tmp_path_factory.mktemp("paraugs") / "dati"
    store = open_store(settings(folder))
    grader(store, folder)
    store.close()
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "dati"))


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    opened = open_store(settings(data))
    yield opened
    opened.close()
