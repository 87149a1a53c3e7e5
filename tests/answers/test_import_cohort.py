"""A cohort from CSV: understood as people write it, each bad row with its reason, nothing half-done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from service import NOW

from lideri.answers.imports import ImportPreview, add_cohort_people, read_cohort_csv
from lideri.course.places import load_places
from lideri.errors import ImportRejected, RefusedError
from lideri.store import Store
from lideri.store.people import NewPerson, Person

HEAD = "Vārds, uzvārds;E-pasts;Iestāde;Pašvaldība\n"
GOOD = "Līga Šķēle;liga.skele@aluksne.example;Alūksnes novada VPVKAC;Alūksnes novads\n"
WEEK = timedelta(days=7)


def nobody(_: Iterable[str]) -> set[str]:
    return set()


def read(text: str | bytes, taken: Callable[[Iterable[str]], set[str]] = nobody) -> ImportPreview:
    upload = text if isinstance(text, bytes) else text.encode()
    return read_cohort_csv(upload, municipalities=load_places(), taken=taken)


def problems(row: str) -> str:
    """What is said of a single row."""
    return " ".join(read(HEAD + row).rows[0].problems)


# ── what is understood ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1257", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_way_of_saving_is_understood(encoding: str, delimiter: str) -> None:
    lines = [
        ["Vārds", "E-pasts", "Iestāde", "Pašvaldība"],
        ["Ņikita Ģērmanis-Žīds", "nikita@riga.example", "Rīgas VPVKAC", "Rīga"],
    ]
    text = "\r\n".join(delimiter.join(line) for line in lines)

    preview = read(text.encode(encoding))

    row = preview.rows[0]
    assert (row.name, row.email, row.municipality_name, row.good) == (
        "Ņikita Ģērmanis-Žīds",
        "nikita@riga.example",
        "Rīga",
        True,
    )
    assert preview.delimiter == delimiter


@pytest.mark.parametrize(
    "head",
    [
        "vārds;e-pasts;iestāde;pašvaldība",
        "VĀRDS UN UZVĀRDS;Epasts;Darbavieta;Novads",
        "Name;Email;Institution;Municipality",
        "full_name;e-mail;organisation;municipality",
        " Vards ;E pasts;Iestade;Pasvaldiba",
    ],
)
def test_headings_are_understood_in_both_languages(head: str) -> None:
    assert read(f"{head}\n{GOOD}").rows[0].good


def test_columns_may_stand_in_any_order_and_name_and_surname_apart() -> None:
    preview = read("pašvaldība,uzvārds,nr,vārds,e-pasts\nRīga,Kalns,1,Jānis,janis@riga.example")

    assert (preview.rows[0].name, preview.rows[0].institution) == ("Jānis Kalns", "")


def test_quotes_line_breaks_and_blank_lines_are_no_trouble() -> None:
    preview = read('vārds,e-pasts,iestāde,pašvaldība\n\n"Kalns, Jānis",j@riga.example,"VPVKAC\nRīgā",Rīga\n,,,\n')

    assert [(row.line, row.name, row.institution) for row in preview.rows] == [(3, "Kalns, Jānis", "VPVKAC Rīgā")]


def test_a_librarian_is_guessed_by_the_institution_and_the_guess_is_shown() -> None:
    preview = read(HEAD + GOOD + "Anna;anna@x.example;Alūksnes Pilsētas BIBLIOTĒKA;Alūksnes novads")

    assert [row.kind for row in preview.rows] == ["vpvkac", "library"]
    assert "bibliotēkas darbinieks" in preview.rows[1].notes[0]


@pytest.mark.parametrize(
    "written", ["Alūksnes novads", "alūksnes novads", "Aluksnes  Novads", "Alūksnes", "Alūksnes nov."]
)
def test_a_municipality_is_known_however_it_is_written(written: str) -> None:
    row = read(HEAD + f"Anna;anna@x.example;VPVKAC;{written}").rows[0]

    assert (row.municipality_name, row.good) == ("Alūksnes novads", True)


# ── what is wrong, row by row ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";a@x.example;V;Rīga", "Trūkst vārda un uzvārda."),
        ("123;a@x.example;V;Rīga", "Vārdā nav neviena burta."),
        ("Anna;;V;Rīga", "Trūkst e-pasta."),
        ("Anna;anna;V;Rīga", "E-pasts «anna» nav derīgs."),
        ("Anna;anna@;V;Rīga", "nav derīgs"),
        ("Anna;anna@x;V;Rīga", "nav derīgs"),
        ("Anna;an na@x.example;V;Rīga", "nav derīgs"),
        ("Anna;anna..b@x.example;V;Rīga", "nav derīgs"),
        ("Anna;ann@a@x.example;V;Rīga", "nav derīgs"),
        ("Anna;anna@x.example,b@x.example;V;Rīga", "nav derīgs"),
        ("Anna;a@x.example;V;", "Trūkst pašvaldības."),
        ("Anna;a@x.example;V;Aluksnas novads", "Varbūt «Alūksnes novads»?"),
        ("Anna;a@x.example;V;Parīze", "nav sarakstā"),
        ("Anna", "Trūkst e-pasta. Trūkst pašvaldības."),
        ("A" * 101 + ";a@x.example;V;Rīga", "par garu"),
    ],
)
def test_each_bad_row_says_why(row: str, said: str) -> None:
    assert said in problems(row)


def test_the_same_email_twice_is_told_with_the_first_line() -> None:
    preview = read(HEAD + GOOD + GOOD.upper())

    assert [row.good for row in preview.rows] == [True, False]
    assert preview.rows[1].problems == ("Tāds pats e-pasts jau ir 2. rindā.",)


def test_somebody_who_has_an_account_is_not_added_again(store: Store) -> None:
    store.people.add(NewPerson("Līga", email="liga.skele@aluksne.example"), now=NOW)

    preview = read(HEAD + GOOD + GOOD.replace("liga.", "ilga."), store.people.taken_emails)

    assert [row.problems for row in preview.rows] == [("Cilvēkam ar šo e-pastu konts jau ir.",), ()]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+371", "-2+3", "@SUM(1)", "\t=1+1", " =HYPERLINK(1)"])
def test_a_formula_is_disarmed_and_the_preview_says_so(name: str) -> None:
    row = read(HEAD + f'"{name} Anna";anna@x.example;VPVKAC;Rīga').rows[0]

    assert row.name[0] not in "=+-@\t"
    assert "Anna" in row.name
    if not name.startswith("\t"):
        assert any("formula" in note for note in row.notes)


def test_a_letter_the_code_page_does_not_have_is_told() -> None:
    upload = (HEAD + GOOD).encode("windows-1257").replace(b"aluksne.example;Al", b"aluksne.example;\x81Al")

    assert "nesalasāma zīme" in read(upload).rows[0].problems[0]


# ── what cannot be read at all ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (b"", "Datne ir tukša"),
        (b" \n ;;; \n", "Datne ir tukša"),
        (HEAD.encode(), "tikai virsraksti"),
        ("Vārds;Tālrunis\nAnna;1".encode(), "trūkst virsraksta: e-pasts, pašvaldība"),
        ("vārds;vārds;e-pasts;pašvaldība\na;b;c;d".encode(), "divreiz"),
        (b"PK\x03\x04xlsx", "Excel datne"),
        (b"vards\x00;", "nav teksta datne"),
        (b"x" * (1024 * 1024 + 1), "lielāka par 1 MB"),
        ((HEAD + GOOD * 1001).encode(), "1001 rindas"),
        (("vārds,e-pasts,pašvaldība\n" + "x" * 140_000).encode(), "neizdevās nolasīt"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_list_of_people_is_refused_with_what_to_do(upload: bytes, said: str) -> None:
    with pytest.raises(ImportRejected, match=said):
        read(upload)


@given(st.binary(max_size=400))
def test_any_file_is_a_preview_or_politely_refused(upload: bytes) -> None:
    try:
        preview = read(upload)
    except ImportRejected as error:
        assert str(error)
    else:
        assert preview.rows


# ── adding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def trainer(store: Store) -> Person:
    return store.people.add(NewPerson("Ineta Upmane", role="trainer"), now=NOW)


@pytest.fixture
def cohort(store: Store, trainer: Person) -> str:
    return store.people.add_cohort("Rudens grupa", trainers=[trainer.id], now=NOW).id


def add(store: Store, cohort: str, trainer: Person, preview: ImportPreview, confirmed: str) -> list[str]:
    made = add_cohort_people(
        store, cohort, preview, confirmed=confirmed, link_valid_for=WEEK, made_by=trainer.id, now=NOW
    )
    return [one.token for one in made]


def test_reading_a_file_adds_nobody(store: Store, cohort: str) -> None:
    read(HEAD + GOOD, store.people.taken_emails)

    assert store.people.members(cohort) == []


def test_good_rows_become_accounts_with_links_and_bad_rows_do_not(store: Store, cohort: str, trainer: Person) -> None:
    preview = read(HEAD + GOOD + "Anna;nederīgs;VPVKAC;Rīga\nIlze;ilze@x.example;Balvu bibliotēka;Balvu novads")

    tokens = add(store, cohort, trainer, preview, preview.fingerprint)

    members = {person.name: person for person in store.people.members(cohort)}
    assert set(members) == {"Līga Šķēle", "Ilze"}
    liga = members["Līga Šķēle"]
    assert (liga.username, liga.kind, liga.role, liga.has_password) == ("liga.skele", "vpvkac", "trainee", False)
    assert members["Ilze"].kind == "library"
    assert {store.people.look_at_login_link(token, now=NOW).name for token in tokens} == set(members)


def test_only_what_was_seen_is_added(store: Store, cohort: str, trainer: Person) -> None:
    seen = read(HEAD + GOOD, store.people.taken_emails)
    changed = read(HEAD + GOOD + GOOD.replace("liga.", "ilga."), store.people.taken_emails)

    with pytest.raises(ImportRejected, match="pārskati sarakstu vēlreiz"):
        add(store, cohort, trainer, changed, seen.fingerprint)

    assert store.people.members(cohort) == []


def test_a_file_confirmed_twice_adds_people_once(store: Store, cohort: str, trainer: Person) -> None:
    preview = read(HEAD + GOOD, store.people.taken_emails)
    add(store, cohort, trainer, preview, preview.fingerprint)

    with pytest.raises(RefusedError, match="jau ir pievienots"):
        add(store, cohort, trainer, preview, preview.fingerprint)
    again = read(HEAD + GOOD, store.people.taken_emails)
    with pytest.raises(ImportRejected, match="pārskati"):
        add(store, cohort, trainer, again, preview.fingerprint)

    assert len(store.people.members(cohort)) == 1


def test_a_file_without_a_good_row_adds_nothing_and_says_so(store: Store, cohort: str, trainer: Person) -> None:
    preview = read(HEAD + "Anna;nederīgs;VPVKAC;Rīga")

    with pytest.raises(ImportRejected, match="Nevienu rindu"):
        add(store, cohort, trainer, preview, preview.fingerprint)
