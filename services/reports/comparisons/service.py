"""Puts indexes of reviews and published evaluations side by side, by region and year."""

from services.kit.auth import Access
from services.kit.database import Reading
from services.kit.pagination import decode, encode
from services.kit.problems import FieldError, Invalid
from services.reports.comparisons import repository
from services.reports.comparisons.schemas import Cell, Comparison, EvaluationCell, RegionRow, ReviewCell
from services.reports.evaluations import shown
from services.reports.index.across import summaries
from services.reports.index.schemas import ReviewIndex
from services.reports.intake import service as intake

YEARS = 5
"""How many are compared unless it is said otherwise."""
MOST_YEARS = 10

Cells = dict[tuple[str, int], EvaluationCell]


async def compare(
    reading: Reading,
    access: Access,
    *,
    region: str | None,
    first: int | None,
    last: int | None,
    simulated: bool,
    cursor: str | None,
    limit: int,
) -> Comparison:
    """A page of regions. Without years: the last five up to the newest one that there is something of. Raises Invalid
    for years out of order or too many, Malformed for a cursor that is none."""
    generation = await intake.generation(reading)
    if last is None:
        newest = await repository.newest_year(reading, generation, region, access.scope, simulated=simulated)
        last = max(newest or 0, first or 0) or None
    if last is None:
        return Comparison(years=[], region=region, simulated=simulated, items=[], next=None)
    years = _years(last - YEARS + 1 if first is None else first, last)
    after = decode(cursor, str)[0] if cursor else None
    found = await repository.regions(
        reading, generation, region, years, after, limit, access.scope, simulated=simulated
    )
    kept = found[:limit]
    evaluated = await _evaluated(reading, access, years, simulated=simulated)
    reviewed = await summaries(reading, access, kept, years, simulated=simulated)
    return Comparison(
        years=list(years),
        region=region,
        simulated=simulated,
        items=[_row(code, years, reviewed, evaluated) for code in kept],
        next=encode(kept[-1]) if len(found) > limit else None,
    )


def _years(first: int, last: int) -> range:
    if first > last:
        raise Invalid(
            "`from` is not after `to`.", errors=[FieldError("from", "order", "The earlier year comes first.")]
        )
    if last - first >= MOST_YEARS:
        fault = FieldError("from", "too_many", f"{MOST_YEARS} years at most.")
        raise Invalid(f"{MOST_YEARS} years at most are compared at once.", errors=[fault])
    return range(first, last + 1)


async def _evaluated(reading: Reading, access: Access, years: range, *, simulated: bool) -> Cells:
    """Every published evaluation of these years, with its rank in the whole country."""
    found: Cells = {}
    for year in years:
        ranking = await shown.ranking(reading, access, year=year, region=None, simulated=simulated)
        for of_method in ranking.rankings:
            for one in of_method.items:
                found[one.region, year] = EvaluationCell(
                    evaluation=one.evaluation,
                    simulated=simulated,
                    index=one.index,
                    exact=one.exact,
                    method=of_method.method,
                    method_version=of_method.version,
                    assessors=one.assessors,
                    recorded=one.recorded,
                    rank=one.rank,
                    regions=of_method.regions,
                )
    return found


def _row(code: str, years: range, reviewed: list[tuple[ReviewIndex, str]], evaluated: Cells) -> RegionRow:
    own = [(one, method) for one, method in reviewed if one.review.region == code]
    cells = [
        Cell(
            year=year,
            reviews=[_review(one, method) for one, method in own if one.review.period.start.year == year],
            evaluation=evaluated.get((code, year)),
        )
        for year in years
    ]
    return RegionRow(region=code, cells=cells)


def _review(one: ReviewIndex, method: str) -> ReviewCell:
    return ReviewCell(
        review=one.review.id,
        title=one.review.title,
        start=one.review.period.start,
        simulated=one.simulated,
        respondents=one.respondents,
        suppressed=one.suppressed,
        index=one.index,
        grade=one.grade,
        method=method,
    )
