"""HTTP for the change feed of what people decide on results."""

from fastapi import APIRouter, Request, Response

from services.kit.auth import Access, requires
from services.kit.changes import After, ChangePage, Limit, Wait, unless_gone
from services.kit.problems import Malformed, responses
from services.reports.changes.service import FEED

router = APIRouter(prefix="/changes", tags=["changes"])

MAY_FEED: Access = requires("reports:feed")


@router.get(
    "/reports",
    summary="Read changes of follow-up, evaluations and reports",
    response_model=ChangePage,
    responses=responses(Malformed),
)
async def read_report_changes(
    request: Request, after: After = None, limit: Limit = 100, wait: Wait = 0, access: Access = MAY_FEED
) -> Response:
    """Every creation and change of what people decide on results, in commit order, none missed and none twice.
    `data` is the thing as the API answers it. Start without `after`, then go on with `next`."""
    state = request.app.state
    reading = FEED.page(state.database, state.watch, access.scope, after=after, limit=limit, wait=wait)
    return Response(await unless_gone(request, reading), media_type="application/json")
