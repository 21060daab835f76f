"""Working days: Monday to Friday without public holidays and collective leave. Pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which nobody in public service has to work; `estimated` as long as its day may still change."""

    day: date
    kind: str
    name: Mapping[str, str | None]
    source: str
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The holidays that are known. `version` names the edition and how many times somebody edited it since."""

    days: Mapping[date, Holiday]
    version: str

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() < SATURDAY and day not in self.days

    def after(self, start: date, count: int) -> date:
        """The day on which so many working days have passed since `start`, which itself does not count. With a count
        below zero: so many before it."""
        day, step, left = start, DAY if count > 0 else -DAY, abs(count)
        while left:
            day += step
            left -= self.works(day)
        return day


@dataclass(frozen=True, slots=True)
class Zones:
    """Hours ahead of UTC by province; a province that is not named has those of `otherwise`."""

    hours: Mapping[str, int]
    otherwise: int

    def today(self, region: str, now: datetime) -> date:
        """What day it is in a region."""
        hours = self.hours.get(region[:2], self.otherwise)
        return now.astimezone(timezone(timedelta(hours=hours))).date()
