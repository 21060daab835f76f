"""HTTP for reviews."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page, cut
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
    QuestionnaireNotPublished,
    UnknownQuestionnaire,
    UnknownRegion,
    WrongStatus,
)  # fmt: skip
from services.surveys.reviews import repository, service
from services.surveys.reviews.schemas import Review, ReviewBody, Status
from services.surveys.schemas import RegionCode, after_id

router = APIRouter(prefix="/reviews", tags=["reviews"])

MAY_READ: Access = requires("reviews:read")
MAY_WRITE: Access = requires("reviews:write")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)


@router.get("", summary="List reviews", responses=responses(Malformed))
async def list_reviews(
    read: Read,
    region: Annotated[RegionCode | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Review]:
    """Reviews of a region and of all regions below it, by id."""
    rows = await repository.page(read, access.scope, region=region, status=status, after=after_id(cursor), limit=limit)
    kept, following = cut(rows, limit, "id")
    return Page(items=[service.present(row) for row in kept], next=following)


@router.post(
    "",
    status_code=201,
    summary="Plan a review",
    responses=responses(
        Malformed, NotFound, AlreadyExists, QuestionnaireNotPublished, UnknownQuestionnaire, UnknownRegion, Invalid,
        BadUpstream, UpstreamTimeout,
    ),
)  # fmt: skip
async def create_review(body: ReviewBody, request: Request, response: Response, access: Access = MAY_WRITE) -> Review:
    """Plan a review of a region; the registry is asked whether the region exists."""
    await service.require_region(request.app.state.programs, body, access)
    async with request.app.state.database.transaction() as write:
        planned = await service.plan(write, body, access)
    response.headers["Location"] = f"/api/v1/reviews/{planned.id}"
    tag(response, planned.version)
    return planned


@router.get("/{id}", summary="Read a review", responses=responses(NotFound))
async def get_review(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Review:
    """One review."""
    found = await service.find(read, id, access.scope)
    tag(response, found.version)
    return found


@router.put(
    "/{id}",
    summary="Change a review",
    responses=responses(*STALE, FixedField, WrongStatus, QuestionnaireNotPublished, UnknownQuestionnaire, Invalid),
)
async def update_review(
    id: UUID,
    body: ReviewBody,
    request: Request,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Review:
    """Replace what is said of a review. Its region stays; once it was opened, so do its questionnaire and whether it is
    simulated; a closed one does not change."""
    async with request.app.state.database.transaction() as write:
        changed = await service.revise(write, id, body, if_match, access)
    request.app.state.contexts.forget()
    tag(response, changed.version)
    return changed


@router.post("/{id}/open", summary="Open a review for responses", responses=responses(*STALE, WrongStatus))
async def open_review(
    id: UUID, request: Request, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Review:
    """From now on its visits take responses. A closed review can be opened again."""
    return await _move(id, "open", request, response, if_match, access)


@router.post("/{id}/close", summary="Close a review", responses=responses(*STALE, WrongStatus))
async def close_review(
    id: UUID, request: Request, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Review:
    """Its visits take no further responses; other server processes follow within two seconds."""
    return await _move(id, "closed", request, response, if_match, access)


async def _move(
    id: UUID, target: str, request: Request, response: Response, if_match: str | None, access: Access
) -> Review:
    async with request.app.state.database.transaction() as write:
        moved = await service.move(write, id, target, if_match, access)
    request.app.state.contexts.forget()
    tag(response, moved.version)
    return moved
