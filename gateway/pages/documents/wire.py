"""What the pages on frozen reports read of the reports service."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from gateway.pages.wire import Words


class Summary(BaseModel):
    """The headline of a report."""

    respondents: int | None
    index: Decimal | None
    grade: str | None


class Report(BaseModel):
    """A frozen report."""

    id: UUID
    number: str
    kind: str
    title: Words
    region: str
    simulated: bool
    state: str
    reason: str | None
    superseded_by: str | None
    digest: str
    summary: Summary
    created_at: datetime
    published_at: datetime | None


class Reports(BaseModel):
    """A page of them."""

    items: list[Report]
    next: str | None = None


class Making(BaseModel):
    """How far a document is."""

    stage: str
    done: int
    total: int


class Verification(BaseModel):
    """What a document is."""

    number: str
    verdict: str
    digest_checked: bool
    title: Words | None
    simulated: bool | None
    published_at: datetime | None
    superseded_by: str | None
    reason: str | None
