"""What people decided on a review's results, as everybody may know it: accepted aspirations and the follow-up plan."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.database import Reading
from services.kit.scope import Scope
from services.reports.aspirations import service as aspirations
from services.reports.followups import service as followups
from services.reports.followups.schemas import FollowUp

MOST_ASPIRATIONS = 50


async def accepted(reading: Reading, review: UUID, program: UUID | None, scope: Scope) -> dict[str, Any]:
    """The texts of accepted aspirations, the last received first, and whether there are further ones."""
    found = await aspirations.of_review(reading, review, program, scope, limit=MOST_ASPIRATIONS)
    texts = [{"text": one.public_text, "language": one.language} for one in found.items if not one.rejected]
    return {"items": texts, "more": found.next is not None}


async def plan(reading: Reading, review: UUID, program: UUID | None, now: datetime) -> list[dict[str, Any]]:
    """The follow-ups of a review, or of one programme in it: the weakest element first, then those of aspirations."""
    found = await followups.plan_of(reading, review, now)
    return [_followup(one) for one in found if program in {None, one.program}]


def _followup(one: FollowUp) -> dict[str, Any]:
    return {
        "element": one.origin.element,
        "title": one.title,
        "agency": one.agency_name,
        "class": one.class_,
        "state": one.state,
        "deadline": one.deadline.isoformat(),
        "overdue": one.overdue,
    }
