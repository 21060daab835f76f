"""Keeps before the operators' eyes how far the feed's visible head is behind, and what holds it up."""

from functools import partial

from services.kit.changes import Watch
from services.kit.database import Database
from services.kit.repeated import Repeated
from services.surveys.changes import metrics, repository

SECONDS = 15.0


def watched(database: Database, watch: Watch) -> Repeated:
    """The task that looks now and then."""
    metrics.READERS.set_function(lambda: watch.readers)
    return Repeated("feed horizon", SECONDS, partial(measure, database))


async def measure(database: Database) -> None:
    """Look once."""
    async with database.reading() as reading:
        found = await repository.horizon(reading)
    metrics.UNSEEN.set(found.unseen)
    metrics.WAITED.set(found.waited)
    metrics.HELD.set(found.held)
