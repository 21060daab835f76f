"""Which regions and years there is something of."""

from datetime import date

from sqlalchemy import ColumnElement, extract, func, or_, select, true, union

from services.kit.database import Reading
from services.kit.scope import Scope
from services.reports.tables import evaluations, reviews


async def newest_year(
    reading: Reading, generation: int, region: str | None, scope: Scope, *, simulated: bool
) -> int | None:
    """The last year in which a review started or for which an evaluation is published."""
    of_reviews = select(func.max(extract("year", reviews.c.starts_on))).where(
        reviews.c.generation == generation, reviews.c.simulated == simulated, _of(reviews.c.region_code, region)
    )
    of_evaluations = select(func.max(evaluations.c.year)).where(
        evaluations.c.state == "published", evaluations.c.simulated == simulated, _of(evaluations.c.region_code, region)
    )
    found = [await reading.value(statement, scope) for statement in (of_reviews, of_evaluations)]
    return max((int(year) for year in found if year is not None), default=None)


async def regions(
    reading: Reading,
    generation: int,
    region: str | None,
    years: range,
    after: str | None,
    limit: int,
    scope: Scope,
    *,
    simulated: bool,
) -> list[str]:
    """Up to `limit + 1` codes of regions that have something in these years, in order."""
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    with_reviews = select(reviews.c.region_code).where(
        reviews.c.generation == generation, reviews.c.simulated == simulated,
        reviews.c.starts_on.between(first, last), _of(reviews.c.region_code, region),
    )  # fmt: skip
    with_evaluations = select(evaluations.c.region_code).where(
        evaluations.c.state == "published", evaluations.c.simulated == simulated,
        evaluations.c.year.between(years[0], years[-1]), _of(evaluations.c.region_code, region),
    )  # fmt: skip
    either = union(with_reviews, with_evaluations).subquery()
    statement = select(either.c.region_code).order_by(either.c.region_code).limit(limit + 1)
    if after is not None:
        statement = statement.where(either.c.region_code > after)
    return [row.region_code for row in await reading.all(statement, scope)]


def _of(column: ColumnElement[object], region: str | None) -> ColumnElement[bool]:
    if region is None:
        return true()
    return or_(column == region, column.startswith(region + ".", autoescape=True))
