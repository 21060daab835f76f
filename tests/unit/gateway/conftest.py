"""A gateway over real HTTP, and a small application that plays all three services behind it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.app import create_app
from gateway.identity import keys, tokens
from gateway.settings import Settings
from services.kit.express import Express
from tests.support.served import noting

PROBLEM = {"type": "/problems/conflict", "title": "No", "status": 409, "detail": "As the service says it."}


class Servers:
    """Applications on free ports of loopback, stopped together."""

    def __init__(self) -> None:
        self._running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def start(self, app: ASGIApp) -> str:
        """The origin of an application that answers from now on."""
        config = uvicorn.Config(
            app, http=Express, host="127.0.0.1", port=0, log_config=None, proxy_headers=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:
            if task.done():
                await task
            await asyncio.sleep(0.005)
        self._running.append((server, task))
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> "Servers":
        return self

    async def __aexit__(self, *_: object) -> None:
        for server, _task in self._running:
            server.should_exit = True
        await asyncio.gather(*(task for _server, task in self._running))


@dataclass
class Service:
    """Plays every service: remembers what it was sent, and answers by path."""

    seen: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    broken_off: int = 0
    cancelled: int = 0
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> Starlette:
        methods = ["GET", "POST", "PUT", "DELETE"]
        return Starlette(routes=[
            Route("/api/v1/responses/slow", self.slow, methods=methods),
            Route("/api/v1/responses/drip", self.drip),
            Route("/api/v1/responses/problem", self.problem, methods=methods),
            Route("/{path:path}", self.answer, methods=methods),
        ])  # fmt: skip

    async def until(self, condition: Callable[[], bool], seconds: float = 3.0) -> None:
        """Wait until a condition on what is remembered here holds."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def answer(self, request: Request) -> Response:
        self.seen.append(request)
        self._changed.set()
        body = b""
        try:
            async for piece in request.stream():
                body += piece
        except ClientDisconnect:
            self.broken_off += 1
            raise
        else:
            self.bodies.append(body)
        finally:
            self._changed.set()
        key = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if key in self.answers or request.url.path in self.answers:
            given = self.answers.get(key, self.answers.get(request.url.path))
            return given if isinstance(given, Response) else JSONResponse(given)
        if request.url.path == "/health/ready":
            return JSONResponse({"status": "ok"})
        if request.method == "GET" and not request.url.path.startswith("/api/v1/responses"):
            return JSONResponse({"status": 404}, 404)
        return JSONResponse({"length": len(body)}, 201, headers={"Location": "/api/v1/responses/1", "ETag": '"1"'})

    async def slow(self, request: Request) -> Response:
        self.seen.append(request)
        while (await request.receive())["type"] != "http.disconnect":
            pass
        self.cancelled += 1
        self._changed.set()
        return Response()

    async def drip(self, _: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"first"
            await self.go_on.wait()
            yield b"last"

        return StreamingResponse(pieces())

    async def problem(self, _: Request) -> Response:
        return Response(json.dumps(PROBLEM), 409, media_type="application/problem+json")

    def header(self, name: str) -> str | None:
        """A header of the last request."""
        value: str | None = self.seen[-1].headers.get(name)
        return value


@dataclass
class Door:
    """A running gateway; `asked` are the paths of requests that its application got to see."""

    origin: str
    client: httpx2.AsyncClient
    service: Service
    settings: Settings
    asked: list[str]

    def bearer(self, role: str, **claims: str | None) -> dict[str, str]:
        """The header of a caller with a role."""
        token = tokens.mint(self.settings.private_key_file, role, subject=f"test:{role}", **claims)
        return {"Authorization": f"Bearer {token}"}


Opener = Callable[..., Any]


@pytest.fixture(scope="session")
def private_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keys.ensure(tmp_path_factory.mktemp("gateway"))[0]


@pytest.fixture
def open_door(private_key: Path) -> Opener:
    """A gateway with settings of one's own; `open_door(answer_seconds=0.1)`."""

    @asynccontextmanager
    async def opened(**further: Any) -> AsyncIterator[Door]:
        service = Service()
        async with Servers() as servers:
            urls = dict.fromkeys(("programs_url", "surveys_url", "reports_url"), await servers.start(service.app()))
            settings = Settings(**{**urls, "private_key_file": private_key, "log_level": "ERROR", **further})
            asked: list[str] = []
            origin = await servers.start(noting(create_app(settings), asked))
            async with httpx2.AsyncClient(base_url=origin) as client:
                yield Door(origin, client, service, settings, asked)

    return opened


@pytest.fixture
async def door(open_door: Opener) -> AsyncIterator[Door]:
    async with open_door() as opened:
        yield opened
