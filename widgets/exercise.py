"""An exercise on a page: shows what was saved, saves every change, asks the page's judge when the person does."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

import traitlets

from lideri.errors import InvalidAnswer, LideriError
from widgets.base import Message, Reply, SavingWidget, saved_reply, unsure_feedback
from widgets.protocol import Page

log = logging.getLogger(__name__)

JUDGE_FAILED = "Tava atbilde ir saglabāta. Pēc brīža vēlreiz spied «Pārbaudīt»; ja neizdodas, pasaki to pasniedzējam."


class Exercise(SavingWidget):
    """Base of the widgets that stand on a page and have one answer.

    ``context`` and ``saved`` go to the browser; ``saved`` is what the store held when the page was opened.
    """

    handlers: ClassVar[Mapping[str, str]] = {"save": "save", "check": "check"}

    context = traitlets.Dict().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    saved = traitlets.Dict(allow_none=True).tag(sync=True)

    def __init__(self, exercise: str, page: Page, *, spec: Mapping[str, Any], **traits: Any) -> None:
        self.exercise = exercise
        self.page = page
        stored = page.saved(exercise)
        super().__init__(
            **{
                "context": {"person": page.person, "page": page.id, "exercise": exercise},
                "spec": dict(spec),
                "saved": dict(stored) if stored else None,
                **traits,
            }
        )

    def save(self, message: Message) -> list[Reply]:
        return [self._store(message, checked=False)]

    def check(self, message: Message) -> list[Reply]:
        """Save first, then judge: an answer is never lost to a judge that fails."""
        done = self._store(message, checked=True)
        return [
            done,
            {"type": "feedback", "exercise": self.exercise, "seq": done["seq"], "feedback": self._judged(message)},
        ]

    def _store(self, message: Message, *, checked: bool) -> Reply:
        response, seq = answer_of(message)
        saved_at = self.page.save(self.exercise, response, seq=seq, checked=checked)
        return saved_reply(self.exercise, seq, saved_at)

    def _judged(self, message: Message) -> dict[str, Any]:
        try:
            return dict(self.page.judge(self.exercise, answer_of(message)[0]))
        except LideriError as error:
            return unsure_feedback(str(error))
        except Exception:  # the answer is stored already; a broken judge must not look like a lost answer
            log.exception("judging %s failed", self.exercise)
            return unsure_feedback(JUDGE_FAILED)


def answer_of(message: Message) -> tuple[Mapping[str, Any], int]:
    """The response and its sequence number; raises `InvalidAnswer` when the browser sent something else."""
    response, seq = message.get("response"), message.get("seq")
    if not isinstance(response, Mapping) or not isinstance(seq, int) or isinstance(seq, bool) or seq < 0:
        raise InvalidAnswer("Atbildi neizdevās nolasīt. Pārlādē lapu un mēģini vēlreiz.")
    return response, seq
