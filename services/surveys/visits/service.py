"""Planning visits: the registry is asked first, then the visit is stored and announced."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Row

from services.kit import changes
from services.kit.auth import Access, permit
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut
from services.kit.problems import FieldError, Forbidden, NotFound, Unauthenticated
from services.kit.scope import EVERYTHING, Scope
from services.kit.versions import check
from services.surveys import tables
from services.surveys.clients import Programs
from services.surveys.examinations import service as examinations
from services.surveys.permissions import PERMISSIONS
from services.surveys.problems import (
    AlreadyExists,
    FixedField,
    OutsidePeriod,
    UnknownLocation,
    UnknownProgram,
    UnknownQuota,
    WrongStatus,
)  # fmt: skip
from services.surveys.questionnaires import service as questionnaires
from services.surveys.reviews import service as reviews
from services.surveys.reviews.domain import within
from services.surveys.reviews.schemas import Review
from services.surveys.visits import repository
from services.surveys.visits.domain import unknown_quotas
from services.surveys.visits.schemas import PublicVisit, Visit, VisitBody

NOT_FOUND = "There is no such visit."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit goes, as the registry tells it now; a visit keeps the names it was planned with."""

    agency: str | None = None
    program_name: str | None = None
    location_name: str | None = None
    point: dict[str, Any] | None = None


async def find(reading: Reading, id: UUID, access: Access, *, lock: bool = False) -> Visit:
    """The visit, with the team's notes for those who may read them. Raises NotFound."""
    row = await repository.get(reading, id, access.scope, lock=lock)
    if row is None:
        raise NotFound(NOT_FOUND)
    return _present(row, access)


async def listed(
    reading: Reading,
    access: Access,
    *,
    review: UUID | None,
    program: UUID | None,
    after: UUID | None,
    limit: int,
) -> Page[Visit]:
    """A page of visits."""
    rows = await repository.page(reading, access.scope, review=review, program=program, after=after, limit=limit)
    kept, following = cut(rows, limit, "id")
    return Page(items=[_present(row, access) for row in kept], next=following)


async def place(programs: Programs, body: VisitBody, review: Review, access: Access) -> Place:
    """Where the visit goes, asked of the registry before anything is stored.

    Raises UnknownProgram, UnknownLocation.
    """
    if body.program is None:
        return Place()
    program = await programs.program(body.program, access.caller)
    if program is None or program.archived or not within(program.region, review.region):
        raise UnknownProgram(
            f"The registry has no such programme in {review.region}, or it is archived.",
            errors=[FieldError("/program", "unknown", "Not known there.")],
        )
    location = None
    if body.location is not None:
        location = await programs.location(body.location, access.caller)
        if location is None or location.archived or location.program != body.program:
            raise UnknownLocation(
                "The registry has no such location of this programme, or it is archived.",
                errors=[FieldError("/location", "unknown", "Not known there.")],
            )
    if location is None:
        return Place(program.agency, program.name)
    return Place(program.agency, program.name, location.name, location.point)


async def plan(write: Transaction, body: VisitBody, where: Place, access: Access) -> Visit:
    """Store a new visit. Raises AlreadyExists, WrongStatus for a closed review, OutsidePeriod for its date."""
    review = await reviews.find(write, body.review, access.scope, lock=True)
    id = body.id or uuid4()
    if await repository.get(write, id, EVERYTHING) is not None:
        raise AlreadyExists(f"There is a visit {id} already.", errors=[FieldError("/id", "taken", "Taken.")])
    _require_open_end(review, body)
    await _require_quotas(write, review, body)
    row = {
        "id": id, "review_id": review.id, "region_code": review.region, "agency_id": where.agency,
        "program_id": body.program, "location_id": body.location,
        "program_name": where.program_name, "location_name": where.location_name, "point": where.point,
        **_values(body),
    }  # fmt: skip
    await repository.insert(write, row, access.scope)
    return await _announced(write, id, "created", access)


async def revise(write: Transaction, id: UUID, body: VisitBody, if_match: str | None, access: Access) -> Visit:
    """Change a visit. Raises FixedField for where it goes, and for a service that answers may name already."""
    row = await repository.get(write, id, access.scope, lock=True)
    if row is None:
        raise NotFound(NOT_FOUND)
    check(row.version, if_match)
    review = await reviews.find(write, row.review_id, access.scope)
    _require_open_end(review, body)
    await _require_quotas(write, review, body)
    touched = _fixed(row, review, body)
    if touched:
        raise FixedField(
            f"Of this visit {', '.join(touched)} cannot be changed any more.",
            errors=[FieldError(f"/{name}", "fixed", "Leave it as it is, or plan another visit.") for name in touched],
        )
    values = _values(body)
    await repository.change(write, id, values, access.scope)
    if values["hours"] != row.hours:
        await examinations.again(write, id)
    return await _announced(write, id, "updated", access)


def _require_open_end(review: Review, body: VisitBody) -> None:
    if review.status == "closed":
        raise WrongStatus("The review is closed; open it again first.")
    if body.date is not None and not review.period.start <= body.date <= review.period.end:
        raise OutsidePeriod(
            f"The review lasts from {review.period.start} to {review.period.end}.",
            errors=[FieldError("/date", "outside-period", "Not within the review.")],
        )


async def _require_quotas(write: Transaction, review: Review, body: VisitBody) -> None:
    """Raises UnknownQuota for a question or an answer that the review's questionnaire does not have."""
    if not body.quotas:
        return
    form = await questionnaires.peek(write, review.questionnaire)
    services = [service.value for service in body.services]
    wrong = unknown_quotas(body.quotas, form.questions if form else (), services)
    if wrong:
        raise UnknownQuota(
            "Quotas are set for answers that the questionnaire does not have.",
            errors=[
                FieldError(f"/quotas/{where}", "unknown", "No such choice in the questionnaire.") for where in wrong
            ],
        )


def _fixed(row: Row[Any], review: Review, body: VisitBody) -> list[str]:
    stored = {"review": row.review_id, "program": row.program_id, "location": row.location_id}
    touched = [name for name, value in stored.items() if getattr(body, name) != value]
    gone = {service["value"] for service in row.services} - {service.value for service in body.services}
    return [*touched, "services"] if gone and review.status != "planned" else touched


async def _announced(write: Transaction, id: UUID, action: str, access: Access) -> Visit:
    row = await repository.get(write, id, EVERYTHING)
    assert row is not None  # noqa: S101 - written a moment ago in this transaction
    bound = {"region_code": row.region_code, "agency_id": row.agency_id}
    await changes.record(write, tables.changes, "visit", action, PublicVisit.model_validate(_shape(row)), bound=bound)
    return _present(row, access)


def _present(row: Row[Any], access: Access) -> Visit:
    notes = _notes_scope(access)
    shown = notes is not None and notes.covers(region=row.region_code, agency=row.agency_id)
    content = {"team": row.team, "observations": row.observations} if shown else None
    return Visit.model_validate({**_shape(row), "notes": content})


def _shape(row: Row[Any]) -> dict[str, Any]:
    return {
        **row._mapping, "review": row.review_id, "region": row.region_code, "agency": row.agency_id,
        "program": row.program_id, "location": row.location_id, "date": row.held_on, "quotas": row.quotas or {},
    }  # fmt: skip


def _notes_scope(access: Access) -> Scope | None:
    try:
        return permit(PERMISSIONS, "visits:notes", access.caller).scope
    except (Forbidden, Unauthenticated):
        return None


def _values(body: VisitBody) -> dict[str, Any]:
    content = body.model_dump(mode="json", include={"name", "target", "population", "services", "hours", "quotas"})
    return content | {"held_on": body.date, "team": body.notes.team, "observations": body.notes.observations}
