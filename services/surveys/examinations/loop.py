"""The task that examines, for as long as the service runs; while answers come in, or readers catch up with them, it
leaves most of the time to those.

A failure, whatever it is, is told and waited out; the next try goes on from the stored cursor.
"""

import asyncio
import time
from collections.abc import Callable

import structlog

from services.kit.database import as_problem
from services.surveys.examinations import metrics
from services.surveys.examinations.service import Examiner

# Many at a time cost less each, few at a time leave the processor and the locks to answers sooner.
FEW, MANY = 200, 4000
# While answers come in: one part of the time for this, so many for them.
RESTS = 9
# Nobody sends any more when nothing came for so long.
QUIET_SECONDS = 0.05
FAILED_SECONDS = 5.0


class Examinations:
    """Examines what came in. `busy` gives a number that rises whenever somebody is at work who goes first; while
    answers come in `thick`, it examines nothing."""

    def __init__(
        self, examiner: Examiner, busy: Callable[[], int], thick: Callable[[], bool] = lambda: False, *, idle: float
    ) -> None:
        """`idle`: seconds to wait before looking again, when everything is examined."""
        self._examiner = examiner
        self._busy = busy
        self._thick = thick
        self._idle = idle
        self._limit = MANY
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
        step = await self._examiner.step(self._limit)
        if step is None:
            return self._idle, True
        metrics.EXAMINED.inc(step.revisions)
        for rule, count in step.flags.items():
            metrics.FLAGS.labels(rule).inc(count)
        if not step.more:
            return self._idle, True
        quiet = self._busy() == stored or await self._give_way((time.monotonic() - began) * RESTS)
        self._limit = MANY if quiet else FEW
        return 0.0, False

    async def _give_way(self, seconds: float) -> bool:
        """Leave the time to the answers that come in, for so long or until nobody sends any more: then True."""
        until, stored = time.monotonic() + seconds, self._busy()
        while (left := QUIET_SECONDS if self._thick() else until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, QUIET_SECONDS))
            before, stored = stored, self._busy()
            if stored == before and left >= QUIET_SECONDS:
                return True
        return False
