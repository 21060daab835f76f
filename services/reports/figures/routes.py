"""HTTP for figures about a plan of follow-ups."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.kit.auth import requires
from services.kit.database import Read
from services.kit.problems import Invalid, NotFound, responses
from services.reports.clock import Now
from services.reports.figures import service
from services.reports.figures.schemas import PlanFigures
from services.reports.schemas import Region

router = APIRouter(prefix="/followups", tags=["followups"])

MAY_READ = requires("followups:read")


@router.get(
    "/figures",
    summary="Read how much of a plan was done, and how soon",
    responses=responses(NotFound, Invalid),
    dependencies=[MAY_READ],
)
async def read_plan_figures(
    read: Read,
    now: Now,
    region: Region = None,
    review: UUID | None = None,
    agency: UUID | None = None,
    simulated: Annotated[
        bool, Query(description="Simulated follow-ups instead of real ones; a review has one kind.")
    ] = False,
    since: Annotated[
        date | None, Query(description="Day of the report; without it the last day of each review.")
    ] = None,
) -> PlanFigures:
    """Completion and speed of the follow-up plan of a review, a region or an agency, 0 to 5 each, under dated methods,
    with the counts that they come from."""
    return await service.of(read, now, region=region, review=review, agency=agency, simulated=simulated, since=since)
