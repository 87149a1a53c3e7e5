"""A word or a few: letter case, surrounding punctuation and missing garumzīmes are forgiven, a wrong word is not."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from lideri.course.items import ShortText, ShortTextResponse
from lideri.grading.marks import Mark
from lideri.grading.scores import Score, earned, nothing

LEAST_LETTERS_FOR_A_SLIP = 5
Verdict = Literal["right", "wrong", "unsure"]


def grade(item: ShortText, response: ShortTextResponse) -> Score:
    if not response.text.strip():
        return nothing(item, "unanswered")
    verdict = compare(response.text, accept=item.accept, reject=item.reject)
    return earned(item, 1.0) if verdict == "right" else nothing(item, verdict)


def compare(text: str, *, accept: tuple[str, ...], reject: tuple[str, ...] = ()) -> Verdict:
    """Whether ``text`` is one of ``accept``.

    A base letter may stand for the accented one that the accepted word has («pikskeresana»), never the other way round.
    One slip in a word of five letters or more, nothing wrong but the diacritics, or an accepted answer among other
    words («bankai, uzreiz»): could not tell.

    >>> compare(" Pikskeresana. ", accept=("pikšķerēšana",))
    'right'
    >>> compare("pikškerešona", accept=("pikšķerēšana",)), compare("kāzas", accept=("kazas",))
    ('unsure', 'unsure')
    >>> compare("vispirms savai bankai", accept=("bankai",)), compare("ne bankai, bet policijai", accept=("bankai",))
    ('unsure', 'unsure')
    >>> compare("kazas", accept=("kāzas",), reject=("kazas",))
    'wrong'
    """
    typed = _normal(text)
    wanted = [_normal(word) for word in accept]
    refused = [_normal(word) for word in reject]
    if typed in wanted:
        return "right"
    if typed in refused:
        return "wrong"
    could_be_right = any(_same_but_missing_accents(typed, word) for word in wanted)
    could_be_wrong = any(_same_but_missing_accents(typed, word) for word in refused)
    if could_be_right:
        return "unsure" if could_be_wrong else "right"
    if could_be_wrong:
        return "wrong"
    close = any(_only_accents_differ(typed, word) or _one_slip(typed, word) or _within(typed, word) for word in wanted)
    return "unsure" if close else "wrong"


def marks(item: ShortText, response: ShortTextResponse) -> dict[str, Mark]:
    return {}


def your_answer(item: ShortText, response: ShortTextResponse) -> list[str]:
    return [response.text.strip()] if response.text.strip() else []


def right_answer(item: ShortText) -> list[str]:
    # A list of accepted spellings may be long; two more of them are enough to show what else is meant.
    also = [f"der arī: {', '.join(item.accept[1:3])}"] if len(item.accept) > 1 else []
    return [item.accept[0], *also]


def _normal(text: str) -> str:
    kept = "".join(character for character in text if unicodedata.category(character) != "Cf")
    kept = re.sub(r"[‐‑‒–—−]", "-", unicodedata.normalize("NFC", kept).casefold())
    words = re.sub(r"\s+", " ", kept).strip()
    return _without_surrounding_punctuation(unicodedata.normalize("NFC", words))


def _without_surrounding_punctuation(text: str) -> str:
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return text[start:end]


def _base(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0]


def _stands_for(typed: str, wanted: str) -> bool:
    return typed in (wanted, _base(wanted))


def _same_but_missing_accents(typed: str, wanted: str) -> bool:
    return len(typed) == len(wanted) and all(map(_stands_for, typed, wanted))


def _only_accents_differ(typed: str, wanted: str) -> bool:
    return [_base(character) for character in typed] == [_base(character) for character in wanted]


def _within(typed: str, wanted: str) -> bool:
    """Whether the accepted words stand in a row among the typed ones."""
    words = [_without_surrounding_punctuation(word) for word in typed.split()]
    looked_for = wanted.split()
    return any(
        all(map(_same_but_missing_accents, words[start : start + len(looked_for)], looked_for))
        for start in range(len(words) - len(looked_for) + 1)
    )


def _one_slip(typed: str, wanted: str) -> bool:
    """Whether one letter is missing, extra, different, or changed places with its neighbour."""
    if sum(character.isalpha() for character in wanted) < LEAST_LETTERS_FOR_A_SLIP:
        return False
    if abs(len(typed) - len(wanted)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(wanted)) and _stands_for(typed[start], wanted[start]):
        start += 1
    if len(typed) == len(wanted):
        swapped = typed[start + 1 : start + 2] + typed[start : start + 1] + typed[start + 2 :]
        return _same_but_missing_accents(typed[start + 1 :], wanted[start + 1 :]) or _same_but_missing_accents(
            swapped, wanted[start:]
        )
    if len(typed) < len(wanted):
        return _same_but_missing_accents(typed[start:], wanted[start + 1 :])
    return _same_but_missing_accents(typed[start + 1 :], wanted[start:])
