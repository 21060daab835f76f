"""HTTP for a region's registry as one file."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.problems import (
    Conflict,
    Malformed,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
    responses,
)
from services.programs.exchange import service
from services.programs.exchange.schemas import ImportResult
from services.programs.files.schemas import RegistryFile
from services.programs.problems import ImportRefused, RegionNotFound, SlugTaken
from services.programs.schemas import RegionCode

router = APIRouter(prefix="/registry", tags=["registry"])

MAY_READ: Access = requires("registry:read")
MAY_IMPORT: Access = requires("registry:import")

MAX_BYTES = 10 * 1024 * 1024
JSON, CSV = "application/json", "text/csv"
FILE = RegistryFile.model_json_schema(ref_template="#/components/schemas/{model}")
BODY = {
    "requestBody": {
        "required": True,
        "description": "What an export gives; entries without `id` are told by their slug.",
        "content": {JSON: {"schema": {"type": "object"}}, CSV: {"schema": {"type": "string"}}},
    }
}

Region = Annotated[RegionCode, Query(description="The region whose registry it is, without those below it.")]


@router.get(
    "/export",
    summary="Export a region's registry",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The registry in one file.",
            "content": {JSON: {"schema": {"type": "object"}}, CSV: {"schema": {"type": "string"}}},
        },
        **responses(NotFound),
    },
)
async def export_registry(
    region: Region,
    read: Read,
    file_format: Annotated[Literal["json", "csv"], Query(alias="format", description="Layout of the file.")] = "json",
    access: Access = MAY_READ,
) -> StreamingResponse:
    """Agencies, programmes and locations of one region, archived ones included, in an order that never varies.

    CSV: a row per record, told apart by the column `record` (agency, program, partner, respondent_group, year,
    source, location); rows of a programme's parts name its slug. A text that a spreadsheet would run as a formula has
    an apostrophe before it, which the import takes away again.
    """
    registry = await service.export(read, region, access.scope)
    lines, media_type = (
        (registry.as_csv(), f"{CSV}; charset=utf-8") if file_format == "csv" else (registry.as_json(), JSON)
    )
    name = f'attachment; filename="registry-{region}.{file_format}"'
    return StreamingResponse(lines, media_type=media_type, headers={"Content-Disposition": name})


@router.post(
    "/import",
    summary="Import a region's registry",
    openapi_extra=BODY,
    responses=responses(
        Malformed, RegionNotFound, Conflict, SlugTaken, PayloadTooLarge, UnsupportedMediaType, ImportRefused
    ),
)
async def import_registry(
    request: Request,
    region: Region,
    write: Write,
    dry_run: Annotated[bool, Query(description="Check the file and say what it would do, and store nothing.")] = False,
    access: Access = MAY_IMPORT,
) -> ImportResult:
    """Make a region's registry say what a file says, all of it or nothing. Things that are not in the file stay as
    they are. `errors` names every fault: by JSON pointer, or by `/row/column` of a CSV file, whose header is row 1."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {JSON, CSV}:
        raise UnsupportedMediaType(f"Send {JSON} or {CSV}.")
    body = await _limited(request)
    records, faults = service.read_table(body) if kind == CSV else service.read_json(body, region)
    return await service.load(write, region, records, faults, access, dry_run=dry_run)


async def _limited(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise PayloadTooLarge(f"A registry file has at most {MAX_BYTES} bytes.")
    return bytes(body)
