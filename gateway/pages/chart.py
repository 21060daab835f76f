"""Where the bars of a chart end, as shares of its width; the template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.pages.wire import Band, Element

# The rest is left for the value, which stands behind its bar.
TRACK_PERCENT = 82


@dataclass(frozen=True, slots=True)
class Bar:
    """One element; `width` in percent of the chart, None where the figure is withheld."""

    element: Element
    width: str | None


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a grade begins; `middle` is the place of its letter."""

    grade: str
    begin: str
    middle: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars per element, on the scale of the method's grades."""

    bars: list[Bar]
    bounds: list[Bound]
    track: str
    low: Decimal
    high: Decimal


def draw(elements: Sequence[Element], bands: Sequence[Band]) -> Chart | None:
    """The chart of what elements scored; None when there is nothing to draw."""
    if not bands or not any(element.converted is not None for element in elements):
        return None
    low, high = min(band.low for band in bands), max(band.high for band in bands)

    def place(value: Decimal) -> str:
        share = (min(max(value, low), high) - low) / (high - low)
        return f"{share * TRACK_PERCENT:.2f}%"

    bars = [Bar(e, None if e.converted is None else place(e.converted)) for e in elements]
    bounds = [
        Bound(band.grade, place(band.low), place((band.low + band.high) / 2))
        for band in sorted(bands, key=lambda band: band.low)
    ]
    return Chart(bars, bounds, f"{TRACK_PERCENT}%", low, high)
