from __future__ import annotations

from fake_page import ITEMS, FakePage

from lideri.errors import AttemptClosed, StoreBusy
from widgets import Assessment


def test_opening_the_page_starts_no_attempt() -> None:
    page = FakePage()

    assessment = Assessment(page)

    assert (assessment.attempt, assessment.outline["items"]) == (None, len(ITEMS))
    assert page.answers == {}


def test_starting_gives_the_items_as_data_for_the_browser() -> None:
    assessment = Assessment(FakePage())

    replies = assessment.receive({"type": "start"})

    assert replies == [{"type": "started"}]
    assert assessment.attempt is not None
    assert assessment.attempt["items"][0]["stem"] == ITEMS["viena"].stem


def test_an_open_attempt_is_continued_with_its_answers() -> None:
    page = FakePage()
    first = Assessment(page)
    first.receive({"type": "start"})
    response = {"kind": "number", "text": "105,4"}
    first.receive({"type": "save", "exercise": "skaitlis", "seq": 4, "response": response})

    again = Assessment(page)

    assert again.attempt is not None
    assert again.attempt["answers"]["skaitlis"]["response"] == response


def test_nothing_in_an_assessment_gives_feedback() -> None:
    assessment = Assessment(FakePage())
    message = {"exercise": "viena", "seq": 1, "response": {"kind": "single_choice", "choice": "b"}}

    saved = assessment.receive({"type": "save", **message})
    checked = assessment.receive({"type": "check", **message})

    assert ([reply["type"] for reply in saved], checked) == (["saved"], [])


def test_submitting_says_where_the_result_is() -> None:
    page = FakePage()
    assessment = Assessment(page)
    assessment.receive({"type": "start"})

    [reply] = assessment.receive({"type": "submit", "answered": 3})

    assert (reply["type"], reply["result_url"]) == ("submitted", "/rezultats")
    assert page.answers["!submitted"]["response"]["answered"] == 3


def test_a_submission_that_fails_says_why() -> None:
    page = FakePage()
    assessment = Assessment(page)
    page.broken = AttemptClosed("Darbs jau ir iesniegts.")

    [reply] = assessment.receive({"type": "submit", "answered": 3})

    assert reply == {"type": "failed", "message": "Darbs jau ir iesniegts.", "retry": False}


def test_when_the_service_is_away_the_page_says_so_instead_of_showing_an_empty_start(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    page = FakePage()

    def away() -> None:
        raise StoreBusy("Serveris pašlaik neatbild.")

    monkeypatch.setattr(page, "outline", away)

    assert Assessment(page).problem == "Serveris pašlaik neatbild."


def test_a_task_in_a_practice_place_shows_its_state_and_nothing_about_right_and_wrong() -> None:
    page = FakePage()
    assessment = Assessment(page)
    assessment.receive({"type": "start"})
    actions = [{"do": "put", "card": "k1", "bin": "b"}, {"do": "put", "card": "k9", "bin": "b"}]
    response = {"kind": "simulation", "actions": actions}

    saved, shown = assessment.receive({"type": "save", "exercise": "vieta", "seq": 1, "response": response})

    assert saved["type"] == "saved"
    assert shown == {
        "type": "shown",
        "exercise": "vieta",
        "seq": 1,
        "state": {"placed": {"k1": "b"}, "checked": False, "tries": 0},
        "actions": actions[:1],
    }
    again = Assessment(page)
    assert again.attempt is not None
    assert again.attempt["states"] == {"vieta": {"placed": {"k1": "b"}, "checked": False, "tries": 0}}
