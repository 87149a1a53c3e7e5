"""A cohort from CSV: bytes in, a preview out; nothing is written until a person has confirmed it.

preview = read_cohort_csv(upload, municipalities=load_places(), taken=store.people.taken_emails)
… the preview is shown, and confirmed with `preview.fingerprint` …
made = add_cohort_people(store, cohort_id, preview, …)
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from lideri.errors import ImportRejected
from lideri.store import Store
from lideri.store.people import NewPerson, Person
from lideri.store.tables import Kind

MAX_BYTES = 1024 * 1024
MAX_ROWS = 1000
Field = Literal["name", "surname", "email", "institution", "municipality"]

_HEADERS: Mapping[str, Field] = {
    "vards": "name",
    "vards uzvards": "name",
    "vards un uzvards": "name",
    "dalibnieks": "name",
    "name": "name",
    "full name": "name",
    "first name": "name",
    "uzvards": "surname",
    "surname": "surname",
    "last name": "surname",
    "e pasts": "email",
    "epasts": "email",
    "e pasta adrese": "email",
    "email": "email",
    "e mail": "email",
    "mail": "email",
    "iestade": "institution",
    "darbavieta": "institution",
    "darba vieta": "institution",
    "organizacija": "institution",
    "institution": "institution",
    "organisation": "institution",
    "organization": "institution",
    "pasvaldiba": "municipality",
    "novads": "municipality",
    "municipality": "municipality",
}
_NAMES: Mapping[Field, str] = {
    "name": "vārds",
    "surname": "uzvārds",
    "email": "e-pasts",
    "institution": "iestāde",
    "municipality": "pašvaldība",
}
_REQUIRED: tuple[Field, ...] = ("name", "email", "municipality")
# Deliberately narrower than what the standard allows: what people really have, and nothing that breaks an address line.
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_FORMULA_STARTS = "=+-@\t\r＝＋－＠"


class MunicipalityLike(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class ImportRow:
    """One line of the file. `problems` empty: the row will be added. `notes` tell what was guessed or cleaned."""

    line: int  # in the file, from 1
    name: str
    email: str
    institution: str
    municipality: str  # code; empty when unknown
    municipality_name: str  # as recognised, else as written
    kind: Kind
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class ImportPreview:
    rows: tuple[ImportRow, ...]
    encoding: str
    delimiter: str
    columns: Mapping[Field, str]  # field → heading in the file
    fingerprint: str  # of the file and of what was made of it; confirmed together with the preview

    @property
    def good(self) -> tuple[ImportRow, ...]:
        return tuple(row for row in self.rows if row.good)

    @property
    def bad(self) -> tuple[ImportRow, ...]:
        return tuple(row for row in self.rows if not row.good)


@dataclass(frozen=True)
class Imported:
    """An account that was made; `token` is the last part of its one-time link and cannot be read again later."""

    person: Person
    token: str


def read_cohort_csv(
    upload: bytes,
    *,
    municipalities: Sequence[MunicipalityLike],
    taken: Callable[[Iterable[str]], set[str]],
) -> ImportPreview:
    """What the file says, row by row; `taken` tells which e-mails have an account already.

    Understands UTF-8 (with or without BOM), UTF-16 with BOM and Windows-1257; comma, semicolon or tab; Latvian or
    English headings. Raises `ImportRejected` when it cannot be read as a list of people at all.
    """
    text, encoding = _decoded(upload)
    delimiter = _delimiter(text)
    lines = _lines(text, delimiter)
    if not lines:
        raise ImportRejected("Datne ir tukša. Pirmajā rindā vajag virsrakstus: vārds, e-pasts, iestāde, pašvaldība.")
    columns = _columns(lines[0][1])
    if len(lines) == 1:
        raise ImportRejected("Datnē ir tikai virsraksti. Pievieno vismaz vienu cilvēku.")
    if len(lines) - 1 > MAX_ROWS:
        raise ImportRejected(
            f"Datnē ir {len(lines) - 1} rindas; vienā reizē var pievienot līdz {MAX_ROWS}. Sadali datni."
        )
    known = {_plain(place.name): place for place in municipalities}
    first_line: dict[str, int] = {}
    read = [_row(number, cells, columns, known, first_line) for number, cells in lines[1:]]
    already = taken({row.email for row in read if row.email})
    rows = tuple(
        _with_problem(row, "Cilvēkam ar šo e-pastu konts jau ir.") if row.email in already else row for row in read
    )
    digest = hashlib.sha256(upload + repr([(row.line, row.good) for row in rows]).encode()).hexdigest()
    return ImportPreview(
        rows=rows,
        encoding=encoding,
        delimiter=delimiter,
        columns={field: lines[0][1][index].strip() for field, index in columns.items()},
        fingerprint=digest,
    )


def add_cohort_people(
    store: Store,
    cohort_id: str,
    preview: ImportPreview,
    *,
    confirmed: str,
    link_valid_for: timedelta,
    made_by: str,
    now: datetime,
) -> list[Imported]:
    """Make the accounts of the good rows with their one-time links: all of them, or on any error none.

    `confirmed` is the fingerprint of the preview that the person saw; `ImportRejected` when the file or the store has
    changed since. Whether `made_by` may add to this cohort is the caller's question (`People.require_cohort`).
    """
    if confirmed != preview.fingerprint:
        raise ImportRejected(
            "Kopš pārskatīšanas kaut kas ir mainījies. Neviens nav pievienots; pārskati sarakstu vēlreiz."
        )
    if not preview.good:
        raise ImportRejected("Nevienu rindu nevar pievienot. Izlabo datni un augšupielādē to vēlreiz.")
    made = store.people.add_cohort_members(
        cohort_id,
        [
            NewPerson(
                name=row.name,
                email=row.email,
                institution=row.institution,
                kind=row.kind,
                municipality=row.municipality,
                role="trainee",
            )
            for row in preview.good
        ],
        now=now,
        link_valid_for=link_valid_for,
        made_by=made_by,
    )
    return [Imported(person=person, token=token) for person, token in made]


# ── reading the file ────────────────────────────────────────────────────────────────────────────────────────────────


def _decoded(upload: bytes) -> tuple[str, str]:
    if len(upload) > MAX_BYTES:
        raise ImportRejected("Datne ir lielāka par 1 MB. Vai tas tiešām ir dalībnieku saraksts CSV formātā?")
    if upload.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ImportRejected("Šī ir Excel datne. Programmā Excel izvēlies «Saglabāt kā» un «CSV UTF-8».")
    if upload.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return upload.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            raise ImportRejected("Datni neizdevās nolasīt. Saglabā to kā «CSV UTF-8».") from None
    try:
        text, encoding = upload.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        # Excel in Latvian saves «CSV» in the Baltic code page; bytes it does not define become a visible sign.
        text, encoding = upload.decode("windows-1257", errors="replace"), "windows-1257"
    if "\x00" in text:
        raise ImportRejected("Šī nav teksta datne. Saglabā sarakstu kā «CSV UTF-8».")
    return text, encoding


def _delimiter(text: str) -> str:
    """The one that splits the first line into most cells; a comma when nothing splits it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(
        ",;\t", key=lambda candidate: (len(next(csv.reader([first], delimiter=candidate), [])), candidate == ",")
    )


def _lines(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Lines that say anything, with their number in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    try:
        start = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ImportRejected(f"Datni neizdevās nolasīt {reader.line_num}. rindā ({error}). Pārbaudi pēdiņas.") from None
    return found


def _columns(headings: Sequence[str]) -> dict[Field, int]:
    columns: dict[Field, int] = {}
    for index, heading in enumerate(headings):
        field = _HEADERS.get(_plain(heading))
        if field is not None:
            if field in columns:
                raise ImportRejected(f"Virsraksts «{heading.strip()}» ir divreiz. Atstāj vienu kolonnu.")
            columns[field] = index
    missing = [_NAMES[field] for field in _REQUIRED if field not in columns]
    if missing:
        raise ImportRejected(
            f"Pirmajā rindā trūkst virsraksta: {', '.join(missing)}. "
            "Vajadzīgi virsraksti: vārds, e-pasts, iestāde, pašvaldība."
        )
    return columns


def _row(
    number: int,
    cells: Sequence[str],
    columns: Mapping[Field, int],
    known: Mapping[str, MunicipalityLike],
    first_line: dict[str, int],
) -> ImportRow:
    problems: list[str] = []
    notes: list[str] = []

    def cell(field: Field, limit: int) -> str:
        index = columns.get(field)
        written = cells[index] if index is not None and index < len(cells) else ""
        cleaned = _without_formula(_tidy(written))
        if cleaned != _tidy(written):
            notes.append(f"No lauka «{_NAMES[field]}» noņemtas zīmes, ar kurām sākas formula.")
        if "\ufffd" in cleaned:
            problems.append(f"Laukā «{_NAMES[field]}» ir nesalasāma zīme. Saglabā datni kā «CSV UTF-8».")
        if len(cleaned) > limit:
            problems.append(f"Lauks «{_NAMES[field]}» ir par garu (līdz {limit} zīmēm).")
        return cleaned[:limit]

    if len(cells) > max(columns.values()) + 1 and any(extra.strip() for extra in cells[max(columns.values()) + 1 :]):
        notes.append("Rindā ir liekas kolonnas; tās netiek lietotas.")
    name = " ".join(part for part in (cell("name", 100), cell("surname", 100)) if part)
    email = cell("email", 254).lower()
    institution = cell("institution", 300)
    written_place = cell("municipality", 100)
    if not name:
        problems.append("Trūkst vārda un uzvārda.")
    elif not any(character.isalpha() for character in name):
        problems.append("Vārdā nav neviena burta.")
    _check_email(email, number, problems, first_line)
    place = _place(written_place, known, problems, notes)
    kind: Kind = "library" if "bibliot" in _plain(institution) else "vpvkac"
    if kind == "library":
        notes.append("Pēc iestādes nosaukuma: bibliotēkas darbinieks.")
    return ImportRow(
        line=number,
        name=name,
        email=email,
        institution=institution,
        municipality=place.code if place else "",
        municipality_name=place.name if place else written_place,
        kind=kind,
        problems=tuple(dict.fromkeys(problems)),
        notes=tuple(dict.fromkeys(notes)),
    )


def _check_email(email: str, number: int, problems: list[str], first_line: dict[str, int]) -> None:
    if not email:
        problems.append("Trūkst e-pasta.")
    elif not _EMAIL.fullmatch(email) or ".." in email:
        problems.append(f"E-pasts «{email}» nav derīgs. Pārbaudi, vai nav pārrakstīšanās kļūdas.")
    elif email in first_line:
        problems.append(f"Tāds pats e-pasts jau ir {first_line[email]}. rindā.")
    else:
        first_line[email] = number


def _place(
    written: str, known: Mapping[str, MunicipalityLike], problems: list[str], notes: list[str]
) -> MunicipalityLike | None:
    if not written:
        problems.append("Trūkst pašvaldības.")
        return None
    wanted = _plain(written)
    for candidate in (wanted, f"{wanted} novads", wanted.removesuffix(" nov") + " novads"):
        if candidate in known:
            if _plain(known[candidate].name) != wanted:
                notes.append(f"Pašvaldība saprasta kā «{known[candidate].name}».")
            return known[candidate]
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.6)
    hint = f" Varbūt «{known[near[0]].name}»?" if near else " Raksti pilnu nosaukumu, piemēram, «Alūksnes novads»."
    problems.append(f"Pašvaldības «{written}» nav sarakstā.{hint}")
    return None


def _with_problem(row: ImportRow, problem: str) -> ImportRow:
    return ImportRow(**{**row.__dict__, "problems": (*row.problems, problem)})


def _tidy(text: str) -> str:
    """One line, single spaces, no invisible signs: lists pasted from elsewhere bring no-break spaces and worse."""
    visible = "".join(" " if unicodedata.category(sign) in ("Cc", "Zs", "Zl", "Zp") else sign for sign in text)
    return " ".join("".join(sign for sign in visible if unicodedata.category(sign) != "Cf").split())


def _without_formula(text: str) -> str:
    """`text` that no spreadsheet takes for a formula when the list is opened there again."""
    return text.lstrip(_FORMULA_STARTS + " ")


def _plain(text: str) -> str:
    """Small letters without marks; everything else is one space: «E-pasts» → `e pasts`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(sign for sign in letters if not unicodedata.combining(sign))).strip()
