"""Something that is done now and then, for as long as a process runs."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog


class Repeated:
    """Does something at once, and again after each pause. What fails is told, and done the next time."""

    def __init__(self, name: str, seconds: float, once: Callable[[], Awaitable[None]]) -> None:
        """`seconds` is the pause between one time and the next."""
        self._seconds = seconds
        self._once = once
        self._task = asyncio.create_task(self._repeat(), name=name)

    async def close(self) -> None:
        """Stop."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _repeat(self) -> None:
        while True:
            try:
                await self._once()
            except Exception as error:  # noqa: BLE001 - a database that is away must not end it
                structlog.get_logger().warning("not_done", task=self._task.get_name(), error=repr(error))
            await asyncio.sleep(self._seconds)
