"""HTTP for recaps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.reports.moves.schemas import History
from services.reports.problems import AlreadyRecorded, FixedField
from services.reports.recaps import service
from services.reports.recaps.schemas import Recap, RecapBody, RecapRevision
from services.reports.schemas import RegionCode

router = APIRouter(prefix="/progress/recaps", tags=["progress"])

MAY_READ: Access = requires("progress:read")
MAY_WRITE: Access = requires("recaps:write")
MAY_SEE_HISTORY: Access = requires("recaps:history")


@router.get("", summary="List recaps", responses=responses(Malformed))
async def list_recaps(
    read: Read,
    region: Annotated[RegionCode | None, Query(description="This region and everything below it.")] = None,
    year: Annotated[int | None, Query(ge=1990, le=2199)] = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Recap]:
    """Recorded counts of achieved programmes, by region and year, each with its source."""
    return await service.listed(read, access, region, year, cursor, limit)


@router.post(
    "", status_code=201, summary="Record a recap", responses=responses(Malformed, NotFound, AlreadyRecorded, Invalid)
)
async def create_recap(body: RecapBody, write: Write, response: Response, access: Access = MAY_WRITE) -> Recap:
    """Enter how many programmes of each dimension were achieved in a year, as a published source counts them."""
    created = await service.record(write, body, access)
    response.headers["Location"] = f"/api/v1/progress/recaps/{created.id}"
    tag(response, created.version)
    return created


@router.get("/{id}", summary="Read a recap", responses=responses(NotFound))
async def get_recap(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Recap:
    """One recap with its source."""
    found = await service.find(read, id, access.scope)
    tag(response, found.version)
    return found


@router.put(
    "/{id}",
    summary="Correct a recap",
    responses=responses(Malformed, NotFound, PreconditionFailed, PreconditionRequired, FixedField, Invalid),
)
async def update_recap(
    id: UUID,
    body: RecapRevision,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Recap:
    """Replace what is recorded, with the reason. Its region and year stay."""
    changed = await service.revise(write, id, body, if_match, access)
    tag(response, changed.version)
    return changed


@router.get("/{id}/history", summary="Read a recap's history", responses=responses(NotFound))
async def get_recap_history(id: UUID, read: Read, access: Access = MAY_SEE_HISTORY) -> History:
    """Who recorded or corrected it, when and why."""
    return await service.told(read, id, access)
