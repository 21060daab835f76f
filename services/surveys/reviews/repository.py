"""Reviews in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.surveys.tables import reviews


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(reviews).where(reviews.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading, scope: Scope, *, region: str | None, status: str | None, after: UUID | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows by id, of a region and all below it."""
    statement = select(reviews).order_by(reviews.c.id).limit(limit + 1)
    if region is not None:
        below = reviews.c.region_code.startswith(region + ".", autoescape=True)
        statement = statement.where(or_(reviews.c.region_code == region, below))
    if status is not None:
        statement = statement.where(reviews.c.status == status)
    if after is not None:
        statement = statement.where(reviews.c.id > after)
    return await reading.all(statement, scope)


async def insert(write: Transaction, row: dict[str, Any], scope: Scope) -> None:
    """A new review."""
    await write.insert(reviews, row, scope)


async def change(write: Transaction, id: UUID, values: dict[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    statement = (
        update(reviews).where(reviews.c.id == id).values(**values, version=reviews.c.version + 1, updated_at=func.now())
    )
    await write.run(statement, scope)
