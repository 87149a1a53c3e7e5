"""``python -m lideri.grader.nest``: the process that scoring workers are forked from, started by `pool`."""

from __future__ import annotations

from lideri.grader.worker import main

if __name__ == "__main__":
    main()
