"""Evaluations, assessments and evidence in the database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, false, func, or_, select, true, tuple_, update
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.reports.tables import assessments, evaluation_evidence, evaluations

# What lists show: of the frozen result, which holds all scores, only these.
FIGURES = tuple(
    evaluations.c.frozen[name].as_string().label(f"frozen_{name}") for name in ("index", "exact", "assessors")
)
LISTED = (*(column for column in evaluations.c if column.name not in {"frozen", "consensus", "reviews"}), *FIGURES)


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One evaluation, locked for a change if asked."""
    statement = select(evaluations).where(evaluations.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading,
    scope: Scope,
    *,
    region: str | None,
    year: int | None,
    state: str | None,
    simulated: bool | None,
    unpublished_of: str | None,
    after: tuple[str, int, int, UUID] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows by region, year and edition. Unpublished ones only of a region and below it (`""`: all of
    them, None: none); withdrawn ones only when that state is asked for."""
    key = (evaluations.c.region_code, evaluations.c.year, evaluations.c.edition, evaluations.c.id)
    public = evaluations.c.state.in_(("published", "withdrawn"))
    statement = select(*LISTED).where(or_(public, _of(unpublished_of))).order_by(*key).limit(limit + 1)
    statement = statement.where(evaluations.c.state == state if state else evaluations.c.state != "withdrawn")
    if region is not None:
        statement = statement.where(_of(region))
    if year is not None:
        statement = statement.where(evaluations.c.year == year)
    if simulated is not None:
        statement = statement.where(evaluations.c.simulated == simulated)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*after))
    return await reading.all(statement, scope)


async def published(
    reading: Reading, scope: Scope, *, years: Collection[int], region: str | None, simulated: bool
) -> Sequence[Row[Any]]:
    """Published evaluations of some years, of a region and all below it or of all regions, as they are listed."""
    statement = (
        select(*LISTED)
        .where(
            evaluations.c.state == "published", evaluations.c.year.in_(years), evaluations.c.simulated == simulated,
            _of(region or ""),
        )
        .order_by(evaluations.c.region_code, evaluations.c.year)
    )  # fmt: skip
    return await reading.all(statement, scope)


async def published_one(reading: Reading, scope: Scope, *, region: str, year: int, simulated: bool) -> Row[Any] | None:
    """The published evaluation of a region for a year."""
    statement = select(evaluations).where(
        evaluations.c.state == "published", evaluations.c.year == year, evaluations.c.simulated == simulated,
        evaluations.c.region_code == region,
    )  # fmt: skip
    return await reading.first(statement, scope)


async def successor(reading: Reading, id: UUID, scope: Scope) -> UUID | None:
    """The edition that follows a withdrawn one."""
    found: UUID | None = await reading.value(select(evaluations.c.id).where(evaluations.c.supersedes == id), scope)
    return found


async def insert(write: Transaction, row: Mapping[str, Any], scope: Scope) -> None:
    """A new evaluation. Raises IntegrityError when its id is taken, or its region has one for this year."""
    await write.insert(evaluations, row, scope)


async def change(write: Transaction, id: UUID, values: Mapping[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    await write.run(_raised(evaluations).where(evaluations.c.id == id).values(**values), scope)


async def assessments_of(reading: Reading, id: UUID, scope: Scope) -> Sequence[Row[Any]]:
    """Everybody's scores."""
    statement = (
        select(assessments)
        .where(assessments.c.evaluation_id == id)
        .order_by(assessments.c.kind, assessments.c.assessor)
    )
    return await reading.all(statement, scope)


async def assessment(
    reading: Reading, id: UUID, kind: str, assessor: str, scope: Scope, *, lock: bool = False
) -> Row[Any] | None:
    """One assessor's scores, or the region's own."""
    statement = select(assessments).where(
        assessments.c.evaluation_id == id, assessments.c.kind == kind, assessments.c.assessor == assessor
    )
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def insert_assessments(write: Transaction, rows: Sequence[Mapping[str, Any]], scope: Scope) -> None:
    """New scores."""
    await write.insert(assessments, rows, scope)


async def change_assessment(
    write: Transaction, id: UUID, kind: str, assessor: str, values: Mapping[str, Any], scope: Scope
) -> None:
    """Change scores that were read with `lock`; their version rises."""
    statement = _raised(assessments).where(
        assessments.c.evaluation_id == id, assessments.c.kind == kind, assessments.c.assessor == assessor
    )
    await write.run(statement.values(**values), scope)


async def evidence_of(reading: Reading, id: UUID, scope: Scope) -> Sequence[Row[Any]]:
    """Every document of an evaluation, in the order in which they were handed in."""
    statement = (
        select(evaluation_evidence)
        .where(evaluation_evidence.c.evaluation_id == id)
        .order_by(evaluation_evidence.c.created_at, evaluation_evidence.c.id)
    )
    return await reading.all(statement, scope)


async def evidence(reading: Reading, id: UUID, document: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One document of an evaluation."""
    statement = select(evaluation_evidence).where(
        evaluation_evidence.c.evaluation_id == id, evaluation_evidence.c.id == document
    )
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def insert_evidence(write: Transaction, rows: Sequence[Mapping[str, Any]], scope: Scope) -> None:
    """New documents. Raises IntegrityError when an id is taken."""
    await write.insert(evaluation_evidence, rows, scope)


async def change_evidence(write: Transaction, document: UUID, values: Mapping[str, Any], scope: Scope) -> None:
    """Change a document that was read with `lock`; its version rises."""
    statement = _raised(evaluation_evidence).where(evaluation_evidence.c.id == document).values(**values)
    await write.run(statement, scope)


def _raised(table: Table) -> Any:
    return update(table).values(version=table.c.version + 1, updated_at=func.now())


def _of(region: str | None) -> ColumnElement[bool]:
    """Of a region and below it; everywhere for an empty one, nowhere for None."""
    if region is None:
        return false()
    if not region:
        return true()
    column = evaluations.c.region_code
    return or_(column == region, column.startswith(region + ".", autoescape=True))
