"""The indexes of many reviews at once, for a comparison of regions and years."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from services.kit.auth import Access
from services.kit.database import Reading
from services.reports.index import repository
from services.reports.index.schemas import ReviewIndex
from services.reports.index.service import EVERYBODY, summary
from services.reports.index.totals import Sum
from services.reports.intake import service as intake


async def summaries(
    reading: Reading, access: Access, regions: Collection[str], years: range, *, simulated: bool
) -> list[tuple[ReviewIndex, str]]:
    """The reviews of some regions that start in some years, oldest first, each with its index and the method of it.
    Costs as many sums as the reviews have visits, however many answered."""
    generation = await intake.generation(reading)
    days = (date(years[0], 1, 1), date(years[-1], 12, 31))
    found = await repository.reviews_of(reading, generation, regions, days, access.scope, simulated=simulated)
    ids = [UUID(one["id"]) for one in found]
    sums = await repository.sums_of(reading, generation, ids, [EVERYBODY], access.scope) if ids else []
    of_review: dict[UUID, list[Sum]] = {}
    for one in sums:
        of_review.setdefault(one.review, []).append(one)
    return [(summary(one, of_review.get(UUID(one["id"]), []), access.caller), one["method"]) for one in found]
