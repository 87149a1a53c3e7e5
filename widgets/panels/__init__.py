"""Dashboards: a read model in, a page out. `TrainerPanel` for a cohort, `ProgrammePanel` for the country.

from lideri.workbook import open_reports
from widgets.panels import TrainerPanel

TrainerPanel(open_reports())
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import anywidget
import traitlets

from lideri.errors import LideriError
from widgets.base import browser_side
from widgets.panels.rendering import programme_page, trainer_page


class Reports(Protocol):
    """Where a dashboard gets its read models: plain JSON data as `lideri.reports` writes it."""

    def trainer(self, cohort: str | None = None) -> Mapping[str, Any]:
        """The cohort's report with ``cohorts`` (id and name of all that may be seen); the first one when None."""
        ...

    def programme(self) -> Mapping[str, Any]:
        """The last published report of the programme."""
        ...


class _Panel(anywidget.AnyWidget):
    html = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    choices: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._esm, self._css = browser_side("panels")  # anywidget makes traits of them
        super().__init__(**traits)


class TrainerPanel(_Panel):
    """The cohort's state and what to do next; with more than one cohort a list to choose from."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        super().__init__(label="Grupa")
        self._show(None)
        self.observe(lambda change: self._show(change["new"]), names="chosen")

    def _show(self, cohort: str | None) -> None:
        try:
            report = self._reports.trainer(cohort or None)
        except LideriError as error:
            self.html = trainer_page(None, message=str(error))
            return
        self.choices = [[one["id"], one["name"]] for one in report["cohorts"]]
        self.html = trainer_page(report["report"])
        if report["report"] is not None and self.chosen != report["report"]["cohort_id"]:
            self.chosen = report["report"]["cohort_id"]


class ProgrammePanel(_Panel):
    """The country: targets, levels by region and municipality, context. Nobody's name is in it."""

    def __init__(self, reports: Reports) -> None:
        super().__init__()
        try:
            self.html = programme_page(reports.programme())
        except LideriError as error:
            self.html = programme_page(None, message=str(error))
