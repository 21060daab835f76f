"""Wire shapes of frozen reports."""

import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.reports.documents.domain import State, Verdict
from services.reports.schemas import Words

Kind = Literal["review", "program", "evaluation"]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class Brought(BaseModel):
    """A body from outside: what we do not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Title(Brought):
    """A title in Indonesian and, if there is one, in English."""

    id: Line
    en: Line | None = None


class Collection(Brought):
    """What only people know of how the answers were collected; what is left out is reported as not recorded."""

    by: Line | None = Field(None, description="Who collected the answers.")
    how: Line | None = Field(None, description="In which way, such as face to face.")


class Signatory(Brought):
    """Who signs."""

    name: Line | None = None
    position: Line
    id_number: Line | None = Field(None, description="NIP, the number of a civil servant.")
    place: Line | None = Field(None, description="Where it is signed.")


class Freezing(Brought):
    """What to freeze a report of."""

    id: UUID | None = Field(None, description="The report's own id; made here unless it is given.")
    kind: Kind
    subject: UUID = Field(description="The id of the review, programme or evaluation.")
    title: Title | None = Field(None, description="Of the document; made from the subject's name unless given.")
    collection: Collection = Field(default_factory=Collection)
    signatory: Signatory | None = None


class Reason(Brought):
    """Why."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Summary(BaseModel):
    """The headline of a report, as everybody may see it."""

    respondents: int | None
    index: str | None
    grade: str | None


class Report(BaseModel):
    """A frozen report."""

    id: UUID
    number: str = Field(description="Without gaps within a year; `SIM-…` where the answers are simulated.")
    kind: Kind
    subject: UUID
    title: Words
    region: str
    agency: str | None
    simulated: bool
    state: State
    reason: str | None = Field(description="Why it was withdrawn, or the evaluation.")
    superseded_by: str | None = Field(description="The number of the newer report of the same subject.")
    digest: str = Field(description="SHA-256 of the JSON document.")
    summary: Summary
    version: int
    created_at: datetime.datetime
    published_at: datetime.datetime | None
    updated_at: datetime.datetime


class Verification(BaseModel):
    """What a document with this number is. Figures are not told; they are in the report."""

    number: str
    verdict: Verdict = Field(
        description="`genuine`, `superseded` by a newer one of the same subject, `withdrawn` itself or with the "
        "evaluation that it is about, or `unknown`: never published, or of other content."
    )
    digest_checked: bool = Field(description="Whether a digest was asked for; without one only the number is known.")
    title: Words | None
    simulated: bool | None
    published_at: datetime.datetime | None
    superseded_by: str | None
    reason: str | None = Field(description="Why it was withdrawn, or the evaluation.")


Snapshot = dict[str, Any]
"""What was frozen, as plain JSON without floating-point numbers; `documents/snapshots.py` makes it."""
