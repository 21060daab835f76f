"""HTTP for progress."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.problems import Invalid, responses
from services.reports.progress import rules, service
from services.reports.progress.domain import UnknownRule
from services.reports.progress.schemas import Progress, Rules
from services.reports.schemas import RegionCode

router = APIRouter(prefix="/progress", tags=["progress"])

MAY_READ = requires("progress:read")

RuleId = Annotated[
    str | None, Query(min_length=1, max_length=100, description="When a programme counts as achieved; see its rules.")
]
AYear = Annotated[int, Query(ge=1990, le=2199)]


@router.get("", summary="Read progress", responses=responses(UnknownRule, Invalid))
async def get_progress(
    read: Read,
    region: Annotated[RegionCode, Query(description="The region whose programmes are compared, without those below.")],
    to: AYear,
    from_: Annotated[
        int | None, Query(alias="from", ge=1990, le=2199, description="The year before `to`, unless it is named.")
    ] = None,
    rule: RuleId = None,
    access: Access = MAY_READ,
) -> Progress:
    """Targets and achievements of a region's programmes in two years, per programme and per dimension, with what
    changed. Counted from the registry; beside it, and never mixed with it, what recorded recaps say."""
    return await service.progress(read, access, region, from_, to, rule)


@router.get("/rules", summary="List rules of achievement", responses=responses(), dependencies=[MAY_READ])
async def list_rules() -> Rules:
    """Every rule of when a programme counts as achieved, as data with a version and its source."""
    return Rules(items=[service.present(rule) for rule in rules.every()])
