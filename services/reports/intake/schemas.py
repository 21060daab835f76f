"""Wire shapes of what is known about the feeds."""

from datetime import datetime

from pydantic import BaseModel, Field


class FeedState(BaseModel):
    """How far a feed was read."""

    cursor: str | None = Field(description="Where it goes on; null before its first change.")
    changes: int = Field(description="Changes that were read in all.")
    skipped: int = Field(description="How many of them are of a kind that is not known here.")
    applied_at: datetime | None = Field(description="When the last change was taken in.")
    behind_seconds: float | None = Field(
        description="For so long changes may have been made that are not in; null until it was once read to its end."
    )
    error: str | None = Field(description="Why it is not read right now.")


class Freshness(BaseModel):
    """How far both feeds were read."""

    responses: FeedState
    registry: FeedState
