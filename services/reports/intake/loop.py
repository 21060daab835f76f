"""The readers of the feeds: one task for each, for as long as the service runs.

A failure, whatever it is, is told and waited out; the next try goes on from the stored cursor.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress

import structlog

from services.kit.database import Database, as_problem
from services.kit.problems import Problem
from services.reports.clients import FEEDS, Feeds
from services.reports.intake import metrics, service

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 15.0


class Intake:
    """Reads both feeds, waiting for news, and applies what they say."""

    def __init__(self, database: Database, feeds: Feeds, *, page: int, wait: float, gather: float) -> None:
        """`page` changes at most in a request, which waits for news so many seconds. After news it pauses for `gather`
        seconds: what comes in meanwhile costs little more than one change does."""
        self._database = database
        self._feeds = feeds
        self._page = page
        self._wait = wait
        self._gather = gather
        self._tasks: list[asyncio.Task[None]] = []
        self._log = structlog.get_logger("intake")

    def start(self) -> None:
        """Begin to read."""
        self._tasks = [asyncio.create_task(self._follow(name), name=f"feed {name}") for name in FEEDS]

    async def stop(self) -> None:
        """Stop reading; a page that is being applied is rolled back and will be read again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, name: str) -> None:
        failures = 0
        current_at = time.monotonic()
        while True:
            try:
                async for more in self._steps(name):
                    failures = 0
                    current_at = current_at if more else time.monotonic()
                    metrics.BEHIND.labels(name).set(time.monotonic() - current_at)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the reading
                metrics.ERRORS.labels(name).inc()
                metrics.BEHIND.labels(name).set(time.monotonic() - current_at)
                await self._tell(name, error)
                await asyncio.sleep(pause(failures, random.random()))  # noqa: S311 - it spreads load, nothing else
                failures += 1

    async def _steps(self, name: str) -> AsyncIterator[bool]:
        """Read and apply, and say each time whether there is more; ends when another process was quicker."""
        async with self._database.reading() as reading:
            cursor = await service.cursor(reading, name)
        async with aclosing(self._feeds.pages(name, cursor, limit=self._page, wait=self._wait)) as pages:
            async for page in pages:
                applied = await service.apply(self._database, name, cursor, page)
                if applied is None:
                    return
                cursor = page.next if page.items else cursor
                for entity, count in applied.entities.items():
                    metrics.CHANGES.labels(name, entity).inc(count)
                metrics.SKIPPED.labels(name).inc(applied.skipped)
                yield page.more
                if page.items and not page.more:
                    await asyncio.sleep(self._gather)

    async def _tell(self, name: str, error: Exception) -> None:
        known = error if isinstance(error, Problem) else as_problem(error)
        sentence = known.detail if known else f"{type(error).__name__}; the log says more."
        if known:
            self._log.warning("feed_not_read", feed=name, error=sentence)
        else:
            self._log.error("feed_not_read", feed=name, exc_info=error)
        with suppress(Exception):  # a database that is away cannot be told; the next try will find it
            await service.note_error(self._database, name, sentence)


def pause(failures: int, chance: float) -> float:
    """Seconds until the next try: twice as long after each failure, up to a limit, and between half and all of that."""
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(failures, 20))
    return longest * (0.5 + chance / 2)
