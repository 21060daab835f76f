"""Who looks at a page: somebody who signed in with a bearer token, which a cookie brings back, or the public."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from starlette.requests import Request

from gateway.identity.tokens import Exchange
from gateway.pages.seal import Seal
from services.kit.identity import ANONYMOUS, PUBLIC, Caller
from services.kit.problems import Unauthenticated

COOKIE = "tinjau"
NOBODY = Caller(ANONYMOUS, PUBLIC)


def _no_token() -> str:
    raise Unauthenticated("Nobody is known here.")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever looks. `token` makes what services believe; `sealed` goes into every form that this visitor is shown;
    `ended` when a cookie came that is not believed any more."""

    caller: Caller = NOBODY
    token: Callable[[], str] = _no_token
    sealed: str = field(default="", repr=False)
    ended: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether this is somebody."""
        return not self.caller.anonymous

    @property
    def region(self) -> str | None:
        """The region that binds what this visitor may do."""
        return self.caller.claims.get("region")

    def is_one_of(self, *roles: str) -> bool:
        """Whether the visitor has one of these roles. Services decide; pages only leave away what would be refused."""
        return self.caller.role in roles

    def covers(self, region: str) -> bool:
        """Whether a region lies in that of the visitor, who may have none and reach all."""
        return self.region is None or region == self.region or region.startswith(f"{self.region}.")


def of(request: Request) -> Visitor:
    """The visitor behind a request, found out once."""
    known: Visitor | None = request.scope.get("visitor")
    if known is None:
        known = request.scope["visitor"] = _found(request)
    return known


def _found(request: Request) -> Visitor:
    app = request.scope.get("app")
    if app is None:  # what the door refuses before any page is asked
        return Visitor()
    identity: Exchange = app.state.identity
    seal: Seal = app.state.seal
    bearer = request.cookies.get(name_of_cookie(request), "")
    if bearer:
        try:
            caller, _ = identity.known(bearer)
        except Unauthenticated:
            return Visitor(token=lambda: identity.internal(""), ended=True)
        return Visitor(caller, lambda: identity.internal(f"Bearer {bearer}"), seal.of(bearer))
    return Visitor(token=lambda: identity.internal(""))


def encrypted(request: Request) -> bool:
    """Whether the browser speaks TLS, with us or with the proxy before us."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", "").split(",")[0].strip())


def name_of_cookie(request: Request) -> str:
    """With TLS the name binds the cookie to this very host, so that no neighbouring one can plant it."""
    return f"__Host-{COOKIE}" if encrypted(request) else COOKIE


def remembered(request: Request, bearer: str, expires: int) -> str:
    """The Set-Cookie header that keeps a bearer token for as long as it is good."""
    return cookie(request, name_of_cookie(request), bearer, max(0, expires - int(time.time())))


def forgotten(request: Request) -> str:
    """The Set-Cookie header that ends it."""
    return cookie(request, name_of_cookie(request), "", 0)


def cookie(request: Request, name: str, value: str, seconds: int | None) -> str:
    """A Set-Cookie header that no script reads and that no other site's request brings along; without `seconds` it
    ends with the browser."""
    made: SimpleCookie = SimpleCookie()
    made[name] = value
    made[name]["path"], made[name]["samesite"], made[name]["httponly"] = "/", "Strict", True
    if seconds is not None:
        made[name]["max-age"] = str(seconds)
    if encrypted(request):
        made[name]["secure"] = True
    return made[name].OutputString()
