"""HTTP for responses."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi import Response as HttpResponse
from fastapi.responses import StreamingResponse

from services.kit import headers
from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.direct import Hot, Prepared
from services.kit.pagination import After, Limit, Page
from services.kit.problems import (
    FieldError,
    Invalid,
    Malformed,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
    responses,
)  # fmt: skip
from services.kit.versions import tag
from services.surveys.flags.schemas import RuleName
from services.surveys.problems import FAULTS, ResponseConflict, ResponseDeleted, ReviewClosed, UnknownVisit
from services.surveys.quarantine.refusals import Refused
from services.surveys.responses import express, service, usual
from services.surveys.responses.body import UNREADABLE, Sent, documented, read
from services.surveys.responses.clock import PARAMETER
from services.surveys.responses.clock import read as read_clock
from services.surveys.responses.domain import Content
from services.surveys.responses.lines import lines
from services.surveys.responses.repository import Wanted
from services.surveys.responses.results import acknowledgement, result
from services.surveys.responses.schemas import (
    BATCH_BYTES,
    BATCH_ITEMS,
    ITEM_BYTES,
    STREAM_ITEMS,
    BatchAnswer,
    BatchBody,
    Receipt,
    Response,
    ResponseBody,
    State,
)  # fmt: skip
from services.surveys.responses.service import Intake
from services.surveys.responses.stream import Stream

router = APIRouter(prefix="/responses", tags=["responses"])

NDJSON = "application/x-ndjson"
RESULT_SCHEMA = {"$ref": "#/components/schemas/BatchResult"}
SENT_BY_A_DEVICE = {"parameters": [PARAMETER]}

MAY_CREATE: Access = requires("responses:create")
MAY_READ: Access = requires("responses:read")


@router.post(
    "",
    status_code=201,
    response_model=Receipt,
    summary="Send a response",
    responses=responses(*UNREADABLE, UnknownVisit, ReviewClosed, ResponseConflict, *FAULTS)
    | {200: {"model": Receipt, "description": "It was there already; the first receipt."}},
    openapi_extra=documented(ResponseBody) | SENT_BY_A_DEVICE,
)
async def create_response(request: Request, access: Access = MAY_CREATE) -> HttpResponse:
    """Store one respondent's answers. 201 comes after they are safely stored. Sending the same again gives 200 and the
    first receipt; another content under the same id gives 409 and is kept aside."""
    intake = _intake(request)
    sent = await read(request, ITEM_BYTES)
    (content,) = [None] if sent.over else await service.usual(intake, [usual.read(sent.raw)], access)
    if content is None:
        content = await _examined(intake, sent, _length(request), access)
    return acknowledgement(content, await service.take(intake, content, access))


@router.post(
    "/batch",
    response_model=BatchAnswer,
    summary="Send many responses",
    responses=responses(*UNREADABLE, Invalid),
    openapi_extra=documented(BatchBody) | SENT_BY_A_DEVICE,
)
async def create_responses(request: Request, access: Access = MAY_CREATE) -> HttpResponse:
    """Store up to 1,000 responses. Each is answered for itself, in order: `created`, `duplicate`, `conflict` or
    `invalid` with its problem. Sending the same batch again is safe."""
    intake, sent = _intake(request), await read(request, BATCH_BYTES)
    try:
        items = await _sent_together(intake, sent, access)
    except (Malformed, PayloadTooLarge, Invalid) as problem:
        await intake.refusals.keep([Refused(sent.raw, problem, None, _length(request))], access)
        raise
    outcomes = await service.take_all(intake, items, access)
    return Prepared(orjson.dumps({"results": [result(index, *one) for index, one in enumerate(outcomes)]}))


@router.post(
    "/stream",
    response_class=StreamingResponse,
    summary="Send a file of responses",
    responses=responses(UnsupportedMediaType, Malformed)
    | {200: {"description": "One result per line, in order.", "content": {NDJSON: {"schema": RESULT_SCHEMA}}}},
    openapi_extra={"requestBody": {"required": True, "content": {NDJSON: {"schema": {"type": "string"}}}}}
    | SENT_BY_A_DEVICE,
)
async def stream_responses(request: Request, access: Access = MAY_CREATE) -> StreamingResponse:
    """Store up to 100,000 responses, one on each line (`application/x-ndjson`, `Content-Encoding: gzip` if you like),
    of 1 MB each at most. Each is answered for itself, as in a batch, on a line of its own, when the last has come in.
    If the connection breaks, send the same again: what was stored is a `duplicate`, the rest goes on."""
    gzipped = _stream_encoding(request)
    stream = Stream(_intake(request), access, STREAM_ITEMS)
    try:
        await stream.take(lines(request.stream(), gzipped=gzipped, longest=ITEM_BYTES))
    except BaseException:
        stream.close()
        raise
    return StreamingResponse(stream.results(), media_type=NDJSON)


@router.get("", summary="List responses", responses=responses(Malformed))
async def list_responses(
    read: Read,
    review: Annotated[UUID | None, Query(description="Only of this review.")] = None,
    visit: Annotated[UUID | None, Query(description="Only of this visit.")] = None,
    state: Annotated[State | None, Query(description="Only those of which the team thinks so.")] = None,
    flag: Annotated[RuleName | None, Query(description="Only those with this flag, unless it was dismissed.")] = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Response]:
    """Stored responses in the order they were received, each as it is now; those that were deleted are left out."""
    wanted = Wanted(review, visit, state, flag)
    return await service.listed(read, access, wanted, cursor=cursor, limit=limit)


@router.get("/{id}", summary="Read a response", responses=responses(NotFound, ResponseDeleted))
async def get_response(id: UUID, read: Read, response: HttpResponse, access: Access = MAY_READ) -> Response:
    """One stored response, as it is now. Of a deleted one only the revisions are left: 410."""
    found = await service.find(read, id, access)
    tag(response, found.version)
    return found


# Every answer of every respondent takes these; see `services/kit/direct.py` and `services/kit/express.py`.
HOT = (
    Hot("POST", "/api/v1/responses", "responses:create", create_response, express.take),
    Hot("POST", "/api/v1/responses/batch", "responses:create", create_responses),
    Hot("POST", "/api/v1/responses/stream", "responses:create", stream_responses),
)


def _intake(request: Request) -> Intake:
    clock = read_clock(headers.of(request.scope))
    state = request.app.state
    return Intake(state.contexts, state.store, state.refusals, clock)


def _length(request: Request) -> int | None:
    """How long the body is by its client's own word."""
    length = headers.of(request.scope).get(b"content-length", b"")
    return int(length) if length.isdigit() else None


def _stream_encoding(request: Request) -> bool:
    """Whether the body is compressed. Raises UnsupportedMediaType for what is no file of lines."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if kind != NDJSON or encoding not in {"identity", "gzip"}:
        raise UnsupportedMediaType(f"Send {NDJSON}, as it is or compressed with gzip.")
    return encoding == "gzip"


async def _examined(intake: Intake, sent: Sent, length: int | None, access: Access) -> Content:
    """What is to be stored of a body that is not usual; one that is refused is kept."""
    item = None
    try:
        item = sent.json()
        return await service.admitted(intake, item, access)
    except service.REFUSALS as problem:
        await intake.refusals.keep([Refused(sent.raw, problem, item, length)], access)
        raise


async def _sent_together(intake: Intake, sent: Sent, access: Access) -> list[Content | Any]:
    """The items of a batch: what is to be stored of each, or what was sent, where it is not usual."""
    read = None if sent.over else usual.items(sent.raw)
    found = [] if read is None or len(read) > BATCH_ITEMS else await service.usual(intake, read, access)
    if found and None not in found:
        return found
    items = _items(sent.json())
    if len(items) != len(found):  # nothing, or a field twice, of which the two readers may not take the same
        return items
    return [item if one is None else one for item, one in zip(items, found, strict=True)]


def _items(body: Any) -> list[Any]:
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or set(body) != {"items"}:
        raise Invalid(
            "The body is an object with one field, items.",
            errors=[FieldError("/items", "wrong-type", "A list of responses is needed here.")],
        )
    if len(items) > BATCH_ITEMS:
        raise Invalid(
            f"The batch holds {len(items)} responses; {BATCH_ITEMS} are allowed.",
            errors=[FieldError("/items", "too-many", "Send them in parts.")],
        )
    return items
