"""Locations in the database."""

from uuid import UUID

from sqlalchemy import ColumnElement

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
