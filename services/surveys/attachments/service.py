"""What is known of attachments, who gets their content, and how they come to an end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit import changes
from services.kit.auth import Access, permit
from services.kit.database import Database, Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Invalid, NotFound
from services.kit.scope import EVERYTHING, Scope
from services.surveys import tables
from services.surveys.attachments import metrics, repository
from services.surveys.attachments.desk import Desk
from services.surveys.attachments.schemas import Attachment, AttachmentEvent
from services.surveys.attachments.settling import told
from services.surveys.attachments.vault import Vault, aside, by_content
from services.surveys.permissions import PERMISSIONS
from services.surveys.problems import AttachmentGone, ResponseDeleted, WrongStatus
from services.surveys.schemas import after_id

BLANK: dict[str, Any] = dict.fromkeys((
    "media_type", "bytes", "digest", "width", "height", "longitude", "latitude", "refusal", "stored_at", "changed_by",
    "reason", "discarded_at",
))  # fmt: skip
"""What a row has before its content has come."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file that may be served, and how to read a stretch of it."""

    row: Row[Any]
    name: str
    size: int
    vault: Vault

    async def pieces(self, first: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `first` up to `end`. Raises StorageAway before the first."""
        return await self.vault.pieces(self.name, first, end)


async def row_of(database: Database, id: UUID, scope: Scope) -> Row[Any]:
    """The row now. Raises NotFound."""
    async with database.reading() as reading:
        return await _row(reading, id, scope)


async def find(reading: Reading, desk: Desk, id: UUID, scope: Scope) -> Attachment:
    """What is known of a file. Raises NotFound, AttachmentGone, ResponseDeleted."""
    return _present(await _there(reading, id, scope), desk)


async def listed(
    reading: Reading,
    desk: Desk,
    scope: Scope,
    *,
    response: UUID | None,
    visit: UUID | None,
    state: str | None,
    cursor: str | None,
    limit: int,
) -> Page[Attachment]:
    """A page by id, without the files of responses that were deleted."""
    rows = await repository.page(
        reading, scope, response=response, visit=visit, state=state, after=after_id(cursor), limit=limit
    )
    kept, following = cut(rows, limit, "id")
    gone = await repository.deleted_among(reading, {row.response_id for row in kept}, scope)
    return Page(items=[_present(row, desk) for row in kept if row.response_id not in gone], next=following)


async def history(reading: Reading, id: UUID, scope: Scope, *, cursor: str | None, limit: int) -> Page[AttachmentEvent]:
    """A page of what happened to a file, the first step first, also when it is no more. Raises NotFound."""
    await _row(reading, id, scope)
    after = decode(cursor, int)[0] if cursor else 0
    kept, following = cut(await repository.events(reading, id, scope, after=after, limit=limit), limit, "version")
    return Page(items=[AttachmentEvent.model_validate(dict(row._mapping)) for row in kept], next=following)


async def content(desk: Desk, id: UUID, scope: Scope) -> Content:
    """The content of a stored file. Raises as `find` does, and WrongStatus for one that is not stored."""
    async with desk.database.reading() as reading:
        row = await _there(reading, id, scope)
    if row.state != "stored":
        raise WrongStatus(f"The file is {row.state}.")
    return Content(row, by_content(row.digest), row.bytes, desk.vault)


async def original(desk: Desk, id: UUID, scope: Scope) -> Content:
    """What came in the place of a file and was refused, as it came. Raises WrongStatus when there is no such thing."""
    async with desk.database.reading() as reading:
        row = await _there(reading, id, scope)
    if row.state != "refused":
        raise WrongStatus(f"Only what was refused is kept as it came; this file is {row.state}.")
    return Content(row, aside(row.id), row.length, desk.vault)


async def end(desk: Desk, id: UUID, reason: str | None, access: Access) -> None:
    """Give up an upload, or delete what is stored or kept aside, for which another permission and a reason is needed.
    Raises NotFound, AttachmentGone, Forbidden, Invalid, UploadBusy."""
    row = await row_of(desk.database, id, access.scope)
    if row.state in {"expired", "deleted"}:
        raise AttachmentGone("There is nothing left to delete.")
    if row.state == "uploading":
        with desk.partials.open(id) as partial:
            await _close(desk, id, "expired", reason or "given up by its sender", access)
            partial.remove()
        metrics.SETTLED.labels("expired").inc()
        return
    further = permit(PERMISSIONS, "responses:correct", access.caller)
    if reason is None:
        raise Invalid(
            "Say why a file that is stored is to be deleted.",
            errors=[FieldError("reason", "missing", "It is kept with the file's record.")],
        )
    await _close(desk, id, "deleted", reason, further)
    metrics.SETTLED.labels("deleted").inc()
    async with desk.database.transaction() as write:
        await throw_away(write, desk.vault, await _row(write, id, further.scope))


async def _close(desk: Desk, id: UUID, state: str, reason: str, access: Access) -> None:
    async with desk.database.transaction() as write:
        row = await repository.get(write, id, access.scope, lock=True)
        if row is None:
            raise NotFound("There is no such file.")
        await close(write, row, state, reason, access.caller.subject)


async def close(write: Transaction, row: Row[Any], state: str, reason: str, by: str) -> None:
    """The end of a file whose row is locked; of one that was announced, the feed tells. Raises AttachmentGone."""
    if row.state in {"expired", "deleted"}:
        raise AttachmentGone("There is nothing left to delete.")
    values = {"state": state, "reason": reason, "changed_by": by, "occupies": 0, "expires_at": None}
    await repository.change(write, row.id, values, EVERYTHING)
    if row.state == "stored":
        bound = {"region_code": row.region_code, "agency_id": row.agency_id}
        gone = told(row).model_copy(update={"version": row.version + 1})
        await changes.record(write, tables.changes, "attachment", "deleted", gone, bound=bound)


async def throw_away(write: Transaction, vault: Vault, row: Row[Any]) -> None:
    """Delete the content of a file that is no more, unless another file has the same. Safe to be done again."""
    if row.state not in {"expired", "deleted"} or row.stored_at is None or row.discarded_at is not None:
        return
    if row.digest is None:
        await vault.drop(aside(row.id))
    else:
        await repository.take_turns_over(write, row.digest)
        if not await repository.uses(write, row.digest):
            await vault.drop(by_content(row.digest))
    await repository.note(write, row.id, {"discarded_at": datetime.now(UTC)})


async def _row(reading: Reading, id: UUID, scope: Scope) -> Row[Any]:
    row = await repository.get(reading, id, scope)
    if row is None:
        raise NotFound("There is no such file.")
    return row


async def _there(reading: Reading, id: UUID, scope: Scope) -> Row[Any]:
    row = await _row(reading, id, scope)
    if row.state in {"expired", "deleted"}:
        raise AttachmentGone("The file was deleted." if row.state == "deleted" else "The upload was given up.")
    if await repository.deleted_among(reading, {row.response_id}, scope):
        raise ResponseDeleted(f"Response {row.response_id} was deleted, and its files with it.")
    return row


def _present(row: Row[Any], desk: Desk) -> Attachment:
    place = None if row.longitude is None else {"longitude": row.longitude, "latitude": row.latitude}
    return Attachment.model_validate({
        **row._mapping, "response": row.response_id, "visit": row.visit_id, "review": row.review_id,
        "region": row.region_code, "digest": row.digest and row.digest.hex(), "position": place,
        "offset": desk.partials.offset(row.id) if row.state == "uploading" else row.length,
    })  # fmt: skip
