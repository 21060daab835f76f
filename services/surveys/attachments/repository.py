"""Attachments in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING, Scope
from services.surveys.tables import attachment_events, attachment_regions, attachments, responses
from services.surveys.tables import newest_responses as newest

TAKEN = "23505"
LIVE = ("uploading", "stored", "refused")


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(attachments).where(attachments.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading,
    scope: Scope,
    *,
    response: UUID | None,
    visit: UUID | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows by id."""
    statement = select(attachments).order_by(attachments.c.id).limit(limit + 1)
    if response is not None:
        statement = statement.where(attachments.c.response_id == response)
    if visit is not None:
        statement = statement.where(attachments.c.visit_id == visit)
    if state is not None:
        statement = statement.where(attachments.c.state == state)
    if after is not None:
        statement = statement.where(attachments.c.id > after)
    return await reading.all(statement, scope)


async def events(reading: Reading, id: UUID, scope: Scope, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """Up to `limit + 1` steps in the life of a file, the first one first."""
    table = attachment_events.c
    statement = select(attachment_events).where(table.attachment_id == id, table.version > after)
    return await reading.all(statement.order_by(table.version).limit(limit + 1), scope)


async def response(reading: Reading, id: UUID, scope: Scope) -> Row[Any] | None:
    """The response that a file belongs to, as it is now: whose, whether it is there, and what it answers."""
    statement = select(newest.c.id, newest.c.visit_id, newest.c.action, newest.c.body).where(newest.c.id == id)
    return await reading.first(statement, scope)


async def deleted_among(reading: Reading, responses: set[UUID], scope: Scope) -> set[UUID]:
    """Those of these responses that were deleted."""
    statement = select(newest.c.id).where(newest.c.id.in_(responses), newest.c.action == "deleted")
    return {row.id for row in await reading.all(statement, scope)} if responses else set()


async def take_turns(write: Transaction, response: UUID) -> None:
    """Wait until nobody else begins an upload to this response."""
    await write.value(select(func.pg_advisory_xact_lock(func.hashtext(f"attachments/{response}"))), EVERYTHING)


async def take_turns_over(write: Transaction, digest: bytes) -> None:
    """Wait until nobody else begins to use, or throws away, the content with this digest."""
    await write.value(select(func.pg_advisory_xact_lock(func.hashtext(f"content/{digest.hex()}"))), EVERYTHING)


async def count(reading: Reading, response: UUID) -> dict[str, int]:
    """How many files a response has under each question, those that were given up left out."""
    statement = (
        select(attachments.c.question, func.count().label("files"))
        .where(attachments.c.response_id == response, attachments.c.state.in_(LIVE))
        .group_by(attachments.c.question)
    )
    return {row.question: row.files for row in await reading.all(statement, EVERYTHING)}


async def region_bytes(reading: Reading, region: str) -> int:
    """Bytes of all files of a region."""
    statement = select(attachment_regions.c.bytes).where(attachment_regions.c.region_code == region)
    return int(await reading.value(statement, EVERYTHING) or 0)


async def insert(write: Transaction, row: Mapping[str, Any], scope: Scope) -> bool:
    """A new row; False when its id is taken, and then the transaction can do no more."""
    try:
        await write.insert(attachments, row, scope)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == TAKEN:
            return False
        raise
    return True


async def change(write: Transaction, id: UUID, values: Mapping[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    statement = (
        update(attachments)
        .where(attachments.c.id == id)
        .values(**values, version=attachments.c.version + 1, updated_at=func.now())
    )
    await write.run(statement, scope)


async def note(write: Transaction, id: UUID, values: Mapping[str, Any]) -> None:
    """Write down what is no change of the thing itself: how long it is waited for, that its content is gone."""
    await write.run(update(attachments).where(attachments.c.id == id).values(**values), EVERYTHING)


async def stop_waiting(write: Transaction) -> None:
    """Files whose response has come need not be given up."""
    statement = (
        update(attachments)
        .where(attachments.c.state == "stored", attachments.c.expires_at.is_not(None))
        .where(exists().where(responses.c.id == attachments.c.response_id))
        .values(expires_at=None)
    )
    await write.run(statement, EVERYTHING)


async def uses(reading: Reading, digest: bytes) -> int:
    """How many attachments have the content with this digest."""
    statement = (
        select(func.count())
        .select_from(attachments)
        .where(attachments.c.digest == digest, attachments.c.state == "stored")
    )
    return int(await reading.value(statement, EVERYTHING))


async def due(reading: Reading, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Those whose time is up."""
    statement = select(attachments).where(attachments.c.expires_at < now).order_by(attachments.c.expires_at)
    return await reading.all(statement.limit(limit), EVERYTHING)


async def to_discard(reading: Reading, limit: int) -> Sequence[Row[Any]]:
    """Those that are no more and whose content may still lie there."""
    statement = select(attachments).where(
        attachments.c.state.in_(("expired", "deleted")),
        attachments.c.stored_at.is_not(None),
        attachments.c.discarded_at.is_(None),
    )
    return await reading.all(statement.order_by(attachments.c.id).limit(limit), EVERYTHING)
