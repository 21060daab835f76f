"""HTTP for programmes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.programs.problems import (
    AlreadyExists,
    Archived,
    BrokenReference,
    FixedField,
    RegionNotFound,
    SlugTaken,
)  # fmt: skip
from services.programs.programs import service
from services.programs.programs.schemas import Program, ProgramBody, Status
from services.programs.schemas import ArchivedToo, InRegion, OfAgency, Search

router = APIRouter(prefix="/programs", tags=["programs"])

MAY_READ: Access = requires("registry:read")
MAY_WRITE: Access = requires("registry:write")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)

Name = Annotated[str | None, Query(min_length=1, max_length=100, description="A key or another name of `/dimensions`.")]


@router.get("", summary="List programmes", responses=responses(Malformed, Invalid))
async def list_programs(
    read: Read,
    region: InRegion = None,
    agency: OfAgency = None,
    dimension: Name = None,
    sub_dimension: Name = None,
    quick_win: Annotated[bool | None, Query(description="Only quick wins, or only others.")] = None,
    status: Annotated[Status | None, Query(description="Only those of this status.")] = None,
    q: Search = None,
    archived: ArchivedToo = "false",
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Program]:
    """Programmes by region and slug."""
    return await service.listed(
        read, access.scope, region=region, agency=agency, dimension=dimension, sub_dimension=sub_dimension,
        quick_win=quick_win, status=status, name=q, archived=archived, cursor=cursor, limit=limit,
    )  # fmt: skip


@router.post(
    "",
    status_code=201,
    summary="Create a programme",
    responses=responses(Malformed, RegionNotFound, NotFound, AlreadyExists, SlugTaken, BrokenReference, Invalid),
)
async def create_program(body: ProgramBody, write: Write, response: Response, access: Access = MAY_WRITE) -> Program:
    """Enter a programme of a region. The id may be made by the client, so that sending again is safe."""
    created = await service.create(write, body, access)
    response.headers["Location"] = f"/api/v1/programs/{created.id}"
    tag(response, created.version)
    return created


@router.get("/{id}", summary="Read a programme", responses=responses(NotFound))
async def get_program(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Program:
    """One programme, archived or not."""
    found = await service.find(read, id, access.scope)
    tag(response, found.version)
    return found


@router.put(
    "/{id}",
    summary="Change a programme",
    responses=responses(*STALE, Archived, SlugTaken, FixedField, BrokenReference, Invalid),
)
async def update_program(
    id: UUID,
    body: ProgramBody,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Program:
    """Replace what is said of a programme; what is left out becomes null or empty. Its region stays, and its
    locations follow it to another agency."""
    changed = await service.revise(write, id, body, if_match, access)
    tag(response, changed.version)
    return changed


@router.post("/{id}/archive", summary="Archive a programme", responses=responses(*STALE))
async def archive_program(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Program:
    """Take it out of lists and out of use. Its locations stay as they are, and it can still be read."""
    archived = await service.archive(write, id, if_match, access)
    tag(response, archived.version)
    return archived
