"""Listing, creating, changing and archiving programmes."""

from typing import Any
from uuid import UUID, uuid4

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Invalid, NotFound
from services.kit.scope import Scope
from services.kit.versions import check
from services.programs import repository as rows
from services.programs.agencies.service import named_by_program
from services.programs.locations.schemas import present_location
from services.programs.programs import repository
from services.programs.programs.schemas import Program, ProgramBody
from services.programs.regions.service import writable
from services.programs.registry.service import code_list
from services.programs.rules import same, still_in_use
from services.programs.tables import programs


async def listed(
    reading: Reading,
    scope: Scope,
    *,
    dimension: str | None,
    sub_dimension: str | None,
    cursor: str | None,
    limit: int,
    **filters: Any,
) -> Page[Program]:
    """A page of programmes by region and slug. Raises Invalid for a dimension that is none."""
    keys = filter_keys(dimension, sub_dimension)
    wanted = repository.conditions(**filters, **keys)
    after = decode(cursor, str, str) if cursor else None
    found = await rows.page(reading, programs, wanted, scope, after=after, limit=limit)
    kept, following = cut(found, limit, "region_code", "slug")
    return Page(items=[present(row) for row in kept], next=following)


def filter_keys(dimension: str | None, sub_dimension: str | None) -> dict[str, Any]:
    """The keys that a filter means. Raises Invalid when it means none."""
    listed = code_list()
    key = listed.dimension(dimension) if dimension else None
    if dimension and key is None:
        raise _unknown("dimension", dimension)
    sub = None
    if sub_dimension:
        sub = listed.sub_dimension(key, sub_dimension) if key else listed.any_sub_dimension(sub_dimension)
        if sub is None:
            raise _unknown("sub_dimension", sub_dimension)
    return {"dimension": key, "sub_dimension": sub}


async def find(reading: Reading, id: UUID, scope: Scope) -> Program:
    """One programme. Raises NotFound."""
    return present(_existing(await rows.get(reading, programs, id, scope), id))


async def create(write: Transaction, body: ProgramBody, access: Access) -> Program:
    """A new programme. Raises RegionNotFound, BrokenReference, NotFound, AlreadyExists, SlugTaken."""
    await writable(write, body.region, access.scope)
    await _check_agency(write, body, access.scope)
    row = {"id": body.id or uuid4(), "region_code": body.region} | body.columns(body.agency)
    return await _announced(write, "created", await rows.create(write, programs, row, access.scope))


async def revise(write: Transaction, id: UUID, body: ProgramBody, if_match: str | None, access: Access) -> Program:
    """Replace what is said of a programme; its locations follow it to another agency. Raises NotFound,
    PreconditionFailed, Archived, FixedField, BrokenReference, SlugTaken."""
    row = _existing(await rows.get(write, programs, id, access.scope, lock=True), id)
    check(row.version, if_match)
    still_in_use(row.archived)
    same("id", row.id, body.id or id)
    same("region", row.region_code, body.region)
    if row.agency_id != (str(body.agency) if body.agency else None):
        await _check_agency(write, body, access.scope)
    values = body.columns(body.agency)
    changed = await _announced(write, "updated", await rows.change(write, programs, id, values, access.scope))
    await hand_over(write, id, body.agency)
    return changed


async def hand_over(write: Transaction, id: UUID, agency: UUID | None) -> None:
    """Let the programme's locations follow it to the agency that owns it now."""
    for row in await repository.hand_over_locations(write, id, str(agency) if agency else None):
        await rows.announce(write, "location", "updated", present_location(row), agency)


async def archive(write: Transaction, id: UUID, if_match: str | None, access: Access) -> Program:
    """Take a programme out of use; doing it again changes nothing. Raises NotFound, PreconditionFailed."""
    row = _existing(await rows.get(write, programs, id, access.scope, lock=True), id)
    check(row.version, if_match)
    if row.archived:
        return present(row)
    changed = await rows.change(write, programs, id, {"archived": True}, access.scope)
    return await _announced(write, "updated", changed)


def present(row: Any) -> Program:
    """A row as the API answers it."""
    return Program(
        id=row.id, region=row.region_code, agency=UUID(row.agency_id) if row.agency_id else None, slug=row.slug,
        name=row.name, description=row.description, dimension=row.dimension, sub_dimension=row.sub_dimension,
        dimensions_version=row.dimensions_version, quick_win=row.quick_win, free_of_charge=row.free_of_charge,
        status=row.status, started=row.started, partners=row.partners, respondent_groups=row.respondent_groups,
        years=row.years, sources=row.sources, archived=row.archived, version=row.version,
        created_at=row.created_at, updated_at=row.updated_at,
    )  # fmt: skip


async def _check_agency(write: Transaction, body: ProgramBody, scope: Scope) -> None:
    agency = str(body.agency) if body.agency else None
    if not scope.covers(region=body.region, agency=agency):
        raise NotFound(
            "You write for your own agency only.",
            errors=[FieldError("/agency", "agency_not_yours", "Name your own agency.")],
        )
    if body.agency:
        await named_by_program(write, body.agency, body.region)


def _existing(row: Any, id: UUID) -> Any:
    if row is None:
        raise NotFound(f"There is no programme {id} here.")
    return row


def _unknown(field: str, value: str) -> Invalid:
    detail = f"{value} is no {field.replace('_', '-')} of the code list; see /dimensions."
    return Invalid(detail, errors=[FieldError(field, f"unknown_{field}", detail)])


async def _announced(write: Transaction, action: str, row: Any) -> Program:
    program = present(row)
    await rows.announce(write, "program", action, program, program.agency)
    return program
