"""HTTP for holidays."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read, Write
from services.kit.problems import Malformed, NotFound, PreconditionFailed, PreconditionRequired, responses
from services.kit.versions import IfMatch, tag
from services.reports.holidays import service
from services.reports.holidays.schemas import Holiday, HolidayBody, Holidays
from services.reports.schemas import Line

router = APIRouter(prefix="/holidays", tags=["holidays"])

MAY_READ = requires("holidays:read")
MAY_WRITE: Access = requires("holidays:write")
STALE = (Malformed, PreconditionFailed, PreconditionRequired)


@router.get("", summary="List the holidays of a year", responses=responses(), dependencies=[MAY_READ])
async def list_holidays(read: Read, year: Annotated[int, Query(ge=1946, le=2199)]) -> Holidays:
    """Public holidays and days of collective leave, each with the decree that says so; deadlines in working days pass
    over them, and over Saturdays and Sundays."""
    return await service.of_year(read, year)


@router.put("/{date}", summary="Enter or change a holiday", responses=responses(*STALE))
async def put_holiday(
    date: date,
    body: HolidayBody,
    write: Write,
    response: Response,
    if_match: IfMatch = None,
    access: Access = MAY_WRITE,
) -> Holiday:
    """Make a day a holiday, or change what is said of one, which needs `If-Match`. Deadlines that are set already stay
    where they are; `POST /followups/{id}/reschedule` sets one anew."""
    entered = await service.enter(write, date, body, if_match, access)
    tag(response, entered.version)
    return entered


@router.delete("/{date}", status_code=204, summary="Strike a holiday", responses=responses(*STALE, NotFound))
async def delete_holiday(
    date: date, reason: Annotated[Line, Query()], write: Write, if_match: IfMatch = None, access: Access = MAY_WRITE
) -> None:
    """Make it a day like others, with a reason."""
    await service.strike(write, date, reason, if_match, access)
