"""Wire shapes of recaps."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.reports.schemas import Key, Line, RegionCode, Source, Stored, Wire, Words, WordsBody, Year

Number = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class RecapCount(Wire):
    """How many programmes of one dimension were achieved, and how many there were."""

    dimension: Key
    achieved: Number
    total: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


class RecapBody(Wire):
    """A recap as it is sent."""

    id: UUID | None = Field(None, description="Made by the client, or by us when it is left out.")
    region: RegionCode
    year: Year
    counts: list[RecapCount] = Field(min_length=1, max_length=50)
    source: Source
    note: WordsBody | None = Field(None, description="What the source leaves open, or how a count was derived from it.")


class RecapRevision(RecapBody):
    """A recap as it should be, and why it is changed."""

    reason: Line


class Recap(Stored):
    """A published recap with its source."""

    id: UUID
    region: str
    year: int
    counts: list[RecapCount]
    source: Source
    note: Words | None


class Recaps(BaseModel):
    """Recaps of several years."""

    items: list[Recap]
