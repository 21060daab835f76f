"""Hot routes, answered before the framework's router by the very function that the router documents.

Matching, dependencies and serialisation cost the framework several times what taking a response costs us
(`docs/performance.md`). A hot route has a fixed path and takes nothing but the request and the caller's access; it is
declared to the router as well, so that documents, permissions and tests see one route and one function.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.kit.auth import Access, admitted
from services.kit.problems import Problem, render


@dataclass(frozen=True, slots=True)
class Hot:
    """A route that is answered directly; `path` also names it in metrics."""

    method: str
    path: str
    permission: str
    answer: Callable[[Request, Access], Awaitable[Response]]


class Direct:
    """Answers hot routes and leaves all others to the application behind it."""

    def __init__(self, app: ASGIApp, routes: Sequence[Hot]) -> None:
        self._app = app
        self._routes = {(route.method, route.path): route for route in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if route is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = route
        request = Request(scope, receive)
        try:
            response = await route.answer(request, admitted(request, route.permission))
        except Problem as problem:
            response = render(problem, request)
        await response(scope, receive, send)
