"""Signing in with a bearer token, and out again."""

import secrets
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.identity.tokens import Exchange
from gateway.pages import forms, language, visitors
from gateway.pages.forms import Fault, Form, see_other
from gateway.pages.rendering import page
from gateway.pages.seal import Seal
from services.kit.identity import Caller
from services.kit.problems import Unauthenticated

# Nobody is signed in yet, so the form is bound to a number that this browser alone has.
NUMBER = "tinjau-sign-in"

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def ask(request: Request, next: str = "") -> Response:  # noqa: A002 - what the address calls it
    """The form for signing in."""
    return _asked(request, Form({"next": [next]}))


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Take a token, and remember it for as long as it is good."""
    form = await forms.read(request, request.cookies.get(NUMBER, ""))
    token = "".join(form.value("token").removeprefix("Bearer ").split())
    identity: Exchange = request.app.state.identity
    try:
        caller, expires = identity.known(token)
    except Unauthenticated as error:
        form.refuse("token", Fault("sign.expired") if "expired" in error.detail else Fault("sign.unknown"))
        return _asked(request, Form({"next": [form.value("next")]}, form.faults), 422)
    way = within(form.value("next")) or language.of(request).link(home(caller))
    cookies = [visitors.remembered(request, token, expires), visitors.cookie(request, NUMBER, "", 0)]
    return see_other(way, cookies)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget the token."""
    await forms.read(request)
    return see_other(language.of(request).link("/"), [visitors.forgotten(request)])


def home(caller: Caller) -> str:
    """Where somebody begins: on the board of the regency or city that they work for, else with the reviews."""
    region = caller.claims.get("region", "")
    return f"/board/{quote(region)}" if region.count(".") == 1 else "/"


def within(address: str) -> str | None:
    """An address of these pages, or None for any other: nobody is led away by a link to the form."""
    parts = urlsplit(address) if address.isascii() and address.isprintable() and "\\" not in address else None
    if parts is None or parts.scheme or parts.netloc or not address.startswith("/") or address.startswith("//"):
        return None
    return address


def _asked(request: Request, form: Form, status: int = 200) -> Response:
    number = request.cookies.get(NUMBER) or secrets.token_urlsafe(16)
    seal: Seal = request.app.state.seal
    answer = page(
        request, "sign-in.html", status, {"Cache-Control": "no-store"}, form=form, sealed=seal.of(number),
    )  # fmt: skip
    answer.headers.append("Set-Cookie", visitors.cookie(request, NUMBER, number, None))
    return answer
