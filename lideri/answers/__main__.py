"""`python -m lideri.answers`: started by the hub as a managed service."""

from __future__ import annotations

import sys

from lideri.answers.app import main

sys.exit(main())
