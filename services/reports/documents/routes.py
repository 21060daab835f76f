"""HTTP for frozen reports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import (
    BadUpstream,
    Invalid,
    Malformed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    UpstreamTimeout,
    responses,
)  # fmt: skip
from services.kit.versions import IfMatch, tag
from services.reports.documents import service
from services.reports.documents.domain import State
from services.reports.documents.schemas import Freezing, Kind, Reason, Report, Verification
from services.reports.moves.schemas import History
from services.reports.problems import AlreadyExists, FeedRefused, NotPublished, UnknownSubject, WrongState

router = APIRouter(prefix="/reports", tags=["reports"])

MAY_READ: Access = requires("reports:read")
MAY_LOOK_BACK: Access = requires("reports:detail")
MAY_FREEZE: Access = requires("reports:freeze")
MAY_PUBLISH: Access = requires("reports:publish")

STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired, WrongState)
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"

Number = Annotated[str | None, Query(pattern=PRINTABLE, max_length=40, description="The report with this number.")]
Region = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?$", description="This region and everything below it."),
]
Digest = Annotated[
    str | None, Query(pattern=PRINTABLE, max_length=200, description="The digest that the document shows.")
]


@router.post(
    "",
    status_code=201,
    summary="Freeze a report",
    responses=responses(
        Malformed,
        NotFound,
        AlreadyExists,
        NotPublished,
        UnknownSubject,
        Invalid,
        FeedRefused,
        BadUpstream,
        UpstreamTimeout,
    ),
)
async def freeze_report(body: Freezing, request: Request, response: Response, access: Access = MAY_FREEZE) -> Report:
    """Freeze what is known of a review, or of a programme in its newest review: figures, groups, elements, trend, the
    scores of each respondent, and what they were made with. It never changes again. Its figures are those that
    everybody may see. Of an evaluation, which has to be published, it freezes method, scores, index and ranks. It is a
    draft until it is published."""
    state = request.app.state
    report = await service.freeze(state.database, state.feeds, body, access)
    response.headers["Location"] = f"/api/v1/reports/{report.id}"
    tag(response, report.version)
    return report


@router.get("", summary="List reports", responses=responses(Malformed, Invalid))
async def list_reports(
    read: Read,
    number: Number = None,
    kind: Kind | None = None,
    subject: UUID | None = None,
    region: Region = None,
    state: State | None = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Report]:
    """Published and withdrawn reports, newest first; drafts as well for those who see the rows in detail."""
    wanted = {"number": number, "kind": kind, "subject": subject, "state": state}
    return await service.listed(read, access, wanted, region, cursor, limit)


@router.get("/verify/{number}", summary="Verify a document", responses=responses(Invalid))
async def verify_report(number: str, read: Read, digest: Digest = None, access: Access = MAY_READ) -> Verification:
    """Whether a document with this number, and this digest if it is given, is one of ours, and whether it is in
    force."""
    return await service.verify(read, number, digest, access)


@router.get("/{id}", summary="Read a report", responses=responses(NotFound))
async def read_report(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Report:
    """A report's number, state and headline. What it says is in its documents."""
    report = await service.shown(read, id, access)
    tag(response, report.version)
    return report


@router.get("/{id}/history", summary="Read what happened to a report", responses=responses(NotFound))
async def read_report_history(id: UUID, read: Read, access: Access = MAY_LOOK_BACK) -> History:
    """Who froze, published and withdrew it, when and why, and when another one took its place."""
    return await service.history(read, id, access)


@router.post("/{id}/publish", summary="Publish a report", responses=responses(*STALE))
async def publish_report(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_PUBLISH
) -> Report:
    """Let everybody read it. It supersedes the older published reports of its subject."""
    report = await service.move(write, id, "publish", if_match, access)
    tag(response, report.version)
    return report


@router.post("/{id}/withdraw", summary="Withdraw a report", responses=responses(*STALE, Invalid))
async def withdraw_report(
    id: UUID, body: Reason, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_PUBLISH
) -> Report:
    """Take it back, with a reason that everybody sees. The one it had superseded is in force again."""
    report = await service.move(write, id, "withdraw", if_match, access, body.reason)
    tag(response, report.version)
    return report
