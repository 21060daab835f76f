"""Wire shapes of progress and quality: running counts, which cost the same however many answers there are."""

import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.surveys.flags.schemas import RuleName

CURRENT = "Whether everything that was received is counted here; it is a moment after it came in."


class Quota(BaseModel):
    """How many of one group were reached."""

    question: str
    value: str
    wanted: int
    reached: int


class Day(BaseModel):
    """What was received on a day, deleted and rejected ones too."""

    date: datetime.date = Field(description="In the zone that the device names, else Western Indonesian Time.")
    received: int


class States(BaseModel):
    """Responses by what the team thinks of them."""

    received: int = 0
    accepted: int = 0
    returned: int = 0
    rejected: int = 0
    deleted: int = 0


class Counts(BaseModel):
    """How far the survey has come."""

    target: int | None = Field(description="Respondents to reach; null where no target is set.")
    reached: int = Field(description="Responses that were neither deleted nor rejected.")
    states: States
    days: list[Day]
    last_received_at: datetime.datetime | None


class VisitProgress(Counts):
    """How far a visit has come."""

    visit: UUID
    name: str
    quotas: list[Quota]


class OneVisit(VisitProgress):
    """How far one visit has come."""

    review: UUID
    simulated: bool
    current: bool = Field(description=CURRENT)


class Progress(Counts):
    """How far a review has come: the sum of the visits that are the caller's to see, and each of them."""

    review: UUID
    simulated: bool
    current: bool = Field(description=CURRENT)
    visits: list[VisitProgress]


class Device(BaseModel):
    """What one device has sent for a visit."""

    device: str
    visit: UUID
    visit_name: str
    responses: int = Field(description="Not deleted.")
    last_seen: datetime.datetime = Field(description="When a response of it came in last.")


class FlagCount(BaseModel):
    """How many flags of a rule there are."""

    rule: RuleName
    raised: int = Field(description="Not dismissed.")
    dismissed: int


class VisitQuality(BaseModel):
    """Flags within one visit."""

    visit: UUID
    name: str
    responses: int = Field(description="Not deleted.")
    flags: list[FlagCount]


class Quality(BaseModel):
    """Flags within a review."""

    review: UUID
    simulated: bool
    current: bool = Field(description=CURRENT)
    responses: int = Field(description="Not deleted.")
    flags: list[FlagCount]
    visits: list[VisitQuality]
