"""Who sees what of an evaluation: everybody the published ones, the region and its assessors more, the ministry all.

An assessor sees what others gave only after submitting own scores, so that nobody leans on anybody.
"""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy.engine import Row

from services.kit.auth import Access, permit
from services.kit.problems import Forbidden, Unauthenticated
from services.kit.scope import Scope
from services.reports.permissions import PERMISSIONS

Sight = Literal["nothing", "head", "public", "all"]
"""`head`: that it is there and how far it is, without a score."""


def detail_scope(access: Access) -> Scope | None:
    """The rows of which this caller sees unpublished evaluations; None for none."""
    try:
        return permit(PERMISSIONS, "evaluations:detail", access.caller).scope
    except (Forbidden, Unauthenticated):
        return None


def judges(access: Access, region: str) -> bool:
    """Whether this caller decides on evaluations of a region."""
    try:
        return permit(PERMISSIONS, "evaluations:write", access.caller).scope.covers(region=region)
    except (Forbidden, Unauthenticated):
        return False


def of(row: Row[Any], assessments: Sequence[Row[Any]], access: Access) -> Sight:
    """What this caller sees of an evaluation and of what came out of it."""
    scope = detail_scope(access)
    inside = scope is not None and scope.covers(region=row.region_code)
    if row.state in {"published", "withdrawn"}:
        return "all" if inside else "public"
    if not inside:
        return "nothing"
    return "all" if judges(access, row.region_code) or has_submitted(assessments, access) else "head"


def has_submitted(assessments: Sequence[Row[Any]], access: Access) -> bool:
    """Whether this caller is an assessor who has submitted."""
    return any(
        one.kind == "assessor" and one.assessor == access.caller.subject and one.submitted_at for one in assessments
    )


def assessments_seen(row: Row[Any], assessments: Sequence[Row[Any]], access: Access) -> list[Row[Any]]:
    """Whose scores this caller sees. The region's team sees its own, and those of assessors once they are published;
    an assessor sees what others submitted after submitting, too."""
    if judges(access, row.region_code):
        return list(assessments)
    published = row.state in {"published", "withdrawn"}
    open_to_us = published or has_submitted(assessments, access)
    team = access.caller.role == "team"

    def seen(one: Row[Any]) -> bool:
        if one.kind == "self":
            return team or bool(one.submitted_at)
        return one.assessor == access.caller.subject or bool(open_to_us and one.submitted_at)

    return [one for one in assessments if seen(one)]
