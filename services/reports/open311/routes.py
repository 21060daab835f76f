"""HTTP for Open311 GeoReport v2, under the addresses that the standard sets and with its errors."""

from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.reports.clock import Now
from services.reports.open311 import service, writer
from services.reports.open311.domain import FORMATS, Fault, asked, check_format
from services.reports.open311.schemas import Discovery, Error, Service, ServiceDefinition, ServiceRequest

router = APIRouter(prefix="/open311/v2", tags=["open311"])

MAY_READ: Access = requires("open311:read")
XML = {"schema": {"type": "string"}}
Jurisdiction = Annotated[str | None, Query(description="Code of a region: it and all below it.", examples=["33.25"])]
Simulated = Annotated[
    str | None,
    Query(description="`true`: simulated ones, which are left out otherwise, and they alone."),
]


def told(model: Any) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: an answer of the standard in both forms, and errors in the standard's own."""
    errors = {"model": list[Error], "content": {"text/xml": XML}}
    return {
        200: {"model": model, "content": {"text/xml": XML}},
        400: {**errors, "description": "A parameter cannot be understood."},
        404: {**errors, "description": "There is no such thing, or no such format."},
    }


@router.get(
    "/discovery.{extension}", summary="Discover the service", responses=told(Discovery), response_class=Response
)
async def discover_open311(extension: str, request: Request, access: Access = MAY_READ) -> Response:  # noqa: ARG001
    """Where GeoReport v2 is served, and in which formats."""
    scheme = request.headers.get("x-forwarded-proto", request.url.scheme)
    origin = f"{scheme}://{request.headers.get('x-forwarded-host', request.url.netloc)}"
    return await _answer(extension, "discovery", None, _ready(service.discovery(origin)))


@router.get("/services.{extension}", summary="List services", responses=told(list[Service]), response_class=Response)
async def list_open311_services(
    extension: str, read: Read, jurisdiction_id: Jurisdiction = None, access: Access = MAY_READ
) -> Response:
    """The programmes, as services that requests are about."""
    return await _answer(extension, "services", "service", service.services(read, jurisdiction_id, access.scope))


@router.get(
    "/services/{service_code}.{extension}", summary="Read a service's definition", responses=told(ServiceDefinition),
    response_class=Response,
)  # fmt: skip
async def get_open311_service(
    service_code: str, extension: str, read: Read, access: Access = MAY_READ  # noqa: ARG001
) -> Response:  # fmt: skip
    """A service has no attributes: nothing can be requested here, only read."""
    return await _answer(extension, "service_definition", None, service.definition(read, service_code))


@router.get(
    "/requests.{extension}", summary="List service requests", responses=told(list[ServiceRequest]),
    response_class=Response,
)  # fmt: skip
async def list_open311_requests(
    extension: str,
    read: Read,
    now: Now,
    service_request_id: Annotated[
        str | None, Query(description="Ids, with commas between; leave all else out.")
    ] = None,
    service_code: Annotated[str | None, Query(description="Codes of services, with commas between.")] = None,
    start_date: Annotated[str | None, Query(examples=["2020-03-01T00:00:00+07:00"])] = None,
    end_date: Annotated[str | None, Query(description="90 days after the start at most.")] = None,
    status: Annotated[str | None, Query(description="`open`, `closed`, or both with a comma.")] = None,
    jurisdiction_id: Jurisdiction = None,
    simulated: Simulated = None,
    access: Access = MAY_READ,
) -> Response:
    """Accepted aspirations, the last received first: of 90 days, and 1,000 at most."""

    async def found() -> list[ServiceRequest]:
        wanted = asked(
            now, service_request_id=service_request_id, service_code=service_code, start_date=start_date,
            end_date=end_date, status=status, jurisdiction_id=jurisdiction_id, simulated=simulated,
        )  # fmt: skip
        return await service.requests(read, wanted, access.scope, now)

    return await _answer(extension, "service_requests", "request", found())


@router.get(
    "/requests/{service_request_id}.{extension}", summary="Read a service request",
    responses=told(list[ServiceRequest]), response_class=Response,
)  # fmt: skip
async def get_open311_request(
    service_request_id: str,
    extension: str,
    read: Read,
    now: Now,
    simulated: Simulated = None,
    access: Access = MAY_READ,
) -> Response:
    """One accepted aspiration, as a list of one."""

    async def found() -> list[ServiceRequest]:
        wanted = asked(now, service_request_id=service_request_id, simulated=simulated)
        return await service.request(read, wanted, access.scope, now)

    return await _answer(extension, "service_requests", "request", found())


async def _ready(model: BaseModel) -> BaseModel:
    return model


async def _answer(extension: str, root: str, each: str | None, asking: Awaitable[Any]) -> Response:
    """What is found, or what is wrong, in the format of the address; XML where there is no such format."""
    kind = extension if extension in FORMATS else "xml"
    try:
        found = await asking
        check_format(extension)
    except Fault as fault:
        error = Error(code=fault.code, description=fault.description).model_dump()
        return Response(writer.listed(kind, "errors", "error", [error]), fault.code, media_type=writer.MEDIA[kind])
    if each is None:
        content = writer.single(kind, root, found.model_dump())
    else:
        content = writer.listed(kind, root, each, [one.model_dump() for one in found])
    return Response(content, media_type=writer.MEDIA[kind])
