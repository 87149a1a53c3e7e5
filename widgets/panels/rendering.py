"""Read models as HTML. Everything that people typed passes Jinja's autoescape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from lideri.course.latvian import RIGA, clock, counted, number, on_day

HERE = Path(__file__).parent
BANDS = ("līdz 25 %", "26–50 %", "51–75 %", "76–100 %")
CONTEXT = {"goal": 80.0, "latvia": 45.3, "eu": 55.6, "year": 2023, "goal_year": 2030}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"skaitlis": number, "diena": _day, "bridis": _moment, "procenti": _percent}
    environment.globals |= {"skaits": counted, "josla": BANDS}
    return environment


def rehearse() -> None:
    """Read what every dashboard needs; called once in the process that kernels are forked from."""
    for name in ("grupa.html", "latvija.html", "tuksa.html"):
        _environment().get_template(name)
    _shapes()


def trainer_page(report: Mapping[str, Any] | None, *, message: str = "") -> str:
    """The trainer's dashboard; without a report an honest empty page with ``message``."""
    if report is None:
        return _environment().get_template("tuksa.html").render(message=message or "Pagaidām nav nevienas grupas.")
    return _environment().get_template("grupa.html").render(r=report)


def programme_page(report: Mapping[str, Any] | None, *, message: str = "") -> str:
    """The programme's dashboard. `report["pictures"]`: addresses of its chart by theme, drawn with the report."""
    if report is None:
        return _environment().get_template("tuksa.html").render(message=message or "Pārskats vēl nav publicēts.")
    return (
        _environment()
        .get_template("latvija.html")
        .render(
            r=report, map=_map(report["places"]), chart=report["pictures"], context=CONTEXT, regions=_regions(report)
        )
    )


def _day(value: str) -> str:
    return on_day(
        date.fromisoformat(value[:10]) if "T" not in value else datetime.fromisoformat(value).astimezone(RIGA)
    )


def _moment(value: str) -> str:
    moment = datetime.fromisoformat(value).astimezone(RIGA)
    return f"{on_day(moment)} plkst. {clock(moment)}"


def _percent(value: float, decimals: int = 0) -> str:
    return f"{number(100 * value, decimals)} %"


def _regions(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = report["level_names"]
    rows = []
    for region in report["regions"]:
        groups = []
        for group in region["groups"]:
            first, last = group["first"], group["last"]
            label = names[first] if first == last else f"{names[first]}–{names[last]}"
            groups.append({**group, "label": label})
        rows.append({**region, "groups": groups, "short": region["name"].removesuffix(" plānošanas reģions")})
    return rows


@cache
def _shapes() -> tuple[tuple[str, str], ...]:
    svg = (files("course_data") / "places" / "lv_pasvaldibas_42.svg").read_text(encoding="utf-8")
    shapes = []
    for tag in re.findall(r"<path\b[^>]*>", svg):
        outline, code = re.search(r'\bd="([^"]+)"', tag), re.search(r'\bid="([^"]+)"', tag)
        if outline and code:
            shapes.append((code.group(1), outline.group(1)))
    return tuple(shapes)


def _map(places: Sequence[Mapping[str, Any]]) -> Markup:
    by_code = {place["code"]: place for place in places}
    paths = []
    for code, outline in _shapes():
        place = by_code.get(code)
        if place is None:
            continue
        band = place["band"]
        shown = BANDS[band] if band is not None else "rezultātu nerādām"
        kind = f"m{band + 1}" if band is not None else "few"
        paths.append(
            f'<path class="{kind}" d="{escape(outline)}"><title>{escape(place["name"])}: {shown}</title></path>'
        )
    return Markup("\n".join(paths))  # noqa: S704  # every value above is escaped
