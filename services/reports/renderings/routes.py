"""HTTP for the files of a report."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kit.auth import Access, requires
from services.kit.changes import MAX_WAIT_SECONDS
from services.kit.problems import Invalid, NotFound, responses
from services.reports.problems import RenderingFailed, ReportWithdrawn
from services.reports.renderings import service
from services.reports.renderings.domain import KINDS, Format, Lang, file_name, key
from services.reports.renderings.schemas import Files, Making

router = APIRouter(prefix="/reports", tags=["reports"])

MAY_READ: Access = requires("reports:read")

Language = Annotated[Lang, Query(description="Of the document; JSON and CSV have none.")]
Wait = Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for a file that is being made.")]

RETRY_SECONDS = 1
SHOWN = {"json", "html", "pdf"}
STYLED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
BINARY = {
    kind.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS.values()
}


@router.get("/{id}/documents", summary="List the documents of a report", responses=responses(NotFound, ReportWithdrawn))
async def list_documents(id: UUID, request: Request, access: Access = MAY_READ) -> Files:
    """In which formats and languages a report can be had, and which of them are made already."""
    return await service.files(request.app.state.database, id, access)


@router.get(
    "/{id}/documents/{format}",
    summary="Read a document of a report",
    response_class=Response,
    responses={
        200: {"description": "The document.", "content": BINARY},
        202: {"description": "It is being made; ask again.", "model": Making},
        **responses(NotFound, ReportWithdrawn, Invalid, RenderingFailed),
    },
)
async def read_document(
    id: UUID,
    format: Format,
    request: Request,
    lang: Language = "id",
    wait: Wait = 0,
    access: Access = MAY_READ,
) -> Response:
    """The report in a format. Whoever asks first has it made; until it is there the answer is 202, with how far it is.
    From then on it is kept, the same bytes for everybody. The JSON document's SHA-256 is the report's digest."""
    state = request.app.state
    wanted = key(id, format, lang)
    report, found = await service.file(state.database, state.maker, state.settings, wanted, wait, access)
    if isinstance(found, Making):
        headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
        return Response(found.model_dump_json(), 202, headers, "application/json")
    name = file_name(report.number, format, wanted.language)
    shown = "inline" if format in SHOWN else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Cache-Control": "private, no-cache"}
    if format == "html":
        headers["Content-Security-Policy"] = STYLED
    return Response(found, headers=headers, media_type=KINDS[format].media_type)
