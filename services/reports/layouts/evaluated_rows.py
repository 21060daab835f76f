"""The scores of an evaluation as rows of a table for programs: each criterion, each dimension, and the index."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

COLUMNS = ("level", "key", "of", "weight", "score", "weighted", "basis", "assessors", "mean", "low", "high", "self")
"""`weight` is that within what a row is part of; `assessors` and what follows are as everybody may know them."""

Row = tuple[Any, ...]


def rows(report: dict[str, Any]) -> Iterator[Row]:
    """Every criterion below its dimension, and the index last."""
    result = report["result"]
    for one in result["dimensions"]:
        figures = decimal(one["weight"]), one["score"], one["weighted"], one["basis"]
        yield "dimension", one["key"], None, *figures, *[None] * 5
        for each in one["criteria"]:
            spread = each["assessors"]
            given = spread["n"], spread["mean"], spread["low"], spread["high"], each["own"]
            yield "criterion", each["key"], one["key"], decimal(each["share"]), each["score"], None, None, *given
    method = f"{report['method']['id']}.v{report['method']['version']}"
    yield "index", method, None, "1", result["index"], result["index"], None, result["assessors"], *[None] * 4


def decimal(weight: str) -> str:
    """A weight as a decimal where it is one, which no spreadsheet takes for a date; else as the fraction it is."""
    fraction = Fraction(weight)
    rest = fraction.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return f"{Decimal(fraction.numerator) / Decimal(fraction.denominator):f}" if rest == 1 else weight
