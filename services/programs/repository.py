"""What agencies, programmes and locations have in common in the database: kept by id with a version, listed by region
and slug, and every write announced in the change feed by the transaction that makes it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, or_, select, tuple_, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit import changes as feed
from services.kit.database import Reading, Transaction
from services.kit.problems import FieldError
from services.kit.scope import Scope
from services.programs.problems import AlreadyExists, SlugTaken
from services.programs.schemas import Resource
from services.programs.tables import changes


def below(column: ColumnElement[str], region: str) -> ColumnElement[bool]:
    """Rows of a region and of everything below it."""
    return or_(column == region, column.startswith(region + ".", autoescape=True))


def named(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Rows whose name contains this, in any case."""
    return func.lower(column).contains(part.lower(), autoescape=True)


def in_use(table: Table, archived: str) -> list[ColumnElement[bool]]:
    """The condition behind the `archived` filter: `false`, `true` or `any`."""
    return [] if archived == "any" else [table.c.archived.is_(archived == "true")]


async def get(reading: Reading, table: Table, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(table).where(table.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading,
    table: Table,
    conditions: Sequence[ColumnElement[bool]],
    scope: Scope,
    *,
    after: Sequence[str] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows by region and slug, behind the (region, slug) in `after`."""
    key = tuple_(table.c.region_code, table.c.slug)
    statement = select(table).where(*conditions).order_by(*key).limit(limit + 1)
    if after:
        statement = statement.where(key > tuple_(*after))
    return await reading.all(statement, scope)


async def create(write: Transaction, table: Table, row: dict[str, Any], scope: Scope) -> Row[Any]:
    """A new row as it was stored. Raises AlreadyExists for its id, SlugTaken for its slug."""
    try:
        await write.insert(table, row, scope)
    except IntegrityError as error:
        raise _conflict(error, row) from error
    stored = await get(write, table, row["id"], scope)
    assert stored is not None  # noqa: S101 - inserted a moment ago under the same scope
    return stored


async def change(write: Transaction, table: Table, id: UUID, values: dict[str, Any], scope: Scope) -> Row[Any]:
    """Change a row that was read with `lock`; its version rises. Raises SlugTaken."""
    statement = (
        update(table)
        .where(table.c.id == id)
        .values(**values, version=table.c.version + 1, updated_at=func.now())
        .returning(table)
    )
    try:
        changed = await write.first(statement, scope)
    except IntegrityError as error:
        raise _conflict(error, values) from error
    assert changed is not None  # noqa: S101 - the caller holds the lock on it
    return changed


async def announce(write: Transaction, entity: str, action: str, thing: Resource, agency: UUID | None) -> None:
    """Put a change into the feed, for the readers of its region and agency."""
    bound = {"region_code": thing.region, "agency_id": str(agency) if agency else None}
    await feed.record(write, changes, entity, action, thing, bound=bound)


def _conflict(error: IntegrityError, row: dict[str, Any]) -> Exception:
    constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", "") or ""
    if constraint.endswith("_slug"):
        return SlugTaken(
            f"The slug {row['slug']} is taken in this region.",
            errors=[FieldError("/slug", "slug_taken", "Choose another slug.")],
        )
    if constraint.endswith("_pkey"):
        return AlreadyExists(
            f"{row['id']} is in use.", errors=[FieldError("/id", "id_in_use", "Leave the id out, or make a new one.")]
        )
    return error
