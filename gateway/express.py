"""The straight way of a response: from one connection to the other, without a task in between.

What it sends and answers is what `forward.py` would, by the same functions. It takes a request only when there is
nothing to wait for: an identity that is known to be good, a connection that is open, a body that is here. A write that
was sent is carried through, like there, even when its client has gone.
"""

import asyncio

import structlog

from gateway import routes
from gateway.connections import Connection
from gateway.forward import request_headers, response_headers
from gateway.identity.tokens import Exchange, authorization
from gateway.pages import failures
from gateway.problems import away, slow
from gateway.settings import Settings
from gateway.upstream import Upstream
from services.kit.express import Asked, Way, Ways
from services.kit.problems import Problem

RESPONSES = routes.RESOURCES["responses"]
LENGTH = b"content-length"

log = structlog.get_logger("forward")


class Straight:
    """Sends single responses straight on to their service."""

    def __init__(self, settings: Settings, identity: Exchange, upstream: Upstream) -> None:
        self._settings = settings
        self._identity = identity
        self._upstream = upstream
        self._seconds = min(settings.answer_seconds, settings.exchange_seconds)

    def ways(self) -> Ways:
        """What the server's protocol may take; problems look like everywhere at this door."""
        return Ways([Way("POST", RESPONSES.path, self._take)], failures.answer)

    def _take(self, asked: Asked) -> bool:
        if len(asked.body) > self._settings.body_bytes:
            return False
        try:
            token = self._identity.internal(authorization(asked.scope["headers"]))
        except Problem:
            return False
        scope = asked.scope
        headers = request_headers(scope, token)
        data = self._upstream.written(RESPONSES.service, scope["method"], scope["raw_path"], headers, asked.body)
        connection = self._upstream.at_hand(RESPONSES.service)
        if connection is None:
            return False
        Passage(asked, connection, self._upstream).begin(data, self._seconds)
        return True


class Passage:
    """One request on a connection, until its answer is there or will not come."""

    __slots__ = ("_asked", "_connection", "_late", "_timer", "_upstream")

    def __init__(self, asked: Asked, connection: Connection, upstream: Upstream) -> None:
        self._asked = asked
        self._connection = connection
        self._upstream = upstream
        self._late = False
        self._timer: asyncio.TimerHandle

    def begin(self, data: bytes, seconds: float) -> None:
        """Send it, as it is written. It is broken off when the service has not answered after so many seconds."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self._ring)
        self._connection.ask(data, self._done)

    def _ring(self) -> None:
        self._late = True
        self._connection.abort()

    def _done(self) -> None:
        try:
            self._answer()
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            self._asked.fail(error)

    def _answer(self) -> None:
        self._timer.cancel()
        status, headers, body = self._connection.status, self._connection.headers, self._connection.held()
        error = self._connection.error
        self._upstream.done(RESPONSES.service, self._connection)
        if self._late:
            self._asked.fail(slow(RESPONSES.service))
        elif error:
            request_id = self._asked.scope["request_id"]
            log.warning("service_away", service=RESPONSES.service, error=repr(error), request_id=request_id)
            self._asked.fail(away(RESPONSES.service))
        else:
            told = response_headers(headers)
            if not any(name == LENGTH for name, _ in told):
                told.append((LENGTH, b"%d" % len(body)))
            self._asked.answer(status, told, body)
