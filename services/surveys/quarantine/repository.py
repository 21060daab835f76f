"""The quarantine in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.engine import Row

from services.kit.database import Reading
from services.kit.scope import Scope
from services.surveys.tables import quarantine


async def get(reading: Reading, id: UUID, scope: Scope) -> Row[Any] | None:
    """One row."""
    return await reading.first(select(quarantine).where(quarantine.c.id == id), scope)


async def page(
    reading: Reading, scope: Scope, *, visit: UUID | None, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows, the oldest first."""
    key = tuple_(quarantine.c.received_at, quarantine.c.id)
    statement = select(quarantine).order_by(*key).limit(limit + 1)
    if visit is not None:
        statement = statement.where(quarantine.c.visit_id == visit)
    if after is not None:
        statement = statement.where(key > tuple_(*after))
    return await reading.all(statement, scope)
