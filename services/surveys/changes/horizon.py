"""Keeps before the operators' eyes how far the feed's visible head is behind, and what holds it up."""

import asyncio

import structlog

from services.kit.changes import Watch
from services.kit.database import Database
from services.surveys.changes import metrics, repository

SECONDS = 15.0


class Horizon:
    """Looks now and then, for as long as the service runs."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        metrics.READERS.set_function(lambda: watch.readers)
        self._task = asyncio.create_task(self._repeat(), name="feed horizon")

    async def close(self) -> None:
        """Stop looking."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _repeat(self) -> None:
        while True:
            try:
                await measure(self._database)
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the looking
                structlog.get_logger().warning("feed_horizon_unknown", error=repr(error))
            await asyncio.sleep(SECONDS)


async def measure(database: Database) -> None:
    """Look once."""
    async with database.reading() as reading:
        found = await repository.horizon(reading)
    metrics.UNSEEN.set(found.unseen)
    metrics.WAITED.set(found.waited)
    metrics.HELD.set(found.held)
