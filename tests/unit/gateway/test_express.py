"""The straight way of single responses: what forwarding sends and answers, without passing through the application."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx2
import pytest
from starlette.responses import StreamingResponse

from tests.support.segment import post
from tests.unit.gateway.conftest import Door, Opener

RESPONSES = "/api/v1/responses"
MADE_ANEW = {"x-request-id", "traceparent", "date"}


async def send(door: Door, body: bytes = b"{}", **headers: str) -> httpx2.Response:
    """A response in one piece; `x_kept="1"` is a header."""
    return await post(door.origin, RESPONSES, body, {name.replace("_", "-"): told for name, told in headers.items()})


async def opened(door: Door) -> None:
    """Have the gateway open a connection to the service."""
    await send(door)
    assert door.asked == [RESPONSES]
    door.asked.clear()


def known(headers: list[tuple[bytes, bytes]]) -> set[tuple[bytes, bytes]]:
    return {(name, value) for name, value in headers if name.decode() not in MADE_ANEW}


async def test_it_sends_and_answers_what_forwarding_does(door: Door) -> None:
    told = {
        **door.bearer("enumerator", region="33.25"), "content_type": "application/json", "x_kept": "1", "cookie": "a=1",
        "connection": "keep-alive, x-hop", "x_hop": "1", "te": "trailers", "forwarded": "for=203.0.113.9",
        "x_forwarded_for": "203.0.113.9", "x_forwarded_host": "evil.example", "tracestate": "a=1",
    }  # fmt: skip
    first = await send(door, b'{"a": 1}', **told)
    second = await send(door, b'{"a": 1}', **told)
    assert door.asked == [RESPONSES]
    assert (second.status_code, second.content) == (first.status_code, first.content) == (201, b'{"length":8}')
    assert known(second.headers.raw) == known(first.headers.raw)
    assert door.service.bodies == [b'{"a": 1}'] * 2
    seen = [known(request.headers.raw) for request in door.service.seen]
    assert seen[0] == seen[1]
    assert second.headers["x-request-id"] == door.service.header("x-request-id") != first.headers["x-request-id"]


async def test_a_trace_and_an_id_are_passed_on(door: Door) -> None:
    await opened(door)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await send(door, x_request_id="my-request-1", traceparent=trace, tracestate="a=1")
    assert door.asked == []
    assert answer.headers["x-request-id"] == door.service.header("x-request-id") == "my-request-1"
    assert (door.service.header("traceparent"), door.service.header("tracestate")) == (trace, "a=1")


async def test_whom_it_cannot_let_in_at_once_the_application_answers(door: Door) -> None:
    await opened(door)
    assert (await send(door, authorization="Bearer nonsense")).status_code == 401
    two = door.bearer("enumerator")["Authorization"] + "\r\nauthorization: " + door.bearer("admin")["Authorization"]
    assert (await send(door, authorization=two)).status_code == 401
    assert door.asked == [RESPONSES] * 2


async def test_a_body_over_the_limit_is_refused_like_everywhere(open_door: Opener) -> None:
    async with open_door(body_bytes=1000) as door:
        await opened(door)
        answer = await send(door, b"x" * 1001)
        assert (answer.status_code, len(door.service.seen)) == (413, 1)


async def test_no_more_connections_are_used_than_may_be(open_door: Opener) -> None:
    async with open_door(connections=1) as door:
        await opened(door)
        assert {answer.status_code for answer in await asyncio.gather(*(send(door) for _ in range(20)))} == {201}
        assert len({request.client for request in door.service.seen}) == 1
        await send(door)  # and the one is free again
        assert len(door.service.bodies) == 22


@pytest.mark.parametrize("size", [3, 2_000_000])
async def test_an_answer_comes_whole_however_the_service_sends_it(door: Door, size: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * (size - 1)
        yield b"y"

    await opened(door)
    door.service.answers[RESPONSES] = StreamingResponse(pieces(), 422)
    answer = await send(door)
    assert (answer.status_code, len(answer.content), answer.content[-2:]) == (422, size, b"xy")
    assert "transfer-encoding" not in answer.headers
    assert door.asked == []


@asynccontextmanager
async def turning(open_door: Opener, then: bytes | None, seconds: float = 5) -> AsyncIterator[tuple[Door, list[bytes]]]:
    """A gateway with so much patience, before a service that answers once and then says `then` and hangs up, or says
    nothing any more; and what that one was sent."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(10_000):
                received.append(data)
                if len(received) == 1:
                    writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}")
                elif then is not None:
                    writer.write(then)
                    break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, open_door(surveys_url=origin, answer_seconds=seconds) as door:
        await opened(door)
        yield door, received


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nhalf", b"hello?\r\n\r\n"])
async def test_a_service_that_breaks_off_is_a_502_and_is_not_asked_again(open_door: Opener, said: bytes) -> None:
    async with turning(open_door, said) as (door, received):
        answer = await send(door)
        assert (answer.status_code, answer.headers["content-type"]) == (502, "application/problem+json")
        assert door.asked == []
    assert len(received) == 2


async def test_an_answer_that_cannot_be_passed_on_leaves_nobody_waiting(open_door: Opener) -> None:
    async with turning(open_door, b"HTTP/1.1 600 What\r\ncontent-length: 0\r\n\r\n") as (door, _):
        answer = await send(door)
        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")


async def test_an_answer_without_a_length_ends_with_its_connection(open_door: Opener) -> None:
    async with turning(open_door, b"HTTP/1.1 200 OK\r\n\r\nall of it") as (door, _):
        answer = await send(door)
        assert (answer.status_code, answer.content) == (200, b"all of it")


async def test_a_silent_service_is_a_504_in_the_form_that_was_asked_for(open_door: Opener) -> None:
    async with turning(open_door, None, seconds=0.1) as (door, received):
        answer = await send(door)
        assert (answer.status_code, answer.headers["content-type"]) == (504, "application/problem+json")
        assert (len(received), door.asked) == (2, [])


async def test_a_browser_is_told_of_a_silent_service_on_a_page(open_door: Opener) -> None:
    async with turning(open_door, None, seconds=0.1) as (door, _):
        page = await send(door, accept="text/html")
        assert (page.status_code, page.headers["content-type"]) == (504, "text/html; charset=utf-8")
        assert door.asked == []


async def test_a_write_is_carried_through_when_its_client_has_gone(door: Door) -> None:
    await opened(door)
    with socket.create_connection(("127.0.0.1", int(door.origin.rsplit(":", 1)[1]))) as line:
        line.sendall(f"POST {RESPONSES} HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody".encode())
    await door.service.until(lambda: len(door.service.bodies) == 2)
    assert (await send(door)).status_code == 201
    assert door.asked == []
