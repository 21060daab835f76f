"""Wire shapes of rebuilds."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class Rebuild(BaseModel):
    """One making anew of the sums."""

    id: UUID
    status: Literal["running", "done", "failed"]
    changes: int = Field(description="Changes read from both feeds so far.")
    started_at: datetime
    finished_at: datetime | None
    digest_before: str | None = Field(description="Of all sums as they were, at the same cursors as those after.")
    digest_after: str | None
    identical: bool | None = Field(description="Whether both are the same; null until it is done.")
    detail: str | None = Field(description="Why it failed.")
