"""When a letter counts as notified: the law's two ways, Latvia's holidays, and the cases that people solve."""

from __future__ import annotations

import doctest
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import course_data
from lideri.course.items import Simulation
from lideri.course.loading import load_course
from lideri.errors import InvalidAnswer
from lideri.practice import judge, machine, replay, restore
from lideri.practice import working_days as days
from lideri.practice.notice_date import UNREAD, NoticeDateScenario, calculated, slip
from lideri.practice.release import scenario_of
from lideri.practice.scenarios import load_scenario, read_scenario

Scenario = Mapping[str, Any]
sending = st.dates(days.FIRST, days.LAST)
RUNS = machine("notice_date")


@pytest.fixture(scope="module")
def cases() -> Scenario:
    return load_scenario(course_data.path(), "m05.3-diena")


def scenario(sent: str, **more: Any) -> dict[str, Any]:
    case = {"id": "viens", "title": "Viens", "text": "Vēstule.", "sent": sent, **more}
    whole = {"id": "p", "kind": "notice_date", "title": "P", "intro": "P", "cases": [case], "facts": ["x"]}
    return read_scenario(whole)


# ── the calendar ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_calendar_has_the_holidays_of_the_law_and_nothing_else_on_working_days() -> None:
    # Likums «Par svētku, atceres un atzīmējamām dienām», section 1; Easter: 5 April 2026, 28 March 2027.
    fixed = [(1, 1), (5, 1), (5, 4), (6, 23), (6, 24), (11, 18), (12, 24), (12, 25), (12, 26), (12, 31)]
    good_friday_to_monday = [date(2026, 4, 3), date(2026, 4, 5), date(2026, 4, 6)]
    good_friday_to_monday += [date(2027, 3, 26), date(2027, 3, 28), date(2027, 3, 29)]
    sundays = [date(2026, 5, 10), date(2026, 5, 24), date(2027, 5, 9), date(2027, 5, 16)]  # Mothers' Day, Pentecost

    expected = {date(year, *day) for year in (2026, 2027) for day in fixed} | {*good_friday_to_monday, *sundays}

    assert {day for day in days.HOLIDAYS if day.year < 2028} == expected
    assert days.HOLIDAYS[date(2026, 11, 18)] == "Latvijas Republikas Proklamēšanas diena"


def test_a_national_holiday_on_a_weekend_gives_the_next_working_day_off() -> None:
    from holidays.countries.latvia import Latvia

    calendar = Latvia(years=(2024, 2025), language="lv")

    # 4 May 2025 was a Sunday; the law moves 4 May and 18 November, and no other day.
    assert date(2025, 5, 5) in calendar
    assert date(2026, 12, 28) not in days.HOLIDAYS  # 26 December 2026 is a Saturday
    assert date(2027, 5, 3) not in days.HOLIDAYS  # 1 May 2027 is a Saturday


def test_moved_working_days_are_known_and_not_taken_for_holidays() -> None:
    assert dict(days.MOVED) == {date(2026, 1, 2): date(2026, 1, 17), date(2026, 6, 22): date(2026, 6, 27)}
    assert days.is_working_day(date(2026, 6, 22))
    assert not days.is_working_day(date(2026, 6, 27))


@pytest.mark.parametrize(
    ("sent", "on"),
    [
        ("2026-10-09", "2026-10-13"),  # Friday at 17.00 → Tuesday
        ("2026-11-16", "2026-11-19"),  # Monday; the 18th does not count
        ("2026-11-17", "2026-11-20"),
        ("2026-04-30", "2026-05-06"),  # 1 and 4 May with a weekend between them
        ("2026-06-23", "2026-06-26"),  # sent on Līgo itself
        ("2026-12-23", "2026-12-29"),
        ("2026-12-30", "2027-01-05"),
        ("2027-03-25", "2027-03-31"),  # before Easter
        ("2027-12-30", "2028-01-04"),
        ("2026-10-10", "2026-10-13"),  # on a Saturday
    ],
)
def test_a_letter_in_the_e_address_is_notified_on_the_second_working_day_after(sent: str, on: str) -> None:
    assert days.notified(date.fromisoformat(sent), "e_address") == date.fromisoformat(on)


@given(sending)
def test_exactly_two_working_days_pass_and_the_last_is_the_day(sent: date) -> None:
    on = days.notified(sent, "e_address")

    between = [sent + timedelta(days=place) for place in range(1, (on - sent).days + 1)]
    assert sum(days.is_working_day(day) for day in between) == 2
    assert days.is_working_day(on)
    assert [each.day for each in days.counting(sent, "e_address")] == between


@given(sending)
def test_a_registered_letter_is_notified_a_week_after_it_was_handed_to_the_post(sent: date) -> None:
    assert days.notified(sent, "registered") == sent + timedelta(days=7)


@given(sending, sending)
def test_a_later_letter_is_never_notified_earlier(one: date, other: date) -> None:
    first, second = sorted([one, other])

    assert days.notified(first, "e_address") <= days.notified(second, "e_address")


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(days) == doctest.TestResults(failed=0, attempted=3)


# ── what people type ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    ["24.11.", "24.11", " 24. 11. ", "24/11", "24-11", "24.11.2026", "24.11.2026.", "24. 11. 2026. g.", "2026-11-24",
     "24. novembris", "24. novembrī", "24 nov", "2026. gada 24. novembrī", "24. NOVEMBRIS"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert days.read_day(text, date(2026, 11, 20)) == date(2026, 11, 24)


@pytest.mark.parametrize("text", ["", "rīt", "24", "31.2.", "0.11.", "24.13.", "24. martobris", "1.1.1.1", "²4.11."])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert days.read_day(text, date(2026, 11, 20)) is None


def test_a_day_without_a_year_is_the_one_that_is_coming() -> None:
    assert days.read_day("5.1.", date(2026, 12, 30)) == date(2027, 1, 5)
    assert days.read_day("29.12.", date(2026, 12, 30)) == date(2026, 12, 29)
    assert days.read_day("5.1.") is None


@given(sending, st.text(max_size=20))
def test_no_text_breaks_the_reading(near: date, text: str) -> None:
    assert days.read_day(text, near) is None or isinstance(days.read_day(text, near), date)


@given(sending, st.integers(0, 200))
def test_a_day_written_with_points_comes_back(near: date, later: int) -> None:
    day = near + timedelta(days=later)

    assert days.read_day(f"{day.day}.{day.month}.", near) == day


# ── the calculator ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_calculator_counts_both_ways_day_by_day() -> None:
    found = calculated("17.11.2026.")

    e_address, registered = found["ways"]
    assert (e_address["on"], registered["on"]) == ("piektdien, 20. novembrī", "otrdien, 24. novembrī")
    assert e_address["steps"] == [
        "Otrdiena, 17. novembris: vēstule nosūtīta. Šo dienu neskaita.",
        "Trešdiena, 18. novembris: svētku diena (Latvijas Republikas Proklamēšanas diena), neskaita.",
        "Ceturtdiena, 19. novembris: 1. darba diena.",
        "Piektdiena, 20. novembris: 2. darba diena. Vēstule uzskatāma par paziņotu.",
    ]
    assert found["moved"] == []


def test_the_calculator_says_when_a_working_day_was_moved() -> None:
    moved = calculated("19.06.2026.")["moved"]

    assert len(moved) == 1
    assert "22.06.2026." in moved[0] and "27.06.2026." in moved[0] and "Jautā iestādei" in moved[0]


@pytest.mark.parametrize(
    ("text", "problem"), [("5.1.", "ar gadu"), ("vakar", "ar gadu"), ("1.1.2030.", "2026. un 2027.")]
)
def test_the_calculator_says_what_it_does_not_know(text: str, problem: str) -> None:
    found = calculated(text)

    assert problem in found["problem"] and "ways" not in found


def test_a_task_without_a_calculator_refuses_it() -> None:
    with pytest.raises(InvalidAnswer, match="nav darbības «calculate»"):
        replay("notice_date", scenario("2026-10-09"), [{"do": "calculate", "text": "9.10.2026."}])


def test_no_scored_task_has_a_calculator() -> None:
    scored = [scenario_of(item) for item in load_course().items.values() if isinstance(item, Simulation)]

    assert [each["id"] for each in scored if each["kind"] == "notice_date" and each["calculator"]] == []


# ── cases ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_solved_in_the_calendar_or_by_typing(cases: Scenario) -> None:
    picked = [{"do": "pick", "case": "piektdiena", "day": "2026-10-13"}, {"do": "check", "case": "piektdiena"}]
    written = [{"do": "type", "case": "maijs", "text": "6.5."}, {"do": "check", "case": "maijs"}]

    for actions, name in ((picked, "piektdiena"), (written, "maijs")):
        told = judge(cases, {"kind": "notice_date", "actions": actions, "about": name})
        assert told.outcome == "right"
        assert any("2. darba diena" in line for line in told.body)


def test_what_cannot_be_read_is_kept_and_said() -> None:
    one = scenario("2026-10-09")

    state = replay("notice_date", one, [{"do": "type", "case": "viens", "text": "otrdien"}])

    assert state.case("viens").problem == UNREAD
    with pytest.raises(InvalidAnswer, match="Vispirms izvēlies"):
        RUNS.apply(one, state, {"do": "check", "case": "viens"})
    assert RUNS.told(one, state) == ["Viens – «otrdien» (datumu nevarējām saprast)"]


def test_a_checked_case_is_changed_only_after_trying_again(cases: Scenario) -> None:
    done = [{"do": "pick", "case": "ziema", "day": "2026-12-28"}, {"do": "check", "case": "ziema"}]
    other = {"do": "pick", "case": "ziema", "day": "2026-12-29"}

    with pytest.raises(InvalidAnswer, match="jau ir pārbaudīts"):
        replay("notice_date", cases, [*done, other])
    state = replay(
        "notice_date", cases, [*done, {"do": "retry", "case": "ziema"}, other, {"do": "check", "case": "ziema"}]
    )
    assert RUNS.feedback(cases, state, "ziema").outcome == "right"
    assert state.case("ziema").tries == 2


@pytest.mark.parametrize(
    ("sent", "by", "given_day", "part"),
    [
        ("2026-10-09", "e_address", "2026-10-09", "tikai nosūtīja"),
        ("2026-10-09", "e_address", "2026-10-01", "pirms nosūtīšanas"),
        ("2026-10-09", "e_address", "2026-10-11", "ir brīva"),
        ("2026-10-09", "e_address", "2026-10-12", "tikai pirmā darba diena"),
        ("2026-11-17", "e_address", "2026-11-19", "18. novembris, ir svētku diena"),
        ("2026-10-09", "e_address", "2026-10-16", "ierakstītai vēstulei"),
        ("2026-10-09", "e_address", "2026-10-14", "par vēlu"),
        ("2026-10-09", "registered", "2026-10-13", "skaita e-adresē"),
        ("2026-10-09", "registered", "2026-10-15", "vienu dienu vēlāk"),
        ("2026-10-09", "registered", "2026-10-20", "septiņas kalendāra dienas"),
    ],
)
def test_a_wrong_day_is_told_what_it_counted(sent: str, by: Any, given_day: str, part: str) -> None:
    assert part in slip(date.fromisoformat(sent), by, date.fromisoformat(given_day))


@given(sending, st.sampled_from(["e_address", "registered"]), st.integers(-9, 30))
def test_every_wrong_day_is_told_something(sent: date, by: Any, later: int) -> None:
    given_day = sent + timedelta(days=later)
    if given_day != days.notified(sent, by):
        assert slip(sent, by, given_day).endswith(".")


@settings(deadline=None)
@given(data=st.data())
def test_from_anywhere_every_case_can_still_be_solved(cases: Scenario, data: st.DataObject) -> None:
    ids = [case["id"] for case in cases["cases"]]
    shown = {case["id"]: case for case in RUNS.shown(cases)["cases"]}
    case_of = st.sampled_from(ids)
    one = st.one_of(
        case_of.flatmap(
            lambda name: st.fixed_dictionaries(
                {
                    "do": st.just("pick"),
                    "case": st.just(name),
                    "day": st.sampled_from([day["day"] for week in shown[name]["weeks"] for day in week]),
                }
            )
        ),
        st.fixed_dictionaries(
            {"do": st.just("type"), "case": case_of, "text": st.sampled_from(["6.5.", "", "rīt", "1.1."])}
        ),
        st.fixed_dictionaries({"do": st.sampled_from(["check", "retry"]), "case": case_of}),
        st.just({"do": "calculate", "text": "1.6.2026."}),
    )
    _, kept = restore("notice_date", cases, data.draw(st.lists(one, max_size=25)))

    state = replay("notice_date", cases, kept)
    for name in ids:
        if state.case(name).checked:
            state = RUNS.apply(cases, state, {"do": "retry", "case": name})
    for action in RUNS.solution(cases):
        state = RUNS.apply(cases, state, action)

    assert all(goal.reached == 1 for goal in RUNS.goals(cases, state))
    assert RUNS.summary(cases, state).outcome == "right"


def test_only_the_right_day_reaches_the_goal(cases: Scenario) -> None:
    for case in RUNS.shown(cases)["cases"]:
        reaching = [
            day["day"]
            for week in case["weeks"]
            for day in week
            for state in [replay("notice_date", cases, [{"do": "pick", "case": case["id"], "day": day["day"]}])]
            if {goal.id: goal.reached for goal in RUNS.goals(cases, state)}[case["id"]] == 1
        ]
        assert len(reaching) == 1, case["id"]


@pytest.mark.parametrize(
    ("sent", "more", "message"),
    [
        ("2025-12-30", {}, "kalendārs zina tikai"),
        ("2026-06-19", {}, "pārcelta darba diena"),
        ("2026-12-17", {"by": "registered"}, "septītā diena ir brīva"),
    ],
)
def test_a_case_whose_answer_is_not_certain_is_refused(sent: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        scenario(sent, **more)


def test_two_cases_with_one_id_are_refused() -> None:
    whole = scenario("2026-10-09")

    with pytest.raises(ValidationError, match="id atkārtojas"):
        NoticeDateScenario.model_validate({**whole, "cases": [*whole["cases"], *whole["cases"]]})
