"""Follow-ups as whoever asked for them sees them by a receipt, and what they may say about them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING
from services.reports.aspirations.schemas import TrackedEvent, TrackedFollowUp
from services.reports.followups import present, repository, service
from services.reports.followups.domain import CLOSED, PLANNED
from services.reports.followups.schemas import FollowUp
from services.reports.moves import service as moves
from services.reports.problems import ObjectedAlready, WrongState


async def tracked(reading: Reading, ids: Collection[UUID], now: datetime) -> dict[UUID, TrackedFollowUp]:
    """Some follow-ups as their respondents see them, by id."""
    shown = await present.shown(reading, await repository.several(reading, ids), None, now)
    events: dict[UUID, list[TrackedEvent]] = {}
    for row in await moves.rows(reading, service.ENTITY, ids, EVERYTHING):
        if row.before != row.after:
            event = TrackedEvent(at=row.at, state=row.after or PLANNED, note=row.reason)
            events.setdefault(row.entity_id, []).append(event)
    objected = await repository.objections(reading, ids)
    return {one.id: _tracked(one, events, objected) for one in shown}


def _tracked(one: FollowUp, events: Mapping[UUID, Sequence[TrackedEvent]], objected: Sequence[Any]) -> TrackedFollowUp:
    again = any((row.followup_id, row.closing) == (one.id, one.closings) for row in objected)
    return TrackedFollowUp(
        id=one.id,
        title=one.title,
        agency_name=one.agency_name,
        state=one.state,
        due_on=one.due_on,
        overdue=one.overdue,
        postponed_until=one.postponed_until,
        done_at=one.done_at,
        closing=one.closings,
        events=list(events.get(one.id, ())),
        can_object=one.state in CLOSED and not again,
    )


async def object_to(write: Transaction, id: UUID, aspiration: UUID, text: str, now: datetime) -> None:
    """Reopen one that is said to be done, because a respondent says that it is not solved. Raises NotFound, WrongState,
    ObjectedAlready."""
    row = await service.there(write, id, EVERYTHING, lock=True)
    if any(one.closing == row.closings for one in await repository.objections(write, [id])):
        raise ObjectedAlready("Somebody has said so already since it was last said to be done.")
    if row.state not in CLOSED:
        raise WrongState("It is not said to be done; there is nothing to object to yet.")
    said = {"followup_id": id, "closing": row.closings, "aspiration_id": aspiration, "text": text, "at": now}
    await repository.add_objection(write, said)
    await service.reopen_for_citizen(write, id, now)
