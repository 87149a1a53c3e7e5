"""What one can choose in the log of help."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

import course_data
from lideri.course.help_log import load_help_lists, read_help_lists


def as_written() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(course_data.path("help_log.yml").read_text(encoding="utf-8"))
    return found


def test_only_services_that_exist_can_be_chosen() -> None:
    lists = load_help_lists()

    assert len(lists.services) >= 15
    assert not any("Ezerkrast" in one.title or "Priežkaln" in one.institution for one in lists.services)


def test_an_id_that_stands_twice_is_found() -> None:
    lists = as_written()
    lists["situations"].append(lists["situations"][0])

    with pytest.raises(ValidationError, match="divreiz tas pats id: situations"):
        read_help_lists(lists)


def test_four_steps_say_how_much_was_done_alone() -> None:
    lists = as_written()
    lists["alone"].pop()

    with pytest.raises(ValidationError, match="at least 4"):
        read_help_lists(lists)


def test_words_of_something_no_longer_in_the_lists_are_its_id() -> None:
    lists = load_help_lists()

    assert lists.situation("izmests") == lists.service("izmests") == lists.next_words("izmests") == "izmests"
