from __future__ import annotations

from typing import Any

import pytest
from fake_page import FakePage, scenarios
from ipywidgets import Widget

from widgets import AddressReader, Mailbox, OpenData
from widgets.open_data.chart import draw, finding

SCENARIOS = scenarios()
FIRST = SCENARIOS["mailbox"]["messages"][0]["id"]
CHECKED = [
    {"do": "open", "message": FIRST},
    {"do": "decide", "message": FIRST, "decision": "fraud"},
    {"do": "check", "message": FIRST},
]


def page() -> FakePage:
    return FakePage(scenarios=SCENARIOS)


def send(widget: Any, kind: str, actions: list[dict[str, Any]], seq: int = 1) -> list[dict[str, Any]]:
    response = {"kind": widget.kind, "actions": actions}
    return list(widget.receive({"type": kind, "exercise": widget.exercise, "seq": seq, "response": response}))


def test_the_page_shows_the_state_that_the_replay_gives_not_one_the_browser_claims() -> None:
    mailbox = Mailbox("mailbox", page())

    saved, shown = send(mailbox, "check", CHECKED)

    assert saved["type"] == "saved"
    assert shown["state"]["messages"][FIRST]["decision"] == "fraud"
    assert shown["feedbacks"][FIRST]["outcome"] in {"right", "partly", "wrong"}


def test_nothing_is_judged_before_somebody_asks() -> None:
    mailbox = Mailbox("mailbox", page())

    _, shown = send(mailbox, "save", CHECKED[:2])

    assert shown["feedbacks"] == {}


def test_an_impossible_action_is_left_out_and_the_browser_is_told() -> None:
    fake = page()
    mailbox = Mailbox("mailbox", fake)

    _, shown = send(mailbox, "save", [{"do": "check", "message": FIRST}, CHECKED[0], {"do": "cheat"}])

    assert shown["actions"] == [CHECKED[0]]
    assert fake.answers["mailbox"]["response"]["actions"] == [CHECKED[0]]


def test_a_mailbox_opened_again_is_as_it_was_left() -> None:
    fake = page()
    send(Mailbox("mailbox", fake), "check", CHECKED)

    again = Mailbox("mailbox", fake)

    assert again.state["messages"][FIRST]["checked"]
    assert FIRST in again.feedbacks
    assert again.saved is not None
    assert again.saved["response"]["actions"] == CHECKED


def test_a_simulator_counts_as_checked_only_when_all_of_it_was_worked_through() -> None:
    fake = page()
    mailbox = Mailbox("mailbox", fake)
    every = [{**action, "message": message["id"]} for message in SCENARIOS["mailbox"]["messages"] for action in CHECKED]
    steps = [piece["id"] for piece in SCENARIOS["mailbox"]["steps"]["pieces"]]

    send(mailbox, "check", CHECKED, seq=1)
    after_one = fake.answers["mailbox"]["checked"]
    send(mailbox, "check", [*every, {"do": "order", "steps": steps}, {"do": "check_order"}], seq=2)

    assert (after_one, fake.answers["mailbox"]["checked"]) == (False, True)


@pytest.mark.parametrize("widget", [Mailbox, AddressReader, OpenData])
def test_what_gives_a_simulator_away_stays_in_the_kernel(widget: Any) -> None:
    spec = str(widget(widget.kind, page()).get_state()["spec"])

    for secret in ("'sign'", "'genuine'", "'verdict':", "'why'", "'key'", "'imitates'", "'lesson'"):
        assert secret not in spec


def test_an_address_is_judged_after_checking() -> None:
    address = SCENARIOS["address"]["addresses"][0]["id"]
    reader = AddressReader("address", page())

    _, shown = send(reader, "check", [
        {"do": "pick", "address": address, "domain": "lv"}, {"do": "say", "address": address, "verdict": "real"},
        {"do": "check", "address": address},
    ])  # fmt: skip

    assert shown["feedbacks"][address]["marks"]["domain"]["outcome"] == "wrong"


def test_arranging_the_table_sends_the_table_and_answering_does_not() -> None:
    data = OpenData("open_data", page())
    question = SCENARIOS["open_data"]["questions"][0]["id"]
    per_1000 = {"do": "per_1000", "on": True}

    arranged = send(data, "save", [per_1000], seq=1)
    answered = send(data, "save", [per_1000, {"do": "answer", "question": question, "text": "Rīga"}], seq=2)

    assert [reply["type"] for reply in arranged] == ["saved", "shown", "view"]
    assert [reply["type"] for reply in answered] == ["saved", "shown"]


def test_the_chart_has_both_themes_and_the_numbers_of_the_table() -> None:
    data = OpenData("open_data", page())
    column = SCENARIOS["open_data"]["start_columns"][-1]

    view = send(data, "save", [{"do": "chart", "column": column}])[-1]["view"]

    chart = view["chart"]
    assert chart["light"].startswith("data:image/svg+xml;base64,")
    assert chart["light"] != chart["dark"]
    assert set(chart["labels"]) <= {row[0] for row in view["rows"]}
    assert chart["says"] in chart["alt"]


def test_a_missing_number_is_drawn_as_unknown_and_not_as_zero() -> None:
    chart = {"title": "Saņēmēji", "labels": ["A", "B"], "values": [float("nan"), 3.0], "decimals": 0, "hidden": 0}

    said = finding(chart)

    assert said["says"] == "Saņēmēji: visvairāk – B (3)"
    assert draw(chart, "light") != draw({**chart, "values": [0.0, 3.0]}, "light")


def test_the_same_chart_is_drawn_the_same() -> None:
    chart = {"title": "Saņēmēji", "labels": ["Rīga"], "values": [1.0], "decimals": 0, "hidden": 0}

    assert draw(chart, "dark") == draw(chart, "dark")


def test_the_first_message_of_a_place_has_all_that_a_browser_needs_to_draw_it() -> None:
    told: list[dict[str, Any]] = []
    open_comm = Widget.open

    def listen(widget: Widget) -> None:
        told.append(dict(widget.get_state()))
        open_comm(widget)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Widget, "open", listen)
        Mailbox("mailbox", page())

    assert len(told) == 1, "a layout of its own may be missed by a browser that begins to listen after it"
    assert told[0]["state"] and told[0]["progress"]
    assert "layout" not in told[0]
