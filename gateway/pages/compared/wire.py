"""What these pages read of comparisons and evaluations, field by field. Anything else is left alone."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from gateway.pages.wire import Words


class Source(BaseModel):
    title: str
    url: str | None = None
    accessed: date | None = None


class ReviewCell(BaseModel):
    """A review that started in a year."""

    review: UUID
    title: Words
    simulated: bool
    respondents: int | None
    suppressed: bool
    index: Decimal | None
    grade: str | None
    method: str


class EvaluationCell(BaseModel):
    """The published evaluation of a year."""

    evaluation: UUID
    index: Decimal
    method: str
    assessors: int
    recorded: bool
    rank: int
    regions: int


class Cell(BaseModel):
    year: int
    reviews: list[ReviewCell]
    evaluation: EvaluationCell | None


class RegionRow(BaseModel):
    region: str
    cells: list[Cell]


class Comparison(BaseModel):
    """Regions with all the years."""

    years: list[int]
    simulated: bool
    items: list[RegionRow]
    next: str | None = None


class Spread(BaseModel):
    n: int
    mean: Decimal | None
    low: Decimal | None
    high: Decimal | None


class Criterion(BaseModel):
    """What was scored; `own` is what the region gave itself."""

    key: str
    label: Words
    score: Decimal | None
    reason: str | None
    assessors: Spread
    own: Decimal | None
    evidence: int


class Dimension(BaseModel):
    key: str
    label: Words
    weight: str
    score: Decimal | None
    weighted: Decimal | None
    basis: str | None
    reason: str | None
    criteria: list[Criterion]


class Under(BaseModel):
    """The same scores under the weights of a method."""

    method: str
    label: Words
    index: Decimal
    exact: str
    printed: str | None


class Before(BaseModel):
    evaluation: UUID
    year: int
    index: Decimal
    change: Decimal
    same_method: bool


class Impact(BaseModel):
    """The index of a review."""

    review: UUID
    title: Words
    simulated: bool
    respondents: int | None
    suppressed: bool
    index: Decimal | None
    grade: str | None


class Result(BaseModel):
    index: Decimal | None
    plain_mean: Decimal | None
    dimensions: list[Dimension]
    assessors: int
    under: list[Under]
    before: Before | None
    impact: list[Impact]
    digest: str
    computed_at: datetime


class PrintedBefore(BaseModel):
    year: int
    index: Decimal


class PrintedRank(BaseModel):
    within: str | None
    rank: int


class Printed(BaseModel):
    """What the source prints."""

    index: Decimal
    improvement: Decimal | None
    before: PrintedBefore | None
    ranks: list[PrintedRank]


class Scale(BaseModel):
    low: Decimal
    high: Decimal
    confirmed: bool
    note: Words


class HowDimension(BaseModel):
    key: str
    label: Words
    meaning: Words


class How(BaseModel):
    """The method in full."""

    id: str
    version: int
    label: Words
    years: list[int]
    dimensions: list[HowDimension]
    scale: Scale
    rounding: str
    note: Words
    sources: list[Source]


class Evaluation(BaseModel):
    """An evaluation; `result` is None for whoever may not see it yet."""

    id: UUID
    region: str
    year: int
    simulated: bool
    edition: int
    state: str
    recorded: bool
    published_at: datetime | None
    withdrawn_reason: str | None
    superseded_by: UUID | None
    source: Source | None
    printed: Printed | None
    note: Words | None
    how: How
    result: Result | None
