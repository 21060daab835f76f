"""From a deadline to the days on which something has to be said about it. Pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.reports.holidays.domain import DAY, Calendar

DUE_SOON, OVERDUE, ESCALATED = "due_soon", "overdue", "escalated"


class Event(NamedTuple):
    """Something that has to be said from a day on, and to whom."""

    on: date
    kind: str
    level: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """How many working days before a deadline somebody is reminded; and the levels that are told one after the other
    when it has passed, each with the number of working days since. The first is told at once."""

    before: int
    levels: Sequence[tuple[str, int]]

    def events(self, deadline: date, calendar: Calendar) -> list[Event]:
        """What there is to say about a deadline that passes, in order."""
        (first, _), *further = self.levels
        return [
            Event(calendar.after(deadline, -self.before), DUE_SOON, first),
            Event(deadline + DAY, OVERDUE, first),
            *(Event(calendar.after(deadline, days), ESCALATED, level) for level, days in further),
        ]

    def level(self, deadline: date, today: date, calendar: Calendar) -> str | None:
        """Who has to see to it today; None as long as it is not overdue."""
        reached = [one.level for one in self.events(deadline, calendar)[1:] if one.on <= today]
        return reached[-1] if reached else None
