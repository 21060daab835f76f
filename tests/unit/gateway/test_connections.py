"""The forwarder's own connections, against services that say what a well-behaved server never would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from gateway import connections
from gateway.connections import Broken, Connection, Pool
from tests.unit.gateway.conftest import Opener

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
EMPTY = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
ASK = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


@asynccontextmanager
async def server_of(serve: Serve) -> AsyncIterator[str]:
    """The origin of a server that does as it is told; at the end whatever it was still doing is waited for."""
    busy: list[asyncio.Task[None]] = []

    async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError):
                await serve(reader, writer)
        finally:
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        busy.append(asyncio.create_task(noted(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with asyncio.timeout(5):
        await asyncio.gather(*busy)


@asynccontextmanager
async def serving(serve: Serve, most: int = 5) -> AsyncIterator[Pool]:
    """A pool of connections to such a server."""
    async with server_of(serve) as origin:
        pool = Pool(origin, most, 2.0)
        yield pool
        pool.close()


def saying(*pieces: bytes, close: bool = False) -> Serve:
    """A server that answers each request with the same pieces, one after the other."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(10_000):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            if close:
                break

    return serve


async def answer(connection: Connection) -> tuple[int, bytes]:
    """Ask, and read the answer to its end."""
    connection.send(ASK)
    await connection.head()
    body = b""
    while piece := await connection.read():
        body += piece
    return connection.status, body


@pytest.mark.parametrize(
    ("pieces", "close", "body", "again"),
    [
        ((b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody",), False, b"body", True),
        ((b"HTTP/1.1 200 OK\r\ncontent-le", b"ngth: 4\r\n\r\nbo", b"dy"), False, b"body", True),
        ((CHUNKED + b"2\r\nbo\r\n", b"2\r\ndy\r\n0\r\n\r\n"), False, b"body", True),
        ((b"HTTP/1.1 204 No Content\r\n\r\n",), False, b"", True),
        ((b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n", EMPTY), False, b"", True),
        ((b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\nbody",), False, b"body", False),
        ((b"HTTP/1.0 200 OK\r\n\r\nbody",), True, b"body", False),
    ],
    ids=["length", "in pieces", "chunked", "no content", "a word in between", "closing", "until the end"],
)  # fmt: skip
async def test_an_answer_is_read_as_it_ends(pieces: tuple[bytes, ...], close: bool, body: bytes, again: bool) -> None:
    async with serving(saying(*pieces, close=close)) as pool:
        connection = await pool.take()
        assert (await answer(connection))[1] == body
        assert connection.status in {200, 204}
        assert connection.reusable == again
        pool.give(connection)
        second = await pool.take()
        assert (second is connection) == again
        assert (await answer(second))[1] == body
        pool.give(second)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000,
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
    ],
    ids=["nothing", "no HTTP", "two lengths", "length and chunks", "endless head", "half a body"],
)
async def test_what_is_no_whole_answer_is_none(said: bytes) -> None:
    async with serving(saying(said, close=True)) as pool:
        connection = await pool.take()
        with pytest.raises(Broken):
            await answer(connection)
        assert not connection.reusable
        pool.give(connection)


async def test_more_than_was_asked_for_ends_the_connection() -> None:
    twice = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok" * 2
    async with serving(saying(twice)) as pool:
        connection = await pool.take()
        assert await answer(connection) == (200, b"ok")
        assert not connection.reusable
        pool.give(connection)
        other = await pool.take()
        assert other is not connection
        pool.give(other)


async def test_a_connection_that_died_or_lay_too_long_is_not_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ok = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    async with serving(saying(ok)) as pool:
        first = await pool.take()
        await answer(first)
        pool.give(first)
        monkeypatch.setattr(connections, "IDLE_SECONDS", -1.0)
        second = await pool.take()
        assert second is not first
        monkeypatch.undo()
        await answer(second)
        pool.give(second)
        second.abort()
        await asyncio.sleep(0.01)  # the transport tells of it in the next turn
        third = await pool.take()
        assert third is not second
        pool.give(third)


async def test_whoever_finds_no_connection_free_waits_for_one() -> None:
    ok = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    async with serving(saying(ok), most=1) as pool:
        first = await pool.take()
        waiting = asyncio.create_task(pool.take())
        await answer(first)
        assert not waiting.done()
        pool.give(first)
        assert await waiting is first
        pool.give(first)


async def test_a_connection_at_hand_is_free_and_goes_to_nobody_before_those_who_wait() -> None:
    async with serving(saying(EMPTY), most=1) as pool:
        assert pool.at_hand() is None
        first = await pool.take()
        await answer(first)
        pool.give(first)
        assert pool.at_hand() is first
        assert pool.at_hand() is None
        waiting = asyncio.create_task(pool.take())
        await asyncio.sleep(0)
        assert (await answer(first))[0] == 200
        pool.give(first)
        assert pool.at_hand() is None
        assert await waiting is first
        pool.give(first)


async def test_a_slow_reader_holds_the_service_back() -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.read(10_000)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n")
        for _ in range(500):
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    async with serving(pour) as pool:
        connection = await pool.take()
        connection.send(ASK)
        await connection.head()
        before = -1
        while sent != before:  # until the service gets no further
            before = sent
            await asyncio.sleep(0.05)
        assert sent < 20_000_000
        size = 0
        while piece := await connection.read():
            size += len(piece)
        assert size == 50_000_000
        pool.give(connection)


async def test_a_read_whose_pooled_connection_is_dead_is_asked_once_more(open_door: Opener) -> None:
    asked = 0

    async def once_each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        for turn in range(2):
            if not await reader.read(10_000):
                break
            asked += 1
            if turn == 0:  # the next request finds the connection open, and gets no answer on it
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async with server_of(once_each) as origin, open_door(surveys_url=origin) as door:
        statuses = [(await door.client.get("/api/v1/reviews")).status_code for _ in range(3)]
        assert statuses == [200, 200, 200]
        assert asked == 5
        assert (await door.client.post("/api/v1/responses")).status_code == 502


async def test_an_answer_before_the_body_has_been_sent_reaches_the_client(open_door: Opener) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno")
        await writer.drain()
        await asyncio.sleep(0.2)

    async def body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000
            await asyncio.sleep(0.01)

    async with server_of(refuse) as origin, open_door(surveys_url=origin) as door:
        answered = await door.client.post("/api/v1/responses", content=body())
        assert (answered.status_code, answered.content) == (413, b"no")
