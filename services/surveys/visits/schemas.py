"""Wire shapes of visits."""

import datetime
from uuid import UUID

from pydantic import Field, model_validator

from services.surveys.questionnaires.schemas import ChoiceOption
from services.surveys.schemas import Line, Paragraph, Stored, Wire


class Notes(Wire):
    """What the team keeps about a visit for itself."""

    team: list[Line] = Field(default_factory=list, max_length=50, description="Who goes there.")
    observations: Paragraph | None = None


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


class Visit(PublicVisit):
    """One place within a review."""

    notes: Notes | None = Field(None, description="For the team and those who work with it; null for everyone else.")
