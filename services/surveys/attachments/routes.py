"""HTTP for attachments: the upload protocol (tus 1.0.0), and what is known and served of them."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi import Response as HttpResponse
from fastapi.responses import StreamingResponse

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page
from services.kit.problems import (
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Unavailable,
    UnsupportedMediaType,
    responses,
)  # fmt: skip
from services.surveys.attachments import protocol, service, uploads
from services.surveys.attachments.desk import Desk
from services.surveys.attachments.domain import stretch
from services.surveys.attachments.kinds import SUFFIXES
from services.surveys.attachments.schemas import Attachment, AttachmentEvent, State
from services.surveys.problems import (
    AttachmentConflict,
    AttachmentGone,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentUnasked,
    ChecksumMismatch,
    ProtocolVersion,
    RangeOutside,
    ResponseDeleted,
    ReviewClosed,
    StorageFull,
    TooManyAttachments,
    UnknownVisit,
    UploadBusy,
    WrongOffset,
    WrongStatus,
)  # fmt: skip
from services.surveys.schemas import Line

router = APIRouter(prefix="/attachments", tags=["attachments"])
sending = APIRouter(prefix="/attachments", tags=["attachments"], route_class=protocol.ResumableRoute)

MAY_ASK = requires("attachments:ask")
MAY_CREATE: Access = requires("responses:create")
MAY_READ: Access = requires("responses:read")
MAY_LOOK_BACK: Access = requires("responses:history")
MAY_SEE_ASIDE: Access = requires("quarantine:read")

ARRIVING = (
    AttachmentGone, AttachmentRefused, AttachmentTooLarge, ChecksumMismatch, Malformed, ProtocolVersion, Unavailable,
    UnsupportedMediaType, UploadBusy, WrongOffset,
)  # fmt: skip
BINARY = {
    "requestBody": {"content": {protocol.CHUNK: {"schema": {"type": "string", "format": "binary"}}}},
}
# Only what is meant as a picture or a sound, whatever a browser would rather see in it.
SERVED = {
    "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache", "Accept-Ranges": "bytes",
}  # fmt: skip


@sending.options(
    "", status_code=204, summary="Ask what uploads may be", response_class=HttpResponse, dependencies=[MAY_ASK]
)
async def upload_capabilities(request: Request) -> HttpResponse:
    """Version and extensions of the upload protocol, [tus](https://tus.io) 1.0.0, and the largest file, in headers."""
    largest = request.app.state.settings.attachments_bytes
    return HttpResponse(status_code=204, headers=protocol.capabilities(largest))


@sending.post(
    "",
    status_code=201,
    summary="Begin an upload",
    response_class=HttpResponse,
    responses=responses(
        UnknownVisit, ReviewClosed, ResponseDeleted, AttachmentConflict, AttachmentUnasked, TooManyAttachments,
        StorageFull, *ARRIVING,
    )
    | {200: {"description": "It was begun already; `Upload-Offset` says how far it is."}},
    openapi_extra=BINARY,
)  # fmt: skip
async def begin_upload(
    request: Request,
    resumable: protocol.Resumable = None,
    length: protocol.Length = None,
    pairs: protocol.Metadata = None,
    proof: protocol.Sum = None,
    access: Access = MAY_CREATE,
) -> HttpResponse:
    """Announce a file under an id of the client's own, which an answer to an `attachment` question names; the body may
    hold its first bytes. The file may come before its response or after it. Announcing the same again is safe."""
    protocol.require_version(resumable)
    wanted = protocol.read_announcement(length, pairs)
    first = protocol.content_type(request) == protocol.CHUNK
    piece = protocol.read_piece(request, "0", proof) if first else None
    upload = await uploads.begin(_desk(request), wanted, access)
    created = upload.created
    if piece and created:
        upload = await uploads.append(_desk(request), wanted.id, piece, access)
    elif piece:
        async for _ in piece.stream:  # it was here before; a connection that is not read to its end cannot be used on
            pass
    headers = {"Location": f"/api/v1/attachments/{wanted.id}", **protocol.progress(upload)}
    return HttpResponse(status_code=201 if created else 200, headers=headers)


@sending.head(
    "/{id}",
    summary="Ask how far an upload is",
    response_class=HttpResponse,
    responses=responses(NotFound, AttachmentGone, AttachmentRefused, ProtocolVersion, UploadBusy, Unavailable),
)
async def upload_offset(
    id: UUID, request: Request, resumable: protocol.Resumable = None, access: Access = MAY_CREATE
) -> HttpResponse:
    """`Upload-Offset` is the byte from which to go on, `Upload-Length` where the file ends."""
    protocol.require_version(resumable)
    upload = await uploads.find(_desk(request), id, access)
    return HttpResponse(headers={"Upload-Length": str(upload.row.length), **protocol.progress(upload)})


@sending.patch(
    "/{id}",
    status_code=204,
    summary="Send a piece of a file",
    response_class=HttpResponse,
    responses=responses(NotFound, *ARRIVING),
    openapi_extra=BINARY,
)
async def send_piece(
    id: UUID,
    request: Request,
    resumable: protocol.Resumable = None,
    offset: protocol.Offset = None,
    proof: protocol.Sum = None,
    access: Access = MAY_CREATE,
) -> HttpResponse:
    """Go on from `Upload-Offset`. If the connection breaks, what has arrived stays, unless the piece has an
    `Upload-Checksum`: then it counts whole or not at all. With the last byte the file is looked at, and photos are
    encoded anew without anything but their pixels: 422 for what is no file of an allowed type."""
    protocol.require_version(resumable)
    upload = await uploads.append(_desk(request), id, protocol.read_piece(request, offset, proof), access)
    return HttpResponse(status_code=204, headers=protocol.progress(upload))


@sending.delete(
    "/{id}",
    status_code=204,
    summary="Delete a file or give up an upload",
    response_class=HttpResponse,
    responses=responses(NotFound, AttachmentGone, Forbidden, Invalid, UploadBusy),
)
async def delete_attachment(
    id: UUID,
    request: Request,
    reason: Annotated[Line | None, Query(description="Why; needed for what is stored or was refused.")] = None,
    access: Access = MAY_CREATE,
) -> HttpResponse:
    """An upload under way is given up, and may be begun again. What is stored is deleted for good, content included,
    by those who may correct responses."""
    await service.end(_desk(request), id, reason, access)
    return HttpResponse(status_code=204)


@router.get("", summary="List attachments", responses=responses(Malformed))
async def list_attachments(
    read: Read,
    request: Request,
    response: Annotated[UUID | None, Query(description="Only of this response.")] = None,
    visit: Annotated[UUID | None, Query(description="Only of this visit.")] = None,
    state: Annotated[State | None, Query(description="Only in this state.")] = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Attachment]:
    """Files by id, whatever became of them; those of deleted responses are left out."""
    return await service.listed(
        read, _desk(request), access.scope, response=response, visit=visit, state=state, cursor=cursor, limit=limit
    )


GONE = responses(NotFound, AttachmentGone, ResponseDeleted)


@router.get("/{id}", summary="Read what is known of a file", responses=GONE)
async def get_attachment(id: UUID, read: Read, request: Request, access: Access = MAY_READ) -> Attachment:
    """Type, size, digest, and whose it is."""
    return await service.find(read, _desk(request), id, access.scope)


@router.get(
    "/{id}/content",
    summary="Get a file",
    response_class=StreamingResponse,
    responses=responses(NotFound, AttachmentGone, ResponseDeleted, WrongStatus, RangeOutside)
    | {
        200: {"description": "The photo or sound.", "content": {name: {} for name in SUFFIXES}},
        206: {"description": "The bytes that `Range` asks for.", "content": {name: {} for name in SUFFIXES}},
        304: {"description": "It is the one that the client has."},
    },
)
async def get_content(
    id: UUID,
    request: Request,
    wanted: Annotated[str | None, Header(alias="Range", description="`bytes=0-499`; one stretch.")] = None,
    if_range: Annotated[str | None, Header(alias="If-Range", include_in_schema=False)] = None,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match", include_in_schema=False)] = None,
    access: Access = MAY_READ,
) -> HttpResponse:
    """The file itself, whole or in part; its ETag is the digest of its content."""
    content = await service.content(_desk(request), id, access.scope)
    etag = f'"{content.row.digest.hex()}"'
    headers = {**SERVED, "ETag": etag, "Content-Disposition": _disposition("inline", content)}
    if if_none_match and (if_none_match.strip() == "*" or etag in if_none_match):
        return HttpResponse(status_code=304, headers=headers)
    part = wanted if if_range is None or if_range.strip() == etag else None
    return await _served(content, content.row.media_type, part, headers)


@router.get("/{id}/history", summary="Read what happened to a file", responses=responses(Malformed, NotFound))
async def list_attachment_history(
    id: UUID, read: Read, limit: Limit = 50, cursor: After = None, access: Access = MAY_LOOK_BACK
) -> Page[AttachmentEvent]:
    """Each step in its life: when, by whom and why; also of one that was deleted."""
    return await service.history(read, id, access.scope, cursor=cursor, limit=limit)


@router.get(
    "/{id}/original",
    summary="Get what was refused",
    response_class=StreamingResponse,
    responses=responses(NotFound, AttachmentGone, ResponseDeleted, WrongStatus, RangeOutside)
    | {200: {"description": "What came, as it came.", "content": {"application/octet-stream": {}}}},
)
async def get_original(id: UUID, request: Request, access: Access = MAY_SEE_ASIDE) -> HttpResponse:
    """What came in the place of a photo or sound and was refused, untouched, for whoever wants to see what can be
    saved. It may hold anything."""
    content = await service.original(_desk(request), id, access.scope)
    headers = {**SERVED, "Content-Disposition": _disposition("attachment", content)}
    return await _served(content, "application/octet-stream", None, headers)


async def _served(
    content: service.Content, media_type: str, wanted: str | None, headers: dict[str, str]
) -> StreamingResponse:
    """The answer with all of a file or a stretch of it. Raises RangeOutside."""
    part = stretch(wanted, content.size)
    if isinstance(part, str):
        raise RangeOutside(f"The file has {content.size} bytes.", headers={"Content-Range": f"bytes */{content.size}"})
    first, end = part or (0, content.size)
    headers["Content-Length"] = str(end - first)
    if part:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{content.size}"
    pieces = await content.pieces(first, end)
    return StreamingResponse(pieces, 206 if part else 200, headers, media_type)


def _disposition(how: str, content: service.Content) -> str:
    """What the file is called when somebody keeps it; names that are not ASCII as RFC 6266 has them."""
    row = content.row
    plain = f"{row.id}{SUFFIXES.get(row.media_type, '')}"
    return f'{how}; filename="{plain}"' + (f"; filename*=UTF-8''{quote(row.name, safe='')}" if row.name else "")


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.attachments
    return desk
