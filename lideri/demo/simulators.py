"""How a simulated person goes through a simulator: the right actions, with a slip now and then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lideri.practice import machine
from lideri.practice.domains import host_of, registrable_domain
from lideri.practice.machine import Scenario
from lideri.practice.open_data import compute, frame

SLIP = 0.12  # how often a decision goes wrong


def actions(scenario: Scenario, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Every part of the simulator opened, decided and checked once."""
    ways = {"mailbox": _mailbox, "address": _addresses, "open_data": _open_data}
    kind = str(scenario["kind"])
    return (
        list(ways[kind](scenario, rng)) if kind in ways else [dict(each) for each in machine(kind).solution(scenario)]
    )


def _mailbox(scenario: Scenario, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    for message in scenario["messages"]:
        name = message["id"]
        yield {"do": "open", "message": name}
        for spot in message["spots"]:
            if spot["sign"] and rng.random() > SLIP:
                yield {"do": "mark", "message": name, "spot": spot["id"]}
        honest = bool(message["genuine"]) == (rng.random() > SLIP)
        yield {"do": "decide", "message": name, "decision": "real" if honest else "fraud"}
        yield {"do": "check", "message": name}
    yield {"do": "order", "steps": [step for group in scenario["steps"]["key"] for step in group]}
    yield {"do": "check_order"}


def _addresses(scenario: Scenario, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    for address in scenario["addresses"]:
        name = address["id"]
        yield {"do": "pick", "address": name, "domain": registrable_domain(host_of(address["url"]))}
        fake = address["imitates"] is not None and rng.random() > SLIP
        yield {
            "do": "say",
            "address": name,
            "verdict": "fake" if fake else "real",
            "of": address["imitates"] if fake else None,
        }
        yield {"do": "check", "address": name}


def _open_data(scenario: Scenario, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    for question in scenario["questions"]:
        found = compute(frame(scenario), question["key"])
        wrong = rng.random() < SLIP
        text = found if isinstance(found, str) else f"{found * (10 if wrong else 1):.1f}".replace(".", ",")
        yield {"do": "answer", "question": question["id"], "text": text}
        yield {"do": "check", "question": question["id"]}
