"""HTTP for instruments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.reports.evaluations.domain import UnknownEvaluationMethod
from services.reports.instruments import service
from services.reports.instruments.schemas import Instrument, InstrumentBody, InstrumentKey, Status
from services.reports.moves.schemas import History
from services.reports.problems import AlreadyRecorded, InstrumentFixed, WrongState
from services.reports.schemas import after_id

router = APIRouter(prefix="/evaluations/instruments", tags=["evaluations"])

MAY_READ: Access = requires("instruments:read")
MAY_WRITE: Access = requires("instruments:write")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)


@router.get("", summary="List instruments", responses=responses(Malformed))
async def list_instruments(
    read: Read,
    key: Annotated[InstrumentKey | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Instrument]:
    """Instruments and their versions, by id. Drafts are listed for those who may write them."""
    return await service.listed(read, access, key=key, status=status, after=after_id(cursor), limit=limit)


@router.post(
    "",
    status_code=201,
    summary="Draft an instrument",
    responses=responses(Malformed, AlreadyRecorded, UnknownEvaluationMethod, Invalid),
)
async def create_instrument(
    body: InstrumentBody, write: Write, response: Response, access: Access = MAY_WRITE
) -> Instrument:
    """Store the indicators of each dimension as a draft; it can be changed until it is published."""
    created = await service.draft(write, body, access)
    response.headers["Location"] = f"/api/v1/evaluations/instruments/{created.id}"
    tag(response, created.version)
    return created


@router.get("/{id}", summary="Read an instrument", responses=responses(NotFound))
async def get_instrument(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Instrument:
    """One version of an instrument with its indicators."""
    found = await service.read(read, id, access)
    tag(response, found.version)
    return found


@router.put(
    "/{id}",
    summary="Change a draft instrument",
    responses=responses(*STALE, InstrumentFixed, UnknownEvaluationMethod, Invalid),
)
async def update_instrument(
    id: UUID,
    body: InstrumentBody,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Instrument:
    """Replace a draft as a whole. A published instrument never changes."""
    changed = await service.revise(write, id, body, if_match, access)
    tag(response, changed.version)
    return changed


@router.post("/{id}/publish", summary="Publish a draft instrument", responses=responses(*STALE, WrongState))
async def publish_instrument(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Instrument:
    """Give the draft its version number; from now on it never changes."""
    published = await service.publish(write, id, if_match, access)
    tag(response, published.version)
    return published


@router.post("/{id}/retire", summary="Retire an instrument", responses=responses(*STALE, WrongState))
async def retire_instrument(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Instrument:
    """No new evaluation may use it; those that have it keep it."""
    retired = await service.retire(write, id, if_match, access)
    tag(response, retired.version)
    return retired


@router.get("/{id}/history", summary="Read an instrument's history", responses=responses(NotFound))
async def get_instrument_history(id: UUID, read: Read, access: Access = MAY_WRITE) -> History:
    """Who drafted, changed, published or retired it, and when."""
    return await service.told(read, id, access)
