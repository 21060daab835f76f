"""What the pages read of the services' answers, field by field. Anything else in an answer is left alone."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel


class Words(BaseModel):
    """A text in Indonesian and, where there is one, in English."""

    id: str
    en: str | None = None


class Period(BaseModel):
    start: date
    end: date


class Review(BaseModel):
    """One round of visits."""

    id: UUID
    title: Words
    region: str
    period: Period
    status: str
    source: str | None = None
    note: Words | None = None


class PlannedReview(Review):
    """A review as surveys tells of it."""

    simulated: bool


class PlannedPage(BaseModel):
    items: list[PlannedReview]


class ListedReview(BaseModel):
    """A review and what came out of it."""

    review: Review
    simulated: bool
    respondents: int | None
    index: Decimal | None
    grade: str | None
    suppressed: bool = False


class ListedPage(BaseModel):
    items: list[ListedReview]
    next: str | None = None


class Element(BaseModel):
    """One scored aspect; what fewer than five answered has no figures for the public."""

    key: str
    code: str | None = None
    label: Words
    n: int | None
    mean: Decimal | None
    weight: str | None = None
    converted: Decimal | None
    rank: int | None


class Confidence(BaseModel):
    level: Decimal
    low: Decimal
    high: Decimal


class Sample(BaseModel):
    """Whether enough of a population were asked (Krejcie and Morgan)."""

    population: int
    required: int
    reached: int
    enough: bool


class Figures(BaseModel):
    """What came out, of all respondents or of a group."""

    simulated: bool
    respondents: int | None
    suppressed: bool
    elements: list[Element]
    index: Decimal | None
    grade: str | None
    performance: Words | None
    confidence: Confidence | None
    sample: Sample | None = None


class Group(Figures):
    value: str
    label: Words


class Band(BaseModel):
    grade: str
    low: Decimal
    high: Decimal
    performance: Words


class Method(BaseModel):
    """How the index was made."""

    id: str
    version: int
    label: Words
    weights: dict[str, str]
    bands: list[Band]
    rounding: str
    not_applicable: str | None = None
    source: str | None = None
    note: Words | None = None


class Cursors(BaseModel):
    """How far the change feeds had been read."""

    responses: str | None
    registry: str | None


class Evaluation(Figures):
    """A review's result, with its groups when they were asked for."""

    review: Review
    method: Method
    cursor: Cursors
    digest: str
    groups: list[Group] | None = None


class RegionName(BaseModel):
    name: str


class Region(RegionName):
    """A region and those it lies in, from the province downwards."""

    parents: list[RegionName] = []
