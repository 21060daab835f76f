"""Keeps the number of open cases before the operators' eyes."""

from functools import partial

from services.kit.database import Database
from services.kit.repeated import Repeated
from services.surveys.quarantine import metrics, repository

SECONDS = 15.0


def counted(database: Database) -> Repeated:
    """The task that counts now and then."""
    return Repeated("quarantine count", SECONDS, partial(measure, database))


async def measure(database: Database) -> None:
    """Count once."""
    async with database.reading() as reading:
        metrics.OPEN.set(await repository.count_open(reading))
