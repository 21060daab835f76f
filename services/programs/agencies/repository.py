"""Agencies in the database."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from services.programs.agencies.schemas import AgencyFields
from services.programs.repository import below, in_use, named
from services.programs.tables import agencies


def conditions(*, region: str | None, name: str | None, archived: str) -> list[ColumnElement[bool]]:
    """What the filters of the list ask for."""
    wanted = in_use(agencies, archived)
    if region:
        wanted.append(below(agencies.c.region_code, region))
    if name:
        wanted.append(named(agencies.c.name, name))
    return wanted


def columns(fields: AgencyFields) -> dict[str, Any]:
    """What is said of an agency, as columns."""
    return fields.model_dump(include={"slug", "name", "short_name"})


def keys(id: UUID, region: str) -> dict[str, Any]:
    """The columns of a new agency that never change."""
    return {"id": id, "region_code": region, "agency_id": str(id)}
