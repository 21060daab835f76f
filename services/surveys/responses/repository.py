"""Responses in the database; `store` writes those that come in, many at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.surveys.tables import flags, responses
from services.surveys.tables import newest_responses as newest

TAKEN = "23505"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which responses a list is of; None is any."""

    review: UUID | None = None
    visit: UUID | None = None
    state: str | None = None
    flag: str | None = None


async def get(reading: Reading, id: UUID, scope: Scope) -> Row[Any] | None:
    """A response as its newest revision has it, deleted ones too."""
    return await reading.first(select(newest).where(newest.c.id == id), scope)


async def page(reading: Reading, scope: Scope, wanted: Wanted, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """Up to `limit + 1` responses in the order they were received, without those that were deleted."""
    statement = (
        select(newest)
        .where(newest.c.sequence > after, newest.c.action != "deleted")
        .order_by(newest.c.sequence)
        .limit(limit + 1)
    )
    if wanted.review is not None:
        statement = statement.where(newest.c.review_id == wanted.review)
    if wanted.visit is not None:
        statement = statement.where(newest.c.visit_id == wanted.visit)
    if wanted.flag is not None:
        of_it = (flags.c.response_id == newest.c.id) & (flags.c.rule == wanted.flag)
        statement = statement.join(flags, of_it & flags.c.dismissed_at.is_(None))
    if wanted.state is not None:
        statement = statement.where(newest.c.state == wanted.state)
    if wanted.state not in {None, "received"}:  # those have a further revision, and few have: an index knows them
        judged = (responses.c.id == newest.c.id) & (responses.c.version == newest.c.version)
        statement = statement.join(responses, judged & (responses.c.version > 1) & (responses.c.state == wanted.state))
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
