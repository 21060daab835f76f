"""Wire shapes of progress. Shares are in percent, as decimals in strings; `exact` is a whole number or a fraction."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.reports.schemas import Source, Words


class RuleDimension(BaseModel):
    """A dimension of programmes."""

    key: str
    label: Words


class RuleBody(BaseModel):
    """When a programme counts as achieved."""

    id: str
    version: int
    label: Words
    note: Words
    source: str | None = Field(description="Null: the rule is Tinjau's own.")
    since: date
    until: date | None
    indicators: Literal["all", "any"] = Field(description="Which of its indicators have to reach their target.")
    missing_achievement: Literal["not_reached", "left_out"]
    rounding: str
    dimensions: list[RuleDimension]


class Achieved(BaseModel):
    """How many of how many programmes were achieved in a year."""

    achieved: int
    total: int
    without_target: int | None = Field(description="Programmes that are in neither; null in a recap.")
    share: str | None = Field(description="Percent; null where there is nothing to count.")
    exact: str | None


class Step(BaseModel):
    """Two years side by side; null where there is no figure."""

    before: Achieved | None
    after: Achieved | None
    change: str | None = Field(description="Percentage points from one to the other.")


class DimensionStep(Step):
    """The same for one dimension."""

    dimension: str
    label: Words


class Basis(BaseModel):
    """One way of counting, over both years. Figures of one basis are never set against those of the other."""

    basis: Literal["registry", "recap"]
    dimensions: list[DimensionStep]
    total: Step
    sources: dict[str, Source] = Field(description="Year → where its figures can be read; of recaps.")
    notes: dict[str, Words] = Field(description="Year → what the recap leaves open.")


class FigureBody(BaseModel):
    """An indicator in one year."""

    target: str | None
    achievement: str | None
    reached: bool | None = Field(description="Null without a target.")
    share: str | None = Field(description="Achievement in percent of the target.")


class IndicatorStep(BaseModel):
    """One indicator of a programme in both years."""

    indicator: str
    unit: str | None
    before: FigureBody | None
    after: FigureBody | None
    change: str | None = Field(description="Achievement after less achievement before, in its unit.")


class ProgramStep(BaseModel):
    """One programme in both years."""

    id: UUID
    name: str
    agency: UUID | None
    dimension: str
    sub_dimension: str | None
    quick_win: bool | None
    status: str
    achieved_before: bool | None = Field(description="Null where it had no target.")
    achieved_after: bool | None
    indicators: list[IndicatorStep]


class Progress(BaseModel):
    """Targets and achievements of a region's programmes in two years."""

    region: str
    before: int
    after: int
    rule: RuleBody
    registry: Basis
    recap: Basis | None = Field(description="Counts that somebody else published; null when none is recorded.")
    programs: list[ProgramStep]
    cursor: str | None = Field(description="How far the change feed of the registry had been read.")
    digest: str = Field(description="SHA-256 of what the figures are computed from.")


class Rules(BaseModel):
    """Every rule."""

    items: list[RuleBody]
