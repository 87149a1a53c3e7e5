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
# An address in mail or in the web, and a telephone number («67 00 11 12», «+371 6700 1112»), are one word each.
_ADDRESS = (
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s,;»”]*[\w/]|"
    r"(?:[\w-]+\.)+(?:lv|eu|com|org|net|info|example)\b(?:/[\w/.-]*\w)?"
)
_NUMERAL = r"\+?\d{1,4}(?:[ \u00a0]\d{2,4})+\b(?![.,:]\d)|\d+(?:[.,:]\d+)*"
_WORD = re.compile(rf"{_ADDRESS}|[{LETTER}]+(?:-[{LETTER}]+)*|{_NUMERAL}")
# A full stop after these ends no sentence.
_SHORT_WORDS = (
    "akc apm bulv c d dr dz dzim dzīv g gs i iel īp jr k kab kv lpp milj nod not nov nr p pag piem plkst prof red resp "
    "s sal sk skat st str t tālr tel tml tūkst u utml utt vec"
)
_SHORT = frozenset(_SHORT_WORDS.split())
# These close a list («u. c.», «u. tml.», «utt.»): with a capital letter after them a sentence ends.
_CLOSING = re.compile(r"\b(?:u\.\s?c|u\.\s?tml|utt|utml)$", re.IGNORECASE)
_END = re.compile(r"[.!?…]+[»”\")\]]*(?=\s|$)|\n+")
_GAP = rf"(?:\s+(?!un\b|vai\b|bet\b|ka\b|kas\b)[{LETTER}]+){{0,3}}?\s+"
# «ir noteikts», «nav reģistrēta»: only participles with a prefix or a long vowel; «ir vieta» and «ir raksts» are none,
# nor are nouns («ir pilsēta», «ir rezultāts») and what only tells how something is («ir atvērts»).
_NOUNS = (
    r"atbalst|pagast|apskat|pilsēt|monēt|planēt|rezultāt|sertifikāt|formāt|aparāt|adresāt|deputāt|mandāt|kandidāt|automāt|"
    r"internāt|pilot|robot|pabalst|kredīt|depozīt|plakāt|citāt|advokāt|kvadrāt|referāt|bankrot|diēt"
)
_STATES = (
    r"atvērt|aizvērt|apmierināt|pārliecināt|bagāt|privāt|dažādot|nodarbināt|precēt|gaidīt|ierobežot|piemērot|pielāgot|"
    r"aizņemt|sarežģīt|ieinteresēt|ieslēgt|izslēgt|aizslēgt|atslēgt"
)
# «Kā tikt pie dokumenta», «tikām līdz autoostas galam»: a noun, no participle.
_NO_NOUN = (
    rf"(?<!\bpie\s)(?<!\blīdz\s)(?<!\buz\s)(?<!\bno\s)"
    rf"(?!(?:{_NOUNS}|[{LETTER}]*(?:nt|punkt|fakt|rakst|tekst|krast|vārt|kart|viet|liet|past|port|mat))(?:s|a|i|as|ies)\b)"
)
_PARTICIPLE = rf"{_NO_NOUN}[{LETTER}]{{2,}}t(?:s|a|i|as|ies)\b"
_TIKT = re.compile(
    r"\b(?:ne)?(?:tiek|tieku|tiekam|tiekat|tika|tikām|tikāt|tiks|tiksim|tiksiet|tiktu|tikt|ticis|tikusi|tikuši|tikušas)"
    rf"{_GAP}{_PARTICIPLE}",
    re.IGNORECASE,
)
_BE = re.compile(
    rf"\b(?:ir|nav|bija|nebija|būs|nebūs|būtu|esat|tikt)(?:\s+(?:jau|vēl|arī|turklāt|[{LETTER}]+[iā]))?\s+"
    rf"(?!(?:{_NOUNS}|{_STATES})(?:s|a|i|as)\b|noteikti\b)(?:(?:aiz|ap|at|ie|iz|no|pa|pār|pie|sa|uz)(?![{LETTER}]*(?:rakst|mats|nt))[{LETTER}]{{3,}}|[{LETTER}]{{3,}}(?:ā|ē|ī|o))t(?:s|a|i|as)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(rf"\b[{LETTER}]{{3,}}(?:šan|šanās)(?:a|as|ai|u|ā)?\b", re.IGNORECASE)
# What a thing or a place is called hides no action: «zināšanas», «tikšanās», «klientu apkalpošanas centrs».
_NAME = re.compile(r"zināšan|tikšan|apkalpošanas\s+(?:centr|punkt|daļ|zāl|speciālist)", re.IGNORECASE)


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
            and not set("@./") & set(found.group())
            and not _inside(found.span(), remarks, "jargon", "noun")
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
    for end in _END.finditer(text):
        if "\n" not in end.group() and not _ends_here(text, begin, end):
            continue
        found.append((begin, end.end()))
        begin = end.end()
    found.append((begin, len(text)))
    stripped = ((start + len(text[start:end]) - len(text[start:end].lstrip()), end) for start, end in found)
    return [(start, start + len(text[start:end].rstrip())) for start, end in stripped if _WORD.search(text[start:end])]


def _ends_here(text: str, begin: int, end: re.Match[str]) -> bool:
    """Whether the sentence that began at ``begin`` ends with the mark ``end``."""
    before = re.search(rf"([{LETTER}]+|\d+)$", text[: end.start()])
    after = text[end.end() :].lstrip(' \t«„"(–-')
    # «Kas tas ir?» jautāja kungs; «varbūt … nē»: in small letters the same sentence goes on.
    if end.group() != ".":
        return end.group() in ("!", "?") or not after[:1].islower()
    if not after or after[0] == "\n":
        return True
    if before and before.group().lower() in _SHORT:
        return after[0].isupper() and bool(_CLOSING.search(text[: end.start()]))
    if before and before.group().isdigit() and not _WORD.search(text[begin : before.start()]):
        return False  # «2. Atveriet lapu.»: a step
    if before and len(before.group()) == 1 and before.group().isupper():  # an initial
        return False
    # «2026. gada», «3. decembrī»: after a number, what goes on in small letters or digits is the same sentence.
    return after[0].isupper() or not (before and before.group().isdigit())


def _inside(span: tuple[int, int], remarks: Sequence[Remark], *kinds: Kind) -> bool:
    """Whether a remark of these kinds already covers some of it: one place is not remarked twice."""
    return any(each.kind in kinds and each.start < span[1] and span[0] < each.end for each in remarks)


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
