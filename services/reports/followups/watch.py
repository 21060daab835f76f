"""Looks at deadlines now and then, so that what has to be said about them is said."""

from datetime import UTC, datetime
from functools import partial

from services.kit.database import Database
from services.kit.repeated import Repeated
from services.reports.followups import reminding


def watched(database: Database, seconds: float) -> Repeated:
    """The task that looks every so many seconds."""
    return Repeated("reminders", seconds, partial(_look, database))


async def _look(database: Database) -> None:
    await reminding.remind(database, datetime.now(UTC))
