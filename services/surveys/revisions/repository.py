"""Revisions in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row

from services.kit.database import Reading
from services.kit.scope import Scope
from services.surveys.tables import responses


async def page(reading: Reading, id: UUID, scope: Scope, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """Up to `limit + 1` revisions of a response, the first one first."""
    table = responses.c
    statement = select(responses).where(table.id == id, table.version > after).order_by(table.version).limit(limit + 1)
    return await reading.all(statement, scope)
