"""What the reports service is sent, made valid; a test says what it wants different."""

from itertools import count
from typing import Any

Body = dict[str, Any]

FIRST_YEAR, YEARS = 1990, 200
_rounds = count()

SOURCE = {"title": "A newspaper", "url": "https://example.org/recap", "accessed": "2026-11-26"}


def a_round(region: str) -> Body:
    """A district of a region and a year that no other body of this process has: there is one recap and one evaluation
    of each."""
    district, year = divmod(next(_rounds), YEARS)
    return {"region": f"{region}.{district + 1:02}", "year": FIRST_YEAR + year}


def recap(within: str = "33.25", **other: Any) -> Body:
    """Counts of achieved programmes in a district of a region, or wherever it is said."""
    counts = [{"dimension": "governance", "achieved": 35, "total": 39}]
    return a_round(within) | {"counts": counts, "source": SOURCE} | other
