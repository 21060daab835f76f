"""HTTP for a region's registry as one file."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.problems import Conflict, Malformed, NotFound, PayloadTooLarge, UnsupportedMediaType, responses
from services.programs.exchange import service
from services.programs.exchange.domain import Contents
from services.programs.exchange.schemas import ImportResult
from services.programs.files.schemas import RegistryFile
from services.programs.problems import ImportRefused, RegionNotFound, SlugTaken
from services.programs.schemas import RegionCode

router = APIRouter(prefix="/registry", tags=["registry"])

MAY_READ: Access = requires("registry:read")
MAY_IMPORT: Access = requires("registry:import")

MAX_BYTES = 5 * 1024 * 1024
JSON, CSV = "application/json", "text/csv"

Region = Annotated[RegionCode, Query(description="The region whose registry it is, without those below it.")]


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """A JSON schema without references, so that it can stand anywhere in the OpenAPI document."""
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(one, definitions) for name, one in schema.items() if name != "$defs"}


SCHEMA = RegistryFile.model_json_schema()
FILE = {
    JSON: {"schema": _inlined(SCHEMA, SCHEMA["$defs"])},
    CSV: {"schema": {"type": "string", "description": "UTF-8; a row per record, the first row names the columns."}},
}


async def _contents(request: Request, region: Region) -> Contents:
    """The file that was sent. Raises UnsupportedMediaType, PayloadTooLarge, Malformed."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FILE:
        raise UnsupportedMediaType(f"Send {JSON} or {CSV}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise PayloadTooLarge(f"A registry file has at most {MAX_BYTES} bytes.")
    # A large file takes a while to check; other requests go on meanwhile.
    if kind == CSV:
        return await asyncio.to_thread(service.read_table, bytes(body))
    return await asyncio.to_thread(service.read_json, bytes(body), region)


@router.get(
    "/export",
    summary="Export a region's registry",
    response_class=Response,
    responses={200: {"description": "The registry in one file.", "content": FILE}, **responses(NotFound)},
)
async def export_registry(
    region: Region,
    read: Read,
    file_format: Annotated[Literal["json", "csv"], Query(alias="format", description="Layout of the file.")] = "json",
    access: Access = MAY_READ,
) -> Response:
    """Agencies, programmes and locations of one region, archived ones included, in an order that never varies.

    CSV: a row per record, told apart by the column `record` (agency, program, partner, respondent_group, year,
    source, location); rows of a programme's parts name its slug. A text that a spreadsheet would run as a formula has
    an apostrophe before it, which the import takes away again.
    """
    registry = await service.export(read, region, access.scope)
    content, kind = (registry.as_csv(), f"{CSV}; charset=utf-8") if file_format == "csv" else (registry.as_json(), JSON)
    name = f'attachment; filename="registry-{region}.{file_format}"'
    return Response(content, media_type=kind, headers={"Content-Disposition": name})


# The caller is known before the file is read, and the file is there before the transaction begins: a slow sender
# holds no connection to the database.
@router.post(
    "/import",
    summary="Import a region's registry",
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "What an export gives; an entry without `id` is the thing with its slug, or a new one.",
            "content": FILE,
        }
    },
    responses=responses(
        Malformed, RegionNotFound, Conflict, SlugTaken, PayloadTooLarge, UnsupportedMediaType, ImportRefused
    ),
)
async def import_registry(
    access: Annotated[Access, MAY_IMPORT],
    region: Region,
    contents: Annotated[Contents, Depends(_contents)],
    write: Write,
    dry_run: Annotated[bool, Query(description="Check the file and say what it would do, and store nothing.")] = False,
) -> ImportResult:
    """Make a region's registry say what a file says, all of it or nothing. What is not in the file stays as it is,
    and what was archived is not changed. `errors` names every fault by its JSON pointer, or by `/row/column` of a CSV
    file, whose header is row 1; `faults` beside it says row and column on their own."""
    return await service.load(write, region, contents, access, dry_run=dry_run)
