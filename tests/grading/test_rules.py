from __future__ import annotations

from typing import Any

import pytest

from lideri.course.items import RESPONSE, AnsweredItem, Item, Response
from lideri.grading import grade, grade_answer, grade_raw, points
from tests.grading.items import (
    RIGHT,
    matching,
    numeric,
    one_of_each,
    ordering,
    several,
    short,
    single,
    spots,
    text,
)


def response(**fields: Any) -> Response:
    return RESPONSE.validate_python(fields)


def outcome(item: Item, **fields: Any) -> tuple[str, float]:
    score = grade(item, response(**fields))
    return score.outcome, score.points


@pytest.mark.parametrize("item", one_of_each(), ids=lambda item: item.kind)
def test_the_right_answer_earns_full_marks_and_free_text_waits_for_a_person(item: Item) -> None:
    score = grade(item, RESPONSE.validate_python(RIGHT[item.id]))

    expected = ("waiting", 0.0) if item.kind == "free_text" else ("right", item.points)
    assert (score.outcome, score.points) == expected


@pytest.mark.parametrize("item", one_of_each(), ids=lambda item: item.kind)
def test_no_answer_and_an_untouched_answer_earn_nothing(item: Item) -> None:
    untouched = RESPONSE.validate_python({"kind": item.kind})

    assert grade(item, None).outcome == "unanswered"
    assert (grade(item, untouched).outcome, grade(item, untouched).points) == ("unanswered", 0.0)


@pytest.mark.parametrize("item", one_of_each(), ids=lambda item: item.kind)
def test_an_answer_of_another_kind_or_version_could_not_be_told(item: Item) -> None:
    other = "order" if item.kind != "order" else "match"
    answered = AnsweredItem(item=item.id, version=2, response=RESPONSE.validate_python(RIGHT[item.id]))

    assert grade(item, RESPONSE.validate_python({"kind": other})).outcome == "unsure"
    assert (grade_answer(item, answered).outcome, grade_answer(item, answered).points) == ("unsure", 0.0)


def test_one_choice_is_all_or_nothing() -> None:
    assert outcome(single(), kind="single_choice", choice="b") == ("wrong", 0.0)
    assert outcome(single(), kind="single_choice", choice="zzz") == ("unsure", 0.0)


def test_several_choices_lose_a_share_for_each_wrong_tick() -> None:
    item = several()

    assert outcome(item, kind="multiple_choice", choices=["a", "b"]) == ("partly", 2.0)
    assert outcome(item, kind="multiple_choice", choices=["a", "b", "c"]) == ("partly", 1.0)
    assert outcome(item, kind="multiple_choice", choices=["a", "b", "c", "d", "e"]) == ("partly", 1.0)
    assert outcome(item, kind="multiple_choice", choices=["a", "c", "d"]) == ("wrong", 0.0)
    assert outcome(item, kind="multiple_choice", choices=["a", "a"]) == ("unsure", 0.0)
    assert outcome(item, kind="multiple_choice", choices=["a", "nav"]) == ("unsure", 0.0)


def test_spots_are_scored_like_several_choices() -> None:
    assert outcome(spots(), kind="mark_spots", marked=["s2"]) == ("partly", 1.0)
    assert outcome(spots(), kind="mark_spots", marked=["s1", "s2", "s3", "s4"]) == ("wrong", 0.0)
    assert outcome(spots(), kind="mark_spots", marked=["s9"]) == ("unsure", 0.0)


def test_order_counts_pairs_and_leaves_ties_free() -> None:
    item = ordering()

    assert outcome(item, kind="order", order=["banka", "policija", "cert", "kolegi"]) == ("right", 2.0)
    # Five pairs are ordered by the key; one of them stands the wrong way round: (4 − 1) / 5.
    assert outcome(item, kind="order", order=["banka", "cert", "kolegi", "policija"]) == ("partly", 1.2)
    assert outcome(item, kind="order", order=["kolegi", "cert", "policija", "banka"]) == ("wrong", 0.0)
    assert outcome(item, kind="order", order=["banka", "cert"]) == ("unsure", 0.0)
    assert outcome(item, kind="order", order=["banka", "banka", "cert", "kolegi"]) == ("unsure", 0.0)


def test_matching_earns_the_share_that_is_right_rounded_to_two_decimals() -> None:
    assert outcome(matching(), kind="match", pairs={"l1": "r1"}) == ("partly", 0.67)
    assert outcome(matching(), kind="match", pairs={"l1": "r4", "l2": "r1"}) == ("wrong", 0.0)
    assert outcome(matching(), kind="match", pairs={"l1": "r9"}) == ("unsure", 0.0)
    assert outcome(matching(), kind="match", pairs={"l9": "r1"}) == ("unsure", 0.0)


@pytest.mark.parametrize(
    "typed",
    ["282,8", "282.8", " 282,80 ", "282,8 cilvēki", "282,8\u00a0CILVĒKI", "282,8%", "282,9", "+282,7", "282,8\u200b"],
)
def test_a_number_may_be_typed_as_people_in_latvia_do(typed: str) -> None:
    assert outcome(numeric(), kind="number", text=typed) == ("right", 2.0)


@pytest.mark.parametrize("typed", ["1 691 717", "1\u00a0691\u00a0717", "1\u202f691\u2009717", "1691717", "1691717,0"])
def test_spaces_may_part_thousands(typed: str) -> None:
    item = numeric(key=1_691_717, tolerance=0, unit="eiro")

    assert outcome(item, kind="number", text=typed) == ("right", 2.0)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("282,95", "wrong"),
        ("-282,8", "wrong"),
        ("0", "wrong"),
        ("divi simti", "unsure"),
        ("282,8 jeb 283", "unsure"),
        ("1e3", "unsure"),
        ("nan", "unsure"),
        ("inf", "unsure"),
        ("28 2,8", "unsure"),
        ("٢٨٢", "unsure"),
        ("?", "unsure"),
    ],
)
def test_a_number_off_the_mark_is_wrong_and_what_is_no_number_goes_to_a_person(typed: str, expected: str) -> None:
    assert outcome(numeric(), kind="number", text=typed) == (expected, 0.0)


def test_a_number_that_may_mean_thousands_is_not_called_wrong() -> None:
    item = numeric(key=1500, tolerance=0, unit="eiro")

    assert outcome(item, kind="number", text="1.500") == ("unsure", 0.0)
    assert outcome(item, kind="number", text="1.501") == ("wrong", 0.0)
    assert outcome(numeric(key=1.5, tolerance=0), kind="number", text="1.500") == ("right", 2.0)
    assert outcome(numeric(key=1_691_717, tolerance=0), kind="number", text="1.691.717") == ("unsure", 0.0)


def test_tolerance_is_counted_in_decimals_not_in_binary() -> None:
    assert outcome(numeric(key=0.2, tolerance=0.1), kind="number", text="0,3") == ("right", 2.0)


@pytest.mark.parametrize(
    "typed",
    [
        "pikšķerēšana",
        "Pikšķerēšana",
        "PIKSKERESANA",
        " pikskerēšana. ",
        "«pikšķerēšana»",
        "phishing",
        "pik\u00adšķerēšana",
    ],
)
def test_a_word_without_its_garumzimes_or_in_capitals_is_right(typed: str) -> None:
    assert outcome(short(), kind="short_text", text=typed) == ("right", 2.0)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("vīruss", "wrong"),
        ("smikšķerēšana", "wrong"),
        ("smikskeresana", "wrong"),
        ("pikšķerēsāna", "unsure"),
        ("pīkšķerēšana", "unsure"),
        ("pikskersana", "unsure"),
        ("pikškeršēana", "unsure"),
        ("pikšķerēšanas", "unsure"),
        ("pikskeresanai ", "unsure"),
        ("pikšēšana", "wrong"),
        ("...", "wrong"),
    ],
)
def test_a_wrong_word_is_wrong_and_a_slip_goes_to_a_person(typed: str, expected: str) -> None:
    assert outcome(short(), kind="short_text", text=typed) == (expected, 0.0)


def test_a_short_word_forgives_no_slip_and_an_added_garumzime_is_not_silently_right() -> None:
    assert outcome(short(accept=["kods"], reject=[]), kind="short_text", text="koks")[0] == "wrong"
    assert outcome(short(accept=["kazas"], reject=[]), kind="short_text", text="kāzas")[0] == "unsure"
    assert outcome(short(accept=["kāzas"], reject=["kazas"]), kind="short_text", text="kazas")[0] == "wrong"
    assert outcome(short(accept=["kāzas"], reject=["kažas"]), kind="short_text", text="kazas")[0] == "unsure"


def test_free_text_waits_and_blank_text_is_no_answer() -> None:
    assert outcome(text(), kind="free_text", text="Sveiki!") == ("waiting", 0.0)
    assert outcome(text(), kind="free_text", text=" \n\t ") == ("unanswered", 0.0)


@pytest.mark.parametrize(
    "raw",
    [7, [], "a", {}, {"version": 1, "response": {"kind": "nav"}}, {"version": "x", "response": RIGHT["t-viens"]}],
)
def test_a_mangled_answer_earns_nothing_and_raises_nothing(raw: object) -> None:
    score = grade_raw(single(), raw)

    assert score.points == 0.0
    assert score.outcome in ("unsure", "unanswered")


def test_points_for_a_test_cell_are_a_plain_number() -> None:
    answer = {"version": 1, "response": {"kind": "match", "pairs": {"l1": "r1"}}}

    assert repr(points(matching().model_dump_json(), answer)) == "0.67"
    assert repr(points(matching().model_dump_json(), None)) == "0.0"


def test_a_broken_key_scores_nobody() -> None:
    with pytest.raises(ValueError, match="key"):
        points('{"kind": "single_choice", "id": "x"}', None)
