"""HTTP for aspirations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.reports.aspirations import service, track, triage
from services.reports.aspirations.repository import Filter
from services.reports.aspirations.schemas import (
    Aspiration,
    Merge,
    Objection,
    Optionally,
    Outcomes,
    Redaction,
    State,
    Suggestions,
    Tracking,
    Triage,
)  # fmt: skip
from services.reports.clock import Now
from services.reports.moves.schemas import History
from services.reports.problems import CannotMerge, ObjectedAlready, WrongState
from services.reports.schemas import Region, Why

router = APIRouter(prefix="/aspirations", tags=["aspirations"])

MAY_READ: Access = requires("aspirations:read")
MAY_DECIDE: Access = requires("aspirations:triage")
MAY_TRACK = requires("aspirations:track")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired, WrongState)


def chosen(
    review: UUID | None = None,
    program: UUID | None = None,
    location: UUID | None = None,
    region: Region = None,
    agency: UUID | None = None,
    state: Annotated[State | None, Query()] = None,
    q: Annotated[
        str | None,
        Query(
            min_length=1, max_length=200,
            description='Indonesian full text: words, `"a phrase"`, `or`, `-not`; prefixes and endings do not count.',
        ),
    ] = None,
    language: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9-]{2,35}$")] = None,
) -> Filter:  # fmt: skip
    """The filter that a request asks for."""
    return Filter(review, program, location, region, agency, state, q, language)


Chosen = Annotated[Filter, Depends(chosen)]


@router.get("", summary="List aspirations", responses=responses(Malformed))
async def list_aspirations(
    read: Read, chosen: Chosen, limit: Limit = 50, cursor: After = None, access: Access = MAY_READ
) -> Page[Aspiration]:
    """What respondents ask for, the last received first."""
    return await service.page(read, access.scope, chosen, cursor=cursor, limit=limit)


@router.post("/triage", summary="Decide on several aspirations", responses=responses(Malformed))
async def triage_aspirations(body: Triage, write: Write, access: Access = MAY_DECIDE) -> Outcomes:
    """Up to 200 decisions at once, each with the version that was read; each is answered for itself, in order."""
    return await triage.decide(write, body.items, access)


@router.get(
    "/track/{receipt}",
    summary="Follow what you asked for",
    responses=responses(NotFound),
    dependencies=[MAY_TRACK],
)
async def track_aspirations(receipt: str, read: Read, now: Now) -> Tracking:
    """What became of the aspirations of a response, by the receipt that the respondent was given; in any case, with or
    without its dashes, O for 0 and I or L for 1."""
    return await track.find(read, receipt, now)


@router.post(
    "/track/{receipt}/objections",
    status_code=201,
    summary="Say that it is not solved",
    responses=responses(Malformed, NotFound, WrongState, ObjectedAlready),
    dependencies=[MAY_TRACK],
)
async def object_to_followup(receipt: str, body: Objection, write: Write, now: Now) -> Tracking:
    """Whoever asked for it says that what is said to be done does not solve it. That reopens the follow-up, once for
    each time that it is said to be done."""
    return await track.object_to(write, receipt, body, now)


@router.get("/{id}", summary="Read an aspiration", responses=responses(NotFound))
async def get_aspiration(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Aspiration:
    """One aspiration."""
    found = await service.find(read, id, access.scope)
    tag(response, found.version)
    return found


@router.get("/{id}/similar", summary="Suggest aspirations that ask for the same", responses=responses(NotFound))
async def suggest_similar(id: UUID, read: Read, access: Access = MAY_READ) -> Suggestions:
    """Others of the same programme or review whose letters are alike. These are suggestions and nothing more: people
    compare what is meant."""
    return await service.similar(read, id, access.scope)


@router.get("/{id}/history", summary="Read an aspiration's history", responses=responses(NotFound))
async def get_aspiration_history(id: UUID, read: Read, access: Access = MAY_READ) -> History:
    """Who decided what about it, when and why; and what newer versions of its response did to it."""
    return await service.history(read, id, access.scope)


@router.post("/{id}/accept", summary="Accept an aspiration", responses=responses(*STALE))
async def accept_aspiration(
    id: UUID,
    write: Write,
    response: Response,
    body: Optionally | None = None,
    if_match: IfMatch = None,
    access: Access = MAY_DECIDE,
) -> Aspiration:
    """From now on everybody may read its text, and follow-ups can be planned for it."""
    reason = body.reason if body else None
    return _tagged(response, await service.decide(write, id, "accept", if_match, access, reason=reason))


@router.post("/{id}/decline", summary="Decline an aspiration", responses=responses(*STALE))
async def decline_aspiration(
    id: UUID, body: Why, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_DECIDE
) -> Aspiration:
    """Nothing is done about it, and the respondent reads why."""
    return _tagged(response, await service.decide(write, id, "decline", if_match, access, reason=body.reason))


@router.post("/{id}/merge", summary="Merge an aspiration into another", responses=responses(*STALE, CannotMerge))
async def merge_aspiration(
    id: UUID, body: Merge, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_DECIDE
) -> Aspiration:
    """It asks for what an earlier one asks for; whoever follows it sees what is done about that one."""
    merged = await service.decide(write, id, "merge", if_match, access, reason=body.reason, into=body.into)
    return _tagged(response, merged)


@router.post("/{id}/redact", summary="Cut personal data out of an aspiration", responses=responses(*STALE))
async def redact_aspiration(
    id: UUID, body: Redaction, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_DECIDE
) -> Aspiration:
    """Replace the text by one without personal data. The text before is not kept here; the response has it, for those
    who may read responses."""
    redacted = await service.decide(write, id, "redact", if_match, access, reason=body.reason, text=body.text)
    return _tagged(response, redacted)


@router.post("/{id}/reconsider", summary="Look at an aspiration again", responses=responses(*STALE))
async def reconsider_aspiration(
    id: UUID, body: Why, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_DECIDE
) -> Aspiration:
    """Take a decision back: it is new again."""
    return _tagged(response, await service.decide(write, id, "reconsider", if_match, access, reason=body.reason))


def _tagged(response: Response, changed: Aspiration) -> Aspiration:
    tag(response, changed.version)
    return changed
