"""Instruments in the database. They are for the whole country and belong to nobody's rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.reports.tables import instruments


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(instruments).where(instruments.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading,
    scope: Scope,
    *,
    drafts: bool,
    key: str | None,
    status: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows by id, drafts among them if asked."""
    statement = select(instruments).order_by(instruments.c.id).limit(limit + 1)
    if not drafts:
        statement = statement.where(instruments.c.status != "draft")
    if key is not None:
        statement = statement.where(instruments.c.key == key)
    if status is not None:
        statement = statement.where(instruments.c.status == status)
    if after is not None:
        statement = statement.where(instruments.c.id > after)
    return await reading.all(statement, scope)


async def insert(write: Transaction, row: dict[str, Any], scope: Scope) -> None:
    """A new draft. Raises IntegrityError when its id is taken."""
    await write.insert(instruments, row, scope)


async def change(write: Transaction, id: UUID, values: dict[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    statement = (
        update(instruments)
        .where(instruments.c.id == id)
        .values(**values, version=instruments.c.version + 1, updated_at=func.now())
    )
    await write.run(statement, scope)


async def next_number(write: Transaction, key: str, scope: Scope) -> int:
    """The number that the next published version gets; publishers of one key take turns."""
    await write.value(select(func.pg_advisory_xact_lock(func.hashtext(f"instrument/{key}"))), scope)
    numbers = select(func.coalesce(func.max(instruments.c.version_number), 0) + 1).where(instruments.c.key == key)
    return int(await write.value(numbers, scope))
