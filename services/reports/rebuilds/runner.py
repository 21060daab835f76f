"""Runs rebuilds beside the requests of this process, and says how each ended."""

import asyncio
from contextlib import suppress
from uuid import UUID

import structlog

from services.kit.database import Database, as_problem
from services.kit.problems import Problem
from services.reports.clients import Feeds
from services.reports.rebuilds import service
from services.reports.rebuilds.schemas import Rebuild

STOPPED = "The process that ran it was stopped."


class Rebuilder:
    """Starts rebuilds and carries them out."""

    def __init__(self, database: Database, feeds: Feeds, *, page: int) -> None:
        self._database = database
        self._feeds = feeds
        self._page = page
        self._tasks: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger("rebuild")

    async def start(self) -> Rebuild:
        """A new rebuild that is being carried out. Raises RebuildRunning."""
        rebuild = await service.start(self._database)
        task = asyncio.create_task(self._run(rebuild.id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return rebuild

    async def stop(self) -> None:
        """End what is running; it counts as failed."""
        running = list(self._tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _run(self, id: UUID) -> None:
        try:
            await service.carry_out(self._database, self._feeds, id, self._page)
            self._log.info("rebuild_done", rebuild=str(id))
        except asyncio.CancelledError:
            await self._fail(id, STOPPED)
            raise
        except Exception as error:  # noqa: BLE001 - whoever asked reads it from the rebuild
            known = error if isinstance(error, Problem) else as_problem(error)
            self._log.error("rebuild_failed", rebuild=str(id), exc_info=error)
            await self._fail(id, known.detail if known else f"{type(error).__name__}; the log says more.")

    async def _fail(self, id: UUID, detail: str) -> None:
        with suppress(Exception):  # with the database away it will count as failed once it has been silent long enough
            await service.fail(self._database, id, detail)
