from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lideri.errors import InvalidAnswer, NotFound
from lideri.workbook import KernelPage, open_page
from widgets.protocol import AssessmentPage, Page

ITEM, MAILBOX = "m02.1-p1", "m02.1-pastkaste"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {"LIDERI_DATA": str(tmp_path)}


@pytest.fixture
def page(environment: dict[str, str]) -> KernelPage:
    return open_page("2.1", environment)


def test_the_page_is_what_widgets_expect(page: KernelPage) -> None:
    assert isinstance(page, Page)
    assert isinstance(page, AssessmentPage)


def test_a_saved_answer_is_there_when_the_page_is_opened_again(page: KernelPage, environment: dict[str, str]) -> None:
    response = {"kind": "single_choice", "choice": "c"}

    saved_at = page.save(ITEM, response, seq=5, checked=True)

    again = open_page("2.1", environment).saved(ITEM)
    assert again is not None
    assert (again["response"], again["seq"], again["checked"], again["saved_at"]) == (response, 5, True, saved_at)


def test_an_older_answer_never_overwrites_a_newer_one(page: KernelPage, environment: dict[str, str]) -> None:
    page.save(ITEM, {"kind": "single_choice", "choice": "c"}, seq=9, checked=False)

    page.save(ITEM, {"kind": "single_choice", "choice": "a"}, seq=8, checked=False)

    for opened in (page, open_page("2.1", environment)):
        saved = opened.saved(ITEM)
        assert saved is not None
        assert saved["response"]["choice"] == "c"


def test_an_item_comes_without_its_key(page: KernelPage) -> None:
    assert not {"key", "explanation", "accept"} & set(page.item(ITEM).model_dump())


def test_a_practice_answer_is_judged_here(page: KernelPage) -> None:
    outcomes = {
        page.judge(ITEM, {"kind": "single_choice", "choice": option.id})["outcome"]
        for option in page.item(ITEM).options
    }

    assert outcomes == {"right", "wrong"}


def test_a_simulator_is_judged_by_replaying_its_actions(page: KernelPage) -> None:
    message = page.scenario(MAILBOX)["messages"][0]["id"]
    actions = [
        {"do": "open", "message": message},
        {"do": "decide", "message": message, "decision": "ask"},
        {"do": "check", "message": message},
    ]

    feedback = page.judge(MAILBOX, {"kind": "mailbox", "actions": actions})

    assert feedback["outcome"] == "partly"


def test_a_scenario_comes_without_what_gives_it_away(page: KernelPage) -> None:
    shown = str(page.scenario(MAILBOX))

    assert "'sign'" not in shown
    assert "'genuine'" not in shown


def test_an_unknown_exercise_is_named_in_the_message(page: KernelPage) -> None:
    for ask in (page.item, page.scenario):
        with pytest.raises(NotFound, match="«nav-tada» nav"):
            ask("nav-tada")


def test_a_response_of_no_known_shape_is_refused(page: KernelPage) -> None:
    with pytest.raises(InvalidAnswer, match="Atbildi neizdevās nolasīt"):
        page.save(ITEM, {"kind": "single_choice", "choice": ["c"]}, seq=1, checked=False)

    assert page.saved(ITEM) is None


def test_answering_before_starting_the_assessment_says_what_to_do(environment: dict[str, str]) -> None:
    with pytest.raises(NotFound, match="Pārlādē lapu un sāc to"):
        open_page("2/parbaude", environment).save_answer("x", {}, seq=1)


def test_importing_the_page_object_loads_nothing_heavy() -> None:
    code = "import sys, lideri.workbook, widgets; print([m for m in sys.argv[1:] if m in sys.modules])"

    heavy = ["pandas", "matplotlib", "sqlalchemy", "pydantic", "tornado", "anywidget", "tldextract"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
