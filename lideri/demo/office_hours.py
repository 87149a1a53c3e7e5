"""When simulated people work: on working days, between nine and five, by Latvia's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lideri.course.latvian import RIGA
from lideri.practice.working_days import HOLIDAYS

OPENS = time(9, 0)
LAST_BEGINNING = timedelta(hours=7, minutes=30)  # after opening: what begins then is finished by five


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Working days, the oldest first. A place in them is a number: 2.5 is the middle of the third day.

    The same place is always the same moment, at whatever hour of the day a demonstration is made.
    """

    days: Sequence[date]

    @classmethod
    def before(cls, now: datetime, *, weeks: int) -> OfficeHours:
        """The working days of so many weeks that ended yesterday."""
        today = now.astimezone(RIGA).date()
        days = [today - timedelta(days=back) for back in range(7 * weeks, 0, -1)]
        return cls(tuple(day for day in days if day.weekday() < 5 and day not in HOLIDAYS))

    @property
    def end(self) -> float:
        return float(len(self.days))

    def at(self, place: float) -> datetime:
        """The moment, to the minute; what lies outside is moved to the first or the last day."""
        number = min(max(int(place), 0), len(self.days) - 1)
        part = min(max(place - number, 0.0), 1.0)
        opened = datetime.combine(self.days[number], OPENS, tzinfo=RIGA)
        return (opened + part * LAST_BEGINNING).replace(second=0, microsecond=0)

    def next_day(self, moment: datetime) -> datetime:
        """The same time on the next working day; after the last one, a little later on the day itself."""
        local = moment.astimezone(RIGA)
        following = next((day for day in self.days if day > local.date()), None)
        return datetime.combine(following, local.timetz()) if following else local + timedelta(minutes=40)
