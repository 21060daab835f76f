"""Reviews with their visits and questionnaires, as other folders of this service look at them."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.kit.database import Reading
from services.kit.problems import NotFound
from services.kit.scope import Scope
from services.reports.index import repository

AT_ONCE = 50

Data = Mapping[str, Any]


async def review(reading: Reading, generation: int, id: UUID, scope: Scope) -> Data | None:
    """A review."""
    return await repository.review(reading, generation, id, scope)


async def visits_of(reading: Reading, generation: int, review: UUID, scope: Scope) -> list[dict[str, Any]]:
    """The visits of a review."""
    return await repository.visits_of(reading, generation, review, scope)


async def questionnaire_of(reading: Reading, generation: int, review: Data, scope: Scope) -> Data:
    """The questionnaire of a review. Raises NotFound while it has not come in."""
    found = await repository.questionnaire(reading, generation, UUID(review["questionnaire"]), scope)
    if found is None:
        raise NotFound(f"The questionnaire of review {review['id']} has not reached the reports.")
    return found


async def of_region(reading: Reading, generation: int, region: str, scope: Scope) -> AsyncIterator[Data]:
    """The reviews of exactly this region, those that start last first."""
    after: tuple[date, UUID] | None = None
    more = True
    while more:
        rows = await repository.newest_reviews(reading, generation, region, after, AT_ONCE, scope)
        more = len(rows) > AT_ONCE
        for row in rows[:AT_ONCE]:
            after = (row.starts_on, row.id)
            if row.data["region"] == region:
                yield row.data
