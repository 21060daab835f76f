"""Progress and quality from running counts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit.auth import Access
from services.kit.database import Reading
from services.kit.pagination import Page, cut, decode
from services.kit.problems import Malformed, NotFound
from services.kit.scope import Scope
from services.surveys.examinations import service as examinations
from services.surveys.progress import repository
from services.surveys.progress.domain import Figures, figures, target
from services.surveys.progress.schemas import (
    Day,
    Device,
    FlagCount,
    OneVisit,
    Progress,
    Quality,
    Quota,
    States,
    VisitProgress,
    VisitQuality,
)  # fmt: skip
from services.surveys.reviews import service as reviews
from services.surveys.reviews.schemas import Review

NO_REVIEW = "There is no such review in your rows."


async def of_review(reading: Reading, id: UUID, access: Access) -> Progress:
    """How far a review has come. Raises NotFound."""
    review, planned = await _visible(reading, id, access)
    rows = await repository.counts(reading, access.scope, review=id)
    return Progress(
        review=id, simulated=review.simulated, current=await examinations.current(reading),
        **_counts(figures(_dicts(rows)), target(_dicts(planned))),
        visits=[_visit(visit, _of(rows, visit.id)) for visit in planned],
    )  # fmt: skip


async def of_visit(reading: Reading, id: UUID, access: Access) -> OneVisit:
    """How far one visit has come. Raises NotFound."""
    planned = await repository.planned(reading, access.scope, visit=id)
    if not planned:
        raise NotFound("There is no such visit in your rows.")
    review = await reviews.find(reading, planned[0].review_id, _by_region(access))
    rows = await repository.counts(reading, access.scope, visit=id)
    return OneVisit(
        review=review.id, simulated=review.simulated, current=await examinations.current(reading),
        **_visit(planned[0], figures(_dicts(rows))).model_dump(),
    )  # fmt: skip


async def quality(reading: Reading, id: UUID, access: Access) -> Quality:
    """How many flags there are in a review. Raises NotFound."""
    review, planned = await _visible(reading, id, access)
    rows = await repository.counts(reading, access.scope, review=id)
    whole = figures(_dicts(rows))
    by_visit = [(visit, _of(rows, visit.id)) for visit in planned]
    return Quality(
        review=id, simulated=review.simulated, current=await examinations.current(reading), responses=whole.there,
        flags=_flags(whole),
        visits=[
            VisitQuality(visit=visit.id, name=visit.name, responses=one.there, flags=_flags(one))
            for visit, one in by_visit
        ],
    )  # fmt: skip


async def devices(
    reading: Reading, id: UUID, access: Access, *, silent_hours: float, cursor: str | None, limit: int
) -> Page[Device]:
    """Devices of a review that have not been seen for some hours, silent longest first. Raises NotFound."""
    await _visible(reading, id, access)
    before = datetime.now(UTC) - timedelta(hours=silent_hours) if silent_hours else None
    rows = await repository.devices(reading, id, access.scope, before=before, after=_after(cursor), limit=limit)
    kept, following = cut(rows, limit, "last_at", "value", "visit_id")
    items = [
        Device(
            device=row.value, visit=row.visit_id, visit_name=row.name, responses=row.responses, last_seen=row.last_at
        )
        for row in kept
    ]
    return Page(items=items, next=following)


async def _visible(reading: Reading, id: UUID, access: Access) -> tuple[Review, Sequence[Row[Any]]]:
    """A review and its visits, as far as they are the caller's. Raises NotFound for a review of which nothing is."""
    review = await reviews.find(reading, id, _by_region(access))
    planned = await repository.planned(reading, access.scope, review=id)
    if not planned and "agency" in access.scope.claims:
        raise NotFound(NO_REVIEW)
    return review, planned


def _by_region(access: Access) -> Scope:
    """The caller's rows of reviews, which belong to a region and to no agency."""
    return Scope({name: value for name, value in access.scope.claims.items() if name == "region"})


def _of(rows: Sequence[Row[Any]], visit: UUID) -> Figures:
    return figures(row._asdict() for row in rows if row.visit_id == visit)


def _visit(visit: Row[Any], found: Figures) -> VisitProgress:
    quotas = [
        Quota(question=key, value=value, wanted=wanted, reached=found.choices.get((key, value), 0))
        for key, by_value in (visit.quotas or {}).items()
        for value, wanted in by_value.items()
    ]
    return VisitProgress(visit=visit.id, name=visit.name, quotas=quotas, **_counts(found, visit.target))


def _counts(found: Figures, aim: int | None) -> dict[str, Any]:
    days = [Day(date=datetime.fromisoformat(day).date(), received=count) for day, count in sorted(found.days.items())]
    return {
        "target": aim, "reached": found.reached, "states": States(**found.states), "days": days,
        "last_received_at": found.last,
    }  # fmt: skip


def _flags(found: Figures) -> list[FlagCount]:
    counted = {rule: by for rule, by in sorted(found.flags.items()) if any(by.values())}
    return [
        FlagCount(rule=rule, raised=by.get("raised", 0), dismissed=by.get("dismissed", 0))
        for rule, by in counted.items()
    ]


def _dicts(rows: Sequence[Row[Any]]) -> list[Mapping[str, Any]]:
    return [row._asdict() for row in rows]


def _after(cursor: str | None) -> repository.Place | None:
    if cursor is None:
        return None
    moment, device, visit = decode(cursor, str, str, str)
    try:
        return datetime.fromisoformat(moment), device, UUID(visit)
    except ValueError as error:
        raise Malformed("The cursor is not one of ours; start again without it.") from error
