"""How much of everything a run does."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Sizes:
    """Seconds and counts of a run, and how often each measure is repeated."""

    repetitions: int
    warm_up_seconds: float
    load_seconds: float
    lag_seconds: float
    limit_seconds: float
    copied: int
    streamed: int
    few: int
    documented: int
    many: int

    @classmethod
    def of(cls, scale: float, repetitions: int) -> Self:
        """Those of the goals at scale 1; smaller ones only show that everything works."""
        return cls(
            repetitions=repetitions,
            warm_up_seconds=3 * scale,
            load_seconds=max(1, 10 * scale),
            lag_seconds=max(2, 20 * scale),
            limit_seconds=max(0.2, 5 * scale),
            copied=max(1000, round(200_000 * scale)),
            streamed=max(100, round(100_000 * scale)),
            documented=max(50, round(10_000 * scale)),
            few=max(50, round(1000 * scale)),
            many=max(1000, round(1_000_000 * scale)),
        )
