"""Wire shapes of flags and the rules behind them."""

import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.surveys.schemas import Words

RuleName = Literal[
    "straight-lining", "too-fast", "device-too-often", "outside-location", "outside-hours", "duplicate-respondent",
    "wrong-clock",
]  # fmt: skip


class Rule(BaseModel):
    """One version of a rule, with what it can and cannot tell."""

    rule: RuleName
    version: int
    valid_from: datetime.date = Field(description="It holds for what was received since, until a later version does.")
    title: Words
    thresholds: dict[str, int]
    why: str = Field(description="Why the thresholds are what they are.")
    can: str
    cannot: str


class Rules(BaseModel):
    """All versions of all rules."""

    items: list[Rule]


class Dismissal(BaseModel):
    """Who found that a flag means nothing, when and why."""

    by: str
    at: datetime.datetime
    reason: str


class Flag(BaseModel):
    """What a rule found in a response. It is something to look at, never a verdict."""

    rule: RuleName
    version: int = Field(description="Of the rule.")
    detail: dict[str, Any] = Field(description="What was found, in the rule's own words.")
    at: datetime.datetime
    dismissed: Dismissal | None
    revision: int = Field(description="Of the flag; the ETag for deciding on it.")


class Decision(BaseModel):
    """What somebody decided on a flag."""

    rule: RuleName
    version: int = Field(description="Of the rule.")
    detail: dict[str, Any] = Field(description="What had been found then.")
    action: Literal["dismissed", "raised"]
    reason: str
    by: str
    at: datetime.datetime


class Flags(BaseModel):
    """The flags of a response, and what was decided on any that it had."""

    items: list[Flag]
    decisions: list[Decision]
