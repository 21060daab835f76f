"""Wire shapes that several resources of this service use."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.kit.pagination import decode
from services.kit.problems import FieldError, Malformed


class Words(BaseModel):
    """A text in Indonesian and, where there is one, in English."""

    id: str
    en: str | None = None


RegionCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?$"),
    Field(description="Kemendagri code, such as `33.25`."),
]
Region = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?$", description="This region and everything below it."),
]
Year = Annotated[int, Field(ge=1990, le=2199, strict=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
# Control characters have no place in a line of text, and PostgreSQL cannot store the first of them.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000, pattern=r"^[^\x00]+$")
]
Address = Annotated[
    str,
    StringConstraints(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$"),
    Field(description="Web address."),
]


class Wire(BaseModel):
    """A body from outside: what we do not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class WordsBody(Wire):
    """A text as it is sent: in Indonesian and, where there is one, in English."""

    id: Paragraph
    en: Paragraph | None = None


class Why(Wire):
    """The reason of a change."""

    reason: Line


class Source(Wire):
    """Where something can be read."""

    title: Line
    url: Address | None = None
    accessed: date | None = Field(None, description="The day on which it was read there.")


class Stored(BaseModel):
    """What every stored thing answers with."""

    version: int = Field(description="Also the ETag.")
    created_at: datetime
    updated_at: datetime


def after_id(cursor: str | None) -> UUID | None:
    """The id behind a cursor of a list by id. Raises Malformed."""
    if cursor is None:
        return None
    (given,) = decode(cursor, str)
    try:
        return UUID(given)
    except ValueError as error:
        raise Malformed(
            "The cursor is not one of ours; start again without it.",
            errors=[FieldError("cursor", "cursor", "Use `next` of an earlier page, unchanged.")],
        ) from error
