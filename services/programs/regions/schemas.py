"""Wire shapes of regions."""

from typing import Literal

from pydantic import BaseModel, Field

Level = Literal["province", "regency", "district"]


class Region(BaseModel):
    """A province, a regency or city, or a district."""

    code: str
    name: str
    level: Level
    parent: str | None = Field(description="Code of the region above; null for a province.")
    code_system: str
    edition: str


class RegionWithParents(Region):
    """A region and where it lies."""

    parents: list[Region] = Field(description="From the province downwards; empty for a province.")
