"""Recaps in the database."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.reports.tables import recaps


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(recaps).where(recaps.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def of_region(reading: Reading, region: str, years: Collection[int], scope: Scope) -> Sequence[Row[Any]]:
    """The recaps of one region for some years."""
    statement = select(recaps).where(recaps.c.region_code == region, recaps.c.year.in_(years)).order_by(recaps.c.year)
    return await reading.all(statement, scope)


async def page(
    reading: Reading, region: str | None, year: int | None, after: tuple[str, int] | None, limit: int, scope: Scope
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows by region and year, of a region and all below it."""
    statement = select(recaps).order_by(recaps.c.region_code, recaps.c.year).limit(limit + 1)
    if region is not None:
        below = recaps.c.region_code.startswith(region + ".", autoescape=True)
        statement = statement.where(or_(recaps.c.region_code == region, below))
    if year is not None:
        statement = statement.where(recaps.c.year == year)
    if after is not None:
        statement = statement.where(tuple_(recaps.c.region_code, recaps.c.year) > tuple_(*after))
    return await reading.all(statement, scope)


async def insert(write: Transaction, row: dict[str, Any], scope: Scope) -> None:
    """A new recap. Raises IntegrityError when its id, or its region's year, is there already."""
    await write.insert(recaps, row, scope)


async def change(write: Transaction, id: UUID, values: dict[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    statement = (
        update(recaps).where(recaps.c.id == id).values(**values, version=recaps.c.version + 1, updated_at=func.now())
    )
    await write.run(statement, scope)
