"""«Pastkaste»: messages to look behind, to flag and to decide about; then what to do when it went wrong."""

from __future__ import annotations

from typing import ClassVar

from widgets.simulator import Simulator


class Mailbox(Simulator):
    """Over `lideri.practice.mailbox`."""

    kind: ClassVar[str] = "mailbox"
    bundle = "mailbox"
