"""Dashboards: a read model in, a page out. `TrainerPanel` for a cohort, `ProgrammePanel` for the country.

from lideri.workbook import open_reports
from widgets.panels import TrainerPanel

TrainerPanel(open_reports())
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import traitlets

from lideri.errors import LideriError
from widgets.base import PageWidget, browser_side
from widgets.panels.rendering import programme_page, trainer_page


class Reports(Protocol):
    """Where a dashboard gets its read models: plain JSON data as `lideri.reports` writes it."""

    def trainer(self, cohort: str | None = None, module: str | None = None) -> Mapping[str, Any]:
        """The cohort's report with ``cohorts`` (id and name of all that may be seen); the first one when None, and on
        the module that the cohort is working on."""
        ...

    def programme(self) -> Mapping[str, Any]:
        """The last published report of the programme."""
        ...


class _Panel(PageWidget):
    html = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    choices: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)
    second_label = traitlets.Unicode("").tag(sync=True)
    second_choices: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    second_chosen = traitlets.Unicode("").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._esm, self._css = browser_side("panels")  # anywidget makes traits of them
        super().__init__(**traits)


class TrainerPanel(_Panel):
    """The cohort's state and what to do next; lists to choose cohort and module from when there are several."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._showing = False
        # Whole from the start: a panel that fills itself afterwards would be seen empty for a moment.
        super().__init__(label="Grupa", second_label="Modulis", **self._read(None, None))
        self.observe(lambda change: self._choose(change["new"], None), names="chosen")
        self.observe(lambda change: self._choose(self.chosen, change["new"]), names="second_chosen")

    def _choose(self, cohort: str, module: str | None) -> None:
        if not self._showing:
            self._show(cohort or None, module)

    def _show(self, cohort: str | None, module: str | None) -> None:
        self._showing = True  # what is set here was not chosen by a person
        try:
            for name, value in self._read(cohort, module).items():
                setattr(self, name, value)
        finally:
            self._showing = False

    def _read(self, cohort: str | None, module: str | None) -> dict[str, Any]:
        """What the panel has to show, by its traits; after an error only the page that says so."""
        try:
            report = self._reports.trainer(cohort, module)
        except LideriError as error:
            return {"html": trainer_page(None, message=str(error))}
        shown = report["report"]
        traits = {"choices": [[one["id"], one["name"]] for one in report["cohorts"]], "html": trainer_page(shown)}
        if shown is not None:
            traits["second_choices"] = [[one["id"], f"{one['id']}. {one['title']}"] for one in shown["modules"]]
            traits |= {"chosen": shown["cohort_id"], "second_chosen": shown["module"]}
        return traits


class ProgrammePanel(_Panel):
    """The country: targets, levels by region and municipality, context. Nobody's name is in it."""

    def __init__(self, reports: Reports) -> None:
        try:
            page = programme_page(reports.programme())
        except LideriError as error:
            page = programme_page(None, message=str(error))
        super().__init__(html=page)
