"""What is counted in an office text: goldens by hand, and properties that no text may break."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lideri.course.plain_language import Jargon, measure, sentences
from lideri.practice.rewrite import office_words

OFFICE = (Jargon("sakarā| ar|", "jo"), Jargon("veic|", "lieto darbības vārdu"), Jargon("nepieciešam", "vajag"))
letters = st.text(alphabet="aābcčdeēfgiījklļmnņoprsštuūvzžAĀŠ .,!?\n0123456789«»–", max_size=300)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nāciet rīt. Līdzi paņemiet pasi.", ["Nāciet rīt.", "Līdzi paņemiet pasi."]),
        ("Spēkā no 2026. gada 3. decembra. Zvaniet!", ["Spēkā no 2026. gada 3. decembra.", "Zvaniet!"]),
        ("Skatiet noteikumus Nr. 445 un t. s. Bauskas ielu.", ["Skatiet noteikumus Nr. 445 un t. s. Bauskas ielu."]),
        ("Raksta J. Parauga. Atbildēsim!", ["Raksta J. Parauga.", "Atbildēsim!"]),
        ("Virsraksts\n\nPirmais teikums.\n– saraksts", ["Virsraksts", "Pirmais teikums.", "– saraksts"]),
        ("Vai nāksiet? «Jā!» Labi.", ["Vai nāksiet?", "«Jā!»", "Labi."]),
        ("Soļi\n1. Atveriet lapu.\n2. Ierakstiet vārdu.", ["Soļi", "1. Atveriet lapu.", "2. Ierakstiet vārdu."]),
        ("Pieņem, t. i. klātienē, pirmdienās.", ["Pieņem, t. i. klātienē, pirmdienās."]),
        ("Rakstiet: centrs@ezers.example. Atbildēsim!", ["Rakstiet: centrs@ezers.example.", "Atbildēsim!"]),
        (
            "Vajag pasi, rēķinus u. c. Zvaniet mums, utt. Gaidām!",
            ["Vajag pasi, rēķinus u. c.", "Zvaniet mums, utt.", "Gaidām!"],
        ),
        ("Ņemiet pasi, eID karti u. c. dokumentus.", ["Ņemiet pasi, eID karti u. c. dokumentus."]),
        (
            "1. Atveriet lapu. 2. Nosūtiet līdz 9.00. Gaidiet.",
            ["1. Atveriet lapu.", "2. Nosūtiet līdz 9.00.", "Gaidiet."],
        ),
        ("Nāciet 2026. gada 5. maijā plkst. 9.00. Gaidām!", ["Nāciet 2026. gada 5. maijā plkst. 9.00.", "Gaidām!"]),
        ("«Kas tas ir?» jautāja kungs. Varbūt … nē.", ["«Kas tas ir?» jautāja kungs.", "Varbūt … nē."]),
        ("Skat. MK not. Nr. 445. Dr. Ozols būs.", ["Skat. MK not. Nr. 445.", "Dr. Ozols būs."]),
        ("Vajag:\n- pasi;\n– rēķinus.", ["Vajag:", "- pasi;", "– rēķinus."]),
        ("   ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Iesniegums tiek izskatīts.", 1),
        ("Jums tiks rakstiski nosūtīts lēmums.", 1),
        ("Termiņš ir noteikts likumā, un maksa nav iekasēta.", 2),
        ("Iesniegums ir reģistrēts.", 1),
        ("Mēs izskatīsim iesniegumu.", 0),
        ("Te ir vieta, raksts un pamats.", 0),
        ("Viņa tika mājās vēlu.", 0),
        ("Tas ir pieraksts un tas ir saraksts.", 0),
        ("Bibliotēka ir atvērta, un durvis būs atvērtas.", 0),
        ("Rīga ir pilsēta, te ir pagasts, un šis ir rezultāts.", 0),
        ("Iesniegumam nav pievienoti dokumenti, un tie netiks saņemti.", 2),
        ("Jūs tiekat aicināts atnākt, un durvis tiks aizslēgtas.", 2),
        ("Kā tikt pie dokumenta? Varat tikt līdz vietai ar autobusu, un jūs tiksiet uz pastu.", 0),
        ("Jums ir pabalsts, tas ir noteikti jādara, un visi esat gaidīti.", 0),
        ("Vietu skaits ir ierobežots. Ja tālrunis ir aizņemts vai izslēgts, rakstiet.", 0),
    ],
)
def test_the_passive_is_found_and_what_only_looks_like_it_is_not(text: str, count: int) -> None:
    assert measure(text).passive == count


def test_office_words_are_found_in_every_form_and_only_as_whole_words() -> None:
    found = measure("Sakarā ar remontu ir nepieciešams pieteikties. Pārveic, neveic.", OFFICE)

    assert [each.text for each in found.remarks if each.kind == "jargon"] == ["Sakarā ar", "nepieciešams"]


def test_an_address_is_one_word_and_no_long_one() -> None:
    found = measure("Rakstiet: lasitaju.apkalposana@ezerkrasta-biblioteka.example!")
    site = measure("Skatiet www.ezerkrasta-biblioteka.example/jaunumi, Latvija.gov.lv vai zvaniet +371 6700 1112.")

    assert (found.words, found.long_words) == (2, 0)
    assert (site.words, site.long_words, site.sentences) == (6, 0, 1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Pēc iesnieguma saņemšanas sākas izskatīšana.", 2),
        ("Mūsu zināšanas un zināšanu pārbaude, tikšanās un klientu apkalpošanas centrs.", 0),
        ("Klientu apkalpošanas uzlabošanai vajag naudu.", 2),
        ("Nāciet bez pierakstīšanās.", 1),
    ],
)
def test_a_verb_hidden_in_a_noun_is_found_and_the_name_of_a_thing_is_not(text: str, count: int) -> None:
    assert measure(text).nouns == count
    assert measure(text).long_words == 0  # one word is not remarked twice


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Maksājumu veikšana notiek, ja Jums ir iespējams veikt to šobrīd.", ["veikšana", "ir iespējams", "veikt"]),
        (
            "Vēršam Jūsu uzmanību: no iestādes puses tika konstatēts.",
            ["Vēršam Jūsu uzmanību", "no iestādes puses", "konstatēts"],
        ),
        ("Lai jums veicas! Darbs veiksies, un veikties var katram. Kompetents kolēģis tādējādi palīdz.", []),
        ("Kompetentajā iestādē, gadījumā, ja vajag.", ["Kompetentajā iestādē", "gadījumā, ja"]),
        ("No vienas puses labi, iespējams, ka nāks.", []),
    ],
)
def test_the_courses_own_list_finds_office_words_and_spares_good_ones(text: str, found: list[str]) -> None:
    assert [each.text for each in measure(text, office_words()).remarks if each.kind == "jargon"] == found


def test_a_long_sentence_and_a_long_word_are_shown_where_they_stand() -> None:
    text = "Īss. " + "vārds " * 21 + "nepilngadīgajiem."

    found = measure(text, long_sentence=20, long_word=14)

    assert (found.longest, found.sentences, found.long_words) == (22, 2, 1)
    [sentence] = [each for each in found.remarks if each.kind == "sentence"]
    assert text[sentence.start : sentence.end].startswith("vārds") and text[: sentence.start] == "Īss. "


@given(letters)
def test_nothing_is_lost_or_counted_twice_whatever_is_typed(text: str) -> None:
    found = measure(text, OFFICE)
    spans = sentences(text)

    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert found.sentences == len(spans) and found.longest <= found.words
    for remark in found.remarks:
        assert 0 <= remark.start < remark.end <= len(text)
        if remark.kind != "sentence":
            assert text[remark.start : remark.end] == remark.text


@given(letters, letters)
def test_two_paragraphs_count_as_much_as_each_of_them(one: str, other: str) -> None:
    both: Any = measure(f"{one}\n{other}", OFFICE)

    assert both.words == measure(one).words + measure(other).words
    assert both.sentences == measure(one).sentences + measure(other).sentences
