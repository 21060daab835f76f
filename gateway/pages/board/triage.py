"""The page on which a team reads what was asked for in its region and decides on many at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.pages import forms, language, visitors
from gateway.pages.asking import service
from gateway.pages.board import places
from gateway.pages.board.places import Place
from gateway.pages.board.planning import to_plan
from gateway.pages.board.wire import AspirationPage, Outcome, Outcomes
from gateway.pages.faults import of_problem
from gateway.pages.forms import Fault, Form, see_other
from gateway.pages.rendering import page
from services.kit.problems import Malformed, Unauthenticated

STATES = ("new", "accepted", "merged", "declined", "withdrawn")
FILTERS = ("state", "q", "program", "review", "agency")
ACTIONS = ("accept", "decline", "merge", "reconsider", "plan")
NEED_REASON = ("decline", "reconsider")
DECIDE = ("admin", "team")
PAGE_SIZE = "50"

router = APIRouter(prefix="/board/{region}/aspirations", include_in_schema=False)


@dataclass(slots=True)
class Refusals:
    """Why some of what was decided was not taken, by aspiration; `done` how many were."""

    by_id: dict[str, Fault] = field(default_factory=dict)
    done: int = 0


@router.get("")
async def list_aspirations(request: Request, region: str) -> Response:
    """What was asked for, the new ones unless others are looked for."""
    return await _listed(request, await places.find(request, region), dict(request.query_params), Form(), Refusals())


@router.post("")
async def decide(request: Request, region: str) -> Response:
    """Decide on those that were ticked, each for itself."""
    form = await forms.read(request)
    place = await places.find(request, region)
    action, ticked = form.value("action"), form.values.get("item", [])
    if action == "plan" and ticked:
        return see_other(to_plan(place.code, [one.partition(" ")[0] for one in ticked]))
    if action not in ACTIONS:
        raise Malformed("There is no such decision.")
    items = _items(action, ticked, form)
    query = dict(parse_qsl(form.value("query")))
    if form.refused:
        return await _listed(request, place, query, form, Refusals(), 422)
    outcomes = await service(request).send("POST", "/aspirations/triage", Outcomes, {"items": items})
    refusals = _refusals(outcomes.content.results)
    if refusals.by_id:
        form.general.append(Fault("triage.some"))
        return await _listed(request, place, query, form, refusals, 409)
    done = {**_filters(query), "done": action, "n": str(refusals.done)}
    return see_other(language.of(request).link(f"/board/{place.code}/aspirations", **done))


def _items(action: str, ticked: list[str], form: Form) -> list[dict[str, Any]]:
    """The decisions as the service takes them; what is missing is noted in the form."""
    reason = form.value("reason")
    if not ticked:
        form.general.append(Fault("triage.none"))
    elif action == "merge" and len(ticked) < 2:
        form.general.append(Fault("triage.two"))
    if action in NEED_REASON and not reason:
        form.refuse("reason", Fault("fault.missing"))
    pairs = [one.partition(" ")[::2] for one in ticked]
    if not all(version.isdecimal() for _, version in pairs):
        raise Malformed("The form cannot be read.")
    decided: dict[str, Any] = {"action": action} | ({"reason": reason} if reason else {})
    if action == "merge":
        # The list has the last received first: the others join the one that came first.
        *pairs, (earliest, _) = pairs or [("", "")]
        decided["into"] = earliest
    return [{"id": id, "version": int(version), **decided} for id, version in pairs]


def _refusals(outcomes: list[Outcome]) -> Refusals:
    refused = {str(one.id): of_problem(one.problem or {}) for one in outcomes if one.status != "done"}
    return Refusals(refused, len(outcomes) - len(refused))


def _filters(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query[name] for name in FILTERS if name in query}


async def _listed(
    request: Request, place: Place, query: Mapping[str, str], form: Form, refusals: Refusals, status: int = 200
) -> Response:
    visitor = visitors.of(request)
    if not visitor.signed_in:
        raise Unauthenticated("Aspirations are read by those only who work on them.")
    chosen = {"state": "new"} | _filters(query)
    asked = {**chosen, "region": place.code, "cursor": query.get("cursor"), "limit": PAGE_SIZE}
    found = await service(request).get("/aspirations", AspirationPage, asked)
    return page(
        request, "board/triage.html", status, at=f"/board/{place.code}/aspirations",
        place=place, found=found.content, chosen=chosen, form=form, refusals=refusals, states=STATES,
        choices=await places.choices(request, place), query=urlencode(chosen),
        following={**chosen, "cursor": found.content.next},
        done=query.get("done") if query.get("done") in ACTIONS else None, n=query.get("n", ""),
        may_decide=visitor.is_one_of(*DECIDE) and visitor.covers(place.code),
    )  # fmt: skip
