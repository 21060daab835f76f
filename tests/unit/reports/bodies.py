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


# Kota Kediri, 2022, as printed: the five dimensions of evaluation.
KEDIRI = {"baseline": "3.60", "output": "3.21", "outcome": "3.23", "impact": "3.07", "quick_win": "3.65"}


def evaluation(within: str = "33.25", **other: Any) -> Body:
    """An evaluation of a district of a region, recorded from a source."""
    return a_round(within) | {"method": "smart-city-2022", "source": SOURCE} | other


def scored(**scores: str) -> Body:
    """Scores by criterion; those of Kota Kediri when none are named."""
    return {"scores": {key: {"score": score} for key, score in (scores or KEDIRI).items()}}


def instrument(**other: Any) -> Body:
    """Two indicators of one dimension, the second twice as heavy."""
    indicators = [
        {"key": "policy", "dimension": "output", "code": "O1", "text": {"id": "Kebijakan", "en": "Policy"}},
        {"key": "budget", "dimension": "output", "text": {"id": "Anggaran"}, "weight": 2},
    ]
    return {
        "key": "smart-city", "title": {"id": "Instrumen"}, "method": "smart-city-2022", "indicators": indicators,
    } | other  # fmt: skip
