"""Wire shapes of programmes."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)  # fmt: skip
from pydantic_core import InitErrorDetails, PydanticCustomError

from services.programs.programs import domain
from services.programs.registry.service import code_list
from services.programs.schemas import Line, RegionCode, Resource, Slug, Wire, Words

Status = Literal["planned", "running", "ended"]


def _partial_date(value: str) -> str:
    if not domain.is_partial_date(value):
        raise PydanticCustomError("partial_date", "Send a day, a month or a year of the calendar, such as 2017-10.")
    return value


def _day(value: Any) -> Any:
    # Left alone, a number would be taken for seconds since 1970.
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return value
    raise PydanticCustomError("day", "Send a day of the calendar, such as 2026-11-23.")


def _amount(value: Any) -> str:
    try:
        return domain.amount(value)
    except ValueError as error:
        raise PydanticCustomError("amount", "Not an amount: {reason}.", {"reason": str(error)}) from error


PartialDate = Annotated[
    str,
    AfterValidator(_partial_date),
    Field(description="As much of the date as is known: `2018-04-22`, `2017-10` or `2017`."),
    WithJsonSchema({"type": "string", "pattern": domain.PARTIAL_DATE, "examples": ["2017-10"]}),
]
Day = Annotated[date, BeforeValidator(_day)]
Amount = Annotated[
    str,
    BeforeValidator(_amount),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": domain.AMOUNT}, {"type": "number"}],
            "description": "Sent as a number or as a string of digits, answered as a string with the same digits.",
            "examples": ["28.6"],
        }
    ),
]
Address = Annotated[
    str,
    StringConstraints(max_length=2000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$"),
    Field(description="Web address."),
]


class Partner(Wire):
    """Who runs or carries a programme together with the agency."""

    name: Line
    kind: Literal["community", "business", "tourism_village", "government", "other"]
    role: Line | None = None


class Year(Wire):
    """What one indicator was to reach in a year, and what it reached."""

    year: Annotated[StrictInt, Field(ge=domain.FIRST_YEAR, le=2199)]
    indicator: Line
    target: Amount | None = None
    achievement: Amount | None = None
    unit: Line | None = None


class Source(Wire):
    """Where what is said of a programme can be read."""

    url: Address
    title: Line | None = None
    accessed: Day | None = None


class ProgramFields(Wire):
    """What is said of a programme, wherever it comes from."""

    slug: Slug
    name: Line
    description: Words | None = None
    dimension: Annotated[Line, Field(description="A key of `/dimensions`, or another name it goes by.")]
    sub_dimension: Annotated[
        Line | None, Field(validate_default=True, description="A sub-dimension of it, by key or other name.")
    ] = None
    quick_win: StrictBool | None = None
    free_of_charge: StrictBool | None = Field(None, description="Whether those it serves pay nothing.")
    status: Status
    started: PartialDate | None = None
    partners: list[Partner] = Field(default_factory=list, max_length=200)
    respondent_groups: list[Line] = Field(default_factory=list, max_length=50, description="Who is asked in a review.")
    years: list[Year] = Field(default_factory=list, max_length=500)
    sources: list[Source] = Field(default_factory=list, max_length=200)

    @field_validator("dimension")
    @classmethod
    def _known_dimension(cls, value: str) -> str:
        key = code_list().dimension(value)
        if key is None:
            known = ", ".join(code_list().dimensions)
            raise PydanticCustomError("unknown_dimension", "No such dimension; there are {known}.", {"known": known})
        return key

    @field_validator("sub_dimension")
    @classmethod
    def _known_sub_dimension(cls, value: str | None, info: ValidationInfo) -> str | None:
        dimension = info.data.get("dimension")
        if value is None or dimension is None:
            return value
        key = code_list().sub_dimension(dimension, value)
        if key is None:
            known = ", ".join(code_list().sub_dimensions(dimension))
            raise PydanticCustomError(
                "unknown_sub_dimension", "{dimension} has no such sub-dimension; it has {known}.",
                {"dimension": dimension, "known": known},
            )  # fmt: skip
        return key

    @field_validator("years")
    @classmethod
    def _one_figure_once(cls, years: list[Year]) -> list[Year]:
        places = domain.repeated((one.year, one.indicator, one.unit) for one in years)
        if places:
            fault = PydanticCustomError("repeated_year", "This year, indicator and unit stand above already.")
            faults = [InitErrorDetails(type=fault, loc=(place,), input=years[place]) for place in places]
            raise ValidationError.from_exception_data("years", faults)
        return years

    def columns(self, agency: UUID | None) -> dict[str, Any]:
        """What is said, as columns, with the agency that owns the programme."""
        said = self.model_dump(mode="json", include=set(ProgramFields.model_fields))
        return said | {"agency_id": str(agency) if agency else None, "dimensions_version": code_list().version}


class ProgramBody(ProgramFields):
    """A programme as it is sent."""

    id: UUID | None = None
    region: RegionCode
    agency: UUID | None = Field(None, description="The agency of this region that owns it; null when nobody knows.")


class Program(Resource):
    """What a region runs for people."""

    agency: UUID | None
    description: Words | None
    dimension: str
    sub_dimension: str | None
    dimensions_version: str = Field(description="Version of the code list that the two keys belong to.")
    quick_win: bool | None
    free_of_charge: bool | None
    status: Status
    started: str | None
    partners: list[Partner]
    respondent_groups: list[str]
    years: list[Year]
    sources: list[Source]
