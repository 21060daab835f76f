"""The short way to a hot route: past the framework's layers, which take longer than most work behind them.

A framework resolves dependencies, runs its middleware and validates on every request, which costs more than storing a
response does. A hot route has a fixed path and takes nothing but the request and the caller's access; it is declared to
the router as well, so that documents, permissions and tests see one route and one function.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.kit.auth import Access, admit, admitted
from services.kit.express import Asked, Way, Ways
from services.kit.problems import Problem, render

AtOnce = Callable[[State, Asked, Access], bool]


@dataclass(frozen=True, slots=True)
class Hot:
    """A route that is answered directly; `path` also names it in metrics. What is usual may be taken `at_once`, by the
    application's state; see `services/kit/express.py`."""

    method: str
    path: str
    permission: str
    answer: Callable[[Request, Access], Awaitable[Response]]
    at_once: AtOnce | None = None


class Prepared(Response):
    """A JSON body with the headers it has, which are few and known."""

    def __init__(self, body: bytes, status: int = 200, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        self.body, self.status_code, self.background = body, status, None
        self.raw_headers = [
            (b"content-length", b"%d" % len(body)), (b"content-type", b"application/json"), *headers,
        ]  # fmt: skip


class Application(FastAPI):
    """Answers hot routes and leaves all others to the framework."""

    def __init__(self, hot: Sequence[Hot], around: Callable[[ASGIApp], ASGIApp], **told: Any) -> None:
        """`around` is what every request passes first; hot routes get one of their own."""
        super().__init__(**told)
        self._hot = {(route.method, route.path): route for route in hot}
        self._shortcut = around(self._answer)

    def ways(self) -> Ways:
        """The ways of the hot routes that take something at once."""
        return Ways([
            Way(route.method, route.path, partial(self._take, route.permission, route.at_once))
            for route in self._hot.values() if route.at_once
        ])  # fmt: skip

    def _take(self, permission: str, at_once: AtOnce, asked: Asked) -> bool:
        try:
            access = admit(self.state, asked.headers, permission)
        except Problem:
            return False
        return at_once(self.state, asked, access)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (route := self._hot.get((scope["method"], scope["path"]))):
            scope["app"], scope["route"] = self, route
            await self._shortcut(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: Hot = scope["route"]
        request = Request(scope, receive)
        try:
            response = await route.answer(request, admitted(request, route.permission))
        except Problem as problem:
            response = render(problem, request)
        await response(scope, receive, send)
