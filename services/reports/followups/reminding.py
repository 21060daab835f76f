"""Reminders: what has to be said about a deadline is said in the change feed, once, whoever runs and whoever is killed.

What was said is a row with a key of its own, and row, feed and the day of the next reminder are one transaction. So of
two processes that look at once each takes other rows, and one that dies in between has said nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel

from services.kit import changes
from services.kit.database import Database, Transaction
from services.reports import tables
from services.reports.deadlines import service as deadlines
from services.reports.deadlines.domain import DUE_SOON, Event
from services.reports.followups import metrics, present, repository
from services.reports.holidays import service as holidays

AT_ONCE = 200
ENTITY = "reminder"


class Reminder(BaseModel):
    """What is said about a deadline, as the change feed tells it."""

    id: UUID
    version: int = 1
    followup: UUID
    kind: str
    level: str
    deadline: date
    title: str
    region: str
    agency: str
    simulated: bool


async def remind(database: Database, now: datetime) -> int:
    """Say what has to be said by now; how many things that was."""
    said, more = 0, True
    while more:
        async with database.transaction() as write:
            found, told = await once(write, now)
        said, more = said + told, found == AT_ONCE
    return said


async def once(write: Transaction, now: datetime) -> tuple[int, int]:
    """Look at some follow-ups; how many there were, and how many things were said about them."""
    rows = await repository.due(write, present.todays(now), AT_ONCE)
    if not rows:
        return 0, 0
    calendar, rule = await holidays.calendar(write), deadlines.escalation()
    told = 0
    for row in rows:
        today = holidays.zones().today(row.region_code, now)
        events = rule.events(row.deadline, calendar)
        reached = to_say([one for one in events if one.on <= today])
        told += await _tell(write, row, reached) if reached else 0
        following = next((one.on for one in events if one.on > today), None)
        await repository.set_reminder(write, row.id, following)
    return len(rows), told


def to_say(reached: Sequence[Event]) -> list[Event]:
    """What is left to be said: that something is due soon helps nobody once it is overdue."""
    late = [one for one in reached if one.kind != DUE_SOON]
    return late or list(reached)


async def _tell(write: Transaction, row: Any, events: Sequence[Event]) -> int:
    said = [_reminder(row, one) for one in events]
    fields = {"id", "deadline", "kind", "level"}
    new = await repository.remind(write, [one.model_dump(include=fields) | {"followup_id": row.id} for one in said])
    bound = {"region_code": row.region_code, "agency_id": row.agency_id}
    for one in said:
        if one.id in new:
            await changes.record(write, tables.changes, ENTITY, one.kind, one, bound=bound)
            metrics.REMINDERS.labels(one.kind, one.level).inc()
    return len(new)


def _reminder(row: Any, event: Event) -> Reminder:
    return Reminder(
        id=uuid5(row.id, f"{event.kind}:{event.level}:{row.deadline}"),
        followup=row.id,
        kind=event.kind,
        level=event.level,
        deadline=row.deadline,
        title=row.title,
        region=row.region_code,
        agency=row.agency_id,
        simulated=row.simulated,
    )
