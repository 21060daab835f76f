"""Frozen reports and their numbers in the database, and the scores that a report lists."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING, Scope
from services.reports.tables import contributions, frozen_reports, report_numbers

COLUMNS = [column for column in frozen_reports.c if column.name != "snapshot"]


async def facts(
    reading: Reading, table: Table, generation: int, ids: Collection[UUID], scope: Scope
) -> dict[UUID, dict[str, Any]]:
    """Copies of things, by id."""
    statement = select(table.c.id, table.c.data).where(table.c.generation == generation, table.c.id.in_(ids))
    return {row.id: row.data for row in await reading.all(statement, scope)}


async def scores(
    reading: Reading, generation: int, visits: Collection[UUID], questionnaire: UUID
) -> list[list[int | None]]:
    """The scores of every respondent of some visits, without those whose responses were rejected."""
    statement = select(contributions.c.content).where(
        contributions.c.generation == generation,
        contributions.c.visit_id.in_(visits),
        contributions.c.questionnaire_id == questionnaire,
        contributions.c.rejected.is_(False),
    )
    return [row.content[0] for row in await reading.all(statement, EVERYTHING)]


async def next_number(write: Transaction, series: str, year: int) -> int:
    """The next number of a series in a year. Whoever asks meanwhile waits until this transaction ends, so that none is
    left out."""
    first = insert(report_numbers).values(series=series, year=year, last=1)
    statement = first.on_conflict_do_update(
        index_elements=["series", "year"], set_={"last": report_numbers.c.last + 1}
    ).returning(report_numbers.c.last)
    return int(await write.value(statement, EVERYTHING))


async def store(write: Transaction, row: Mapping[str, Any], scope: Scope) -> None:
    """A new report."""
    await write.insert(frozen_reports, row, scope)


async def taken(reading: Reading, id: UUID) -> bool:
    """Whether there is a report with this id."""
    return await reading.first(select(frozen_reports.c.id).where(frozen_reports.c.id == id), EVERYTHING) is not None


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """A report without its snapshot."""
    statement = select(*COLUMNS).where(frozen_reports.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def by_number(reading: Reading, number: str, scope: Scope) -> Row[Any] | None:
    """The same, by its number."""
    return await reading.first(select(*COLUMNS).where(frozen_reports.c.number == number), scope)


async def snapshot(reading: Reading, id: UUID, scope: Scope) -> bytes:
    """The bytes of a report that is there."""
    return bytes(await reading.value(select(frozen_reports.c.snapshot).where(frozen_reports.c.id == id), scope))


async def of_subject(write: Transaction, kind: str, subject: UUID) -> Sequence[Row[Any]]:
    """All reports of a subject, none of which anybody else changes until this transaction ends."""
    statement = (
        select(*COLUMNS)
        .where(frozen_reports.c.kind == kind, frozen_reports.c.subject == subject)
        .order_by(frozen_reports.c.id)
        .with_for_update()
    )
    return await write.all(statement, EVERYTHING)


async def change(write: Transaction, id: UUID, values: Mapping[str, Any]) -> None:
    """Change what may change of a report, as a new version."""
    statement = (
        update(frozen_reports).where(frozen_reports.c.id == id).values(version=frozen_reports.c.version + 1, **values)
    )
    await write.run(statement, EVERYTHING)


async def page(
    reading: Reading,
    wanted: Mapping[str, Any],
    region: str | None,
    drafts: Scope | None,
    after: tuple[datetime, str] | None,
    limit: int,
    scope: Scope,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` reports with these values, newest first, behind a (created_at, number); drafts only of those
    rows that the scope `drafts` covers, None for none at all."""
    columns = frozen_reports.c
    statement = (
        select(*COLUMNS)
        .where(
            or_(columns.state != "draft", _covered(drafts)), *(columns[name] == value for name, value in wanted.items())
        )
        .order_by(columns.created_at.desc(), columns.number.desc())
        .limit(limit + 1)
    )
    if region:
        statement = statement.where(_under(columns.region_code, region))
    if after:
        statement = statement.where(tuple_(columns.created_at, columns.number) < tuple_(*after))
    return await reading.all(statement, scope)


def _covered(scope: Scope | None) -> ColumnElement[bool]:
    if scope is None:
        return frozen_reports.c.id.is_(None)
    bound = {"region": frozen_reports.c.region_code, "agency": frozen_reports.c.agency_id}
    return and_(frozen_reports.c.id.is_not(None), *(_under(bound[name], value) for name, value in scope.claims.items()))


def _under(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    return or_(column == value, column.startswith(value + ".", autoescape=True))
