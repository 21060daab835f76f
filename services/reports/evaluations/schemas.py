"""Wire shapes of evaluations as they are sent, and of what assessors, the region and the ministry say of one."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, StrictBool, StringConstraints, WithJsonSchema, model_validator

from services.reports.schemas import Address, Key, Line, Paragraph, RegionCode, Source, Stored, Wire, WordsBody, Year

SCORE = r"^[0-9]{1,3}(\.[0-9]{1,4})?$"
MOST_SCORES = 500

State = Literal["open", "assessed", "published", "withdrawn"]
Kind = Literal["assessor", "self"]


def _as_text(value: Any) -> Any:
    """A number as it is written, so that 3.6 is 18/5 and not its neighbour in binary."""
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


Figure = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(pattern=SCORE),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": SCORE}, {"type": "number", "minimum": 0, "maximum": 999}],
            "description": "A number or a string of digits; answered as a string with the same digits.",
            "examples": ["3.60"],
        }
    ),
]
Change = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,4})?$"),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^-?[0-9]{1,3}(\.[0-9]{1,4})?$"}, {"type": "number"}]}),
]


class PrintedRank(Wire):
    """A rank as a source prints it."""

    within: RegionCode | None = Field(None, description="Among the regions of this one; null: of the whole country.")
    rank: Annotated[int, Field(ge=1, le=10_000, strict=True)]


class PrintedBefore(Wire):
    """The index of the year before as a source prints it."""

    year: Year
    index: Figure


class Printed(Wire):
    """What the source of a recorded evaluation prints, kept beside what its scores give."""

    index: Figure
    improvement: Change | None = None
    before: PrintedBefore | None = None
    ranks: list[PrintedRank] = Field(default_factory=list, max_length=10)


class EvaluationBody(Wire):
    """An evaluation as it is sent. With a `source` it is recorded from there; without, assessors score it here."""

    id: UUID | None = Field(None, description="Made by the client, or by us when it is left out.")
    region: RegionCode
    year: Year
    method: Line | None = Field(None, description="The weights; left out: those that a source states for this year.")
    instrument: UUID | None = Field(None, description="Published indicators; null: dimensions are scored as a whole.")
    simulated: StrictBool = False
    source: Source | None = None
    printed: Printed | None = None
    note: WordsBody | None = None
    reviews: list[UUID] = Field(
        default_factory=list, max_length=20, description="Reviews whose indexes are the figures of the impact survey."
    )

    @model_validator(mode="after")
    def _consistent(self) -> "EvaluationBody":
        if self.simulated and (self.source or self.printed):
            raise ValueError("What a source prints is not simulated.")
        if self.printed and not self.source:
            raise ValueError("A printed figure needs the source that prints it.")
        if len(set(self.reviews)) != len(self.reviews):
            raise ValueError("A review is linked once.")
        return self


class ScoreBody(Wire):
    """A score and what its giver remarks."""

    score: Figure
    remark: Paragraph | None = None


class Scores(Wire):
    """Scores by criterion; those left out are not given yet."""

    scores: dict[Key, ScoreBody] = Field(max_length=MOST_SCORES)


class ConsensusBody(Wire):
    """What was agreed on for a criterion or a dimension, and why."""

    score: Figure
    reason: Paragraph


class Assessment(Stored):
    """The scores of one assessor, or the region's own."""

    kind: Kind
    assessor: str | None = Field(description="Null for the region's own.")
    own: bool = Field(description="Whether it is the caller's.")
    scores: dict[str, ScoreBody]
    submitted_at: datetime | None = Field(description="From then on it does not change.")


class Assessments(BaseModel):
    """What the caller may see of them."""

    items: list[Assessment]


class EvidenceBody(Wire):
    """A document that shows how far a criterion is met: where it lies, and its digest, so that it stays the same."""

    id: UUID | None = None
    criterion: Key
    title: Line
    url: Address
    digest: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        None, description="SHA-256 of the document as it was when it was handed in."
    )


class Evidence(Stored):
    """A document that was handed in."""

    id: UUID
    criterion: str
    title: str
    url: str
    digest: str | None
    added_by: str
    withdrawn_reason: str | None = Field(description="Why it no longer counts; null while it does.")


class EvidenceList(BaseModel):
    """The documents of an evaluation."""

    items: list[Evidence]
