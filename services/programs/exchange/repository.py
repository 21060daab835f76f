"""A region's whole registry in the database, read and written in bulk."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit.database import Reading, Transaction
from services.kit.problems import Conflict
from services.kit.scope import EVERYTHING, Scope


async def of_region(
    reading: Reading, table: Table, region: str, scope: Scope, *, lock: bool = False
) -> Sequence[Row[Any]]:
    """The rows of exactly this region, by slug; locked for a change if asked."""
    statement = select(table).where(table.c.region_code == region).order_by(table.c.slug)
    return await reading.all(statement.with_for_update() if lock else statement, scope)


async def in_other_regions(reading: Reading, table: Table, ids: Collection[UUID], region: str) -> set[UUID]:
    """Those of the ids that are in use elsewhere."""
    among = any_(literal(list(ids), ARRAY(Uuid)))
    statement = select(table.c.id).where(table.c.id == among, table.c.region_code != region)
    return {row.id for row in await reading.all(statement, EVERYTHING)}


async def insert(write: Transaction, table: Table, rows: Sequence[dict[str, Any]], scope: Scope) -> None:
    """New rows. Raises Conflict when somebody else made one of them meanwhile."""
    try:
        await write.insert(table, rows, scope)
    except IntegrityError as error:
        raise Conflict("Somebody else changed this registry meanwhile; send the file again.") from error
