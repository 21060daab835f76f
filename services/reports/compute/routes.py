"""HTTP for the calculator."""

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.kit.auth import requires
from services.kit.problems import Invalid, Malformed, PayloadTooLarge, UnsupportedMediaType, responses
from services.reports.compute import service
from services.reports.compute.domain import InvalidTable
from services.reports.compute.schemas import ORDER, SKIP_INVALID, Calculation, ComputedIndex, Order
from services.reports.methods.domain import InvalidMethod, UnknownMethod
from services.reports.methods.service import REGULATION
from services.reports.sheets.domain import TableTooLarge

router = APIRouter(prefix="/indexes", tags=["calculator"])

MAY_COMPUTE = requires("indexes:compute")

JSON = "application/json"
MAX_BYTES = dict.fromkeys(service.READERS, 32 * 1024 * 1024) | {JSON: 16 * 1024 * 1024}
AT_ONCE = 2
"""Calculations at a time: each may need some hundred megabytes."""

BODY = {
    "requestBody": {
        "required": True,
        "description": "JSON, or a table as CSV (UTF-8, cells parted by commas or semicolons) or XLSX (first visible "
        "sheet). The header names elements by key or code, in any case; columns `no`, `respondent` and `id` may stand "
        "beside them. Below it one row per respondent, or two rows whose first cells are `n` and `sum`.",
        "content": {
            JSON: {"schema": Calculation.model_json_schema()},
            "text/csv": {"schema": {"type": "string"}, "example": "speed,fee,result\n4,3,4\n3,3,2\n"},
            **{
                kind: {"schema": {"type": "string", "contentMediaType": kind}}
                for kind in service.READERS
                if kind != "text/csv"
            },
        },
    }
}


@router.post(
    "/compute",
    summary="Compute the index of a table of your own",
    openapi_extra=BODY,
    responses=responses(
        Malformed,
        PayloadTooLarge,
        TableTooLarge,
        UnsupportedMediaType,
        Invalid,
        UnknownMethod,
        InvalidMethod,
        InvalidTable,
    ),
    dependencies=[MAY_COMPUTE],
)
async def compute_index(
    request: Request,
    method: Annotated[str, Query(max_length=200, description="For CSV and XLSX: a method's id.")] = REGULATION,
    order: Annotated[Order | None, Query(description=f"For CSV and XLSX. {ORDER}")] = None,
    skip_invalid: Annotated[bool, Query(description=f"For CSV and XLSX. {SKIP_INVALID}")] = False,
) -> ComputedIndex:
    """Compute an index without storing anything. A score outside the scale, an empty cell, a decimal or a text is a
    fault and refuses the table, unless `skip_invalid` leaves that respondent out; the answer's `skipped` and `faults`
    say so. JSON carries method, order and skip_invalid in its body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in MAX_BYTES:
        raise UnsupportedMediaType(f"Send one of {', '.join(MAX_BYTES)}.")
    body = await _limited(request, MAX_BYTES[kind])
    work = (
        partial(service.of_json, body)
        if kind == JSON
        else partial(service.of_file, body, kind, method, order, skip_invalid=skip_invalid)
    )
    async with _turn(request):
        return await asyncio.to_thread(work)


async def _limited(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise PayloadTooLarge(f"A table of this kind has at most {most} bytes.")
    return bytes(body)


def _turn(request: Request) -> asyncio.Semaphore:
    state = request.app.state
    if not hasattr(state, "calculations"):
        state.calculations = asyncio.Semaphore(AT_ONCE)
    turn: asyncio.Semaphore = state.calculations
    return turn
