"""What the citizen's page reads of the reports service."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from gateway.pages.wire import Words


class Event(BaseModel):
    """Something that happened to a follow-up."""

    at: datetime
    state: str
    note: str | None = None


class FollowUp(BaseModel):
    """What is done, as everybody may know it."""

    id: UUID
    title: str
    agency_name: str | None = None
    state: str
    due_on: date
    overdue: bool
    postponed_until: date | None = None
    done_at: datetime | None = None
    events: list[Event] = []
    can_object: bool = False


class Asked(BaseModel):
    """One thing that somebody asked for, and what was decided about it."""

    id: UUID
    question_text: Words | None = None
    text: str | None
    state: str
    reason: str | None = None
    merged: bool = False
    followups: list[FollowUp] = []


class Tracking(BaseModel):
    """Everything behind a receipt."""

    receipt: str
    received_at: datetime
    simulated: bool
    aspirations: list[Asked]


class Taken(BaseModel):
    """That something was taken; what else is told is not needed here."""
