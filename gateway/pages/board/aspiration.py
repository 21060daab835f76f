"""One aspiration: what was decided about it and by whom, which others may ask for the same, and what can be decided."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.pages import forms, language, visitors
from gateway.pages.asking import Refused, Told, service
from gateway.pages.board import places
from gateway.pages.board.meanwhile import meanwhile
from gateway.pages.board.triage import DECIDE
from gateway.pages.board.wire import Aspiration, History, Suggestions
from gateway.pages.faults import refused
from gateway.pages.forms import Form, see_other
from gateway.pages.rendering import page
from services.kit.problems import NotFound

# Decision → what is typed for it.
FIELDS: dict[str, tuple[str, ...]] = {
    "accept": (),
    "decline": ("reason",),
    "merge": ("into", "reason"),
    "redact": ("text", "reason"),
    "reconsider": ("reason",),
}
FROM = {
    "accept": ("new",),
    "decline": ("new",),
    "merge": ("new", "accepted"),
    "redact": ("new", "accepted", "merged", "declined"),
    "reconsider": ("accepted", "merged", "declined"),
}

router = APIRouter(prefix="/board/{region}/aspirations/{id}", include_in_schema=False)


@router.get("")
async def show(request: Request, region: str, id: UUID, done: str = "") -> Response:
    """The aspiration as it is now."""
    return await _shown(request, region, id, done=done)


@router.post("/{action}")
async def decide(request: Request, region: str, id: UUID, action: str) -> Response:
    """Decide on it, as of the version that was read."""
    form = await forms.read(request)
    if action not in FIELDS:
        raise NotFound("There is no such decision.")
    said = {name: value for name in FIELDS[action] if (value := form.value(name))}
    try:
        etag = form.value("etag")
        await service(request).send("POST", f"/aspirations/{id}/{action}", Aspiration, said, etag)
    except Refused as error:
        if error.status not in {400, 409, 412, 422}:
            raise
        return await _shown(request, region, id, action, refused(form, error, FIELDS[action]), error.status)
    return see_other(language.of(request).link(f"/board/{region}/aspirations/{id}", done=action))


async def _shown(
    request: Request, region: str, id: UUID, action: str = "", form: Form | None = None, status: int = 200,
    done: str = "",
) -> Response:  # fmt: skip
    place = await places.find(request, region)
    asked = service(request)
    told: Told[Aspiration] = await asked.get(f"/aspirations/{id}", Aspiration)
    moves = (await asked.get(f"/aspirations/{id}/history", History)).content.items
    open_to_merging = told.content.state in FROM["merge"]
    similar = (await asked.get(f"/aspirations/{id}/similar", Suggestions)).content.items if open_to_merging else []
    visitor = visitors.of(request)
    deciding = visitor.is_one_of(*DECIDE) and visitor.covers(told.content.region)
    return page(
        request, "board/aspiration.html", status, at=f"/board/{place.code}/aspirations/{id}",
        place=place, aspiration=told.content, etag=told.etag, moves=moves, similar=similar,
        done=done if done in FIELDS else None,
        form=form or Form(), action=action, blank=Form(), meanwhile=meanwhile(moves, form, status),
        may=[one for one, states in FROM.items() if deciding and told.content.state in states],
    )  # fmt: skip
