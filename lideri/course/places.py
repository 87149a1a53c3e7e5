"""Municipalities and planning regions of Latvia, as of 1 July 2025 (42 municipalities, 5 regions)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import course_data

POPULATION_CREDIT = "Avots: CSP, IRD041, 2026. gada sākums"


@dataclass(frozen=True, slots=True)
class Municipality:
    """``code`` is ISO 3166-2, as in the map's files («LV-RIX»); ``atvk`` is the code in Latvian open data."""

    code: str
    name: str
    region: str
    population: int  # at the beginning of 2026
    atvk: str = ""
    row: int = 0  # place in the tile grid, from the top left, from 0
    column: int = 0


@cache
def load_places() -> tuple[Municipality, ...]:
    """All 42, in the order of their ATVK codes: cities first, then novadi by alphabet."""
    tiles = {line["iso_3166_2"]: line for line in _lines("places/tile_grid_42.csv")}
    return tuple(
        Municipality(
            code=line["iso_3166_2"],
            name=line["nosaukums"],
            region=line["planosanas_regions"],
            population=int(line["iedzivotaji_2026_01_01"]),
            atvk=line["atvk"],
            row=int(tiles[line["iso_3166_2"]]["row"]),
            column=int(tiles[line["iso_3166_2"]]["col"]),
        )
        for line in _lines("places/pasvaldibas_42.csv")
    )


@cache
def load_regions() -> tuple[str, ...]:
    """The five planning regions, by alphabet."""
    return tuple(sorted({place.region for place in load_places()}))


def _lines(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(course_data.path(name).read_text(encoding="utf-8").splitlines()))
