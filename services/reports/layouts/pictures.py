"""The charts that there are, from figures as the index answers them or as a report froze them."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from services.reports.charts.domain import Chart, Point, Style, bounds_of
from services.reports.layouts.language import Language

Figures = Mapping[str, Any]
"""`method` and `simulated`, and what the chart is of: `elements`, `groups` or `trend`."""


def elements(figures: Figures, lang: Language) -> Chart:
    """What each element scored."""
    several = figures["elements"]
    points = [_point(one["key"], lang.words(one["label"]), one["converted"], lang) for one in several]
    return _chart("elements", "bars", points, figures, lang)


def groups(figures: Figures, lang: Language) -> Chart:
    """The index of each group."""
    points = [_point(one["value"], lang.words(one["label"]), one["index"], lang) for one in figures["groups"]]
    return _chart("groups", "bars", points, figures, lang)


def trend(figures: Figures, lang: Language) -> Chart:
    """The index from one review to the next."""
    several = figures["trend"]
    points = [_point(one["review"], lang.month(one["period"]["start"]), one["index"], lang) for one in several]
    return _chart("trend", "line", points, figures, lang)


def worth_drawing(chart: Chart) -> bool:
    """Whether it shows any value."""
    return any(one.value is not None for one in chart.points)


def _point(key: str, label: str, value: str | None, lang: Language) -> Point:
    return Point(key, label, value, lang.text("withheld") if value is None else lang.number(value))


def _chart(name: str, style: Style, points: Sequence[Point], figures: Figures, lang: Language) -> Chart:
    method = figures["method"]
    bounds = bounds_of(method["bands"])
    low, high = (bounds[0].low, bounds[-1].high) if bounds else _ends(method["scale"], method["factor"])
    return Chart(
        name=name,
        style=style,
        title=lang.text(f"chart.{name}"),
        points=points,
        bounds=bounds,
        low=low,
        high=high,
        axis=lang.text("converted" if name == "elements" else "ikm"),
        simulated=lang.text("simulated.mark") if figures["simulated"] else None,
    )


def _ends(scale: Iterable[int], factor: str) -> tuple[str, str]:
    """The ends of the scale of the index, in whole numbers, of a method without grades."""
    low, high = (int(value * Fraction(factor)) for value in scale)
    return str(low), str(high)
