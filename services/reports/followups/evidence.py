"""Evidence files: taken in on disk until they are whole and known, kept in the database in pieces, given out piece by
piece. So neither side ever holds one in memory, nor a connection while somebody slow sends or reads.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID, uuid4

from services.kit.auth import Access
from services.kit.database import Database, Reading, Transaction
from services.kit.problems import FieldError, Invalid, NotFound, PayloadTooLarge, UnsupportedMediaType
from services.kit.scope import Scope
from services.reports.followups import files, present, service
from services.reports.followups.schemas import EvidenceFile
from services.reports.moves import service as moves
from services.reports.moves.service import Moved
from services.reports.problems import WrongState

MOST_BYTES = 10_000_000
MOST_FILES = 20
PIECE_BYTES = 256 * 1024
IN_MEMORY_BYTES = 1024 * 1024
OPENXML = b"PK\x03\x04"
KINDS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (OPENXML,),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (OPENXML,),
}
"""What is taken, and how such a file begins."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived whole."""

    name: str
    media_type: str
    size: int
    digest: bytes
    content: IO[bytes]


@contextmanager
def spool() -> Any:
    """A place for a file until it is whole; on disk if it is large."""
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as content:
        yield content


async def receive(stream: AsyncIterator[bytes], name: str, media_type: str, content: IO[bytes]) -> Upload:
    """Take in a file. Raises UnsupportedMediaType, PayloadTooLarge, and Invalid for an empty one or another content
    than its type says."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise UnsupportedMediaType(f"Evidence is one of {', '.join(KINDS)}.")
    size, digest = 0, hashlib.sha256()
    async for piece in stream:
        size += len(piece)
        if size > MOST_BYTES:
            raise PayloadTooLarge(f"A file has {MOST_BYTES} bytes at most.")
        digest.update(piece)
        content.write(piece)
    content.seek(0)
    if not content.read(16).startswith(KINDS[kind]):
        raise Invalid(f"The body does not begin like a file of type {kind}.")
    return Upload(name, kind, size, digest.digest(), content)


async def add(write: Transaction, id: UUID, upload: Upload, access: Access, now: datetime) -> EvidenceFile:
    """Keep a file with a follow-up. Raises NotFound, WrongState once it is verified or has too many."""
    row = await service.there(write, id, access.scope, lock=True)
    if row.state == "verified":
        raise WrongState("The follow-up is verified; nothing is added to it any more.")
    if await files.count(write, id) >= MOST_FILES:
        raise WrongState(f"A follow-up has {MOST_FILES} files at most.")
    evidence = uuid4()
    kept = {
        "id": evidence, "followup_id": id, "name": upload.name, "media_type": upload.media_type, "bytes": upload.size,
        "digest": upload.digest, "by": access.caller.subject, "at": now,
    }  # fmt: skip
    await files.insert(write, kept)
    upload.content.seek(0)
    number = 0
    while piece := upload.content.read(PIECE_BYTES):
        await files.insert_piece(write, evidence, number, piece)
        number += 1
    moved = Moved(
        service.ENTITY, id, row.version, "evidence", row.state, row.state, row.region_code, row.agency_id, upload.name
    )
    await moves.note(write, access.caller, [moved])
    return present.file(await files.get(write, id, evidence))


async def find(reading: Reading, id: UUID, evidence: UUID, scope: Scope) -> EvidenceFile:
    """What is known of a file. Raises NotFound."""
    await service.there(reading, id, scope)
    row = await files.get(reading, id, evidence)
    if row is None:
        raise NotFound("The follow-up has no such file.")
    return present.file(row)


async def every(reading: Reading, id: UUID, scope: Scope) -> list[EvidenceFile]:
    """What is known of each file of a follow-up, the first first. Raises NotFound."""
    await service.there(reading, id, scope)
    return [present.file(row) for row in await files.of(reading, id)]


async def pieces(database: Database, evidence: UUID) -> AsyncIterator[bytes]:
    """A file's content. It does not change, so each piece is read for itself."""
    number = 0
    while True:
        async with database.reading() as reading:
            piece = await files.piece(reading, evidence, number)
        if piece is None:
            return
        yield piece
        number += 1


def checked_name(name: str) -> str:
    """A file's name, without the folders that some clients send along. Raises Invalid."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    if not last or not last.isprintable():
        raise Invalid("The file needs a name.", errors=[FieldError("name", "name", "Give the file's name.")])
    return last
