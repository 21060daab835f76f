"""HTTP for progress and quality."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Malformed, NotFound, responses
from services.surveys.progress import service
from services.surveys.progress.schemas import Device, OneVisit, Progress, Quality

router = APIRouter(tags=["progress"])

MAY_FOLLOW: Access = requires("reviews:progress")
MAY_SEE_DEVICES: Access = requires("reviews:devices")
MAY_SEE_QUALITY: Access = requires("reviews:quality")


@router.get("/reviews/{id}/progress", summary="Follow a review", responses=responses(NotFound))
async def read_progress(id: UUID, read: Read, access: Access = MAY_FOLLOW) -> Progress:
    """How many were reached of how many, by visit, state, day and quota. An agency sees its own visits."""
    return await service.of_review(read, id, access)


@router.get("/visits/{id}/progress", summary="Follow a visit", responses=responses(NotFound))
async def read_visit_progress(id: UUID, read: Read, access: Access = MAY_FOLLOW) -> OneVisit:
    """How many were reached of how many at one place, by state, day and quota."""
    return await service.of_visit(read, id, access)


@router.get("/reviews/{id}/devices", summary="See which devices are silent", responses=responses(Malformed, NotFound))
async def list_devices(
    id: UUID,
    read: Read,
    silent_hours: Annotated[float, Query(ge=0, le=100_000, description="Only those not seen for so long.")] = 0,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_SEE_DEVICES,
) -> Page[Device]:
    """Devices by visit, the one that was not heard of for longest first: who has not sent yet what was answered."""
    return await service.devices(read, id, access, silent_hours=silent_hours, cursor=cursor, limit=limit)


@router.get("/reviews/{id}/quality", summary="Count the flags of a review", responses=responses(NotFound))
async def read_quality(id: UUID, read: Read, access: Access = MAY_SEE_QUALITY) -> Quality:
    """How many responses rules have flagged, by visit and rule, and how many of those flags were dismissed."""
    return await service.quality(read, id, access)
