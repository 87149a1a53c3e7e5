"""A module's assessment: start, answer in any order, submit once. Nothing here can tell right from wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import traitlets

from lideri.errors import LideriError
from widgets.base import Message, Reply, SavingWidget, saved_reply
from widgets.exercise import answer_of
from widgets.protocol import AssessmentPage


class Assessment(SavingWidget):
    """``attempt`` is None until the person starts; an open one is continued at once when the page is opened again."""

    bundle = "assessment"

    handlers: ClassVar[Mapping[str, str]] = {"start": "start", "save": "save", "submit": "submit"}

    context = traitlets.Dict().tag(sync=True)
    outline = traitlets.Dict().tag(sync=True)
    attempt = traitlets.Dict(allow_none=True).tag(sync=True)
    problem = traitlets.Unicode("").tag(sync=True)

    def __init__(self, page: AssessmentPage) -> None:
        self.page = page
        outline: dict[str, Any] = {}
        attempt: dict[str, Any] | None = None
        problem = ""
        try:
            outline = dict(page.outline())
            attempt = shown(page.attempt()) if outline.get("open") else None
        except LideriError as error:
            problem = str(error)
        super().__init__(
            context={"person": page.person, "page": page.id}, outline=outline, attempt=attempt, problem=problem
        )

    def start(self, _message: Message) -> list[Reply]:
        self.attempt = shown(self.page.attempt())
        return [{"type": "started"}]

    def save(self, message: Message) -> list[Reply]:
        response, seq = answer_of(message)
        item = str(message.get("exercise", ""))
        saved = saved_reply(item, seq, self.page.save_answer(item, response, seq=seq))
        task = self._tasks().get(item)
        return [saved] if task is None else [saved, _task_shown(task, response, seq)]

    def _tasks(self) -> dict[str, Mapping[str, Any]]:
        return {item["id"]: item for item in (self.attempt or {}).get("items", ()) if item["kind"] == "simulation"}

    def submit(self, message: Message) -> list[Reply]:
        answered = message.get("answered")
        submitted = self.page.submit(answered=answered if isinstance(answered, int) else 0)
        return [
            {
                "type": "submitted",
                "submitted_at": submitted.get("submitted_at"),
                "result_url": submitted.get("result_url"),
            }
        ]


def shown(attempt: Mapping[str, Any]) -> dict[str, Any]:
    """The attempt as JSON (items may come as models), with the state of every task in a practice place."""
    items = [item.model_dump(mode="json") if hasattr(item, "model_dump") else item for item in attempt["items"]]
    answers = attempt.get("answers") or {}
    states = {
        item["id"]: _replayed(item, (answers.get(item["id"]) or {}).get("response") or {})[0]
        for item in items
        if item["kind"] == "simulation"
    }
    return {**attempt, "items": items, "states": states}


def _task_shown(task: Mapping[str, Any], response: Mapping[str, Any], seq: int) -> Reply:
    """How the place looks after these actions; nothing about right and wrong, which is not known here."""
    state, kept = _replayed(task, response)
    reply: Reply = {"type": "shown", "exercise": task["id"], "seq": seq, "state": state}
    return reply if len(kept) == len(response.get("actions", ())) else {**reply, "actions": list(kept)}


def _replayed(task: Mapping[str, Any], response: Mapping[str, Any]) -> tuple[dict[str, Any], Sequence[Any]]:
    from lideri.practice import restore

    scenario = task["scenario"]
    state, kept = restore(scenario["kind"], scenario, response.get("actions", ()))
    return state.as_dict(), kept
