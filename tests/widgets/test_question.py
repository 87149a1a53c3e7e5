from __future__ import annotations

from typing import Any

import pytest
from fake_page import ITEMS, FakePage

from lideri.errors import AttemptClosed, StoreBusy
from widgets import Question
from widgets.base import UNEXPECTED
from widgets.exercise import JUDGE_FAILED

CHOICE = {"kind": "single_choice", "choice": "a"}


def message(kind: str, response: Any = CHOICE, seq: Any = 7) -> dict[str, Any]:
    return {"type": kind, "exercise": "viena", "seq": seq, "response": response}


def test_a_wrong_option_shows_what_the_judge_says_about_it() -> None:
    question = Question("viena", FakePage())

    saved, feedback = question.receive(message("check"))

    assert saved["type"] == "saved"
    assert feedback["feedback"]["marks"]["a"]["why"] == "Iesniegums var pagaidīt."


def test_saved_is_said_only_after_the_page_has_the_answer() -> None:
    page = FakePage()
    question = Question("viena", page)

    [reply] = question.receive(message("save"))

    assert reply == {"type": "saved", "exercise": "viena", "seq": 7, "saved_at": page.answers["viena"]["saved_at"]}
    assert page.answers["viena"]["response"] == CHOICE


def test_an_answer_that_could_not_be_saved_now_is_asked_for_again() -> None:
    page = FakePage()
    page.broken = StoreBusy("Serveris pašlaik neatbild.")

    [reply] = Question("viena", page).receive(message("check"))

    assert reply == {
        "type": "failed", "exercise": "viena", "seq": 7, "message": "Serveris pašlaik neatbild.", "retry": True,
    }  # fmt: skip


def test_a_refused_answer_is_not_sent_again_and_again() -> None:
    page = FakePage()
    page.broken = AttemptClosed("Darbs jau ir iesniegts.")

    [reply] = Question("viena", page).receive(message("save"))

    assert (reply["retry"], reply["message"]) == (False, "Darbs jau ir iesniegts.")


def test_a_judge_that_fails_loses_no_answer_and_is_not_the_trainees_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    page = FakePage()
    monkeypatch.setattr(page, "judge", lambda *_: 1 / 0)

    saved, feedback = Question("viena", page).receive(message("check"))

    assert saved["type"] == "saved"
    assert (feedback["feedback"]["outcome"], feedback["feedback"]["body"]) == ("unsure", [JUDGE_FAILED])


def test_an_unexpected_failure_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    page = FakePage()
    monkeypatch.setattr(page, "save", lambda *_, **__: 1 / 0)

    [reply] = Question("viena", page).receive(message("save"))

    assert (reply["type"], reply["message"], reply["retry"]) == ("failed", UNEXPECTED, True)


@pytest.mark.parametrize(("response", "seq"), [("b", 1), (None, 1), (CHOICE, "1"), (CHOICE, True), (CHOICE, -1)])
def test_a_message_that_is_no_answer_changes_nothing(response: Any, seq: Any) -> None:
    page = FakePage()

    [reply] = Question("viena", page).receive(message("save", response, seq))

    assert (reply["type"], reply["retry"]) == ("failed", False)
    assert reply["message"] == "Atbildi neizdevās nolasīt. Pārlādē lapu un mēģini vēlreiz."
    assert page.answers == {}


@pytest.mark.parametrize("content", [None, "save", {"type": "__init__"}, {"type": "receive"}, {}])
def test_unknown_messages_are_left_alone(content: Any) -> None:
    assert Question("viena", FakePage()).receive(content) == []


def test_what_was_saved_is_shown_when_the_page_is_opened_again() -> None:
    page = FakePage()
    Question("viena", page).receive(message("save"))

    again = Question("viena", page)

    assert again.saved is not None
    assert (again.saved["response"], again.saved["seq"]) == (CHOICE, 7)


def test_asking_for_feedback_marks_the_exercise_as_checked_and_saving_does_not() -> None:
    page = FakePage()
    question = Question("viena", page)

    question.receive(message("save", seq=1))
    before = page.answers["viena"]["checked"]
    question.receive(message("check", seq=2))

    assert (before, page.answers["viena"]["checked"]) == (False, True)


@pytest.mark.parametrize("exercise", ITEMS)
def test_nothing_that_goes_to_the_browser_names_a_key(exercise: str) -> None:
    state = Question(exercise, FakePage()).get_state()

    item = ITEMS[exercise]
    shown = set(type(item).model_fields) - (set() if item.scenario else {"scenario"})
    assert set(state["spec"]) == shown
    assert not {"key", "accept", "explanation", "tolerance"} & set(state["spec"])


def test_the_widgets_module_builds_no_markup_from_data() -> None:
    for widget in ("question", "mailbox", "open_data", "address_reader", "assessment", "save_status"):
        from widgets.base import esm

        assert "innerHTML" not in esm(widget)
        assert "insertAdjacentHTML" not in esm(widget)
