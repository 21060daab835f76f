"""Questionnaires in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING, Scope
from services.surveys.tables import questionnaires


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(questionnaires).where(questionnaires.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading,
    scope: Scope,
    *,
    drafts_of: str | None,
    key: str | None,
    region: str | None,
    status: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows by id; drafts only of a region and below it (`""`: all drafts, None: none)."""
    statement = select(questionnaires).order_by(questionnaires.c.id).limit(limit + 1)
    if drafts_of != "":
        statement = statement.where(or_(questionnaires.c.status != "draft", _within(drafts_of)))
    if key is not None:
        statement = statement.where(questionnaires.c.key == key)
    if region is not None:
        statement = statement.where(questionnaires.c.region_code == region)
    if status is not None:
        statement = statement.where(questionnaires.c.status == status)
    if after is not None:
        statement = statement.where(questionnaires.c.id > after)
    return await reading.all(statement, scope)


def _within(region: str | None) -> ColumnElement[bool]:
    if region is None:
        return false()
    column = questionnaires.c.region_code
    return or_(column == region, column.startswith(region + ".", autoescape=True))


async def insert(write: Transaction, row: dict[str, Any], scope: Scope) -> None:
    """A new draft."""
    await write.insert(questionnaires, row, scope)


async def change(write: Transaction, id: UUID, values: dict[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    statement = (
        update(questionnaires)
        .where(questionnaires.c.id == id)
        .values(**values, version=questionnaires.c.version + 1, updated_at=func.now())
    )
    await write.run(statement, scope)


async def next_number(write: Transaction, key: str, region: str | None) -> int:
    """The number that the next published version of this instrument gets; publishers of one key take turns."""
    await write.value(select(func.pg_advisory_xact_lock(func.hashtext(f"{key}/{region}"))), EVERYTHING)
    statement = select(func.coalesce(func.max(questionnaires.c.version_number), 0) + 1).where(
        questionnaires.c.key == key, questionnaires.c.region_code.is_not_distinct_from(region)
    )
    return int(await write.value(statement, EVERYTHING))
