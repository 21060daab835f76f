"""Listing, creating, changing and archiving locations."""

from typing import Any
from uuid import UUID, uuid4

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, NotFound
from services.kit.scope import Scope
from services.kit.versions import check
from services.programs import repository as rows
from services.programs.locations import repository
from services.programs.locations.domain import lies_in
from services.programs.locations.schemas import Location, LocationBody, present_location
from services.programs.problems import BrokenReference
from services.programs.regions.service import districts
from services.programs.rules import same, still_in_use
from services.programs.tables import locations, programs


async def listed(reading: Reading, scope: Scope, *, cursor: str | None, limit: int, **filters: Any) -> Page[Location]:
    """A page of locations by region and slug."""
    after = decode(cursor, str, str) if cursor else None
    wanted = repository.conditions(**filters)
    found = await rows.page(reading, locations, wanted, scope, after=after, limit=limit)
    kept, following = cut(found, limit, "region_code", "slug")
    return Page(items=[present_location(row) for row in kept], next=following)


async def find(reading: Reading, id: UUID, scope: Scope) -> Location:
    """One location. Raises NotFound."""
    return present_location(_existing(await rows.get(reading, locations, id, scope), id))


async def create(write: Transaction, body: LocationBody, access: Access) -> Location:
    """A new location of one of the caller's programmes. Raises NotFound, BrokenReference, AlreadyExists, SlugTaken.

    The programme's row is locked, so that it cannot move to another agency meanwhile and leave this one behind.
    """
    program = await rows.get(write, programs, body.program, access.scope, lock=True)
    if program is None:
        raise NotFound(
            f"There is no programme {body.program} here.",
            errors=[FieldError("/program", "program_not_found", "Name a programme of yours.")],
        )
    if program.archived:
        raise BrokenReference(
            "The programme is archived.", errors=[FieldError("/program", "program_archived", "Name one in use.")]
        )
    await _check_district(write, body.district, program.region_code)
    row = _keys(body.id or uuid4(), program) | body.columns()
    return await _announced(write, "created", await rows.create(write, locations, row, access.scope))


async def revise(write: Transaction, id: UUID, body: LocationBody, if_match: str | None, access: Access) -> Location:
    """Replace what is said of a location. Raises NotFound, PreconditionFailed, Archived, FixedField,
    BrokenReference, SlugTaken."""
    row = _existing(await rows.get(write, locations, id, access.scope, lock=True), id)
    check(row.version, if_match)
    still_in_use(row.archived)
    same("id", row.id, body.id or id)
    same("program", row.program_id, body.program)
    await _check_district(write, body.district, row.region_code)
    changed = await rows.change(write, locations, id, body.columns(), access.scope)
    return await _announced(write, "updated", changed)


async def archive(write: Transaction, id: UUID, if_match: str | None, access: Access) -> Location:
    """Take a location out of use; doing it again changes nothing. Raises NotFound, PreconditionFailed."""
    row = _existing(await rows.get(write, locations, id, access.scope, lock=True), id)
    check(row.version, if_match)
    if row.archived:
        return present_location(row)
    changed = await rows.change(write, locations, id, {"archived": True}, access.scope)
    return await _announced(write, "updated", changed)


def _keys(id: UUID, program: Any) -> dict[str, Any]:
    return {
        "id": id, "program_id": program.id, "region_code": program.region_code, "agency_id": program.agency_id,
    }  # fmt: skip


async def _check_district(reading: Reading, district: str | None, region: str) -> None:
    if district and not (lies_in(district, region) and await districts(reading, [district])):
        raise BrokenReference(
            f"{district} is no district of region {region}.",
            errors=[FieldError("/district", "district_not_found", "Name a district of the programme's region.")],
        )


def _existing(row: Any, id: UUID) -> Any:
    if row is None:
        raise NotFound(f"There is no location {id} here.")
    return row


async def _announced(write: Transaction, action: str, row: Any) -> Location:
    location = present_location(row)
    await rows.announce(write, "location", action, location, location.agency)
    return location
