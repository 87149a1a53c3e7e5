"""What every widget shares: one ESM module of shared parts and its own; messages that save before they answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import anywidget

from lideri.errors import LideriError, RefusedError

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
SHARED = ("dom.js", "saving.js", "feedback.js", "kinds.js")
UNEXPECTED = "Mums gadījās kļūda. Tava atbilde paliek šajā lapā; mēģinām to saglabāt vēlreiz."

Message = Mapping[str, Any]
Reply = dict[str, Any]


def esm(widget: str, *more: str) -> str:
    """The widget's module for the browser: anywidget takes one module, so the shared parts stand in front of it."""
    parts = [HERE / "shared" / name for name in (*SHARED, *more)]
    return "\n".join(part.read_text(encoding="utf-8") for part in [*parts, HERE / widget / f"{widget}.js"])


def css(widget: str) -> str:
    """The shared styles and the widget's own; the page's design tokens come from the page."""
    parts = [HERE / "shared" / "shared.css", HERE / widget / f"{widget}.css"]
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


class SavingWidget(anywidget.AnyWidget):
    """Takes the browser's messages and answers each of them.

    `handlers` names the method for each message type; a method returns the replies. «saved» is only ever sent after the
    page object has returned, that is, when the answer is on disk.
    """

    handlers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(lambda _widget, content, _buffers: self._answer(content))

    def _answer(self, content: object) -> None:
        for reply in self.receive(content):
            self.send(reply)

    def receive(self, content: object) -> list[Reply]:
        """The replies to one message. Never raises: what went wrong becomes a «failed» reply, with ``retry`` saying
        whether sending the same again can help."""
        if not isinstance(content, Mapping):
            return []
        method: Callable[[Message], list[Reply]] | None = getattr(
            self, self.handlers.get(str(content.get("type")), ""), None
        )
        if method is None:
            return []
        about = {key: content[key] for key in ("exercise", "seq") if key in content}
        try:
            return method(content)
        except RefusedError as error:
            return [{"type": "failed", **about, "message": str(error), "retry": False}]
        except LideriError as error:
            return [{"type": "failed", **about, "message": str(error), "retry": True}]
        except Exception:  # the outer edge of a widget: a person must get an answer, we the traceback
            log.exception("widget message %s failed", content.get("type"))
            return [{"type": "failed", **about, "message": UNEXPECTED, "retry": True}]


def saved_reply(exercise: str, seq: int, saved_at: str) -> Reply:
    return {"type": "saved", "exercise": exercise, "seq": seq, "saved_at": saved_at}


def unsure_feedback(text: str) -> dict[str, Any]:
    """Feedback when the judge itself failed: never the trainee's fault."""
    return {"outcome": "unsure", "title": "Nevarējām novērtēt", "body": [text], "marks": {}}
