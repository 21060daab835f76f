"""An application on a real port of loopback, for tests that cross a service's border."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


@asynccontextmanager
async def served(app: ASGIApp, http: type[asyncio.Protocol] | None = None) -> AsyncIterator[str]:
    """The origin of the application while it is served. Somebody else starts and stops it, unless there is a protocol
    of our own, which learns from its start."""
    config = uvicorn.Config(
        app, http=http or "auto", lifespan="on" if http else "off", host="127.0.0.1", port=0, log_config=None,
        proxy_headers=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        if running.done():
            await running
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


@contextmanager
def served_apart(app: ASGIApp) -> Iterator[str]:
    """The same in a thread of its own, for tests whose loop comes and goes."""
    origin: Future[str] = Future()
    over = threading.Event()

    async def serve() -> None:
        async with served(app) as address:
            origin.set_result(address)
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        yield origin.result(timeout=10)
    finally:
        over.set()
        thread.join()


def noting(app: ASGIApp, asked: list[str]) -> ASGIApp:
    """The application, and a list of the paths of those requests that reach it."""

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            asked.append(scope["path"])
        await app(scope, receive, send)

    return noted
