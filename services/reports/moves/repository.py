"""Changes of what people decide on, in the database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.reports.tables import moves


async def add(write: Transaction, rows: Sequence[Mapping[str, Any]], scope: Scope) -> None:
    """Further changes."""
    await write.insert(moves, rows, scope)


async def of(reading: Reading, entity: str, ids: Collection[UUID], scope: Scope) -> Sequence[Row[Any]]:
    """The changes of some things, the first one first."""
    statement = select(moves).where(moves.c.entity == entity, moves.c.entity_id.in_(ids)).order_by(moves.c.id)
    return await reading.all(statement, scope)
