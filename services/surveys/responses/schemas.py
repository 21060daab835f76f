"""Wire shapes of responses. Bodies are read and checked by `domain`, which names every fault; these document them."""

import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kit.problems import ProblemBody
from services.surveys.flags.schemas import Flag
from services.surveys.responses.circumstances import LANGUAGE, LONGEST_LANGUAGE, WIDEST_METRES

BATCH_ITEMS = 1000
ITEM_BYTES = 1_000_000
BATCH_BYTES = 32_000_000
STREAM_ITEMS = 100_000

Answer = Annotated[
    int | str | list[UUID] | None,
    Field(description='A score, `"not_applicable"`, an option\'s value, a text, or the ids of files.'),
]


State = Literal["received", "accepted", "returned", "rejected"]


class Position(BaseModel):
    """Where a response was filled in, as the device knew it."""

    longitude: float = Field(ge=-180, le=180, description="Degrees, WGS 84.")
    latitude: float = Field(ge=-90, le=90, description="Degrees, WGS 84.")
    accuracy: float = Field(ge=0, le=WIDEST_METRES, description="Metres.")


class ResponseBody(BaseModel):
    """One respondent's filled questionnaire, as it is sent."""

    id: UUID = Field(description="Made by the client, of any version; sending the same again is safe.")
    visit: UUID
    filled_at: datetime.datetime | None = Field(None, description="By the clock of the device, with its offset.")
    answers: dict[str, Answer] = Field(description="By question key; null is no answer.")
    simulated: bool = Field(False, description="Has to be what the review says.")
    device: str | None = Field(None, pattern=r"^[A-Za-z0-9._:-]{1,100}$", description="A name the device keeps.")
    language: str | None = Field(
        None, pattern=LANGUAGE, max_length=LONGEST_LANGUAGE,
        description="BCP 47 tag of the language that the form was filled in: language, script and region at most.",
    )  # fmt: skip
    started_at: datetime.datetime | None = Field(
        None, description="When the form was opened, by the clock of the device, with its offset."
    )
    position: Position | None = Field(
        None, description="Where it was filled in; shown to those who judge responses, and to nobody else."
    )


class BatchBody(BaseModel):
    """Responses that were kept on a device."""

    items: list[ResponseBody] = Field(max_length=BATCH_ITEMS)


class Receipt(BaseModel):
    """Proof that a response is stored."""

    id: UUID
    status: Literal["created", "duplicate"] = Field(description="`duplicate`: it was there already, with this receipt.")
    receipt: str = Field(description="A code the respondent can keep.", examples=["7Q2M-K4TX-90AB"])
    sequence: int = Field(description="Its place among everything the server has stored.")
    received_at: datetime.datetime = Field(description="By the clock of the server.")
    digest: str = Field(description="SHA-256 of the canonical JSON (RFC 8785) of the response.")
    simulated: bool = Field(description="Whether the response is made up, as all of its review are.")


class BatchResult(BaseModel):
    """What became of one item of a batch."""

    index: int
    id: UUID | None
    status: Literal["created", "duplicate", "conflict", "invalid"]
    receipt: str | None = None
    sequence: int | None = None
    received_at: datetime.datetime | None = None
    digest: str | None = None
    simulated: bool | None = None
    problem: ProblemBody | None = None


class BatchAnswer(BaseModel):
    """What became of each item, in the order they were sent."""

    results: list[BatchResult]


class DeviceClock(BaseModel):
    """How the clock of the device stood when it sent a response for the first time."""

    device_time: datetime.datetime = Field(description="What the device claimed.")
    offset_seconds: float = Field(description="What has to be added to its times to have the server's.")


class Response(BaseModel):
    """A stored response, as it is now."""

    id: UUID
    visit: UUID
    review: UUID
    region: str
    simulated: bool
    filled_at: str | None
    answers: dict[str, Any]
    device: str | None
    language: str | None = None
    started_at: str | None = None
    position: Position | None = Field(None, description="For those who judge responses; null for everyone else.")
    state: State = Field(description="What the team thinks of it.")
    flags: list[Flag] = Field(description="What rules found in it, a moment after it came in; none changes an index.")
    version: int = Field(description="Also the ETag; it rises with each revision.")
    received_at: datetime.datetime
    clock: DeviceClock | None = Field(description="Null where the device did not say (`X-Device-Time`).")
    changed_at: datetime.datetime | None = Field(description="When its newest revision was made; null: never changed.")
    receipt: str
    sequence: int
    digest: str = Field(description="Of the response as it is now; the receipt has that of the first.")
