"""Wire shapes of the rules about deadlines."""

from pydantic import BaseModel, Field

from services.reports.schemas import Words


class DeadlineClass(BaseModel):
    """How long follow-ups of one kind may take."""

    key: str
    working_days: int
    label: Words


class DeadlineRule(BaseModel):
    """The classes, and where they come from."""

    id: str
    version: int
    since: str
    source: str
    note: Words
    classes: list[DeadlineClass]


class Level(BaseModel):
    """Who is told, after how many working days."""

    level: str
    working_days_overdue: int = Field(description="0: as soon as the deadline has passed.")


class EscalationRule(BaseModel):
    """Who is told when a follow-up takes longer."""

    id: str
    version: int
    since: str
    source: str | None
    note: Words
    remind_working_days_before: int
    levels: list[Level]


class Deadlines(BaseModel):
    """The rules that are in force."""

    classes: DeadlineRule
    escalation: EscalationRule
