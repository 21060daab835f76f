"""Planning a follow-up: from accepted aspirations, or from a weak element."""

import asyncio
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.pages import forms, language, visitors
from gateway.pages.asking import Refused, Service, service
from gateway.pages.board import places
from gateway.pages.board.places import Place
from gateway.pages.board.wire import Aspiration
from gateway.pages.board.wire_followups import Deadlines, FollowUp, WeakElement, WeakElements
from gateway.pages.faults import refused
from gateway.pages.forms import Fault, Form, see_other
from gateway.pages.rendering import page
from services.kit.problems import Unauthenticated

MOST_ASPIRATIONS = 50
FIELDS = ("agency", "person", "title", "action", "class")

router = APIRouter(prefix="/board/{region}/plan", include_in_schema=False)


@router.get("")
async def ask(request: Request, region: str, review: str = "", element: str = "") -> Response:
    """The form for a new follow-up."""
    ids = request.query_params.getlist("aspiration")
    origin = {"aspiration": ids, "review": [review], "element": [element]}
    return await _asked(request, await places.find(request, region), Form(origin))


@router.post("")
async def plan(request: Request, region: str) -> Response:
    """Plan it."""
    form = await forms.read(request)
    place = await places.find(request, region)
    body = {**plan_of(form), "origin": _origin(form)}
    try:
        made = await service(request).send("POST", "/followups", FollowUp, body)
    except Refused as error:
        if error.status not in {400, 404, 409, 422}:
            raise
        return await _asked(request, place, refused(form, error, FIELDS), error.status)
    return see_other(language.of(request).link(f"/followups/{made.content.id}", done="plan"))


def is_id(text: str) -> bool:
    """Whether a text is an id, and nothing that leads elsewhere as part of an address."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def plan_of(form: Form) -> dict[str, Any]:
    """What is planned, as the service takes it."""
    return {name: form.value(name) or None for name in FIELDS}


def _origin(form: Form) -> dict[str, Any]:
    if ids := form.values.get("aspiration"):
        return {"aspirations": ids}
    return {"review": form.value("review"), "element": form.value("element")}


async def _asked(request: Request, place: Place, form: Form, status: int = 200) -> Response:
    if not visitors.of(request).signed_in:
        raise Unauthenticated("Follow-ups are planned by the implementing team.")
    asked = service(request)
    ids = [id for id in form.values.get("aspiration", []) if is_id(id)][:MOST_ASPIRATIONS]
    told = await asyncio.gather(*(asked.get(f"/aspirations/{id}", Aspiration) for id in ids))
    aspirations = [one.content for one in told]
    element = await _element(asked, form)
    if not aspirations and not element:
        form.general.append(Fault("plan.nothing"))
    agencies = {str(one.agency) for one in aspirations if one.agency}
    return page(
        request, "board/plan.html", status, at=f"/board/{place.code}/plan",
        place=place, form=form, aspirations=aspirations, choices=await places.choices(request, place),
        agency=agencies.pop() if len(agencies) == 1 else None, element=element,
        classes=(await asked.get("/deadlines", Deadlines)).content.classes.classes,
    )  # fmt: skip


async def _element(asked: Service, form: Form) -> WeakElement | None:
    """The element that something is planned for."""
    review, key = form.value("review"), form.value("element")
    if not (review and key):
        return None
    try:
        told = await asked.get("/followups/weak-elements", WeakElements, {"review": review})
    except Refused:
        return None
    return next((one for one in told.content.items if one.key == key), None)


def to_plan(region: str, aspirations: list[str]) -> str:
    """The address of the form for some aspirations."""
    return f"/board/{region}/plan?{urlencode([('aspiration', id) for id in aspirations])}"
