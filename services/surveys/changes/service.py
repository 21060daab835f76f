"""Reading the feed, and waiting for it to grow."""

import time

from services.kit import changes as feed
from services.kit.database import Database
from services.kit.scope import Scope
from services.surveys.changes import repository

FEED = "responses"


async def read(
    database: Database, watch: feed.Watch, scope: Scope, *, after: str | None, limit: int, wait: float
) -> bytes:
    """A `ChangePage` as JSON. While there is nothing for this reader it waits, holding no connection.

    News of other regions move the head too: a reader bound to a region looks again after each, and then waits for
    what comes behind the head it had seen before looking.
    """
    position = feed.decode(FEED, after)
    deadline = time.monotonic() + wait
    while True:
        seen = await repository.head(database) if scope.claims and wait else position
        async with database.reading() as reading:
            rows = await repository.read(reading, scope, position, limit)
        remaining = deadline - time.monotonic()
        if rows or remaining <= 0 or not await watch.beyond(max(seen, position), remaining):
            return feed.page(FEED, position, rows, limit)
