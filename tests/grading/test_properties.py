from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lideri.course.items import RESPONSE, Item
from lideri.grading import Score, grade, grade_raw, judge
from tests.grading.items import RIGHT, matching, numeric, one_of_each, ordering, several, short, single, spots, text

IDS = st.sampled_from(
    [
        "a",
        "b",
        "c",
        "d",
        "e",
        "s1",
        "s2",
        "s3",
        "s4",
        "l1",
        "l2",
        "l3",
        "r1",
        "r2",
        "banka",
        "cert",
        "policija",
        "kolegi",
        "x",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.sampled_from(["282,8", "pikskeresana", "1 000", "-0"]))
RESPONSES = st.one_of(
    st.builds(lambda choice: {"kind": "single_choice", "choice": choice}, st.none() | IDS),
    st.builds(lambda ids: {"kind": "multiple_choice", "choices": ids}, st.lists(IDS, max_size=6)),
    st.builds(lambda ids: {"kind": "order", "order": ids}, st.lists(IDS, max_size=5)),
    st.builds(lambda ids: {"kind": "order", "order": ids}, st.permutations(["banka", "cert", "policija", "kolegi"])),
    st.builds(lambda pairs: {"kind": "match", "pairs": pairs}, st.dictionaries(IDS, IDS, max_size=4)),
    st.builds(lambda typed: {"kind": "number", "text": typed}, TEXTS),
    st.builds(lambda typed: {"kind": "short_text", "text": typed}, TEXTS),
    st.builds(lambda ids: {"kind": "mark_spots", "marked": ids}, st.lists(IDS, max_size=5)),
    st.builds(lambda typed: {"kind": "free_text", "text": typed}, TEXTS),
)
ITEMS = st.sampled_from(one_of_each())


def assert_in_range(item: Item, score: Score) -> None:
    assert 0.0 <= score.points <= score.max_points == item.points
    assert (score.points == item.points) == (score.outcome == "right")
    assert (score.points == 0) == (score.outcome in ("wrong", "unanswered", "unsure", "waiting"))


@given(item=ITEMS, raw=RESPONSES, points=st.sampled_from([0.005, 0.335, 1.0, 3.0, 19.99]))
@settings(max_examples=400, deadline=None)
def test_a_score_stays_in_range_and_only_right_is_full(item: Item, raw: dict[str, Any], points: float) -> None:
    item = item.model_copy(update={"points": points})

    score = grade(item, RESPONSE.validate_python(raw))

    assert_in_range(item, score)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(item=ITEMS, raw=JSON | st.fixed_dictionaries({"version": st.integers(0, 3), "response": JSON}))
@settings(max_examples=200, deadline=None)
def test_nothing_unknown_earns_full_marks_or_raises(item: Item, raw: Any) -> None:
    score = grade_raw(item, raw)

    assert score.points == 0.0
    assert score.outcome in ("unsure", "unanswered")


@given(data=st.data(), raw=RESPONSES)
@settings(max_examples=200, deadline=None)
def test_the_order_of_options_never_matters(data: st.DataObject, raw: dict[str, Any]) -> None:
    item = data.draw(st.sampled_from([single(), several(), ordering(), matching(), spots()]))
    parts = ("options", "pieces", "left", "right", "spots")
    shuffled = item.model_copy(
        update={name: tuple(data.draw(st.permutations(getattr(item, name)))) for name in parts if hasattr(item, name)}
    )

    before, after = (grade(one, RESPONSE.validate_python(raw)) for one in (item, shuffled))

    assert before == after


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_the_order_of_ticking_never_matters(data: st.DataObject) -> None:
    item, field = data.draw(st.sampled_from([(several(), "choices"), (spots(), "marked")]))
    ids = [part.id for part in (item.options if field == "choices" else item.spots)]
    ticked = data.draw(st.lists(st.sampled_from(ids), unique=True))
    again = data.draw(st.permutations(ticked))

    before, after = (grade(item, RESPONSE.validate_python({"kind": item.kind, field: one})) for one in (ticked, again))

    assert before == after


@given(points=st.floats(0.01, 20, allow_nan=False))
@settings(deadline=None)
def test_all_right_is_full_marks_whatever_they_are(points: float) -> None:
    for item in one_of_each():
        if item.kind != "free_text":
            valued = item.model_copy(update={"points": points})
            assert grade(valued, RESPONSE.validate_python(RIGHT[item.id])).points == points


@given(typed=st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_gets_a_verdict(typed: str) -> None:
    for item in (numeric(), short(), text()):
        score = grade(item, RESPONSE.validate_python({"kind": item.kind, "text": typed}))
        assert_in_range(item, score)
        assert (score.outcome == "unanswered") == (not typed.strip())


@given(item=ITEMS, raw=RESPONSES | st.none())
@settings(max_examples=200, deadline=None)
def test_feedback_has_the_shape_that_widgets_expect(item: Item, raw: dict[str, Any] | None) -> None:
    feedback = judge(item, raw)

    assert set(feedback) - {"more"} == {"outcome", "title", "body", "marks"}
    assert ("more" in feedback) is (feedback["outcome"] == "wrong")
    assert feedback["outcome"] in ("right", "partly", "wrong", "unsure")
    assert feedback["title"]
    assert all(isinstance(line, str) and line for line in feedback["body"])
    assert all(set(mark) == {"outcome", "why"} for mark in feedback["marks"].values())
