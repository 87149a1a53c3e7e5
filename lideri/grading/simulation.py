"""Tasks in a practice place: the share of goals that the replayed actions reach."""

from __future__ import annotations

from lideri.course.items import Simulation, SimulationResponse
from lideri.course.latvian import quoted
from lideri.errors import AnswerTooLarge, InvalidAnswer
from lideri.grading.marks import Mark
from lideri.grading.scores import Score, earned, nothing
from lideri.practice import Goal, machine, replay
from lideri.practice.release import scenario_of

DID_NOTHING_TELLING = "Nekas no prasītā nav izdarīts"


def grade(item: Simulation, response: SimulationResponse) -> Score:
    """Each goal counts alike. Actions that cannot be replayed make the answer one we cannot read."""
    if not response.actions:
        return nothing(item, "unanswered")
    try:
        reached = goals(item, response)
    except (InvalidAnswer, AnswerTooLarge):
        return nothing(item, "unsure")
    return earned(item, sum(goal.reached for goal in reached) / len(reached))


def goals(item: Simulation, response: SimulationResponse) -> tuple[Goal, ...]:
    """Raises `InvalidAnswer` at the first impossible action."""
    scenario = scenario_of(item)
    state = replay(scenario["kind"], scenario, response.actions)
    return machine(scenario["kind"]).goals(scenario, state)


def marks(item: Simulation, response: SimulationResponse) -> dict[str, Mark]:
    return {
        goal.id: Mark("right", goal.why)
        if goal.reached >= 1
        else Mark("missed", f"{quoted(goal.text.rstrip('.'))}. {goal.why}")
        for goal in goals(item, response)
    }


def your_answer(item: Simulation, response: SimulationResponse) -> list[str]:
    scenario = scenario_of(item)
    try:
        state = replay(scenario["kind"], scenario, response.actions)
    except (InvalidAnswer, AnswerTooLarge):
        return []
    return machine(scenario["kind"]).told(scenario, state) or [DID_NOTHING_TELLING]


def right_answer(item: Simulation) -> list[str]:
    scenario = scenario_of(item)
    runs = machine(scenario["kind"])
    state = replay(scenario["kind"], scenario, runs.solution(scenario))
    return runs.told(scenario, state)
