"""Locations in the database."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from services.programs.locations.schemas import LocationFields
from services.programs.repository import below, in_use, named
from services.programs.tables import locations


def conditions(
    *,
    region: str | None,
    agency: UUID | None,
    program: UUID | None,
    district: str | None,
    name: str | None,
    archived: str,
) -> list[ColumnElement[bool]]:
    """What the filters of the list ask for."""
    wanted = in_use(locations, archived)
    if region:
        wanted.append(below(locations.c.region_code, region))
    if agency:
        wanted.append(locations.c.agency_id == str(agency))
    if program:
        wanted.append(locations.c.program_id == program)
    if district:
        wanted.append(locations.c.district == district)
    if name:
        wanted.append(named(locations.c.name, name))
    return wanted


def columns(fields: LocationFields) -> dict[str, Any]:
    """What is said of a location, as columns."""
    longitude, latitude = fields.point.coordinates if fields.point else (None, None)
    said = fields.model_dump(include={"slug", "name", "address", "district"})
    return said | {"longitude": longitude, "latitude": latitude}


def keys(id: UUID, program: Any) -> dict[str, Any]:
    """The columns of a new location that come from its programme's row."""
    return {
        "id": id, "program_id": program.id, "region_code": program.region_code, "agency_id": program.agency_id,
    }  # fmt: skip
