"""What the board reads of follow-ups. What is told in detail only is None for everybody else."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from gateway.pages.wire import Words


class Origin(BaseModel):
    """What it is about: aspirations, or an element of a review's index."""

    aspirations: list[UUID] | None = None
    review: UUID
    element: str | None = None
    label: Words | None = None
    index: Decimal | None = None
    rank: int | None = None
    n: int | None = None


class Evidence(BaseModel):
    """A file that shows what was done."""

    id: UUID
    name: str
    media_type: str
    bytes: int
    by: str
    at: datetime


class Objection(BaseModel):
    """A respondent says that it is not solved."""

    text: str
    at: datetime


class FollowUp(BaseModel):
    """What an agency does."""

    id: UUID
    detail: bool = False
    region: str
    agency: UUID
    agency_name: str | None = None
    person: str | None = None
    title: str
    action: str
    class_: str = Field(alias="class")
    origin: Origin
    review: UUID
    program: UUID | None = None
    state: str
    due_on: date
    postponed_until: date | None = None
    deadline: date
    overdue: bool
    escalation: str | None = None
    reopened: int = 0
    simulated: bool
    evidence: list[Evidence] | None = None
    objections: list[Objection] | None = None
    comments_count: int | None = None


class FollowUpPage(BaseModel):
    items: list[FollowUp]
    next: str | None = None


class Comment(BaseModel):
    """What somebody said about it."""

    by: str
    role: str
    text: str
    at: datetime


class Comments(BaseModel):
    items: list[Comment]


class DeadlineClass(BaseModel):
    """How long a follow-up may take."""

    key: str
    working_days: int
    label: Words


class DeadlineRule(BaseModel):
    classes: list[DeadlineClass]


class Deadlines(BaseModel):
    classes: DeadlineRule


class WeakElement(BaseModel):
    """An element of an index, with what is planned for it."""

    key: str
    label: Words
    n: int
    index: Decimal
    rank: int
    weak: bool
    followups: list[UUID] = []


class WeakElements(BaseModel):
    """The elements of a review's index, the weakest first."""

    review: UUID
    simulated: bool
    respondents: int | None = None
    suppressed: bool = False
    withheld: int = 0
    items: list[WeakElement]
