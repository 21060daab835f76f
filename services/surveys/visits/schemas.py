"""Wire shapes of visits."""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.surveys.questionnaires.schemas import ChoiceOption, OptionValue
from services.surveys.schemas import Key, Line, Paragraph, Stored, Wire

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Annotated[int, Field(ge=1, le=7)]
Wanted = Annotated[int, Field(ge=1, le=10_000_000)]
Quotas = dict[Key, Annotated[dict[OptionValue, Wanted], Field(min_length=1, max_length=500)]]


class Notes(Wire):
    """What the team keeps about a visit for itself."""

    team: list[Line] = Field(default_factory=list, max_length=50, description="Who goes there.")
    observations: Paragraph | None = None


class Hours(Wire):
    """When a place is open to the people it serves, by its own clock."""

    opens: ClockTime = Field(examples=["08:00"])
    closes: ClockTime = Field(examples=["15:30"])
    days: list[Weekday] | None = Field(
        None, min_length=1, max_length=7, description="Days of the week, 1 is Monday; null: every day."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        if self.closes <= self.opens:
            raise ValueError("It closes before it opens.")
        return self


class Point(BaseModel):
    """A place as GeoJSON has it: longitude, latitude."""

    type: Literal["Point"]
    coordinates: list[float]


class VisitBody(Wire):
    """A visit as it is planned."""

    id: UUID | None = Field(None, description="Made by the client, or by us when it is left out.")
    review: UUID
    program: UUID | None = Field(None, description="The programme of the registry that is visited.")
    location: UUID | None = Field(None, description="A location of that programme.")
    name: Line
    date: datetime.date | None = None
    target: int | None = Field(None, ge=1, le=10_000_000, description="Respondents to reach.")
    population: int | None = Field(
        None, ge=1, le=1_000_000_000, description="People the programme served there in a year; null: not known."
    )
    services: list[ChoiceOption] = Field(default_factory=list, max_length=500, description="Services to choose from.")
    hours: Hours | None = Field(None, description="Null: not known, and then no answer is flagged for its hour.")
    quotas: Quotas = Field(
        default_factory=dict, max_length=50,
        description="How many respondents to reach by the answer to a question: question key, option, number.",
    )  # fmt: skip
    notes: Notes = Field(default_factory=Notes)

    @model_validator(mode="after")
    def _sound(self) -> "VisitBody":
        if self.location is not None and self.program is None:
            raise ValueError("A location needs its programme.")
        values = [service.value for service in self.services]
        if len(set(values)) != len(values):
            raise ValueError("A service stands in the list twice.")
        return self


class PublicVisit(Stored):
    """One place within a review, as everyone may see it and as the change feed tells it."""

    id: UUID
    review: UUID
    region: str
    agency: UUID | None
    program: UUID | None
    location: UUID | None
    program_name: str | None
    location_name: str | None
    name: str
    date: datetime.date | None
    target: int | None
    population: int | None
    services: list[ChoiceOption]
    point: Point | None = Field(description="Where the location is, as the registry had it when this was planned.")
    hours: Hours | None
    quotas: Quotas


class Visit(PublicVisit):
    """One place within a review."""

    notes: Notes | None = Field(None, description="For the team and those who work with it; null for everyone else.")
