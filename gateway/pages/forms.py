"""Plain forms, without script: what was typed, what was wrong with it, and the guard against forms that are not ours.

A form is taken when the browser says that it was sent from a page of this very origin, and when it carries the seal of
the one it was made for. Either alone would do in a modern browser; the cookie is `SameSite=Strict` on top of that.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from gateway.pages import visitors
from gateway.pages.seal import Seal
from gateway.problems import ClientTooSlow, FormNotOurs, too_large
from services.kit.problems import Malformed, UnsupportedMediaType

URLENCODED = "application/x-www-form-urlencoded"
SEAL = "seal"
BODY_BYTES = 256 * 1024
FIELDS_AT_MOST = 2_000
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field: a text of ours by its key, or a sentence that a service says in English."""

    key: str | None = None
    sentence: str = ""


@dataclass(slots=True)
class Form:
    """A form as it is shown: its values by field, their faults by field, and what is wrong with the whole of it."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    general: list[Fault] = field(default_factory=list)

    def value(self, name: str, otherwise: str | None = None) -> str:
        """What was typed into a field, or what stood there before anybody typed."""
        found = self.values.get(name)
        return found[0] if found else otherwise or ""

    def chosen(self, name: str, value: str) -> bool:
        """Whether a value is among those chosen of a field."""
        return value in self.values.get(name, ())

    @property
    def refused(self) -> bool:
        """Whether anything is wrong with it."""
        return bool(self.faults or self.general)

    def refuse(self, name: str, *faults: Fault) -> None:
        """Note what is wrong with a field."""
        self.faults.setdefault(name, []).extend(faults)


async def read(request: Request, binding: str | None = None, *, nameless: bool = False) -> Form:
    """The form that was sent. Its seal has to be that of the binding, or of the bearer token of whoever is signed in.

    `nameless` for pages that tell browsers to say nothing of where they come from, so that old ones call themselves
    `null`. Raises FormNotOurs, UnsupportedMediaType, PayloadTooLarge, Malformed or ClientTooSlow.
    """
    if not from_here(request, nameless=nameless):
        raise FormNotOurs("It was sent from another site.")
    form = await typed(request)
    check_seal(request, form.value(SEAL), binding)
    return form


async def typed(request: Request) -> Form:
    """A form whoever sent it, for what changes nothing. Raises as `read` does, FormNotOurs excepted."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        raise UnsupportedMediaType(f"A form is sent as {URLENCODED}.")
    return Form(decoded(await _body(request)))


def check_seal(request: Request, given: str, binding: str | None = None) -> None:
    """Raises FormNotOurs for another seal than that of the binding, or of whoever is signed in."""
    seal: Seal = request.app.state.seal
    visitor = visitors.of(request)
    fits = seal.fits(binding, given) if binding is not None else visitor.signed_in and given == visitor.sealed
    if not fits:
        raise FormNotOurs("It was not made for whoever sends it now.")


def from_here(request: Request, *, nameless: bool = False) -> bool:
    """Whether the browser says that a page of this origin sent the request. Browsers say so with `Sec-Fetch-Site`, or
    at least with `Origin`; what says neither is no browser of today."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return (nameless and origin == "null") or urlsplit(origin).netloc == request.headers.get("host", "")


def decoded(body: bytes) -> dict[str, list[str]]:
    """Field → values, without blanks around them, line ends as `\\n`. Raises Malformed."""
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_AT_MOST
        )  # fmt: skip
    except ValueError as error:
        raise Malformed("The form cannot be read.") from error
    for name, value in pairs:
        found.setdefault(name, []).append(cleaned(value))
    return found


def cleaned(value: str) -> str:
    """What somebody typed, as it is meant. Raises Malformed for what no keyboard types."""
    if "\0" in value:
        raise Malformed("The form cannot be read.")
    return value.replace("\r\n", "\n").strip()


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > BODY_BYTES:
                    raise too_large(BODY_BYTES, close=True)
    except TimeoutError as error:
        raise ClientTooSlow("The form stopped coming in; send it again.") from error
    except ClientDisconnect as error:
        raise Malformed("The form broke off.") from error
    return body


def see_other(location: str, cookies: Iterable[str] = ()) -> Response:
    """Where to go after a form was taken: reading that page again sends nothing twice."""
    answer = RedirectResponse(location, 303, {"Cache-Control": "no-store"})
    for cookie in cookies:
        answer.headers.append("Set-Cookie", cookie)
    return answer
