"""The use cases of frozen reports, in order: freeze, list, read, publish, withdraw, verify."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from services.kit import changes
from services.kit.auth import Access, permit
from services.kit.database import Database, Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Forbidden, Malformed, NotFound, Unauthenticated
from services.kit.scope import EVERYTHING, Scope
from services.kit.versions import check
from services.reports import tables
from services.reports.clients import Feeds
from services.reports.documents import domain, evaluated, repository, snapshots
from services.reports.documents.domain import Standing, Step
from services.reports.documents.schemas import Freezing, Report, Verification
from services.reports.moves import service as moves
from services.reports.moves.schemas import History
from services.reports.moves.service import Moved
from services.reports.permissions import PERMISSIONS
from services.reports.problems import AlreadyExists, WrongState
from services.reports.schemas import Words

DONE: Mapping[Step, str] = {"publish": "published", "withdraw": "withdrawn"}


async def freeze(database: Database, feeds: Feeds, body: Freezing, access: Access) -> Report:
    """A new report, with everything in it read in one moment. Raises UnknownSubject, NotFound for rows of others,
    NotPublished, AlreadyExists, and BadUpstream or UpstreamTimeout when nobody says what the region is called."""
    async with database.reading() as reading:
        found = await snapshots.subject(reading, body)
    snapshots.check_rows(access, found)
    region_name = await feeds.region_name(found.region)
    now = datetime.now(UTC).replace(microsecond=0)
    async with database.reading() as reading:
        found = await snapshots.subject(reading, body)
        snapshots.check_rows(access, found)
        snapshot = await snapshots.compose(reading, found, body, region_name, now)
    row = {
        "id": body.id or uuid4(), "kind": found.kind, "subject": found.id, "region_code": found.region,
        "agency_id": found.agency, "simulated": snapshot["simulated"], "title": snapshot["title"],
        "summary": snapshots.summary(snapshot), "created_at": now,
        "updated_at": now,
    }  # fmt: skip
    async with database.transaction() as write:
        return await _store(write, row, snapshot, access)


async def _store(write: Transaction, row: dict[str, Any], snapshot: dict[str, Any], access: Access) -> Report:
    """Number a report and store it; the number last, so that others wait for theirs no longer than for the writing."""
    if await repository.taken(write, row["id"]):
        raise _taken(row["id"])
    series, year = domain.series(simulated=row["simulated"]), domain.year(row["created_at"])
    number = domain.number(series, year, await repository.next_number(write, series, year))
    content = domain.canonical(snapshot | {"number": number})
    stored = row | {"number": number, "digest": domain.digest(content), "snapshot": content}
    try:
        await repository.store(write, stored, EVERYTHING)
    except IntegrityError as error:
        raise _taken(row["id"]) from error
    return await _announced(write, row["id"], "frozen", access, None)


def _taken(id: UUID) -> AlreadyExists:
    return AlreadyExists(f"There is a report {id} already.", errors=[FieldError("/id", "taken", "Taken.")])


async def move(
    write: Transaction, id: UUID, step: Step, if_match: str | None, access: Access, reason: str | None = None
) -> Report:
    """Publish or withdraw a report, and say anew which one of its subject is in force. Raises NotFound,
    PreconditionFailed, PreconditionRequired, Malformed, WrongState."""
    current = await find(write, id, access.scope)
    several = {row.id: row for row in await repository.of_subject(write, current.kind, current.subject)}
    locked = several[id]
    check(locked.version, if_match)
    state = domain.leads_to(step, locked.state)
    if state is None:
        raise WrongState(f"A report that is {locked.state} cannot be {DONE[step]}.")
    now = datetime.now(UTC)
    values = {"state": state, "reason": reason, "updated_at": now, "superseded_by": None}
    await repository.change(write, id, values | ({"published_at": now} if step == "publish" else {}))
    standings = [
        Standing(row.id, row.number, state if row.id == id else row.state, row.created_at,
                 None if row.id == id else row.superseded_by)
        for row in several.values()
    ]  # fmt: skip
    moved = await _announced(write, id, DONE[step], access, locked.state, reason)
    for other, by in domain.superseded(standings).items():
        await repository.change(write, other, {"superseded_by": by, "updated_at": now})
        told = f"{moved.number} was {DONE[step]}"
        moved_other = await _announced(write, other, "superseded" if by else "reinstated", access, "published", told)
        moved = moved_other if other == id else moved
    return moved


async def _announced(
    write: Transaction, id: UUID, action: str, access: Access, before: str | None, reason: str | None = None
) -> Report:
    """The report as it is now, with what happened written down and told in the feed."""
    report = await find(write, id, EVERYTHING)
    moved = Moved("report", id, report.version, action, before, report.state, report.region, report.agency, reason)
    await moves.note(write, access.caller, [moved])
    bound = {"region_code": report.region, "agency_id": report.agency}
    await changes.record(write, tables.changes, "report", action, report, bound=bound)
    return report


async def find(reading: Reading, id: UUID, scope: Scope) -> Report:
    """A report in these rows, whatever its state. Raises NotFound."""
    row = await repository.get(reading, id, scope)
    if row is None:
        raise NotFound(f"There is no report {id}.")
    return _report(row)


async def shown(reading: Reading, id: UUID, access: Access) -> Report:
    """A report as far as the caller may know of it: drafts only in rows that are seen in detail. Raises NotFound."""
    report = await find(reading, id, access.scope)
    if report.state == "draft" and not sees_drafts(access, report):
        raise NotFound(f"There is no report {id}.")
    return report


def sees_drafts(access: Access, report: Report) -> bool:
    """Whether the report lies in rows that the caller sees in detail."""
    scope = _detail(access)
    return scope is not None and scope.covers(region=report.region, agency=report.agency)


def _detail(access: Access) -> Scope | None:
    try:
        return permit(PERMISSIONS, "reports:detail", access.caller).scope
    except (Forbidden, Unauthenticated):
        return None


async def content(reading: Reading, report: Report, access: Access) -> bytes:
    """The bytes of a report's JSON document."""
    return await repository.snapshot(reading, report.id, access.scope)


async def listed(
    reading: Reading, access: Access, wanted: Mapping[str, Any], region: str | None, cursor: str | None, limit: int
) -> Page[Report]:
    """Reports with these values, newest first. Raises Malformed for a cursor that is none."""
    chosen = {name: value for name, value in wanted.items() if value is not None}
    rows = await repository.page(reading, chosen, region, _detail(access), _after(cursor), limit, access.scope)
    kept, following = cut(rows, limit, "created_at", "number")
    return Page(items=[_report(row) for row in kept], next=following)


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    at, number = decode(cursor, str, str)
    try:
        return datetime.fromisoformat(at), number
    except ValueError as error:
        raise Malformed(
            "The cursor is not one of ours; start again without it.",
            errors=[FieldError("cursor", "cursor", "Use `next` of an earlier page, unchanged.")],
        ) from error


async def history(reading: Reading, id: UUID, access: Access) -> History:
    """What happened to a report. Raises NotFound."""
    await find(reading, id, access.scope)
    return await moves.history(reading, "report", id, access.scope)


async def verify(reading: Reading, number: str, digest: str | None, access: Access) -> Verification:
    """What a document with this number and digest is; an unknown number is an answer as well. A report of an evaluation
    that was withdrawn counts as withdrawn with it."""
    row = await repository.by_number(reading, number, access.scope)
    verdict = domain.verdict(row.state if row else None, row.superseded_by if row else None,
                             row.digest if row else "", digest)  # fmt: skip
    known = row if row is not None and verdict != "unknown" else None
    reason = known.reason if known else None
    if known is not None and known.kind == "evaluation" and known.state == "published":
        fallen = await evaluated.withdrawn(reading, known.subject)
        verdict, reason = ("withdrawn", fallen) if fallen is not None else (verdict, reason)
    return Verification(
        number=number,
        verdict=verdict,
        digest_checked=digest is not None,
        title=Words(**known.title) if known else None,
        simulated=known.simulated if known else None,
        published_at=known.published_at if known else None,
        superseded_by=known.superseded_by if known else None,
        reason=reason,
    )


def _report(row: Any) -> Report:
    names = {"region": "region_code", "agency": "agency_id"}
    return Report.model_validate({name: getattr(row, names.get(name, name)) for name in Report.model_fields})
