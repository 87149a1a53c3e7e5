"""`python -m lideri.grader`: started by the hub as a managed service."""

from __future__ import annotations

import sys

from lideri.grader.app import main

sys.exit(main())
