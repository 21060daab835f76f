"""HTTP for the rules about deadlines."""

from fastapi import APIRouter

from services.kit.auth import requires
from services.kit.problems import responses
from services.reports.deadlines import service
from services.reports.deadlines.schemas import Deadlines

router = APIRouter(prefix="/deadlines", tags=["deadlines"])

MAY_READ = requires("deadlines:read")


@router.get("", summary="Read the rules about deadlines", responses=responses(), dependencies=[MAY_READ])
async def read_deadlines() -> Deadlines:
    """The classes with their working days, and who is told when a follow-up takes longer; each with its source."""
    return service.rules()
