"""Wire shapes of locations."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from services.programs.locations.domain import NotAPoint, position
from services.programs.schemas import Line, Resource, Slug, Wire


class Point(BaseModel):
    """A GeoJSON Point."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float] = Field(description="Longitude, then latitude, in degrees (WGS 84).")


def _point(value: Any) -> Any:
    if isinstance(value, Point):
        return value
    try:
        return Point(coordinates=position(value))
    except NotAPoint as error:
        raise PydanticCustomError(error.code, "{sentence}", {"sentence": str(error)}) from error


SentPoint = Annotated[
    Point,
    BeforeValidator(_point),
    WithJsonSchema(
        {
            "type": "object",
            "description": "A GeoJSON Point in Indonesia: longitude, then latitude.",
            "properties": {
                "type": {"const": "Point"},
                "coordinates": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            },
            "required": ["type", "coordinates"],
            "additionalProperties": False,
            "examples": [{"type": "Point", "coordinates": [109.73, -6.91]}],
        }
    ),
]
DistrictCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$"),
    Field(description="Code of a district in the programme's region.", examples=["33.25.11"]),
]


class LocationFields(Wire):
    """What is said of a location, wherever it comes from."""

    slug: Slug
    name: Line
    address: Line | None = None
    district: DistrictCode | None = None
    point: SentPoint | None = None

    def columns(self) -> dict[str, Any]:
        """What is said, as columns."""
        longitude, latitude = self.point.coordinates if self.point else (None, None)
        return {
            "slug": self.slug, "name": self.name, "address": self.address, "district": self.district,
            "longitude": longitude, "latitude": latitude,
        }  # fmt: skip


class LocationBody(LocationFields):
    """A location as it is sent; region and agency are those of its programme."""

    id: UUID | None = None
    program: UUID


class Location(Resource):
    """A place where a programme serves people."""

    program: UUID
    agency: UUID | None
    address: str | None
    district: str | None
    point: Point | None


def present_location(row: Any) -> Location:
    """A row as the API answers it."""
    point = None if row.longitude is None else Point(coordinates=(row.longitude, row.latitude))
    return Location(
        id=row.id, program=row.program_id, region=row.region_code,
        agency=UUID(row.agency_id) if row.agency_id else None, slug=row.slug, name=row.name, address=row.address,
        district=row.district, point=point, archived=row.archived, version=row.version, created_at=row.created_at,
        updated_at=row.updated_at,
    )  # fmt: skip
