"""What the team sees of the quarantine."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit.database import Reading
from services.kit.pagination import Page, cut, decode
from services.kit.problems import Malformed, NotFound
from services.kit.scope import Scope
from services.surveys.quarantine import repository
from services.surveys.quarantine.schemas import Quarantined


async def find(reading: Reading, id: UUID, scope: Scope) -> Quarantined:
    """One response that was kept aside. Raises NotFound."""
    row = await repository.get(reading, id, scope)
    if row is None:
        raise NotFound("There is nothing of this id in the quarantine.")
    return _present(row)


async def listed(
    reading: Reading, scope: Scope, *, visit: UUID | None, cursor: str | None, limit: int
) -> Page[Quarantined]:
    """A page, the oldest first."""
    rows = await repository.page(reading, scope, visit=visit, after=_after(cursor), limit=limit)
    kept, following = cut(rows, limit, "received_at", "id")
    return Page(items=[_present(row) for row in kept], next=following)


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    moment, id = decode(cursor, str, str)
    try:
        return datetime.fromisoformat(moment), UUID(id)
    except ValueError as error:
        raise Malformed("The cursor is not one of ours; start again without it.") from error


def _present(row: Row[Any]) -> Quarantined:
    return Quarantined.model_validate({
        **row._mapping, "response": row.response_id, "visit": row.visit_id, "region": row.region_code,
        "digest": row.digest.hex(),
    })  # fmt: skip
