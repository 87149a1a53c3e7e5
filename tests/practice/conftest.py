"""The course's own scenarios, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import course_data
from lideri.practice.scenarios import load_scenarios


@pytest.fixture(scope="session")
def scenarios() -> Mapping[str, Mapping[str, Any]]:
    """Whole scenarios, keys included, by kind."""
    return {scenario["kind"]: scenario for scenario in load_scenarios(course_data.path()).values()}


@pytest.fixture(scope="session")
def mailbox(scenarios: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return scenarios["mailbox"]


@pytest.fixture(scope="session")
def addresses(scenarios: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return scenarios["address"]


@pytest.fixture(scope="session")
def open_data(scenarios: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return scenarios["open_data"]
