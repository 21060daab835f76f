"""Wire shapes of holidays."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.reports.schemas import Line, Why, Words, WordsBody

Kind = Literal["national", "collective"]


class Edit(BaseModel):
    """Who changed a day, when and why."""

    by: str
    at: datetime
    reason: str


class Holiday(BaseModel):
    """A day that is no working day."""

    date: date
    kind: Kind = Field(description="`national`: hari libur nasional; `collective`: cuti bersama.")
    name: Words
    source: str = Field(description="The decree that says so.")
    estimated: bool = Field(description="Whether its day may still change.")
    version: int = Field(description="0 until somebody edited the day; also the ETag.")
    edited: Edit | None


class Holidays(BaseModel):
    """The holidays of a year."""

    year: int
    calendar: str = Field(description="The edition of the dated data and the number of edits since; deadlines name it.")
    known_until: date = Field(description="Later days are counted as working days, Saturdays and Sundays apart.")
    items: list[Holiday]


class HolidayBody(Why):
    """A day that is to be no working day."""

    kind: Kind
    name: WordsBody
    source: Line = Field(description="The decree or letter that says so.")
    estimated: bool = False
