"""Responses in the database; `store` writes those that come in, many at a time."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.surveys.tables import newest_responses as newest
from services.surveys.tables import responses

TAKEN = "23505"


async def get(reading: Reading, id: UUID, scope: Scope) -> Row[Any] | None:
    """A response as its newest revision has it, deleted ones too."""
    return await reading.first(select(newest).where(newest.c.id == id), scope)


async def page(
    reading: Reading, scope: Scope, *, review: UUID | None, visit: UUID | None, after: int, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` responses in the order they were received, without those that were deleted."""
    statement = (
        select(newest)
        .where(newest.c.sequence > after, newest.c.action != "deleted")
        .order_by(newest.c.sequence)
        .limit(limit + 1)
    )
    if review is not None:
        statement = statement.where(newest.c.review_id == review)
    if visit is not None:
        statement = statement.where(newest.c.visit_id == visit)
    return await reading.all(statement, scope)


async def first(reading: Reading, id: UUID, scope: Scope) -> Row[Any] | None:
    """A response as it was received."""
    return await reading.first(select(responses).where(responses.c.id == id, responses.c.version == 1), scope)


async def append(write: Transaction, row: Mapping[str, Any], scope: Scope) -> bool:
    """Add a row; False when there is one of its id and version, and then the transaction can do no more."""
    try:
        await write.insert(responses, row, scope)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == TAKEN:
            return False
        raise
    return True
