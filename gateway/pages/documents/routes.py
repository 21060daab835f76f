"""The addresses of frozen reports, of their documents, and of the page that a document's code leads to."""

from typing import Literal

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from gateway.pages import language, sources
from gateway.pages.asking import Refused, service
from gateway.pages.documents.wire import Making, Report, Reports, Verification
from gateway.pages.rendering import page
from gateway.problems import ServiceAway
from gateway.upstream import Whole
from services.kit.problems import NotFound

BEGIN, END = "<!-- report -->", "<!-- /report -->"
"""What the reports service puts around that part of its document that belongs on a page."""
WAIT = "5"
PAGE = "20"
FORMATS = ("pdf", "xlsx", "docx", "csv", "json")
# What is being made is asked for again by the browser, without a script.
AGAIN = {"Refresh": "2", "Cache-Control": "no-store"}

Format = Literal["pdf", "xlsx", "docx", "csv", "json"]

router = APIRouter(include_in_schema=False)


@router.get("/reports")
async def list_reports(request: Request, region: str | None = None, cursor: str | None = None) -> Response:
    """The list of reports."""
    params = {"limit": PAGE, "region": region, "cursor": cursor}
    try:
        found = (await service(request).get("/reports", Reports, params)).content
    except Refused as error:
        raise NotFound("There is no such list of reports.") from error
    try:
        names = await sources.of(request).regions({one.region for one in found.items} | ({region} if region else set()))
    except ServiceAway:
        names = {}
    return page(request, "documents/list.html", reports=found, region=region, names=names)


@router.get("/reports/{number}")
async def show_report(request: Request, number: str) -> Response:
    """A report as a page, with its documents."""
    report = await _report(request, number)
    content, making = "", None
    if report.state != "withdrawn":
        found = await _document(request, report, "html")
        if found.status == 202:
            making = Making.model_validate_json(found.content)
        else:
            content = found.content.decode().partition(BEGIN)[2].partition(END)[0]
    return page(
        request, "documents/shown.html", headers=AGAIN if making else None, report=report, making=making,
        # The reports service escapes what it was told; what stands here is its own markup.
        content=Markup(content), formats=FORMATS,  # noqa: S704
    )  # fmt: skip


@router.get("/reports/{number}/{format}")
async def download(request: Request, number: str, format: Format) -> Response:
    """One of its documents, for whoever may see the report."""
    report = await _report(request, number)
    found = await _document(request, report, format)
    if found.status == 202:
        making = Making.model_validate_json(found.content)
        return page(request, "documents/making.html", 202, AGAIN, report=report, making=making)
    headers = {
        "Content-Type": found.headers["content-type"],
        "Content-Disposition": found.headers["content-disposition"],
        "Cache-Control": "private, no-cache",
    }
    return Response(found.content, headers=headers)


@router.get("/verify/{number}")
async def verify(request: Request, number: str, digest: str | None = None) -> Response:
    """What a document with this number is."""
    try:
        told = await service(request).get(f"/reports/verify/{number}", Verification, {"digest": digest})
    except Refused as error:
        raise NotFound("There is no such number.") from error
    return page(request, "documents/verify.html", found=told.content)


async def _report(request: Request, number: str) -> Report:
    try:
        found = await service(request).get("/reports", Reports, {"number": number})
    except Refused as error:
        raise NotFound("There is no report with this number.") from error
    if not found.content.items:
        raise NotFound("There is no report with this number.")
    return found.content.items[0]


async def _document(request: Request, report: Report, format: str) -> Whole:
    params = {"lang": language.of(request).code, "wait": WAIT}
    return await service(request).download(f"/reports/{report.id}/documents/{format}", params)
