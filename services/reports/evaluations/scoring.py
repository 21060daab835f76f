"""HTTP for what goes into an evaluation: scores of assessors, the region's own, agreements, evidence."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.reports.evaluations import evidence as documents
from services.reports.evaluations import scores
from services.reports.evaluations.results import Evaluation
from services.reports.evaluations.schemas import (
    Assessment,
    Assessments,
    ConsensusBody,
    Evidence,
    EvidenceBody,
    EvidenceList,
    Scores,
)  # fmt: skip
from services.reports.problems import AlreadyRecorded, AlreadySubmitted, Incomplete, NotAgreeable, WrongState
from services.reports.schemas import Key, Line, Why

router = APIRouter(prefix="/evaluations/{id}", tags=["evaluations"])

MAY_SEE: Access = requires("evaluations:detail")
MAY_ASSESS: Access = requires("evaluations:assess")
MAY_SELF_ASSESS: Access = requires("evaluations:self-assess")
MAY_AGREE: Access = requires("evaluations:write")
MAY_HAND_IN: Access = requires("evaluations:evidence")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)

OfWhat = Annotated[Key, Path(description="A criterion, or a dimension as a whole.")]


@router.get("/assessments", summary="List scores", responses=responses(NotFound))
async def list_assessments(id: UUID, read: Read, access: Access = MAY_SEE) -> Assessments:
    """The scores that the caller may see: the ministry all, an assessor own ones and after submitting those of others,
    the region its own."""
    return await scores.listed(read, id, access)


@router.put(
    "/assessments/own", summary="Give scores", responses=responses(*STALE, WrongState, AlreadySubmitted, Invalid)
)
async def put_own_assessment(
    id: UUID, body: Scores, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_ASSESS
) -> Assessment:
    """An assessor's scores and remarks, as a whole. The first time there is nothing to match; later `If-Match` names
    what is replaced. Nobody else but the ministry sees them before they are submitted."""
    return await _put(write, id, scores.OWN, body, response, if_match, access)


@router.post(
    "/assessments/own/submit",
    summary="Submit scores",
    responses=responses(*STALE, WrongState, AlreadySubmitted, Incomplete),
)
async def submit_own_assessment(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_ASSESS
) -> Assessment:
    """Hand them in; from then on they stay, and the caller sees what others submitted."""
    submitted = await scores.submit(write, id, scores.OWN, if_match, access)
    tag(response, submitted.version)
    return submitted


@router.put(
    "/self-assessment",
    summary="Give the region's own scores",
    responses=responses(*STALE, WrongState, AlreadySubmitted, Invalid),
)
async def put_self_assessment(
    id: UUID, body: Scores, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_SELF_ASSESS
) -> Assessment:
    """What the region gives itself, as a whole; it stands beside the scores of assessors and is in no index."""
    return await _put(write, id, scores.SELF, body, response, if_match, access)


@router.post(
    "/self-assessment/submit",
    summary="Submit the region's own scores",
    responses=responses(*STALE, WrongState, AlreadySubmitted, Incomplete),
)
async def submit_self_assessment(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_SELF_ASSESS
) -> Assessment:
    """Hand them in; from then on they stay, and assessors see them."""
    submitted = await scores.submit(write, id, scores.SELF, if_match, access)
    tag(response, submitted.version)
    return submitted


@router.put(
    "/consensus/{key}", summary="Agree on a score", responses=responses(*STALE, WrongState, NotAgreeable, Invalid)
)
async def put_consensus(
    id: UUID,
    key: OfWhat,
    body: ConsensusBody,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_AGREE,
) -> Evaluation:
    """Record what was agreed on, and why. It is never made of the mean by itself."""
    changed = await scores.agree(write, id, key, body, if_match, access)
    tag(response, changed.version)
    return changed


@router.delete("/consensus/{key}", summary="Take an agreed score away", responses=responses(*STALE, WrongState))
async def delete_consensus(
    id: UUID,
    key: OfWhat,
    reason: Annotated[Line, Query(description="Why.")],
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_AGREE,
) -> Evaluation:
    """As long as the evaluation is open; that it was agreed on stays in the history."""
    changed = await scores.disagree(write, id, key, reason, if_match, access)
    tag(response, changed.version)
    return changed


@router.get("/evidence", summary="List evidence", responses=responses(NotFound))
async def list_evidence(id: UUID, read: Read, access: Access = MAY_SEE) -> EvidenceList:
    """The documents that were handed in, those that no longer count among them."""
    return await documents.listed(read, id, access)


@router.post(
    "/evidence",
    status_code=201,
    summary="Hand in evidence",
    responses=responses(Malformed, NotFound, WrongState, AlreadyRecorded, Invalid),
)
async def create_evidence(
    id: UUID, body: EvidenceBody, write: Write, response: Response, access: Access = MAY_HAND_IN
) -> Evidence:
    """Name a document for a criterion: its address, and its digest so that nobody changes it unnoticed."""
    created = await documents.hand_in(write, id, body, access)
    tag(response, created.version)
    return created


@router.post(
    "/evidence/{document}/withdraw", summary="Withdraw evidence", responses=responses(*STALE, WrongState, Invalid)
)
async def withdraw_evidence(
    id: UUID,
    document: UUID,
    body: Why,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_HAND_IN,
) -> Evidence:
    """Let a document no longer count, with the reason."""
    changed = await documents.withdraw(write, id, document, body.reason, if_match, access)
    tag(response, changed.version)
    return changed


async def _put(
    write: Write, id: UUID, kind: str, body: Scores, response: Response, if_match: str | None, access: Access
) -> Assessment:
    given = await scores.put(write, id, kind, body, if_match, access)
    tag(response, given.version)
    return given
