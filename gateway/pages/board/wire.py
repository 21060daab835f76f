"""What the pages on aspirations read of the reports service."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from gateway.pages.wire import Words


class Names(BaseModel):
    """What the things behind the ids are called."""

    question: Words | None = None
    review: Words | None = None
    program: str | None = None
    location: str | None = None
    agency: str | None = None


class Aspiration(BaseModel):
    """What a respondent asks for, and what was decided about it."""

    id: UUID
    review: UUID
    region: str
    agency: UUID | None = None
    text: str | None
    state: str
    reason: str | None = None
    merged_into: UUID | None = None
    personal_data: bool = False
    rejected: bool = False
    simulated: bool
    language: str | None = None
    received_at: datetime
    followups: list[UUID] = []
    names: Names | None = None
    version: int


class AspirationPage(BaseModel):
    items: list[Aspiration]
    next: str | None = None


class Suggestion(BaseModel):
    """One whose letters are alike."""

    score: Decimal
    aspiration: Aspiration


class Suggestions(BaseModel):
    items: list[Suggestion]


class Move(BaseModel):
    """One change in the life of a thing."""

    at: datetime
    by: str
    role: str
    action: str
    before: str | None = None
    after: str | None = None
    reason: str | None = None
    version: int


class History(BaseModel):
    items: list[Move]


class Outcome(BaseModel):
    """What came of one decision among several."""

    id: UUID
    status: str
    problem: dict[str, Any] | None = None


class Outcomes(BaseModel):
    results: list[Outcome]


class Named(BaseModel):
    """A thing to choose by its name."""

    id: UUID
    name: str


class NamedPage(BaseModel):
    items: list[Named]
