"""What is measured and what it must reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Limit(StrEnum):
    """What the machine itself can do."""

    COMMITS = "commits"
    COPY = "copy"
    ANSWERS = "answers"
    SYNCS = "syncs"
    EMPTY = "empty"
    """No limit of the machine: the same measure with nothing stored."""


LIMITS = {
    Limit.COMMITS: "single-row commits/s: pgbench, 8 clients, prepared, 1 KB row",
    Limit.COPY: "rows/s by COPY, 1 KB row",
    Limit.ANSWERS: "answers/s of an ASGI application that does nothing, same server and load as single_gateway",
    Limit.SYNCS: "fdatasync/s of 8 KB, one after the other",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A bound of one figure: of the `value`, of the `ratio` to the limit, or of a detail by its name."""

    figure: str
    relation: str
    bound: float
    unit: str

    def holds(self, figures: Mapping[str, float | None]) -> bool:
        """Whether the figure keeps to the bound; one that was not measured does not."""
        figure = figures.get(self.figure)
        if figure is None:
            return False
        if self.relation == "≥":
            return figure >= self.bound
        return figure < self.bound if self.relation == "<" else figure <= self.bound

    def __str__(self) -> str:
        return f"{self.relation} {self.bound:,g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Goal:
    """One measure: its unit, the limit it is held against, and what it must keep to."""

    id: str
    unit: str
    conditions: tuple[Condition, ...]
    limit: Limit | None = None

    def __str__(self) -> str:
        return ", ".join(str(condition) for condition in self.conditions)


def _at_least(bound: float) -> Condition:
    return Condition("value", "≥", bound, "/s")


def _of(bound: float, limit: str) -> Condition:
    return Condition("ratio", "≥", bound, f"of {limit}")


GOALS = {
    goal.id: goal
    for goal in (
        Goal(
            "single_gateway",
            "responses/s",
            (_at_least(2500), Condition("p99_ms", "<", 100, "ms p99"), _of(0.25, "commits")),
            Limit.COMMITS,
        ),
        Goal("single_direct", "responses/s", (_at_least(4000), _of(0.40, "commits")), Limit.COMMITS),
        Goal("batch", "responses/s", (_at_least(20_000), _of(0.30, "COPY")), Limit.COPY),
        Goal(
            "stream",
            "responses/s",
            (_at_least(20_000), _of(0.30, "COPY"), Condition("grew_mb", "<", 32, "MB more memory")),
            Limit.COPY,
        ),
        Goal("examined", "responses/s", (_at_least(20_000),)),
        Goal("lag_p99", "s", (Condition("value", "≤", 1, "s"),)),
        Goal("surveys_rss", "MB", (Condition("value", "<", 200, "MB"),)),
        Goal("report_pdf", "s", (Condition("value", "<", 3, "s"),)),
        Goal("report_xlsx", "times", (Condition("value", "≤", 1.5, "times"),)),
        Goal("grown", "responses/s", (_of(0.9, "empty"),), Limit.EMPTY),
        Goal("index_p99", "ms", (Condition("value", "<", 20, "ms"),)),
        Goal("index_ratio", "times", (Condition("value", "≤", 1.2, "times"),)),
        Goal("rebuild", "responses/s", (_at_least(30_000),)),
    )
}
"""In the order in which they are measured."""
FULL = frozenset({"grown", "index_p99", "index_ratio", "rebuild"})
"""What is measured with very many stored, on a stack of its own: then it is as many as the goal says, whatever else is
measured."""
