"""What a chart shows, and the two ways to draw it: a Vega-Lite specification, and the same picture as SVG.

Values are decimals as text all the way, as they were computed; only where a picture needs a place they become numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any, Literal

Style = Literal["bars", "line"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH, LABELS, VALUES = 680, 275, 60
ROW, TOP, BOTTOM = 30, 26, 8
HEIGHT, MARGIN = 260, 44
LABEL_CHARACTERS = 40
BAR, LINE, GREY, INK = "#1f5f8b", "#1f5f8b", "#b9c1c9", "#1b1f23"
FONT = "Libertinus Serif, Georgia, serif"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart: `value` is a decimal as text, None where it is not shown; `shown` is how people read it."""

    key: str
    label: str
    value: str | None
    shown: str


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a grade begins, on the chart's scale."""

    grade: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: bars from the lowest value of the scale, or a line from one point to the next."""

    name: str
    style: Style
    title: str
    points: Sequence[Point]
    bounds: Sequence[Bound]
    low: str
    high: str
    axis: str
    simulated: str | None = None
    """The mark of simulated data, in the reader's language; None for real data."""

    @property
    def heading(self) -> str:
        """The title, with the mark."""
        return f"{self.title} – {self.simulated}" if self.simulated else self.title


def bounds_of(bands: Sequence[Mapping[str, Any]]) -> list[Bound]:
    """The bounds of a method's bands, lowest first."""
    return [Bound(band["grade"], band["low"], band["high"]) for band in bands]


def vega(chart: Chart) -> dict[str, Any]:
    """The Vega-Lite specification, its data inline."""
    values = [
        {"key": one.key, "label": one.label, "value": None if one.value is None else float(one.value)}
        for one in chart.points
    ]
    scale = {"domain": [float(chart.low), float(chart.high)], "zero": False, "nice": False}
    value = {"field": "value", "type": "quantitative", "title": chart.axis, "scale": scale}
    label = {"field": "label", "type": "nominal", "sort": None, "title": None}
    rules = [{"low": float(bound.low), "grade": bound.grade} for bound in chart.bounds]
    across = chart.style == "bars"
    mark: dict[str, Any] = {"type": "bar", "color": BAR} if across else {"type": "line", "color": LINE, "point": True}
    encoding = {"x": value, "y": label} if across else {"x": label, "y": value}
    grid = {"field": "low", "type": "quantitative"}
    return {
        "$schema": SCHEMA,
        "title": chart.heading,
        "data": {"values": values},
        "layer": [
            {
                "data": {"values": rules},
                "mark": {"type": "rule", "color": GREY, "strokeDash": [2, 2]},
                "encoding": {"x" if across else "y": grid, "tooltip": {"field": "grade", "type": "nominal"}},
            },
            {"mark": mark, "encoding": encoding},
        ],
        "usermeta": {"simulated": chart.simulated is not None, "name": chart.name},
    }


def svg(chart: Chart) -> str:
    """The same as a picture of its own."""
    return _bars(chart) if chart.style == "bars" else _line(chart)


def _share(chart: Chart, value: str) -> Decimal:
    """Where a value lies on the chart's scale, 0 to 1."""
    low, high = Decimal(chart.low), Decimal(chart.high)
    return (min(max(Decimal(value), low), high) - low) / (high - low)


def _bars(chart: Chart) -> str:
    track = WIDTH - LABELS - VALUES
    tall = TOP + ROW * len(chart.points) + BOTTOM
    parts = []
    for bound in chart.bounds:
        begin, end = (LABELS + track * _share(chart, value) for value in (bound.low, bound.high))
        parts += [_rule(begin, 4, begin, tall), _text((begin + end) / 2, 16, bound.grade, "middle")]
    parts.append(_rule(Decimal(LABELS + track), 4, Decimal(LABELS + track), tall))
    for place, one in enumerate(chart.points):
        middle = TOP + ROW * place + ROW // 2
        parts.append(_text(LABELS - 8, middle + 4, _short(one.label), "end"))
        wide = Decimal(0) if one.value is None else track * _share(chart, one.value)
        if one.value is not None:
            parts.append(
                f'<rect data-key="{escape(one.key)}" data-value="{one.value}" x="{LABELS}" y="{middle - 8}" '
                f'width="{wide:.2f}" height="16" fill="{BAR}"/>'
            )
        parts.append(_text(LABELS + wide + 6, middle + 4, one.shown, "start"))
    return _picture(chart, tall, parts)


def _line(chart: Chart) -> str:
    left, right, top, bottom = MARGIN, WIDTH - MARGIN, 24, HEIGHT - 40
    parts = []
    for bound in chart.bounds:
        level = bottom - (bottom - top) * _share(chart, bound.low)
        parts += [_rule(left, level, right, level), _text(right + 8, level - 4, bound.grade, "start")]
    step = Decimal(right - left) / max(len(chart.points), 1)
    seen = []
    for place, one in enumerate(chart.points):
        x = left + step * (place + Decimal("0.5"))
        parts.append(_text(x, HEIGHT - 16, _short(one.label, max(10, 80 // len(chart.points))), "middle"))
        if one.value is None:
            continue
        y = bottom - (bottom - top) * _share(chart, one.value)
        seen.append(f"{x:.2f},{y:.2f}")
        parts.append(
            f'<circle data-key="{escape(one.key)}" data-value="{one.value}" cx="{x:.2f}" cy="{y:.2f}" r="4" '
            f'fill="{LINE}"/>'
        )
        parts.append(_text(x, y - 9, one.shown, "middle"))
    line = f'<polyline points="{" ".join(seen)}" fill="none" stroke="{LINE}" stroke-width="2"/>'
    return _picture(chart, HEIGHT, [line, *parts])


def _picture(chart: Chart, tall: int, parts: Sequence[str]) -> str:
    told = "; ".join(f"{one.label}: {one.shown}" for one in chart.points)
    id = f"chart-{chart.name}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {tall}" width="{WIDTH}" height="{tall}" '
        f'role="img" aria-labelledby="{id} {id}-values" font-family="{FONT}" font-size="13" fill="{INK}">'
        f'<title id="{id}">{escape(chart.heading)}</title><desc id="{id}-values">{escape(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _rule(x1: Decimal | int, y1: Decimal | int, x2: Decimal | int, y2: Decimal | int) -> str:
    return f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{GREY}" stroke-dasharray="2 2"/>'


def _text(x: Decimal | int, y: Decimal | int, text: str, anchor: str) -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(label: str, most: int = LABEL_CHARACTERS) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"
