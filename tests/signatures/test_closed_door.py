"""Scored tasks with signed files are graded by workers that may open no file."""

from __future__ import annotations

import platform
import sys

import pytest

from lideri.course.items import Simulation, SimulationResponse
from lideri.course.loading import load_course
from lideri.grader.isolation import MACHINES
from lideri.grading.simulation import grade
from lideri.practice import machine
from lideri.practice.release import scenario_of
from tests.grader.test_isolation import close, in_a_worker

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in MACHINES, reason="the guards are Linux's"
)
ITEMS = {
    name: item
    for name, item in load_course().items.items()
    if isinstance(item, Simulation) and item.scenario["kind"] in ("signatures", "signing")
}


def test_there_are_such_items() -> None:
    assert len(ITEMS) >= 4


@pytest.mark.parametrize("name", sorted(ITEMS))
def test_a_closed_worker_gives_full_points_for_the_solution(name: str) -> None:
    item = ITEMS[name]
    scenario = scenario_of(item)
    actions = machine(scenario["kind"]).solution(scenario)
    response = SimulationResponse.model_validate({"kind": "simulation", "actions": actions})

    def work(pipe: int) -> float:
        close(pipe)
        return grade(item, response).points

    assert in_a_worker(work) == item.points
