"""The history of evaluations in the database; it only grows."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.reports.tables import evaluation_history


async def insert(write: Transaction, row: Mapping[str, Any], scope: Scope) -> None:
    """One step more."""
    await write.insert(evaluation_history, row, scope)


async def of(reading: Reading, entity: str, thing: UUID, scope: Scope) -> Sequence[Row[Any]]:
    """The steps of one thing, in order."""
    statement = (
        select(evaluation_history)
        .where(evaluation_history.c.thing_id == thing, evaluation_history.c.entity == entity)
        .order_by(evaluation_history.c.id)
    )
    return await reading.all(statement, scope)
