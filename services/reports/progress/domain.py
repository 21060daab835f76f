"""When a programme counts as achieved, counts per dimension, and what changed: exact, rounded once, at the end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from services.kit.problems import Invalid
from services.reports.methods.domain import half_up

Words = Mapping[str, str | None]
HUNDRED = 100


class UnknownRule(Invalid):
    """Nobody here knows a rule of this name."""

    slug, title = "unknown-rule", "There is no such rule of achievement"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of what "achieved" means. `every_indicator`: all indicators with a target have to reach it, or one of
    them. `missing_counts`: an achievement that was not entered counts as not reached, or leaves its indicator out.
    `dimensions` are those that there are, with their labels, in order."""

    id: str
    version: int
    label: Words
    note: Words
    source: str | None
    since: str
    until: str | None
    places: int
    every_indicator: bool
    missing_counts: bool
    dimensions: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Figure:
    """What an indicator was to reach in a year, and what it reached."""

    target: Fraction | None = None
    achievement: Fraction | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None without a target. Without an achievement it was not."""
        if self.target is None:
            return None
        return self.achievement is not None and self.achievement >= self.target

    @property
    def share(self) -> Fraction | None:
        """The achievement as a share of the target; None where either is missing or the target is 0."""
        if self.achievement is None or not self.target:
            return None
        return self.achievement / self.target


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many programmes are achieved; `without_target` had no target and are in neither."""

    achieved: int = 0
    total: int = 0
    without_target: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Both together."""
        return Count(
            self.achieved + other.achieved, self.total + other.total, self.without_target + other.without_target
        )

    @property
    def share(self) -> Fraction | None:
        """The achieved share in percent, exactly; None of nothing."""
        return Fraction(self.achieved * HUNDRED, self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme's dimension and its figures: year → (indicator, unit) → figure."""

    dimension: str
    years: Mapping[int, Mapping[tuple[str, str | None], Figure]] = field(default_factory=dict)

    def achieved(self, year: int, rule: Rule) -> bool | None:
        """Whether it counts as achieved in a year; None when nothing of it can be counted there."""
        figures = [
            figure
            for figure in self.years.get(year, {}).values()
            if figure.target is not None and (rule.missing_counts or figure.achievement is not None)
        ]
        if not figures:
            return None
        reached = [bool(figure.reached) for figure in figures]
        return all(reached) if rule.every_indicator else any(reached)


def counts(programmes: Iterable[Programme], year: int, rule: Rule) -> dict[str, Count]:
    """Per dimension, how many programmes are achieved in a year."""
    found: dict[str, Count] = {}
    for one in programmes:
        achieved = one.achieved(year, rule)
        count = Count(without_target=1) if achieved is None else Count(int(achieved), 1)
        found[one.dimension] = found.get(one.dimension, Count()) + count
    return found


def total(several: Iterable[Count]) -> Count:
    """All of them together."""
    return sum(several, Count())


def rounded(value: Fraction | None, places: int) -> str | None:
    """A share as it is shown."""
    return None if value is None else str(half_up(value, places))


def change(before: Fraction | None, after: Fraction | None) -> Fraction | None:
    """The difference of two exact shares; None when either is missing."""
    return None if before is None or after is None else after - before


def ordered(rule: Rule, *several: Mapping[str, Count]) -> Sequence[str]:
    """Dimensions in the order of the rule, those it does not know behind them."""
    present = {key for each in several for key in each}
    return [*(key for key in rule.dimensions if key in present), *sorted(present - set(rule.dimensions))]


def recap_faults(counted: Sequence[tuple[str, int, int]], rule: Rule) -> list[tuple[str, str, str]]:
    """What is wrong with recorded counts (dimension, achieved, total): pointer, code and sentence of each fault."""
    faults = []
    seen: set[str] = set()
    for place, (dimension, achieved, of) in enumerate(counted):
        if dimension not in rule.dimensions:
            known = ", ".join(rule.dimensions)
            faults.append((f"/counts/{place}/dimension", "unknown_dimension", f"There are {known}."))
        elif dimension in seen:
            faults.append((f"/counts/{place}/dimension", "repeated", "This dimension stands above already."))
        if achieved > of:
            faults.append((f"/counts/{place}/achieved", "more_than_total", "More than there are."))
        seen.add(dimension)
    return faults
