"""Wire shapes of figures about a plan of follow-ups."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.reports.schemas import Words


class MethodNamed(BaseModel):
    """How a score is made, and where that comes from."""

    id: str
    version: int
    label: Words
    source: str
    note: Words


class Completion(BaseModel):
    """How much of the plan was done, 0 to 5."""

    method: MethodNamed
    score: int
    label: Words
    percentage: str | None = Field(description="With two decimals; null without a plan. Scores go by the exact share.")


class Speed(BaseModel):
    """How soon all of the plan was done."""

    method: MethodNamed
    score: int = Field(description="0 as long as not all of it is done.")
    most: int = Field(description="The highest score of this edition.")
    months: dict[int, int] = Field(description="By score, within how many months.")


class PlanFigures(BaseModel):
    """Both figures, with the counts that they come from. Real and simulated follow-ups are never counted together."""

    region: str | None
    review: UUID | None
    agency: UUID | None
    simulated: bool
    since: date | None = Field(description="The day of the report; null: the last day of each review.")
    total: int
    done: int = Field(description="Said to be done, or verified.")
    verified: int
    overdue: int
    states: dict[str, int]
    last_done_on: date | None = Field(description="When the last of the plan was done; null until all of it is.")
    completion: Completion
    speed: list[Speed] = Field(description="By each edition of the method, the newest first.")
