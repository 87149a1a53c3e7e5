"""What the process that kernels are forked from reads ahead."""

from __future__ import annotations

import pytest
import yaml

from lideri.course.loading import project_root
from lideri.workbook import rehearsal
from lideri.workbook.content import Content, shared


def test_after_the_rehearsal_no_page_reads_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    shared.cache_clear()
    rehearsal.content()
    monkeypatch.setattr(Content, "_yaml", lambda *_: pytest.fail("a file was read again"))

    for file in (project_root() / "course_data" / "practice").glob("*.yml"):
        module = str(int(file.stem[1:]))
        assert shared().items(module)
        assert all(shared().item(module, exercise) for exercise in shared().items(module))
        assert shared().titles(module)
    assert all(shared().scenario(exercise) for exercise in shared().scenarios())


def test_every_scenario_is_found() -> None:
    folder = project_root() / "course_data" / "scenarios"
    ids = {yaml.safe_load(file.read_text(encoding="utf-8")).get("id") for file in folder.glob("*.yml")}

    assert set(Content().scenarios()) == {each for each in ids if each}
