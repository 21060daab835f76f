"""HTTP for the change feed of questionnaires, reviews, visits and responses."""

from fastapi import APIRouter, Request, Response

from services.kit.auth import Access, requires
from services.kit.changes import After, ChangePage, Limit, Wait, unless_gone
from services.kit.problems import Malformed, responses
from services.surveys.changes.service import FEED

router = APIRouter(prefix="/changes", tags=["changes"])

MAY_FEED: Access = requires("responses:feed")


@router.get(
    "/responses",
    summary="Read changes of reviews and responses",
    response_model=ChangePage,
    responses=responses(Malformed),
)
async def read_response_changes(
    request: Request, after: After = None, limit: Limit = 100, wait: Wait = 0, access: Access = MAY_FEED
) -> Response:
    """Every published questionnaire, review, visit and response in commit order, none missed and none twice; a thing
    comes after what it belongs to. Start without `after`, then go on with `next`. While answers come in by the
    thousands, a page that has more behind it takes a moment and is short: who sends goes before who reads."""
    state = request.app.state
    reading = FEED.page(
        state.database, state.watch, access.scope, after=after, limit=limit, wait=wait, pace=state.store.pressure
    )  # fmt: skip
    return Response(await unless_gone(request, reading), media_type="application/json")
