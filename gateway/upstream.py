"""The services as everything here asks them: a request goes out on a pooled connection, and its answer has begun."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from gateway.connections import Broken, Connection, Headers, Pool
from gateway.problems import away, slow
from gateway.settings import SERVICES, Settings

JSON_SECONDS = 10.0

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CHUNKED = b"transfer-encoding: chunked\r\n"
CHUNKED_END = CHUNKED + b"\r\n"
# In a path: what separates and what is encoded already.
AS_WRITTEN = "/%:@!$&'()*+,;=~"
BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: its JSON is None where there is no body."""

    status: int
    content: Any
    etag: str | None


@dataclass(frozen=True, slots=True)
class Whole:
    """What a service answered as it came; header names are in lower case."""

    status: int
    content: bytes
    headers: Mapping[str, str]


class Upstream:
    """The services behind the gateway. To be made where an event loop runs, and closed."""

    def __init__(self, settings: Settings) -> None:
        self._pools = {
            service: Pool(settings.url(service), settings.connections, settings.connect_seconds) for service in SERVICES
        }

    def close(self) -> None:
        """Give the connections back."""
        for pool in self._pools.values():
            pool.close()

    async def begin(
        self, service: str, method: str, target: bytes, headers: Headers, body: bytes | AsyncIterator[bytes] = b""
    ) -> Connection:
        """A connection on which the head of the answer has come, to be given to `done`. `target` is path and query as
        they are sent.

        Nothing is sent a second time once any of it may have arrived, but a read whose pooled connection turned out to
        be dead. Raises OSError for a service that is away or breaks off, TimeoutError for one that does not let us in,
        and whatever a body that comes in pieces raises.
        """
        pool = self._pools[service]
        start = _start(pool, method, target, headers, body)
        connection = await pool.take()
        again = connection.used and method in SAFE and isinstance(body, bytes)
        try:
            return await _asked(pool, connection, start, body)
        except Broken:
            if not again or not connection.silent:
                raise
        return await _asked(pool, await pool.take(fresh=True), start, body)

    def at_hand(self, service: str) -> Connection | None:
        """A connection that is open and free, to be given to `done`; None when there is anything to wait for."""
        return self._pools[service].at_hand()

    def written(self, service: str, method: str, target: bytes, headers: Headers, body: bytes) -> bytes:
        """A whole request as it is sent."""
        return _start(self._pools[service], method, target, headers, body) + body

    def done(self, service: str, connection: Connection) -> None:
        """Give a connection back, wherever its exchange stands."""
        self._pools[service].give(connection)

    async def json(
        self, service: str, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and decoded body. Raises UpstreamTimeout, or BadUpstream for a dead or confused service."""
        answer = await self.ask(service, "GET", path, params, headers)
        return answer.status, answer.content

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """What a service answers in JSON. Raises UpstreamTimeout, or BadUpstream for a dead or confused service."""
        answer = await self.whole(service, method, path, params, headers, body)
        try:
            decoded = orjson.loads(answer.content) if answer.content else None
        except orjson.JSONDecodeError as error:
            raise away(service) from error
        return Answer(answer.status, decoded, answer.headers.get("etag"))

    async def whole(
        self,
        service: str,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Whole:
        """What a service answers, all of it in memory. Raises UpstreamTimeout, or BadUpstream for a dead service."""
        target = quote(path, safe=AS_WRITTEN) + (f"?{urlencode(params)}" if params else "")
        told = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        try:
            async with asyncio.timeout(JSON_SECONDS):
                connection = await self.begin(service, method, target.encode(), told, body or b"")
                try:
                    content = await _whole(connection)
                finally:
                    self.done(service, connection)
        except TimeoutError as error:
            raise slow(service) from error
        except OSError as error:
            raise away(service) from error
        if connection.status >= 500:
            raise away(service)
        told_back = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in connection.headers}
        return Whole(connection.status, content, told_back)


def _start(pool: Pool, method: str, target: bytes, headers: Headers, body: bytes | AsyncIterator[bytes]) -> bytes:
    """The head of a request. How long its body is, is said here, for one that comes in pieces as its client said it."""
    lines = [method.encode(), b" ", pool.prefix, target, b" HTTP/1.1\r\nhost: ", pool.host, b"\r\n"]
    length = b""
    for name, value in headers:
        if name == b"content-length":
            length = value
        else:
            lines += name, b": ", value, b"\r\n"
    if isinstance(body, bytes):
        if body or method not in BODILESS:
            lines.append(b"content-length: %d\r\n" % len(body))
    else:
        lines.append(b"content-length: " + length + b"\r\n" if length else CHUNKED)
    lines.append(b"\r\n")
    return b"".join(lines)


async def _asked(pool: Pool, connection: Connection, start: bytes, body: bytes | AsyncIterator[bytes]) -> Connection:
    try:
        if isinstance(body, bytes):
            connection.send(start + body)
            await connection.head()
        else:
            connection.send(start)
            connection.sending = asyncio.create_task(_send_on(connection, body, chunked=start.endswith(CHUNKED_END)))
            await _begun(connection, connection.sending)
    except BaseException:
        pool.give(connection)
        raise
    return connection


async def _begun(connection: Connection, sending: "asyncio.Task[None]") -> None:
    """Wait for the head of the answer, which may come before the body is sent. Raises what the sending raises."""
    head = asyncio.create_task(connection.head())
    try:
        await asyncio.wait((sending, head), return_when=asyncio.FIRST_COMPLETED)
        if sending.done() and not head.done() and (error := sending.exception()) and not isinstance(error, Broken):
            raise error
        await head
    finally:
        head.cancel()


async def _send_on(connection: Connection, pieces: AsyncIterator[bytes], *, chunked: bool) -> None:
    async for piece in pieces:
        await connection.send_on(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
    if chunked:
        await connection.send_on(b"0\r\n\r\n")


async def _whole(connection: Connection) -> bytes:
    pieces = []
    while piece := await connection.read():
        pieces.append(piece)
    return b"".join(pieces)
