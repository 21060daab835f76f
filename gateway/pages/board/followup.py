"""One follow-up: what it is about, what happened, and the moves that whoever looks may make."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.pages import forms, language, visitors
from gateway.pages.asking import Refused, Service, Told, service
from gateway.pages.board import places, uploads
from gateway.pages.board.meanwhile import meanwhile
from gateway.pages.board.planning import FIELDS as PLANNED
from gateway.pages.board.planning import plan_of
from gateway.pages.board.wire import Aspiration, History
from gateway.pages.board.wire_followups import Comments, Deadlines, FollowUp
from gateway.pages.citizen.wire import Taken
from gateway.pages.faults import refused
from gateway.pages.forms import Form, see_other
from gateway.pages.rendering import page
from gateway.pages.visitors import Visitor
from services.kit.problems import NotFound

# Move → the states in which it can be made, what is typed for it, and the permission behind it.
FROM: dict[str, tuple[str, ...]] = {
    "start": ("planned", "returned", "postponed", "reopened"),
    "finish": ("in_progress", "returned", "reopened"),
    "verify": ("done",),
    "return": ("done",),
    "postpone": ("planned", "in_progress"),
    "reopen": ("done", "verified"),
}
TYPED = {
    "start": ("note",), "finish": ("note",), "verify": ("note",),
    "return": ("reason",), "postpone": ("until", "reason"), "reopen": ("reason",),
}  # fmt: skip
WORK, JUDGE = ("start", "finish"), ("verify", "return", "postpone", "reopen")
WORKS, JUDGES = ("admin", "agency"), ("admin", "team")
CHANGEABLE = ("planned", "in_progress", "returned", "postponed", "reopened")
SHOWN_AGAIN = (400, 409, 412, 413, 415, 422)

router = APIRouter(prefix="/followups/{id}", include_in_schema=False)


@router.get("")
async def show(request: Request, id: UUID, done: str = "") -> Response:
    """The follow-up as it is now."""
    return await _shown(request, id, done=done)


@router.get("/evidence/{evidence}")
async def evidence(request: Request, id: UUID, evidence: UUID) -> Response:
    """A file that shows what was done, to be kept and never to be opened as a page of ours."""
    file = await service(request).download(f"/followups/{id}/evidence/{evidence}")
    told = {
        "Content-Disposition": file.headers.get("content-disposition", "attachment"),
        "Content-Type": file.headers.get("content-type", "application/octet-stream"),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(file.content, headers=told)


@router.post("/comments")
async def comment(request: Request, id: UUID) -> Response:
    """Say something about it."""
    form = await forms.read(request)
    return await _done(request, id, "comment", form, ("text",), _commented(service(request), id, form))


@router.post("/change")
async def change(request: Request, id: UUID) -> Response:
    """Change what is planned."""
    form = await forms.read(request)
    body = {**plan_of(form), "reason": form.value("reason")}
    sent = service(request).send("PUT", f"/followups/{id}", FollowUp, body, form.value("etag"))
    return await _done(request, id, "change", form, (*PLANNED, "reason"), sent)


@router.post("/evidence")
async def add_evidence(request: Request, id: UUID) -> Response:
    """Add a file, without any move."""
    form, file = await uploads.read(request)
    if file is None:
        form.refuse("file", forms.Fault("fault.missing"))
        return await _shown(request, id, "evidence", form, 422)
    sent = service(request).upload(f"/followups/{id}/evidence", Taken, file)
    return await _done(request, id, "evidence", form, ("file",), sent)


@router.post("/finish")
async def finish(request: Request, id: UUID) -> Response:
    """Say that it is done, with a note, a file, or both."""
    form, file = await uploads.read(request)

    async def sent() -> None:
        if file:
            await service(request).upload(f"/followups/{id}/evidence", Taken, file)
        await _move(service(request), id, "finish", form)

    return await _done(request, id, "finish", form, ("note",), sent())


@router.post("/{move}")
async def move(request: Request, id: UUID, move: str) -> Response:
    """Make a move, as of the version that was read."""
    if move not in TYPED:
        raise NotFound("There is no such move.")
    form = await forms.read(request)
    return await _done(request, id, move, form, TYPED[move], _move(service(request), id, move, form))


async def _move(asked: Service, id: UUID, move: str, form: Form) -> None:
    body = {name: value for name in TYPED[move] if (value := form.value(name))}
    await asked.send("POST", f"/followups/{id}/{move}", FollowUp, body, form.value("etag"))


async def _commented(asked: Service, id: UUID, form: Form) -> None:
    await asked.send("POST", f"/followups/{id}/comments", Taken, {"text": form.value("text")})


async def _done(request: Request, id: UUID, what: str, form: Form, fields: tuple[str, ...], sent: Any) -> Response:
    """Back to the follow-up when it was taken; else the page with what is wrong, and what was typed."""
    try:
        await sent
    except Refused as error:
        if error.status not in SHOWN_AGAIN:
            raise
        return await _shown(request, id, what, refused(form, error, fields), error.status)
    return see_other(language.of(request).link(f"/followups/{id}", done=what))


async def _shown(
    request: Request, id: UUID, what: str = "", form: Form | None = None, status: int = 200, done: str = ""
) -> Response:
    asked = service(request)
    told: Told[FollowUp] = await asked.get(f"/followups/{id}", FollowUp)
    one = told.content
    place = await places.find(request, one.region)
    moves = (await asked.get(f"/followups/{id}/history", History)).content.items if one.detail else []
    may = _may(visitors.of(request), one)
    return page(
        request, "board/followup.html", status, at=f"/followups/{id}",
        place=place, one=one, etag=told.etag, moves=moves, form=form or Form(), what=what, blank=Form(), may=may,
        comments=(await asked.get(f"/followups/{id}/comments", Comments)).content.items if one.detail else [],
        aspirations=await _aspirations(asked, one), meanwhile=meanwhile(moves, form, status),
        choices=await places.choices(request, place) if "change" in may else None,
        classes=(await asked.get("/deadlines", Deadlines)).content.classes.classes if "change" in may else [],
        done=done if done in {*TYPED, "plan", "comment", "evidence", "change"} else None,
    )  # fmt: skip


def _may(visitor: Visitor, one: FollowUp) -> list[str]:
    """What whoever looks can do with it now. The service decides; the page only leaves away what it would refuse."""
    may: list[str] = []
    if not one.detail:
        return may
    if visitor.is_one_of(*WORKS):
        may += [move for move in WORK if one.state in FROM[move]]
        may += ["evidence"] if one.state != "verified" else []
    if visitor.is_one_of(*JUDGES):
        may += [move for move in JUDGE if one.state in FROM[move]]
        may += ["change"] if one.state in CHANGEABLE else []
    return [*may, "comment"]


async def _aspirations(asked: Service, one: FollowUp) -> list[Aspiration]:
    """The aspirations behind it, for those who may read them."""
    if not one.detail:
        return []
    return [
        (await asked.get(f"/aspirations/{id}", Aspiration)).content for id in (one.origin.aspirations or [])[:50]
    ]  # fmt: skip
