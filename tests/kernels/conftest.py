from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lideri.kernels import warm
from lideri.kernels.forking import end_warm_parents
from tests.kernels.kernel import Kernel


@pytest.fixture
def kernel() -> Iterator[Callable[..., Kernel]]:
    """Starts kernels that end with the test; those of our own kernelspec from a parent that is ready."""
    started: list[Kernel] = []

    def start(name: str = "lideri", **options: Any) -> Kernel:
        if name == "lideri" and warm.why_not() == "":
            config, env = options.get("config"), options.get("env") or os.environ
            asyncio.run(warm.prewarm(env, config=config, log=logging.getLogger("prewarm")))
        started.append(Kernel(name, **options))
        return started[-1]

    yield start
    for each in started:
        each.end()


@pytest.fixture(scope="session", autouse=True)
def no_parent_is_left() -> Iterator[None]:
    yield
    end_warm_parents()
