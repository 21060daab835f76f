"""HTTP for comparisons."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After
from services.kit.problems import Invalid, Malformed, responses
from services.reports.comparisons import service
from services.reports.comparisons.schemas import Comparison
from services.reports.schemas import Region

router = APIRouter(prefix="/comparisons", tags=["comparisons"])

MAY_READ: Access = requires("comparisons:read")

Limit = Annotated[int, Query(ge=1, le=100, description="Regions on a page at most.")]


@router.get("", summary="Compare regions and years", responses=responses(Malformed, Invalid))
async def compare_regions(
    read: Read,
    region: Region = None,
    from_: Annotated[int | None, Query(alias="from", ge=1990, le=2199, description="Four years before `to`.")] = None,
    to: Annotated[int | None, Query(ge=1990, le=2199, description="The newest year there is something of.")] = None,
    simulated: bool = False,
    limit: Limit = 25,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Comparison:
    """Regions by code with ten years at most: the index of each review that started in a year, always with its n, and
    the published evaluation with its rank. Small groups are suppressed; simulated figures only when they are asked for,
    and then no others."""
    return await service.compare(
        read, access, region=region, first=from_, last=to, simulated=simulated, cursor=cursor, limit=limit
    )
