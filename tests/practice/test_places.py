"""Municipalities, and the map's files that go with them."""

from __future__ import annotations

import json
import re

import course_data
from lideri.course.places import load_places, load_regions


def test_there_are_42_municipalities_in_5_regions_with_their_own_codes_and_tiles() -> None:
    places = load_places()

    assert len(places) == len({place.code for place in places}) == len({place.atvk for place in places}) == 42
    assert len({(place.row, place.column) for place in places}) == 42
    assert len(load_regions()) == 5
    assert sum(place.population for place in places) == 1_845_096
    assert not [place.name for place in places if "Varakļānu" in place.name]


def test_every_municipality_is_on_every_map() -> None:
    codes = {place.code for place in load_places()}
    svg = course_data.path("places/lv_pasvaldibas_42.svg").read_text(encoding="utf-8")
    features = json.loads(course_data.path("places/lv_pasvaldibas_42_simplified.geojson").read_text(encoding="utf-8"))

    assert codes <= set(re.findall(r'id="([^"]+)"', svg))
    assert len(features["features"]) == 42
    assert all(any(value in codes for value in each["properties"].values()) for each in features["features"])


def test_the_regions_of_the_map_are_the_regions_of_the_list() -> None:
    regions = json.loads(course_data.path("places/lv_planosanas_regioni_5.geojson").read_text(encoding="utf-8"))

    named = {value for each in regions["features"] for value in each["properties"].values() if isinstance(value, str)}

    assert {region.removesuffix(" plānošanas reģions") for region in load_regions()} <= named


def test_every_file_that_ships_is_named_with_its_licence_in_the_readme() -> None:
    readme = course_data.path("README.md").read_text(encoding="utf-8")
    for folder in ("places", "open_data"):
        for file in course_data.path(folder).iterdir():
            stem = file.name.removeprefix("lv_pasvaldibas_42")
            assert f"{folder}/{file.name}" in readme or f"`…{stem}`" in readme, file.name
