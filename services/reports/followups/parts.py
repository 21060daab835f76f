"""HTTP for what belongs to a follow-up: comments and evidence."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.problems import Invalid, Malformed, NotFound, PayloadTooLarge, UnsupportedMediaType, responses
from services.reports.clock import Now
from services.reports.followups import evidence, service
from services.reports.followups.schemas import Comment, CommentBody, Comments, EvidenceFile, EvidenceFiles
from services.reports.problems import WrongState

router = APIRouter(prefix="/followups/{id}", tags=["followups"])

MAY_SEE: Access = requires("followups:detail")
MAY_COMMENT: Access = requires("followups:comment")
MAY_WORK: Access = requires("followups:work")
BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY = {"required": True, "content": dict.fromkeys(evidence.KINDS, BINARY)}


@router.get("/comments", summary="List comments on a follow-up", responses=responses(NotFound))
async def list_followup_comments(id: UUID, read: Read, access: Access = MAY_SEE) -> Comments:
    """What the team, the agency, the mentor and the ministry say about it, the first first."""
    return Comments(items=await service.comments(read, id, access.scope))


@router.post("/comments", status_code=201, summary="Comment on a follow-up", responses=responses(Malformed, NotFound))
async def add_followup_comment(
    id: UUID, body: CommentBody, write: Write, now: Now, access: Access = MAY_COMMENT
) -> Comment:
    """Say something about it; what was said stays."""
    return await service.comment(write, id, body.text, access, now)


@router.get("/evidence", summary="List a follow-up's evidence", responses=responses(NotFound))
async def list_followup_evidence(id: UUID, read: Read, access: Access = MAY_SEE) -> EvidenceFiles:
    """The files that show what was done, the first first."""
    return EvidenceFiles(items=await evidence.every(read, id, access.scope))


@router.post(
    "/evidence",
    status_code=201,
    summary="Add evidence to a follow-up",
    responses=responses(NotFound, WrongState, PayloadTooLarge, UnsupportedMediaType, Invalid),
    openapi_extra={"requestBody": BODY},
)
async def add_followup_evidence(
    id: UUID,
    name: Annotated[str, Query(min_length=1, max_length=200, description="The file's name.")],
    request: Request,
    now: Now,
    access: Access = MAY_WORK,
) -> EvidenceFile:
    """Send a file as the body: a picture, a PDF, a document or a sheet, of 10 MB at most; 20 files at most."""
    called, kind = evidence.checked_name(name), request.headers.get("content-type", "")
    with evidence.spool() as content:
        upload = await evidence.receive(request.stream(), called, kind, content)
        async with request.app.state.database.transaction() as write:
            return await evidence.add(write, id, upload, access, now)


@router.get(
    "/evidence/{evidence_id}",
    summary="Read a file of a follow-up's evidence",
    responses=responses(NotFound) | {200: {"content": dict.fromkeys(evidence.KINDS, BINARY)}},
    response_class=Response,
)
async def read_followup_evidence(id: UUID, evidence_id: UUID, request: Request, access: Access = MAY_SEE) -> Response:
    """The file as it was sent; its ETag is its SHA-256."""
    database = request.app.state.database
    async with database.reading() as reading:
        found = await evidence.find(reading, id, evidence_id, access.scope)
    headers = {
        "Content-Length": str(found.bytes),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "ETag": f'"{found.digest}"',
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(evidence.pieces(database, evidence_id), media_type=found.media_type, headers=headers)
