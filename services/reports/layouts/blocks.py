"""The pieces that a document is made of, whatever its format: chapters with texts, tables, charts and a signature."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from services.reports.charts.domain import Chart


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `note` for one in small print."""

    text: str
    note: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    items: Sequence[str]
    kind: str = "points"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what they stand for."""

    rows: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under headers; `numeric` says which columns are numbers, `shares` how wide they are."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[bool]
    shares: Sequence[int] = ()
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart."""

    chart: Chart
    svg: str
    kind: str = "picture"


@dataclass(frozen=True, slots=True)
class Signature:
    """Where somebody signs: lines above the space for it, and below."""

    above: Sequence[str]
    below: Sequence[str]
    kind: str = "signature"


@dataclass(frozen=True, slots=True)
class Scores:
    """The per-respondent table, with what is computed below it."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[int | None]]
    totals: Sequence[Sequence[str]]
    kind: str = "scores"


Block = Text | Points | Facts | Table | Picture | Signature | Scores


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a chapter; without a title where the chapter has only one."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter or an appendix; `apart` when it begins on a page of its own."""

    title: str
    sections: Sequence[Section]
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole document. `mark` is that of simulated data, with `warning` as its sentence; empty for real data."""

    language: str
    number: str
    title: str
    subtitle: str
    place: str
    period: str
    mark: str
    warning: str
    headline: Sequence[tuple[str, str]]
    chapters: Sequence[Chapter]
    footer: str
    verify: str
    verify_text: str
    digest: str
    words: dict[str, str] = field(default_factory=dict)
    """Words that layouts set by themselves, such as that for a page."""

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)
