"""A follow-up as the API shows it: the whole of it to those whose rows it is among, to everybody what is public."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit.auth import Caller, permit
from services.kit.database import Reading
from services.kit.problems import Forbidden, Unauthenticated
from services.kit.scope import Scope
from services.reports.aspirations import service as aspirations
from services.reports.deadlines import service as deadlines
from services.reports.followups import repository
from services.reports.followups.domain import overdue
from services.reports.followups.schemas import EvidenceFile, FollowUp, ObjectionSaid, Origin
from services.reports.holidays import service as holidays
from services.reports.holidays.domain import Calendar
from services.reports.permissions import PERMISSIONS

SAME = (
    "id", "title", "action", "state", "due_on", "postponed_until", "deadline", "counted_from", "rule", "calendar",
    "reopened", "closings", "simulated", "started_at", "done_at", "verified_at", "version", "created_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around some follow-ups, by the follow-up's id."""

    calendar: Calendar
    agencies: Mapping[str, Mapping[str, Any]]
    links: Mapping[UUID, Sequence[UUID]]
    evidence: Mapping[UUID, Sequence[Any]] = field(default_factory=dict)
    objections: Mapping[UUID, Sequence[Any]] = field(default_factory=dict)
    comments: Mapping[UUID, int] = field(default_factory=dict)


def detail_scope(caller: Caller) -> Scope | None:
    """The rows that a caller sees in detail; None for nobody's."""
    try:
        return permit(PERMISSIONS, "followups:detail", caller).scope
    except (Forbidden, Unauthenticated):
        return None


def sees(scope: Scope | None, row: Any) -> bool:
    """Whether the detail of a row is shown under a scope."""
    return scope is not None and scope.covers(region=row.region_code, agency=row.agency_id)


async def shown(reading: Reading, rows: Sequence[Any], caller: Caller | None, now: datetime) -> list[FollowUp]:
    """Rows as a caller sees them; as everybody does without one."""
    scope = detail_scope(caller) if caller else None
    around = await _around(reading, rows, [row.id for row in rows if sees(scope, row)])
    return [_present(row, around, now, detail=sees(scope, row)) for row in rows]


async def _around(reading: Reading, rows: Sequence[Any], in_detail: Collection[UUID]) -> Around:
    ids = [row.id for row in rows]
    links = await repository.links(reading, ids)
    return Around(
        calendar=await holidays.calendar(reading),
        agencies=await aspirations.facts(reading, "agency", {row.agency_id for row in rows}),
        links=links,
        evidence=_by(await repository.evidence(reading, in_detail)) if in_detail else {},
        objections=_by(await repository.objections(reading, in_detail)) if in_detail else {},
        comments=await repository.comment_counts(reading, in_detail) if in_detail else {},
    )


def _by(rows: Sequence[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.followup_id, []).append(row)
    return found


def _present(row: Any, around: Around, now: datetime, *, detail: bool) -> FollowUp:
    today = holidays.zones().today(row.region_code, now)
    late = overdue(row.state, row.deadline, today)
    return FollowUp(
        **{name: row._mapping[name] for name in SAME},
        detail=detail,
        region=row.region_code,
        agency=row.agency_id,
        agency_name=around.agencies.get(row.agency_id, {}).get("name"),
        person=row.person if detail else None,
        class_=row._mapping["class"],
        origin=_origin(row, around, detail=detail),
        review=row.review_id,
        program=row.program_id,
        overdue=late,
        escalation=deadlines.escalation().level(row.deadline, today, around.calendar) if late else None,
        evidence=[file(one) for one in around.evidence.get(row.id, ())] if detail else None,
        objections=[ObjectionSaid.model_validate(one._asdict()) for one in around.objections.get(row.id, ())]
        if detail
        else None,
        comments_count=around.comments.get(row.id, 0) if detail else None,
    )


def _origin(row: Any, around: Around, *, detail: bool) -> Origin:
    figures = detail or row.element_public
    return Origin(
        aspirations=None if row.element else list(around.links.get(row.id, ())),
        review=row.review_id,
        element=row.element,
        label=row.element_label,
        index=row.element_index if figures else None,
        rank=row.element_rank if figures else None,
        n=row.element_n if figures else None,
        method=row.element_method,
    )


def file(row: Any) -> EvidenceFile:
    """A file that shows what was done."""
    return EvidenceFile.model_validate({**row._asdict(), "digest": row.digest.hex()})


def todays(now: datetime) -> dict[str, date]:
    """What day it is, by province; elsewhere under ''."""
    zones = holidays.zones()
    return {code: zones.today(code, now) for code in ("", *zones.hours)}
