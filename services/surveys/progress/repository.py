"""Running counts in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.engine import Row

from services.kit.database import Reading
from services.kit.scope import Scope
from services.surveys.examinations.counts import DEVICE
from services.surveys.tables import tallies, visits

Place = tuple[datetime, str, UUID]


async def planned(
    reading: Reading, scope: Scope, *, review: UUID | None = None, visit: UUID | None = None
) -> Sequence[Row[Any]]:
    """Visits of a review, or one visit, by name."""
    statement = select(visits.c.id, visits.c.name, visits.c.target, visits.c.quotas, visits.c.review_id)
    if review is not None:
        statement = statement.where(visits.c.review_id == review)
    if visit is not None:
        statement = statement.where(visits.c.id == visit)
    return await reading.all(statement.order_by(visits.c.name, visits.c.id), scope)


async def counts(
    reading: Reading, scope: Scope, *, review: UUID | None = None, visit: UUID | None = None
) -> Sequence[Row[Any]]:
    """Counts of a review's visits, or of one visit, without those of devices, which may be many."""
    statement = select(tallies).where(tallies.c.kind != DEVICE).order_by(tallies.c.kind, tallies.c.key, tallies.c.value)
    if review is not None:
        statement = statement.where(tallies.c.review_id == review)
    if visit is not None:
        statement = statement.where(tallies.c.visit_id == visit)
    return await reading.all(statement, scope)


async def devices(
    reading: Reading, review: UUID, scope: Scope, *, before: datetime | None, after: Place | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` devices that were last seen before a moment, the one that is silent longest first."""
    key = (tallies.c.last_at, tallies.c.value, tallies.c.visit_id)
    statement = (
        select(
            tallies.c.value, tallies.c.visit_id, tallies.c.count.label("responses"), tallies.c.last_at, visits.c.name
        )
        .join_from(tallies, visits, visits.c.id == tallies.c.visit_id)
        .where(tallies.c.review_id == review, tallies.c.kind == DEVICE, tallies.c.last_at.is_not(None))
        .order_by(*key)
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(tallies.c.last_at < before)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*after))
    return await reading.all(statement, scope)
