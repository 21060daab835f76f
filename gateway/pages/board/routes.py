"""The board of a region: what agencies do about aspirations and weak elements, for everybody to see."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.pages import language, sources, visitors
from gateway.pages.asking import Refused, service
from gateway.pages.board import columns, places
from gateway.pages.board.places import Place
from gateway.pages.board.wire_followups import FollowUpPage, WeakElements
from gateway.pages.forms import see_other
from gateway.pages.rendering import page
from services.kit.problems import NotFound

FILTERS = ("agency", "program", "review", "element", "overdue")
PLAN = ("admin", "team")
CARDS_AT_MOST = "500"

router = APIRouter(prefix="/board", include_in_schema=False)


@router.get("")
async def choose(request: Request, region: str = "") -> Response:
    """The regions that have a board; somebody who works for one is led there."""
    visitor, lang = visitors.of(request), language.of(request)
    own = visitor.region or ""
    if region or own.count(".") == 1:
        return see_other(lang.link(f"/board/{region or own}"))
    asked = sources.of(request)
    codes = {review.region for review in await asked.planned(None)}
    return page(request, "board/choose.html", names=await asked.regions(codes))


@router.get("/{region}")
async def show(request: Request, region: str, cursor: str | None = None) -> Response:
    """The board, as whoever looks may see it."""
    place = await places.find(request, region)
    chosen = {name: value for name in FILTERS if (value := request.query_params.get(name))}
    asked: dict[str, str | None] = {**chosen, "region": place.code, "limit": CARDS_AT_MOST, "cursor": cursor}
    found = (await service(request).get("/followups", FollowUpPage, asked)).content
    elements = {one.origin.element: one.origin.label for one in found.items if one.origin.element and one.origin.label}
    visitor, lang = visitors.of(request), language.of(request)
    return page(
        request, "board/board.html", place=place, columns=columns.arrange(found.items), chosen=chosen,
        choices=await places.choices(request, place), count=len(found.items),
        elements=sorted((key, lang.plain(label)) for key, label in elements.items()),
        following={**chosen, "cursor": found.next} if found.next else None,
        feed=f"/api/v1/followups?{urlencode({**chosen, 'region': place.code})}",
        may_plan=visitor.is_one_of(*PLAN) and visitor.covers(place.code),
    )  # fmt: skip


@router.get("/{region}/weak-elements")
async def weak_elements(request: Request, region: str, review: str = "") -> Response:
    """The weakest elements of a review, to plan something for them."""
    place = await places.find(request, region)
    choices = await places.choices(request, place)
    visitor = visitors.of(request)
    return page(
        request, "board/weak.html", place=place, choices=choices, review=review,
        found=await _weak(request, place, review, dict(choices.reviews)) if review else None,
        may_plan=visitor.is_one_of(*PLAN) and visitor.covers(place.code),
    )  # fmt: skip


async def _weak(request: Request, place: Place, review: str, reviews: Mapping[str, str]) -> WeakElements | None:
    """What reports knows of a review of this region; None when it has not heard of it."""
    if review not in reviews:
        raise NotFound(f"There is no such review in {place.code}.")
    try:
        return (await service(request).get("/followups/weak-elements", WeakElements, {"review": review})).content
    except Refused as error:
        if error.status != 404:
            raise
        return None
