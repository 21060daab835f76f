"""Copies of a region's programmes, as progress reads them."""

from typing import Any

from sqlalchemy import select

from services.kit.database import Reading
from services.kit.scope import Scope
from services.reports.tables import programs


async def of_region(reading: Reading, generation: int, region: str, scope: Scope) -> list[dict[str, Any]]:
    """The programmes of one region, archived ones among them."""
    statement = (
        select(programs.c.data)
        .where(programs.c.generation == generation, programs.c.region_code == region)
        .order_by(programs.c.id)
    )
    return [row.data for row in await reading.all(statement, scope)]
