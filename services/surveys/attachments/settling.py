"""What happens when the last byte of an upload has come: look at it, write it anew, keep it, announce it.

Done under the upload's lock, and safe to be done again from the start: whatever dies on the way, the bytes are still in
the upload's file, and the next who asks for the offset settles it.
"""

import asyncio
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlalchemy.engine import Row

from services.kit import changes
from services.kit.database import Transaction
from services.kit.scope import EVERYTHING
from services.surveys import tables
from services.surveys.attachments import metrics, repository, sounds
from services.surveys.attachments.desk import Desk
from services.surveys.attachments.kinds import HEAD_BYTES, MEDIA, sniffed
from services.surveys.attachments.partials import Partial
from services.surveys.attachments.pictures import Picture
from services.surveys.attachments.schemas import AttachmentChange
from services.surveys.attachments.vault import aside, by_content
from services.surveys.problems import AttachmentRefused

ITSELF = "service"
NOT_ALLOWED = "Its content is none of these: {}."
BROKEN_SOUND = "The sound file is damaged: its parts do not fit into it."
NOT_SOUND = "The file holds something else than sound."


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is to be kept."""

    file: Path
    media_type: str
    width: int | None = None
    height: int | None = None
    longitude: float | None = None
    latitude: float | None = None


async def settle(desk: Desk, row: Row[Any], partial: Partial) -> None:
    """Store a whole upload. Raises AttachmentRefused for what is no such file, which is kept aside then; StorageAway or
    Unavailable when that cannot be done now, and then nothing has changed."""
    started = time.perf_counter()
    written = partial.path.with_suffix(".new")
    try:
        kept = await _looked_at(desk, row, partial.path, written)
        if isinstance(kept, str):
            await _refuse(desk, row, partial, kept)
            state = "refused"
        else:
            await _store(desk, row, kept)
            state = "stored"
    finally:
        written.unlink(missing_ok=True)
    partial.remove()
    metrics.SETTLED.labels(state).inc()
    metrics.SECONDS.observe(time.perf_counter() - started)
    if isinstance(kept, str):
        raise refused(kept)


def refused(why: str) -> AttachmentRefused:
    """The refusal, the first time and each further one."""
    return AttachmentRefused(f"{why} What came is kept aside for the team.")


async def _looked_at(desk: Desk, row: Row[Any], file: Path, written: Path) -> Kept | str:
    """What of the file is kept, or why it is refused."""
    media_type = sniffed(await asyncio.to_thread(_head, file))
    if media_type is None or MEDIA[media_type] != row.media:
        return NOT_ALLOWED.format(", ".join(name for name, media in MEDIA.items() if media == row.media))
    if row.media == "audio":
        fault = await asyncio.to_thread(_bare_sound, file, row.length, media_type)
        return fault or Kept(file, media_type)
    picture = await desk.pictures.rewrite(file, written, media_type)
    if not isinstance(picture, Picture):
        return picture
    place = picture.position if row.keep_location else None
    longitude, latitude = place or (None, None)
    return Kept(written, picture.media_type, picture.width, picture.height, longitude, latitude)


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(HEAD_BYTES)


def _bare_sound(file: Path, size: int, media_type: str) -> str | None:
    """Leave nothing but sound in the file; why it is refused, if it is."""
    try:
        with file.open("r+b") as opened:
            if media_type == "audio/mp4" and sounds.tracks(opened, size) != {b"soun"}:
                return NOT_SOUND
            sounds.blank(opened, size, media_type)
    except sounds.Damaged:
        return BROKEN_SOUND
    return None


async def _store(desk: Desk, row: Row[Any], kept: Kept) -> None:
    digest, size = await asyncio.to_thread(_digest, kept.file)
    found = {name: value for name, value in asdict(kept).items() if name != "file"}
    name = by_content(digest)
    while True:
        await desk.vault.keep(name, kept.file, size)
        async with desk.database.transaction() as write:
            await repository.take_turns_over(write, digest)
            # Somebody may have thrown away the same content after it was put there and before it was our turn.
            if await desk.vault.size(name) == size:
                await _mark(write, desk, row, found | {"digest": digest, "bytes": size, "occupies": size})
                return


async def _mark(write: Transaction, desk: Desk, row: Row[Any], found: dict[str, Any]) -> None:
    come = await repository.response(write, row.response_id, EVERYTHING) is not None
    expires_at = None if come else datetime.now(UTC) + desk.limits.patience
    values = found | {"state": "stored", "stored_at": func.now(), "expires_at": expires_at, "changed_by": ITSELF}
    await repository.change(write, row.id, values, EVERYTHING)
    stored = await repository.get(write, row.id, EVERYTHING)
    if stored is not None:
        bound = {"region_code": row.region_code, "agency_id": row.agency_id}
        await changes.record(write, tables.changes, "attachment", "created", told(stored), bound=bound)


async def _refuse(desk: Desk, row: Row[Any], partial: Partial, why: str) -> None:
    await desk.vault.keep(aside(row.id), partial.path, row.length)
    async with desk.database.transaction() as write:
        values = {
            "state": "refused", "refusal": why, "stored_at": func.now(), "expires_at": None, "changed_by": ITSELF,
            "reason": why,
        }  # fmt: skip
        await repository.change(write, row.id, values, EVERYTHING)


def _digest(file: Path) -> tuple[bytes, int]:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").digest(), file.stat().st_size


def told(row: Row[Any]) -> AttachmentChange:
    """A stored attachment as the feed tells of it."""
    return AttachmentChange.model_validate({
        **row._mapping, "response": row.response_id, "visit": row.visit_id, "review": row.review_id,
        "digest": row.digest.hex(),
    })  # fmt: skip
