"""Wire shapes of a thing's history."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class Move(BaseModel):
    """One change in the life of a thing."""

    at: datetime
    by: str = Field(description="Who did it, as their token names them; `intake` for what the feeds brought.")
    role: str
    action: str
    before: str | None = Field(description="The state it came from.")
    after: str | None = Field(description="The state it went to.")
    reason: str | None
    detail: dict[str, Any] | None = Field(description="What exactly was recorded, where a state says too little.")
    version: int = Field(description="The thing's version since then.")


class History(BaseModel):
    """Everything that happened to a thing, the first change first."""

    items: list[Move]
