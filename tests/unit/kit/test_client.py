"""A neighbour that answers, fails, talks nonsense, is silent or is not there: the caller always gets a name for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from services.kit.client import Neighbour
from services.kit.problems import BadUpstream, Problem, UpstreamTimeout


@asynccontextmanager
async def neighbour(answer: Callable[[str], bytes | None], seconds: float = 5.0) -> AsyncIterator[Neighbour]:
    """A server on loopback that sends what `answer` makes of a request's head; None keeps it waiting."""

    served: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.current_task())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        sent = answer(head)
        if sent is None:
            await reader.read()
        else:
            writer.write(sent)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = Neighbour("other", f"http://127.0.0.1:{port}", seconds=seconds, token="own")
    try:
        yield client
    finally:
        await client.close()
        await asyncio.gather(*(task for task in served if task))
        server.close()
        await server.wait_closed()


def reply(status: str, content: bytes) -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (
        status.encode(),
        len(content),
        content,
    )


async def test_status_and_body_come_through_and_the_credential_is_the_callers_or_our_own() -> None:
    heads: list[str] = []

    def answer(head: str) -> bytes:
        heads.append(head.lower())
        return reply("404 Not Found", b'{"type": "/problems/not-found"}')

    async with neighbour(answer) as other:
        assert await other.get("/api/v1/things", {"q": "a b"}) == (404, {"type": "/problems/not-found"})
        await other.get("/api/v1/things", token="callers", seconds=3)
    assert heads[0].startswith("get /api/v1/things?q=a")
    assert "authorization: bearer own\r\n" in heads[0]
    assert "authorization: bearer callers\r\n" in heads[1]


@pytest.mark.parametrize(
    ("sent", "problem", "sentence"),
    [
        (reply("500 Internal Server Error", b"{}"), BadUpstream, "failed with 500"),
        (reply("503 Service Unavailable", b"{}"), BadUpstream, "failed with 503"),
        (reply("200 OK", b"<html>"), BadUpstream, "did not answer with JSON"),
        (reply("200 OK", b""), BadUpstream, "did not answer with JSON"),
        (b"nonsense\r\n\r\n", BadUpstream, "cannot be reached"),
        (b"", BadUpstream, "cannot be reached"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", BadUpstream, "cannot be reached"),
        (None, UpstreamTimeout, "did not answer in time"),
    ],
)
async def test_a_neighbour_that_fails_is_named(sent: bytes | None, problem: type[Problem], sentence: str) -> None:
    async with neighbour(lambda _: sent, seconds=0.2 if sent is None else 5.0) as other:
        with pytest.raises(problem, match=f"The other service {sentence}"):
            await other.get("/")


async def test_a_neighbour_that_is_not_there_cannot_be_reached() -> None:
    async with neighbour(lambda _: b"") as other:
        address = str(other._client.base_url)
    gone = Neighbour("other", address)
    calls: list[Awaitable[object]] = [gone.get("/"), gone.get("/", seconds=1)]
    for call in calls:
        with pytest.raises(BadUpstream, match="cannot be reached"):
            await call
    await gone.close()
