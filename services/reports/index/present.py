"""From results to what is answered: labels, and decimals as strings."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from services.reports.index.domain import Element, Result, sample_size
from services.reports.index.schemas import Confidence, ElementBody, Sample
from services.reports.methods.domain import Method, half_up
from services.reports.schemas import Words

MEAN_PLACES = 4
LEVEL = "0.95"


def shown(
    result: Result, method: Method, questions: Mapping[str, Any], population: int | None, withheld: Collection[str]
) -> dict[str, Any]:
    """The members of `Figures` for a result that is shown, apart from these elements' figures."""
    one_is_withheld = any(element.key in withheld for element in result.elements)
    interval = result.interval
    return {
        "respondents": result.respondents,
        "suppressed": False,
        "elements": [_element(one, method, questions, hidden=one.key in withheld) for one in result.elements],
        "index": None if result.index is None else str(result.index),
        "exact": None if result.exact is None or one_is_withheld else str(result.exact),
        "grade": result.band.grade if result.band else None,
        "performance": Words(**result.band.performance) if result.band else None,
        "confidence": Confidence(level=LEVEL, low=str(interval[0]), high=str(interval[1])) if interval else None,
        "sample": sample(population, result.respondents),
    }


def suppressed() -> dict[str, Any]:
    """The members of `Figures` for a result that is not shown."""
    nothing = ("respondents", "index", "exact", "grade", "performance", "confidence", "sample")
    return {"suppressed": True, "elements": [], **dict.fromkeys(nothing)}


def sample(population: int | None, reached: int) -> Sample | None:
    """Whether enough of a population were asked; None when it is not known."""
    if population is None:
        return None
    required = sample_size(population)
    return Sample(population=population, required=required, reached=reached, enough=reached >= required)


def _element(one: Element, method: Method, questions: Mapping[str, Any], *, hidden: bool) -> ElementBody:
    question = questions[one.key]
    head = {"key": one.key, "code": question.get("code"), "label": method.labels.get(one.key) or question["text"]}
    figures: dict[str, Any] = {
        "n": one.n,
        "sum": one.sum,
        "mean": _decimal(one.mean),
        "weight": str(one.weight),
        "weighted": _decimal(one.weighted),
        "converted": str(one.converted),
        "rank": one.rank,
    }
    return ElementBody.model_validate(head | (dict.fromkeys(figures) if hidden else figures))


def _decimal(value: Fraction) -> str:
    return str(half_up(value, MEAN_PLACES))
