"""The methods of evaluation that this installation carries, read once."""

import json
from fractions import Fraction
from functools import cache
from importlib.resources import files

from services.reports.evaluations.domain import Dimension, Method, UnknownEvaluationMethod, weights_fault


@cache
def every() -> tuple[Method, ...]:
    """Every version of each method, those of stated years first."""
    folder = files("services.reports.evaluations").joinpath("data")
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".json")]
    return tuple(sorted(map(_read, texts), key=lambda method: (not method.years, method.id, -method.version)))


@cache
def newest() -> tuple[Method, ...]:
    """The newest version of each method."""
    found: dict[str, Method] = {}
    for method in every():
        found.setdefault(method.id, method)
    return tuple(found.values())


def find(id: str) -> Method:
    """The newest version of a method by its id or another name. Raises UnknownEvaluationMethod."""
    for method in newest():
        if id.casefold() in {name.casefold() for name in (method.id, *method.alias)}:
            return method
    raise UnknownEvaluationMethod(f"There is no method {id[:80]!r}; there are {_known()}.")


def of_year(year: int) -> Method:
    """The method that a source states for a year. Raises UnknownEvaluationMethod where none does."""
    for method in newest():
        if year in method.years:
            return method
    raise UnknownEvaluationMethod(f"No source states the weights of {year}; name a method: {_known()}.")


def exactly(id: str, version: int) -> Method:
    """The version of a method under which something was stored; versions are never taken away."""
    return next(method for method in every() if (method.id, method.version) == (id, version))


def _known() -> str:
    return ", ".join(method.id for method in newest())


def _read(text: str) -> Method:
    content = json.loads(text)
    scale = content.pop("scale")
    dimensions = tuple(Dimension(weight=Fraction(one.pop("weight")), **one) for one in content.pop("dimensions"))
    fault = weights_fault(one.weight for one in dimensions)
    if fault:
        raise ValueError(f"{content['id']}: {fault}")
    return Method(
        dimensions=dimensions,
        low=Fraction(scale["low"]),
        high=Fraction(scale["high"]),
        confirmed=scale["confirmed"],
        scale_note=scale["note"],
        years=tuple(content.pop("years")),
        sources=tuple(content.pop("sources")),
        alias=tuple(content.pop("alias")),
        **content,
    )
