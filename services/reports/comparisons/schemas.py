"""Wire shapes of comparisons. Decimals are strings."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.reports.schemas import Words


class ReviewCell(BaseModel):
    """A review that started in a year, with its index by its own method."""

    review: UUID
    title: Words
    start: date
    simulated: bool
    respondents: int | None = Field(description="Null when suppressed.")
    suppressed: bool
    index: str | None
    grade: str | None
    method: str


class EvaluationCell(BaseModel):
    """The published evaluation of a year, with its place among those of the same method."""

    evaluation: UUID
    simulated: bool
    index: str
    exact: str
    method: str
    method_version: int
    assessors: int
    recorded: bool
    rank: int
    regions: int = Field(description="Among how many regions of the whole country.")


class Cell(BaseModel):
    """One region in one year."""

    year: int
    reviews: list[ReviewCell]
    evaluation: EvaluationCell | None


class RegionRow(BaseModel):
    """One region in all the years."""

    region: str
    cells: list[Cell]


class Comparison(BaseModel):
    """Regions by code, each with all the years; regions without anything in them are left out."""

    years: list[int]
    region: str | None
    simulated: bool = Field(description="Either real figures or simulated ones, never both.")
    items: list[RegionRow]
    next: str | None = Field(description="Cursor of the next page; null on the last.")
