"""Follow-ups as people see them and move them on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.kit import changes
from services.kit.auth import Access, Caller
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Invalid, Malformed, NotFound
from services.kit.scope import EVERYTHING, Scope
from services.kit.versions import check
from services.reports import tables
from services.reports.deadlines import service as deadlines
from services.reports.followups import present, repository
from services.reports.followups.domain import CLOSED, STEPS
from services.reports.followups.repository import Filter
from services.reports.followups.schemas import Comment, FollowUp
from services.reports.holidays import service as holidays
from services.reports.moves import service as moves
from services.reports.moves.schemas import History
from services.reports.moves.service import Moved
from services.reports.problems import NothingToShow, WrongState

ENTITY = "followup"
CITIZEN = Caller("citizen", "citizen")
"""Stands for whoever says by a receipt that something is not solved."""
TOLD = {
    "start": "started", "finish": "finished", "verify": "verified", "return": "returned", "postpone": "postponed",
    "reopen": "reopened",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A row in the list, with its sort key as a cursor holds it."""

    deadline: str
    id: str
    row: Any


async def page(
    reading: Reading, caller: Caller, chosen: Filter, now: datetime, *, cursor: str | None, limit: int
) -> Page[FollowUp]:
    """Follow-ups as a caller sees them, the nearest deadline first. Raises Malformed for a cursor that is none."""
    rows = await repository.page(reading, EVERYTHING, chosen, present.todays(now), after=_after(cursor), limit=limit)
    listed = [Listed(row.deadline.isoformat(), str(row.id), row) for row in rows]
    kept, following = cut(listed, limit, "deadline", "id")
    return Page(items=await present.shown(reading, [one.row for one in kept], caller, now), next=following)


def _after(cursor: str | None) -> tuple[date, UUID] | None:
    if cursor is None:
        return None
    deadline, id = decode(cursor, str, str)
    try:
        return date.fromisoformat(deadline), UUID(id)
    except ValueError as error:
        raise Malformed(
            "The cursor is not one of ours; start again without it.",
            errors=[FieldError("cursor", "cursor", "Use `next` of an earlier page, unchanged.")],
        ) from error


async def there(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Any:
    """The row of a follow-up. Raises NotFound."""
    row = await repository.get(reading, id, scope, lock=lock)
    if row is None:
        raise NotFound("There is no such follow-up.")
    return row


async def find(reading: Reading, id: UUID, caller: Caller, now: datetime) -> FollowUp:
    """One follow-up as a caller sees it. Raises NotFound."""
    return (await present.shown(reading, [await there(reading, id, EVERYTHING)], caller, now))[0]


async def history(reading: Reading, id: UUID, scope: Scope) -> History:
    """What happened to one since it was planned. Raises NotFound."""
    await there(reading, id, scope)
    return await moves.history(reading, ENTITY, id, scope)


async def move(
    write: Transaction,
    id: UUID,
    step: str,
    if_match: str | None,
    access: Access,
    now: datetime,
    *,
    why: str | None = None,
    until: date | None = None,
) -> FollowUp:
    """Take a step of `domain.STEPS`. Raises NotFound, WrongState, NothingToShow, Invalid for a postponement into the
    past, and what the version says."""
    row = await there(write, id, access.scope, lock=True)
    check(row.version, if_match)
    if row.state not in STEPS[step].of:
        raise WrongState(f"The follow-up is {row.state}; {step} is for those that are {' or '.join(STEPS[step].of)}.")
    if step == "finish" and why is None:
        await _require_evidence(write, row)
    today = holidays.zones().today(row.region_code, now)
    if until is not None and until <= today:
        sentence = "Postpone it to a day that is still to come."
        raise Invalid(sentence, errors=[FieldError("/until", "past", sentence)])
    values = await _after_step(write, row, step, now, today, until)
    await repository.change(write, id, values, access.scope)
    return await announced(write, id, access.caller, step, row.state, why, now)


async def _require_evidence(reading: Reading, row: Any) -> None:
    """Raises NothingToShow unless something was shown since it was last said to be done."""
    shown = await repository.evidence(reading, [row.id])
    if not any(row.done_at is None or one.at > row.done_at for one in shown):
        raise NothingToShow(
            "Say in a note what was done, or add evidence before.",
            errors=[FieldError("/note", "nothing-to-show", "Say what was done.")],
        )


async def _after_step(
    reading: Reading, row: Any, step: str, now: datetime, today: date, until: date | None
) -> dict[str, Any]:
    values: dict[str, Any] = {"state": STEPS[step].to}
    if step == "start":
        values["started_at"] = row.started_at or now
    elif step == "finish":
        values |= {"done_at": now, "closings": row.closings + 1}
    elif step == "verify":
        values["verified_at"] = now
    elif step == "postpone":
        values["postponed_until"] = until
    elif step == "return":
        values["done_at"] = None
    elif step == "reopen":
        values |= await _reopened(reading, row, today)
    return values


async def _reopened(reading: Reading, row: Any, today: date) -> dict[str, Any]:
    """What reopening changes: the deadline counts anew, from today, since the old one was met or has long passed."""
    found, calendar = deadlines.of_class(row._mapping["class"]), await holidays.calendar(reading)
    due_on = calendar.after(today, found.working_days) if found else row.due_on
    return {
        "reopened": row.reopened + 1, "done_at": None, "verified_at": None, "postponed_until": None,
        "counted_from": today, "due_on": due_on, "rule": deadlines.name(), "calendar": calendar.version,
    }  # fmt: skip


async def reopen_for_citizen(write: Transaction, id: UUID, now: datetime) -> None:
    """Reopen one because whoever asked for it says that it is not solved. Raises NotFound, WrongState."""
    row = await there(write, id, EVERYTHING, lock=True)
    if row.state not in CLOSED:
        raise WrongState("It is not said to be done; there is nothing to object to yet.")
    today = holidays.zones().today(row.region_code, now)
    await repository.change(write, id, await _after_step(write, row, "reopen", now, today, None), EVERYTHING)
    await announced(write, id, CITIZEN, "reopen", row.state, "citizen", now)


async def announced(
    write: Transaction, id: UUID, caller: Caller, action: str, before: str | None, why: str | None, now: datetime
) -> FollowUp:
    """The follow-up after a change, as the caller sees it; the change is noted and told, and what has to be reminded of
    is set anew."""
    row = await there(write, id, EVERYTHING)
    await repository.set_reminder(write, id, await _next_reminder(write, row))
    moved = Moved(ENTITY, id, row.version, action, before, row.state, row.region_code, row.agency_id, why)
    await moves.note(write, caller, [moved])
    (public,) = await present.shown(write, [row], None, now)
    bound = {"region_code": row.region_code, "agency_id": row.agency_id}
    await changes.record(write, tables.changes, ENTITY, TOLD.get(action, action), public, bound=bound)
    return (await present.shown(write, [row], caller, now))[0]


async def _next_reminder(reading: Reading, row: Any) -> date | None:
    """The first day on which something has to be said about the deadline as it stands; None once it is done."""
    if row.state in CLOSED:
        return None
    return deadlines.escalation().events(row.deadline, await holidays.calendar(reading))[0].on


async def comments(reading: Reading, id: UUID, scope: Scope) -> list[Comment]:
    """What was said about one. Raises NotFound."""
    await there(reading, id, scope)
    return [Comment.model_validate(row._asdict()) for row in await repository.comments(reading, id)]


async def comment(write: Transaction, id: UUID, text: str, access: Access, now: datetime) -> Comment:
    """Say something about one. Raises NotFound."""
    await there(write, id, access.scope)
    row = {
        "id": uuid4(), "followup_id": id, "by": access.caller.subject, "role": access.caller.role, "text": text,
        "at": now,
    }  # fmt: skip
    await repository.add_comment(write, row)
    return Comment.model_validate(row)


async def of_figures(
    reading: Reading, *, region: str | None, review: UUID | None, agency: UUID | None, simulated: bool
) -> Sequence[Any]:
    """What figures are made of: review_id, region_code, state, done_at and deadline of all such follow-ups."""
    chosen = Filter(region=region, review=review, agency=agency, simulated=simulated)
    return await repository.of_figures(reading, chosen)


async def plan_of(reading: Reading, review: UUID, now: datetime) -> list[FollowUp]:
    """The follow-up plan of a review as everybody may know it: weak elements first, the weakest at the top, then those
    of aspirations."""
    return await present.shown(reading, await repository.of_review(reading, review), None, now)
