"""Wire shapes of methods: one that is known, and one that somebody brings."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from services.reports.methods.domain import Band, Method, bands_fault, weights_fault
from services.reports.methods.domain import Words as Texts
from services.reports.schemas import Words

MAX_ELEMENTS = 100
NOT_APPLICABLE = (
    "An element's mean is its sum divided by the number of answers it has. An element without any answer drops out; "
    "the weights of the others keep their proportions and their total."
)


class BandBody(BaseModel):
    """A grade, the indices it stands for with both bounds included, and what it is called."""

    grade: str
    low: str
    high: str
    performance: Words


class MethodBody(BaseModel):
    """How an index is made."""

    id: str
    version: int
    label: Words
    alias: list[str] = Field(description="Other names it is found by.")
    weights: dict[str, str] = Field(
        description="Weight of each element as an exact number; empty: 1/k of whatever elements there are."
    )
    labels: dict[str, Words] = Field(description="Each element in words.")
    codes: dict[str, dict[str, str]] = Field(
        description="For each order of the questionnaire, which code is which element; `U8` and `U9` differ."
    )
    scale: tuple[int, int] = Field(description="Lowest and highest score.")
    factor: str = Field(description="What a mean on the scale is multiplied by.")
    bands: list[BandBody] = Field(description="From the lowest grade to the highest; the rounded index is graded.")
    rounding: str
    not_applicable: str
    source: str | None
    note: Words | None
    since: str | None = Field(description="Year or date of the rule behind it.")
    until: str | None


class Methods(BaseModel):
    """Every method."""

    items: list[MethodBody]


def present(method: Method, elements: Iterable[str] | None = None) -> MethodBody:
    """A method as it is answered; with the weights that these elements have in it, if any are named."""
    weights = method.weights if elements is None else method.weights_for(elements)
    return MethodBody(
        id=method.id,
        version=method.version,
        label=_words(method.label),
        alias=list(method.alias),
        weights={key: str(weight) for key, weight in weights.items()},
        labels={key: _words(label) for key, label in method.labels.items()},
        codes={order: dict(codes) for order, codes in method.codes.items()},
        scale=method.scale,
        factor=str(method.factor),
        bands=[
            BandBody(
                grade=band.grade, low=str(band.low), high=str(band.high), performance=_words(band.performance)
            )
            for band in method.bands
        ],
        rounding=f"half up, once, to {method.places} decimals",
        not_applicable=NOT_APPLICABLE,
        source=method.source,
        note=_words(method.note) if method.note else None,
        since=method.since,
        until=method.until,
    )  # fmt: skip


def _words(texts: Texts) -> Words:
    return Words(id=texts["id"] or "", en=texts["en"])


def _as_text(value: object) -> object:
    """A number as it is written, so that 0.11 is 11/100 and not its neighbour in binary."""
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


def _as_words(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Number = Annotated[
    str,
    BeforeValidator(_as_text),
    StringConstraints(pattern=r"^([0-9]{1,3}(\.[0-9]{1,12})?|[0-9]{1,6}/[1-9][0-9]{0,5})$"),
]
Bound = Annotated[str, BeforeValidator(_as_text), StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$")]


class Brought(BaseModel):
    """A body from outside: what we do not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Text(Brought):
    """A text in Indonesian and, if there is one, in English."""

    id: Line
    en: Line | None = None


Texted = Annotated[Text, BeforeValidator(_as_words)]


class BroughtBand(Brought):
    """A grade and its bounds."""

    grade: Line
    low: Bound
    high: Bound
    performance: Texted


class InlineMethod(Brought):
    """A method of somebody's own: any elements with weights that add up to 1, printed rounding allowed.

    Without bands it has those of SKM 2017, if its scale is 1 to 4 too, and no grades otherwise.
    """

    id: Line
    label: Texted | None = None
    weights: dict[Line, Number] = Field(
        min_length=1, max_length=MAX_ELEMENTS, examples=[{"speed": "1/2", "fee": "0.5"}]
    )
    scale: tuple[Annotated[int, Field(ge=0, strict=True)], Annotated[int, Field(le=1000, strict=True)]] = (1, 4)
    bands: list[BroughtBand] | None = Field(None, max_length=20, description="From the lowest to the highest.")
    labels: dict[Line, Texted] = Field(default_factory=dict)
    codes: dict[Literal["regulation", "sample"], dict[Line, Line]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def consistent(self) -> "InlineMethod":
        """Raises ValueError for parts that do not fit each other."""
        low, high = self.scale
        elements = set(self.weights)
        faults = [
            weights_fault(self.fractions()),
            None if low < high else "the scale goes from its lowest to its highest score",
            bands_fault(self.made_bands() or ()),
            None if elements.issuperset(self.labels) else "a label is for an element with a weight",
        ]
        faults += [
            None if elements.issuperset(codes.values()) and len(set(codes.values())) == len(codes) else
            "each code is one element with a weight"
            for codes in self.codes.values()
        ]  # fmt: skip
        if any(faults):
            raise ValueError("; ".join(fault for fault in faults if fault))
        return self

    def fractions(self) -> dict[str, Fraction]:
        """The weights, exactly."""
        return {key: Fraction(weight) for key, weight in self.weights.items()}

    def made_bands(self) -> tuple[Band, ...] | None:
        """Its own bands; None when it has none."""
        if self.bands is None:
            return None
        return tuple(
            Band(band.grade, Decimal(band.low), Decimal(band.high), band.performance.model_dump())
            for band in self.bands
        )
