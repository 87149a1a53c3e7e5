"""Hundreds of pages may be open: neither files nor sockets run out."""

from __future__ import annotations

import resource
import subprocess
import sys

import zmq

from lideri.kernels.managers import OwnedKernelManager

PAGES, SOCKETS_OF_A_PAGE = 400, 6
RAISES = """
import resource
from lideri.hub.processes import allow_many_files
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
allow_many_files()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_the_sockets_of_400_pages_can_all_be_open() -> None:
    manager = OwnedKernelManager()

    assert manager.context.get(zmq.MAX_SOCKETS) >= PAGES * SOCKETS_OF_A_PAGE


def test_the_limit_of_open_files_is_raised_and_the_hard_one_left_alone() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]

    soft, still = map(int, subprocess.check_output([sys.executable, "-c", RAISES], text=True).split())

    assert still == hard
    assert soft == (65_536 if hard == resource.RLIM_INFINITY else min(65_536, hard))
