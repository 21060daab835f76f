"""Wire shapes of the quarantine."""

import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class Quarantined(BaseModel):
    """A response that was refused because another one has its id."""

    id: UUID
    response: UUID = Field(description="The id that both claim.")
    visit: UUID | None
    region: str | None
    reason: str
    digest: str
    body: dict[str, Any] = Field(description="What was sent, whole.")
    received_at: datetime.datetime
    received_by: str
