"""«Atvērtie dati»: a real table to arrange, count per 1000 residents and draw, with questions answered from it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any, ClassVar

from lideri.practice.open_data import POPULATION, REGION, TITLES, view
from widgets.base import Message, Reply
from widgets.simulator import Simulator


class OpenData(Simulator):
    """Over `lideri.practice.open_data`. Table and chart are made in the kernel, and only when the browser asks: pandas
    and matplotlib load after the page is already there to be read."""

    kind = "open_data"
    handlers: ClassVar[Mapping[str, str]] = {"save": "save", "check": "check", "view": "look"}
    bundle = "open_data"

    def shown_spec(self) -> Mapping[str, Any]:
        spec = {name: value for name, value in self.scenario.items() if name != "rows"}
        spec["choices"] = [
            {"id": REGION, "title": TITLES[REGION], "numeric": False},
            {"id": POPULATION, "title": TITLES[POPULATION], "numeric": True},
            *({**column, "numeric": True} for column in self.scenario["columns"]),
        ]
        return spec

    def save(self, message: Message) -> list[Reply]:
        before = self._arrangement()
        replies = super().save(message)
        return replies if self._arrangement() == before else [*replies, *self.look(message)]

    def look(self, _message: Message) -> list[Reply]:
        """The table as arranged now and, when one is asked for, the chart in both themes."""
        seen = view(self.scenario, self.current)
        chart = seen["chart"]
        if chart and chart["labels"]:
            from widgets.open_data.chart import draw, finding

            pictures = {"light": draw(chart, "light"), "dark": draw(chart, "dark")}
            # JSON knows no «not a number»: a missing value goes as null.
            numbers = [None if isnan(value) else value for value in chart["values"]]
            seen["chart"] = {**chart, **finding(chart), **pictures, "values": numbers}
        return [{"type": "view", "view": seen}]

    def _arrangement(self) -> dict[str, Any]:
        return {name: value for name, value in self.state.items() if name not in {"answers", "last"}}
