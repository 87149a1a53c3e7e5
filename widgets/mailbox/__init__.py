"""«Pastkaste»: messages to look behind, to flag and to decide about; then what to do when it went wrong."""

from __future__ import annotations

from widgets.simulator import Simulator


class Mailbox(Simulator):
    """Over `lideri.practice.mailbox`."""

    kind = "mailbox"
    bundle = "mailbox"
