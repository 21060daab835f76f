"""The index of a region, or of a programme, over its reviews: real ones with real ones, simulated with simulated."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.kit.auth import Access
from services.kit.database import Reading
from services.kit.problems import NotFound
from services.reports.index import copies
from services.reports.index import service as indexes
from services.reports.index.parts import Filter

LONGEST = 10
"""How many reviews a trend goes back."""


async def before(
    reading: Reading, generation: int, review: Mapping[str, Any], chosen: Filter, access: Access
) -> list[dict[str, Any]]:
    """What came out of this review and of earlier ones of its region, the earliest first; of what was chosen there."""
    found: list[dict[str, Any]] = []
    async for other in copies.of_region(reading, generation, review["region"], access.scope):
        key = (other["period"]["start"], other["id"])
        if other["simulated"] is not review["simulated"] or key > (review["period"]["start"], review["id"]):
            continue
        try:
            index = await indexes.index(reading, access, UUID(other["id"]), chosen, None, None)
        except NotFound:
            continue
        content = index.model_dump(mode="json")
        told = ("respondents", "suppressed", "simulated", "index", "grade", "confidence", "sample")
        found.append(
            {"review": other["id"], "title": other["title"], "period": other["period"]}
            | {name: content[name] for name in told}
            | {"method": f"{content['method']['id']}.v{content['method']['version']}"}
        )
        if len(found) == LONGEST:
            break
    return found[::-1]
