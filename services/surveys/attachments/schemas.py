"""Wire shapes of attachments."""

import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

State = Literal["uploading", "stored", "refused", "expired", "deleted"]


class Position(BaseModel):
    """A place on earth, in degrees (WGS 84)."""

    longitude: float
    latitude: float


class AttachmentChange(BaseModel):
    """An attachment as the change feed tells of it: no content, no name, no place."""

    id: UUID
    response: UUID = Field(description="The response that it belongs to; it may come later than the file.")
    question: str
    visit: UUID
    review: UUID
    simulated: bool
    media_type: str
    bytes: int
    digest: str = Field(description="SHA-256 of the content as it is served.")
    width: int | None = Field(description="Pixels; null for sound.")
    height: int | None
    stored_at: datetime.datetime
    version: int


class Attachment(BaseModel):
    """A photo or a sound beside a response."""

    id: UUID
    response: UUID
    question: str
    visit: UUID
    review: UUID
    region: str
    simulated: bool
    name: str | None = Field(description="What its sender calls the file.")
    state: State = Field(description="`refused`: it was no such file; what came is kept aside for the team.")
    length: int = Field(description="Bytes that were announced.")
    offset: int = Field(description="Bytes that have arrived.")
    media_type: str | None = Field(description="Sniffed from the content; null while it is not stored.")
    bytes: int | None = Field(description="Of the content as it is served: photos are encoded anew.")
    digest: str | None = Field(description="SHA-256 of that content; its ETag.")
    width: int | None = Field(description="Pixels; null for sound.")
    height: int | None
    position: Position | None = Field(description="Where a photo was taken, if the question asks to keep it.")
    refusal: str | None = Field(description="Why it was refused.")
    expires_at: datetime.datetime | None = Field(
        description="When it is given up: an upload that does not go on, or a file whose response has not come."
    )
    stored_at: datetime.datetime | None
    created_at: datetime.datetime
    created_by: str
    version: int


class AttachmentEvent(BaseModel):
    """A step in the life of a file."""

    version: int
    state: State = Field(description="What it became.")
    at: datetime.datetime
    by: str = Field(description="`service` for what it does by itself.")
    reason: str | None
