"""HTTP for evaluations: their life, the ranking, and the methods."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.reports.evaluations import methods, service, shown
from services.reports.evaluations.domain import UnknownEvaluationMethod
from services.reports.evaluations.results import (
    Evaluation,
    EvaluationMethod,
    EvaluationMethods,
    ListedEvaluation,
    Ranking,
    method_body,
)  # fmt: skip
from services.reports.evaluations.schemas import EvaluationBody, State
from services.reports.moves.schemas import History
from services.reports.problems import AlreadyRecorded, FixedField, Incomplete, WrongState
from services.reports.schemas import RegionCode, Why

router = APIRouter(prefix="/evaluations", tags=["evaluations"])

MAY_READ = requires("evaluations:read")
MAY_WRITE: Access = requires("evaluations:write")
MAY_SEE_HISTORY: Access = requires("evaluations:history")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)

InRegion = Annotated[RegionCode | None, Query(description="This region and everything below it.")]
AYear = Annotated[int, Query(ge=1990, le=2199)]


@router.get("/methods", summary="List methods of evaluation", responses=responses(), dependencies=[MAY_READ])
async def list_evaluation_methods() -> EvaluationMethods:
    """The dimensions of evaluation with their weights and scale, as data with version, years and sources."""
    return EvaluationMethods(items=[method_body(method) for method in methods.newest()])


@router.get(
    "/methods/{method}", summary="Read a method of evaluation", responses=responses(NotFound), dependencies=[MAY_READ]
)
async def read_evaluation_method(method: str) -> EvaluationMethod:
    """One method of evaluation, by its id or another name it has."""
    try:
        return method_body(methods.find(method))
    except UnknownEvaluationMethod as unknown:
        raise NotFound(unknown.detail) from unknown


@router.get("/ranking", summary="Rank the regions of a year", responses=responses())
async def get_ranking(
    read: Read, year: AYear, region: InRegion = None, simulated: bool = False, access: Access = MAY_READ
) -> Ranking:
    """Regions whose evaluation of a year is published, highest index first; equal indexes share a rank. Each method is
    ranked for itself and says how many regions are in it; real and simulated evaluations are never in one."""
    return await shown.ranking(read, access, year=year, region=region, simulated=simulated)


@router.get("", summary="List evaluations", responses=responses(Malformed))
async def list_evaluations(
    read: Read,
    region: InRegion = None,
    year: Annotated[int | None, Query(ge=1990, le=2199)] = None,
    state: Annotated[State | None, Query(description="Withdrawn ones are listed only when they are asked for.")] = None,
    simulated: bool | None = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[ListedEvaluation]:
    """Evaluations by region and year. Everybody gets the published ones; those who may see others get them too."""
    return await shown.listed(
        read, access, region=region, year=year, state=state, simulated=simulated, cursor=cursor, limit=limit
    )


@router.post(
    "",
    status_code=201,
    summary="Open an evaluation",
    responses=responses(Malformed, AlreadyRecorded, UnknownEvaluationMethod, Invalid),
)
async def create_evaluation(
    body: EvaluationBody, write: Write, response: Response, access: Access = MAY_WRITE
) -> Evaluation:
    """Open the evaluation of a region for a year. With a `source` its scores are recorded from there, by agreeing on
    what it prints; without one assessors give them."""
    created = await service.create(write, body, access)
    response.headers["Location"] = f"/api/v1/evaluations/{created.id}"
    tag(response, created.version)
    return created


@router.get("/{id}", summary="Read an evaluation", responses=responses(NotFound))
async def get_evaluation(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Evaluation:
    """One evaluation with what came out of it, as far as the caller may see it. What was published is answered as it
    was frozen then."""
    found = await shown.read(read, id, access)
    tag(response, found.version)
    return found


@router.put(
    "/{id}",
    summary="Change an open evaluation",
    responses=responses(*STALE, WrongState, FixedField, UnknownEvaluationMethod, Invalid),
)
async def update_evaluation(
    id: UUID,
    body: EvaluationBody,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Evaluation:
    """Replace what is said of it. Region, year and whether it is simulated stay; so does the instrument once somebody
    has scored."""
    changed = await service.revise(write, id, body, if_match, access)
    tag(response, changed.version)
    return changed


@router.post("/{id}/conclude", summary="Conclude an evaluation", responses=responses(*STALE, WrongState, Incomplete))
async def conclude_evaluation(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Evaluation:
    """End the scoring: a score has been agreed on everywhere, and somebody has submitted, or a source is named."""
    moved = await service.move(write, id, "conclude", if_match, access)
    tag(response, moved.version)
    return moved


@router.post("/{id}/reopen", summary="Reopen an evaluation", responses=responses(*STALE, WrongState, Invalid))
async def reopen_evaluation(
    id: UUID, body: Why, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Evaluation:
    """Take scores again, before it is published, with the reason."""
    moved = await service.move(write, id, "reopen", if_match, access, body.reason)
    tag(response, moved.version)
    return moved


@router.post("/{id}/publish", summary="Publish an evaluation", responses=responses(*STALE, WrongState))
async def publish_evaluation(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Evaluation:
    """Freeze the result and show it to everybody. From then on nothing in it changes."""
    moved = await service.move(write, id, "publish", if_match, access)
    tag(response, moved.version)
    return moved


@router.post("/{id}/withdraw", summary="Withdraw an evaluation", responses=responses(*STALE, WrongState, Invalid))
async def withdraw_evaluation(
    id: UUID, body: Why, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Evaluation:
    """Take a published evaluation back, with the reason. It stays readable and says so; the next edition is opened with
    everything that was said in it, to be mended and published again."""
    moved = await service.move(write, id, "withdraw", if_match, access, body.reason)
    tag(response, moved.version)
    return moved


@router.get("/{id}/history", summary="Read an evaluation's history", responses=responses(NotFound))
async def get_evaluation_history(id: UUID, read: Read, access: Access = MAY_SEE_HISTORY) -> History:
    """Every step, score and agreement: who, when and why."""
    return await shown.told(read, id, access)
