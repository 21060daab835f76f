"""Wire shapes that every resource of this service uses."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

RegionCode = Annotated[
    str, StringConstraints(pattern=r"^\d{2}(\.\d{2}(\.\d{2})?)?$"), Field(description="Kemendagri code, such as `33.25`.")
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


class Wire(BaseModel):
    """A body from outside: what we do not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Words(Wire):
    """A text in Indonesian and, where there is one, in English."""

    id: Paragraph
    en: Paragraph | None = None


class Stored(BaseModel):
    """What every stored thing answers with."""

    version: int = Field(description="Also the ETag.")
    created_at: datetime
    updated_at: datetime
