from __future__ import annotations

from pathlib import Path

import pytest

from lideri.errors import AttemptClosed, InvalidAnswer, NotFound
from lideri.workbook import KernelPage, open_page


@pytest.fixture
def page(tmp_path: Path) -> KernelPage:
    return open_page("2/parbaude", {"LIDERI_DATA": str(tmp_path)})


def test_without_a_hub_an_assessment_goes_from_start_to_submission(page: KernelPage) -> None:
    before = page.outline()
    attempt = page.attempt()
    item = attempt["items"][0]

    page.save_answer(item["id"], {"kind": item["kind"]}, seq=1)
    first = page.submit(answered=1)
    second = page.submit(answered=1)

    assert (before["open"], before["number"], attempt["number"]) == (False, 1, 1)
    assert first["state"] != "open"
    assert second["submitted_at"] == first["submitted_at"]
    assert page.outline()["number"] == 2


def test_looking_at_the_outline_starts_nothing(page: KernelPage) -> None:
    page.outline()

    assert page.outline()["open"] is False


def test_a_submitted_attempt_takes_no_more_answers(page: KernelPage) -> None:
    item = page.attempt()["items"][0]
    page.submit(answered=0)

    with pytest.raises(AttemptClosed, match="jau ir iesniegts"):
        page.save_answer(item["id"], {"kind": item["kind"]}, seq=1)


def test_an_item_of_another_form_is_refused(page: KernelPage) -> None:
    page.attempt()

    with pytest.raises(InvalidAnswer, match="tāda uzdevuma nav"):
        page.save_answer("m02-cits", {"kind": "number", "text": "1"}, seq=1)


def test_a_module_without_an_assessment_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="pārbaudes darba vēl nav"):
        open_page("12/parbaude", {"LIDERI_DATA": str(tmp_path)}).outline()


def test_the_submodules_are_named_on_the_assessment(page: KernelPage) -> None:
    assert page.outline()["submodules"]["2.1"] == "Kibernoziegumu riski"
