"""The addresses of comparisons and published evaluations."""

import re
from collections.abc import Iterable
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.pages import sources
from gateway.pages.asking import Refused, service
from gateway.pages.compared import drawing
from gateway.pages.compared.wire import Comparison, Evaluation
from gateway.pages.rendering import page
from gateway.problems import ServiceAway
from services.kit.problems import NotFound

router = APIRouter(include_in_schema=False)

AT_ONCE = "25"
TRACK_PERCENT = 82
"""How much of a chart's width the longest bar has; the rest is for its value."""
YEAR = re.compile(r"[0-9]{4}")
REGION = re.compile(r"[0-9]{2}(\.[0-9]{2}){0,2}")


@router.get("/compare")
async def compare(
    request: Request,
    region: str = "",
    first: str = "",
    last: str = "",
    simulated: str = "",
    cursor: str | None = None,
) -> Response:
    """Regions and years side by side: real figures, unless simulated ones are asked for."""
    wanted = {"region": region.strip(), "first": first.strip(), "last": last.strip(), "simulated": simulated}
    fault = _fault(wanted)
    found = Comparison(years=[], simulated=simulated == "true", items=[])
    if fault is None:
        params = {"region": wanted["region"], "from": wanted["first"], "to": wanted["last"], "limit": AT_ONCE,
                  "simulated": "true" if simulated == "true" else None, "cursor": cursor}  # fmt: skip
        try:
            found = (await service(request).get("/comparisons", Comparison, params)).content
        except Refused as error:
            if error.status != 422:
                raise NotFound("There is no such comparison.") from error
            fault = "compare.fault.years"
    names, away = await _names(request, [row.region for row in found.items])
    return page(
        request, "compared/compare.html", 200 if fault is None else 422, found=found, names=names, away=away,
        wanted=wanted, fault=fault, evaluations=drawing.evaluations(found.items), indexes=drawing.indexes(found.items),
    )  # fmt: skip


@router.get("/evaluations/{id}")
async def show_evaluation(request: Request, id: str) -> Response:
    """One evaluation, as far as whoever looks at it may see it."""
    try:
        found = (await service(request).get(f"/evaluations/{UUID(id)}", Evaluation)).content
    except ValueError as error:
        raise NotFound("There is no evaluation with this id.") from error
    except Refused as error:
        raise NotFound("There is no evaluation with this id.") from error
    names, away = await _names(request, [found.region, *_ranked(found)])
    scale = found.how.scale
    drawn = drawing.bars(found.result.dimensions if found.result else [], scale.low, scale.high, TRACK_PERCENT)
    return page(
        request, "compared/evaluation.html", found=found, names=names, away=away, bars=drawn,
        track=f"{TRACK_PERCENT}%",
    )  # fmt: skip


def _fault(wanted: dict[str, str]) -> str | None:
    """What was typed that is none, if anything."""
    if wanted["region"] and not REGION.fullmatch(wanted["region"]):
        return "compare.fault.region"
    if any(wanted[name] and not YEAR.fullmatch(wanted[name]) for name in ("first", "last")):
        return "compare.fault.years"
    return None


def _ranked(found: Evaluation) -> list[str]:
    return [one.within for one in found.printed.ranks if one.within] if found.printed else []


async def _names(request: Request, codes: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Names of regions, and the service that is away when they cannot be had."""
    try:
        return await sources.of(request).regions(codes), []
    except ServiceAway as error:
        return {}, [error.service]
