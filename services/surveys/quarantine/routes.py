"""HTTP for the quarantine."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Malformed, NotFound, responses
from services.surveys.quarantine import service
from services.surveys.quarantine.schemas import Quarantined

router = APIRouter(prefix="/quarantine", tags=["quarantine"])

MAY_READ: Access = requires("quarantine:read")


@router.get("", summary="List responses kept aside", responses=responses(Malformed))
async def list_quarantined(
    read: Read,
    visit: Annotated[UUID | None, Query(description="Only of this visit.")] = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Quarantined]:
    """Responses whose id another response has, the oldest first."""
    return await service.listed(read, access.scope, visit=visit, cursor=cursor, limit=limit)


@router.get("/{id}", summary="Read a response kept aside", responses=responses(NotFound))
async def get_quarantined(id: UUID, read: Read, access: Access = MAY_READ) -> Quarantined:
    """One of them, whole."""
    return await service.find(read, id, access.scope)
