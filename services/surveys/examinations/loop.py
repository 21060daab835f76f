"""The task that examines, for as long as the service runs; while answers come in it leaves most of the time to them.

A failure, whatever it is, is told and waited out; the next try goes on from the stored cursor.
"""

import asyncio
import time
from collections.abc import Callable

import structlog

from services.kit.database import as_problem
from services.surveys.examinations import metrics
from services.surveys.examinations.service import Examiner

# Few at a time, so that the event loop is not held up between answers.
BATCH = 100
# While answers come in: one part of the time for this, so many for them.
RESTS = 9
FAILED_SECONDS = 5.0


class Examinations:
    """Examines what came in. `busy` gives a number that rises whenever the intake stores something."""

    def __init__(self, examiner: Examiner, busy: Callable[[], int], *, idle: float) -> None:
        """`idle`: seconds to wait before looking again, when everything is examined."""
        self._examiner = examiner
        self._busy = busy
        self._idle = idle
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to examine."""
        self._task = asyncio.create_task(self._repeat(), name="examinations")

    async def close(self) -> None:
        """Stop; what is being examined is rolled back and will be examined again."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _repeat(self) -> None:
        current_at = time.monotonic()
        while True:
            try:
                pause, current = await self._once()
            except Exception as error:
                metrics.ERRORS.inc()
                log = structlog.get_logger("examinations")
                if as_problem(error):
                    log.warning("not_examined", error=repr(error))
                else:
                    log.exception("not_examined", exc_info=error)
                pause, current = FAILED_SECONDS, False
            current_at = time.monotonic() if current else current_at
            metrics.BEHIND.set(time.monotonic() - current_at)
            await asyncio.sleep(pause)

    async def _once(self) -> tuple[float, bool]:
        """Examine once: how long to pause then, and whether nothing is left. Where another process is at it, it is for
        that one to say how far it is behind."""
        began, stored = time.monotonic(), self._busy()
        step = await self._examiner.step(BATCH)
        if step is None:
            return self._idle, True
        metrics.EXAMINED.inc(step.revisions)
        for rule, count in step.flags.items():
            metrics.FLAGS.labels(rule).inc(count)
        if not step.more:
            return self._idle, True
        took = time.monotonic() - began
        return (took * RESTS if self._busy() != stored else 0.0), False
