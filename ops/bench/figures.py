"""From repetitions to the one figure that is told, and whether it is enough. Plain values in and out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ops.bench.goals import Goal


@dataclass(slots=True)
class Measured:
    """What was measured of one goal: a sample per repetition, the limit beside each, further details, the cores that
    each part kept busy, and what went wrong."""

    goal: Goal
    samples: list[float] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    detail: dict[str, float] = field(default_factory=dict)
    cores: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def value(self) -> float | None:
        """The median of the repetitions."""
        return median(self.samples) if self.samples else None

    @property
    def spread(self) -> tuple[float, float] | None:
        """The lowest and the highest repetition."""
        return (min(self.samples), max(self.samples)) if self.samples else None

    @property
    def limit(self) -> float | None:
        """The median of the limit's measurements beside the repetitions."""
        return median(self.limits) if self.limits else None

    @property
    def ratio(self) -> float | None:
        """The median of each repetition's ratio to the limit that was measured right before it, so that a machine that
        drifts during the run does not matter."""
        pairs = [(sample, limit) for sample, limit in zip(self.samples, self.limits, strict=False) if limit > 0]
        return median(sample / limit for sample, limit in pairs) if pairs else None

    @property
    def met(self) -> bool:
        """Whether every condition holds and nothing went wrong."""
        figures = {**self.detail, "value": self.value, "ratio": self.ratio}
        return not self.faults and all(condition.holds(figures) for condition in self.goal.conditions)

    def as_json(self) -> dict[str, Any]:
        """The object that `bench.json` has of it."""
        return {
            "id": self.goal.id,
            "value": rounded(self.value),
            "unit": self.goal.unit,
            "limit": rounded(self.limit),
            "ratio": rounded(self.ratio),
            "goal": str(self.goal),
            "met": self.met,
            "spread": None if self.spread is None else [rounded(end) for end in self.spread],
            "detail": {name: rounded(figure) for name, figure in self.detail.items()},
            "cores": {part: rounded(cores) for part, cores in self.cores.items()},
            "faults": self.faults,
        }


def rounded(figure: float | None) -> float | None:
    """Four significant digits; what lies beyond them is noise."""
    if not figure or not math.isfinite(figure):
        return figure
    return round(figure, 3 - math.floor(math.log10(abs(figure))))


def percentile(figures: Sequence[float], share: float) -> float:
    """The smallest of the figures that at least such a share of them does not exceed (nearest rank)."""
    ordered = sorted(figures)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def mean_of_each(several: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each key's figures over several mappings with the same keys."""
    keys = several[0] if several else ()
    return {key: sum(one[key] for one in several) / len(several) for key in keys}


def lags(acknowledged: Sequence[float], sightings: Sequence[tuple[float, int]], before: int) -> list[float | None]:
    """Seconds from each acknowledgement until it was seen to be counted; None where it never was.

    `acknowledged` are moments in the order of acknowledgement, which is the order in which things are counted;
    `sightings` are (moment, count) in order; `before` is the count before the first of them.
    """
    found: list[float | None] = []
    place = 0
    for number, moment in enumerate(acknowledged, before + 1):
        while place < len(sightings) and sightings[place][1] < number:
            place += 1
        seen = place < len(sightings)
        # It can be counted before the sender has read that it was acknowledged.
        found.append(max(0.0, sightings[place][0] - moment) if seen else None)
    return found
