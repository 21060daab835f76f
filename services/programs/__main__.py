"""`python -m services.programs migrate`: bring the database to the newest version and load the list of regions."""

import asyncio
import sys

from services.kit.database import Database
from services.kit.migrations import migrate
from services.programs.regions.service import load_edition
from services.programs.settings import Settings


async def prepare(url: str) -> int:
    """Migrate and load reference data; the number of regions that were new or changed."""
    await migrate("programs", url)
    database = Database(url, "programs", pool=1)
    try:
        async with database.transaction() as write:
            return await load_edition(write)
    finally:
        await database.close()


def main(arguments: list[str]) -> int:
    """Run the named step; 2 when there is no such step."""
    if arguments != ["migrate"]:
        sys.stderr.write("usage: python -m services.programs migrate\n")
        return 2
    loaded = asyncio.run(prepare(Settings().database_url))
    sys.stderr.write(f"programs: migrated, {loaded} regions new or changed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
