"""What can be counted in a Latvian office text: long sentences and words, the passive, verbs hidden in nouns, jargon.

The counts are aids for whoever edits, not a verdict: a sentence of 25 words may be clear, and a short one empty. What
is looked at follows the advice on plain language that chapter 9.2 teaches; the limits come with the edited text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lideri.course.latvian import counted

Kind = Literal["sentence", "long_word", "passive", "noun", "jargon"]

LETTER = "A-Za-zĀāČčĒēĢģĪīĶķĻļŅņŌōŖŗŠšŪūŽž"
_ADDRESS = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # one word
_WORD = re.compile(rf"{_ADDRESS}|[{LETTER}]+(?:-[{LETTER}]+)*|\d+(?:[.,:]\d+)*")
# A full stop after these ends no sentence.
_SHORT_WORDS = "akc c dz g gs i īp jr k lpp nr p piem plkst red resp s sal sk str t tālr tel u utml utt vec"
_SHORT = frozenset(_SHORT_WORDS.split())
_END = re.compile(r"[.!?…]+[»”\")\]]*(?=\s|$)|\n+")
_PARTICIPLE = rf"[{LETTER}]{{2,}}t(?:s|a|i|as|ies)\b"
_GAP = rf"(?:\s+(?!un\b|vai\b|bet\b|ka\b|kas\b)[{LETTER}]+){{0,3}}?\s+"
_TIKT = re.compile(
    rf"\b(?:ne)?(?:tiek|tika|tiks|tiktu|tikt|ticis|tikusi|tikuši|tikušas){_GAP}{_PARTICIPLE}", re.IGNORECASE
)
# «ir noteikts», «nav reģistrēta»: only participles with a prefix or a long vowel; «ir vieta» and «ir raksts» are none,
# nor are the adjectives and nouns of _NOT_PASSIVE («ir atvērts», «ir pilsēta», «ir rezultāts»).
_NOT_PASSIVE = (
    r"atvērt|aizvērt|atbalst|apmierināt|pārliecināt|pagast|apskat|bagāt|privāt|dažādot|nodarbināt|precēt|"
    r"pilsēt|monēt|planēt|rezultāt|sertifikāt|formāt|aparāt|adresāt|deputāt|mandāt|kandidāt|automāt|internāt|pilot|robot"
)
_BE = re.compile(
    rf"\b(?:ir|nav|bija|nebija|būs|nebūs|būtu|esat|tikt)(?:\s+(?:jau|vēl|arī|turklāt|[{LETTER}]+[iā]))?\s+"
    rf"(?!(?:{_NOT_PASSIVE})(?:s|a|i|as)\b)(?:(?:aiz|ap|at|ie|iz|no|pa|pār|pie|sa|uz)(?![{LETTER}]*(?:rakst|mats|nti))[{LETTER}]{{3,}}|[{LETTER}]{{3,}}(?:ā|ē|ī|o))t(?:s|a|i|as)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(rf"\b[{LETTER}]{{3,}}(?:šan|šanās)(?:a|as|ai|u|ā)?\b", re.IGNORECASE)
# What a thing or a place is called hides no action: «zināšanas», «tikšanās», «klientu apkalpošanas centrs».
_NAME = re.compile(r"zināšan|tikšan|apkalpošanas\s+(?:centr|punkt|daļ|zāl|speciālist)", re.IGNORECASE)
# «1.» at the beginning of a line numbers a step; it is no sentence.
_NUMBER = re.compile(r"^[ \t]*\d{1,2}\.(?=[ \t])", re.MULTILINE)


@dataclass(frozen=True)
class Jargon:
    """An office word: the beginning of every form it has (a word ends where the text says ``|``), and what to say."""

    find: str
    say: str

    def pattern(self) -> re.Pattern[str]:
        return _jargon_pattern(self.find)


@dataclass(frozen=True)
class Remark:
    """A place in the text, ``start`` and ``end`` in characters, and what could be done there."""

    kind: Kind
    start: int
    end: int
    text: str
    advice: str


@dataclass(frozen=True)
class Measures:
    """``mean`` and ``longest``: words in a sentence, 0.0 and 0 in an empty text; the rest are counts of places."""

    words: int
    sentences: int
    mean: float
    longest: int
    long_words: int
    passive: int
    nouns: int
    jargon: int
    remarks: tuple[Remark, ...]


def measure(text: str, jargon: Sequence[Jargon] = (), *, long_sentence: int = 20, long_word: int = 14) -> Measures:
    """Count. ``long_sentence`` in words and ``long_word`` in letters: what is longer is remarked.

    >>> found = measure("Iesniegums tiek izskatīts. Zvaniet mums!")
    >>> found.sentences, found.words, found.passive
    (2, 5, 1)
    """
    remarks: list[Remark] = []
    lengths = []
    for start, end in sentences(text):
        count = len(_WORD.findall(text[start:end]))
        lengths.append(count)
        if count > long_sentence:
            advice = f"Teikumā ir {counted(count, 'vārds', 'vārdi')}. Sadali: viens teikums – viena doma."
            remarks.append(Remark("sentence", start, end, _beginning(text[start:end]), advice))
    passive = [*_TIKT.finditer(text), *_BE.finditer(text)]
    taken: list[tuple[int, int]] = []
    for found in sorted(passive, key=lambda each: each.start()):
        if not any(found.start() < end and found.end() > start for start, end in taken):
            taken.append(found.span())
            advice = "Ciešamā kārta? Pasaki, kurš to dara: «mēs izskatīsim», «jūs saņemsiet»."
            remarks.append(Remark("passive", *found.span(), found.group(), advice))
    for each in jargon:
        for found in each.pattern().finditer(text):
            if not _inside(found.span(), remarks, "jargon"):
                remarks.append(
                    Remark("jargon", *found.span(), found.group(), f"Kancelejas vārds. Vienkāršāk: {each.say}.")
                )
    for found in _NOUN.finditer(text):
        if not _NAME.match(text, found.start()) and not _inside(found.span(), remarks, "jargon"):
            advice = "Darbība paslēpta lietvārdā. Vai te var likt darbības vārdu?"
            remarks.append(Remark("noun", *found.span(), found.group(), advice))
    for found in _WORD.finditer(text):
        if (
            len(found.group()) >= long_word
            and found.group()[0].isalpha()
            and "@" not in found.group()
            and not _inside(found.span(), remarks, "jargon")
        ):
            advice = f"Garš vārds ({counted(len(found.group()), 'burts', 'burti')}). Vai ir īsāks?"
            remarks.append(Remark("long_word", *found.span(), found.group(), advice))
    remarks.sort(key=lambda each: (each.start, each.end, each.kind))
    found_of = {kind: sum(each.kind == kind for each in remarks) for kind in ("long_word", "passive", "noun", "jargon")}
    return Measures(
        words=sum(lengths),
        sentences=len(lengths),
        mean=round(sum(lengths) / len(lengths), 1) if lengths else 0.0,
        longest=max(lengths, default=0),
        long_words=found_of["long_word"],
        passive=found_of["passive"],
        nouns=found_of["noun"],
        jargon=found_of["jargon"],
        remarks=tuple(remarks),
    )


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence with a word in it begins and ends. A new line ends one too: headings and lists count alone.

    >>> text = "Nāciet 2026. gada 3. decembrī plkst. 10. Līdzi – pase!"
    >>> [text[start:end] for start, end in sentences(text)]
    ['Nāciet 2026. gada 3. decembrī plkst. 10.', 'Līdzi – pase!']
    """
    found: list[tuple[int, int]] = []
    begin = 0
    numbers = {number.end() for number in _NUMBER.finditer(text)}
    for end in _END.finditer(text):
        if "\n" not in end.group() and (end.end() in numbers or not _ends_here(text, end)):
            continue
        found.append((begin, end.end()))
        begin = end.end()
    found.append((begin, len(text)))
    stripped = ((start + len(text[start:end]) - len(text[start:end].lstrip()), end) for start, end in found)
    return [(start, start + len(text[start:end].rstrip())) for start, end in stripped if _WORD.search(text[start:end])]


def _ends_here(text: str, end: re.Match[str]) -> bool:
    if not end.group().startswith("."):
        return True
    before = re.search(rf"([{LETTER}]+|\d+)$", text[: end.start()])
    after = text[end.end() :].lstrip(' \t«„"(–-')
    if not after or after[0] == "\n":
        return True
    if before and before.group().lower() in _SHORT:
        return False
    if before and len(before.group()) == 1 and before.group().isupper():  # an initial
        return False
    # «2026. gada», «3. decembrī»: after a number, what goes on in small letters or digits is the same sentence.
    return after[0].isupper() or not (before and before.group().isdigit())


def _inside(span: tuple[int, int], remarks: Sequence[Remark], kind: Kind) -> bool:
    """Whether a remark of that kind already covers some of it: one place is not remarked twice for one reason."""
    return any(each.kind == kind and each.start < span[1] and span[0] < each.end for each in remarks)


def _beginning(text: str) -> str:
    words = text.split()
    return " ".join(words[:6]) + (" …" if len(words) > 6 else "")


@lru_cache(maxsize=1024)
def _jargon_pattern(find: str) -> re.Pattern[str]:
    """«sakarā ar» as it stands in running text; each word may go on («attiecīg» finds «attiecīgajā»), «ka|» may not."""
    words = []
    for word in find.split():
        exact = word.endswith("|")
        words.append(re.escape(word.rstrip("|")) + ("" if exact else rf"[{LETTER}]*"))
    return re.compile(r"\b" + r",?\s+".join(words) + r"\b", re.IGNORECASE)
