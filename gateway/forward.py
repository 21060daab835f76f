"""Carries a request to its service and the answer back, piece by piece, holding on to neither.

What a service answers is passed on untouched, its problems included. A request is never sent twice by us once any of
it may have arrived; only a read whose pooled connection turned out to be dead is repeated, once. A write that has
arrived whole is carried through even when its client has gone: the answer is lost, the write is not.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog
from starlette.types import Receive, Scope, Send

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
# The server in front of us says these for itself.
NOT_BACK = HOP_BY_HOP | {b"date", b"server", b"x-request-id"}

_TRACEPARENT = re.compile(r"^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

log = structlog.get_logger("forward")

RawHeaders = Iterable[tuple[bytes, bytes]]


def request_headers(scope: Scope, token: str) -> list[tuple[str, str]]:
    """The headers a service gets: the client's own without those that are ours to say, and ours."""
    headers: list[tuple[str, str]] = []
    given: dict[bytes, str] = {}
    named = _named_by_connection(scope["headers"])
    for name, value in scope["headers"]:
        if name in OURS:
            given[name] = value.decode("latin-1")
        elif name not in named and not name.startswith(FORWARDED):
            headers.append((name.decode("latin-1"), value.decode("utf-8", "replace")))
    headers += [
        ("Authorization", f"Bearer {token}"),
        ("X-Request-ID", scope["request_id"]),
        ("X-Forwarded-Proto", scope["scheme"]),
    ]
    if scope.get("client"):
        headers.append(("X-Forwarded-For", scope["client"][0]))
    if b"host" in given:
        headers.append(("X-Forwarded-Host", given[b"host"]))
    return headers + _trace(given)


def _trace(given: Mapping[bytes, str]) -> list[tuple[str, str]]:
    """The trace that the client is in, or the first step of a new one."""
    trace = given.get(b"traceparent", "")
    if not _TRACEPARENT.match(trace):
        return [("traceparent", f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01")]
    state = [("tracestate", given[b"tracestate"])] if b"tracestate" in given else []
    return [("traceparent", trace), *state]


def response_headers(raw: RawHeaders) -> list[tuple[bytes, bytes]]:
    """The headers a client gets."""
    lowered = [(name.lower(), value) for name, value in raw]
    named = _named_by_connection(lowered)
    return [(name, value) for name, value in lowered if name not in NOT_BACK and name not in named]


def _named_by_connection(headers: RawHeaders) -> frozenset[bytes]:
    """What a Connection header declares to be for the neighbour only."""
    return frozenset(
        part.strip().lower() for name, value in headers if name == b"connection" for part in value.split(b",")
    )


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
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            self._give_up(exchange, error)

    async def _carry(self, exchange: Exchange, token: str) -> None:
        scope, clock = exchange.scope, exchange.clock
        first = await exchange.receive()
        if first["type"] == "http.disconnect":
            return
        body = exchange.body = Body(first, exchange.receive, self._settings.body_bytes, clock)
        data = body.pieces() if body.streamed else body.whole() or None
        method: str = scope["method"]
        address = self._upstream.address(exchange.service, scope["raw_path"].decode(), scope["query_string"].decode())
        clock.service()
        async with (
            _watched(exchange, method in SAFE and not body.streamed),
            self._upstream.session.request(
                "GET" if method == "HEAD" else method, address,
                data=data, headers=request_headers(scope, token), allow_redirects=False,
            ) as answer,
        ):  # fmt: skip
            await self._answer(exchange, answer)

    async def _answer(self, exchange: Exchange, answer: aiohttp.ClientResponse) -> None:
        exchange.started = True
        headers = response_headers(answer.raw_headers)
        await exchange.send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if exchange.scope["method"] == "HEAD":
            answer.close()
        else:
            async for piece in answer.content.iter_any():
                exchange.clock.client()
                await exchange.send({"type": "http.response.body", "body": piece, "more_body": True})
                exchange.clock.service()
        await exchange.send({"type": "http.response.body", "body": b"", "more_body": False})

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


@asynccontextmanager
async def _watched(exchange: Exchange, watch: bool) -> AsyncIterator[None]:
    """Stop the clock as soon as the client goes away: nobody needs the answer to a read that nobody waits for."""
    if not watch:
        yield
        return

    async def until_gone() -> None:
        while (await exchange.receive())["type"] != "http.disconnect":
            pass
        exchange.clock.stop()

    watcher = asyncio.create_task(until_gone())
    try:
        yield
    finally:
        watcher.cancel()
