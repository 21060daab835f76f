"""The charts of a document, from the snapshot."""

from collections.abc import Mapping
from typing import Any

from services.reports.charts.domain import Chart, Point, bounds_of
from services.reports.layouts.language import Language

Snapshot = Mapping[str, Any]


def elements_chart(report: Snapshot, lang: Language) -> Chart | None:
    """What each element scored; None where there is nothing to draw."""
    points = [
        Point(
            one["key"],
            lang.words(one["label"]),
            one["converted"],
            lang.text("withheld") if one["converted"] is None else lang.number(one["converted"]),
        )
        for one in report["figures"]["elements"]
    ]
    return _chart("elements", "bars", lang.text("chart.elements"), points, report, lang)


def trend_chart(report: Snapshot, lang: Language) -> Chart | None:
    """The index from one review to the next."""
    points = [
        Point(
            one["review"],
            lang.month(one["period"]["start"]),
            one["index"],
            lang.text("withheld") if one["index"] is None else lang.number(one["index"]),
        )
        for one in report["trend"]
    ]
    return _chart("trend", "line", lang.text("chart.trend"), points, report, lang)


def _chart(name: str, style: Any, title: str, points: list[Point], report: Snapshot, lang: Language) -> Chart | None:
    bounds = bounds_of(report["method"]["bands"])
    if not bounds or all(one.value is None for one in points):
        return None
    return Chart(
        name=name,
        style=style,
        title=title,
        points=points,
        bounds=bounds,
        low=bounds[0].low,
        high=bounds[-1].high,
        axis=lang.text("converted" if name == "elements" else "ikm"),
        simulated=lang.text("simulated.mark") if report["simulated"] else None,
    )
