"""Carries a request to its service and the answer back, piece by piece, holding on to neither.

What a service answers is passed on untouched, its problems included. A request is never sent twice by us once any of
it may have arrived; only a read whose pooled connection turned out to be dead is repeated, once. A write that has
arrived whole is carried through even when its client has gone: the answer is lost, the write is not.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from starlette.types import Receive, Scope, Send

from gateway.connections import Connection, Headers
from gateway.limits import Body, Clock, Waiting, check_length, patience
from gateway.problems import ClientTooSlow, away, slow
from gateway.settings import Settings
from gateway.upstream import SAFE, Upstream

# Between two neighbours only (RFC 9110, 7.6.1).
HOP_BY_HOP = frozenset({
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
    b"trailer", b"transfer-encoding", b"upgrade",
})  # fmt: skip
# Said anew by us, or not for services to see.
OURS = HOP_BY_HOP | {
    b"authorization", b"cookie", b"expect", b"forwarded", b"host", b"traceparent", b"tracestate", b"x-real-ip",
    b"x-request-id",
}  # fmt: skip
FORWARDED = b"x-forwarded-"
NOTHING: frozenset[bytes] = frozenset()
RESUMABLE = b"tus-resumable"
# The server in front of us says these for itself.
NOT_BACK = HOP_BY_HOP | {b"date", b"server", b"x-request-id"}

_TRACEPARENT = re.compile(rb"^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

log = structlog.get_logger("forward")


def request_headers(scope: Scope, token: str) -> Headers:
    """The headers a service gets: the client's own without those that are ours to say, and ours."""
    headers: Headers = []
    given: dict[bytes, bytes] = {}
    named = _named_by_connection(scope["headers"])
    for name, value in scope["headers"]:
        if name in OURS:
            given[name] = value
        elif name not in named and not name.startswith(FORWARDED):
            headers.append((name, value))
    headers += [
        (b"authorization", b"Bearer " + token.encode()),
        (b"x-request-id", scope["request_id"].encode()),
        (b"x-forwarded-proto", scope["scheme"].encode()),
    ]
    if scope.get("client"):
        headers.append((b"x-forwarded-for", scope["client"][0].encode()))
    if b"host" in given:
        headers.append((b"x-forwarded-host", given[b"host"]))
    return headers + _trace(given)


def _trace(given: Mapping[bytes, bytes]) -> Headers:
    """The trace that the client is in, or the first step of a new one."""
    trace = given.get(b"traceparent", b"")
    if not _TRACEPARENT.match(trace):
        made = secrets.token_hex(24)
        return [(b"traceparent", f"00-{made[:32]}-{made[32:]}-01".encode())]
    state = [(b"tracestate", given[b"tracestate"])] if b"tracestate" in given else []
    return [(b"traceparent", trace), *state]


def response_headers(raw: Headers) -> list[tuple[bytes, bytes]]:
    """The headers a client gets."""
    lowered = [(name.lower(), value) for name, value in raw]
    named = _named_by_connection(lowered)
    return [(name, value) for name, value in lowered if name not in NOT_BACK and name not in named]


def _named_by_connection(headers: Headers) -> frozenset[bytes]:
    """What a Connection header declares to be for the neighbour only."""
    said = [value for name, value in headers if name == b"connection"]
    return frozenset(part.strip().lower() for value in said for part in value.split(b",")) if said else NOTHING


@dataclass(slots=True)
class Exchange:
    """One request on its way; `started` once the client has been sent anything."""

    service: str
    scope: Scope
    receive: Receive
    send: Send
    clock: Clock
    body: Body | None = None
    started: bool = False


class Forwarder:
    """Sends requests on to services."""

    def __init__(self, settings: Settings, upstream: Upstream) -> None:
        self._settings = settings
        self._upstream = upstream

    async def forward(self, service: str, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request with what the service answers.

        Raises PayloadTooLarge, ClientTooSlow, BadUpstream or UpstreamTimeout as long as nothing was answered; after
        that the answer just ends early, so that the client sees it cut.
        """
        check_length(scope["headers"], self._settings.body_bytes)
        clock = Clock(self._settings, patience(self._settings, scope["query_string"]))
        exchange = Exchange(service, scope, receive, send, clock)
        try:
            async with clock:
                await self._carry(exchange, token)
        except OSError as error:
            self._give_up(exchange, error)

    async def _carry(self, exchange: Exchange, token: str) -> None:
        scope, clock = exchange.scope, exchange.clock
        first = await exchange.receive()
        if first["type"] == "http.disconnect":
            return
        body = exchange.body = Body(first, exchange.receive, self._settings.body_bytes, clock)
        data = body.pieces() if body.streamed else body.whole()
        method: str = scope["method"]
        target: bytes = scope["raw_path"]
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        clock.service()
        asked = _asked(scope, method)
        headers = request_headers(scope, token)
        if method not in SAFE or body.streamed:
            await self._through(exchange, asked, target, headers, data)
            return
        async with _watched(exchange):
            await self._through(exchange, asked, target, headers, data)

    async def _through(
        self, exchange: Exchange, method: str, target: bytes, headers: Headers, body: bytes | AsyncIterator[bytes]
    ) -> None:
        connection = await self._upstream.begin(exchange.service, method, target, headers, body)
        try:
            await self._answer(exchange, connection)
        finally:
            self._upstream.done(exchange.service, connection)

    async def _answer(self, exchange: Exchange, answer: Connection) -> None:
        exchange.started = True
        send, clock = exchange.send, exchange.clock
        headers = response_headers(answer.headers)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if exchange.scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        more = True
        while more:
            piece = await answer.read()
            more = not answer.ended
            clock.client()
            await send({"type": "http.response.body", "body": piece, "more_body": more})
            clock.service()

    def _give_up(self, exchange: Exchange, error: Exception) -> None:
        """Say why, if it can still be said; a client that has gone is told nothing."""
        waiting, body = exchange.clock.waiting, exchange.body
        if waiting is Waiting.NOBODY:
            log.info("client_gone", service=exchange.service)
        elif exchange.started:
            log.warning("answer_cut", service=exchange.service, waiting=waiting.value, error=repr(error))
        elif body and body.fault:
            raise body.fault from error
        elif not isinstance(error, TimeoutError):
            log.warning("service_away", service=exchange.service, error=repr(error))
            raise away(exchange.service) from error
        elif waiting is Waiting.CLIENT:
            raise ClientTooSlow("The request stopped coming in; send it again.") from error
        else:
            raise slow(exchange.service) from error


def _asked(scope: Scope, method: str) -> str:
    """What a service is asked: it answers HEAD by GET, but for a resumable upload, where HEAD asks something else."""
    if method == "HEAD" and not any(name == RESUMABLE for name, _ in scope["headers"]):
        return "GET"
    return method


@asynccontextmanager
async def _watched(exchange: Exchange) -> AsyncIterator[None]:
    """Stop the clock as soon as the client goes away: nobody needs the answer to a read that nobody waits for."""

    async def until_gone() -> None:
        while (await exchange.receive())["type"] != "http.disconnect":
            pass
        exchange.clock.stop()

    watcher = asyncio.create_task(until_gone())
    try:
        yield
    finally:
        watcher.cancel()
