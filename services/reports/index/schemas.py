"""Wire shapes of indexes. Decimals are strings; `exact` and `weight` are exact, as whole numbers or fractions."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.reports.methods.schemas import MethodBody
from services.reports.schemas import Words


class Period(BaseModel):
    """First and last day."""

    start: date
    end: date


class ReviewBody(BaseModel):
    """The review that an index is of."""

    id: UUID
    title: Words
    region: str
    period: Period
    status: str
    source: str | None
    note: Words | None


class QuestionnaireBody(BaseModel):
    """The published questionnaire that was answered."""

    id: UUID
    key: str
    version_number: int | None


class FilterBody(BaseModel):
    """What of the review it is about."""

    program: UUID | None
    location: UUID | None
    visit: UUID | None


class ElementBody(BaseModel):
    """One element's part. All figures are null where they would tell about one to four people."""

    key: str
    code: str | None
    label: Words
    n: int | None = Field(description="How many answered it.")
    sum: int | None
    mean: str | None = Field(description="With four decimals.")
    weight: str | None
    weighted: str | None = Field(description="Mean times weight, with four decimals.")
    converted: str | None = Field(description="The mean on the scale of the index.")
    rank: int | None = Field(description="1 is the best; equal ones share a rank.")


class Confidence(BaseModel):
    """An interval around the index."""

    level: str = Field(description="Always `0.95`.")
    low: str
    high: str


class Sample(BaseModel):
    """Whether enough people were asked (Krejcie and Morgan)."""

    population: int
    required: int
    reached: int
    enough: bool


class Figures(BaseModel):
    """An index with its parts. When `suppressed`, there are between one and four respondents, or more whose figures
    would tell about such a group; then every figure is null and there are no elements."""

    respondents: int | None
    suppressed: bool
    simulated: bool = Field(description="Whether the answers are made up, to show how it works.")
    elements: list[ElementBody]
    index: str | None
    exact: str | None = Field(description="The index before it was rounded; null when an element is withheld.")
    grade: str | None
    performance: Words | None
    confidence: Confidence | None
    sample: Sample | None = Field(description="Null when the population is not known.")


class Group(Figures):
    """One group."""

    value: str = Field(description="'' for those without an answer, or visits without a programme or location.")
    label: Words


class Cursors(BaseModel):
    """How far each change feed had been read."""

    responses: str | None
    registry: str | None


class IndexBody(Figures):
    """The index of a review, or of a part of it."""

    review: ReviewBody
    questionnaire: QuestionnaireBody
    filter: FilterBody
    method: MethodBody
    cursor: Cursors
    rejected: Literal["left out", "included"] = Field(description="What became of responses that the team rejected.")
    left_out: int | None = Field(
        description="How many rejected responses are not in it. Whoever does not see the rows in detail gets null for "
        "one to four people, and for a part of a review."
    )
    digest: str = Field(description="SHA-256 of what the figures are computed from; the same for the same responses.")
    group_by: str | None
    groups: list[Group] | None


class ReviewIndex(BaseModel):
    """A review in a list, with its index by its own method."""

    review: ReviewBody
    simulated: bool
    respondents: int | None
    suppressed: bool
    index: str | None
    grade: str | None


def review_body(data: dict[str, Any]) -> ReviewBody:
    """A review from its copy."""
    return ReviewBody.model_validate({name: data[name] for name in ReviewBody.model_fields})
