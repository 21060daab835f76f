"""The audit of what people decide on: written in the transaction of the change, read as the thing's history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.identity import Caller
from services.kit.scope import EVERYTHING, Scope
from services.reports.moves import repository
from services.reports.moves.schemas import History, Move

INTAKE = Caller("intake", "service")
"""Stands for what the change feeds of other services bring."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of one thing, and the region and agency that its row is bound to."""

    entity: str
    id: UUID
    version: int
    action: str
    before: str | None
    after: str | None
    region: str | None
    agency: str | None
    reason: str | None = None
    detail: Mapping[str, Any] | None = None

    def row(self, caller: Caller) -> dict[str, Any]:
        """As it is stored."""
        return {
            "entity": self.entity, "entity_id": self.id, "version": self.version, "action": self.action,
            "before": self.before, "after": self.after, "by": caller.subject, "role": caller.role,
            "reason": self.reason, "region_code": self.region, "agency_id": self.agency,
            "detail": self.detail,
        }  # fmt: skip


async def note(write: Transaction, caller: Caller, moved: Sequence[Moved]) -> None:
    """Write down who changed these things."""
    await repository.add(write, [one.row(caller) for one in moved], EVERYTHING)


async def history(reading: Reading, entity: str, id: UUID, scope: Scope) -> History:
    """Everything that happened to a thing that the caller was let in to."""
    rows = await repository.of(reading, entity, [id], scope)
    return History(items=[Move.model_validate(row._asdict()) for row in rows])


async def rows(reading: Reading, entity: str, ids: Collection[UUID], scope: Scope) -> Sequence[Row[Any]]:
    """The changes of some things as they are stored, the first one first."""
    return await repository.of(reading, entity, ids, scope)
