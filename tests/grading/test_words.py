from __future__ import annotations

from typing import Any

import pytest

from lideri.course.items import RESPONSE, Item
from lideri.grading import explain, grade, judge
from tests.grading.items import matching, numeric, ordering, several, short, single, spots, text


def explained(item: Item, raw: dict[str, Any] | None) -> dict[str, list[str]]:
    response = RESPONSE.validate_python(raw) if raw else None
    return explain(item, response, grade(item, response))


def test_a_wrong_practice_choice_says_why_and_does_not_give_the_right_one_away() -> None:
    feedback = judge(single(), {"kind": "single_choice", "choice": "b"})

    assert feedback["outcome"] == "wrong"
    assert feedback["marks"] == {"b": {"outcome": "wrong", "why": "Draugs naudu neapturēs."}}
    assert feedback["body"] == ["Draugs naudu neapturēs.", "Vari mēģināt vēlreiz."]


@pytest.mark.parametrize(
    ("item", "response", "said"),
    [
        (
            numeric(hint="No lielākā atņem mazāko."),
            {"kind": "number", "text": "9"},
            ["No lielākā atņem mazāko.", "Vari mēģināt vēlreiz."],
        ),
        (
            numeric(),
            {"kind": "number", "text": "9"},
            ["Šis skaitlis neder. Izlasi jautājumu vēlreiz un mēģini ar citu."],
        ),
        (
            short(),
            {"kind": "short_text", "text": "smikšķerēšana"},
            ["Šī atbilde neder. Izlasi jautājumu vēlreiz un mēģini citādi."],
        ),
        (
            ordering(),
            {"kind": "order", "order": ["kolegi", "cert", "policija", "banka"]},
            ["Pie rindām redzi, kuru pārvietot. Sakārto un pārbaudi vēlreiz."],
        ),
        (
            matching(),
            {"kind": "match", "pairs": {"l1": "r4"}},
            ["Šie pāri neder. Izlasi abas puses vēlreiz un saliec citādi."],
        ),
    ],
)
def test_what_is_right_is_not_said_with_the_first_wrong_answer(
    item: Item, response: dict[str, Any], said: list[str]
) -> None:
    feedback = judge(item, response)

    assert feedback["outcome"] == "wrong"
    assert feedback["body"] == said
    assert feedback["more"] == {"explanation": item.explanation}


def test_the_explanation_comes_at_once_with_an_answer_that_is_right() -> None:
    feedback = judge(numeric(hint="No lielākā atņem mazāko."), {"kind": "number", "text": "282,8"})

    assert (feedback["body"], "more" in feedback) == (["Paskaidrojums: krāpnieks steidzina."], False)


def test_a_partly_right_practice_answer_names_what_was_missed() -> None:
    feedback = judge(spots(), {"kind": "mark_spots", "marked": ["s3"]})

    assert feedback["title"] == "Daļēji pareizi. Atradi 1 no 2 vietām."
    assert feedback["marks"]["s2"] == {"outcome": "missed", "why": "Steidzina."}
    assert "Palika neatzīmēts: «24 stundu laikā». Steidzina." in feedback["body"]


def test_practice_without_an_answer_asks_for_one() -> None:
    assert judge(single(), None)["body"] == ["Vispirms atbildi, tad spied «Pārbaudīt»."]


def test_practice_says_what_a_number_looks_like() -> None:
    feedback = judge(numeric(), {"kind": "number", "text": "daudz"})

    assert feedback["outcome"] == "unsure"
    assert feedback["body"] == ["Šeit vajag skaitli, piemēram, 12 vai 3,5. Pārraksti un mēģini vēlreiz."]


def test_an_explanation_names_both_answers_and_the_reason() -> None:
    said = explained(several(), {"kind": "multiple_choice", "choices": ["a", "c"]})

    assert said["your_answer"] == ["Steidzina", "Sveicina"]
    assert said["right_answer"] == ["Steidzina", "Prasa PIN", "Sveša saite"]
    assert said["why"] == [
        "Palika neatzīmēts: «Prasa PIN». PIN neprasa neviens.",
        "Nevajadzēja atzīmēt: «Sveicina». Sveiciens ir nekaitīgs.",
        "Palika neatzīmēts: «Sveša saite». Saite ved citur.",
        "Paskaidrojums: krāpnieks steidzina.",
    ]


def test_the_right_order_shows_which_steps_may_change_places() -> None:
    said = explained(ordering(), {"kind": "order", "order": ["kolegi", "banka", "cert", "policija"]})

    assert said["your_answer"][0] == "1. Stāstu kolēģiem"
    assert said["right_answer"] == [
        "1. Zvanu bankai",
        "2.–3. Ziņoju policijai / Ziņoju CERT.LV (jebkurā secībā)",
        "4. Stāstu kolēģiem",
    ]


def test_a_row_in_another_place_says_which_way_it_goes_and_the_result_page_does_not_repeat_it() -> None:
    response = {"kind": "order", "order": ["cert", "kolegi", "banka", "policija"]}

    said = judge(ordering(), response)

    assert {row: mark["why"] for row, mark in said["marks"].items()} == {
        "cert": "Pārvieto zemāk.",
        "kolegi": "Pārvieto zemāk.",
        "banka": "Pārvieto augstāk.",
        "policija": "Pārvieto augstāk.",
    }
    turned = judge(ordering(), {"kind": "order", "order": ["kolegi", "cert", "policija", "banka"]})
    assert turned["marks"]["cert"]["why"] == "Salīdzini ar rindām virs un zem šīs."
    for lines in (said["body"], explained(ordering(), response)["why"]):
        assert not any("Pārvieto" in line for line in lines)


def test_numbers_pairs_and_words_are_written_the_latvian_way() -> None:
    assert explained(numeric(), None)["right_answer"] == ["282,8\u00a0cilvēki (der arī atšķirība līdz 0,1)"]
    assert explained(numeric(key=13600, tolerance=0, unit=""), None)["right_answer"] == ["13\u202f600"]
    assert explained(numeric(key=-1.25, tolerance=0, unit="%"), None)["right_answer"] == ["-1,25\u00a0%"]
    assert explained(matching(), {"kind": "match", "pairs": {"l1": "r4"}})["your_answer"] == ["CERT.LV – nodokļi"]
    assert explained(short(), None)["right_answer"] == ["pikšķerēšana", "der arī: phishing"]


def test_a_long_list_of_accepted_spellings_is_not_poured_over_a_person() -> None:
    many = short(accept=["cert@cert.lv", "CERT.LV", "CERT", "uz CERT.LV", "uz cert@cert.lv"])

    assert explained(many, None)["right_answer"] == ["cert@cert.lv", "der arī: CERT.LV, CERT"]


def test_what_could_not_be_told_says_who_looks_and_blames_nobody() -> None:
    said = explained(short(), {"kind": "short_text", "text": "pikskersana"})

    assert said["your_answer"] == ["pikskersana"]
    assert said["why"][0] == "Šo atbildi nevarējām droši novērtēt. To izlasīs pasniedzējs, un tavi punkti nav zaudēti."


def test_an_unknown_option_is_not_echoed_back() -> None:
    said = explained(single(), {"kind": "single_choice", "choice": "<b>x</b>"})

    assert said["your_answer"] == ["nezināms variants"]


def test_no_answer_is_said_in_words_and_free_text_keeps_its_paragraphs() -> None:
    assert explained(single(), None)["your_answer"] == ["Atbildes nav"]
    assert explained(text(), {"kind": "free_text", "text": "Pirmā.\n\nOtrā."})["your_answer"] == ["Pirmā.", "Otrā."]
