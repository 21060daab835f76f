"""Evidence files in the database, in pieces."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING
from services.reports.tables import followup_evidence, followup_evidence_pieces


async def count(reading: Reading, followup: UUID) -> int:
    """How many files a follow-up has."""
    statement = select(func.count()).where(followup_evidence.c.followup_id == followup)
    return int(await reading.value(statement, EVERYTHING))


async def insert(write: Transaction, row: Mapping[str, Any]) -> None:
    """A further file."""
    await write.insert(followup_evidence, row, EVERYTHING)


async def insert_piece(write: Transaction, evidence: UUID, number: int, content: bytes) -> None:
    """A further piece of a file."""
    row = {"evidence_id": evidence, "number": number, "content": content}
    await write.insert(followup_evidence_pieces, row, EVERYTHING)


async def get(reading: Reading, followup: UUID, evidence: UUID) -> Row[Any] | None:
    """What is known of a file of a follow-up."""
    table = followup_evidence
    statement = select(table).where(table.c.id == evidence, table.c.followup_id == followup)
    return await reading.first(statement, EVERYTHING)


async def of(reading: Reading, followup: UUID) -> Sequence[Row[Any]]:
    """The files of a follow-up, the first first."""
    table = followup_evidence
    return await reading.all(select(table).where(table.c.followup_id == followup).order_by(table.c.at), EVERYTHING)


async def piece(reading: Reading, evidence: UUID, number: int) -> bytes | None:
    """A piece of a file; None behind the last."""
    table = followup_evidence_pieces
    statement = select(table.c.content).where(table.c.evidence_id == evidence, table.c.number == number)
    content: bytes | None = await reading.value(statement, EVERYTHING)
    return content
