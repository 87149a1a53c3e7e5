"""Who the simulated people are. The names are invented; the municipalities are real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Story = Literal["passed", "passed_second", "failed", "waiting", "studying", "not_started"]


@dataclass(frozen=True, slots=True)
class DemoCohort:
    name: str
    municipality: str  # ISO 3166-2
    people: tuple[tuple[str, float, Story, bool], ...]  # name, ability, story, works in a library


COHORTS = (
    DemoCohort(
        "Alūksnes novads (demonstrācija)",
        "LV-007",
        (
            ("Daina Kalniņa", 1.6, "passed", False),
            ("Aivars Balodis", 0.2, "studying", False),
            ("Rita Vanaga", 0.3, "failed", False),
            ("Gunta Krūmiņa", 0.0, "not_started", False),
            ("Māris Ozoliņš", 1.9, "passed", True),
            ("Inese Liepa", 1.2, "waiting", True),
            ("Zane Bērziņa", 1.4, "passed_second", True),
            ("Juris Kļaviņš", 1.0, "passed_second", False),
        ),
    ),
    DemoCohort(
        "Krāslavas novads (demonstrācija)",
        "LV-047",
        (
            ("Anna Petrova", 1.3, "passed", False),
            ("Viktors Zeile", 0.9, "passed_second", False),
            ("Ludmila Ivanova", 0.4, "failed", False),
            ("Skaidrīte Paegle", 1.1, "waiting", True),
            ("Andris Vītols", 1.7, "passed", True),
            ("Valentīna Kozlova", 0.8, "passed_second", False),
            ("Elga Strazdiņa", 1.5, "passed", True),
            ("Pēteris Rudzītis", 0.5, "passed_second", False),
        ),
    ),
    DemoCohort(
        "Kuldīgas novads (demonstrācija)",
        "LV-050",
        (
            ("Laima Grīnberga", 2.0, "passed", False),
            ("Kārlis Dzenis", 1.2, "passed", False),
            ("Baiba Freimane", 1.0, "passed_second", True),
            ("Ilmārs Sproģis", 0.6, "failed", False),
            ("Vija Apsīte", 1.4, "passed", True),
            ("Ruta Medne", 1.1, "waiting", False),
            ("Oskars Lācis", 1.8, "passed", False),
            ("Sarmīte Eglīte", 0.9, "passed_second", True),
        ),
    ),
)
