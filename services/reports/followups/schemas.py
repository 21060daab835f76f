"""Wire shapes of follow-ups."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.reports.schemas import Key, Line, Paragraph, Stored, Why, Wire, Words

MOST_ASPIRATIONS = 500
LAST_DAY = date(2199, 12, 31)
"""Working days are counted beyond a deadline, and there have to be some."""
State = Literal["planned", "in_progress", "done", "verified", "returned", "postponed", "reopened"]


class OriginBody(Wire):
    """What it is about: accepted aspirations, or an element of a review's index."""

    aspirations: list[UUID] | None = Field(None, min_length=1, max_length=MOST_ASPIRATIONS)
    review: UUID | None = None
    element: Key | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "OriginBody":
        element = self.review is not None and self.element is not None
        if (self.aspirations is None) is not element or (self.aspirations and (self.review or self.element)):
            raise ValueError("Name aspirations, or a review and an element.")
        return self


class PlanBody(Wire):
    """What is going to be done, by whom, and how long it may take."""

    model_config = ConfigDict(populate_by_name=True)

    agency: UUID = Field(description="Which agency owns it.")
    person: Line | None = Field(None, description="Who sees to it there; never public.")
    title: Line
    action: Paragraph
    class_: str = Field(alias="class", pattern="^[a-z_]{1,40}$", description="A class of `GET /deadlines`.")


class FollowUpBody(PlanBody):
    """A new follow-up."""

    id: UUID | None = Field(None, description="Made by the client, or by us when it is left out.")
    origin: OriginBody


class FollowUpChange(PlanBody):
    """A follow-up as it should be, and why. Another class sets the deadline anew."""

    reason: Line


class Origin(BaseModel):
    """What it is about. Figures of an element are those of the day it was planned."""

    aspirations: list[UUID] | None
    review: UUID
    element: str | None
    label: Words | None
    index: str | None = Field(description="Null in public when it would tell about one to four people.")
    rank: int | None = Field(description="1 is the best; equal ones share a rank.")
    n: int | None
    method: str | None


class EvidenceFile(BaseModel):
    """A file that shows what was done."""

    id: UUID
    name: str
    media_type: str
    bytes: int
    digest: str = Field(description="SHA-256.")
    by: str
    at: datetime


class ObjectionSaid(BaseModel):
    """A respondent says that it is not solved."""

    closing: int
    text: str
    at: datetime


class FollowUp(Stored):
    """What an agency does. Fields that say so are null for whoever does not see the rows in detail."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: UUID
    detail: bool = Field(description="Whether this is the whole of it, or what everybody may know.")
    region: str
    agency: UUID
    agency_name: str | None
    person: str | None = Field(description="Detail only.")
    title: str
    action: str
    class_: str = Field(serialization_alias="class")
    origin: Origin
    review: UUID
    program: UUID | None
    state: State
    due_on: date
    postponed_until: date | None
    deadline: date = Field(description="The day that counts: `postponed_until`, or else `due_on`.")
    counted_from: date = Field(description="Working days of the class count from the day after.")
    rule: str = Field(description="The rule about deadlines that it was set by.")
    calendar: str = Field(description="The calendar that it was set by.")
    overdue: bool
    escalation: str | None = Field(description="Who has to see to it by now; null until it is overdue.")
    reopened: int = Field(description="How many times.")
    closings: int = Field(description="How many times it was said to be done.")
    simulated: bool
    started_at: datetime | None
    done_at: datetime | None
    verified_at: datetime | None
    evidence: list[EvidenceFile] | None = Field(description="Detail only.")
    objections: list[ObjectionSaid] | None = Field(description="Detail only.")
    comments_count: int | None = Field(description="Detail only.")


class Noted(Wire):
    """A note on a step, if there is one."""

    note: Line | None = None


class Postponement(Why):
    """Until when, and why."""

    until: date = Field(le=LAST_DAY)


class WeakElement(BaseModel):
    """An element of an index, with the follow-ups that are planned for it."""

    key: str
    label: Words
    n: int
    index: str = Field(description="Its mean on the scale of the index.")
    rank: int = Field(description="1 is the best; equal ones share a rank.")
    priority: int = Field(description="1 is the weakest; equal ones share it.")
    weak: bool = Field(description="Whether none is weaker; several are when they are equal.")
    followups: list[UUID]


class WeakElements(BaseModel):
    """The elements of a review's index, the weakest first. Those whose figures may not be shown are not among them."""

    review: UUID
    simulated: bool
    method: str
    respondents: int | None
    suppressed: bool
    withheld: int = Field(description="Elements that are left out because their figures may not be shown.")
    items: list[WeakElement]


class CommentBody(Wire):
    """What somebody has to say about it."""

    text: Paragraph


class Comment(BaseModel):
    """What somebody said about it."""

    id: UUID
    by: str
    role: str
    text: str
    at: datetime


class Comments(BaseModel):
    """Comments, the first one first."""

    items: list[Comment]


class EvidenceFiles(BaseModel):
    """Evidence, the first one first."""

    items: list[EvidenceFile]
