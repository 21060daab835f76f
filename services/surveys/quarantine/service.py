"""What the team sees of the quarantine, and decides."""

from base64 import b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.engine import Row

from services.kit.auth import Access
from services.kit.database import Database, Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Invalid, Malformed, NotFound
from services.kit.scope import Scope
from services.surveys.problems import AlreadyExists, WrongStatus
from services.surveys.quarantine import metrics, repository
from services.surveys.quarantine.nesting import is_deep
from services.surveys.quarantine.schemas import Acceptance, Quarantined
from services.surveys.responses import service as responses
from services.surveys.responses.contexts import Contexts
from services.surveys.responses.domain import Content, first_revision
from services.surveys.responses.schemas import Receipt


async def find(reading: Reading, id: UUID, scope: Scope) -> Quarantined:
    """One response that was kept aside. Raises NotFound."""
    return _present(await _row(reading, id, scope))


async def listed(
    reading: Reading,
    scope: Scope,
    *,
    visit: UUID | None,
    reason: str | None,
    resolved: bool,
    cursor: str | None,
    limit: int,
) -> Page[Quarantined]:
    """A page, the oldest first."""
    rows = await repository.page(
        reading, scope, visit=visit, reason=reason, resolved=resolved, after=_after(cursor), limit=limit
    )
    kept, following = cut(rows, limit, "received_at", "id")
    return Page(items=[_present(row) for row in kept], next=following)


async def accept(database: Database, contexts: Contexts, id: UUID, asked: Acceptance, access: Access) -> Receipt:
    """Store it as a response, as it was sent or corrected, by the rules of intake. Raises what intake would raise,
    AlreadyExists when the id stands for another response, WrongStatus when something else was decided."""
    new_id = asked.id
    async with database.reading() as reading:
        row = await _row(reading, id, access.scope)
    admitted = False
    if not _accepted(row, new_id):
        _require_open(row)
        item = _said(row) if asked.body is None else asked.body
        if item is None:
            raise Invalid(
                "What was sent is no JSON object, or is not there whole.",
                errors=[FieldError("/body", "missing", "Send what it should have been.")],
            )
        content = await responses.checked(contexts, {**item, "id": str(new_id)}, access.scope)
        async with database.transaction() as write:
            admitted = await _admit(write, id, content, access, asked.reason)
    if admitted:
        metrics.RESOLVED.labels("accepted").inc()
    async with database.reading() as reading:
        return await responses.receipt(reading, new_id, access.scope, "created" if admitted else "duplicate")


async def drop(write: Transaction, id: UUID, reason: str, access: Access) -> Quarantined:
    """Decide that it is no response. It stays where it is, resolved. Raises WrongStatus when it was decided before."""
    _require_open(await _row(write, id, access.scope, lock=True))
    await _resolve(write, id, access, resolution="dropped", resolution_reason=reason)
    return await find(write, id, access.scope)


def count_dropped() -> None:
    """One was dropped, and that is committed."""
    metrics.RESOLVED.labels("dropped").inc()


async def _admit(write: Transaction, id: UUID, content: Content, access: Access, reason: str | None) -> bool:
    """Whether it was done now; not, when somebody else has accepted it under this id at the same moment."""
    row = await _row(write, id, access.scope, lock=True)
    response = UUID(content.id)
    if _accepted(row, response):
        return False
    _require_open(row)
    await _resolve(write, id, access, resolution="accepted", accepted_as=response, resolution_reason=reason)
    if not await responses.append(write, first_revision(content, row.received_by), access.scope):
        raise AlreadyExists(
            f"There is a response {content.id} already.", errors=[FieldError("/id", "taken", "Make a new id.")]
        )
    return True


async def _resolve(write: Transaction, id: UUID, access: Access, **decision: Any) -> None:
    await repository.resolve(write, id, {"resolved_by": access.caller.subject, **decision}, access.scope)


async def _row(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any]:
    row = await repository.get(reading, id, scope, lock=lock)
    if row is None:
        raise NotFound("There is nothing of this id in the quarantine.")
    return row


def _accepted(row: Row[Any], new_id: UUID) -> bool:
    return bool(row.resolution == "accepted" and row.accepted_as == new_id)


def _require_open(row: Row[Any]) -> None:
    if row.resolution is not None:
        what = f"accepted as {row.accepted_as}" if row.accepted_as else row.resolution
        raise WrongStatus(f"It was {what} before.")


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    moment, id = decode(cursor, str, str)
    try:
        return datetime.fromisoformat(moment), UUID(id)
    except ValueError as error:
        raise Malformed("The cursor is not one of ours; start again without it.") from error


def _said(row: Row[Any]) -> Any:
    """What was sent, as an object; None where it is none, or is not there whole."""
    if row.raw is None:
        return row.body
    try:
        said = orjson.loads(row.raw)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) and not is_deep(said) else None


def _present(row: Row[Any]) -> Quarantined:
    said = _said(row)
    raw = b64encode(row.raw).decode() if said is None and row.raw else None
    return Quarantined.model_validate({
        **row._mapping, "response": row.response_id, "visit": row.visit_id, "region": row.region_code,
        "digest": row.digest.hex(), "body": said, "raw": raw,
    })  # fmt: skip
