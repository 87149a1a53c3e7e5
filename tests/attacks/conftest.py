"""What the attacks share: a small graded course, plain pages with made-up people, and one whole running system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.answers.test_pages import World
from tests.attacks.bystanders import Keys
from tests.grader.conftest import data, prepared, store
from tests.hub.conftest import system

__all__ = ["data", "keys", "prepared", "store", "system", "world"]


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys.of_the_course()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()
