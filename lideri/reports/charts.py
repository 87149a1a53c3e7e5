"""Charts of the dashboards by matplotlib, drawn once for each theme and served to all who look."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

mpl.use("agg")

# The design's colours for charts: series, axis, grid, ordinary text, strong text.
COLOURS = {
    "light": ("#0e5a5e", "#76807b", "#e3dccf", "#4b5a5a", "#1d2b2c"),
    "dark": ("#7fcac3", "#8b958f", "#343c3a", "#b8beb6", "#eeeae1"),
}
MONTHS = ("janv.", "febr.", "marts", "apr.", "maijs", "jūn.", "jūl.", "aug.", "sept.", "okt.", "nov.", "dec.")


@cache
def _family() -> str:
    folder = files("lideri.reports") / "fonts"
    names = []
    for font in folder.iterdir():
        if font.name.endswith(".ttf"):
            font_manager.fontManager.addfont(str(font))
            names.append(font_manager.FontProperties(fname=str(font)).get_name())
    return names[0] if names else "sans-serif"


def pictures(report: Mapping[str, Any]) -> dict[str, str]:
    """The programme report's growth chart as an address for <img>, by theme; empty while there is nothing to compare.

    `report` is the plain data of `ProgrammeReport`.
    """
    months = report["months"]
    if len(months) < 2:
        return {}
    values = [int(point["staff"]) for point in months]
    svgs = {theme: growth_chart([str(point["month"]) for point in months], values, theme=theme) for theme in COLOURS}
    return {
        theme: "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode() for theme, svg in svgs.items()
    }


def growth_chart(months: Sequence[str], values: Sequence[int], *, theme: str) -> str:
    """A rising line over months («2026-11») as SVG text; the last point is marked and labelled."""
    series, axis, grid, text, strong = COLOURS[theme]
    with mpl.rc_context({"font.family": _family(), "font.size": 12, "svg.fonttype": "path", "svg.hashsalt": "lideri"}):
        figure = Figure(figsize=(5.2, 2.7))
        axes = figure.subplots()
        axes.plot(range(len(values)), values, color=series, linewidth=2.5)
        axes.plot([len(values) - 1], [values[-1]], "o", color=series, markersize=6)
        axes.annotate(
            f"{values[-1]} tagad",
            (len(values) - 1, values[-1]),
            xytext=(-8, 8),
            textcoords="offset points",
            ha="right",
            color=strong,
            weight="bold",
        )
        axes.set_ylim(0, max(5, *values) * 1.25)
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True, nbins=4))
        axes.set_xticks(range(len(months)), [_month(month) for month in months])
        if len(months) > 6:
            for index, label in enumerate(axes.get_xticklabels()):
                label.set_visible(index % (len(months) // 6 + 1) == 0)
        axes.grid(axis="y", color=grid, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(length=0, colors=text)
        for side, spine in axes.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(axis)
        target = StringIO()
        figure.savefig(target, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None})
    return target.getvalue()


def _address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _month(month: str) -> str:
    name = MONTHS[int(month[5:]) - 1]
    return f"{name}\n{month[:4]}" if month.endswith("-01") else name
