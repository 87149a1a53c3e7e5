"""Simulated people who answer the real items through the real store and are graded by the real grader.

Everything here is marked `is_demo`, and every page that shows it says «Demonstrācijas dati».
"""

from __future__ import annotations

from lideri.demo.seeding import DEMO_ACCOUNTS, DemoAccount, seed_demo

__all__ = ["DEMO_ACCOUNTS", "DemoAccount", "seed_demo"]
