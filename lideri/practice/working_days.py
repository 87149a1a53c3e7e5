"""Latvian working days, and the day on which a letter from an institution counts as notified.

Public holidays come from the library «holidays», computed once at import for `YEARS`: a scoring worker has no files
when the first answer comes. A working day that the Cabinet moved stays where the calendar has it, because the order
binds institutions paid from the state budget and only recommends the same to others; `moved_between` says where one is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from holidays import PUBLIC
from holidays.countries.latvia import Latvia

from lideri.course.latvian import MONTHS_LOCATIVE

YEARS = range(2026, 2029)  # 2028 only because letters of December 2027 are notified there
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)  # days on which a letter may be sent here
WORKING_DAYS_E_ADDRESS = 2  # Paziņošanas likums, section 9
DAYS_REGISTERED = 7  # Paziņošanas likums, section 8 (3): days of the calendar
WEEKDAYS = ("pirmdiena", "otrdiena", "trešdiena", "ceturtdiena", "piektdiena", "sestdiena", "svētdiena")
MONTHS = ("janvāris", "februāris", "marts", "aprīlis", "maijs", "jūnijs",
          "jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris")  # fmt: skip

By = Literal["e_address", "registered"]
Kind = Literal["work", "weekend", "holiday"]

_MOVED_FROM = re.compile(r"\(pārcelta no (\d\d)\.(\d\d)\.(\d{4})\)")


def _from_library() -> tuple[dict[date, str], dict[date, date]]:
    holidays: dict[date, str] = {}
    moved: dict[date, date] = {}
    calendar = Latvia(years=YEARS, language="lv", categories=(PUBLIC,))  # type: ignore[no-untyped-call]  # the library's
    for day, name in calendar.items():
        if found := _MOVED_FROM.search(name):
            worked, month, year = (int(part) for part in found.groups())
            moved[day] = date(year, month, worked)
        else:
            holidays[day] = name
    return holidays, moved


_holidays, _moved = _from_library()
HOLIDAYS: Mapping[date, str] = MappingProxyType(_holidays)  # day → its name, as the law has it
MOVED: Mapping[date, date] = MappingProxyType(_moved)  # working day → the Saturday to which it was moved


@dataclass(frozen=True)
class Counted:
    """One day after the sending. ``number`` is its place among the days that count, None when it does not count."""

    day: date
    kind: Kind
    name: str  # of the holiday
    number: int | None


def kind_of(day: date) -> Kind:
    if day in HOLIDAYS:
        return "holiday"
    return "weekend" if day.weekday() >= 5 else "work"


def is_working_day(day: date) -> bool:
    return kind_of(day) == "work"


def notified(sent: date, by: By) -> date:
    """When a letter sent (e-address) or handed to the post (registered) on ``sent`` counts as notified.

    The day of sending itself never counts, whatever the hour.
    """
    return counting(sent, by)[-1].day


def counting(sent: date, by: By) -> tuple[Counted, ...]:
    """Every day after ``sent`` up to the one on which the letter counts as notified."""
    needed = WORKING_DAYS_E_ADDRESS if by == "e_address" else DAYS_REGISTERED
    days: list[Counted] = []
    day, number = sent, 0
    while number < needed:
        day += timedelta(days=1)
        counts = by == "registered" or is_working_day(day)
        number += counts
        days.append(Counted(day, kind_of(day), HOLIDAYS.get(day, ""), number if counts else None))
    return tuple(days)


def moved_between(first: date, last: date) -> tuple[tuple[date, date], ...]:
    """Working days known to have been moved from or to a day of that time: (from, to)."""
    return tuple((old, new) for old, new in MOVED.items() if first <= old <= last or first <= new <= last)


def in_words(day: date, *, weekday: bool = True, year: bool = False) -> str:
    """
    >>> in_words(date(2026, 11, 24)), in_words(date(2026, 11, 24), weekday=False, year=True)
    ('otrdiena, 24. novembris', '2026. gada 24. novembris')
    """
    text = f"{day.day}. {MONTHS[day.month - 1]}"
    text = f"{day.year}. gada {text}" if year else text
    return f"{WEEKDAYS[day.weekday()]}, {text}" if weekday else text


def on_weekday(day: date) -> str:
    """
    >>> on_weekday(date(2026, 11, 24))
    'otrdien, 24. novembrī'
    """
    return f"{WEEKDAYS[day.weekday()][:-1]}, {day.day}. {MONTHS_LOCATIVE[day.month - 1]}"


_PLAIN = str.maketrans("āīū", "aiu")
_NUMBERS = re.compile(r"\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\s*\.?\s*(?:[/-]?\s*(\d{4})\s*\.?)?\s*(?:g\.?)?\s*")
_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*")
_WORDS = re.compile(r"\s*(?:(\d{4})\s*\.?\s*(?:gada|g\.)\s*)?(\d{1,2})\s*\.?\s*(\w{3,})\.?\s*", re.IGNORECASE)


def read_day(text: str, near: date | None = None) -> date | None:
    """The day that a person typed, or None when it cannot be read as one.

    Without a year it is the one nearest to half a year after ``near``; without ``near`` a year is needed.

    >>> read_day("24.11.2026."), read_day("5.1.", date(2026, 12, 30)), read_day("24. novembris", date(2026, 11, 20))
    (datetime.date(2026, 11, 24), datetime.date(2027, 1, 5), datetime.date(2026, 11, 24))
    """
    day: str | None
    month: str | int | None
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _NUMBERS.fullmatch(text):
        day, month, year = found.groups()
    elif found := _WORDS.fullmatch(text):
        year, day, word = found.groups()
        month = next((place for place, each in enumerate(MONTHS, 1) if _is_month(word, each)), None)
    else:
        return None
    if month is None or (year is None and near is None):
        return None
    years = [int(year)] if year else [near.year - 1, near.year, near.year + 1]  # type: ignore[union-attr]  # checked above
    read = [each for one in years if (each := _day(one, int(month), int(day))) is not None]
    if not read:
        return None
    middle = near + timedelta(days=150) if near else read[0]
    return min(read, key=lambda each: abs(each - middle))


def _is_month(word: str, month: str) -> bool:
    """Whether ``word`` is the month in some case, with or without its long vowels, or its beginning."""
    word, stem = (each.casefold().translate(_PLAIN) for each in (word, month.removesuffix("s").removesuffix("i")))
    return stem.startswith(word) or (word.startswith(stem) and len(word) <= len(stem) + 2)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
