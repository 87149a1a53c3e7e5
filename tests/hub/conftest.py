"""One running system for all tests of the hub: starting it takes half a minute."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.hub.system import ROOT, RunningSystem

SHOWS_ENVIRONMENT = """
import json, os
print(json.dumps({"environment": dict(os.environ), "folder": os.getcwd(), "files": os.listdir()}))
"""
BEIGAS = "<section><h2>Beigas</h2></section>"
COUNTER = """
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    n = traitlets.Int(0).tag(sync=True)
    _esm = \"\"\"
    export default { render({ model, el }) {
      const button = document.createElement("button");
      const show = () => { button.textContent = "Skaits " + model.get("n"); };
      button.onclick = () => { model.set("n", model.get("n") + 1); model.save_changes(); };
      model.on("change:n", show);
      show();
      el.append(button);
    } };
    \"\"\"

Counter()
"""


def notebook(*sources: str) -> Any:
    new = {True: nbformat.v4.new_markdown_cell, False: nbformat.v4.new_code_cell}
    made = nbformat.v4.new_notebook(cells=[new[source.startswith("<")](source) for source in sources])
    made.metadata.update(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "lideri": {"page": "2.9", "title": "Izmēģinājums <b>", "lead": "", "minutes": 5},
        }
    )
    return made


def with_more_pages(folder: Path) -> RunningSystem:
    """A system in `folder`/var with the real pages, and three more: 2.7 counts clicks, 2.8 breaks, 2.9 shows its
    kernel's environment."""
    pages = folder / "pages"
    for name in ("notebooks", "voila_apps"):
        (pages / name).mkdir(parents=True)
        for file in (ROOT / name).glob("*.ipynb"):
            shutil.copy(file, pages / name)
    _write(pages / "notebooks" / "m02_7.ipynb", COUNTER)
    _write(pages / "notebooks" / "m02_8.ipynb", "raise RuntimeError('slepens iekšējais teksts')", BEIGAS)
    _write(pages / "notebooks" / "m02_9.ipynb", SHOWS_ENVIRONMENT)
    if not (pages / "voila_apps" / "grupa.ipynb").exists():
        _write(pages / "voila_apps" / "grupa.ipynb", SHOWS_ENVIRONMENT)
    return RunningSystem(folder / "var", environment={"LIDERI_PAGES": str(pages)})


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """The demonstration as `make run` makes and starts it for the first time."""
    running = with_more_pages(tmp_path_factory.mktemp("system"))
    try:
        yield running.start()
    finally:
        running.end_everything()


def _write(file: Path, *sources: str) -> None:
    nbformat.write(notebook(*sources), file)
