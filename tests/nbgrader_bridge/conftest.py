from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lideri.nbgrader_bridge.course import NbgraderCourse
from tests.nbgrader_bridge.people import small_course


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small form released; made once, because making a gradebook takes seconds."""
    folder = tmp_path_factory.mktemp("paraugs") / "dati"
    folder.mkdir()
    small_course(folder)
    return folder


@pytest.fixture
def course(prepared: Path, tmp_path: Path) -> NbgraderCourse:
    return NbgraderCourse.in_data(Path(shutil.copytree(prepared, tmp_path / "dati")))
