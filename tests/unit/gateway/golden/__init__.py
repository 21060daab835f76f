"""Answers of the services as their contract has them, and where a page asks for each."""

import json
from pathlib import Path
from typing import Any

from starlette.responses import Response

BATANG = "33250000-0000-4000-8000-000000000001"  # simulated, six visits
KEDIRI = "35710000-0000-4000-8000-000000000001"  # real, twenty respondents
SMALL = "33250000-0000-4000-8000-000000000002"  # fewer than five respondents
PLANNED = "33740000-0000-4000-8000-000000000001"  # not known to reports yet

EVALUATION = "3ea5bb2a-5c04-5475-8889-6083492e2b99"
FROZEN = "TJ-2026-000001"
RECEIPT = "7Q2M-K4TX-90AB"
ASKED = "00000000-0000-4000-8000-0000000000a3"
PROGRAM = "33250000-0000-4000-8000-0000000000b1"
NAMED: dict[str, Any] = {"items": [{"id": "33250000-0000-4000-8000-0000000000c1", "name": "Dinas Pariwisata"}]}
LATE, SIMULATED, RETURNED, REOPENED, DONE, VERIFIED, POSTPONED = (
    f"00000000-0000-4000-8000-0000000000f{number}" for number in range(1, 8)
)
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
    found |= {
        "/api/v1/aspirations": load("aspirations"),
        f"/api/v1/aspirations/{ASKED}": load("aspirations")["items"][0],
    }
    found |= {f"/api/v1/aspirations/{ASKED}/{part}": told for part, told in load("aspiration-more").items()}
    found |= {
        "/api/v1/programs": NAMED | {"items": [{"id": PROGRAM, "name": "Minggon Jatinan"}]},
        "/api/v1/agencies": NAMED,
    }
    board = load("followups")
    found |= {"/api/v1/followups": board, "/api/v1/deadlines": load("deadlines")}
    for followup in board["items"]:
        address = f"/api/v1/followups/{followup['id']}"
        found[address] = followup
        found |= {f"{address}/{part}": told for part, told in load("followup-more").items()}
    found["/api/v1/followups/weak-elements"] = load("weak-elements")
    report = load("report")
    documents = f"/api/v1/reports/{report['reports']['items'][0]['id']}/documents"
    found |= {
        "/api/v1/reports": report["reports"],
        f"/api/v1/reports/verify/{FROZEN}": report["verified"],
        f"{documents}/html": Response(report["html"], media_type="text/html"),
    }
    nothing: dict[str, Any] = {"items": [], "next": None}
    found["/api/v1/aspirations?state=withdrawn&region=33.25&limit=50"] = nothing
    found["/api/v1/followups?region=33.74&limit=500"] = nothing
    found |= {"/api/v1/comparisons": load("comparison"), f"/api/v1/evaluations/{EVALUATION}": load("evaluation")}
    return found | {"/api/v1/indexes/reviews": load("listed-reviews"), "/api/v1/reviews": planned}
