"""Wire shapes of the code list of dimensions."""

from pydantic import BaseModel, Field


class Label(BaseModel):
    """A label in Indonesian and English."""

    id: str
    en: str


class SubDimension(BaseModel):
    """A sub-dimension: its key, its label, and other names it goes by."""

    key: str
    label: Label
    aliases: list[str] = Field(description="Other names that are understood, in any case.")


class Dimension(SubDimension):
    """A dimension with its sub-dimensions."""

    sub_dimensions: list[SubDimension]


class Source(BaseModel):
    """Where the list can be read."""

    url: str
    title: str | None
    accessed: str


class Dimensions(BaseModel):
    """One version of the code list."""

    version: str
    title: Label
    note: Label | None = None
    sources: list[Source]
    dimensions: list[Dimension]
