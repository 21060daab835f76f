"""HTTP for locations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.programs.locations import service
from services.programs.locations.schemas import DistrictCode, Location, LocationBody
from services.programs.problems import AlreadyExists, Archived, BrokenReference, FixedField, SlugTaken
from services.programs.schemas import ArchivedToo, InRegion, OfAgency, Search

router = APIRouter(prefix="/locations", tags=["locations"])

MAY_READ: Access = requires("registry:read")
MAY_WRITE: Access = requires("registry:write")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)


@router.get("", summary="List locations", responses=responses(Malformed))
async def list_locations(
    read: Read,
    region: InRegion = None,
    agency: OfAgency = None,
    program: Annotated[UUID | None, Query(description="Id of the programme.")] = None,
    district: Annotated[DistrictCode | None, Query(description="Only in this district.")] = None,
    q: Search = None,
    archived: ArchivedToo = "false",
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Location]:
    """Locations by region and slug."""
    return await service.listed(
        read, access.scope, region=region, agency=agency, program=program, district=district, name=q,
        archived=archived, cursor=cursor, limit=limit,
    )  # fmt: skip


@router.post(
    "",
    status_code=201,
    summary="Create a location",
    responses=responses(Malformed, NotFound, AlreadyExists, SlugTaken, BrokenReference, Invalid),
)
async def create_location(body: LocationBody, write: Write, response: Response, access: Access = MAY_WRITE) -> Location:
    """Enter a place where a programme serves people. The id may be made by the client, so that sending again is
    safe."""
    created = await service.create(write, body, access)
    response.headers["Location"] = f"/api/v1/locations/{created.id}"
    tag(response, created.version)
    return created


@router.get("/{id}", summary="Read a location", responses=responses(NotFound))
async def get_location(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Location:
    """One location, archived or not."""
    found = await service.find(read, id, access.scope)
    tag(response, found.version)
    return found


@router.put(
    "/{id}",
    summary="Change a location",
    responses=responses(*STALE, Archived, SlugTaken, FixedField, BrokenReference, Invalid),
)
async def update_location(
    id: UUID,
    body: LocationBody,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Location:
    """Replace what is said of a location; what is left out becomes null. Its programme stays."""
    changed = await service.revise(write, id, body, if_match, access)
    tag(response, changed.version)
    return changed


@router.post("/{id}/archive", summary="Archive a location", responses=responses(*STALE))
async def archive_location(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Location:
    """Take it out of lists and out of use; it can still be read."""
    archived = await service.archive(write, id, if_match, access)
    tag(response, archived.version)
    return archived
