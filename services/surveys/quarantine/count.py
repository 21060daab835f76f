"""Keeps the number of open cases before the operators' eyes, and forgets refused bodies in time."""

from datetime import timedelta
from functools import partial

from services.kit.database import Database
from services.kit.repeated import Repeated
from services.surveys.quarantine import metrics, repository

SECONDS = 15.0
SWEEP_SECONDS = 3600.0
DECIDED_DAYS = 30
"""How long a body is kept after somebody has decided on it; who decided, when and why stays."""


def counted(database: Database) -> Repeated:
    """The task that counts now and then."""
    return Repeated("quarantine count", SECONDS, partial(measure, database))


async def measure(database: Database) -> None:
    """Count once."""
    async with database.reading() as reading:
        metrics.OPEN.set(await repository.count_open(reading))


def forgetting(database: Database, days: int) -> Repeated:
    """The task that forgets refused bodies in time; `days` is how long one waits for somebody to decide."""
    return Repeated("refused bodies", SWEEP_SECONDS, partial(sweep, database, days))


async def sweep(database: Database, days: int) -> None:
    """Forget once what is too old."""
    async with database.transaction() as write:
        forgotten = await repository.expire(write, timedelta(days=days), timedelta(days=DECIDED_DAYS))
    metrics.EXPIRED.inc(forgotten)
