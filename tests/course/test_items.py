from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from lideri.course.items import ITEM, RESPONSE, Order, SubmissionData
from lideri.practice.release import release

COMMON = {
    "version": 1,
    "pool": "module",
    "submodule": "2.1",
    "points": 2,
    "explanation": "PASKAIDROJUMS",
    "competences": ["4.1"],
    "outcomes": ["LO4.1.15"],
    "level": 4,
    "facts": ["x"],
    "status": "live",
    "stem": "Sakārto",
}


def an_order_item() -> Order:
    item = ITEM.validate_python(
        {
            **COMMON,
            "id": "m02.1-o",
            "kind": "order",
            "pieces": [{"id": name, "text": name} for name in "dcba"],
            "key": [["d"], ["c", "b"], ["a"]],
        }
    )
    assert isinstance(item, Order)
    return item


def test_a_released_order_does_not_stand_in_the_order_of_the_file() -> None:
    assert [piece.id for piece in release(an_order_item()).pieces] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "item",
    [
        {
            "kind": "single_choice",
            "options": [{"id": "a", "text": "A", "feedback": "ATSAUKSME"}, {"id": "b", "text": "B", "feedback": "NE"}],
            "key": "a",
        },
        {
            "kind": "mark_spots",
            "message": {"channel": "īsziņa", "sender": "Kāds"},
            "spots": [{"id": name, "text": name, "why": "ATSAUKSME"} for name in "abc"],
            "key": ["b"],
        },
        {"kind": "number", "key": 24.5, "tolerance": 0.1},
        {"kind": "short_text", "accept": ["ATSLEGA"], "reject": ["NEDER"]},
        {"kind": "free_text", "rubric": "skala"},
    ],
)
def test_what_is_released_holds_no_key_and_no_feedback(item: dict[str, object]) -> None:
    shown = release(ITEM.validate_python({**COMMON, "id": "m02.1-x", **item}))

    text = json.dumps(shown.model_dump(mode="json"), ensure_ascii=False)
    for secret in ("PASKAIDROJUMS", "ATSAUKSME", "ATSLEGA", "NEDER", "24.5", '"key"', "tolerance"):
        assert secret not in text


def test_an_answer_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        RESPONSE.validate_python({"kind": "single_choice", "choice": "a", "points": 2})


def test_a_submission_names_each_item_once() -> None:
    line = {"item": "m02.1-01", "version": 1}

    with pytest.raises(ValidationError, match="vienu reizi"):
        SubmissionData.model_validate({"submission": "s", "person": "p", "form": "m02-a", "answers": [line, line]})
