"""The one public door. What has the address of a resource goes straight to its service; the rest is answered here.

The way of a resource is plain ASGI, because every answer of every respondent takes it: table, identity, limits,
forward. Pages, documents and health are an ordinary application behind the same door.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import inner, routes
from gateway.forward import Forwarder
from gateway.identity.keys import signing_key
from gateway.identity.tokens import Exchange, authorization
from gateway.pages import failures
from gateway.settings import Settings
from gateway.upstream import Upstream
from services.kit import logging, memory
from services.kit.problems import Problem
from services.kit.telemetry import Telemetry


def create_app(settings: Settings | None = None) -> ASGIApp:
    """The gateway as an ASGI application. Without settings they are read from the environment."""
    settings = settings or Settings()
    logging.configure("gateway", settings.log_level, settings.log_format)
    return Telemetry(Door(settings), secret=routes.SECRET)


class Door:
    """Sends each request where it belongs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._identity = Exchange(signing_key(settings.private_key_file))
        self._inner = inner.create(settings, self._opened, self._identity)
        self._forwarder: Forwarder | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        resource = routes.find(scope["path"]) if scope["type"] == "http" else None
        if resource is None or self._forwarder is None:
            await self._within(scope, receive, send)
            return
        scope["route"] = resource
        try:
            token = self._identity.internal(authorization(scope["headers"]))
            await self._forwarder.forward(resource.service, token, scope, receive, send)
        except Problem as problem:
            await failures.answer(problem, Request(scope))(scope, receive, send)

    async def _within(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Routes know GET; the server leaves the body of an answer to HEAD away by itself."""
        asked = {**scope, "method": "GET"} if scope.get("method") == "HEAD" else scope
        await self._inner(asked, receive, send)
        if "route" in asked:
            scope["route"] = asked["route"]

    @asynccontextmanager
    async def _opened(self, _: FastAPI) -> AsyncIterator[Upstream]:
        upstream = Upstream(self._settings)
        self._forwarder = Forwarder(self._settings, upstream)
        memory.settle()
        try:
            yield upstream
        finally:
            self._forwarder = None
            upstream.close()
