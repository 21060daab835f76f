"""What becomes of attachments that nobody goes on with, and of content that nobody has any more.

Runs in every process of the service, now and then; each step may be done twice or broken off.
"""

import time
from datetime import UTC, datetime
from uuid import UUID

from services.kit.database import Transaction
from services.kit.repeated import Repeated
from services.kit.scope import EVERYTHING
from services.surveys.attachments import metrics, repository
from services.surveys.attachments.desk import Desk
from services.surveys.attachments.service import close, throw_away
from services.surveys.attachments.settling import ITSELF, settle
from services.surveys.problems import AttachmentRefused, UploadBusy

SECONDS = 60.0
AT_ONCE = 100
QUIET_SECONDS = 600.0
"""An upload that is whole and was not settled for so long was left behind by a process that died."""


def swept(desk: Desk) -> Repeated:
    """The sweep, for as long as the service runs."""
    return Repeated("sweep of attachments", SECONDS, lambda: sweep(desk, datetime.now(UTC)))


async def sweep(desk: Desk, now: datetime) -> None:
    """Do once what is due at a moment."""
    async with desk.database.transaction() as write:
        await repository.stop_waiting(write)
    await _give_up(desk, now)
    await _mend(desk)
    await _discard(desk)


async def _give_up(desk: Desk, now: datetime) -> None:
    """Close what nobody goes on with: uploads without news, files whose response has not come."""
    async with desk.database.reading() as reading:
        due = await repository.due(reading, now, AT_ONCE)
    for row in due:
        if row.state == "stored":
            async with desk.database.transaction() as write:
                await _expire(write, row.id, "its response did not come")
            continue
        touched = desk.partials.touched(row.id)
        if touched is not None and touched + desk.limits.patience > now:
            async with desk.database.transaction() as write:
                await repository.note(write, row.id, {"expires_at": touched + desk.limits.patience})
            continue
        try:
            with desk.partials.open(row.id) as partial:
                async with desk.database.transaction() as write:
                    await _expire(write, row.id, "nobody went on with it")
                partial.remove()
        except UploadBusy:
            continue


async def _expire(write: Transaction, id: UUID, reason: str) -> None:
    row = await repository.get(write, id, EVERYTHING, lock=True)
    if row is not None and row.state in {"uploading", "stored"}:
        await close(write, row, "expired", reason, ITSELF)
        metrics.SETTLED.labels("expired").inc()


async def _mend(desk: Desk) -> None:
    """Settle whole uploads that a dead process left, and remove files whose upload came to its end."""
    for id in list(desk.partials.idle(time.time() - QUIET_SECONDS)):
        try:
            with desk.partials.open(id) as partial:
                async with desk.database.reading() as reading:
                    row = await repository.get(reading, id, EVERYTHING)
                if row is None or row.state != "uploading":
                    partial.remove()
                elif partial.size == row.length:
                    await settle(desk, row, partial)
        except (UploadBusy, AttachmentRefused):
            continue


async def _discard(desk: Desk) -> None:
    async with desk.database.reading() as reading:
        left = await repository.to_discard(reading, AT_ONCE)
    for row in left:
        async with desk.database.transaction() as write:
            await throw_away(write, desk.vault, row)
