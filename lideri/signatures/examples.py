"""The signed files of the exercises: valid ones, and ones with a fault each. Everybody in them is made up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from lideri.signatures import check, container, paper, pdf, words
from lideri.signatures.container import Signing
from lideri.signatures.paper import Letter

CHECKED_AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)  # when the check was made whose result the exercises show
MARK = "Mācību piemērs: visi vārdi un notikumi ir izdomāti."


@dataclass(frozen=True)
class Example:
    """``documents``: what a person sees who opens the file, by the name of each document in it."""

    name: str
    documents: Mapping[str, Letter]
    make: Callable[[], bytes]


def _letter(title: str, *lines: str, scribble: bool = False) -> Letter:
    return Letter(title, (MARK, "", *lines), scribble)


def _at(text: str) -> datetime:
    """A moment in UTC; people see it in Latvian time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _container(documents: Mapping[str, Letter], signings: Sequence[Signing], *, edoc: bool = False) -> bytes:
    return container.make(_written(documents), signings, edoc=edoc)


def _written(documents: Mapping[str, Letter]) -> dict[str, bytes]:
    return {
        name: paper.write(letter) if name.endswith(".pdf") else letter.text.encode() + b"\n"
        for name, letter in documents.items()
    }


def _changed_container(before: Mapping[str, Letter], after: Mapping[str, Letter], signings: Sequence[Signing]) -> bytes:
    """Signed as ``before`` says, then repacked with what ``after`` says, and the signatures left as they were."""
    entries = container.unpack(_container(before, signings))
    return container.pack({**entries, **_written(after)})


def _with_more(documents: Mapping[str, Letter], more: Mapping[str, Letter], signings: Sequence[Signing]) -> bytes:
    """Signed without ``more``, which was put in afterwards."""
    return container.pack({**container.unpack(_container(documents, signings)), **_written(more)})


def _changed_pdf(letter: Letter, signing: Signing, old: str, new: str) -> bytes:
    made = pdf.make(letter, signing)
    return made.replace(paper.shown_as(old).encode(), paper.shown_as(new).encode())


def _as_changed(letter: Letter, old: str, new: str) -> Letter:
    return Letter(letter.title, tuple(line.replace(old, new) for line in letter.lines), letter.scribble)


def _boxed(name: str, documents: Mapping[str, Letter], *signings: Signing) -> Example:
    return Example(name, documents, partial(_container, documents, signings, edoc=name.endswith(".edoc")))


def _paper(name: str, letter: Letter, signing: Signing | None) -> Example:
    make = partial(paper.write, letter) if signing is None else partial(pdf.make, letter, signing)
    return Example(name, {name: letter}, make)


def _all() -> Iterator[Example]:
    yield _boxed(
        "iesniegums.asice",
        {
            "iesniegums.pdf": _letter(
                "Iesniegums par dārza zemi",
                "Lūdzu iznomāt man mazdārziņu Nr. 7 pie Ezerkrasta bibliotēkas.",
                "Nomas maksu samaksāšu līdz 2026. gada 15. oktobrim.",
                "",
                "Anna Parauga",
            )
        },
        Signing("anna", _at("2026-09-14T07:12:40")),
    )
    yield _boxed(
        "telpu_noma.edoc",
        {
            "telpu_noma.pdf": _letter(
                "Telpu nomas līgums",
                "Iznomātāja Anna Parauga nodod, bet nomnieks Juris Piemērs pieņem lietošanā darbnīcu Ezerkrastā.",
                "Nomas maksa: 60 eiro mēnesī. Līgums ir spēkā no 2026. gada 1. oktobra.",
                "",
                "Paraksta abas puses: Anna Parauga un Juris Piemērs.",
            )
        },
        Signing("anna", _at("2026-09-21T11:03:05")),
        Signing("juris", _at("2026-09-22T05:48:51")),
    )
    yield _paper(
        "atsauksme.pdf",
        _letter(
            "Atsauksme par praksi",
            "Apliecinu, ka Juris Piemērs vasarā praktizējās mūsu darbnīcā un visus darbus paveica laikā.",
            "",
            "Darbnīcas vadītāja Anna Parauga",
        ),
        Signing("anna", _at("2026-09-30T13:20:11")),
    )
    debt = _letter(
        "Parādzīme",
        "Es, Juris Piemērs, no Annas Paraugas aizņēmos 150 eiro.",
        "Naudu atdošu līdz 2026. gada 1. decembrim.",
        "",
        "Juris Piemērs",
    )
    changed = _as_changed(debt, "150 eiro", "950 eiro")
    signed_debt = (Signing("juris", _at("2026-08-03T15:40:00")),)
    yield Example(
        "paradzime.asice",
        {"paradzime.pdf": changed},
        partial(_changed_container, {"paradzime.pdf": debt}, {"paradzime.pdf": changed}, signed_debt),
    )
    deal = _letter(
        "Vienošanās par remontu",
        "Juris Piemērs līdz 2026. gada 20. oktobrim salabo jumtu.",
        "Anna Parauga par darbu maksā 480 eiro.",
        "",
        "Anna Parauga",
    )
    yield Example(
        "vienosanas.pdf",
        {"vienosanas.pdf": _as_changed(deal, "480 eiro", "840 eiro")},
        partial(_changed_pdf, deal, Signing("anna", _at("2026-09-05T08:15:30")), "480 eiro", "840 eiro"),
    )
    yield _boxed(
        "piekrisana.asice",
        {
            "piekrisana.pdf": _letter(
                "Piekrišana",
                "Piekrītu, ka manā pagalmā Ezerkrasta ielā ierīko ūdensvadu.",
                "",
                "Pēteris Senparaugs",
            )
        },
        Signing("peteris", _at("2026-09-10T06:30:00")),
    )
    yield _boxed(
        "ligums_2023.asice",
        {
            "ligums.pdf": _letter(
                "Malkas pirkuma līgums",
                "Pēteris Senparaugs pārdod un Anna Parauga pērk 5 kubikmetrus malkas.",
                "Malku piegādā līdz 2023. gada 1. septembrim.",
                "",
                "Pēteris Senparaugs",
            )
        },
        Signing("peteris", _at("2023-05-16T09:05:00")),
    )
    yield _boxed(
        "apliecinajums.asice",
        {
            "apliecinajums.pdf": _letter(
                "Apliecinājums",
                "Apliecinu, ka dzīvokli Ezerkrastā esmu atstājusi tīru un atslēgas nodevusi.",
                "",
                "Rita Nezināma",
            )
        },
        Signing("rita", _at("2026-09-18T16:44:09")),
    )
    yield _boxed(
        "vienosanas_ar_novadu.asice",
        {
            "vienosanas.pdf": _letter(
                "Vienošanās par zemes lietošanu",
                "Ezerkrasta novada pašvaldība atļauj Annai Paraugai kopt zemes gabalu pie skolas.",
                "",
                "Vienošanos pašvaldības vārdā paraksta Ilze Izdomāta.",
            )
        },
        Signing("novads", _at("2026-10-02T08:00:00")),
    )
    yield _paper(
        "izzina.pdf",
        _letter(
            "Izziņa",
            "Ezerkrasta novada pašvaldība izziņo, ka Annai Paraugai nav nodokļu parādu.",
            "",
            "Izziņa sagatavota automātiski un apzīmogota ar pašvaldības e-zīmogu.",
        ),
        Signing("novads", _at("2026-10-06T04:30:00")),
    )
    yield _boxed(
        "pensijas_iesniegums.asice",
        {
            "iesniegums.pdf": _letter(
                "Iesniegums VSAA",
                "Lūdzu pārskaitīt manu pensiju uz citu kontu. Konta numurs ir iestādei zināms.",
                "",
                "Anna Parauga",
            )
        },
        Signing("anna", _at("2026-10-05T10:10:10"), stamped=False),
    )
    yield _paper(
        "pilnvarojums.pdf",
        _letter(
            "Pilnvarojums",
            "Pilnvaroju Juri Piemēru saņemt manus sūtījumus.",
            "",
            "Parakstīts elektroniski: Anna Parauga",
            scribble=True,
        ),
        None,
    )
    yield _boxed(
        "nomas_ligums.edoc",
        {
            "velo_marsruts.pdf": _letter(
                "Velobrauciena maršruts",
                "Pulcējamies pie Ezerkrasta bibliotēkas, braucam ap ezeru, finišs estrādē.",
                "",
                "Sagatavoja Juris Piemērs",
            )
        },
        Signing("juris", _at("2026-10-07T12:00:00")),
    )
    request = {
        "iesniegums.pdf": _letter(
            "Iesniegums par kompensāciju",
            "Lūdzu kompensēt skolēna ceļa izdevumus par septembri, kopā 38 eiro.",
            "Konts, uz kuru maksāt, ir norādīts pielikumā.",
            "",
            "Ilze Izdomāta",
        )
    }
    account = {"pielikums.txt": _letter("Pielikums", "Kompensāciju lūdzu maksāt uz Jura Piemēra kontu.")}
    yield Example(
        "kompensacija.asice",
        {**request, **account},
        partial(_with_more, request, account, (Signing("ilze", _at("2026-10-08T09:25:00")),)),
    )
    # ── for scored tasks ────────────────────────────────────────────────────────────────────────────────────────────
    yield _boxed(
        "kopigs_iesniegums.asice",
        {
            "kopigs_iesniegums.pdf": _letter(
                "Kopīgs iesniegums par ceļa apgaismojumu",
                "Lūdzam ierīkot apgaismojumu Liepu ielā Ezerkrastā.",
                "",
                "Iesniegumu paraksta abi: Anna Parauga un Juris Piemērs.",
            )
        },
        Signing("anna", _at("2026-10-12T07:30:00")),
    )
    yield _boxed(
        "protokols.edoc",
        {
            "protokols.pdf": _letter(
                "Biedrības sapulces protokols",
                "Sapulce nolemj talku pie ezera rīkot 2026. gada 24. oktobrī.",
                "",
                "Sapulces vadītāja Ilze Izdomāta, protokolētājs Juris Piemērs",
            )
        },
        Signing("ilze", _at("2026-10-13T16:05:00")),
        Signing("juris", _at("2026-10-13T16:20:00")),
    )
    car = _letter(
        "Automašīnas pirkuma līgums",
        "Juris Piemērs pārdod, bet Ilze Izdomāta pērk automašīnu par 1200 eiro.",
        "",
        "Juris Piemērs",
    )
    yield Example(
        "auto_ligums.pdf",
        {"auto_ligums.pdf": _as_changed(car, "1200 eiro", "2200 eiro")},
        partial(_changed_pdf, car, Signing("juris", _at("2026-10-14T10:00:00")), "1200 eiro", "2200 eiro"),
    )
    yield _paper(
        "atlauja.pdf",
        _letter(
            "Atļauja ekskursijai",
            "Atļauju dēlam piedalīties skolas ekskursijā uz Ezerkrasta muzeju.",
            "",
            "Ilze Izdomāta",
            scribble=True,
        ),
        None,
    )
    yield _boxed(
        "saskanojums.asice",
        {
            "saskanojums.pdf": _letter(
                "Saskaņojums",
                "Saskaņoju žoga būvi starp mūsu zemes gabaliem.",
                "",
                "Pēteris Senparaugs",
            )
        },
        Signing("peteris", _at("2026-10-15T14:14:00")),
    )
    yield _boxed(
        "senaks_saskanojums.asice",
        {
            "saskanojums.pdf": _letter(
                "Saskaņojums",
                "Saskaņoju šķūņa būvi pie mūsu zemes robežas.",
                "",
                "Pēteris Senparaugs",
            )
        },
        Signing("peteris", _at("2022-06-20T08:45:00")),
    )
    yield _paper(
        "uzzina.pdf",
        _letter(
            "Uzziņa par rindu",
            "Ezerkrasta novada pašvaldība paziņo, ka bērns ir reģistrēts rindā uz bērnudārzu.",
            "",
            "Apzīmogots ar pašvaldības e-zīmogu.",
        ),
        Signing("novads", _at("2026-10-16T05:00:00")),
    )
    yield _boxed(
        "iesniegums_bez_laika.edoc",
        {
            "iesniegums.pdf": _letter(
                "Iesniegums VSAA",
                "Lūdzu atsūtīt man ziņas par uzkrāto pensijas kapitālu.",
                "",
                "Juris Piemērs",
            )
        },
        Signing("juris", _at("2026-10-19T11:11:00"), stamped=False),
    )


EXAMPLES: Mapping[str, Example] = {each.name: each for each in _all()}


@cache
def built() -> Mapping[str, bytes]:
    """File name → bytes of everything in `course_data/signed`: the files, and what a check of each finds."""
    made = {name: example.make() for name, example in EXAMPLES.items()}
    index = json.dumps({name: shown(name, data) for name, data in made.items()}, ensure_ascii=False, indent=1) + "\n"
    return {**made, "index.json": index.encode()}


def shown(name: str, data: bytes) -> dict[str, Any]:
    """What a person who opens the file and checks it sees."""
    letters = EXAMPLES[name].documents
    told = words.told(check(data, name, CHECKED_AT))
    for document in told["documents"]:
        letter = letters[document["name"]]
        document["text"] = [letter.title, *letter.lines]
        document["scribble"] = letter.scribble
    return {**told, "size": len(data)}
