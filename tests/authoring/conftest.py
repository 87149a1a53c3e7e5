from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("small_course", Path(__file__).with_name("small_course.py"))
assert spec is not None and spec.loader is not None
small_course = importlib.util.module_from_spec(spec)
sys.modules["small_course"] = small_course
spec.loader.exec_module(small_course)


@pytest.fixture
def course_folder(tmp_path: Path) -> Path:
    return small_course.write_small_course(tmp_path)
