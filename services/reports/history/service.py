"""Records each step with who and why, in the transaction that makes it, and tells them again."""

from typing import Any
from uuid import UUID

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.reports.history import repository
from services.reports.history.schemas import Event, Events


async def note(
    write: Transaction,
    access: Access,
    entity: str,
    thing: UUID,
    action: str,
    version: int,
    *,
    region: str | None,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Remember what the caller just did."""
    row = {
        "entity": entity, "thing_id": thing, "region_code": region, "version": version, "action": action,
        "by": access.caller.subject, "role": access.caller.role, "reason": reason, "detail": detail,
    }  # fmt: skip
    await repository.insert(write, row, access.scope)


async def told(reading: Reading, entity: str, thing: UUID, scope: Scope) -> Events:
    """What became of one thing."""
    rows = await repository.of(reading, entity, thing, scope)
    return Events(items=[Event.model_validate(dict(row._mapping)) for row in rows])
