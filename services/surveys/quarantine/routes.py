"""HTTP for the quarantine."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, responses
from services.surveys.problems import FAULTS, AlreadyExists, ReviewClosed, UnknownVisit, WrongStatus
from services.surveys.quarantine import service
from services.surveys.quarantine.schemas import Acceptance, Quarantined
from services.surveys.responses.schemas import Receipt
from services.surveys.schemas import Why

router = APIRouter(prefix="/quarantine", tags=["quarantine"])

MAY_READ: Access = requires("quarantine:read")
MAY_RESOLVE: Access = requires("quarantine:resolve")


@router.get("", summary="List responses kept aside", responses=responses(Malformed, Invalid))
async def list_quarantined(
    read: Read,
    visit: Annotated[UUID | None, Query(description="Only of this visit.")] = None,
    reason: Annotated[
        str | None, Query(description="Only these: `conflict`, or the name of a problem.", pattern="^[a-z-]{1,50}$")
    ] = None,
    resolved: Annotated[bool, Query(description="Those that were decided, instead of those that wait.")] = False,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Quarantined]:
    """Responses whose id another response has, and bodies that were refused, the oldest first."""
    return await service.listed(
        read, access.scope, visit=visit, reason=reason, resolved=resolved, cursor=cursor, limit=limit
    )


@router.get("/{id}", summary="Read a response kept aside", responses=responses(NotFound))
async def get_quarantined(id: UUID, read: Read, access: Access = MAY_READ) -> Quarantined:
    """One of them, whole."""
    return await service.find(read, id, access.scope)


@router.post(
    "/{id}/accept",
    status_code=201,
    summary="Accept what was kept aside",
    responses=responses(Malformed, NotFound, UnknownVisit, AlreadyExists, ReviewClosed, WrongStatus, Invalid, *FAULTS)
    | {200: {"model": Receipt, "description": "It was accepted under this id already; the first receipt."}},
)
async def accept_quarantined(
    id: UUID, body: Acceptance, request: Request, response: Response, access: Access = MAY_RESOLVE
) -> Receipt:
    """Store it as a response of its own, under a new id, if it is one by the rules that hold when it is accepted: an
    open review, answers that fit. What was refused may be corrected, with a reason. Its sender stays who sent it."""
    state = request.app.state
    receipt = await service.accept(state.database, state.contexts, id, body, access)
    response.headers["Location"] = f"/api/v1/responses/{receipt.id}"
    if receipt.status == "duplicate":
        response.status_code = 200
    return receipt


@router.post(
    "/{id}/drop", summary="Drop what was kept aside", responses=responses(Malformed, NotFound, WrongStatus, Invalid)
)
async def drop_quarantined(id: UUID, body: Why, request: Request, access: Access = MAY_RESOLVE) -> Quarantined:
    """Decide, with the reason, that it is no response of its own. It is kept, and no longer waits."""
    async with request.app.state.database.transaction() as write:
        dropped = await service.drop(write, id, body.reason, access)
    service.count_dropped()
    return dropped
