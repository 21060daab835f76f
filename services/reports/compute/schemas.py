"""Wire shapes of the calculator."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from services.reports.methods.schemas import MethodBody
from services.reports.sheets.domain import MAX_ROWS

Order = Literal["sample", "regulation"]
ORDER = (
    "Order of the questionnaire that codes such as U8 follow: `sample` asks facilities as U8 and complaint handling as "
    "U9, `regulation` has them the other way round."
)
SKIP_INVALID = "Leave faulty respondents out and say so, instead of refusing the table."


class Calculation(BaseModel):
    """A table as JSON: the respondents' scores in `rows`, or `n` and the sum of each element in `sums`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"method": "equal", "rows": [{"speed": 4, "fee": 3}, {"speed": 3, "fee": 3}]},
                {
                    "method": {"id": "two", "weights": {"speed": "1/2", "fee": "0.5"}},
                    "n": 2,
                    "sums": {"speed": 7, "fee": 6},
                },
            ]
        },
    )

    method: str | dict[str, Any] = Field(
        "skm-2017",
        description="A method's id, or a method of one's own: `id`, `weights` by element (`1/3`, `0.33`), and if "
        "wanted `label`, `scale`, `bands`, `labels`, `codes`.",
    )
    order: Order | None = Field(None, description=ORDER)
    skip_invalid: StrictBool = Field(False, description=SKIP_INVALID)
    rows: list[dict[str, Any]] | None = Field(
        None,
        max_length=MAX_ROWS,
        description="One object per respondent: element, or code, and score.",
    )
    n: Any = Field(None, description="How many respondents.", json_schema_extra={"type": ["integer", "null"]})
    sums: dict[str, Any] | None = Field(None, description="The sum of all scores of each element.")

    @model_validator(mode="after")
    def one_table(self) -> "Calculation":
        """Raises ValueError unless it holds exactly one table."""
        if (self.rows is None) == (self.sums is None) or (self.sums is None) != (self.n is None):
            raise ValueError("send `rows`, or `n` and `sums`")
        return self


class ElementFigures(BaseModel):
    """One element's part in the index, decimals as text."""

    key: str
    code: str | None = Field(description="Its code in the given order of the questionnaire.")
    n: int
    sum: int
    mean: str = Field(examples=["3.0500"])
    weighted: str = Field(description="Mean times weight.", examples=["0.3389"])
    converted: str = Field(description="The mean on the scale of the index.", examples=["76.25"])
    rank: int = Field(description="1 for the highest; equal ones share a rank.")


class FaultBody(BaseModel):
    """What is wrong at one place of the table."""

    row: int | None = Field(description="As a spreadsheet counts, the header included; in JSON the respondent, from 1.")
    column: str | None = Field(description="The column's header, or its letters where it has none.")
    code: str
    detail: str


class SkippedBody(BaseModel):
    """A respondent who was left out."""

    row: int | None
    respondent: str = Field(description="What the table calls them, else which one of all they are.")


class ComputedIndex(BaseModel):
    """The index of a table, and what it was made with. Without an index, `faults` says why."""

    method: MethodBody
    n: int
    elements: list[ElementFigures]
    index: str | None = Field(examples=["77.50"])
    exact: str | None = Field(description="The index before it is rounded.", examples=["155/2"])
    grade: str | None
    performance: str | None = Field(description="The grade in Indonesian words.")
    skipped: list[SkippedBody]
    faults: list[FaultBody]
