"""HTTP for questionnaires."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Invalid, Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.surveys.problems import AlreadyExists, QuestionnaireFixed, WrongStatus
from services.surveys.questionnaires import service
from services.surveys.questionnaires.schemas import Questionnaire, QuestionnaireDraft, QuestionnaireKey, Status
from services.surveys.schemas import RegionCode, after_id

router = APIRouter(prefix="/questionnaires", tags=["questionnaires"])

MAY_READ: Access = requires("questionnaires:read")
MAY_WRITE: Access = requires("questionnaires:write")
STALE = (Malformed, NotFound, PreconditionFailed, PreconditionRequired)


@router.get("", summary="List questionnaires", responses=responses(Malformed))
async def list_questionnaires(
    read: Read,
    key: Annotated[QuestionnaireKey | None, Query()] = None,
    region: Annotated[RegionCode | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    limit: Limit = 50,
    cursor: After = None,
    access: Access = MAY_READ,
) -> Page[Questionnaire]:
    """Questionnaires and their versions, by id. Drafts are listed for those who may write them."""
    return await service.listed(
        read, access, key=key, region=region, status=status, after=after_id(cursor), limit=limit
    )


@router.post(
    "",
    status_code=201,
    summary="Draft a questionnaire",
    responses=responses(Malformed, NotFound, AlreadyExists, Invalid),
)
async def create_questionnaire(
    body: QuestionnaireDraft, write: Write, response: Response, access: Access = MAY_WRITE
) -> Questionnaire:
    """Store a draft; it can be changed until it is published."""
    created = await service.draft(write, body, access)
    response.headers["Location"] = f"/api/v1/questionnaires/{created.id}"
    tag(response, created.version)
    return created


@router.get("/{id}", summary="Read a questionnaire", responses=responses(NotFound))
async def get_questionnaire(id: UUID, read: Read, response: Response, access: Access = MAY_READ) -> Questionnaire:
    """One version of a questionnaire with its questions."""
    found = await service.read(read, id, access)
    tag(response, found.version)
    return found


@router.put("/{id}", summary="Change a draft", responses=responses(*STALE, QuestionnaireFixed, Invalid))
async def update_questionnaire(
    id: UUID,
    body: QuestionnaireDraft,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Questionnaire:
    """Replace a draft as a whole. A published questionnaire never changes."""
    changed = await service.revise(write, id, body, if_match, access)
    tag(response, changed.version)
    return changed


@router.post("/{id}/publish", summary="Publish a draft", responses=responses(*STALE, WrongStatus))
async def publish_questionnaire(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Questionnaire:
    """Give the draft its version number; from now on it never changes."""
    published = await service.publish(write, id, if_match, access)
    tag(response, published.version)
    return published


@router.post("/{id}/retire", summary="Retire a questionnaire", responses=responses(*STALE, WrongStatus))
async def retire_questionnaire(
    id: UUID, write: Write, response: Response, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> Questionnaire:
    """No new review may use it; running ones keep it."""
    retired = await service.retire(write, id, if_match, access)
    tag(response, retired.version)
    return retired
