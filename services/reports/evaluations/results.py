"""Wire shapes of what came out of an evaluation. Decimals are strings; `exact` is a whole number or a fraction."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.reports.evaluations.domain import Method
from services.reports.evaluations.schemas import Printed, State
from services.reports.index.schemas import Cursors
from services.reports.schemas import Source, Stored, Words

FEW = 5
"""Public answers say nothing of what fewer assessors gave one by one or in the mean."""


class DimensionBody(BaseModel):
    """A dimension of evaluation."""

    key: str
    weight: str = Field(description="Exact; all of them add up to 1.")
    label: Words
    meaning: Words


class ScaleBody(BaseModel):
    """The lowest and the highest score."""

    low: str
    high: str
    confirmed: bool = Field(description="Whether a source states it.")
    note: Words


class EvaluationMethod(BaseModel):
    """How scores become an index."""

    id: str
    version: int
    alias: list[str]
    label: Words
    years: list[int] = Field(description="For which a source states these weights; empty: it states no year.")
    dimensions: list[DimensionBody]
    scale: ScaleBody
    rounding: str
    note: Words
    sources: list[Source]


class EvaluationMethods(BaseModel):
    """Every method of evaluation."""

    items: list[EvaluationMethod]


class SpreadBody(BaseModel):
    """What assessors gave. Publicly the figures of fewer than five are null; n is always told."""

    n: int
    mean: str | None
    low: str | None
    high: str | None


class CriterionResult(BaseModel):
    """One criterion: what was agreed, and what was given."""

    key: str
    label: Words
    share: str = Field(description="Of its dimension.")
    score: str | None = Field(description="As agreed; null where the dimension was agreed on as a whole.")
    reason: str | None
    by: str | None = Field(description="Who recorded it; not public.")
    assessors: SpreadBody
    own: str | None = Field(description="What the region gave itself.")
    evidence: int = Field(description="How many documents were handed in.")


class DimensionResult(BaseModel):
    """One dimension."""

    key: str
    label: Words
    weight: str
    score: str | None
    exact: str | None
    weighted: str | None
    basis: Literal["dimension", "indicators"] | None
    reason: str | None = Field(description="Of a score for the whole dimension.")
    by: str | None
    criteria: list[CriterionResult]


class Under(BaseModel):
    """The same scores under the weights of a method."""

    method: str
    version: int
    label: Words
    index: str
    exact: str
    printed: Literal["rounded", "truncated", "different"] | None = Field(
        description="How a printed index stands to it: rounded half up, cut off, or another figure."
    )


class Before(BaseModel):
    """The published evaluation of the year before."""

    evaluation: UUID
    year: int
    index: str
    change: str
    same_method: bool = Field(description="Whether both years have the same weights; else the change is partly theirs.")


class PrintedCheck(BaseModel):
    """What the source prints, held against what it follows from."""

    index: Literal["rounded", "truncated", "different"] | None
    improvement: bool | None = Field(description="Whether it is the printed index less the printed one before.")


class Impact(BaseModel):
    """The index of a linked review, as the public sees it."""

    review: UUID
    title: Words
    simulated: bool
    respondents: int | None
    suppressed: bool
    index: str | None
    grade: str | None
    method: str
    method_version: int
    cursor: Cursors
    digest: str


class Result(BaseModel):
    """What came out. It is frozen when the evaluation is published."""

    index: str | None = Field(description="Null while a dimension has no agreed score.")
    exact: str | None
    plain_mean: str | None = Field(description="Without weights, for comparison.")
    dimensions: list[DimensionResult]
    assessors: int = Field(description="How many submitted their scores.")
    under: list[Under] = Field(description="Under every known method with these dimensions.")
    before: Before | None
    printed: PrintedCheck | None
    impact: list[Impact]
    digest: str = Field(description="SHA-256 of the method, the agreed scores and everything they rest on.")
    computed_at: datetime


class InstrumentHead(BaseModel):
    """The instrument that an evaluation has."""

    id: UUID
    key: str
    version_number: int | None
    title: Words


class EvaluationHead(Stored):
    """An evaluation as everybody may know it."""

    id: UUID
    region: str
    year: int
    simulated: bool
    edition: int = Field(description="1, 2, … of this region and year; a withdrawn one is followed by the next.")
    supersedes: UUID | None
    state: State
    method: str
    method_version: int
    recorded: bool = Field(description="Whether its scores were taken from a source and not given here.")
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None


class ListedEvaluation(EvaluationHead):
    """An evaluation in a list."""

    index: str | None
    exact: str | None
    assessors: int | None


class Evaluation(EvaluationHead):
    """An evaluation. `result` is null for whoever may not see it yet."""

    superseded_by: UUID | None
    instrument: InstrumentHead | None
    source: Source | None
    printed: Printed | None
    note: Words | None
    reviews: list[UUID]
    how: EvaluationMethod = Field(description="The method in full.")
    result: Result | None


class Ranked(BaseModel):
    """A region in a ranking; equal indexes share a rank."""

    rank: int
    region: str
    evaluation: UUID
    index: str
    exact: str
    assessors: int
    recorded: bool


class RankingOfMethod(BaseModel):
    """The regions that were evaluated under the same weights."""

    method: str
    version: int
    label: Words
    regions: int = Field(description="How many are in it.")
    items: list[Ranked]


class Ranking(BaseModel):
    """Published evaluations of a year, highest index first; each method for itself."""

    year: int
    region: str | None
    simulated: bool
    rankings: list[RankingOfMethod]


def method_body(method: Method) -> EvaluationMethod:
    """A method as it is answered."""
    return EvaluationMethod(
        id=method.id,
        version=method.version,
        alias=list(method.alias),
        label=words(method.label),
        years=list(method.years),
        dimensions=[
            DimensionBody(
                key=one.key, weight=str(one.weight), label=words(one.label), meaning=words(one.meaning)
            )
            for one in method.dimensions
        ],
        scale=ScaleBody(
            low=str(method.low), high=str(method.high), confirmed=method.confirmed, note=words(method.scale_note)
        ),
        rounding=f"half up, once, to {method.places} decimals",
        note=words(method.note),
        sources=[Source.model_validate(one) for one in method.sources],
    )  # fmt: skip


def words(texts: Any) -> Words:
    """A text of a data file."""
    return Words(id=texts["id"], en=texts.get("en"))


def public(result: Result) -> Result:
    """A result without what tells about few people."""
    dimensions = [
        one.model_copy(update={"by": None, "criteria": [_public(each) for each in one.criteria]})
        for one in result.dimensions
    ]
    return result.model_copy(update={"dimensions": dimensions})


def _public(one: CriterionResult) -> CriterionResult:
    spread = one.assessors
    hidden = {"mean": None, "low": None, "high": None} if spread.n < FEW else {}
    return one.model_copy(update={"by": None, "assessors": spread.model_copy(update=hidden)})
