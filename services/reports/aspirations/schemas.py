"""Wire shapes of aspirations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.reports.schemas import Line, Paragraph, Stored, Why, Wire, Words

MOST_AT_ONCE = 200
State = Literal["new", "accepted", "merged", "declined", "withdrawn"]


class Names(BaseModel):
    """What the things behind the ids are called; null where there is none."""

    question: Words | None
    review: Words | None
    program: str | None
    location: str | None
    agency: str | None


class Aspiration(Stored):
    """What a respondent asks for, and what was decided about it."""

    id: UUID
    response: UUID
    question: str = Field(description="Key of the question that it answers.")
    review: UUID
    visit: UUID
    program: UUID | None
    location: UUID | None
    region: str
    agency: UUID | None
    language: str | None
    text: str | None = Field(
        description="As it was written, or without the personal data that the team cut out; null when the response was "
        "deleted, and in the change feed: what stands in a log cannot be taken back."
    )
    public_text: str | None = Field(description="What everybody may read: the text of an accepted one.")
    state: State
    reason: str | None = Field(description="Why it was declined, merged or looked at again; the respondent reads it.")
    merged_into: UUID | None
    personal_data: bool = Field(description="Whether personal data was cut out of the text.")
    rejected: bool = Field(description="Whether the team rejected the response that it comes from.")
    simulated: bool
    received_at: datetime
    followups: list[UUID]
    names: Names | None = Field(description="Null in the change feed.")


class Suggestion(BaseModel):
    """One that may ask for the same thing. A suggestion of letters alone: nobody has compared what is meant."""

    score: str = Field(description="How alike the texts are by their letters, 0.00 to 1.00.")
    aspiration: Aspiration


class Suggestions(BaseModel):
    """Suggestions, the most alike first."""

    items: list[Suggestion]


class Optionally(Wire):
    """The reason of a change, if there is one to give."""

    reason: Line | None = None


class Merge(Optionally):
    """Into which one."""

    into: UUID = Field(description="One that is new or accepted, or one that was merged into such a one.")


class Redaction(Why):
    """The text without the personal data. What is cut out is not kept here."""

    text: Paragraph


class _OfItem(Wire):
    id: UUID
    version: int = Field(description="The version that was read.", ge=1, lt=2**31)


class AcceptItem(_OfItem, Optionally):
    """Accept one."""

    action: Literal["accept"]


class DeclineItem(_OfItem, Why):
    """Decline one."""

    action: Literal["decline"]


class MergeItem(_OfItem, Merge):
    """Merge one."""

    action: Literal["merge"]


class RedactItem(_OfItem, Redaction):
    """Redact one."""

    action: Literal["redact"]


class ReconsiderItem(_OfItem, Why):
    """Look at one again."""

    action: Literal["reconsider"]


Item = Annotated[
    AcceptItem | DeclineItem | MergeItem | RedactItem | ReconsiderItem, Field(discriminator="action")
]  # fmt: skip


class Triage(Wire):
    """Decisions about several."""

    items: list[Item] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Outcome(BaseModel):
    """What came of one decision."""

    id: UUID
    status: Literal["done", "refused"]
    aspiration: Aspiration | None
    problem: dict[str, Any] | None = Field(description="Why it was refused, as a problem.")


class Outcomes(BaseModel):
    """What came of each, in order."""

    results: list[Outcome]


class TrackedEvent(BaseModel):
    """Something that happened to a follow-up."""

    at: datetime
    state: str
    note: str | None


class TrackedFollowUp(BaseModel):
    """What is done about an aspiration, as everybody may know it."""

    id: UUID
    title: str
    agency_name: str | None
    state: str
    due_on: date
    overdue: bool
    postponed_until: date | None
    done_at: datetime | None
    closing: int = Field(description="How many times it was said to be done.")
    events: list[TrackedEvent]
    can_object: bool = Field(description="Whether the respondent may say that it is not solved; once per closing.")


class Tracked(BaseModel):
    """One aspiration as its respondent sees it."""

    id: UUID
    question: str
    question_text: Words | None
    text: str | None = Field(description="Null when it was withdrawn.")
    state: State
    reason: str | None
    merged: bool = Field(description="Whether it is dealt with together with one that asks for the same.")
    followups: list[TrackedFollowUp]


class Tracking(BaseModel):
    """What became of what a respondent asked for."""

    receipt: str
    received_at: datetime
    simulated: bool
    aspirations: list[Tracked]


class Objection(Wire):
    """It is not solved."""

    followup: UUID
    text: Paragraph = Field(max_length=1000, description="What is not solved.")
