"""Loading the simulators' scenarios from `course_data/`, whole, with their keys: for whoever judges."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import BaseModel

from lideri.errors import NotFound
from lideri.practice.address import AddressScenario
from lideri.practice.backup import BackupScenario
from lideri.practice.e_address import EAddressScenario
from lideri.practice.figures import FiguresScenario
from lideri.practice.form_repair import FormRepairScenario
from lideri.practice.lesson_plan import LessonPlanScenario
from lideri.practice.login import LoginScenario
from lideri.practice.mailbox import MailboxScenario
from lideri.practice.notice_date import NoticeDateScenario
from lideri.practice.open_data import PLACE, POPULATION, REGION, OpenDataScenario
from lideri.practice.password_lab import PasswordLabScenario
from lideri.practice.portal import CATALOGUE, PortalScenario, read_catalogue, with_catalogue
from lideri.practice.privacy import PrivacyScenario
from lideri.practice.rewrite import RewriteScenario
from lideri.practice.self_rating import SelfRatingScenario
from lideri.practice.sift import SiftScenario
from lideri.practice.signatures import SignaturesScenario
from lideri.practice.signing import SigningScenario
from lideri.practice.sorting import SortingScenario
from lideri.practice.talk import TalkScenario

MODELS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "mailbox": MailboxScenario,
        "address": AddressScenario,
        "open_data": OpenDataScenario,
        "sorting": SortingScenario,
        "password_lab": PasswordLabScenario,
        "backup": BackupScenario,
        "self_rating": SelfRatingScenario,
        "figures": FiguresScenario,
        "signatures": SignaturesScenario,
        "signing": SigningScenario,
        "portal": PortalScenario,
        "login": LoginScenario,
        "e_address": EAddressScenario,
        "notice_date": NoticeDateScenario,
        "sift": SiftScenario,
        "privacy": PrivacyScenario,
        "talk": TalkScenario,
        "rewrite": RewriteScenario,
        "form_repair": FormRepairScenario,
        "lesson_plan": LessonPlanScenario,
    }
)
TOTAL = "Kopā"


def load_scenarios(course_data: Traversable) -> dict[str, Mapping[str, Any]]:
    """Every scenario by its id, validated (pydantic's `ValidationError` otherwise); open data with its ``rows``."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in sorted(course_data.joinpath("scenarios").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yml"):
            scenario = read_scenario(yaml.safe_load(file.read_text(encoding="utf-8")), course_data)
            found[scenario["id"]] = scenario
    return found


def load_scenario(course_data: Traversable, exercise: str) -> Mapping[str, Any]:
    """The scenario with that id; raises `NotFound`."""
    try:
        return load_scenarios(course_data)[exercise]
    except KeyError:
        raise NotFound(f"Vingrinājuma «{exercise[:60]}» nav. Atgriezies nodaļas sākumā un mēģini vēlreiz.") from None


def read_scenario(data: Mapping[str, Any], course_data: Traversable | None = None) -> dict[str, Any]:
    """Plain data of one scenario, validated and completed with what its model fills in.

    ``course_data`` is needed by scenarios about a table (open data) and by no other.
    """
    if data["kind"] == "portal" and course_data is not None:  # its catalogue as it is now, not as it was at the import
        data = with_catalogue(data, read_catalogue(course_data.joinpath(CATALOGUE).read_text(encoding="utf-8")))
    scenario = MODELS[data["kind"]].model_validate(data).model_dump(mode="python")
    if scenario["kind"] == "open_data" and course_data is not None:
        table = course_data.joinpath(scenario["data"]["table"]).read_text(encoding="utf-8")
        places = course_data.joinpath(scenario["data"]["places"]).read_text(encoding="utf-8")
        scenario["rows"] = join(table, places, [column["id"] for column in scenario["columns"]])
    return scenario


def join(table: str, places: str, columns: list[str]) -> list[dict[str, Any]]:
    """Lines of the VSAA table with the region and residents of the municipality that has the same ATVK code.

    Joined by code, never by name. The line «Kopā» gets the sum of residents; a line of no municipality has no region.
    """
    known = {place["atvk"]: place for place in csv.DictReader(places.splitlines())}
    everybody = sum(int(place["iedzivotaji_2026_01_01"]) for place in known.values())
    rows: list[dict[str, Any]] = []
    for line in csv.DictReader(table.splitlines()):
        place = known.get(line["atvk"])
        residents = int(place["iedzivotaji_2026_01_01"]) if place else None
        rows.append(
            {
                PLACE: line["teritorija"],
                REGION: place["planosanas_regions"] if place else None,
                POPULATION: everybody if line["teritorija"] == TOTAL else residents,
                **{column: int(line[column]) for column in columns},
            }
        )
    return rows
