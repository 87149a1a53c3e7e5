"""The bar chart of one column, drawn in the kernel: once for light, once for dark, with the numbers at the bars."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from math import isnan
from typing import Any, Literal

import matplotlib
from matplotlib.figure import Figure

from lideri.course.latvian import counted, number

Theme = Literal["light", "dark"]
COLOURS: Mapping[str, Mapping[str, str]] = {
    "light": {"bar": "#0e5a5e", "text": "#1d2b2c", "soft": "#4b5a5a", "axis": "#76807b"},
    "dark": {"bar": "#7fcac3", "text": "#eeeae1", "soft": "#b8beb6", "axis": "#8b958f"},
}
WIDTH = 3.8  # inches: narrow, so that the letters stay readable on a phone
ROW = 0.27
STYLE: Any = {"font.family": ["Atkinson Hyperlegible Next", "DejaVu Sans"], "font.size": 11, "svg.hashsalt": "lideri"}


def finding(chart: Mapping[str, Any]) -> dict[str, str]:
    """What the chart shows, in words: ``says`` for the title, ``alt`` for those who do not see it; ``table`` rows."""
    known = [pair for pair in zip(chart["labels"], chart["values"], strict=True) if not isnan(pair[1])]
    if not known:
        return {"says": chart["title"], "alt": f"Diagrammai «{chart['title']}» šeit nav skaitļu."}
    most, least = max(known, key=lambda pair: pair[1]), min(known, key=lambda pair: pair[1])
    says = f"{chart['title']}: visvairāk – {most[0]} ({number(most[1], chart['decimals'])})"
    if len(known) == 1:
        return {"says": says, "alt": f"Stabiņu diagramma. {says}."}
    lowest = f"vismazāk – {least[0]} ({number(least[1], chart['decimals'])})"
    alt = f"Stabiņu diagramma, {counted(len(known), 'stabiņš', 'stabiņi')}. {says}; {lowest}."
    return {"says": says, "alt": f"{alt} Tie paši skaitļi ir tabulā zem diagrammas."}


def draw(chart: Mapping[str, Any], theme: Theme) -> str:
    """The chart as a ``data:`` address of an SVG picture; the same data always gives the same picture."""
    colours = COLOURS[theme]
    labels, numbers = list(chart["labels"]), [0.0 if isnan(value) else value for value in chart["values"]]
    _use_course_font()
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 0.5 + ROW * len(labels)), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(labels))
        axes.barh(places, numbers, height=0.72, color=colours["bar"])
        axes.set_yticks(places, labels, color=colours["soft"])
        axes.invert_yaxis()
        axes.set_ylim(len(labels) - 0.4, -0.6)
        top = max(numbers, default=0) or 1
        axes.set_xlim(0, top * 1.36)
        for place, value in enumerate(chart["values"]):
            text = "nav zināms" if isnan(value) else number(value, chart["decimals"])
            axes.text((0 if isnan(value) else value) + top * 0.015, place, text, va="center", color=colours["text"])
        axes.xaxis.set_visible(False)
        axes.tick_params(length=0)
        for side in ("top", "right", "bottom"):
            axes.spines[side].set_visible(False)
        axes.spines["left"].set_color(colours["axis"])
        picture = io.BytesIO()
        figure.savefig(picture, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(picture.getvalue()).decode("ascii")


def _use_course_font() -> None:
    """Matplotlib's own font has all Latvian letters too; the course's is used when the package ships it."""
    from importlib.resources import files

    from matplotlib import font_manager

    known = {font.fname for font in font_manager.fontManager.ttflist}
    fonts = files("lideri") / "reports" / "fonts"
    for font in fonts.iterdir() if fonts.is_dir() else ():
        if font.name.endswith((".ttf", ".otf")) and str(font) not in known:
            font_manager.fontManager.addfont(str(font))
