"""HTTP for flags."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.problems import (
    Invalid,
    Malformed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    responses,
)  # fmt: skip
from services.kit.versions import IfMatch, tag
from services.surveys.flags import service
from services.surveys.flags.schemas import Flag, Flags, RuleName, Rules
from services.surveys.problems import WrongStatus
from services.surveys.responses import service as answers
from services.surveys.schemas import Why

router = APIRouter(tags=["flags"])

MAY_READ_RULES: Access = requires("flags:read")
MAY_READ: Access = requires("responses:read")
MAY_DECIDE: Access = requires("flags:dismiss")

STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)


@router.get("/flags", summary="List the rules behind flags")
async def list_rules(access: Access = MAY_READ_RULES) -> Rules:  # noqa: ARG001 - who may is what it says
    """Every version of every rule: its thresholds and why they are so, what it can tell and what it cannot."""
    return service.known()


@router.get("/responses/{id}/flags", summary="List flags of a response", responses=responses(NotFound))
async def list_flags(id: UUID, read: Read, access: Access = MAY_READ) -> Flags:
    """What rules found in a response, and what was decided on it, the first decision first."""
    await answers.newest(read, id, access.scope)
    found = await service.of(read, [id], access.scope)
    return Flags(items=found.get(id, []), decisions=await service.decided(read, id, access.scope))


@router.post(
    "/responses/{id}/flags/{rule}/dismiss",
    summary="Dismiss a flag",
    responses=responses(*STALE, WrongStatus, Invalid),
)
async def dismiss_flag(
    id: UUID,
    rule: RuleName,
    body: Why,
    request: Request,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_DECIDE,
) -> Flag:
    """Say with a reason that a flag means nothing. It stays, as dismissed, until the rule finds something else."""
    return await _decide("dismissed", id, rule, body, request, response, if_match, access)


@router.post(
    "/responses/{id}/flags/{rule}/raise",
    summary="Take the dismissal of a flag back",
    responses=responses(*STALE, WrongStatus, Invalid),
)
async def raise_flag(
    id: UUID,
    rule: RuleName,
    body: Why,
    request: Request,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_DECIDE,
) -> Flag:
    """Let a flag stand again that was dismissed, with the reason."""
    return await _decide("raised", id, rule, body, request, response, if_match, access)


async def _decide(
    action: service.Action, id: UUID, rule: RuleName, body: Why, request: Request, response: Response,
    if_match: str | None, access: Access,
) -> Flag:  # fmt: skip
    async with request.app.state.database.transaction() as write:
        flag = await service.decide(write, id, rule, action, body.reason, if_match, access)
    tag(response, flag.revision)
    return flag
