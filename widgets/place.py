"""A practice place of any kind: what it is, its scenario says."""

from __future__ import annotations

from widgets.protocol import Page
from widgets.simulator import Simulator


class Place(Simulator):
    """``Place("m03.2-pieteiksanas", page)``: the scenario of that id, with the look that its kind has.

    Each kind has a folder of its own here, a state machine in `lideri.practice` and an entry in `bundles.json`.
    """

    def __init__(self, exercise: str, page: Page) -> None:
        self.kind = self.bundle = str(page.scenario(exercise)["kind"])
        super().__init__(exercise, page)
