"""The last line around the pages: security headers on every answer, and no stack trace for anybody."""

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.pages import failures, policy
from services.kit.problems import InternalError

log = structlog.get_logger("pages")


class Guard:
    """ASGI middleware around the inner application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in policy.HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            if started:
                raise
            log.exception("unexpected_failure", exc_info=error)
            problem = InternalError("The fault is logged under this request's id.")
            await failures.answer(problem, Request(scope))(scope, receive, guarded)
