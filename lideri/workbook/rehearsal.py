"""What every page's kernel would read alike, read once in the process that kernels are forked from."""

from __future__ import annotations

from importlib.resources import files

from lideri.practice import machine
from lideri.workbook.content import shared


def content() -> None:
    """Read the practice items and scenarios of all modules. Something unreadable is left to the page that needs it."""
    root = files("course_data")
    everything = shared()
    for file in (root / "practice").iterdir():
        if file.name.endswith(".yml"):
            module = str(int(file.name[1:3]))
            for exercise in everything.items(module):
                everything.item(module, exercise)
            everything.titles(module)
    for exercise in everything.scenarios():
        if (scenario := everything.scenario(exercise)) is not None:
            machine(scenario["kind"]).shown(scenario)
