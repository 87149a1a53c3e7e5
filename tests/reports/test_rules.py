"""The programme's decisions in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from lideri.reports.rules import Rule, rule_groups
from lideri.settings import CourseSettings, read_course_settings

SETTINGS = read_course_settings(Path(__file__).parents[2] / "course_data" / "settings.yml")


def changed(name: str, status: str = "pieņēmums", **value: object) -> CourseSettings:
    decision = getattr(SETTINGS, name)
    new = value["value"] if "value" in value else decision.value.model_copy(update=value)
    return SETTINGS.model_copy(update={name: decision.model_copy(update={"value": new, "status": status})})


def rule(settings: CourseSettings, name: str) -> Rule:
    return next(one for group in rule_groups(settings) for one in group.rules if one.name == name)


def test_every_decision_of_the_settings_is_told_once() -> None:
    names = [one.name for group in rule_groups(SETTINGS) for one in group.rules]

    assert sorted(names) == sorted(CourseSettings.model_fields)


def test_a_decision_says_what_holds_and_whether_it_is_sure_without_saying_so_twice() -> None:
    for group in rule_groups(SETTINGS):
        for one in group.rules:
            assert one.says and all(sentence and sentence[-1] == "." for sentence in one.says), one.name
            assert "jāapstiprina" not in " ".join((*one.says, one.note)), one.name
            assert one.is_assumption is (getattr(SETTINGS, one.name).status == "pieņēmums")


@pytest.mark.parametrize(
    ("settings", "name", "says"),
    [
        (changed("pass_share", value=0.75), "pass_share", "No 75 % punktu."),
        (changed("attempts_allowed", value=1), "attempts_allowed", "1 reizi;"),
        (changed("attempt_that_counts", value="last"), "attempt_that_counts", "Pēdējais."),
        (changed("final_test", opens_when="uzreiz"), "final_test", "Pieejams jebkurā laikā."),
        (changed("start_test", skipped_need_no_pages=False), "start_test", "Arī izlaista moduļa nodaļas"),
        (changed("second_marking", share=0.0), "second_marking", "Otro vērtējumu neprasa."),
        (changed("certificate", modules_passed=("1", "2")), "certificate", "Ieskaitīts 1., 2. moduļa pārbaudes darbs"),
        (changed("login_link_days", value=21), "login_link_days", "Der 21 dienu."),
    ],
)
def test_another_value_is_told_in_other_words(settings: CourseSettings, name: str, says: str) -> None:
    assert any(says in sentence for sentence in rule(settings, name).says)


def test_what_was_confirmed_is_no_assumption_any_more() -> None:
    assert rule(SETTINGS, "certificate").is_assumption
    assert not rule(changed("certificate", "apstiprināts", final_test=True), "certificate").is_assumption
