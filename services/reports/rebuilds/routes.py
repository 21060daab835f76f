"""HTTP for rebuilds."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.kit.auth import requires
from services.kit.database import Read
from services.kit.problems import NotFound, responses
from services.reports.problems import RebuildRunning
from services.reports.rebuilds import service
from services.reports.rebuilds.schemas import Rebuild

router = APIRouter(prefix="/rebuilds", tags=["rebuilds"])

MAY_START = requires("rebuilds:start")
MAY_READ = requires("rebuilds:read")


@router.post(
    "", status_code=202, summary="Make the sums anew", responses=responses(RebuildRunning), dependencies=[MAY_START]
)
async def start_rebuild(request: Request, response: Response) -> Rebuild:
    """Build every sum anew from the change feeds, compare, and answer from the new ones. Indexes are answered
    meanwhile; ask for the rebuild until its status is no longer `running`."""
    rebuild: Rebuild = await request.app.state.rebuilder.start()
    response.headers["Location"] = f"/api/v1/rebuilds/{rebuild.id}"
    return rebuild


@router.get("/{id}", summary="Read a rebuild", responses=responses(NotFound), dependencies=[MAY_READ])
async def get_rebuild(id: UUID, read: Read) -> Rebuild:
    """How far it is, and how it ended."""
    return await service.find(read, id)
