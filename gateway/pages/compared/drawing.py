"""Where the bars of small multiples stand, as shares of their drawing; templates draw them.

Every drawing of a kind has the same scale and the same years, so that one can be held against the next.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.pages.compared.wire import Cell, Dimension, RegionRow

# The lowest part of a drawing is left for the years, the uppermost for the value above a full bar.
TOP_PERCENT, BOTTOM_PERCENT = 16, 84
INDEX_SCALE = (Decimal(0), Decimal(100))
EVALUATION_SCALE = (Decimal(0), Decimal(4))

Values = Callable[[Cell], list[Decimal]]


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: its left edge, width, top and height in percent, and what it says."""

    left: str
    width: str
    middle: str
    top: str
    height: str
    value: Decimal
    year: int


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a year; `middle` is where its label stands."""

    year: int
    middle: str


@dataclass(frozen=True, slots=True)
class Multiple:
    """One small drawing of a region."""

    region: str
    columns: list[Column]
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Bar:
    """One dimension of an evaluation; `width` in percent of the chart, None without a score."""

    dimension: Dimension
    width: str | None


def evaluations(rows: Iterable[RegionRow]) -> list[Multiple]:
    """A drawing of the evaluation's index for each region that has one."""
    return _multiples(rows, lambda cell: [cell.evaluation.index] if cell.evaluation else [], EVALUATION_SCALE)


def indexes(rows: Iterable[RegionRow]) -> list[Multiple]:
    """A drawing of the satisfaction indexes for each region that has one to show; several in a year stand abreast."""
    return _multiples(rows, lambda cell: [one.index for one in cell.reviews if one.index is not None], INDEX_SCALE)


def bars(dimensions: Sequence[Dimension], low: Decimal, high: Decimal, track: int) -> list[Bar]:
    """The bars of an evaluation's dimensions on its scale."""

    def width(score: Decimal | None) -> str | None:
        return None if score is None else f"{(score - low) / (high - low) * track:.2f}%"

    return [Bar(one, width(one.score)) for one in dimensions]


def _multiples(rows: Iterable[RegionRow], values: Values, scale: tuple[Decimal, Decimal]) -> list[Multiple]:
    found = []
    for row in rows:
        columns = [
            column
            for place, cell in enumerate(row.cells)
            for column in _columns(values(cell), cell.year, place, len(row.cells), scale)
        ]
        if columns:
            slots = [Slot(cell.year, _percent((place + 0.5) / len(row.cells))) for place, cell in enumerate(row.cells)]
            found.append(Multiple(row.region, columns, slots))
    return found


def _columns(
    told: Sequence[Decimal], year: int, place: int, places: int, scale: tuple[Decimal, Decimal]
) -> list[Column]:
    """The bars of what was told of one year, abreast in its place."""
    low, high = scale
    slot = 1 / places
    # A tenth of a year's place on either side stays free.
    step = slot * 0.8 / max(len(told), 1)
    columns = []
    for number, value in enumerate(told):
        left = slot * (place + 0.1) + step * number
        share = float((min(max(value, low), high) - low) / (high - low))
        height = share * (BOTTOM_PERCENT - TOP_PERCENT) / 100
        columns.append(
            Column(
                _percent(left), _percent(step * 0.94), _percent(left + step * 0.47),
                _percent(BOTTOM_PERCENT / 100 - height), _percent(height), value, year,
            )
        )  # fmt: skip
    return columns


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"
