"""What every widget shares: one ESM module of shared parts and its own; messages that save before they answer."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from lideri.errors import LideriError, RefusedError

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
BUNDLES: Mapping[str, Mapping[str, list[str]]] = json.loads((HERE / "bundles.json").read_text(encoding="utf-8"))
SERVED = "LIDERI_WIDGETS"  # where a server hands out the bundles, as an address on the page's own site
# anywidget loads a module from its text, where no address of the page's site would be found without its beginning.
LOADER = 'const served = await import(new URL("{address}{name}.js?v={stamp}", document.baseURI).href);\n'
LOADER += "export default served.default;\n"
UNEXPECTED = "Mums gadījās kļūda. Tava atbilde paliek šajā lapā; mēģinām to saglabāt vēlreiz."

Message = Mapping[str, Any]
Reply = dict[str, Any]


@cache
def esm(widget: str) -> str:
    """The widget's module for the browser: anywidget takes one module, so the shared parts stand in front of it."""
    return _joined(BUNDLES[widget]["js"])


@cache
def css(widget: str) -> str:
    """The shared styles and the widget's own; the page's design tokens come from the page."""
    return _joined(BUNDLES[widget]["css"])


def browser_side(widget: str, environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """The values of ``_esm`` and ``_css``: the texts themselves, or, where a server hands them out to be kept by the
    browser (``LIDERI_WIDGETS``), one line that loads the module; the page has the styles then."""
    served = environment.get(SERVED)
    if not served:
        return esm(widget), css(widget)
    return LOADER.format(address=served, name=widget, stamp=stamp(widget)), ""


@cache
def stamp(widget: str) -> str:
    """Changes with the module's text: browsers keep a module as long as its stamp stays."""
    return hashlib.sha256(esm(widget).encode()).hexdigest()[:16]


def _joined(names: list[str]) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


class PageWidget(anywidget.AnyWidget):
    """Its first message is all that a browser needs to draw it.

    A browser may begin to listen between any two messages: what refers to an earlier one, as a layout of its own does,
    or is told only in a later one would be lost, and the place would stay empty.
    """

    layout = traitlets.Any(None)  # not sent: places and questions are laid out by the page's styles


class SavingWidget(PageWidget):
    """Takes the browser's messages and answers each of them.

    `handlers` names the method for each message type; a method returns the replies. «saved» is only ever sent after the
    page object has returned, that is, when the answer is on disk.
    """

    bundle: str  # its entry in bundles.json
    handlers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **traits: Any) -> None:
        self._esm, self._css = browser_side(self.bundle)  # anywidget makes traits of them
        # The browser keeps one style sheet for each id: places of several kinds are one class and many bundles.
        super().__init__(_anywidget_id=f"lideri.{self.bundle}", **traits)
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
        about = {key: content[key] for key in ("exercise", "seq", "ask") if key in content}
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
