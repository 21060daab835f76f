"""What a method is: weights, scale, bands and rounding, all of them data; and the exact arithmetic they need."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from services.kit.problems import Invalid

Words = Mapping[str, str | None]


class UnknownMethod(Invalid):
    """Nobody here knows a method of this name."""

    slug, title = "unknown-method", "There is no such method"


class InvalidMethod(Invalid):
    """A method that somebody brought breaks a rule; `errors` names each fault."""

    slug, title = "invalid-method", "The method breaks a rule"


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the indices it stands for, both bounds included, at the method's number of decimals."""

    grade: str
    low: Decimal
    high: Decimal
    performance: Words


@dataclass(frozen=True, slots=True)
class Method:
    """One version of a method.

    `weights` is in the order of its elements; empty means: whatever elements there are, each with weight 1/k. `codes`
    names per order of the questionnaire which code is which element, `labels` each element in words. A mean on `scale`
    times `factor` is on the scale of the index. `since` and `until` are ISO dates of the rule behind it, None where
    there is none.
    """

    id: str
    version: int
    label: Words
    weights: Mapping[str, Fraction]
    scale: tuple[int, int]
    factor: Fraction
    bands: tuple[Band, ...]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, Words] = field(default_factory=dict)
    places: int = 2
    source: str | None = None
    note: Words | None = None
    since: str | None = None
    until: str | None = None
    alias: tuple[str, ...] = ()

    def weights_for(self, elements: Iterable[str]) -> dict[str, Fraction]:
        """The weight of each of these elements, when they are all there is; elements it does not know are left out.

        The weights keep their proportions and their total, so that leaving one out does not lower the index.
        """
        if not self.weights:
            present = list(elements)
            return {element: Fraction(1, len(present)) for element in present}
        known = {element: self.weights[element] for element in elements if element in self.weights}
        total, rest = sum(self.weights.values()), sum(known.values())
        return {element: weight * total / rest for element, weight in known.items()}

    def grade(self, index: Decimal) -> Band | None:
        """The band of a rounded index; one below all bands, as weights of 0.11 allow, is in the lowest.

        None when the method has no bands.
        """
        reached = [band for band in self.bands if band.low <= index]
        return reached[-1] if reached else next(iter(self.bands), None)

    def codes_in(self, order: str | None) -> Mapping[str, str]:
        """Each code's element in an order of the questionnaire, none if there is no such order.

        Without an order: those of the only one there is.
        """
        if order is None and len(self.codes) == 1:
            return next(iter(self.codes.values()))
        return self.codes.get(order, {}) if order else {}

    def code_of(self, element: str, order: str | None) -> str | None:
        """The code of an element in an order of the questionnaire, None if it has none there."""
        return next((code for code, key in self.codes_in(order).items() if key == element), None)


def half_up(value: Fraction, places: int) -> Decimal:
    """Round to so many decimals, a half always upwards."""
    return Decimal(f"{math.floor(value * 10**places + Fraction(1, 2))}E-{places}")


def weights_fault(weights: Mapping[str, Fraction]) -> str | None:
    """What is wrong with weights, if anything: they add up to 1, apart from each being printed with two decimals."""
    if any(weight <= 0 for weight in weights.values()):
        return "every weight is above 0"
    total = sum(weights.values(), Fraction(0))
    if abs(total - 1) > Fraction(1, 200) * len(weights):
        return f"the weights add up to {total}, not to 1"
    return None


def bands_fault(bands: Sequence[Band]) -> str | None:
    """What is wrong with bands, if anything: they rise, and no index with two decimals falls between two of them."""
    if any(band.low > band.high for band in bands):
        return "a band goes from its low bound to its high bound"
    if any(above.low - below.high != Decimal("0.01") for below, above in pairwise(bands)):
        return "each band starts 0.01 above the one before, lowest first"
    return None
