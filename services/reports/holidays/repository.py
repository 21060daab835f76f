"""Edits of the calendar in the database. What stands in the dated data is not in it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING
from services.reports.tables import holiday_edits

EDITING = 738198
"""Number of the advisory lock under which the calendar is edited."""


async def hold(write: Transaction) -> None:
    """Until this transaction ends nobody else edits the calendar."""
    await write.value(select(func.pg_advisory_xact_lock(EDITING)), EVERYTHING)


async def every(reading: Reading) -> Sequence[Row[Any]]:
    """The newest edit of each day that was edited."""
    return await reading.all(select(holiday_edits).order_by(holiday_edits.c.day), EVERYTHING)


async def store(write: Transaction, day: date, values: Mapping[str, Any]) -> None:
    """Let this be how a day is."""
    new = insert(holiday_edits).values(day=day, **values)
    statement = new.on_conflict_do_update(index_elements=["day"], set_={name: new.excluded[name] for name in values})
    await write.run(statement, EVERYTHING)
