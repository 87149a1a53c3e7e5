"""`lideri preview`: what an author writes, in the browser, and again each time a file is saved.

One small server on this machine, without hub, kernels and accounts: the page's widgets live in this process, and
nothing that is tried is kept.
"""

from __future__ import annotations

from lideri.preview.app import serve

__all__ = ["serve"]
