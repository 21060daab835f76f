"""Wire shapes of reviews."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field, model_validator

from services.surveys.schemas import Line, RegionCode, Stored, Wire, Words

Status = Literal["planned", "open", "closed"]


class Period(Wire):
    """From the first day to the last, both included."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.end < self.start:
            raise ValueError("The last day lies before the first.")
        return self


class ReviewBody(Wire):
    """A review as it is planned."""

    id: UUID | None = Field(None, description="Made by the client, or by us when it is left out.")
    region: RegionCode
    title: Words
    period: Period
    questionnaire: UUID = Field(description="A published questionnaire, national or of a region around this one.")
    method: Line | None = Field(
        None, description="Id of the method that computes the index; null: the questionnaire's."
    )
    simulated: bool = Field(False, description="True: all its responses are made up, and marked so wherever they show.")
    note: Words | None = None
    source: Line | None = Field(None, description="Where data entered later was published.")


class Review(Stored):
    """One round of field visits: a region, a period, a questionnaire."""

    id: UUID
    region: str
    title: Words
    period: Period
    questionnaire: UUID
    method: str
    simulated: bool
    status: Status
    note: Words | None
    source: str | None
