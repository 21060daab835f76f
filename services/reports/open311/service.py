"""Programmes as services and accepted aspirations as service requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.database import Reading
from services.kit.scope import Scope
from services.reports.aspirations import service as aspirations
from services.reports.aspirations.schemas import TrackedFollowUp
from services.reports.followups import tracked as followups
from services.reports.holidays import service as holidays
from services.reports.open311 import domain, repository
from services.reports.open311.domain import NO_PROGRAM, SIMULATED, Asked, Fault, expected, identity, notes, status_of
from services.reports.open311.schemas import Discovery, Endpoint, Service, ServiceDefinition, ServiceRequest

CHANGESET = "2026-11-26T00:00:00Z"
OTHER = "Aspirasi di luar program"


def discovery(origin: str) -> Discovery:
    """What is served, and where."""
    return Discovery(
        changeset=CHANGESET,
        contact=f"{origin}/api/docs",
        key_service="Reading needs no key; requests cannot be made here.",
        endpoints=[
            Endpoint(
                specification="http://wiki.open311.org/GeoReport_v2", url=f"{origin}/open311/v2", changeset=CHANGESET,
                type="production", formats=["text/xml", "application/json"],
            )
        ],
    )  # fmt: skip


async def services(reading: Reading, jurisdiction: str | None, scope: Scope) -> list[Service]:
    """The programmes, and one service for what belongs to none. Raises Fault."""
    region = domain.region(jurisdiction)
    programs = [
        _service(row.id, row.data)
        for row in await repository.every_program(reading, region, scope)
        if not row.data.get("archived")
    ]
    other = Service(
        service_code=NO_PROGRAM, service_name=OTHER, description=None, metadata=False, type="batch",
        keywords="aspirasi", group=region,
    )  # fmt: skip
    return [*programs, other]


def _service(id: UUID, data: Mapping[str, Any]) -> Service:
    keywords = (data.get("dimension"), data.get("sub_dimension"))
    about = data.get("description") or {}
    return Service(
        service_code=str(id), service_name=data["name"], description=about.get("id"), metadata=False, type="batch",
        keywords=",".join(word for word in keywords if word), group=data.get("region"),
    )  # fmt: skip


async def definition(reading: Reading, code: str) -> ServiceDefinition:
    """A service's attributes: none. Raises Fault."""
    id = identity(code)
    known = code == NO_PROGRAM or (id and await aspirations.facts(reading, "program", {id}))
    if not known:
        raise Fault(404, "There is no service with this service_code.")
    return ServiceDefinition(service_code=code, attributes=[])


async def requests(reading: Reading, asked: Asked, scope: Scope, now: datetime) -> list[ServiceRequest]:
    """What is asked for, the last received first."""
    rows = await repository.accepted(reading, asked, scope)
    links = await repository.links(reading, [row.id for row in rows], scope)
    done = await followups.tracked(reading, {id for ids in links.values() for id in ids}, now)
    around = {
        kind: await aspirations.facts(reading, kind, {getattr(row, column) for row in rows if getattr(row, column)})
        for kind, column in (("program", "program_id"), ("location", "location_id"), ("agency", "agency_id"))
    }
    return [_request(row, around, [done[id] for id in links.get(row.id, ())]) for row in rows]


async def request(reading: Reading, asked: Asked, scope: Scope, now: datetime) -> list[ServiceRequest]:
    """The one that is asked for, as a list. Raises Fault."""
    found = await requests(reading, asked, scope, now)
    if not found:
        raise Fault(404, "There is no service request with this service_request_id.")
    return found


def _request(row: Any, around: Mapping[str, Mapping[str, Any]], done: Sequence[TrackedFollowUp]) -> ServiceRequest:
    def of(kind: str, id: object) -> Mapping[str, Any]:
        found: Mapping[str, Any] = around[kind].get(str(id), {})
        return found

    place, point = of("location", row.location_id), of("location", row.location_id).get("point") or {}
    long, lat = point.get("coordinates") or (None, None)
    zones = holidays.zones()
    until = expected(done, zones.hours.get(row.region_code[:2], zones.otherwise))
    changed = max([row.updated_at, *(event.at for one in done for event in one.events)])
    agencies = sorted({one.agency_name for one in done if one.agency_name})
    return ServiceRequest(
        service_request_id=str(row.id),
        status=status_of([one.state for one in done]),
        status_notes=notes(done),
        service_name=of("program", row.program_id).get("name") or OTHER,
        service_code=str(row.program_id) if row.program_id else NO_PROGRAM,
        description=(SIMULATED if row.simulated else "") + row.text,
        agency_responsible=", ".join(agencies) or of("agency", row.agency_id).get("name"),
        service_notice=None,
        requested_datetime=row.received_at.isoformat(),
        updated_datetime=changed.isoformat(),
        expected_datetime=until.isoformat() if until else None,
        address=place.get("address") or place.get("name"),
        address_id=str(row.location_id) if row.location_id else None,
        zipcode=None,
        lat=lat,
        long=long,
        media_url=None,
        simulated=row.simulated,
    )
