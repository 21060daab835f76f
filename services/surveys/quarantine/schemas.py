"""Wire shapes of the quarantine."""

import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.surveys.schemas import Wire


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
    resolution: Literal["accepted", "dropped"] | None = Field(description="Null while nobody has decided.")
    resolution_reason: str | None
    resolved_at: datetime.datetime | None
    resolved_by: str | None
    accepted_as: UUID | None = Field(description="The response that it became.")


class Acceptance(Wire):
    """Under which id something kept aside becomes a response."""

    id: UUID = Field(description="A new one, made by the client; sending the same again is safe.")
