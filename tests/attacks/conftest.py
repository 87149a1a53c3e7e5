"""What the attacks share: a small graded course, plain pages with made-up people, and one whole running system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.answers.test_pages import World
from tests.attacks.bystanders import Keys
from tests.grader.conftest import data, prepared, store
from tests.hub.conftest import with_more_pages
from tests.hub.system import RunningSystem

__all__ = ["data", "keys", "prepared", "store", "system", "world"]


@pytest.fixture(scope="session")
def system(
    tmp_path_factory: pytest.TempPathFactory, copy_of_the_demonstration: Callable[[Path], Path]
) -> Iterator[RunningSystem]:
    folder = tmp_path_factory.mktemp("system")
    copy_of_the_demonstration(folder / "var")
    running = with_more_pages(folder)
    try:
        yield running.start()
    finally:
        running.end_everything()


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys.of_the_course()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()
