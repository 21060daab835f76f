"""The server's protocol with ways before its application: who answers what, over real connections."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.kit.express import BODY_BYTES, WAYS, Asked, Express, Way, Ways
from services.kit.problems import Conflict


async def until(condition: Callable[[], bool]) -> None:
    """Wait until it holds, three seconds at most."""
    for _ in range(600):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


@dataclass
class Shop:
    """An application with ways, on a port of loopback."""

    later: list[Asked] = field(default_factory=list)
    clients: list[object] = field(default_factory=list)
    server: uvicorn.Server | None = None

    def ways(self) -> Ways:
        return Ways([
            Way("POST", "/now", self.now),
            Way("POST", "/later", self.keep),
            Way("POST", "/no", lambda _: False),
            Way("POST", "/fault", self.fault),
            Way("POST", "/problem", self.problem),
        ])  # fmt: skip

    def now(self, asked: Asked) -> bool:
        self.clients.append((asked.scope["client"][0], asked.scope["scheme"]))
        told(asked, b"way " + asked.body)
        return True

    def keep(self, asked: Asked) -> bool:
        self.later.append(asked)
        return True

    def fault(self, _: Asked) -> bool:
        raise ZeroDivisionError

    def problem(self, asked: Asked) -> bool:
        asked.fail(Conflict("It is taken."))
        return True

    async def kept(self) -> Asked:
        """What was kept for later."""
        await until(lambda: bool(self.later))
        return self.later[-1]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """The port it is served at."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Ways]]:
            yield {WAYS: self.ways()}

        app = Starlette(routes=[Route("/{path:path}", application, methods=["POST"])], lifespan=lifespan)
        config = uvicorn.Config(app, http=Express, host="127.0.0.1", port=0, log_config=None)
        self.server = uvicorn.Server(config)
        running = asyncio.create_task(self.server.serve())
        await until(lambda: self.server is not None and self.server.started)
        try:
            yield self.server.servers[0].sockets[0].getsockname()[1]
        finally:
            self.server.should_exit = True
            await running


def told(asked: Asked, text: bytes) -> None:
    asked.answer(200, [(b"content-length", b"%d" % len(text))], text)


async def application(request: Request) -> Response:
    return PlainTextResponse(b"application " + await request.body())


class Line:
    """A connection on which bytes are sent as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the next answer."""
        async with asyncio.timeout(3):
            first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
            headers = dict(line.lower().split(": ", 1) for line in lines)
            return int(first.split()[1]), headers, await self._reader.readexactly(int(headers["content-length"]))

    async def ended(self) -> bool:
        """Whether the other side has closed and had no more to say."""
        async with asyncio.timeout(3):
            return await self._reader.read() == b""


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield Line(reader, writer)
    writer.close()
    await writer.wait_closed()


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
async def line(shop: Shop) -> AsyncIterator[Line]:
    async with shop.open() as port, line_to(port) as opened:
        yield opened


def post(path: str, body: bytes = b"x", *headers: str, version: str = "1.1") -> bytes:
    head = [f"POST {path} HTTP/{version}", "Host: x", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


CHUNKED = b"POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"


OFFER = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA")
SENT = [
    (post("/now", b"body"), b"way body"),
    (post("/now", b""), b"way "),
    (post("/now", b"x" * BODY_BYTES), b"way " + b"x" * BODY_BYTES),
    (CHUNKED, b"way abc"),
    (post("/now", b"x" * (BODY_BYTES + 1)), b"application " + b"x" * (BODY_BYTES + 1)),
    (post("/no", b"body"), b"application body"),
    (post("/other", b"body"), b"application body"),
    (post("/now?a=1", b"body"), b"application body"),
    (post("/%6eow", b"body"), b"application body"),
    (post("/now", b"body", "Connection: close"), b"application body"),
    (post("/now", b"body", version="1.0"), b"application body"),
    (post("/now", b"body", "Connection: keep-alive", version="1.0"), b"application body"),
    (post("/now", b"body", *OFFER), b"way body"),
    (post("/now", b"body", "Connection: close, Upgrade", "Upgrade: h2c"), b"application body"),
    (post("/no", b"body", *OFFER), b"application body"),
    (post("/no", b"body", *OFFER, version="1.0"), b"application body"),
]


async def test_a_way_takes_what_is_usual_and_the_application_all_else(shop: Shop) -> None:
    async with shop.open() as port:
        for sent, answered in SENT:
            async with line_to(port) as line:
                line.writer.write(sent)
                status, _, body = await line.answer()
                assert (status, body) == (200, answered), sent


async def test_one_connection_serves_both_in_any_order(line: Line) -> None:
    for path, who in (("/now", b"way "), ("/no", b"application "), ("/now", b"way "), ("/now", b"way ")):
        line.writer.write(post(path, b"1"))
        assert (await line.answer())[2] == who + b"1"


async def test_what_comes_in_pieces_is_the_applications_once_its_head_is_there(line: Line) -> None:
    for whole in (post("/now", b"body"), post("/now", b"body", *OFFER)):
        for cut in (10, len(whole) - 8, len(whole) - 5, len(whole) - 4, len(whole) - 1):
            line.writer.write(whole[:cut])
            await asyncio.sleep(0.05)
            line.writer.write(whole[cut:])
            assert (await line.answer())[2] == (b"application body" if cut >= len(whole) - 4 else b"way body"), cut


async def test_whoever_waits_for_leave_to_send_gets_it(line: Line) -> None:
    whole = post("/now", b"body", "Expect: 100-continue")
    line.writer.write(whole[:-4])
    async with asyncio.timeout(3):
        assert b" 100 " in await line._reader.readuntil(b"\r\n\r\n")
    line.writer.write(b"body")
    assert (await line.answer())[2] == b"application body"


async def test_answers_come_in_the_order_of_their_requests(shop: Shop, line: Line) -> None:
    line.writer.write(post("/later", b"1") + post("/now", b"2") + post("/no", b"3"))
    told(await shop.kept(), b"first")
    assert [(await line.answer())[2] for _ in range(3)] == [b"first", b"application 2", b"application 3"]
    line.writer.write(post("/now", b"4"))
    assert (await line.answer())[2] == b"way 4"


async def test_an_answer_carries_the_requests_id_or_one_that_was_made(line: Line) -> None:
    for given, kept in (("my-request-1", True), ("not one", False)):
        line.writer.write(post("/now", b"", f"X-Request-ID: {given}"))
        _, headers, _ = await line.answer()
        assert (headers["x-request-id"] == given) == kept
        assert len(headers["x-request-id"]) >= 8
        assert "date" in headers


async def test_a_problem_says_where_and_under_which_id(line: Line) -> None:
    line.writer.write(post("/problem", b"", "X-Request-ID: my-request-1"))
    status, headers, body = await line.answer()
    problem = json.loads(body)
    assert (status, headers["content-type"]) == (409, "application/problem+json")
    assert (problem["type"], problem["instance"]) == ("/problems/conflict", "/problem")
    assert problem["request_id"] == "my-request-1"


async def test_a_fault_of_a_way_is_a_500_and_the_connection_goes_on(
    line: Line, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("ERROR")
    line.writer.write(post("/fault", b"", "X-Request-ID: my-request-1"))
    status, _, body = await line.answer()
    logged = caplog.text + capsys.readouterr().out  # to the one or the other, as tests before this one have left it
    assert "unexpected_failure" in logged
    assert "my-request-1" in logged
    assert "ZeroDivisionError" in logged
    assert (status, json.loads(body)["type"]) == (500, "/problems/internal-error")
    line.writer.write(post("/now", b"1"))
    assert (await line.answer())[2] == b"way 1"


async def test_a_client_that_has_gone_is_answered_without_harm(shop: Shop) -> None:
    async with shop.open() as port:
        async with line_to(port) as line:
            line.writer.write(post("/later"))
            asked = await shop.kept()
        await until(lambda: asked.disconnected)
        told(asked, b"nobody hears it")
        asked.fail(ZeroDivisionError())  # and neither is it answered twice
        async with line_to(port) as line:
            line.writer.write(post("/now", b"1"))
            assert (await line.answer())[2] == b"way 1"


async def test_a_server_that_stops_waits_for_what_was_taken(shop: Shop) -> None:
    async with shop.open() as port, line_to(port) as line:
        line.writer.write(post("/later"))
        asked = await shop.kept()
        assert shop.server is not None
        shop.server.should_exit = True
        await until(lambda: not asked.keep_alive)
        told(asked, b"at last")
        _, headers, body = await line.answer()
        assert (headers["connection"], body) == ("close", b"at last")
        assert await line.ended()


async def test_a_proxy_that_is_believed_says_who_the_client_is(shop: Shop, line: Line) -> None:
    line.writer.write(post("/now", b"", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"))
    await line.answer()
    line.writer.write(post("/now"))
    await line.answer()
    assert shop.clients == [("203.0.113.9", "https"), ("127.0.0.1", "http")]


async def test_a_request_for_a_tunnel_is_no_request_of_ours(line: Line) -> None:
    line.writer.write(b"CONNECT x.example:443 HTTP/1.1\r\nHost: x.example:443\r\n\r\n")
    assert (await line.answer())[0] == 400
    assert await line.ended()


async def test_bytes_that_are_no_http_end_the_connection(line: Line) -> None:
    line.writer.write(b"POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
    assert (await line.answer())[0] == 400
    assert await line.ended()
