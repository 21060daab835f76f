"""Wire shapes that every resource of this service uses."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# Control characters have no place in a line of text, and PostgreSQL cannot store the first of them.
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000, pattern=r"^[^\x00]+$")
]
Slug = Annotated[
    str,
    StringConstraints(max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
    Field(description="Short name for addresses and files, unique within the region.", examples=["minggon-jatinan"]),
]
RegionCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?$"),
    Field(description="Code of a province, regency or district.", examples=["33.25"]),
]

Search = Annotated[
    str | None,
    Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$", description="Part of the name, in any case."),
]
InRegion = Annotated[RegionCode | None, Query(alias="region", description="This region and everything below it.")]
OfAgency = Annotated[UUID | None, Query(alias="agency", description="Id of the agency.")]
ArchivedToo = Annotated[
    Literal["false", "true", "any"],
    Query(description="`false`: those in use; `true`: archived ones; `any`: both."),
]


class Wire(BaseModel):
    """A body from outside: what we do not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Words(Wire):
    """A text in Indonesian and, where there is one, in English."""

    id: Paragraph
    en: Paragraph | None = None


class Stored(BaseModel):
    """What every stored thing answers with."""

    archived: bool
    version: int = Field(description="Also the ETag.")
    created_at: datetime
    updated_at: datetime


class Resource(Stored):
    """What agencies, programmes and locations have in common."""

    id: UUID
    region: str
    slug: str
    name: str
