"""The pages on which a citizen follows an aspiration.

The code of the receipt is the whole of what opens them, so the services are asked as the public, whoever is signed in,
and no other site is told where a reader comes from.
"""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.identity.tokens import Exchange
from gateway.pages import forms, language
from gateway.pages.asking import Refused, Service
from gateway.pages.citizen import receipt
from gateway.pages.citizen.wire import Taken, Tracking
from gateway.pages.faults import refused
from gateway.pages.forms import Fault, Form, see_other
from gateway.pages.rendering import page
from gateway.pages.seal import Seal

SECRET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "private, no-store"}

router = APIRouter(prefix="/aspirations", include_in_schema=False)


@router.get("")
async def ask(request: Request) -> Response:
    """The form for the code."""
    return page(request, "citizen/ask.html", form=Form(), unknown=False)


@router.post("")
async def look(request: Request) -> Response:
    """From the code as it was typed to its page. Nothing is changed by that, so any form will do."""
    form = await forms.typed(request)
    code = receipt.read(form.value("receipt"))
    if code is None:
        form.refuse("receipt", Fault("receipt.wrong") if form.value("receipt") else Fault("receipt.none"))
        return page(request, "citizen/ask.html", 422, {"Cache-Control": "no-store"}, form=form, unknown=False)
    return see_other(language.of(request).link(f"/aspirations/{code}"))


@router.get("/{receipt}")
async def show(request: Request, receipt: str, said: str = "") -> Response:
    """What became of it."""
    return await _shown(request, receipt, Form(), said=said)


@router.post("/{receipt}/objections")
async def object_to(request: Request, receipt: str) -> Response:
    """The citizen says that it is not solved."""
    code = _code(receipt)
    if code is None:
        return _unknown(request, receipt)
    form = await forms.read(request, _binding(code), nameless=True)
    said = {"followup": form.value("followup"), "text": form.value("text")}
    try:
        await _reports(request).send("POST", f"/aspirations/track/{code}/objections", Taken, said)
    except Refused as error:
        if error.status == 404:
            return _unknown(request, receipt)
        return await _shown(request, code, refused(form, error, ("text",)), error.status)
    return see_other(language.of(request).link(f"/aspirations/{code}", said=said["followup"]) + "#said")


async def _shown(request: Request, typed: str, form: Form, status: int = 200, said: str = "") -> Response:
    code = _code(typed)
    if code is None:
        return _unknown(request, typed)
    try:
        told = await _reports(request).get(f"/aspirations/track/{code}", Tracking)
    except Refused as error:
        if error.status != 404:
            raise
        return _unknown(request, code)
    seal: Seal = request.app.state.seal
    return page(
        request, "citizen/shown.html", status, SECRET, at=f"/aspirations/{code}",
        tracking=told.content, code=code, form=form, blank=Form(), sealed=seal.of(_binding(code)), said=said,
    )  # fmt: skip


def _unknown(request: Request, typed: str) -> Response:
    return page(
        request, "citizen/ask.html", 404, SECRET, at="/aspirations", form=Form({"receipt": [typed]}), unknown=True
    )


def _code(typed: str) -> str | None:
    return receipt.read(typed)


def _binding(code: str) -> str:
    return f"receipt:{code}"


def _reports(request: Request) -> Service:
    identity: Exchange = request.app.state.identity
    return Service(request.app.state.upstream, "reports", partial(identity.internal, ""))
