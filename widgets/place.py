"""A practice place of any kind: what it is, its scenario says."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import ClassVar

from lideri.errors import InvalidAnswer, LideriError
from widgets.base import Message, Reply
from widgets.protocol import Page
from widgets.simulator import Simulator

# Kinds whose pages ask their kernel for more than a state: a file to take along, a check of a file of one's own.
ANSWERERS: Mapping[str, str] = MappingProxyType(
    {
        "signatures": "widgets.signatures",
        "signing": "widgets.signatures",
        "password_lab": "widgets.password_lab",
    }
)


class Place(Simulator):
    """``Place("m03.2-pieteiksanas", page)``: the scenario of that id, with the look that its kind has.

    Each kind has a folder of its own here, a state machine in `lideri.practice` and an entry in `bundles.json`.
    """

    handlers: ClassVar[Mapping[str, str]] = {**Simulator.handlers, "ask": "ask"}

    def __init__(self, exercise: str, page: Page) -> None:
        self.kind = self.bundle = str(page.scenario(exercise)["kind"])
        super().__init__(exercise, page)

    def ask(self, message: Message) -> list[Reply]:
        """Answer a question that changes nothing and is not saved; ``ask`` in the reply says which one it was."""
        reply: Reply = {"type": "answer", "ask": message.get("ask")}
        try:
            if self.kind not in ANSWERERS:
                raise InvalidAnswer("Šī mācību vieta uz jautājumiem neatbild. Pārlādē lapu.")
            answer = import_module(ANSWERERS[self.kind]).answer(self.scenario, self.state, message)
        except LideriError as error:
            return [{**reply, "problem": str(error)}]
        return [{**reply, "answer": answer}]
