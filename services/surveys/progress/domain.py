"""Running counts of visits, read as figures. Pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.surveys.examinations.counts import CHOICE, DAY, DELETED, FLAG, STATE, reached


@dataclass(slots=True)
class Figures:
    """The counts of a visit, or of several: by state, by day, by question and answer, by rule and decision."""

    states: dict[str, int] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    choices: dict[tuple[str, str], int] = field(default_factory=dict)
    flags: dict[str, dict[str, int]] = field(default_factory=dict)
    last: datetime | None = None

    def add(self, kind: str, key: str, value: str, count: int, last: datetime | None) -> None:
        """One more count."""
        if kind == STATE:
            self.states[value] = self.states.get(value, 0) + count
            self.last = max(filter(None, (self.last, last)), default=None)
        elif kind == DAY:
            self.days[value] = self.days.get(value, 0) + count
        elif kind == CHOICE:
            self.choices[key, value] = self.choices.get((key, value), 0) + count
        elif kind == FLAG:
            of_rule = self.flags.setdefault(key, {})
            of_rule[value] = of_rule.get(value, 0) + count

    @property
    def there(self) -> int:
        """Responses that were not deleted."""
        return sum(count for state, count in self.states.items() if state != DELETED)

    @property
    def reached(self) -> int:
        """Responses that count towards the target."""
        return sum(count for state, count in self.states.items() if state != DELETED and reached(state))


def figures(rows: Iterable[Mapping[str, Any]]) -> Figures:
    """The sum of counts."""
    found = Figures()
    for row in rows:
        found.add(row["kind"], row["key"], row["value"], row["count"], row["last_at"])
    return found


def target(visits: Iterable[Mapping[str, Any]]) -> int | None:
    """What visits aim at together; None where none of them aims at anything."""
    targets = [visit["target"] for visit in visits if visit["target"] is not None]
    return sum(targets) if targets else None
