"""Wire shapes of the files of a report."""

import datetime
from typing import Literal

from pydantic import BaseModel, Field


class Making(BaseModel):
    """A file that is being made. Ask again at the same address."""

    state: Literal["making"] = "making"
    format: str
    language: str | None
    stage: str = Field(description="`waiting` for its turn, `reading`, `charts`, `rows`, `writing`.")
    done: int = Field(description="How much of this stage is done, such as rows written.")
    total: int = Field(description="Of how much; 0 where the stage is one piece.")


class File(BaseModel):
    """A file of a report."""

    format: str
    language: str | None
    href: str
    media_type: str
    state: Literal["unmade", "making", "made", "failed"]
    bytes: int | None
    digest: str | None = Field(description="SHA-256 of the file itself.")
    made_at: datetime.datetime | None


class Files(BaseModel):
    """Everything that can be had of a report."""

    items: list[File]
