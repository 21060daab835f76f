"""HTTP for follow-ups."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.reports.clock import Now
from services.reports.followups import planning, service
from services.reports.followups.repository import Filter
from services.reports.followups.schemas import (
    FollowUp,
    FollowUpBody,
    FollowUpChange,
    Noted,
    Postponement,
    State,
    WeakElements,
)  # fmt: skip
from services.reports.moves.schemas import History
from services.reports.problems import AlreadyExists, CannotPlan, NothingToShow, WrongState
from services.reports.schemas import Key, Region, Why

router = APIRouter(prefix="/followups", tags=["followups"])

MAY_READ: Access = requires("followups:read")
MAY_SEE: Access = requires("followups:detail")
MAY_PLAN: Access = requires("followups:plan")
MAY_WORK: Access = requires("followups:work")
MAY_JUDGE: Access = requires("followups:judge")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired, WrongState)


def chosen(
    region: Region = None,
    review: UUID | None = None,
    program: UUID | None = None,
    agency: UUID | None = None,
    state: Annotated[State | None, Query()] = None,
    overdue: bool | None = None,
    element: Annotated[Key | None, Query()] = None,
    simulated: bool | None = None,
) -> Filter:
    """The filter that a request asks for."""
    return Filter(region, review, program, agency, state, overdue, element, simulated)


Chosen = Annotated[Filter, Depends(chosen)]


@router.get("", summary="List follow-ups", responses=responses(Malformed))
async def list_followups(
    read: Read, chosen: Chosen, now: Now, limit: Limit = 50, cursor: After = None, access: Access = MAY_READ
) -> Page[FollowUp]:
    """What agencies do about aspirations and weak elements, the nearest deadline first. Everybody may know what is done
    by when; who sees to it, what was said about it and what was shown is for those whose rows they are."""
    return await service.page(read, access.caller, chosen, now, cursor=cursor, limit=limit)


@router.post(
    "", status_code=201, summary="Plan a follow-up", responses=responses(Malformed, NotFound, AlreadyExists, CannotPlan)
)
async def create_followup(
    body: FollowUpBody, write: Write, response: Response, now: Now, access: Access = MAY_PLAN
) -> FollowUp:
    """Plan what an agency does about accepted aspirations, or about an element of a review's index. The class sets the
    deadline, in working days from the day after."""
    planned = await planning.plan(write, body, access, now)
    response.headers["Location"] = f"/api/v1/followups/{planned.id}"
    return _tagged(response, planned)


@router.get("/weak-elements", summary="List the weakest elements of a review", responses=responses(NotFound))
async def list_weak_elements(read: Read, review: UUID, access: Access = MAY_READ) -> WeakElements:
    """The elements of a review's index, the weakest first, with the follow-ups that are planned for them. Equal ones
    share their priority; all that share the first are weak."""
    return await planning.weak_elements(read, review, access.caller)


@router.get("/{id}", summary="Read a follow-up", responses=responses(NotFound))
async def get_followup(id: UUID, read: Read, response: Response, now: Now, access: Access = MAY_READ) -> FollowUp:
    """One follow-up: the whole of it to those whose rows it is among, to everybody else what is public."""
    return _tagged(response, await service.find(read, id, access.caller, now))


@router.put("/{id}", summary="Change a follow-up", responses=responses(*STALE, CannotPlan))
async def update_followup(
    id: UUID,
    body: FollowUpChange,
    write: Write,
    response: Response,
    now: Now,
    if_match: IfMatch = None,
    access: Access = MAY_PLAN,
) -> FollowUp:
    """Replace what is planned, as long as it is not done. What it is about stays; another class sets the deadline anew,
    from the same day."""
    return _tagged(response, await planning.revise(write, id, body, if_match, access, now))


@router.post("/{id}/reschedule", summary="Set a deadline anew", responses=responses(*STALE, CannotPlan))
async def reschedule_followup(
    id: UUID, body: Why, write: Write, response: Response, now: Now, if_match: IfMatch = None, access: Access = MAY_PLAN
) -> FollowUp:
    """Count the deadline again, from the same day, by the calendar and the rule of today: neither a new holiday nor a
    new edition of the data moves one that is set."""
    return _tagged(response, await planning.reschedule(write, id, body.reason, if_match, access, now))


@router.post("/{id}/start", summary="Start a follow-up", responses=responses(*STALE))
async def start_followup(
    id: UUID,
    write: Write,
    response: Response,
    now: Now,
    body: Noted | None = None,
    if_match: IfMatch = None,
    access: Access = MAY_WORK,
) -> FollowUp:
    """The agency begins, or begins again."""
    note = body.note if body else None
    return _tagged(response, await service.move(write, id, "start", if_match, access, now, why=note))


@router.post("/{id}/finish", summary="Say that a follow-up is done", responses=responses(*STALE, NothingToShow))
async def finish_followup(
    id: UUID,
    write: Write,
    response: Response,
    now: Now,
    body: Noted | None = None,
    if_match: IfMatch = None,
    access: Access = MAY_WORK,
) -> FollowUp:
    """The agency says that it is done, with a note or with evidence that was added since it said so last."""
    note = body.note if body else None
    return _tagged(response, await service.move(write, id, "finish", if_match, access, now, why=note))


@router.post("/{id}/verify", summary="Verify that a follow-up is done", responses=responses(*STALE))
async def verify_followup(
    id: UUID,
    write: Write,
    response: Response,
    now: Now,
    body: Noted | None = None,
    if_match: IfMatch = None,
    access: Access = MAY_JUDGE,
) -> FollowUp:
    """The team has seen that it is done."""
    note = body.note if body else None
    return _tagged(response, await service.move(write, id, "verify", if_match, access, now, why=note))


@router.post("/{id}/return", summary="Return a follow-up", responses=responses(*STALE))
async def return_followup(
    id: UUID, body: Why, write: Write, response: Response, now: Now, if_match: IfMatch = None,
    access: Access = MAY_JUDGE,
) -> FollowUp:  # fmt: skip
    """The team has seen that it is not done as it should be; its deadline stays."""
    return _tagged(response, await service.move(write, id, "return", if_match, access, now, why=body.reason))


@router.post("/{id}/postpone", summary="Postpone a follow-up", responses=responses(*STALE, Invalid))
async def postpone_followup(
    id: UUID, body: Postponement, write: Write, response: Response, now: Now, if_match: IfMatch = None,
    access: Access = MAY_JUDGE,
) -> FollowUp:  # fmt: skip
    """It is done later, and everybody may know until when and that it was due earlier."""
    moved = await service.move(write, id, "postpone", if_match, access, now, why=body.reason, until=body.until)
    return _tagged(response, moved)


@router.post("/{id}/reopen", summary="Reopen a follow-up", responses=responses(*STALE))
async def reopen_followup(
    id: UUID, body: Why, write: Write, response: Response, now: Now, if_match: IfMatch = None,
    access: Access = MAY_JUDGE,
) -> FollowUp:  # fmt: skip
    """It is not solved after all; its deadline counts anew, from today."""
    return _tagged(response, await service.move(write, id, "reopen", if_match, access, now, why=body.reason))


@router.get("/{id}/history", summary="Read a follow-up's history", responses=responses(NotFound))
async def get_followup_history(id: UUID, read: Read, access: Access = MAY_SEE) -> History:
    """Who moved it, when and why."""
    return await service.history(read, id, access.scope)


def _tagged(response: Response, followup: FollowUp) -> FollowUp:
    tag(response, followup.version)
    return followup
