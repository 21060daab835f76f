"""Reading responses from the database; `store` writes them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row

from services.kit.database import Reading
from services.kit.scope import Scope
from services.surveys.tables import responses


async def get(reading: Reading, id: UUID, scope: Scope) -> Row[Any] | None:
    """The newest revision of a response."""
    statement = select(responses).where(responses.c.id == id).order_by(responses.c.version.desc()).limit(1)
    return await reading.first(statement, scope)


async def page(
    reading: Reading, scope: Scope, *, review: UUID | None, visit: UUID | None, after: int, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` responses in the order they were received."""
    statement = select(responses).where(responses.c.position > after).order_by(responses.c.position).limit(limit + 1)
    if review is not None:
        statement = statement.where(responses.c.review_id == review)
    if visit is not None:
        statement = statement.where(responses.c.visit_id == visit)
    return await reading.all(statement, scope)
