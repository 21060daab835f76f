"""How scores become an index: exact arithmetic under dated weights, and never a mean that nobody agreed on."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from services.kit.problems import Invalid
from services.reports.methods.domain import half_up

Words = Mapping[str, str | None]
Fault = tuple[str, str, str]
"""JSON pointer, code, sentence."""

MOVES: Mapping[str, Mapping[str, str]] = {
    "conclude": {"open": "assessed"},
    "reopen": {"assessed": "open"},
    "publish": {"assessed": "published"},
    "withdraw": {"published": "withdrawn"},
}
"""Step → from which state it leads to which."""


class UnknownEvaluationMethod(Invalid):
    """Nobody here knows such a method of evaluation, or none for that year."""

    slug, title = "unknown-evaluation-method", "There is no such method of evaluation"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of evaluation with its weight; the weights of a method add up to 1."""

    key: str
    weight: Fraction
    label: Words
    meaning: Words


@dataclass(frozen=True, slots=True)
class Method:
    """One version of the weights. `years` are those for which a source states them; none where it states no year."""

    id: str
    version: int
    label: Words
    dimensions: tuple[Dimension, ...]
    low: Fraction
    high: Fraction
    confirmed: bool
    scale_note: Words
    places: int
    years: tuple[int, ...]
    note: Words
    sources: tuple[Mapping[str, str], ...]
    alias: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its dimensions."""
        return tuple(one.key for one in self.dimensions)

    def scale_fault(self, score: Fraction) -> str | None:
        """What is wrong with a score, if anything."""
        if self.low <= score <= self.high:
            return None
        return f"Scores go from {self.low} to {self.high}."


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is scored: an indicator with its share of its dimension, or a dimension that has no indicators."""

    key: str
    dimension: str
    share: Fraction
    label: Words


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of an instrument; weights are relative to the others of its dimension."""

    key: str
    dimension: str
    weight: int
    label: Words


Basis = Literal["dimension", "indicators"]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A dimension's score: agreed for the whole of it, or made of its indicators' agreed scores. `missing` are the
    criteria that still need one; then there is no score."""

    score: Fraction | None
    basis: Basis | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """What several assessors gave; None of nobody."""

    n: int
    mean: Fraction | None
    low: Fraction | None
    high: Fraction | None

    @classmethod
    def of(cls, scores: Iterable[Fraction]) -> "Spread":
        """Of these scores."""
        listed = list(scores)
        if not listed:
            return cls(0, None, None, None)
        return cls(len(listed), sum(listed, Fraction(0)) / len(listed), min(listed), max(listed))


def criteria(method: Method, indicators: Sequence[Indicator]) -> tuple[Criterion, ...]:
    """What there is to be scored under a method with an instrument's indicators, in the order of the dimensions."""
    found: list[Criterion] = []
    for dimension in method.dimensions:
        own = [one for one in indicators if one.dimension == dimension.key]
        total = sum(one.weight for one in own)
        found += [Criterion(one.key, dimension.key, Fraction(one.weight, total), one.label) for one in own] or [
            Criterion(dimension.key, dimension.key, Fraction(1), dimension.label)
        ]
    return tuple(found)


def agreed(method: Method, several: Sequence[Criterion], consensus: Mapping[str, Fraction]) -> dict[str, Agreed]:
    """Each dimension's score out of what was agreed."""
    found = {}
    for dimension in method.dimensions:
        own = [one for one in several if one.dimension == dimension.key]
        missing = tuple(one.key for one in own if one.key not in consensus)
        if dimension.key in consensus:
            found[dimension.key] = Agreed(consensus[dimension.key], "dimension")
        elif missing:
            found[dimension.key] = Agreed(None, None, missing)
        else:
            score = sum((one.share * consensus[one.key] for one in own), Fraction(0))
            found[dimension.key] = Agreed(score, "indicators")
    return found


def consensus_fault(key: str, several: Sequence[Criterion], consensus: Mapping[str, object]) -> str | None:
    """Why a score cannot be agreed on for a criterion or a whole dimension, if there is a reason."""
    dimensions = {one.dimension for one in several}
    of = next((one.dimension for one in several if one.key == key), key if key in dimensions else None)
    if of is None:
        return "There is no such criterion or dimension in this evaluation."
    parts = {one.key for one in several if one.dimension == of} - {of}
    if key == of and parts & set(consensus):
        return "Indicators of this dimension have agreed scores; take those away first."
    if key != of and of in consensus:
        return "The whole dimension has an agreed score; take that away first."
    return None


def index(method: Method, scores: Mapping[str, Fraction | None]) -> Fraction | None:
    """The weighted mean of the dimensions' scores, exactly; None while one is missing."""
    total = Fraction(0)
    for dimension in method.dimensions:
        score = scores.get(dimension.key)
        if score is None:
            return None
        total += dimension.weight * score
    return total


def plain_mean(scores: Iterable[Fraction | None]) -> Fraction | None:
    """The mean without weights; None while a score is missing."""
    listed = list(scores)
    known = [score for score in listed if score is not None]
    return sum(known, Fraction(0)) / len(known) if known and len(known) == len(listed) else None


def ranks(values: Sequence[Decimal]) -> list[int]:
    """1 for the highest; equal values share a rank, and the next one is as far down as if they did not."""
    return [1 + sum(other > value for other in values) for value in values]


Verdict = Literal["rounded", "truncated", "different"]


def verdict(exact: Fraction, printed: Decimal) -> Verdict:
    """How a printed figure stands to the exact one: rounded half up to its decimals, cut off there, or another."""
    exponent = printed.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if half_up(exact, places) == printed:
        return "rounded"
    return "truncated" if Fraction(math.floor(exact * 10**places), 10**places) == Fraction(printed) else "different"


def weights_fault(weights: Iterable[Fraction]) -> str | None:
    """What is wrong with the weights of a method, if anything."""
    total = sum(weights, Fraction(0))
    return None if total == 1 else f"the weights add up to {total}, not to 1"
