"""Connections to the services: HTTP/1.1 as a forwarder needs it, straight on the event loop's transports.

Every answer of every respondent passes through here. A general client spends most of its time on what a forwarder must
not do: reading addresses, following, decoding, keeping cookies. See `docs/decisions/0003-forwarding-client.md`.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

import httptools

# Shorter than a service keeps an idle connection: a pooled connection is given up by us, not under a request.
IDLE_SECONDS = 4.0
# What of an answer is held while its reader is busy; then the service has to wait.
HELD_BYTES = 256 * 1024
HEAD_BYTES = 64 * 1024

Headers = list[tuple[bytes, bytes]]


class Broken(ConnectionError):
    """The service broke off, or what it said is no HTTP."""


class Connection(asyncio.Protocol):
    """One connection, one request at a time: `send` it, await `head`, then `read` until nothing comes. Or `ask`, and be
    told when the answer is there."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._sendable: asyncio.Future[None] | None = None
        self.lost = False
        self.used = False
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._asked = False
        self._heard = 0
        self._head: asyncio.Future[None] | None = None
        self._news: asyncio.Future[None] | None = None
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._done: Callable[[], None] | None = None
        self._kept_open = False
        self.error: Broken | None = None
        self.status = 0
        self.headers: Headers = []
        self.ended = False
        self.sending: asyncio.Task[None] | None = None  # of a body that is still on its way

    # ---- what a forwarder does

    def send(self, data: bytes) -> None:
        """Send the head of a request, with its body or the first of it."""
        if self.used:
            self._begin()
        self.used = self._asked = True
        if self.lost:
            self.error = Broken("the connection was closed")
        else:
            self._transport.write(data)

    def ask(self, data: bytes, done: Callable[[], None]) -> None:
        """Send a whole request. `done` is called when its answer is whole, to be had by `status`, `headers` and `held`,
        or when `error` says why there is none. However long it is, it is held here."""
        self.send(data)
        self._done = done
        if self.error is not None:
            self._loop.call_soon(self._finish)

    async def send_on(self, data: bytes) -> None:
        """Send more of a body, as fast as the service takes it. Raises Broken."""
        if self.lost:
            raise self.error or Broken("the connection was closed")
        self._transport.write(data)
        if self._sendable is not None:
            await asyncio.shield(self._sendable)

    async def head(self) -> None:
        """Wait until `status` and `headers` are there. Raises Broken."""
        if not self.status and self.error is None:
            self._head = self._loop.create_future()
            await self._head
        if self.error is not None and not self.status:
            raise self.error

    async def read(self) -> bytes:
        """What has come of the body; nothing at its end. Raises Broken when it was cut."""
        while not self._held and not self.ended:
            if self.error is not None:
                raise self.error
            self._news = self._loop.create_future()
            await self._news
        if self._held_bytes > HELD_BYTES and not self.lost:
            self._transport.resume_reading()
        return self.held()

    def held(self) -> bytes:
        """What has come of the body and was not read yet."""
        data = self._held[0] if len(self._held) == 1 else b"".join(self._held)
        self._held.clear()
        self._held_bytes = 0
        return data

    @property
    def silent(self) -> bool:
        """Whether nothing was heard since the request was sent."""
        return not self._heard

    @property
    def reusable(self) -> bool:
        """Whether the next request may go this way."""
        sent = self.sending is None or (self.sending.done() and not self.sending.exception())
        return self.ended and self._kept_open and sent and not self.lost and self.error is None

    def abort(self) -> None:
        """Break off at once."""
        if self.sending is not None and not self.sending.cancel() and not self.sending.cancelled():
            self.sending.exception()  # it has been told, or nobody is there to hear it
        if not self.lost:
            self._transport.abort()

    # ---- what the transport says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        self.resume_writing()
        if self.ended or not self._asked:
            return
        if error is None and self.status and not any(
            name.lower() in {b"content-length", b"transfer-encoding"} for name, _ in self.headers
        ):  # fmt: skip
            self.ended = True  # an answer without a length ends with its connection
            self._tell()
        else:
            self._fail(str(error or "the service closed the connection"))
        self._finish()

    def data_received(self, data: bytes) -> None:
        self._heard += len(data)
        fault = ""
        if not self._asked or self.ended:
            fault = "nothing was asked"
        else:
            try:
                self._parser.feed_data(data)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
                fault = str(error)
        if fault or (not self.status and self._heard > HEAD_BYTES):
            self._fail(f"the service does not speak HTTP: {fault or 'the head of its answer does not end'}")
            self.abort()
        self._finish()

    def pause_writing(self) -> None:
        self._sendable = self._loop.create_future()

    def resume_writing(self) -> None:
        waiting, self._sendable = self._sendable, None
        self._wake(waiting)

    # ---- what the parser says

    def on_message_begin(self) -> None:
        if self.ended:
            raise ValueError("more was answered than was asked")

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:  # only a word in between
            self.headers = []
            return
        self.status = status
        waiting, self._head = self._head, None
        self._wake(waiting)

    def on_body(self, body: bytes) -> None:
        self._held.append(body)
        before = self._held_bytes
        self._held_bytes += len(body)
        if before <= HELD_BYTES < self._held_bytes and self._done is None:
            self._transport.pause_reading()
        self._tell()

    def on_message_complete(self) -> None:
        if self.status:
            self.ended = True
            self._kept_open = self._parser.should_keep_alive()
            self._tell()

    # ----

    def _fail(self, why: str) -> None:
        self.error = self.error or Broken(why)
        waiting, self._head = self._head, None
        self._wake(waiting)
        self._tell()

    def _finish(self) -> None:
        if self._done is not None and (self.ended or self.error is not None):
            done, self._done = self._done, None
            done()

    def _tell(self) -> None:
        waiting, self._news = self._news, None
        self._wake(waiting)

    @staticmethod
    def _wake(waiting: asyncio.Future[None] | None) -> None:
        if waiting is not None and not waiting.done():
            waiting.set_result(None)


class Pool:
    """The connections to one service: so many at most, the one used last first."""

    def __init__(self, origin: str, most: int, connect_seconds: float) -> None:
        """`most` connections; whoever finds none free waits. To be made where an event loop runs."""
        parts = urlsplit(origin)
        self._secure = parts.scheme == "https"
        self._at = (parts.hostname or "", parts.port or (443 if self._secure else 80))
        self.host = parts.netloc.rpartition("@")[2].encode()
        self.prefix = parts.path.rstrip("/").encode()
        self._connect_seconds = connect_seconds
        self._loop = asyncio.get_running_loop()
        self._free: asyncio.Queue[None] = asyncio.Queue()
        for _ in range(most):
            self._free.put_nowait(None)
        self._waiting = 0
        self._idle: deque[tuple[float, Connection]] = deque()

    async def take(self, *, fresh: bool = False) -> Connection:
        """A connection, to be given back; a `fresh` one is new. Raises OSError or TimeoutError when none is made."""
        self._waiting += 1
        try:
            await self._free.get()
        finally:
            self._waiting -= 1
        try:
            oldest = self._loop.time() - IDLE_SECONDS
            while self._idle and not fresh:
                since, connection = self._idle.pop()
                if since > oldest and not connection.lost:
                    return connection
                connection.abort()
            return await self._connect()
        except BaseException:
            self._free.put_nowait(None)
            raise

    def at_hand(self) -> Connection | None:
        """A connection that is open and free, to be given back; None when there is anything to wait for, or anybody who
        waits already."""
        if self._waiting or self._free.empty() or not self._idle:
            return None
        since, connection = self._idle.pop()
        if connection.lost or since <= self._loop.time() - IDLE_SECONDS:
            connection.abort()
            return None
        self._free.get_nowait()
        return connection

    def give(self, connection: Connection) -> None:
        """A connection after its exchange; one that is not at a clean end is closed."""
        self._free.put_nowait(None)
        if not connection.reusable:
            connection.abort()
            return
        now = self._loop.time()
        self._idle.append((now, connection))
        while self._idle[0][0] < now - IDLE_SECONDS:
            self._idle.popleft()[1].abort()

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop()[1].abort()

    async def _connect(self) -> Connection:
        async with asyncio.timeout(self._connect_seconds):
            host, port = self._at
            _, connection = await self._loop.create_connection(Connection, host, port, ssl=self._secure or None)
            return connection
