"""What is counted in an office text: goldens by hand, and properties that no text may break."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lideri.course.plain_language import Jargon, measure, sentences

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
    ],
)
def test_the_passive_is_found_and_what_only_looks_like_it_is_not(text: str, count: int) -> None:
    assert measure(text).passive == count


def test_office_words_are_found_in_every_form_and_only_as_whole_words() -> None:
    found = measure("Sakarā ar remontu ir nepieciešams pieteikties. Pārveic, neveic.", OFFICE)

    assert [each.text for each in found.remarks if each.kind == "jargon"] == ["Sakarā ar", "nepieciešams"]


def test_a_long_sentence_and_a_long_word_are_shown_where_they_stand() -> None:
    text = "Īss. " + "vārds " * 21 + "pašapkalpošanās."

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
