"""Revisions in the database: rows that are only ever added."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.surveys.tables import responses


async def page(reading: Reading, id: UUID, scope: Scope, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """Up to `limit + 1` revisions of a response, the first one first."""
    table = responses.c
    statement = select(responses).where(table.id == id, table.version > after).order_by(table.version).limit(limit + 1)
    return await reading.all(statement, scope)


async def append(write: Transaction, row: Mapping[str, Any], scope: Scope) -> bool:
    """Add a revision; False when another one has its number by now, and then the transaction can do no more.

    This has to be the last statement before the commit: it takes the feed's lock, which intake waits for as well.
    """
    try:
        await write.insert(responses, row, scope)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == "23505":
            return False
        raise
    return True
