"""Sums and copies of facts in the database, as indexes read them. Nothing here ever reads a response."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, or_, select, tuple_
from sqlalchemy.engine import Row

from services.kit.database import Reading
from services.kit.scope import Scope
from services.reports.index.domain import Moments
from services.reports.index.totals import Sum
from services.reports.tables import locations, programs, questionnaires, reviews, sums, visits

PLACES = {"program": programs, "location": locations}


async def fact(reading: Reading, table: Table, generation: int, id: UUID, scope: Scope) -> dict[str, Any] | None:
    """The copy of one thing."""
    statement = select(table.c.data).where(table.c.generation == generation, table.c.id == id)
    row = await reading.first(statement, scope)
    return row.data if row else None


async def review(reading: Reading, generation: int, id: UUID, scope: Scope) -> dict[str, Any] | None:
    """A review."""
    return await fact(reading, reviews, generation, id, scope)


async def questionnaire(reading: Reading, generation: int, id: UUID, scope: Scope) -> dict[str, Any] | None:
    """A questionnaire."""
    return await fact(reading, questionnaires, generation, id, scope)


async def visits_of(reading: Reading, generation: int, review: UUID, scope: Scope) -> list[dict[str, Any]]:
    """The visits of a review."""
    statement = (
        select(visits.c.data)
        .where(visits.c.generation == generation, visits.c.review_id == review)
        .order_by(visits.c.id)
    )
    return [row.data for row in await reading.all(statement, scope)]


async def names(reading: Reading, generation: int, kind: str, ids: Collection[UUID], scope: Scope) -> dict[str, str]:
    """What the registry calls programmes (`program`) or locations (`location`), by id."""
    table = PLACES[kind]
    statement = select(table.c.id, table.c.data).where(table.c.generation == generation, table.c.id.in_(ids))
    return {str(row.id): row.data["name"] for row in await reading.all(statement, scope)}


async def sums_of(
    reading: Reading,
    generation: int,
    review_ids: Collection[UUID],
    group_by: Collection[str],
    scope: Scope,
    questionnaire: UUID | None = None,
) -> list[Sum]:
    """The sums of every visit of some reviews, of everybody ('') or in groups; of one questionnaire if it is named.
    Those of rejected responses are among them, apart from the others."""
    statement = (
        select(sums)
        .where(
            sums.c.generation == generation, sums.c.review_id.in_(review_ids), sums.c.group_by.in_(group_by),
            sums.c.respondents > 0,
        )
        .order_by(sums.c.visit_id, sums.c.questionnaire_id, sums.c.group_by, sums.c.group_value, sums.c.rejected)
    )  # fmt: skip
    if questionnaire:
        statement = statement.where(sums.c.questionnaire_id == questionnaire)
    return [_sum(row) for row in await reading.all(statement, scope)]


def _sum(row: Row[Any]) -> Sum:
    moments = Moments(
        tuple(row.elements), row.respondents, tuple(row.joint_count), tuple(row.joint_sum), tuple(row.joint_product)
    )
    return Sum(
        row.review_id, row.visit_id, row.questionnaire_id, row.region_code, row.agency_id, row.simulated, row.group_by,
        row.group_value, moments, int(row.fingerprint), row.rejected,
    )  # fmt: skip


async def newest_reviews(
    reading: Reading,
    generation: int,
    region: str | None,
    after: tuple[date, UUID] | None,
    limit: int,
    scope: Scope,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` reviews, those that start last first, behind a (start, id)."""
    key = tuple_(reviews.c.starts_on, reviews.c.id)
    statement = (
        select(reviews.c.id, reviews.c.starts_on, reviews.c.data)
        .where(reviews.c.generation == generation)
        .order_by(reviews.c.starts_on.desc(), reviews.c.id.desc())
        .limit(limit + 1)
    )
    if region:
        statement = statement.where(_below(reviews.c.region_code, region))
    if after:
        statement = statement.where(key < tuple_(*after))
    return await reading.all(statement, scope)


async def reviews_of(
    reading: Reading,
    generation: int,
    regions: Collection[str],
    days: tuple[date, date],
    scope: Scope,
    *,
    simulated: bool,
) -> list[dict[str, Any]]:
    """The reviews of some regions that start from one day to another, oldest first; real ones or simulated ones."""
    statement = (
        select(reviews.c.data)
        .where(
            reviews.c.generation == generation, reviews.c.region_code.in_(regions),
            reviews.c.starts_on.between(*days), reviews.c.simulated == simulated,
        )
        .order_by(reviews.c.starts_on, reviews.c.id)
    )  # fmt: skip
    return [row.data for row in await reading.all(statement, scope)]


def _below(column: ColumnElement[str], region: str) -> ColumnElement[bool]:
    return or_(column == region, column.startswith(region + ".", autoescape=True))
