"""HTTP for agencies."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.programs.agencies import service
from services.programs.agencies.schemas import Agency, AgencyBody
from services.programs.problems import AlreadyExists, Archived, FixedField, RegionNotFound, SlugTaken
from services.programs.schemas import ArchivedToo, InRegion, Search

router = APIRouter(prefix="/agencies", tags=["agencies"])

MAY_READ: Access = requires("registry:read")
MAY_WRITE: Access = requires("registry:write")
MAY_KEEP: Access = requires("registry:agencies")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)


@router.get("", summary="List agencies", responses=responses(Malformed))
async def list_agencies(
    read: Read,
    region: InRegion = None,
    q: Search = None,
    archived: ArchivedToo = "false",
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Agency]:
    """Agencies by region and slug."""
    return await service.listed(
        read, access.scope, region=region, name=q, archived=archived, cursor=cursor, limit=limit
    )


@router.post(
    "",
    status_code=201,
    summary="Create an agency",
    responses=responses(Malformed, RegionNotFound, AlreadyExists, SlugTaken, Invalid),
)
async def create_agency(body: AgencyBody, write: Write, response: Response, access: Access = MAY_KEEP) -> Agency:
    """Enter an agency of a region. The id may be made by the client, so that sending again is safe."""
    created = await service.create(write, body, access)
    response.headers["Location"] = f"/api/v1/agencies/{created.id}"
    tag(response, created.version)
    return created


@router.get("/{id}", summary="Read an agency", responses=responses(NotFound))
async def get_agency(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Agency:
    """One agency, archived or not."""
    found = await service.find(read, id, access.scope)
    tag(response, found.version)
    return found


@router.put("/{id}", summary="Change an agency", responses=responses(*STALE, Archived, SlugTaken, FixedField, Invalid))
async def update_agency(
    id: UUID,
    body: AgencyBody,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Agency:
    """Replace what is said of an agency; what is left out becomes null. Its region stays."""
    changed = await service.revise(write, id, body, if_match, access)
    tag(response, changed.version)
    return changed


@router.post("/{id}/archive", summary="Archive an agency", responses=responses(*STALE))
async def archive_agency(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_KEEP
) -> Agency:
    """Take it out of lists and out of use. Its programmes keep it, and it can still be read."""
    archived = await service.archive(write, id, if_match, access)
    tag(response, archived.version)
    return archived
