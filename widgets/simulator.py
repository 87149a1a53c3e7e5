"""Simulators: the answer is the list of actions, and the page shows what `lideri.practice` makes of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from lideri.practice import machine, restore
from widgets.base import Message, Reply, saved_reply
from widgets.exercise import Exercise, answer_of
from widgets.protocol import Page

log = logging.getLogger(__name__)


class Simulator(Exercise):
    """``spec`` is the scenario as `Machine.shown` gives it; ``state`` and ``feedbacks`` are computed here.

    A part is reported as checked to the page only when every part of the scenario was, so that a page counts as done
    when its simulator was worked through.
    """

    kind: str
    current: Any  # the machine's state, as replayed last

    state = traitlets.Dict().tag(sync=True)
    feedbacks = traitlets.Dict().tag(sync=True)
    progress = traitlets.Unicode("").tag(sync=True)

    def __init__(self, exercise: str, page: Page) -> None:
        self.machine = machine(self.kind)
        self.scenario = page.scenario(exercise)
        self.exercise, self.page = exercise, page
        stored = page.saved(exercise) or {}
        response: Mapping[str, Any] = stored.get("response") or {}
        state, kept = restore(self.kind, self.scenario, response.get("actions", ()))
        self.current = state
        super().__init__(
            exercise,
            page,
            spec=self.shown_spec(),
            saved={**stored, "response": self._response(kept)} if stored else None,
            **self._looks(state, kept),
        )

    def shown_spec(self) -> Mapping[str, Any]:
        """What of the scenario the browser needs."""
        return self.scenario

    def save(self, message: Message) -> list[Reply]:
        return self._take(message)

    def check(self, message: Message) -> list[Reply]:
        return self._take(message)

    def _take(self, message: Message) -> list[Reply]:
        """Replay, save what fits, then say how it looks now; the page is told which actions were kept, if not all."""
        response, seq = answer_of(message)
        sent: Sequence[Any] = response.get("actions", ())
        state, kept = restore(self.kind, self.scenario, sent)
        done = set(self.machine.parts(self.scenario)) <= set(self.machine.done(state))
        saved_at = self.page.save(self.exercise, self._response(kept), seq=seq, checked=done)
        self._after(state, kept)
        shown: Reply = {
            "type": "shown",
            "exercise": self.exercise,
            "seq": seq,
            "state": self.state,
            "feedbacks": self.feedbacks,
            "progress": self.progress,
        }
        if len(kept) != len(sent):
            shown["actions"] = list(kept)
        return [saved_reply(self.exercise, seq, saved_at), shown]

    def _after(self, state: Any, kept: Sequence[Mapping[str, Any]]) -> None:
        self.current = state
        for name, value in self._looks(state, kept).items():
            setattr(self, name, value)

    def _looks(self, state: Any, kept: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        parts, done = self.machine.parts(self.scenario), set(self.machine.done(state))
        return {
            "state": state.as_dict(),
            "progress": self.machine.progress(sum(part in done for part in parts), len(parts)),
            "feedbacks": {
                part: self._judged({"response": {**self._response(kept), "about": part}, "seq": 0})
                for part in self.machine.checked(self.scenario, state)
            },
        }

    def _response(self, actions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {"kind": self.kind, "actions": [dict(action) for action in actions]}
