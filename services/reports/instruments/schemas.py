"""Wire shapes of instruments."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.reports.schemas import Key, Line, Source, Stored, Wire, Words, WordsBody

InstrumentKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Status = Literal["draft", "published", "retired"]


class Indicator(Wire):
    """Something that is scored within a dimension."""

    key: Key = Field(description="Stays the same in all versions; never its position.")
    dimension: Key
    code: Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00-\x1f\x7f]+$")] | None = None
    text: WordsBody
    guidance: WordsBody | None = Field(None, description="What to look at, and what each score means.")
    weight: Annotated[int, Field(ge=1, le=1000, strict=True)] = Field(
        1, description="Relative to the other indicators of its dimension."
    )


class InstrumentBody(Wire):
    """An instrument as its author sends it."""

    id: UUID | None = Field(None, description="Made by the client, or by us when it is left out.")
    key: InstrumentKey = Field(description="Common to all versions of one instrument.")
    title: WordsBody
    method: Line = Field(description="Id of the method of evaluation whose dimensions it has.")
    source: Source | None = None
    note: WordsBody | None = None
    indicators: list[Indicator] = Field(min_length=1, max_length=200)


class Instrument(Stored):
    """An instrument as stored. Once published, only its status may still change, to retired."""

    id: UUID
    key: str
    version_number: int | None = Field(description="1, 2, … by order of publication; null for a draft.")
    status: Status
    title: Words
    method: str
    source: Source | None
    note: Words | None
    indicators: list[Indicator]
