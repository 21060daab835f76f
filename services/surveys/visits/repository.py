"""Visits in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.surveys.tables import visits


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(visits).where(visits.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading, scope: Scope, *, review: UUID | None, program: UUID | None, after: UUID | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows by id."""
    statement = select(visits).order_by(visits.c.id).limit(limit + 1)
    if review is not None:
        statement = statement.where(visits.c.review_id == review)
    if program is not None:
        statement = statement.where(visits.c.program_id == program)
    if after is not None:
        statement = statement.where(visits.c.id > after)
    return await reading.all(statement, scope)


async def insert(write: Transaction, row: dict[str, Any], scope: Scope) -> None:
    """A new visit."""
    await write.insert(visits, row, scope)


async def change(write: Transaction, id: UUID, values: dict[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    statement = (
        update(visits).where(visits.c.id == id).values(**values, version=visits.c.version + 1, updated_at=func.now())
    )
    await write.run(statement, scope)
