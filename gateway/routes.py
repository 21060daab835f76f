"""The public table: which service answers for which resource. What is not in it is a 404.

A resource is one or two path segments after `/api/v1`; the longer name wins.
"""

import re
from dataclasses import dataclass

PREFIX = "/api/v1/"

# What follows is the code of a citizen's receipt: whoever has it sees what they asked for. It is in no log.
SECRET = re.compile(r"(/api/v1)?/aspirations/(?(1)track/)")

TABLE = {
    "regions": "programs",
    "agencies": "programs",
    "programs": "programs",
    "locations": "programs",
    "dimensions": "programs",
    "registry": "programs",
    "changes/registry": "programs",
    "questionnaires": "surveys",
    "reviews": "surveys",
    "visits": "surveys",
    "responses": "surveys",
    "quarantine": "surveys",
    "attachments": "surveys",
    "flags": "surveys",
    "changes/responses": "surveys",
    "indexes": "reports",
    "methods": "reports",
    "rebuilds": "reports",
    "aspirations": "reports",
    "reports": "reports",
    "charts": "reports",
    "followups": "reports",
    "holidays": "reports",
    "deadlines": "reports",
    "changes/reports": "reports",
    "progress": "reports",
    "evaluations": "reports",
    "comparisons": "reports",
}


# Addresses that a standard sets stand outside of `/api/v1`.
STANDARDS = {"open311/v2": "reports"}


@dataclass(frozen=True, slots=True)
class Resource:
    """A line of the table; `path` also names it in metrics."""

    name: str
    service: str
    path: str


RESOURCES = {name: Resource(name, service, PREFIX + name) for name, service in TABLE.items()} | {
    name: Resource(name, service, "/" + name) for name, service in STANDARDS.items()
}


def find(path: str) -> Resource | None:
    """The resource behind a decoded path, or None. A path with `.` or `..` in it belongs to nobody: what one reader
    takes literally the next one resolves."""
    api = path.startswith(PREFIX)
    segments = path[len(PREFIX) if api else 1 :].split("/")
    if "." in segments or ".." in segments:
        return None
    whole = "/".join(segments[:2])
    if not api:
        return RESOURCES[whole] if whole in STANDARDS and len(segments) > 2 else None
    name = whole if whole in TABLE else segments[0]
    return RESOURCES[name] if name in TABLE else None
