"""What may not be typed into a note: personal codes, phones, e-mails, accounts, cards, PINs; and what may be a name.

The rules are data (`rules.json`). The page in the browser reads the same file and finds the same
(`lideri/answers/pages/static/private_data.js`); a test compares both over hundreds of notes. When one of the two
programs changes, the other has to.

Refused is what is shaped like private data; asked about is what looks like a person's name, because a name and the name
of a place look alike. Dates, times, sums, years, document types («p378») and the official numbers of institutions pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

Kind = Literal["personal_code", "phone", "email", "account", "card", "pin", "document", "name"]

_GAP: Final = "\u0001"  # stands for what is surely honest: breaks every group of digits
_SEPARATORS: Final = " .-/()+_:,"
_TIGHT: Final = "-./_"
_WIDEST_GAP: Final = 3  # characters between two pieces of one number


@dataclass(frozen=True, slots=True)
class Finding:
    """``start`` and ``end`` count characters of the text as typed."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """``refused`` may not be kept; ``asked`` may, once the writer says that it is nobody's name. In order."""

    refused: tuple[Finding, ...]
    asked: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        return not self.refused and not self.asked

    def words(self) -> tuple[str, ...]:
        """What to tell the writer, once for each kind found."""
        kinds = dict.fromkeys(finding.kind for finding in (*self.refused, *self.asked))
        return tuple(explain(kind) for kind in kinds)


def examine(text: str) -> Verdict:
    """What in ``text`` is or may be private."""
    note = _Note.read(text)
    findings = _merged(_refused(note))
    covered = {place for finding in findings for place in range(finding.start, finding.end)}
    names = [one for one in _names(note) if not covered.intersection(range(one.start, one.end))]
    return Verdict(tuple(note.placed(one) for one in findings), tuple(note.placed(one) for one in _merged(names)))


def explain(kind: Kind) -> str:
    """One kind's explanation, in Latvian."""
    return str(rules()["words"][kind])


@cache
def rules() -> Mapping[str, Any]:
    """The rules as the browser gets them."""
    data: dict[str, Any] = json.loads(rules_text())
    return data


@cache
def rules_text() -> str:
    return (files(__name__) / "rules.json").read_text(encoding="utf-8")


# ── the text as it is looked at ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Note:
    """``cased`` and ``low``: the text with one kind of dash, space and digit, and nothing that cannot be seen.

    ``places[i]`` is where character ``i`` stands in the text as typed.
    """

    cased: str
    low: str
    places: tuple[int, ...]
    length: int

    @classmethod
    def read(cls, text: str) -> _Note:
        dashes, quiet = rules()["dashes"], rules()["quiet"]
        cased, low, places = [], [], []
        for place, typed in enumerate(text):
            character, code = typed, ord(typed)
            if typed in quiet:
                continue
            if typed in dashes:
                character = "-"
            elif 0xFF01 <= code <= 0xFF5E:  # full width
                character = chr(code - 0xFEE0)
            elif typed in "\t\n\r\x0b\x0c\u00a0\u1680\u202f\u205f\u3000\u2028\u2029" or 0x2000 <= code <= 0x200A:
                character = " "
            small = character.lower()
            cased.append(character)
            low.append(small if len(small) == 1 else character)
            places.append(place)
        twins = rules()["digit_twins"]
        for place in range(1, len(low) - 1):
            if low[place] in twins and _is_digit(low[place - 1]) and _is_digit(low[place + 1]):
                low[place] = twins[low[place]]  # «3O12» typed with a letter
        return cls("".join(cased), "".join(low), tuple(places), len(text))

    def placed(self, finding: Finding) -> Finding:
        return Finding(finding.kind, self.places[finding.start], self.places[finding.end - 1] + 1)


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def _merged(findings: list[Finding]) -> list[Finding]:
    """In order, none inside another; of two that overlap the longer one, of two as long the earlier one."""
    kept: list[Finding] = []
    for one in sorted(findings, key=lambda each: (each.start - each.end, each.start, each.kind)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)


def _scan(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    """Where group 2 stands, for every match; matches may share the character before."""
    compiled = _compiled(pattern)
    at = 0
    while (match := compiled.search(text, at)) is not None:
        start, end = match.span(2)
        yield start, end
        at = max(end - 1, start + 1, match.start() + 1)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    letters = rules()["letters"]
    hosts = "|".join(re.escape(host) for host in rules()["mail_hosts"])
    return re.compile(
        pattern.replace("<b>", f"(^|[^0-9{letters}])")
        .replace("<e>", f"(?![0-9{letters}])")
        .replace("<mailhost>", f"(?:{hosts})(?: ?\\. ?| punkts | )?(?:lv|com|eu|net|org|ru|me)?")
    )


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def _refused(note: _Note) -> list[Finding]:
    found: list[Finding] = list(_accounts(note.low))
    plain = _masked(note.low, rules()["masks_first"])
    masked = _masked(plain, rules()["masks"])
    for rule in rules()["found_first"]:
        text = masked if rule.get("after_masks") or rule["kind"] == "pin" else plain
        for start, end in _scan(rule["pattern"], text):
            piece = text[start:end]
            if "unless" in rule and _compiled(rule["unless"]).search(text[start : end + 8]):
                continue
            if "must" in rule and not _compiled(rule["must"]).search(piece):
                continue
            if rule["kind"] == "email" and _is_official_mail(piece):
                continue
            found.append(Finding(rule["kind"], start, end))
    open_text = _with_gaps(masked, [(one.start, one.end) for one in found])
    found += _numbers(open_text)
    found += _spelled(open_text)
    return found


def _masked(text: str, masks: list[str]) -> str:
    for mask in masks:
        text = _with_gaps(text, _scan(mask, text))
    return text


def _with_gaps(text: str, spans: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> str:
    characters = list(text)
    for start, end in spans:
        characters[start:end] = _GAP * (end - start)
    return "".join(characters)


def _is_official_mail(piece: str) -> bool:
    """A box of an institution («pasts@…gov.lv»), or the technical form of an institution's e-address."""
    box, _, host = piece.replace(" ", "").partition("@")
    official = rules()["official_mail"]
    if re.fullmatch(r"_default", box) and re.fullmatch(r"[0-9.]*", host):
        return True
    return box in official["boxes"] and any(host == end or host.endswith("." + end) for end in official["hosts"])


def _accounts(text: str) -> Iterator[Finding]:
    """IBANs: a country's two letters, two digits, and as many letters and digits as that country has."""
    for country, length in rules()["iban_lengths"].items():
        for start, _ in _scan(f"(^|[^0-9{rules()['letters']}])({country.lower()} ?[0-9] ?[0-9])", text):
            collected, end, gap = 0, start, 0
            for place in range(start, len(text)):
                character = text[place]
                if "0" <= character <= "9" or "a" <= character <= "z":
                    collected, end, gap = collected + 1, place + 1, 0
                    if collected == length:
                        break
                elif character in " -." and gap < 2:
                    gap += 1
                else:
                    break
            digits = sum("0" <= character <= "9" for character in text[start:end])
            whole = end == len(text) or not re.match(f"[0-9{rules()['letters']}]", text[end])
            if collected == length and digits >= 8 and whole:
                yield Finding("account", start, end)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Digits that stand together."""

    digits: str
    start: int
    end: int


def _numbers(text: str) -> list[Finding]:
    """Long numbers, whole or in pieces with spaces, dots and hyphens between them."""
    pieces = _pieces(text)
    found: list[Finding] = []
    for first, piece in enumerate(pieces):
        if first and text[pieces[first - 1].end : piece.start] in _TIGHT:
            continue  # in the middle of something longer
        digits = ""
        for last in range(first, len(pieces)):
            if last > first:
                between = text[pieces[last - 1].end : pieces[last].start]
                if len(between) > _WIDEST_GAP or any(each not in _SEPARATORS for each in between):
                    break
            digits += pieces[last].digits
            end = pieces[last].end
            if len(digits) > 19:
                break
            kind = _kind_of(digits, text, piece, pieces[last], last - first + 1)
            if kind is not None and not _goes_on(text, end):
                found.append(Finding(kind, _with_plus(text, piece.start), end))
    return found


def _pieces(text: str) -> list[_Piece]:
    found, at = [], 0
    while at < len(text):
        if "0" <= text[at] <= "9":
            end = at
            while end < len(text) and "0" <= text[end] <= "9":
                end += 1
            found.append(_Piece(text[at:end], at, end))
            at = end
        else:
            at += 1
    return found


def _goes_on(text: str, end: int) -> bool:
    """Whether the number has one more piece right behind a hyphen, a dot or a stroke."""
    return len(text) > end + 1 and text[end] in _TIGHT and "0" <= text[end + 1] <= "9"


def _with_plus(text: str, start: int) -> int:
    return start - 1 if start and text[start - 1] == "+" else start


def _kind_of(digits: str, text: str, first: _Piece, last: _Piece, how_many: int) -> Kind | None:
    between = text[first.start : last.end]
    if "," in between or ":" in between:
        return None
    plus = first.start > 0 and text[first.start - 1] == "+"
    length = len(digits)
    national = digits[-8:]
    prefix = digits[:-8]
    is_phone = length >= 8 and national[0] in "26" and prefix in ("", "371", "00371")
    if is_phone and not (prefix == "" and how_many > 5 and not _evenly(between)):
        return None if national in rules()["official_phones"] else "phone"
    if plus and 9 <= length <= 15:
        return "phone"
    if digits.startswith("00") and 11 <= length <= 15:
        return "phone"
    if length == 11:
        return "personal_code"
    if 13 <= length <= 19 and (_luhn(digits) or (length == 16 and digits[0] in "3456")):
        return "card"
    return None


def _evenly(between: str) -> bool:
    """Whether a number in many small pieces has the same thing between all of them."""
    return len(set(re.findall("[^0-9]+", between))) == 1


def _luhn(digits: str) -> bool:
    """The check digit of bank cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _spelled(text: str) -> list[Finding]:
    """Numbers told in words («divi seši …»), or digits with such words as «svītra» and «tad» between them."""
    digit_words, between = rules()["digit_words"], frozenset(rules()["between_digits"])
    tokens = [(text[a:b], a, b) for a, b in _words_and_digits(text)]
    found: list[Finding] = []
    run: list[tuple[str, int, int, bool]] = []  # digits, start, end, told in a word
    fillers = 0
    last_end = 0
    for token, start, end in [*tokens, ("", len(text), len(text))]:
        joined = all(each in " .,-;:()/+«»\"'" for each in text[last_end:start])
        is_number = token in digit_words or (token != "" and "0" <= token[0] <= "9")
        if not joined or not (is_number or token in between):
            found += _told(run, fillers, text)
            run, fillers = [], 0
        if is_number:
            run.append((digit_words.get(token, token), start, end, token in digit_words))
        elif run and token in between:
            fillers += 1
        last_end = end
    return found


def _words_and_digits(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        is_digit, is_letter = "0" <= text[at] <= "9", text[at].isalpha()
        end = at + 1
        while end < len(text) and ("0" <= text[end] <= "9" if is_digit else is_letter and text[end].isalpha()):
            end += 1
        if is_digit or is_letter:
            yield at, end
        at = end


def _told(run: list[tuple[str, int, int, bool]], fillers: int, text: str) -> list[Finding]:
    in_words = sum(told for *_, told in run)
    if in_words < 3 and not (fillers and any(len(digits) >= 3 for digits, *_ in run)):
        return []
    digits = "".join(each for each, *_ in run)
    if len(digits) > 19 or not run:
        return []
    start, end = run[0][1], run[-1][2]
    if digits[-8:][:1] in ("2", "6") and digits[:-8] in ("", "371", "00371") and len(digits) >= 8:
        return [] if digits[-8:] in rules()["official_phones"] else [Finding("phone", start, end)]
    if len(digits) == 11:
        return [Finding("personal_code", start, end)]
    if len(digits) in (15, 16):
        return [Finding("card", start, end)]
    if 4 <= len(digits) <= 8 and in_words >= 3 and re.search("(?:pin|puk|cvv|cvc)[^0-9.!?]{0,25}$", text[:start]):
        return [Finding("pin", start, end)]
    return []


# ── what is asked about ─────────────────────────────────────────────────────────────────────────────────────────────


def _names(note: _Note) -> list[Finding]:
    names = rules()["names"]
    no_title = frozenset(names["no_title"])
    known = frozenset(rules()["known"])
    given, ambiguous = _given(), frozenset(rules()["also_words"])
    found = [
        Finding("name", start, end)
        for start, end in _scan(names["titles"], note.cased)
        if note.cased[start:end].partition(" ")[0].lower() not in no_title
    ]
    found += [Finding("name", start, end) for start, end in _scan(names["initial"], note.cased)]
    words = [(note.cased[a:b], a, b) for a, b in _words_and_digits(note.cased) if note.cased[a].isalpha()]
    for index, (word, start, end) in enumerate(words):
        begins = _begins_sentence(note.cased, start)
        capital = word[0].isupper() and word[1:].islower()
        small = word.lower()
        if small in given and (small not in ambiguous or (capital and not begins)) and word not in known:
            found.append(Finding("name", start, end))
            continue
        if index + 1 == len(words) or not capital or begins or len(word) < 3 or word in known:
            continue
        other, other_start, other_end = words[index + 1]
        beside = note.cased[end:other_start] == " "
        if beside and len(other) >= 3 and other[0].isupper() and other[1:].islower() and other not in known:
            found.append(Finding("name", start, other_end))
    return _joined(found, words, note.cased, known)


def _joined(found: list[Finding], words: list[tuple[str, int, int]], text: str, known: frozenset[str]) -> list[Finding]:
    """A given name together with the surname behind it."""
    by_start = {start: (word, end) for word, start, end in words}
    joined = []
    for one in found:
        following = by_start.get(one.end + 1)
        word = following[0] if following and text[one.end : one.end + 1] == " " else ""
        if following and word[:1].isupper() and word[1:].islower() and word not in known:
            joined.append(Finding("name", one.start, following[1]))
        else:
            joined.append(one)
    return joined


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" «\"'(-")
    return before == "" or before[-1] in ".!?:;"


@cache
def _given() -> frozenset[str]:
    """Given names in all cases, in small letters."""
    names = rules()["names"]
    endings, given = names["endings"], names["given"]
    forms = {stem + ending for group in ("a", "e", "s", "us") for stem in given[group] for ending in endings[group]}
    for stem, genitive in given["is"]:
        forms |= {stem + ending for ending in endings["is"]} | {genitive + ending for ending in endings["gen"]}
    return frozenset(form.lower() for form in (*forms, *given["fixed"]))
