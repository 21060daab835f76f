"""Making the sums anew, while the index answers from the old ones.

The feeds are read from their start into a generation beside the current one, exactly as many changes of each as the
current one has taken in; then, with the intake held, both are compared at the same cursors and the new one becomes
current. What the feeds say wins, whether or not it is the same.
"""

from collections.abc import Mapping
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from services.kit.database import Database, Reading, Transaction
from services.kit.problems import NotFound
from services.reports.clients import FEEDS, Change, Feeds
from services.reports.intake import service as intake
from services.reports.problems import FeedBroken, RebuildRunning
from services.reports.rebuilds import repository
from services.reports.rebuilds.schemas import Rebuild

SILENCE = timedelta(seconds=60)
GONE = "The process that ran it has ended."
PAGES_UNDER_LOCK = 2


class Abandoned(RuntimeError):
    """This rebuild no longer counts as running."""


async def start(database: Database) -> Rebuild:
    """A new rebuild, to be carried out by `carry_out`. Raises RebuildRunning."""
    id = uuid4()
    async with database.transaction() as write:
        await repository.give_up_stale(write, SILENCE, GONE)
        try:
            await repository.create(write, id)
        except IntegrityError as error:
            raise RebuildRunning("Wait until the one that runs is done.") from error
        return await find(write, id)


async def find(reading: Reading, id: UUID) -> Rebuild:
    """One rebuild. Raises NotFound."""
    row = await repository.get(reading, id)
    if row is None:
        raise NotFound(f"There is no rebuild {id}.")
    stale = row.status == "running" and datetime.now(UTC) - row.beat_at > SILENCE
    return Rebuild(
        id=row.id,
        status="failed" if stale else row.status,
        changes=row.changes,
        started_at=row.started_at,
        finished_at=row.finished_at,
        digest_before=row.digest_before,
        digest_after=row.digest_after,
        identical=row.digest_before == row.digest_after if row.status == "done" else None,
        detail=GONE if stale else row.detail,
    )


async def carry_out(database: Database, feeds: Feeds, id: UUID, page: int) -> None:
    """Read, compare, change over, tidy up. Raises Abandoned, FeedBroken, and whatever keeps a feed from being read."""
    async with database.transaction() as write:
        new = (await _existing(write, id)).generation
    await clear(database, new)
    async with database.transaction() as write:
        await repository.open_feeds(write, new, FEEDS)
    while not await _finish(database, feeds, id, new, page):
        for name in FEEDS:
            await _catch_up(database, feeds, id, new, name, page)
    await clear(database, new)


async def fail(database: Database, id: UUID, detail: str) -> None:
    """Mark a rebuild as failed, unless it is over."""
    async with database.transaction() as write:
        await repository.change(write, id, {"status": "failed", "finished_at": datetime.now(UTC), "detail": detail})


async def clear(database: Database, new: int) -> None:
    """Delete what earlier generations left, all but the current one."""
    for table in repository.OF_A_GENERATION:
        more = True
        while more:
            async with database.transaction() as write:
                keep = await intake.generation(write)
                more = await repository.clear(write, table, below=new, keep=keep)


async def _catch_up(database: Database, feeds: Feeds, id: UUID, new: int, name: str, page: int) -> None:
    """Read a feed into the new generation until it has as much as the current one."""
    while True:
        async with database.reading() as reading:
            missing, cursor = await _missing(reading, await intake.generation(reading), new, name)
        if not missing:
            return
        async with aclosing(feeds.pages(name, cursor, limit=page, most=missing)) as pages:
            async for found in pages:
                async with database.transaction() as write:
                    await _take(write, id, new, name, found.items, found.next)


async def _finish(database: Database, feeds: Feeds, id: UUID, new: int, page: int) -> bool:
    """Compare and change over; False when there is too much to be read first."""
    async with database.transaction() as write:
        old = await repository.hold_current(write)
        for name in FEEDS:
            missing, cursor = await _missing(write, old, new, name)
            if missing > PAGES_UNDER_LOCK * page:
                return False
            while missing:
                found = await feeds.read(name, cursor, limit=min(page, missing))
                await _take(write, id, new, name, found.items, found.next)
                missing, cursor = await _missing(write, old, new, name)
        if await intake.cursors(write, old) != await intake.cursors(write, new):
            raise FeedBroken("The feeds give other changes now than they gave before.")
        digests = {
            "digest_before": await repository.digest(write, old),
            "digest_after": await repository.digest(write, new),
        }
        await repository.make_current(write, old, new)
        await _beat(write, id, {"status": "done", "finished_at": datetime.now(UTC)} | digests)
    return True


async def _missing(reading: Reading, old: int, new: int, name: str) -> tuple[int, str | None]:
    """How many changes the new generation lacks of a feed, and its cursor there."""
    there, here = await intake.progress(reading, old, name), await intake.progress(reading, new, name)
    return there.changes - here.changes, here.cursor


async def _take(write: Transaction, id: UUID, new: int, name: str, items: list[Change], cursor: str) -> None:
    if not items:
        raise FeedBroken(f"The feed {name} gives fewer changes now than it gave before.")
    await intake.take(write, new, name, items, cursor)
    read = 0
    for each in FEEDS:
        read += (await intake.progress(write, new, each)).changes
    await _beat(write, id, {"changes": read})


async def _beat(write: Transaction, id: UUID, values: Mapping[str, Any]) -> None:
    if not await repository.change(write, id, values):
        raise Abandoned


async def _existing(reading: Reading, id: UUID) -> Any:
    row = await repository.get(reading, id)
    if row is None:
        raise Abandoned
    return row
