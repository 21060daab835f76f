"""The feed's rows in the database."""

from sqlalchemy import func, select

from services.kit.database import Database
from services.kit.scope import EVERYTHING
from services.programs.tables import changes


async def head(database: Database) -> int:
    """The highest position that is visible now; 0 while there is none."""
    async with database.reading() as reading:
        return int(await reading.value(select(func.coalesce(func.max(changes.c.position), 0)), EVERYTHING))
