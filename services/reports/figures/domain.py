"""Scores of completion and speed under their dated methods. Pure rules, exact at every border."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Planned:
    """A follow-up as figures see it: since when it counts, when it was done if it was, and whether it was verified."""

    since: date
    done: date | None
    verified: bool = False


def percentage(plan: Sequence[Planned]) -> Fraction | None:
    """How much of a plan is done, in percent; None without a plan."""
    return Fraction(HUNDRED * sum(one.done is not None for one in plan), len(plan)) if plan else None


def completion(plan: Sequence[Planned], scores: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Which of the scores a plan earned: the first is no plan, the second nothing done, the last all with report."""
    share = percentage(plan)
    if share is None:
        return scores[0]
    if share == 0:
        return scores[1]
    if share == HUNDRED and all(one.verified for one in plan):
        return scores[-1]
    return next(
        one
        for one in scores[2:-1]
        if ("less_than" not in one or share < one["less_than"]) and ("at_most" not in one or share <= one["at_most"])
    )


def speed(plan: Sequence[Planned], months: Mapping[int, int]) -> int:
    """The highest score whose months had not passed when the last of a plan was done; 0 when not all of it is done, or
    later than any score allows."""
    if not plan:
        return 0
    return max((score for score, most in months.items() if all(_within(one, most) for one in plan)), default=0)


def _within(one: Planned, months: int) -> bool:
    return one.done is not None and one.done <= later(one.since, months)


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has no such day; never beyond the last day that
    there is."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
