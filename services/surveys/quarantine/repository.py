"""The quarantine in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, null, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING, Scope
from services.surveys.tables import quarantine

SHORT_BYTES = 16_384
"""In a list, bodies of refused ones are left out from here on."""
BARE = [column for column in quarantine.c if column.name != "raw"]
REFUSED = quarantine.c.raw.is_not(None)
WAITING = REFUSED & quarantine.c.resolution.is_(None)


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(quarantine).where(quarantine.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading,
    scope: Scope,
    *,
    visit: UUID | None,
    reason: str | None,
    resolved: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows that are resolved, or are not, the oldest first."""
    key = tuple_(quarantine.c.received_at, quarantine.c.id)
    wanted = quarantine.c.resolution.is_not(None) if resolved else quarantine.c.resolution.is_(None)
    raw = case((func.octet_length(quarantine.c.raw) <= SHORT_BYTES, quarantine.c.raw), else_=null())
    statement = select(*BARE, raw.label("raw")).where(wanted).order_by(*key).limit(limit + 1)
    if reason is not None:
        statement = statement.where(quarantine.c.reason == reason)
    if visit is not None:
        statement = statement.where(quarantine.c.visit_id == visit)
    if after is not None:
        statement = statement.where(key > tuple_(*after))
    return await reading.all(statement, scope)


async def count_open(reading: Reading) -> int:
    """How many nobody has decided on."""
    statement = select(func.count()).select_from(quarantine).where(quarantine.c.resolution.is_(None))
    return int(await reading.value(statement, EVERYTHING))


async def resolve(write: Transaction, id: UUID, values: Mapping[str, Any], scope: Scope) -> None:
    """Write down the decision on a row that was read with `lock`."""
    statement = update(quarantine).where(quarantine.c.id == id).values(**values, resolved_at=func.now())
    await write.run(statement, scope)


async def waiting(reading: Reading, sender: str | None = None) -> tuple[int, int]:
    """How many refused bodies wait, of one sender or of all, and their bytes."""
    size = func.coalesce(func.sum(func.octet_length(quarantine.c.raw)), 0)
    statement = select(func.count(), size).where(WAITING)
    if sender is not None:
        statement = statement.where(quarantine.c.received_by == sender)
    row: Any = await reading.first(statement, EVERYTHING)  # a sum over nothing is a row as well
    return int(row[0]), int(row[1])


async def keep(write: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep refused bodies, none of them twice; one that is there already is noted to have come again."""
    new = insert(quarantine).values(list(rows))
    again = {"times": quarantine.c.times + 1, "last_received_at": func.now()}
    await write.run(new.on_conflict_do_update(index_elements=["digest"], index_where=REFUSED, set_=again), EVERYTHING)


async def expire(write: Transaction, undecided: timedelta, decided: timedelta) -> int:
    """Forget refused bodies: whole cases that nobody decided on, of which this is the number, and the bodies of those
    that were decided."""
    old = delete(quarantine).where(WAITING, quarantine.c.last_received_at < func.now() - undecided)
    settled = REFUSED & (quarantine.c.resolved_at < func.now() - decided) & (func.octet_length(quarantine.c.raw) > 0)
    await write.run(update(quarantine).where(settled).values(raw=b""), EVERYTHING)
    return await write.run(old, EVERYTHING)
