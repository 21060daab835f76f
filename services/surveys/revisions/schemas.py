"""Wire shapes of revisions."""

import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.surveys.responses.schemas import ResponseBody, State
from services.surveys.revisions.domain import LONGEST_REASON, MUST_SAY_WHY
from services.surveys.schemas import Line, Paragraph, Wire

Action = Literal["created", "updated", "deleted", "restored", "reviewed"]


class CorrectionBody(ResponseBody):
    """A response as it should have been sent, and why it is corrected."""

    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


class Judgement(Wire):
    """What the team thinks of a response."""

    state: State
    reason: Line | None = Field(None, description="Needed for `returned` and `rejected`.")
    note: Paragraph | None = Field(None, description="Whatever the team wants to remember.")

    @model_validator(mode="after")
    def _say_why(self) -> "Judgement":
        if self.state in MUST_SAY_WHY and self.reason is None:
            raise ValueError(f"A response that is {self.state} needs a reason.")
        return self


class Revision(BaseModel):
    """One revision of a response."""

    id: UUID
    version: int = Field(description="The first is 1.")
    action: Action
    at: datetime.datetime
    by: str = Field(description="Who received it, or made this change.")
    reason: str | None
    note: str | None
    state: State
    filled_at: str | None
    answers: dict[str, Any] | None = Field(description="Null where it was deleted.")
    device: str | None
    language: str | None
    started_at: str | None
    digest: str
