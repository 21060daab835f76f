"""How much and how long: the size of a body, and a clock that knows whom an exchange is waiting for.

A request body passes through here piece by piece; it is counted on the way and never kept.
"""

import asyncio
from collections.abc import AsyncIterator
from enum import Enum
from typing import Any
from urllib.parse import parse_qs

from starlette.types import Message, Receive

from gateway.problems import too_large
from gateway.settings import Settings
from services.kit.problems import Problem


class Waiting(Enum):
    """Whom an exchange is waiting for right now."""

    CLIENT = "client"
    SERVICE = "service"
    NOBODY = "nobody"  # the client has gone


def patience(settings: Settings, query: bytes) -> float:
    """Seconds a service may be silent: more when the request itself asks to wait."""
    return settings.wait_seconds if b"wait=" in query and b"wait" in parse_qs(query) else settings.answer_seconds


def check_length(headers: list[tuple[bytes, bytes]], limit: int) -> None:
    """Raises PayloadTooLarge for a body that says itself that it is over the limit."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise too_large(limit, close=False)


class Clock:
    """Ends an exchange when whoever is waited for takes too long, or when the whole of it does.

    Use as a context; it raises TimeoutError when the time is up, and `waiting` says for whom. Turns change several
    times in each exchange and hardly one is ever too long: one timer goes along, and looks again when it has rung.
    """

    def __init__(self, settings: Settings, service_seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + settings.exchange_seconds
        self._client_seconds = settings.client_seconds
        self._service_seconds = service_seconds
        self._until = self._end
        self._task: asyncio.Task[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._expired = False
        self._cancelling = 0
        self.waiting = Waiting.CLIENT

    async def __aenter__(self) -> "Clock":
        self._task = asyncio.current_task()
        self._cancelling = self._task.cancelling() if self._task else 0
        self.client()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: Any) -> None:
        if self._timer:
            self._timer.cancel()
        if (
            self._expired
            and self._task
            and self._task.uncancel() <= self._cancelling
            and kind is asyncio.CancelledError
        ):
            raise TimeoutError from error

    def client(self) -> None:
        """From now on it is the client's turn."""
        self._set(Waiting.CLIENT, self._client_seconds)

    def service(self) -> None:
        """From now on it is the service's turn."""
        self._set(Waiting.SERVICE, self._service_seconds)

    def stop(self) -> None:
        """The client has gone: end it now."""
        self._set(Waiting.NOBODY, 0.0)

    def _set(self, waiting: Waiting, seconds: float) -> None:
        if self._expired or self.waiting is Waiting.NOBODY:
            return
        self.waiting = waiting
        self._until = min(self._end, self._loop.time() + seconds)
        if self._timer is None or self._until < self._timer.when():
            self._wind()

    def _wind(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._until, self._ring)

    def _ring(self) -> None:
        if self._loop.time() < self._until:
            self._wind()
        elif self._task:
            self._expired = True
            self._task.cancel()


class Body:
    """A request's body, to be read once: whole when it came in one piece, else piece by piece.

    `fault` is set when it turned out to be over the limit.
    """

    def __init__(self, first: Message, receive: Receive, limit: int, clock: Clock) -> None:
        self._first = first
        self._receive = receive
        self._limit = limit
        self._clock = clock
        self.fault: Problem | None = None
        self.streamed: bool = first.get("more_body", False)

    def whole(self) -> bytes:
        """The body that came in one piece. Raises PayloadTooLarge."""
        body: bytes = self._first.get("body", b"")
        if len(body) > self._limit:
            raise too_large(self._limit, close=False)
        return body

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes in. Raises PayloadTooLarge, or ConnectionError when the client goes away."""
        message, size = self._first, 0
        while True:
            piece: bytes = message.get("body", b"")
            size += len(piece)
            if size > self._limit:
                self.fault = too_large(self._limit, close=True)
                raise self.fault
            if piece:
                yield piece
            if not message.get("more_body"):
                return
            self._clock.client()
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._clock.stop()
                raise ConnectionError("the client went away")
            self._clock.service()
