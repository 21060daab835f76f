"""HTTP for visits."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page
from services.kit.problems import (
    BadUpstream,
    Invalid,
    Malformed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    UpstreamTimeout,
    responses,
)  # fmt: skip
from services.kit.versions import IfMatch, tag
from services.surveys.problems import (
    AlreadyExists,
    FixedField,
    OutsidePeriod,
    UnknownLocation,
    UnknownProgram,
    UnknownQuota,
    WrongStatus,
)  # fmt: skip
from services.surveys.reviews import service as reviews
from services.surveys.schemas import after_id
from services.surveys.visits import service
from services.surveys.visits.schemas import Visit, VisitBody

router = APIRouter(prefix="/visits", tags=["visits"])

MAY_READ: Access = requires("reviews:read")
MAY_WRITE: Access = requires("reviews:write")


@router.get("", summary="List visits", responses=responses(Malformed))
async def list_visits(
    read: Read,
    review: Annotated[UUID | None, Query(description="Only of this review.")] = None,
    program: Annotated[UUID | None, Query(description="Only to this programme.")] = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Visit]:
    """Visits by id."""
    return await service.listed(read, access, review=review, program=program, after=after_id(cursor), limit=limit)


@router.post(
    "",
    status_code=201,
    summary="Plan a visit",
    responses=responses(
        Malformed, NotFound, AlreadyExists, WrongStatus, OutsidePeriod, UnknownProgram, UnknownLocation, UnknownQuota,
        Invalid, BadUpstream, UpstreamTimeout,
    ),
)  # fmt: skip
async def create_visit(body: VisitBody, request: Request, response: Response, access: Access = MAY_WRITE) -> Visit:
    """Plan a visit within a review; the registry is asked for the programme and the location."""
    state = request.app.state
    async with state.database.reading() as reading:
        review = await reviews.find(reading, body.review, access.scope)
    where = await service.place(state.programs, body, review, access)
    async with state.database.transaction() as write:
        planned = await service.plan(write, body, where, access)
    response.headers["Location"] = f"/api/v1/visits/{planned.id}"
    tag(response, planned.version)
    return planned


@router.get("/{id}", summary="Read a visit", responses=responses(NotFound))
async def get_visit(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Visit:
    """One visit."""
    found = await service.find(read, id, access)
    tag(response, found.version)
    return found


@router.put(
    "/{id}",
    summary="Change a visit",
    responses=responses(
        Malformed,
        NotFound,
        PreconditionFailed,
        PreconditionRequired,
        FixedField,
        WrongStatus,
        OutsidePeriod,
        UnknownQuota,
        Invalid,
    ),
)
async def update_visit(
    id: UUID,
    body: VisitBody,
    request: Request,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Visit:
    """Replace what is said of a visit. Its review, programme and location stay; once the review was opened, services
    can be added and relabelled, not taken away."""
    async with request.app.state.database.transaction() as write:
        changed = await service.revise(write, id, body, if_match, access)
    request.app.state.contexts.forget()
    tag(response, changed.version)
    return changed
