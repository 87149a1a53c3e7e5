"""What tests start ends with them, even when they are killed and tidy up nothing."""

from __future__ import annotations

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_us() -> None:
    """For `preexec_fn` of `subprocess.Popen`: it is told to end (SIGTERM) when the thread that started it ends.

    pytest runs fixtures and tests in one thread that lives as long as it does.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
