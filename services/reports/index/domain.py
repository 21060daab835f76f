"""From sums to an index: exact arithmetic, rounded once, at the end.

What is kept of answers are `Moments`: integers that can be added and subtracted, and out of which everything here is
computed, the confidence interval included.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

from services.reports.methods.domain import Band, Method, half_up

DIGITS = 50
"""Digits of the one square root there is."""

# Student's t, two-sided 95 %, for 1 to 30 degrees of freedom; beyond them its expansion around the normal quantile.
STUDENT = tuple(
    Fraction(thousandths, 1000)
    for thousandths in (
        12706, 4303, 3182, 2776, 2571, 2447, 2365, 2306, 2262, 2228, 2201, 2179, 2160, 2145, 2131,
        2120, 2110, 2101, 2093, 2086, 2080, 2074, 2069, 2064, 2060, 2056, 2052, 2048, 2045, 2042,
    )
)  # fmt: skip
NORMAL = Fraction("1.959964")

CHI_SQUARE = Fraction("3.841")  # one degree of freedom, 5 %
PROPORTION = Fraction("0.5")
PRECISION = Fraction("0.05")


@dataclass(frozen=True, slots=True)
class Moments:
    """Integer sums over respondents, for each pair of elements, row by row (k times k numbers).

    `joint_count` [i, j] counts who answered both, `joint_sum` [i, j] adds up their scores of i, `joint_product` [i, j]
    their scores of i times those of j. So the diagonals hold each element's own n, sum and sum of squares.
    """

    elements: tuple[str, ...]
    respondents: int
    joint_count: tuple[int, ...]
    joint_sum: tuple[int, ...]
    joint_product: tuple[int, ...]

    @classmethod
    def zero(cls, elements: Iterable[str]) -> "Moments":
        """Of nobody."""
        names = tuple(elements)
        nothing = (0,) * len(names) ** 2
        return cls(names, 0, nothing, nothing, nothing)

    @classmethod
    def of(cls, elements: Iterable[str], rows: Iterable[Mapping[str, int]]) -> "Moments":
        """Of respondents' scores by element; an element that a row lacks was not answered, others are passed over."""
        names = tuple(elements)
        listed = list(rows)
        shape = (len(listed), len(names))
        answered = np.array([[name in row for name in names] for row in listed], dtype=np.int64).reshape(shape)
        scores = np.array([[row.get(name, 0) for name in names] for row in listed], dtype=np.int64).reshape(shape)
        return cls(
            names,
            len(listed),
            _integers(answered.T @ answered),
            _integers(scores.T @ answered),
            _integers(scores.T @ scores),
        )

    def __add__(self, other: "Moments") -> "Moments":
        """Of both. Raises ValueError when they are not about the same elements."""
        return self._combined(other, 1)

    def __sub__(self, other: "Moments") -> "Moments":
        """Without those of the other. Raises ValueError when they are not about the same elements."""
        return self._combined(other, -1)

    def _combined(self, other: "Moments", sign: int) -> "Moments":
        if self.elements != other.elements:
            raise ValueError("moments of different elements do not add up")

        def combined(ours: tuple[int, ...], theirs: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(a + sign * b for a, b in zip(ours, theirs, strict=True))

        return Moments(
            self.elements,
            self.respondents + sign * other.respondents,
            combined(self.joint_count, other.joint_count),
            combined(self.joint_sum, other.joint_sum),
            combined(self.joint_product, other.joint_product),
        )

    def tallies(self) -> dict[str, "Tally"]:
        """Each element's own n and sum."""
        step = len(self.elements) + 1
        return {
            name: Tally(self.joint_count[place * step], self.joint_sum[place * step])
            for place, name in enumerate(self.elements)
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answered an element, and the sum of their scores."""

    n: int
    sum: int


@dataclass(frozen=True, slots=True)
class Element:
    """One element's part in the index. `converted` is its mean on the scale of the index, rank 1 the highest of all."""

    key: str
    n: int
    sum: int
    mean: Fraction
    weight: Fraction
    weighted: Fraction
    converted: Decimal
    rank: int


@dataclass(frozen=True, slots=True)
class Result:
    """An index with its parts. `exact`, `index` and `band` are None when nobody answered anything."""

    respondents: int
    elements: tuple[Element, ...]
    exact: Fraction | None
    index: Decimal | None
    band: Band | None
    interval: tuple[Decimal, Decimal] | None = None


def compute(moments: Moments, method: Method) -> Result:
    """The index of these respondents under a method, with its 95 % confidence interval."""
    result = figures(moments.respondents, moments.tallies(), method)
    return replace(result, interval=_interval(moments, result, method))


def figures(respondents: int, tallies: Mapping[str, Tally], method: Method) -> Result:
    """The index out of each element's n and sum alone.

    An element without any answer drops out and the others' weights keep their proportions; one that the method does
    not know is not part of it.
    """
    answered = {key: tally for key, tally in tallies.items() if tally.n}
    weights = method.weights_for(answered)
    means = {key: Fraction(answered[key].sum, answered[key].n) for key in weights}
    converted = {key: half_up(mean * method.factor, method.places) for key, mean in means.items()}
    elements = tuple(
        Element(
            key,
            answered[key].n,
            answered[key].sum,
            means[key],
            weight,
            means[key] * weight,
            converted[key],
            1 + sum(other > converted[key] for other in converted.values()),
        )
        for key, weight in weights.items()
    )
    if not elements:
        return Result(respondents, (), None, None, None)
    exact = method.factor * sum((element.weighted for element in elements), Fraction(0))
    index = half_up(exact, method.places)
    return Result(respondents, elements, exact, index, method.grade(index))


def _interval(moments: Moments, result: Result, method: Method) -> tuple[Decimal, Decimal] | None:
    """Around the index, within what the method can give; None when an element has fewer than two answers."""
    if result.exact is None or any(element.n < 2 for element in result.elements):
        return None
    n = max(element.n for element in result.elements)
    spread = _root(_variance(moments, result, n)) * _student(n - 1) * method.factor
    total = sum(element.weight for element in result.elements)
    least, most = (limit * method.factor * total for limit in method.scale)
    low, high = max(least, result.exact - spread), min(most, result.exact + spread)
    return half_up(low, method.places), half_up(high, method.places)


def _variance(moments: Moments, result: Result, n: int) -> Fraction:
    """Of the weighted sum of means, by the delta method.

    A respondent moves it by Σ w (x - mean) / n over the elements answered; the squares of these moves, written out,
    need nothing but the joint moments, and so the correlation between a respondent's answers is in it.
    """
    k = len(moments.elements)
    place = {name: at for at, name in enumerate(moments.elements)}
    moved = Fraction(0)
    for one in result.elements:
        for other in result.elements:
            here, there = place[one.key] * k + place[other.key], place[other.key] * k + place[one.key]
            product = (
                moments.joint_product[here]
                - other.mean * moments.joint_sum[here]
                - one.mean * moments.joint_sum[there]
                + one.mean * other.mean * moments.joint_count[here]
            )
            moved += one.weight * other.weight * product / (one.n * other.n)
    return moved * n / (n - 1)


def _root(square: Fraction) -> Fraction:
    with localcontext(prec=DIGITS):
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def _student(freedom: int) -> Fraction:
    if freedom <= len(STUDENT):
        return STUDENT[freedom - 1]
    z, v = NORMAL, freedom
    return z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)


def sample_size(population: int) -> int:
    """How many of a population have to be asked (Krejcie and Morgan, 5 %), to the nearest integer.

    Raises ValueError for a population below zero.
    """
    if population < 0:
        raise ValueError("a population is not negative")
    if population == 0:
        return 0
    spread = CHI_SQUARE * PROPORTION * (1 - PROPORTION)
    return math.floor(population * spread / (PRECISION**2 * (population - 1) + spread) + Fraction(1, 2))


def _integers(matrix: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> tuple[int, ...]:
    return tuple(matrix.ravel().tolist())
