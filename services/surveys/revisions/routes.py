"""HTTP for the revisions of a response."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi import Response as HttpResponse

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page
from services.kit.problems import (
    Invalid,
    Malformed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    responses,
)  # fmt: skip
from services.kit.versions import IfMatch, tag
from services.surveys.problems import FAULTS, FixedField, ResponseDeleted, WrongStatus
from services.surveys.responses.body import UNREADABLE, documented, read
from services.surveys.responses.schemas import ITEM_BYTES, Response
from services.surveys.revisions import service
from services.surveys.revisions.schemas import CorrectionBody, Judgement, Revision
from services.surveys.schemas import Line, Why

router = APIRouter(prefix="/responses", tags=["responses"])

MAY_CORRECT: Access = requires("responses:correct")
MAY_REVIEW: Access = requires("responses:review")
MAY_LOOK_BACK: Access = requires("responses:history")

STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)


@router.put(
    "/{id}",
    summary="Correct a response",
    responses=responses(*STALE, *UNREADABLE[1:], ResponseDeleted, FixedField, *FAULTS),
    openapi_extra=documented(CorrectionBody),
)
async def correct_response(
    id: UUID, request: Request, response: HttpResponse, if_match: IfMatch = None, access: Access = MAY_CORRECT
) -> Response:
    """Put other content in the place of what was received, whole, with the reason. It has to fit the questionnaire as
    it did when it was sent; id and visit stay. Corrections are taken while the review is open and after it was closed.
    What stood there before stays in the revisions, and the state is `received` anew."""
    correction = await service.read(request.app.state.contexts, (await read(request, ITEM_BYTES)).json())
    async with request.app.state.database.transaction() as write:
        corrected = await service.correct(write, id, correction, if_match, access)
    tag(response, corrected.version)
    return corrected


@router.delete("/{id}", summary="Delete a response", responses=responses(*STALE, ResponseDeleted, Invalid))
async def delete_response(
    id: UUID,
    reason: Annotated[Line, Query(description="Why; it is kept with the revision.")],
    request: Request,
    response: HttpResponse,
    if_match: IfMatch = None,
    access: Access = MAY_CORRECT,
) -> Revision:
    """Take a response out of lists and indexes. Its revisions stay, and it can be restored."""
    async with request.app.state.database.transaction() as write:
        deleted = await service.delete(write, id, reason, if_match, access)
    tag(response, deleted.version)
    return deleted


@router.post("/{id}/restore", summary="Restore a deleted response", responses=responses(*STALE, WrongStatus, Invalid))
async def restore_response(
    id: UUID,
    body: Why,
    request: Request,
    response: HttpResponse,
    if_match: IfMatch = None,
    access: Access = MAY_CORRECT,
) -> Response:
    """Bring back what stood there before the deletion, in the state it was in. The 410 of a deleted response has the
    ETag that is needed."""
    async with request.app.state.database.transaction() as write:
        restored = await service.restore(write, id, body.reason, if_match, access)
    tag(response, restored.version)
    return restored


@router.post(
    "/{id}/review",
    summary="Judge the quality of a response",
    responses=responses(*STALE, ResponseDeleted, WrongStatus, Invalid),
)
async def review_response(
    id: UUID,
    body: Judgement,
    request: Request,
    response: HttpResponse,
    if_match: IfMatch = None,
    access: Access = MAY_REVIEW,
) -> Response:
    """Accept a response, return it for correction, reject it, or take the judgement back (`received`)."""
    async with request.app.state.database.transaction() as write:
        judged = await service.judge(write, id, body, if_match, access)
    tag(response, judged.version)
    return judged


@router.get("/{id}/revisions", summary="List revisions of a response", responses=responses(Malformed, NotFound))
async def list_revisions(
    id: UUID, read: Read, limit: Limit = 50, cursor: After = None, access: Access = MAY_LOOK_BACK
) -> Page[Revision]:
    """Everything that happened to a response, the first revision first: what it said, who changed it, when and why."""
    return await service.listed(read, id, access.scope, cursor=cursor, limit=limit)
