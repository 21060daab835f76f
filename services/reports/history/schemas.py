"""Wire shapes of what became of a record."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class Event(BaseModel):
    """One step in the life of a record."""

    version: int = Field(description="The record's version after it.")
    action: str
    at: datetime
    by: str = Field(description="Whom the caller's token spoke for.")
    role: str
    reason: str | None
    detail: dict[str, Any] | None = Field(description="What exactly was recorded.")


class Events(BaseModel):
    """Every step, in order."""

    items: list[Event]
