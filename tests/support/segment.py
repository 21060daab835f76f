"""Requests in one piece. A general client sends head and body apart, and our servers answer the two kinds by different
ways; phones do either."""

import asyncio
from collections import deque
from collections.abc import Mapping
from itertools import cycle

import httpx2

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HTTP_SECONDS = 30


class OnePiece(httpx2.AsyncBaseTransport):
    """Sends each request in one piece, to servers that say how long their answers are."""

    def __init__(self, *, keep: bool = True) -> None:
        """`keep`: use a connection again."""
        self._keep = keep
        self._idle: deque[Line] = deque()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        head = b"%b %b HTTP/1.1\r\n" % (request.method.encode(), request.url.raw_path)
        lines = b"".join(b"%b: %b\r\n" % header for header in request.headers.raw)
        whole = head + lines + b"\r\n" + await request.aread()
        try:
            async with asyncio.timeout(HTTP_SECONDS):
                return await self._exchanged(request, whole)
        except (OSError, EOFError, ValueError) as error:  # TimeoutError is an OSError
            raise httpx2.RemoteProtocolError(repr(error), request=request) from error

    async def _exchanged(self, request: httpx2.Request, whole: bytes) -> httpx2.Response:
        reader, writer = line = await self._line(request.url)
        try:
            writer.write(whole)
            status, headers, body = await answer(reader)
        except BaseException:
            writer.transport.abort()
            raise
        if self._keep and httpx2.Headers(headers).get("connection") != "close":
            self._idle.append(line)
        else:
            writer.close()
        return httpx2.Response(status, headers=headers, content=body, request=request)

    async def _line(self, url: httpx2.URL) -> Line:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(url.host, url.port)

    async def aclose(self) -> None:
        for _, writer in self._idle:
            writer.close()


class EitherWay(httpx2.AsyncBaseTransport):
    """Sends every other single response in one piece, and whatever else as a client usually does."""

    def __init__(self, *, keep: bool = True) -> None:
        """`keep`: use a connection again."""
        limits = httpx2.Limits() if keep else httpx2.Limits(max_keepalive_connections=0)
        self._usual = httpx2.AsyncHTTPTransport(limits=limits)
        self._whole = OnePiece(keep=keep)
        self._turns = cycle((self._whole, self._usual))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        single = request.method == "POST" and request.url.path == "/api/v1/responses"
        transport = next(self._turns) if single else self._usual
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._usual.aclose()
        await self._whole.aclose()


async def answer(reader: asyncio.StreamReader) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of an answer. Raises EOFError for one that was cut."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
    headers = [(name.lower(), value) for name, value in (line.split(b": ", 1) for line in lines)]
    return int(first.split()[1]), headers, await reader.readexactly(int(dict(headers)[b"content-length"]))


async def post(origin: str, path: str, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
    """The answer to a POST in one piece, on a connection of its own."""
    async with httpx2.AsyncClient(base_url=origin, transport=OnePiece(keep=False)) as client:
        return await client.post(path, content=body, headers=dict(headers))
