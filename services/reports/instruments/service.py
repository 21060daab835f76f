"""The life of an instrument: drafted, published, retired. Published ones never change."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit.auth import Access, permit
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut
from services.kit.problems import FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from services.kit.scope import Scope
from services.kit.versions import check
from services.reports.evaluations import methods
from services.reports.instruments import domain, repository
from services.reports.instruments.schemas import Instrument, InstrumentBody
from services.reports.moves import service as moves
from services.reports.moves.schemas import History
from services.reports.moves.service import Moved
from services.reports.permissions import PERMISSIONS
from services.reports.problems import AlreadyRecorded, InstrumentFixed, WrongState

ENTITY = "instrument"


def present(row: Row[Any]) -> Instrument:
    """A row as the API shows it."""
    return Instrument.model_validate(dict(row._mapping))


async def find(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Instrument:
    """The instrument. Raises NotFound."""
    row = await repository.get(reading, id, scope, lock=lock)
    if row is None:
        raise NotFound("There is no such instrument.")
    return present(row)


async def read(reading: Reading, id: UUID, access: Access) -> Instrument:
    """The instrument as this caller may see it: drafts are there for those who may write them. Raises NotFound."""
    found = await find(reading, id, access.scope)
    if found.status == "draft" and not _writes(access):
        raise NotFound("There is no such instrument.")
    return found


async def listed(
    reading: Reading, access: Access, *, key: str | None, status: str | None, after: UUID | None, limit: int
) -> Page[Instrument]:
    """A page of instruments by id."""
    rows = await repository.page(
        reading, access.scope, drafts=_writes(access), key=key, status=status, after=after, limit=limit
    )
    kept, following = cut(rows, limit, "id")
    return Page(items=[present(row) for row in kept], next=following)


async def draft(write: Transaction, body: InstrumentBody, access: Access) -> Instrument:
    """Store a new draft. Raises Invalid, UnknownEvaluationMethod, AlreadyRecorded."""
    id = body.id or uuid4()
    values = _values(body)
    try:
        await repository.insert(write, {"id": id, **values}, access.scope)
    except IntegrityError as error:
        taken = FieldError("/id", "taken", "Taken.")
        raise AlreadyRecorded(f"There is an instrument {id} already.", errors=[taken]) from error
    return await _noted(write, id, access, "created")


async def revise(
    write: Transaction, id: UUID, body: InstrumentBody, if_match: str | None, access: Access
) -> Instrument:
    """Replace a draft as a whole. Raises InstrumentFixed once it is published."""
    current = await find(write, id, access.scope, lock=True)
    check(current.version, if_match)
    if current.status != "draft":
        raise InstrumentFixed("Publish a further version under the same key instead.")
    await repository.change(write, id, _values(body), access.scope)
    return await _noted(write, id, access, "updated")


async def publish(write: Transaction, id: UUID, if_match: str | None, access: Access) -> Instrument:
    """Publish a draft: it gets its version number and never changes again. Raises WrongState."""
    current = await find(write, id, access.scope, lock=True)
    check(current.version, if_match)
    if current.status != "draft":
        raise WrongState(f"It is {current.status} already.")
    number = await repository.next_number(write, current.key, access.scope)
    await repository.change(write, id, {"status": "published", "version_number": number}, access.scope)
    return await _noted(write, id, access, "published")


async def retire(write: Transaction, id: UUID, if_match: str | None, access: Access) -> Instrument:
    """Take it out of use for new evaluations; those that have it keep it. Raises WrongState."""
    current = await find(write, id, access.scope, lock=True)
    check(current.version, if_match)
    if current.status != "published":
        raise WrongState(f"Only a published instrument can be retired; this one is {current.status}.")
    await repository.change(write, id, {"status": "retired"}, access.scope)
    return await _noted(write, id, access, "retired")


async def told(reading: Reading, id: UUID, access: Access) -> History:
    """What became of an instrument. Raises NotFound."""
    await find(reading, id, access.scope)
    return await moves.history(reading, ENTITY, id, access.scope)


def _writes(access: Access) -> bool:
    try:
        permit(PERMISSIONS, "instruments:write", access.caller)
    except (Forbidden, Unauthenticated):
        return False
    return True


def _values(body: InstrumentBody) -> dict[str, Any]:
    method = methods.find(body.method)
    faults = [*domain.faults([(one.key, one.dimension) for one in body.indicators], method.keys)]
    if faults:
        raise Invalid("The instrument is not sound.", errors=[FieldError(*fault) for fault in faults])
    return body.model_dump(mode="json", exclude={"id"}) | {"method": method.id}


async def _noted(write: Transaction, id: UUID, access: Access, action: str) -> Instrument:
    changed = await find(write, id, access.scope)
    moved = Moved(ENTITY, id, changed.version, action, None, changed.status, None, None)
    await moves.note(write, access.caller, [moved])
    return changed
