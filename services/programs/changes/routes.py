"""HTTP for the change feed of the registry."""

from fastapi import APIRouter, Request, Response

from services.kit.auth import Access, requires
from services.kit.changes import After, ChangePage, Limit, Wait, unless_gone
from services.kit.problems import Malformed, responses
from services.programs.changes.service import FEED

router = APIRouter(prefix="/changes", tags=["changes"])

MAY_FEED: Access = requires("registry:feed")


@router.get(
    "/registry",
    summary="Read changes of the registry",
    response_model=ChangePage,
    responses=responses(Malformed),
)
async def read_registry_changes(
    request: Request, after: After = None, limit: Limit = 100, wait: Wait = 0, access: Access = MAY_FEED
) -> Response:
    """Every creation and change of agencies, programmes and locations in commit order, none missed and none twice.
    `data` is the thing as the API answers it. Start without `after`, then go on with `next`."""
    state = request.app.state
    reading = FEED.page(state.database, state.watch, access.scope, after=after, limit=limit, wait=wait)
    return Response(await unless_gone(request, reading), media_type="application/json")
