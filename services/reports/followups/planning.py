"""Planning follow-ups: for accepted aspirations, or for an element of a review's index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.kit.auth import Access, Caller, permit
from services.kit.database import Reading, Transaction
from services.kit.identity import ANONYMOUS, PUBLIC
from services.kit.problems import FieldError, NotFound
from services.kit.scope import EVERYTHING
from services.kit.versions import check
from services.reports.aspirations import service as aspirations
from services.reports.aspirations.domain import ACCEPTED
from services.reports.deadlines import service as deadlines
from services.reports.followups import repository, service
from services.reports.followups.domain import CLOSED, Element, by_weakness
from services.reports.followups.schemas import (
    FollowUp,
    FollowUpBody,
    FollowUpChange,
    OriginBody,
    PlanBody,
    WeakElement,
    WeakElements,
)  # fmt: skip
from services.reports.holidays import service as holidays
from services.reports.index import service as index
from services.reports.index.parts import Filter as WholeReview
from services.reports.index.schemas import IndexBody
from services.reports.permissions import PERMISSIONS
from services.reports.problems import AlreadyExists, CannotPlan, WrongState

EVERYBODY = Caller(ANONYMOUS, PUBLIC)


@dataclass(frozen=True, slots=True)
class About:
    """What a follow-up is about, as columns of its row, and the aspirations among that."""

    values: Mapping[str, Any]
    aspirations: tuple[UUID, ...] = ()


async def plan(write: Transaction, body: FollowUpBody, access: Access, now: datetime) -> FollowUp:
    """Store a new follow-up. Raises CannotPlan, NotFound, AlreadyExists, or what keeps the index from being shown."""
    id = body.id or uuid4()
    if await repository.get(write, id, EVERYTHING) is not None:
        raise AlreadyExists(f"There is a follow-up {id} already.", errors=[FieldError("/id", "taken", "Taken.")])
    about = await _about(write, body.origin, access)
    region = str(about.values["region_code"])
    await _check_agency(write, body.agency, region)
    start = holidays.zones().today(region, now)
    due = await _due(write, body.class_, start)
    row = {"id": id, **_said(body), **about.values, **due, "counted_from": start}
    await repository.add(write, row, about.aspirations, access.scope)
    return await service.announced(write, id, access.caller, "planned", None, None, now)


async def revise(
    write: Transaction, id: UUID, body: FollowUpChange, if_match: str | None, access: Access, now: datetime
) -> FollowUp:
    """Change what is planned. Raises NotFound, WrongState once it is done, CannotPlan, and what the version says."""
    row = await service.there(write, id, access.scope, lock=True)
    check(row.version, if_match)
    if row.state in CLOSED:
        raise WrongState(f"The follow-up is {row.state}; what was planned does not change any more.")
    await _check_agency(write, body.agency, row.region_code)
    same = body.class_ == row._mapping["class"]
    due = {} if same else await _due(write, body.class_, row.counted_from)
    await repository.change(write, id, _said(body) | due, access.scope)
    return await service.announced(write, id, access.caller, "changed", row.state, body.reason, now)


async def reschedule(
    write: Transaction, id: UUID, reason: str, if_match: str | None, access: Access, now: datetime
) -> FollowUp:
    """Set the deadline anew by the calendar and the rule of today. Raises NotFound, WrongState once it is done."""
    row = await service.there(write, id, access.scope, lock=True)
    check(row.version, if_match)
    if row.state in CLOSED:
        raise WrongState(f"The follow-up is {row.state}; it has no deadline any more.")
    await repository.change(write, id, await _due(write, row._mapping["class"], row.counted_from), access.scope)
    return await service.announced(write, id, access.caller, "rescheduled", row.state, reason, now)


def _said(body: PlanBody) -> dict[str, Any]:
    return {
        "agency_id": str(body.agency), "person": body.person, "title": body.title, "action": body.action,
        "class": body.class_,
    }  # fmt: skip


async def _due(reading: Reading, key: str, start: date) -> dict[str, Any]:
    """When a follow-up of a class is due that counts from a day, and by what. Raises CannotPlan for no class."""
    found = deadlines.of_class(key)
    if found is None:
        known = ", ".join(one.key for one in deadlines.rules().classes.classes)
        raise _cannot("/class", "unknown", f"There is no such class; there are {known}.")
    calendar = await holidays.calendar(reading)
    due_on = calendar.after(start, found.working_days)
    return {"due_on": due_on, "rule": deadlines.name(), "calendar": calendar.version}


async def _check_agency(reading: Reading, agency: UUID, region: str) -> None:
    found = (await aspirations.facts(reading, "agency", {agency})).get(str(agency))
    if found is None or not (region + ".").startswith(found["region"] + "."):
        raise _cannot("/agency", "unknown", "The registry has no such agency of this region.")


async def _about(write: Transaction, origin: OriginBody, access: Access) -> About:
    if origin.aspirations is not None:
        return await _aspirations(write, origin.aspirations, access)
    assert origin.review is not None  # noqa: S101 - the body's own rule
    shown = await _index(write, origin.review, access.caller)
    if not access.scope.covers(region=shown.review.region, agency=None):
        raise NotFound("What it is about does not lie among your rows.")
    element = next((one for one in by_weakness(shown.elements) if one.key == origin.element), None)
    if element is None:
        raise _cannot("/origin/element", "unknown", "The index has no such element whose figures you may see.")
    public = await _index(write, origin.review, EVERYBODY)
    return About({
        "region_code": shown.review.region, "review_id": shown.review.id, "simulated": shown.simulated,
        "element": element.key, "element_label": dict(element.label), "element_n": element.n,
        "element_index": element.index, "element_rank": element.rank,
        "element_method": f"{shown.method.id}@{shown.method.version}",
        "element_public": any(one.key == element.key for one in by_weakness(public.elements)),
    })  # fmt: skip


async def _aspirations(write: Transaction, ids: list[UUID], access: Access) -> About:
    wanted = tuple(dict.fromkeys(ids))
    rows = {row.id: row for row in await repository.aspirations_of(write, wanted, access.scope, lock=True)}
    for place, id in enumerate(ids):
        if id not in rows or rows[id].state != ACCEPTED:
            raise _cannot(f"/origin/aspirations/{place}", "not-accepted", "There is no such accepted aspiration.")
    first = rows[wanted[0]]
    if any((row.region_code, row.simulated) != (first.region_code, first.simulated) for row in rows.values()):
        raise _cannot("/origin/aspirations", "not-together", "They are of several regions, or partly simulated.")
    programs = {row.program_id for row in rows.values()}
    return About(
        {
            "region_code": first.region_code,
            "review_id": first.review_id,
            "simulated": first.simulated,
            "program_id": programs.pop() if len(programs) == 1 else None,
        },
        wanted,
    )


async def _index(reading: Reading, review: UUID, caller: Caller) -> IndexBody:
    """The index of a whole review by its own method, as a caller sees it. Raises NotFound."""
    return await index.index(reading, permit(PERMISSIONS, "indexes:read", caller), review, WholeReview(), None, None)


async def weak_elements(reading: Reading, review: UUID, caller: Caller) -> WeakElements:
    """The elements of a review's index that a caller may see, the weakest first. Raises NotFound."""
    shown = await _index(reading, review, caller)
    planned = await repository.of_element(reading, review)
    elements = by_weakness(shown.elements)
    return WeakElements(
        review=review,
        simulated=shown.simulated,
        method=f"{shown.method.id}@{shown.method.version}",
        respondents=shown.respondents,
        suppressed=shown.suppressed,
        withheld=sum(one.n is None for one in shown.elements),
        items=[_weak(one, planned.get(one.key, [])) for one in elements],
    )


def _weak(one: Element, followups: list[UUID]) -> WeakElement:
    return WeakElement(
        key=one.key, label=dict(one.label), n=one.n, index=one.index, rank=one.rank, priority=one.priority,
        weak=one.weak, followups=followups,
    )  # fmt: skip


def _cannot(pointer: str, code: str, sentence: str) -> CannotPlan:
    return CannotPlan(sentence, errors=[FieldError(pointer, code, sentence)])
