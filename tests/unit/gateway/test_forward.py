"""Forwarding: nothing is held, nothing is sent twice, and every way it can fail has its answer."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.unit.gateway.conftest import Door, Opener


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_body_arrives_as_it_was_sent(door: Door) -> None:
    body = bytes(range(256)) * 4000
    answer = await door.client.put("/api/v1/responses/1", content=body)
    assert answer.json() == {"length": len(body)}
    await door.client.post("/api/v1/responses", content=pieces(b"a" * 70_000, b"b" * 70_000))
    assert door.service.bodies == [body, b"a" * 70_000 + b"b" * 70_000]
    assert door.service.header("transfer-encoding") == "chunked"


async def test_a_head_is_asked_as_a_get_but_where_it_asks_how_far_an_upload_is(door: Door) -> None:
    door.service.answers["/api/v1/attachments/1"] = {"a": "body"}
    for headers, asked in (({}, "GET"), ({"Tus-Resumable": "1.0.0"}, "HEAD")):
        answer = await door.client.head("/api/v1/attachments/1", headers=headers)
        assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "12")
        assert door.service.seen[-1].method == asked
        assert (await door.client.get("/api/v1/attachments/1")).json() == {"a": "body"}


async def test_the_first_of_an_answer_arrives_before_the_last_is_there(door: Door) -> None:
    async with door.client.stream("GET", "/api/v1/responses/drip") as answer:
        parts = answer.aiter_raw()
        assert await anext(parts) == b"first"
        door.service.go_on.set()
        assert [part async for part in parts] == [b"last"]


async def test_the_first_of_a_body_arrives_before_the_last_is_sent(door: Door) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        await door.service.until(lambda: bool(door.service.seen))
        yield b"y"

    assert (await door.client.post("/api/v1/responses", content=body())).json() == {"length": 1001}


async def test_a_body_over_the_limit_by_its_own_word_reaches_nobody(open_door: Opener) -> None:
    async with open_door(body_bytes=1000) as door:
        answer = await door.client.post("/api/v1/responses", content=b"x" * 1001)
        assert (answer.status_code, answer.json()["limit"]) == (413, 1000)
        assert door.service.seen == []
        assert (await door.client.post("/api/v1/responses", content=b"x" * 1000)).status_code == 201


async def test_a_chunked_body_is_counted_on_the_way(open_door: Opener) -> None:
    async with open_door(body_bytes=100_000) as door:
        endless = pieces(*[b"x" * 30_000] * 4)
        answer = await door.client.post("/api/v1/responses", content=endless)
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/payload-too-large")
        assert (await door.client.post("/api/v1/responses", content=pieces(b"x" * 100_001))).status_code == 413
        await door.service.until(lambda: door.service.broken_off == len(door.service.seen))
        assert door.service.bodies == []


async def test_a_silent_service_is_a_504(open_door: Opener) -> None:
    async with open_door(answer_seconds=0.1) as door:
        answer = await door.client.post("/api/v1/responses/slow")
        assert (answer.status_code, answer.json()["type"]) == (504, "/problems/upstream-timeout")
        await door.service.until(lambda: door.service.cancelled == 1)


async def test_whoever_asks_to_wait_may_wait_longer(open_door: Opener) -> None:
    async with open_door(answer_seconds=0.1, wait_seconds=0.6) as door:
        started = asyncio.get_running_loop().time()
        assert (await door.client.get("/api/v1/responses/slow?wait=1")).status_code == 504
        assert asyncio.get_running_loop().time() - started >= 0.6
        assert (await door.client.get("/api/v1/responses/slow?await=1")).status_code == 504
        assert asyncio.get_running_loop().time() - started < 1.1


async def test_an_exchange_has_an_end(open_door: Opener) -> None:
    async with open_door(exchange_seconds=0.2) as door:
        assert (await door.client.get("/api/v1/responses/slow")).status_code == 504


async def test_a_client_that_stops_sending_is_told(open_door: Opener) -> None:
    async with open_door(client_seconds=0.1) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(door.origin.rsplit(":", 1)[1]))
        writer.write(b"POST /api/v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
        assert b" 408 " in await reader.readline()
        writer.close()
        await door.service.until(lambda: door.service.broken_off == 1)


async def test_a_body_cut_by_its_client_does_not_arrive_as_whole(door: Door) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", int(door.origin.rsplit(":", 1)[1]))
    writer.write(b"POST /api/v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
    await door.service.until(lambda: bool(door.service.seen))
    writer.close()
    await door.service.until(lambda: door.service.broken_off == 1)
    assert door.service.bodies == []


async def test_a_read_that_nobody_waits_for_is_given_up(door: Door) -> None:
    with pytest.raises(httpx2.ReadTimeout):
        await door.client.get("/api/v1/responses/slow", timeout=0.1)
    await door.service.until(lambda: door.service.cancelled == 1)


async def test_a_service_that_is_away_is_a_502(open_door: Opener) -> None:
    with socket.socket() as held:  # bound and not listening: nobody else gets the port, and connecting is refused
        held.bind(("127.0.0.1", 0))
        async with open_door(surveys_url=f"http://127.0.0.1:{held.getsockname()[1]}") as door:
            answer = await door.client.post("/api/v1/responses", json={})
            ready = await door.client.get("/health/ready")
    assert (answer.status_code, answer.json()["type"]) == (502, "/problems/bad-upstream")
    assert "surveys" in answer.json()["detail"]
    assert "surveys" in ready.json()["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_write_whose_connection_broke_is_not_sent_again(open_door: Opener, method: str) -> None:
    received: list[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(10_000))
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server, open_door(surveys_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as door:
        assert (await door.client.request(method, "/api/v1/responses/1", content=b"{}")).status_code == 502
    assert len(received) == 1


async def test_an_answer_cut_by_its_service_is_cut_for_the_client(open_door: Opener) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10_000)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    async with server, open_door(surveys_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as door:
        with pytest.raises(httpx2.RemoteProtocolError):
            await door.client.get("/api/v1/reviews")
