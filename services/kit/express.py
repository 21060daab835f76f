"""The shortest way to a hot route: a usual request that came in whole is answered by the server's protocol itself.

Between a server and an application behind ASGI lie a task, two events and a dozen calls for each request; that takes as
long as all the rest of what a response needs. `Express` is the server's own protocol, which offers such a request to a
`Way` first. What no way takes goes to the application as if there were none: so the fault of a way costs time and never
an answer. See `docs/decisions/0010-express.md`.

An application brings its ways in the state of its lifespan, under `WAYS`.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import httptools
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from services.kit import headers, problems, telemetry
from services.kit.problems import InternalError, Problem

WAYS = "tinjau.ways"
BODY_BYTES = 16_384
"""Larger bodies go to the application: there they are read piece by piece."""

NO_HTTP = "Invalid HTTP request received."
OFFERS = frozenset({b"upgrade", b"http2-settings"})
PROXIES = frozenset({b"x-forwarded-for", b"x-forwarded-proto"})

Headers = Iterable[tuple[bytes, bytes]]
Rendering = Callable[[Problem, Request], Response]

log = structlog.get_logger("request")


@dataclass(frozen=True, slots=True)
class Way:
    """A route with an exact address. `take` looks at a request, at once: True when it has taken it and will answer it,
    now or later; False when it is for the application, and then nothing may have happened."""

    method: str
    path: str
    take: "Callable[[Asked], bool]"


class Ways:
    """The ways of an application, and how it renders a problem."""

    def __init__(self, ways: Sequence[Way], render: Rendering = problems.render) -> None:
        self._ways = {(way.method.encode(), way.path.encode()): way for way in ways}
        self.render = render

    def find(self, method: bytes, target: bytes) -> Way | None:
        """The way for a method and a target as it was sent."""
        return self._ways.get((method, target))


class Asked:
    """A request with its whole body, to be answered once: with `answer` or with `fail`.

    The server's protocol knows it as the exchange that its connection is busy with.
    """

    __slots__ = (
        "_protocol", "_started", "_way", "body", "disconnected", "headers", "keep_alive", "request_id",
        "response_complete", "scope",
    )  # fmt: skip
    message_event = asyncio.Event()  # what the server tells an application by; nobody waits for it here

    def __init__(self, protocol: "Express", way: Way, body: bytes) -> None:
        self._protocol = protocol
        self._way = way
        self._started = time.perf_counter()
        self.body = body
        self.scope: Scope = cast("Scope", protocol.scope)
        self.scope.update({"method": way.method, "path": way.path, "raw_path": protocol.url, "query_string": b""})
        self.headers = headers.of(self.scope)
        self.request_id = telemetry.named(self.headers.get(telemetry.REQUEST_ID, b""))
        self.scope["request_id"] = self.request_id.decode()
        self.disconnected = self.response_complete = False
        self.keep_alive = True

    def answer(self, status: int, told: Headers, body: bytes) -> None:
        """Send the answer, whose headers say how long it is, and tell of the request. There is one answer: whatever
        comes after it is dropped."""
        if self.response_complete:
            return
        server = self._protocol.server_state
        lines = [STATUS_LINE[status]]
        for name, value in (*server.default_headers, *told):
            lines += name, b": ", value, b"\r\n"
        lines += telemetry.REQUEST_ID, b": ", self.request_id, b"\r\n"
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        lines += b"\r\n", body
        # Counted first: whoever has heard the answer finds it counted, also when this process is killed right after it.
        way, seconds = self._way, time.perf_counter() - self._started
        telemetry.note(self.scope["request_id"], way.method, way.path, way.path, status, seconds)
        self.response_complete = True
        transport = self._protocol.transport
        if not transport.is_closing():
            transport.write(b"".join(lines))
            if not self.keep_alive:
                transport.close()
        self._protocol.on_response_complete()

    def respond(self, response: Response) -> None:
        """Answer with a response that is whole."""
        self.answer(response.status_code, response.raw_headers, bytes(response.body))

    def fail(self, error: Exception) -> None:
        """Answer with a problem; what is none is logged, and is a fault of ours."""
        if not isinstance(error, Problem):
            log.error("unexpected_failure", exc_info=error, request_id=self.scope["request_id"])
            error = InternalError("The fault is logged under this request's id.")
        self.respond(self._protocol.ways.render(error, Request(self.scope)))


class Express(HttpToolsProtocol):
    """The server's protocol for HTTP/1.1, with the ways of its application before it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.ways: Ways = self.app_state.get(WAYS) or NONE
        self._way: Way | None = None
        self._pieces: list[bytes] = []
        self._proxies: ProxyHeadersMiddleware | None = None
        if isinstance(self.app, ProxyHeadersMiddleware):
            self._proxies = ProxyHeadersMiddleware(_nothing)
            self._proxies.trusted_hosts = self.app.trusted_hosts

    def on_headers_complete(self) -> None:
        if self._offers_another():
            return
        self._way = self._usual()
        if self._way is None:
            super().on_headers_complete()
        else:
            self._pieces = []

    def on_body(self, body: bytes) -> None:
        if self._way is None:
            super().on_body(body)
        else:
            self._pieces.append(body)

    def on_message_complete(self) -> None:
        if self._offers_another():
            return
        if self._way is None or not self._taken(self._way):
            super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as told:
            if self._offers_another():
                self._go_on(data[told.args[0] :])
        except httptools.HttpParserError:
            self.logger.warning(NO_HTTP)
            self.send_400_response(NO_HTTP)
        if self._way is not None and not self.transport.is_closing():
            self._leave()  # more is to come: the application knows how long to wait for it

    def _usual(self) -> Way | None:
        """The way for a request whose head has come, unless there is anything to it that only the server knows."""
        way = self.ways.find(self.parser.get_method(), self.url)
        if (
            way is None
            or (self.cycle is not None and not self.cycle.response_complete)  # sent before the last was answered
            or self.expect_100_continue
            or self.parser.get_http_version() != "1.1"
            or not self.parser.should_keep_alive()
        ):
            return None
        return way

    def _taken(self, way: Way) -> bool:
        """Whether the way has taken the request; else it is with the application, but for its end."""
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        if len(body) <= BODY_BYTES:
            before, asked = self.cycle, Asked(self, way, body)
            self._way, self.cycle = None, asked  # type: ignore[assignment]
            try:
                self._believe(asked)
                if way.take(asked):
                    return True
            except Exception as error:  # noqa: BLE001 - as the application's own middleware does
                asked.fail(error)
                return True
            self.cycle = before
        self._leave()
        return False

    def _offers_another(self) -> bool:
        """Whether the request offers to speak another protocol, such as HTTP/2. A tunnel is no offer, and stays one."""
        return bool(self.parser.should_upgrade()) and self.parser.get_method() != b"CONNECT"

    def _go_on(self, rest: bytes) -> None:
        """Read a request as if it had not made its offer, which nothing here takes up (RFC 9110, 7.8). The parser takes
        what follows the head for that other protocol, and so would lose the body."""
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method(), b" ", self.url, b" HTTP/", version, b"\r\n"]
        for name, value in self.headers:
            if name == b"connection":
                kept = [each for each in value.split(b",") if each.strip().lower() not in OFFERS]
                lines += name, b": ", b",".join(kept), b"\r\n"
            elif name not in OFFERS:
                lines += name, b": ", value, b"\r\n"
        lines += b"\r\n", rest
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as the server does
        self.data_received(b"".join(lines))

    def _believe(self, asked: Asked) -> None:
        """Let the server say who the client is, when a proxy has something to tell of it."""
        if self._proxies is not None and not PROXIES.isdisjoint(asked.headers):
            with suppress(StopIteration):  # it waits for nothing, and so ends at its first step
                self._proxies(asked.scope, None, None).send(None)  # type: ignore[arg-type]

    def _leave(self) -> None:
        """Leave the request to the application, with what has come of it."""
        self._way = None
        super().on_headers_complete()
        for piece in self._pieces:
            super().on_body(piece)


async def _nothing(*_: Any) -> None:
    """What stands behind the server's own middleware here."""


NONE = Ways([])
