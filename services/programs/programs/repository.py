"""Programmes in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.engine import Row

from services.kit.database import Transaction
from services.kit.scope import EVERYTHING
from services.programs.repository import below, in_use, named
from services.programs.tables import locations, programs


def conditions(
    *, region: str | None, agency: UUID | None, name: str | None, archived: str, **equal: str | bool | None
) -> list[ColumnElement[bool]]:
    """What the filters of the list ask for; `equal` names columns and the values they must have."""
    wanted = in_use(programs, archived)
    if region:
        wanted.append(below(programs.c.region_code, region))
    if agency:
        wanted.append(programs.c.agency_id == str(agency))
    if name:
        wanted.append(named(programs.c.name, name))
    wanted.extend(programs.c[column] == value for column, value in equal.items() if value is not None)
    return wanted


async def hand_over_locations(write: Transaction, program: UUID, agency: str | None) -> Sequence[Row[Any]]:
    """Give a programme's locations to the agency that owns it now; the rows that changed.

    The caller changes the programme under its own scope; the locations follow it whoever they belonged to.
    """
    ids = select(locations.c.id).where(locations.c.program_id == program).order_by(locations.c.id).with_for_update()
    await write.all(ids, EVERYTHING)
    statement = (
        update(locations)
        .where(locations.c.program_id == program, locations.c.agency_id.is_distinct_from(agency))
        .values(agency_id=agency, version=locations.c.version + 1, updated_at=func.now())
        .returning(locations)
    )
    return await write.all(statement, EVERYTHING)
