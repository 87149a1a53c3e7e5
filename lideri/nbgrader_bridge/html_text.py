"""Text that people typed, made safe for a Markdown cell."""

from __future__ import annotations

import html
import re

PLAIN = frozenset(" .,!?:;()")
OPEN, CLOSE = "<pre>", "</pre>"


def as_preformatted(text: str) -> str:
    """``text`` as one line of HTML that every Markdown renderer leaves alone.

    All but letters, digits and the mildest punctuation become numeric entities, the ends of lines too: nothing can
    close the element, start Markdown or mathematics, or end the HTML block with an empty line.
    """
    return OPEN + "".join(_entity(character) for character in _one_kind_of_line_end(text)) + CLOSE


def from_preformatted(source: str) -> str | None:
    """The text behind `as_preformatted`; None when ``source`` is something else."""
    body = source.strip()
    if not (body.startswith(OPEN) and body.endswith(CLOSE)):
        return None
    inner = body[len(OPEN) : -len(CLOSE)]
    return None if "<" in inner else html.unescape(inner)


def _one_kind_of_line_end(text: str) -> str:
    # Characters that HTML does not allow even as entities would be shown as something else by each browser.
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", re.sub(r"\r\n?", "\n", text))


def _entity(character: str) -> str:
    if character in PLAIN or (character.isalnum() and character.isprintable()):
        return character
    return f"&#{ord(character)};"
