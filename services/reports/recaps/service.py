"""Recording and correcting recaps; each step is remembered and announced."""

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit import changes
from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Invalid, NotFound
from services.kit.scope import Scope
from services.kit.versions import check
from services.reports import tables
from services.reports.moves import service as moves
from services.reports.moves.schemas import History
from services.reports.moves.service import Moved
from services.reports.problems import AlreadyRecorded, FixedField
from services.reports.progress import rules
from services.reports.progress.domain import recap_faults
from services.reports.recaps import repository
from services.reports.recaps.schemas import Recap, RecapBody, RecapRevision

ENTITY = "recap"


def present(row: Row[Any]) -> Recap:
    """A row as the API shows it."""
    return Recap.model_validate(dict(row._mapping) | {"region": row.region_code})


async def find(reading: Reading, id: UUID, scope: Scope) -> Recap:
    """One recap. Raises NotFound."""
    row = await repository.get(reading, id, scope)
    if row is None:
        raise NotFound("There is no such recap.")
    return present(row)


async def of_region(reading: Reading, region: str, years: Collection[int], scope: Scope) -> dict[int, Recap]:
    """Year → recap of one region."""
    return {row.year: present(row) for row in await repository.of_region(reading, region, years, scope)}


async def listed(
    reading: Reading, access: Access, region: str | None, year: int | None, cursor: str | None, limit: int
) -> Page[Recap]:
    """A page of recaps by region and year. Raises Malformed."""
    after = None
    if cursor:
        code, of = decode(cursor, str, int)
        after = (code, of)
    rows = await repository.page(reading, region, year, after, limit, access.scope)
    kept, following = cut(rows, limit, "region_code", "year")
    return Page(items=[present(row) for row in kept], next=following)


async def record(write: Transaction, body: RecapBody, access: Access) -> Recap:
    """A new recap. Raises NotFound outside the caller's rows, Invalid, AlreadyRecorded."""
    if not access.scope.covers(region=body.region):
        raise NotFound("There is no such region in your rows.")
    _sound(body)
    id = body.id or uuid4()
    try:
        await repository.insert(write, {"id": id, "region_code": body.region, **_values(body)}, access.scope)
    except IntegrityError as error:
        raise AlreadyRecorded("There is a recap with this id, or one of this region for this year.") from error
    return await _announced(write, id, access, "created", None)


async def revise(write: Transaction, id: UUID, body: RecapRevision, if_match: str | None, access: Access) -> Recap:
    """Correct a recap. Raises NotFound, PreconditionFailed, FixedField, Invalid."""
    row = await repository.get(write, id, access.scope, lock=True)
    if row is None:
        raise NotFound("There is no such recap.")
    check(row.version, if_match)
    touched = [
        name for name, same in (("region", body.region == row.region_code), ("year", body.year == row.year),
                                ("id", body.id in {None, id})) if not same
    ]  # fmt: skip
    if touched:
        faults = [FieldError(f"/{name}", "fixed", "Leave it as it is.") for name in touched]
        raise FixedField("A recap stays that of its region and year; record another one instead.", errors=faults)
    _sound(body)
    await repository.change(write, id, _values(body), access.scope)
    return await _announced(write, id, access, "updated", body.reason)


async def told(reading: Reading, id: UUID, access: Access) -> History:
    """What became of a recap. Raises NotFound."""
    await find(reading, id, access.scope)
    return await moves.history(reading, ENTITY, id, access.scope)


def _sound(body: RecapBody) -> None:
    rule = rules.find(None)
    faults = recap_faults([(one.dimension, one.achieved, one.total) for one in body.counts], rule)
    if faults:
        raise Invalid("The counts are not sound.", errors=[FieldError(*fault) for fault in faults])


def _values(body: RecapBody) -> dict[str, Any]:
    return body.model_dump(mode="json", include={"year", "counts", "source", "note"})


async def _announced(write: Transaction, id: UUID, access: Access, action: str, reason: str | None) -> Recap:
    recap = await find(write, id, access.scope)
    detail = recap.model_dump(mode="json", include={"counts", "source", "note"})
    moved = Moved(ENTITY, id, recap.version, action, None, None, recap.region, None, reason, detail)
    await moves.note(write, access.caller, [moved])
    await changes.record(write, tables.changes, ENTITY, action, recap, bound={"region_code": recap.region})
    return recap
