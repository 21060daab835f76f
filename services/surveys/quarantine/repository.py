"""The quarantine in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING, Scope
from services.surveys.tables import quarantine


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(quarantine).where(quarantine.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading,
    scope: Scope,
    *,
    visit: UUID | None,
    resolved: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows that are resolved, or are not, the oldest first."""
    key = tuple_(quarantine.c.received_at, quarantine.c.id)
    wanted = quarantine.c.resolution.is_not(None) if resolved else quarantine.c.resolution.is_(None)
    statement = select(quarantine).where(wanted).order_by(*key).limit(limit + 1)
    if visit is not None:
        statement = statement.where(quarantine.c.visit_id == visit)
    if after is not None:
        statement = statement.where(key > tuple_(*after))
    return await reading.all(statement, scope)


async def count_open(reading: Reading) -> int:
    """How many nobody has decided on."""
    statement = select(func.count()).select_from(quarantine).where(quarantine.c.resolution.is_(None))
    return int(await reading.value(statement, EVERYTHING))


async def resolve(write: Transaction, id: UUID, values: Mapping[str, Any], scope: Scope) -> None:
    """Write down the decision on a row that was read with `lock`."""
    statement = update(quarantine).where(quarantine.c.id == id).values(**values, resolved_at=func.now())
    await write.run(statement, scope)
