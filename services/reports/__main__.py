"""`python -m services.reports migrate`: bring the database to the newest version."""

import asyncio
import sys

from services.kit.migrations import migrate
from services.reports.settings import Settings


def main(arguments: list[str]) -> int:
    """Run the named step; 2 when there is no such step."""
    if arguments != ["migrate"]:
        sys.stderr.write("usage: python -m services.reports migrate\n")
        return 2
    asyncio.run(migrate("reports", Settings().database_url))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
