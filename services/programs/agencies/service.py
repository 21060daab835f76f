"""Listing, creating, changing and archiving agencies."""

from typing import Any
from uuid import UUID, uuid4

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, NotFound
from services.kit.scope import EVERYTHING, Scope
from services.kit.versions import check
from services.programs import repository as rows
from services.programs.agencies import repository
from services.programs.agencies.schemas import Agency, AgencyBody, agency_keys
from services.programs.problems import BrokenReference
from services.programs.regions.service import writable
from services.programs.rules import same, still_in_use
from services.programs.tables import agencies


async def listed(
    reading: Reading,
    scope: Scope,
    *,
    region: str | None,
    name: str | None,
    archived: str,
    cursor: str | None,
    limit: int,
) -> Page[Agency]:
    """A page of agencies by region and slug."""
    wanted = repository.conditions(region=region, name=name, archived=archived)
    after = decode(cursor, str, str) if cursor else None
    found = await rows.page(reading, agencies, wanted, scope, after=after, limit=limit)
    kept, following = cut(found, limit, "region_code", "slug")
    return Page(items=[present(row) for row in kept], next=following)


async def find(reading: Reading, id: UUID, scope: Scope) -> Agency:
    """One agency. Raises NotFound."""
    return present(_existing(await rows.get(reading, agencies, id, scope), id))


async def create(write: Transaction, body: AgencyBody, access: Access) -> Agency:
    """A new agency. Raises RegionNotFound, AlreadyExists, SlugTaken."""
    await writable(write, body.region, access.scope)
    row = agency_keys(body.id or uuid4(), body.region) | body.columns()
    return await _announced(write, "created", await rows.create(write, agencies, row, access.scope))


async def revise(write: Transaction, id: UUID, body: AgencyBody, if_match: str | None, access: Access) -> Agency:
    """Replace what is said of an agency. Raises NotFound, PreconditionFailed, Archived, FixedField, SlugTaken."""
    row = _existing(await rows.get(write, agencies, id, access.scope, lock=True), id)
    check(row.version, if_match)
    still_in_use(row.archived)
    same("id", row.id, body.id or id)
    same("region", row.region_code, body.region)
    changed = await rows.change(write, agencies, id, body.columns(), access.scope)
    return await _announced(write, "updated", changed)


async def archive(write: Transaction, id: UUID, if_match: str | None, access: Access) -> Agency:
    """Take an agency out of use; doing it again changes nothing. Raises NotFound, PreconditionFailed."""
    row = _existing(await rows.get(write, agencies, id, access.scope, lock=True), id)
    check(row.version, if_match)
    if row.archived:
        return present(row)
    changed = await rows.change(write, agencies, id, {"archived": True}, access.scope)
    return await _announced(write, "updated", changed)


async def named_by_program(reading: Reading, id: UUID, region: str) -> None:
    """Raises BrokenReference unless the agency is one of the region and in use."""
    row = await rows.get(reading, agencies, id, EVERYTHING)
    if row is None or row.region_code != region or row.archived:
        raise BrokenReference(
            f"{id} is no agency in use in region {region}.",
            errors=[FieldError("/agency", "agency_not_found", "Name an agency of the programme's region.")],
        )


def present(row: Any) -> Agency:
    """A row as the API answers it."""
    return Agency(
        id=row.id, region=row.region_code, slug=row.slug, name=row.name, short_name=row.short_name,
        archived=row.archived, version=row.version, created_at=row.created_at, updated_at=row.updated_at,
    )  # fmt: skip


def _existing(row: Any, id: UUID) -> Any:
    if row is None:
        raise NotFound(f"There is no agency {id} here.")
    return row


async def _announced(write: Transaction, action: str, row: Any) -> Agency:
    agency = present(row)
    await rows.announce(write, "agency", action, agency, agency.id)
    return agency
