"""Reading responses from the database; `store` writes them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row

from services.kit.database import Reading
from services.kit.scope import Scope
from services.surveys.tables import newest_responses as newest


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
