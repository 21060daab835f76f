"""Wire shapes of the quarantine."""

import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.kit.problems import ProblemBody
from services.surveys.schemas import Line, Wire


class Quarantined(BaseModel):
    """What somebody sent and is no response: its id stands for another one, or it was refused."""

    id: UUID
    response: UUID | None = Field(description="The id that both claim, or that the refused one has.")
    visit: UUID | None
    region: str | None
    reason: str = Field(description="`conflict`, or the name of the problem it was refused with.")
    problem: ProblemBody | None = Field(description="What was answered to a refused one.")
    digest: str
    body: dict[str, Any] | None = Field(description="What was sent, where it is a JSON object.")
    raw: str | None = Field(description="What was sent, in base64, where it is none, or nested too deep to be shown.")
    bytes: int | None = Field(
        description="How long a refused one is. Up to 1 MB all of it is kept, of a longer one the beginning; a list "
        "shows what has up to 16 kB; 30 days after the decision it is forgotten."
    )
    received_at: datetime.datetime
    last_received_at: datetime.datetime = Field(description="When the same was refused last.")
    times: int = Field(description="How often the same was refused.")
    received_by: str
    resolution: Literal["accepted", "dropped"] | None = Field(description="Null while nobody has decided.")
    resolution_reason: str | None
    resolved_at: datetime.datetime | None
    resolved_by: str | None
    accepted_as: UUID | None = Field(description="The response that it became.")


class Acceptance(Wire):
    """Under which id something kept aside becomes a response, and as what."""

    id: UUID = Field(
        description="A new one, made by the client, or its own where no response has it; sending again is safe."
    )
    body: dict[str, Any] | None = Field(None, description="The response as it should have been; none: as it was sent.")
    reason: Line | None = Field(None, description="Why it was corrected; needed with a body.")

    @model_validator(mode="after")
    def _reasoned(self) -> "Acceptance":
        if self.body is not None and self.reason is None:
            raise ValueError("a corrected body needs a reason")
        return self
