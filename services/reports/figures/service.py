"""Figures about the follow-ups of a review, a region or an agency."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from services.kit.database import Reading
from services.kit.problems import FieldError, Invalid, NotFound
from services.reports.aspirations import service as aspirations
from services.reports.figures.domain import Planned, completion, percentage, speed
from services.reports.figures.schemas import Completion, MethodNamed, PlanFigures, Speed
from services.reports.followups import service as followups
from services.reports.followups.domain import CLOSED, STATES, VERIFIED, overdue
from services.reports.holidays import service as holidays
from services.reports.methods.domain import half_up

COMPLETION, SPEED = "pekppp-completion", "pekppp-speed"


@cache
def methods(id: str) -> Sequence[dict[str, Any]]:
    """The editions of a method, the newest first."""
    folder = files("services.reports.figures").joinpath("data")
    found = [json.loads(one.read_text(encoding="utf-8")) for one in folder.iterdir() if one.name.startswith(f"{id}.v")]
    return sorted(found, key=lambda one: -int(one["version"]))


async def of(
    reading: Reading,
    now: datetime,
    *,
    region: str | None,
    review: UUID | None,
    agency: UUID | None,
    simulated: bool,
    since: date | None,
) -> PlanFigures:
    """Both figures. Raises Invalid unless one of region, review and agency is named, NotFound for no such review."""
    if sum(one is not None for one in (region, review, agency)) != 1:
        sentence = "Name one of region, review and agency."
        raise Invalid(sentence, errors=[FieldError("region", "one", sentence)])
    if review is not None:
        simulated = await _is_simulated(reading, review)
    rows = await followups.of_figures(reading, region=region, review=review, agency=agency, simulated=simulated)
    plan = await _plan(reading, rows, since)
    states = Counter(row.state for row in rows)
    days = [one.done for one in plan if one.done is not None]
    late = [row for row in rows if overdue(row.state, row.deadline, holidays.zones().today(row.region_code, now))]
    return PlanFigures(
        region=region,
        review=review,
        agency=agency,
        simulated=simulated,
        since=since,
        total=len(rows),
        done=len(days),
        verified=states[VERIFIED],
        overdue=len(late),
        states={state: states[state] for state in STATES},
        last_done_on=max(days) if days and len(days) == len(rows) else None,
        completion=_completion(plan),
        speed=[_speed(plan, method) for method in methods(SPEED)],
    )


async def _is_simulated(reading: Reading, review: UUID) -> bool:
    found = (await aspirations.facts(reading, "review", {review})).get(str(review))
    if found is None:
        raise NotFound(f"There is no review {review} in the reports.")
    return bool(found["simulated"])


async def _plan(reading: Reading, rows: Sequence[Any], since: date | None) -> list[Planned]:
    reviews = {} if since else await aspirations.facts(reading, "review", {row.review_id for row in rows})
    found = []
    for row in rows:
        start = since or date.fromisoformat(reviews[str(row.review_id)]["period"]["end"])
        done = row.state in CLOSED and row.done_at is not None
        day = holidays.zones().today(row.region_code, row.done_at) if done else None
        found.append(Planned(start, day, row.state == VERIFIED))
    return found


def _completion(plan: Sequence[Planned]) -> Completion:
    method = methods(COMPLETION)[0]
    reached, share = completion(plan, method["scores"]), percentage(plan)
    return Completion(
        method=_named(method),
        score=reached["score"],
        label=reached["label"],
        percentage=None if share is None else str(half_up(share, 2)),
    )


def _speed(plan: Sequence[Planned], method: dict[str, Any]) -> Speed:
    months = {int(score): int(most) for score, most in method["months"].items()}
    return Speed(method=_named(method), score=speed(plan, months), most=max(months), months=months)


def _named(method: dict[str, Any]) -> MethodNamed:
    return MethodNamed.model_validate({name: method[name] for name in MethodNamed.model_fields})
