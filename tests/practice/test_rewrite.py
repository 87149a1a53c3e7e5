"""«Pārraksti saprotami»: what is told after checking, and that a count never calls a person's text wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lideri.errors import InvalidAnswer
from lideri.practice import judge, machine, replay, restore
from lideri.practice.rewrite import LONGEST_TEXT
from lideri.practice.scenarios import read_scenario

ROOT = Path(__file__).parents[2]
SAMPLE: dict[str, Any] = yaml.safe_load((ROOT / "widgets/rewrite/sample.yml").read_text(encoding="utf-8"))
SCENARIO = read_scenario(SAMPLE)
RUNS = machine("rewrite")


def told(value: str) -> Any:
    actions = [{"do": "write", "text": "vestule", "value": value}, {"do": "check", "text": "vestule"}]
    return judge(SCENARIO, {"kind": "rewrite", "actions": actions})


def test_the_sample_is_right_and_the_reader_still_compares_the_meaning() -> None:
    feedback = told(SCENARIO["texts"][0]["sample"])

    assert feedback.outcome == "right"
    assert "jēga" in feedback.body[0]


def test_a_sample_of_several_lines_keeps_them() -> None:
    lines = ["No 1. līdz 5. decembrim bibliotēkā ir remonts.", "Grāmatas varat nodot kastē."]
    text = {**SAMPLE["texts"][0], "sample": "\n".join(lines)}
    scenario = read_scenario({**SAMPLE, "texts": [text]})
    actions = [{"do": "write", "text": "vestule", "value": lines[0]}, {"do": "check", "text": "vestule"}]

    body = judge(scenario, {"kind": "rewrite", "actions": actions}).body

    assert list(body[-3:]) == ["Viens no labiem variantiem:", *lines]


def test_what_was_left_out_is_named_and_may_be_said_in_other_words() -> None:
    feedback = told("Bibliotēkā būs remonts, mēs strādāt nevarēsim. Grāmatas varat nodot kastē.")

    assert feedback.outcome == "partly"
    assert feedback.body[0] == "Neatradām: kurās dienās ir slēgts."
    assert feedback.marks["keep-0"].outcome == "unsure" and feedback.marks["keep-1"].outcome == "right"


@pytest.mark.parametrize("value", ["", "   ", "Jā, protams.", SAMPLE["texts"][0]["original"]])
def test_nothing_to_compare_is_no_mistake_and_not_done_yet(value: str) -> None:
    check = {"do": "check", "text": "vestule", "value": value}
    actions = [{"do": "write", "text": "vestule", "value": value}, check]

    assert told(value).outcome == "unsure" and told(value).body
    assert RUNS.done(replay("rewrite", SCENARIO, actions)) == ()


def test_what_was_checked_once_stays_done_though_its_words_were_forgotten() -> None:
    good = SCENARIO["texts"][0]["sample"]
    kept = [{"do": "check", "text": "vestule", "value": good}, {"do": "write", "text": "vestule", "value": ""}]
    older = [{"do": "check", "text": "vestule"}, {"do": "write", "text": "vestule", "value": good}]

    assert RUNS.done(replay("rewrite", SCENARIO, kept)) == ("vestule",)
    assert RUNS.done(replay("rewrite", SCENARIO, older)) == ("vestule",)


def test_a_field_never_touched_is_told_how_to_begin() -> None:
    feedback = judge(SCENARIO, {"kind": "rewrite", "actions": [{"do": "check", "text": "vestule"}]})

    assert feedback.title == "Te vēl nav ko apskatīt."


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (SAMPLE["texts"][0]["original"].replace("laika periodā ", ""), "Jau vienkāršāk."),
        (SAMPLE["texts"][0]["original"] + " Iesniegums tiek izskatīts.", "Vēl nav vienkāršāk."),
    ],
)
def test_one_step_towards_plain_is_seen_though_the_limits_are_far(value: str, title: str) -> None:
    assert told(value).title == title


@given(st.text(max_size=400))
@settings(deadline=None)
def test_no_text_is_ever_called_wrong(value: str) -> None:
    assert told(value).outcome in ("right", "partly", "unsure")


def test_writing_again_makes_a_text_unchecked_and_keeps_that_it_was_tried() -> None:
    write = {"do": "write", "text": "vestule", "value": "Slēgts no 1. līdz 5. decembrim, kastē."}
    state = replay("rewrite", SCENARIO, [write, {"do": "check", "text": "vestule"}, write])

    assert RUNS.checked(SCENARIO, state) == () and RUNS.done(state) == ("vestule",)
    with pytest.raises(InvalidAnswer):
        RUNS.feedback(SCENARIO, state, "vestule")


def test_what_cannot_come_from_the_page_is_refused_and_the_rest_is_kept() -> None:
    bad = [{"do": "write", "text": "cits", "value": "x"}, {"do": "write", "text": "vestule", "value": 7}]
    bad += [{"do": "write", "text": "vestule", "value": "x" * (LONGEST_TEXT + 1)}, {"do": "score"}]
    bad += [{"do": "check", "text": "vestule", "value": 7}]
    for action in bad:
        with pytest.raises(InvalidAnswer):
            replay("rewrite", SCENARIO, [action])

    state, kept = restore("rewrite", SCENARIO, [*bad, {"do": "check", "text": "vestule"}])
    assert len(kept) == 1 and RUNS.checked(SCENARIO, state) == ("vestule",)


def test_the_page_gets_no_sample_and_no_key() -> None:
    shown = str(RUNS.shown(SCENARIO))

    assert SCENARIO["texts"][0]["sample"] not in shown
    assert "any" not in RUNS.shown(SCENARIO)["texts"][0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sample": "Bibliotēkā ir remonts un mēs strādāt nevarēsim, nāciet citreiz."}, "neatrodu"),
        ({"sample": "Tiek slēgts no 1. līdz 5. decembrim, grāmatas kastē."}, "ciešamā kārta"),
        ({"keep": [{"id": "a", "text": "Tā nav", "any": ["nav tekstā"]}, SAMPLE["texts"][0]["keep"][0]]}, "neatrodu"),
    ],
)
def test_an_author_is_told_when_the_sample_breaks_its_own_rules(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        read_scenario({**SAMPLE, "texts": [{**SAMPLE["texts"][0], **change}]})
