"""An upload from its announcement to its last byte, as tus 1.0.0 has it; see docs/decisions."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit.auth import Access
from services.kit.database import Transaction
from services.kit.problems import FieldError, Problem, Unavailable
from services.kit.scope import EVERYTHING
from services.surveys.attachments import metrics, repository, service
from services.surveys.attachments.desk import Desk
from services.surveys.attachments.domain import Checksum, Wanted, names, unfit
from services.surveys.attachments.partials import Partial
from services.surveys.attachments.settling import refused, settle
from services.surveys.problems import (
    AttachmentConflict,
    AttachmentGone,
    AttachmentTooLarge,
    AttachmentUnasked,
    ChecksumMismatch,
    ResponseDeleted,
    ReviewClosed,
    StorageFull,
    TooManyAttachments,
    UnknownVisit,
    WrongOffset,
)  # fmt: skip
from services.surveys.responses.domain import Context

GATHER = 256 * 1024
SAME = ("response_id", "visit_id", "question", "length", "name")


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload, and how far it is. `created` when it was begun just now."""

    row: Row[Any]
    offset: int
    expires_at: datetime | None
    created: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file on its way in: where it begins, its bytes, how many it says it has, and its checksum."""

    offset: int
    stream: AsyncIterator[bytes]
    length: int | None
    checksum: Checksum | None


async def begin(desk: Desk, wanted: Wanted, access: Access) -> Upload:
    """Announce an upload; the same announced again is where it is. Raises what stands against it."""
    context = await _asked_for(desk, wanted, access)
    async with desk.database.transaction() as write:
        await repository.take_turns(write, wanted.response)
        row = await repository.get(write, wanted.id, access.scope, lock=True)
        if row is not None:
            _require_same(row, wanted)
        if row is not None and row.state != "expired":
            created = False
        else:
            await _require_room(write, desk, wanted, context, access)
            await _announce(write, desk, wanted, context, access, row)
            created = True
    row = await service.row_of(desk.database, wanted.id, access.scope)
    if row.state in {"refused", "deleted"}:
        raise _no_more(row)
    return _where(desk, row, created=created)


async def find(desk: Desk, id: UUID, access: Access) -> Upload:
    """Where an upload is. One that is whole and not settled yet, because something broke, is settled now."""
    row = await service.row_of(desk.database, id, access.scope)
    if row.state == "uploading" and desk.partials.offset(id) == row.length:
        with desk.partials.open(id) as partial:
            row = await _settled(desk, await service.row_of(desk.database, id, access.scope), partial)
    if row.state not in {"uploading", "stored"}:
        raise _no_more(row)
    return _where(desk, row)


async def append(desk: Desk, id: UUID, piece: Piece, access: Access) -> Upload:
    """Take in a piece. What arrives of it stays when its sender goes, unless it has a checksum. Raises WrongOffset,
    UploadBusy, AttachmentTooLarge, ChecksumMismatch, and with the last piece what settling raises."""
    await service.row_of(desk.database, id, access.scope)
    with desk.partials.open(id) as partial:
        row = await service.row_of(desk.database, id, access.scope)
        if row.state not in {"uploading", "stored"}:
            partial.remove()
            raise _no_more(row)
        if row.state == "stored":
            partial.remove()
        here = row.length if row.state == "stored" else partial.size
        if piece.offset != here:
            raise WrongOffset(f"The upload is at byte {here}.", offset=here)
        if piece.length is not None and piece.length > row.length - here:
            raise AttachmentTooLarge(f"{row.length} bytes were announced, and {here} are here.")
        if row.state == "uploading":
            await _received(partial, piece, row.length)
            row = await _settled(desk, row, partial)
    return _where(desk, row)


async def _received(partial: Partial, piece: Piece, length: int) -> None:
    """Write a piece down as it comes in. Raises ClientDisconnect for one that ended early."""
    before, whole = partial.size, False
    if piece.checksum:
        partial.doubt()
    try:
        whole = await _written(partial, piece, length - before)
        await _to_its_end(partial.sync)
    except OSError as error:
        raise Unavailable("There is no room for uploads right now; go on later from the offset.") from error
    finally:
        if not whole and piece.checksum:
            partial.cut(before)
        metrics.BYTES.inc(max(0, partial.size - before))
    partial.trust()


async def _written(partial: Partial, piece: Piece, most: int) -> bool:
    """Whether all of the piece has come. Raises ChecksumMismatch, AttachmentTooLarge or ClientDisconnect."""
    digest = hashlib.new(piece.checksum.algorithm, usedforsecurity=False) if piece.checksum else None
    gathered, size, before = bytearray(), 0, partial.size
    try:
        async for data in piece.stream:
            size += len(data)
            if size > most:
                gathered.clear()
                partial.cut(before)
                raise AttachmentTooLarge(f"More bytes came than the {most} that were left of the announced ones.")
            if digest:
                digest.update(data)
            gathered += data
            if len(gathered) >= GATHER:
                full, gathered = gathered, bytearray()
                await _to_its_end(partial.append, full)
    finally:
        if gathered:
            partial.append(gathered)
    if digest and piece.checksum and digest.digest() != piece.checksum.value:
        raise ChecksumMismatch("Nothing of this piece was kept; send it again.")
    return True


async def _to_its_end(work: Callable[..., None], *arguments: Any) -> None:
    """Do something in a thread, and do not go before it has ended: the file it writes to is closed behind us."""
    working = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise


async def _settled(desk: Desk, row: Row[Any], partial: Partial) -> Row[Any]:
    """The row, settled if its upload is whole."""
    if row.state != "uploading" or partial.size < row.length:
        return row
    await settle(desk, row, partial)
    return await service.row_of(desk.database, row.id, EVERYTHING)


def _where(desk: Desk, row: Row[Any], *, created: bool = False) -> Upload:
    if row.state == "stored":
        return Upload(row, row.length, None, created)
    touched = desk.partials.touched(row.id)
    expires_at = row.expires_at if touched is None else max(row.expires_at, touched + desk.limits.patience)
    return Upload(row, desk.partials.offset(row.id), expires_at, created)


async def _asked_for(desk: Desk, wanted: Wanted, access: Access) -> Context:
    """The visit that the file is of. Raises UnknownVisit, or says that no question asks for the file."""
    context = await desk.contexts.find(wanted.visit)
    if not context or not access.scope.covers(region=context.region, agency=context.agency):
        raise UnknownVisit(
            "There is no such visit in your rows.",
            errors=[FieldError("Upload-Metadata/visit", "unknown-visit", "Not known here.")],
        )
    fault = unfit(wanted, context.instrument.attachments.get(wanted.question), desk.limits.bytes)
    if fault:
        kind = AttachmentTooLarge if fault[1] == "too-large" else AttachmentUnasked
        raise kind(fault[2], errors=[FieldError(*fault)])
    return context


async def _require_room(write: Transaction, desk: Desk, wanted: Wanted, context: Context, access: Access) -> None:
    """Raises what stands against a further file: of the response, of the numbers, of the region's room."""
    response = await repository.response(write, wanted.response, access.scope)
    if response is None and not context.open:
        raise ReviewClosed("The review takes nothing new now; a file of a response that is there may still come.")
    if response is not None:
        _require_named(response, wanted)
    question = context.instrument.attachments[wanted.question]
    files = await repository.count(write, wanted.response)
    if files.get(wanted.question, 0) >= question["max_count"] or sum(files.values()) >= desk.limits.per_response:
        raise TooManyAttachments(
            f"{question['max_count']} of this question and {desk.limits.per_response} of a response are allowed."
        )
    if await repository.region_bytes(write, context.region) + wanted.length > desk.limits.region_bytes:
        raise StorageFull("The region has no room for this file; whoever runs this service can give it more.")


def _require_named(response: Row[Any], wanted: Wanted) -> None:
    if response.action == "deleted":
        raise ResponseDeleted(f"Response {wanted.response} was deleted.")
    if response.visit_id != wanted.visit:
        raise AttachmentUnasked(
            "The response is of another visit.", errors=[FieldError("Upload-Metadata/visit", "another", "Not its own.")]
        )
    if not names(response.body["answers"], wanted):
        raise AttachmentUnasked(
            f"The response's answer to {wanted.question} does not name this file; correct the response first.",
            errors=[FieldError("Upload-Metadata/id", "not-named", "The answer lists the ids of its files.")],
        )


async def _announce(
    write: Transaction, desk: Desk, wanted: Wanted, context: Context, access: Access, before: Row[Any] | None
) -> None:
    question = context.instrument.attachments[wanted.question]
    values: dict[str, Any] = {
        "state": "uploading", "expires_at": datetime.now(UTC) + desk.limits.patience, "occupies": wanted.length,
    }  # fmt: skip
    if before is not None:
        with desk.partials.open(wanted.id) as partial:
            partial.cut(0)  # whoever gave it up may have died before the file was gone
        await service.throw_away(write, desk.vault, before)
        await repository.change(
            write, wanted.id, values | service.BLANK | {"changed_by": access.caller.subject}, access.scope
        )
        return
    new = {
        "id": wanted.id, "response_id": wanted.response, "visit_id": context.visit, "review_id": context.review,
        "region_code": context.region, "agency_id": context.agency, "simulated": context.simulated,
        "question": wanted.question, "media": question["media"], "keep_location": question["keep_location"],
        "name": wanted.name, "length": wanted.length, "created_by": access.caller.subject,
    }  # fmt: skip
    if not await repository.insert(write, values | new, access.scope):
        raise AttachmentConflict(f"There is a file {wanted.id} already; make a new id.")


def _require_same(row: Row[Any], wanted: Wanted) -> None:
    ours = (row.response_id, row.visit_id, row.question, row.length, row.name)
    theirs = (wanted.response, wanted.visit, wanted.question, wanted.length, wanted.name)
    different = [name for name, one, other in zip(SAME, ours, theirs, strict=True) if one != other]
    if different:
        raise AttachmentConflict(f"The file with this id has another {different[0].removesuffix('_id')}.")


def _no_more(row: Row[Any]) -> Problem:
    if row.state == "refused":
        return refused(row.refusal)
    return AttachmentGone("The file was deleted." if row.state == "deleted" else "The upload was given up; begin anew.")
