"""The way of a response: envelope, visit, answers, store; and the receipt, or the problem with its every fault."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Malformed, NotFound, PayloadTooLarge, Problem
from services.kit.scope import Scope
from services.kit.versions import etag
from services.surveys.flags import service as flags
from services.surveys.flags.schemas import Flag
from services.surveys.permissions import PERMISSIONS
from services.surveys.problems import (
    OF_A_RESPONSE,
    InvalidResponse,
    OutsidePeriod,
    ResponseConflict,
    ResponseDeleted,
    ReviewClosed,
    UnknownVisit,
)  # fmt: skip
from services.surveys.quarantine.metrics import CONFLICTS
from services.surveys.quarantine.nesting import written
from services.surveys.quarantine.refusals import Refusals, Refused
from services.surveys.responses import repository
from services.surveys.responses.clock import Clock
from services.surveys.responses.clock import stored as clock_of
from services.surveys.responses.contexts import Contexts
from services.surveys.responses.domain import (
    Content,
    Context,
    content_of,
    envelope,
    examine,
    identity,
    only_outside_period,
)
from services.surveys.responses.instrument import Fault
from services.surveys.responses.repository import Wanted
from services.surveys.responses.schemas import Receipt, Response
from services.surveys.responses.store import Store, Stored
from services.surveys.responses.usual import Usual, content, read

REFUSALS = (Malformed, PayloadTooLarge, InvalidResponse, UnknownVisit, ReviewClosed)
"""What a body is kept for when it is refused: all that its sender alone cannot mend, or may not be there to mend."""
Taken = tuple[str | None, Stored | Problem]
"""The id of a response, if it can be read at all, and what became of it."""
TURN = 40
"""So many are looked at in one turn of the event loop, a third of a millisecond: storing what came before them is a
conversation with the database, and each of its words waits for the end of a turn."""
NOT_FOUND = "There is no such response."


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking responses needs."""

    contexts: Contexts
    store: Store
    refusals: Refusals
    clock: Clock | None = None


async def usual(intake: Intake, sent: Iterable[Usual | None], access: Access) -> list[Content | None]:
    """What is to be stored of each of these; None of what has to be looked at thoroughly."""
    places: dict[str, Context | None] = {}
    found: list[Content | None] = []
    for number, one in enumerate(sent, 1):
        if number % TURN == 0:
            await asyncio.sleep(0)
        if one is None:
            found.append(None)
            continue
        if one.visit not in places:
            places[one.visit] = await _open_place(intake.contexts, one.visit, access.scope)
        place = places[one.visit]
        found.append(content(one, place, intake.clock) if place else None)
    return found


def at_hand(contexts: Contexts, sent: bytes, clock: Clock | None, access: Access) -> Content | None:
    """The same of one response, without asking anybody; None also when its visit is not known here just now."""
    one = read(sent)
    place = one and contexts.known(one.visit.lower())
    return content(one, place, clock) if one and place and _open_to(place, access.scope) else None


async def take(intake: Intake, content: Content, access: Access) -> Stored:
    """Store one sound response. Raises ResponseConflict when its id stands for another."""
    (stored,) = await intake.store.add([content], access.caller.subject, intake.clock)
    return accepted(content, stored)


def accepted(content: Content, stored: Stored) -> Stored:
    """What became of a response. Raises ResponseConflict when its id stands for another."""
    if stored.status == "conflict":
        raise conflict(content.id)
    return stored


async def take_all(intake: Intake, items: Sequence[Content | Any], access: Access) -> list[Taken]:
    """Store each of many responses for itself; what became of each, in order. An item is what is to be stored, or what
    was sent and has to be looked at."""
    examined: list[tuple[str | None, Content | Problem]] = []
    refused: list[Refused] = []
    for item in items:
        if isinstance(item, Content):
            examined.append((item.id, item))
            continue
        try:
            admissible = await admitted(intake, item, access)
            examined.append((admissible.id, admissible))
        except (InvalidResponse, UnknownVisit, ReviewClosed) as problem:
            examined.append((_id_of(item), problem))
            refused.append(Refused(written(item), problem, item))
    sound = [one for _, one in examined if isinstance(one, Content)]
    outcomes = iter(await intake.store.add(sound, access.caller.subject, intake.clock))
    if refused:
        await intake.refusals.keep(refused, access)
    return [(id, one if isinstance(one, Problem) else _settled(one, next(outcomes))) for id, one in examined]


async def admitted(intake: Intake, item: Any, access: Access) -> Content:
    """What is to be stored of a response. One that is there already is no news: it may be sent again after its review
    was closed, or after a device's clock was put right and nothing but its date speaks against it.

    Raises what is wrong with it."""
    try:
        return await checked(intake.contexts, item, access.scope, intake.clock)
    except (OutsidePeriod, ReviewClosed):
        context = await _context(intake.contexts, item, access.scope)
        found = examine(item, context, intake.clock)
        if isinstance(found, list):
            if not only_outside_period(found):
                raise
            found = content_of(item, context)
        if not await intake.store.knows(found):
            raise
        return found


async def append(write: Transaction, row: Mapping[str, Any], scope: Scope) -> bool:
    """Add a row of `responses` in a transaction that does more than that; False when its id has that version by now,
    and then the transaction can do no more. This has to be the last statement before the commit: it takes the feed's
    lock, which intake waits for as well."""
    return await repository.append(write, row, scope)


async def receipt(reading: Reading, id: UUID, scope: Scope, status: Literal["created", "duplicate"]) -> Receipt:
    """The receipt of a stored response. Raises NotFound."""
    row = await repository.first(reading, id, scope)
    if row is None:
        raise NotFound(NOT_FOUND)
    return Receipt(
        id=id, status=status, receipt=row.receipt, sequence=row.position, received_at=row.received_at,
        digest=row.digest.hex(), simulated=row.simulated,
    )  # fmt: skip


def conflict(id: str) -> ResponseConflict:
    """The refusal of a second response under an id, counted."""
    CONFLICTS.inc()
    return ResponseConflict(
        f"Response {id} was received before with other content. This one is kept aside for the team.",
        errors=[FieldError("/id", "response-conflict", "Make a new id, if this is another response.")],
    )


async def newest(reading: Reading, id: UUID, scope: Scope) -> Row[Any]:
    """A row of `newest_responses`, deleted or not. Raises NotFound."""
    row = await repository.get(reading, id, scope)
    if row is None:
        raise NotFound(NOT_FOUND)
    return row


async def find(reading: Reading, id: UUID, access: Access) -> Response:
    """A stored response. Raises NotFound, or ResponseDeleted."""
    row = await newest(reading, id, access.scope)
    require_there(row)
    return await shown(reading, row._asdict(), access)


def require_there(row: Row[Any]) -> None:
    """Raises ResponseDeleted, with the version to restore it from."""
    if row.action == "deleted":
        raise ResponseDeleted(
            f"Response {row.id} was deleted; its revisions say when, by whom and why.",
            headers={"ETag": etag(row.version)},
        )


async def listed(reading: Reading, access: Access, wanted: Wanted, *, cursor: str | None, limit: int) -> Page[Response]:
    """A page of stored responses, in the order they were received."""
    after = decode(cursor, int)[0] if cursor else 0
    rows = await repository.page(reading, access.scope, wanted, after=after, limit=limit)
    kept, following = cut(rows, limit, "sequence")
    found = await flags.of(reading, [row.id for row in kept], access.scope)
    return Page(items=[_present(row._asdict(), access, found.get(row.id, [])) for row in kept], next=following)


async def checked(contexts: Contexts, item: Any, scope: Scope, clock: Clock | None = None) -> Content:
    """What is to be stored of a response as it was sent. Raises what is wrong with it."""
    if faults := envelope(item):
        raise problem_of(faults)
    context = await _context(contexts, item, scope)
    if not context.open:
        raise ReviewClosed(
            "The review takes no responses now.", errors=[FieldError("/visit", "review-closed", "Not open.")]
        )
    content = examine(item, context, clock)
    if isinstance(content, list):
        raise problem_of(content)
    return content


async def _context(contexts: Contexts, item: Any, scope: Scope) -> Context:
    """The visit of a response whose envelope is sound. Raises UnknownVisit."""
    visit = identity(item["visit"])
    context = visit and await contexts.find(visit)
    if not context or not scope.covers(region=context.region, agency=context.agency):
        raise UnknownVisit(
            "There is no such visit in your rows.", errors=[FieldError("/visit", "unknown-visit", "Not known here.")]
        )
    return context


async def _open_place(contexts: Contexts, visit: str, scope: Scope) -> Context | None:
    """A visit that takes responses of a sender; None when there is more to say about it."""
    place = contexts.known(visit.lower())
    if place is None and (named := identity(visit)):
        place = await contexts.find(named)
    return place if place and _open_to(place, scope) else None


def _open_to(place: Context, scope: Scope) -> bool:
    return place.open and scope.covers(region=place.region, agency=place.agency)


def problem_of(faults: Sequence[Fault]) -> Problem:
    """One problem for all faults, of their own kind when they are of one."""
    codes = {code for _, code, _ in faults}
    kind = OF_A_RESPONSE[codes.pop()] if len(codes) == 1 else InvalidResponse
    named = ", ".join(dict.fromkeys(pointer or "the response itself" for pointer, _, _ in faults[:20]))
    return kind(f"Not as it has to be: {named}.", errors=[FieldError(*fault) for fault in faults])


def _id_of(item: Any) -> str | None:
    id = identity(item.get("id")) if isinstance(item, dict) else None
    return str(id) if id else None


def _settled(content: Content, stored: Stored) -> Stored | Problem:
    return conflict(content.id) if stored.status == "conflict" else stored


async def shown(reading: Reading, row: Mapping[str, Any], access: Access) -> Response:
    """A row of `newest_responses` as the API shows it, with its flags."""
    found = await flags.of(reading, [row["id"]], access.scope)
    return _present(row, access, found.get(row["id"], []))


def _present(row: Mapping[str, Any], access: Access, found: Sequence[Flag]) -> Response:
    """A row of `newest_responses` as the API shows it. Where exactly somebody answered may be their home; it is there
    to judge a response by."""
    said = row["body"]
    if access.caller.role not in PERMISSIONS["responses:review"]:
        said = {name: value for name, value in said.items() if name != "position"}
    return Response.model_validate({
        **row, **said, "visit": row["visit_id"], "review": row["review_id"], "region": row["region_code"],
        "digest": row["digest"].hex(), "clock": _clock(row), "flags": found,
    })  # fmt: skip


def _clock(row: Mapping[str, Any]) -> dict[str, Any] | None:
    clock = clock_of(row)
    return None if clock is None else {"device_time": clock.device_time, "offset_seconds": clock.milliseconds / 1000}
