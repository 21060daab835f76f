"""HTTP for regions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.kit.auth import requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Malformed, NotFound, responses
from services.programs.regions import service
from services.programs.regions.schemas import Level, Region, RegionWithParents
from services.programs.schemas import RegionCode, Search

router = APIRouter(prefix="/regions", tags=["regions"])

MAY_READ = requires("registry:read")


@router.get("", summary="List and search regions", responses=responses(Malformed), dependencies=[MAY_READ])
async def list_regions(
    read: Read,
    level: Annotated[Level | None, Query(description="Only regions of this level.")] = None,
    parent: Annotated[RegionCode | None, Query(description="Only regions directly below this one.")] = None,
    q: Search = None,
    limit: Limit = 50,
    cursor: After = None,
) -> Page[Region]:
    """Regions by code. With `q`, regions whose name contains it; whole words come first, then beginnings."""
    return await service.listed(read, level=level, parent=parent, name=q, cursor=cursor, limit=limit)


@router.get("/{code}", summary="Read a region", responses=responses(NotFound), dependencies=[MAY_READ])
async def get_region(code: Annotated[RegionCode, Path()], read: Read) -> RegionWithParents:
    """One region, with the regions it lies in."""
    return await service.find(read, code)
