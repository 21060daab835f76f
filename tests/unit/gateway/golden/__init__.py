"""Answers of the services as their contract has them, and where a page asks for each."""

import json
from pathlib import Path
from typing import Any

BATANG = "33250000-0000-4000-8000-000000000001"  # simulated, six visits
KEDIRI = "35710000-0000-4000-8000-000000000001"  # real, twenty respondents
SMALL = "33250000-0000-4000-8000-000000000002"  # fewer than five respondents
PLANNED = "33740000-0000-4000-8000-000000000001"  # not known to reports yet

RECEIPT = "7Q2M-K4TX-90AB"
TRACK = f"/api/v1/aspirations/track/{RECEIPT}"


def load(name: str) -> Any:
    """A golden answer."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))


def answers() -> dict[str, Any]:
    """Address → answer, for the whole of what the pages ask."""
    planned = load("planned-reviews")
    found = {
        f"/api/v1/indexes?review={review}&group_by={group}": load(f"{name}-by-{group}")
        for name, review, groups in (
            ("batang", BATANG, ("visit", "sex", "education")),
            ("kediri", KEDIRI, ("visit", "sex")),
            ("small", SMALL, ("visit",)),
        )
        for group in groups
    }
    found |= {f"/api/v1/regions/{code}": region for code, region in load("regions").items()}
    found |= {f"/api/v1/reviews/{review['id']}": review for review in planned["items"]}
    found[TRACK] = load("tracking")
    return found | {"/api/v1/indexes/reviews": load("listed-reviews"), "/api/v1/reviews": planned}
