"""What a registry file holds: the same fields as the API, with slugs where the API has ids of other things.

A slug means the same in every installation, so a file moves from one to another and people can write one by hand.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from services.programs.agencies.schemas import AgencyFields
from services.programs.locations.schemas import LocationFields
from services.programs.programs.schemas import ProgramFields
from services.programs.schemas import RegionCode, Slug, Wire

FORMAT: Literal["tinjau-registry/1"] = "tinjau-registry/1"

OwnId = Annotated[UUID | None, Field(description="Left out: the thing with this slug, or a new one.")]


class AgencyEntry(AgencyFields):
    """An agency in a file."""

    id: OwnId = None
    archived: StrictBool = False


class ProgramEntry(ProgramFields):
    """A programme in a file."""

    id: OwnId = None
    agency: Slug | None = None
    archived: StrictBool = False


class LocationEntry(LocationFields):
    """A location in a file."""

    id: OwnId = None
    program: Slug
    archived: StrictBool = False


class RegistryFile(Wire):
    """A region's registry in one file."""

    format: Literal["tinjau-registry/1"] = FORMAT
    region: RegionCode
    agencies: list[AgencyEntry] = Field(default_factory=list)
    programs: list[ProgramEntry] = Field(default_factory=list)
    locations: list[LocationEntry] = Field(default_factory=list)
