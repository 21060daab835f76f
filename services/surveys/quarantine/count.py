"""Keeps the number of open cases before the operators' eyes."""

import asyncio

import structlog

from services.kit.database import Database
from services.surveys.quarantine import metrics, repository

SECONDS = 15.0


class OpenCount:
    """Counts now and then, for as long as the service runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._task = asyncio.create_task(self._repeat(), name="quarantine count")

    async def close(self) -> None:
        """Stop counting."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _repeat(self) -> None:
        while True:
            try:
                await measure(self._database)
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the counting
                structlog.get_logger().warning("quarantine_not_counted", error=repr(error))
            await asyncio.sleep(SECONDS)


async def measure(database: Database) -> None:
    """Count once."""
    async with database.reading() as reading:
        metrics.OPEN.set(await repository.count_open(reading))
